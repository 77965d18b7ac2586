// Package fetch fetches public keys: a JWKS at a URL, or an issuer's by its
// discovery document.
//
// Guarantees: it requests only the URL that a person gave, and the jwks_uri of
// that person's issuer; never a URL from a token. Only HTTPS, except for
// addresses of this machine. A fetch takes at most 5 seconds and 1 MiB, sends
// no credential and no cookie, follows a redirect only to the same host and
// never to http, and uses no proxy, whatever the environment says. Errors say
// what to do, quote foreign text, and include nothing of an answer but its
// status.
package fetch

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"syscall"
	"time"

	"keydeck/model"
)

// Limits on one fetch.
const (
	timeout      = 5 * time.Second
	maxBytes     = 1 << 20
	maxRedirects = 3
)

// Client fetches keys. It is safe for concurrent use.
type Client struct {
	agent  string
	public *http.Client // https to anywhere
	local  *http.Client // only to addresses of this machine
}

// New makes a client with the given User-Agent.
func New(userAgent string) *Client {
	return &Client{agent: userAgent, public: client(transport(nil)), local: client(transport(onlyLoopback))}
}

func client(t http.RoundTripper) *http.Client {
	return &http.Client{Transport: t, Timeout: timeout, CheckRedirect: checkRedirect}
}

func transport(control func(network, address string, _ syscall.RawConn) error) *http.Transport {
	return &http.Transport{
		Proxy:                 nil, // a proxy could replace the keys
		DialContext:           (&net.Dialer{Timeout: timeout, Control: control}).DialContext,
		ForceAttemptHTTP2:     true,
		TLSHandshakeTimeout:   timeout,
		ResponseHeaderTimeout: timeout,
		DisableKeepAlives:     true,
		// Limits the memory that the header of a rejected answer can take.
		MaxResponseHeaderBytes: 64 << 10,
	}
}

var errNotLocal = errors.New("the address is not of this machine, and http is taken from nowhere else; use https")

// onlyLoopback checks the address that a name resolved to, so that DNS can't
// turn localhost into another machine.
func onlyLoopback(_, address string, _ syscall.RawConn) error {
	at, err := netip.ParseAddrPort(address)
	if err != nil || !at.Addr().Unmap().IsLoopback() {
		return errNotLocal
	}
	return nil
}

// errRedirect is a redirect that was not followed.
type errRedirect struct{ why string }

func (e *errRedirect) Error() string { return e.why }

func checkRedirect(req *http.Request, via []*http.Request) error {
	last := via[len(via)-1].URL
	switch {
	case len(via) > maxRedirects:
		return &errRedirect{fmt.Sprintf("it redirects more than %d times", maxRedirects)}
	case req.URL.User != nil:
		return &errRedirect{"it redirects to a URL with a user in it"}
	case req.URL.Scheme != "https" && req.URL.Scheme != last.Scheme:
		return &errRedirect{fmt.Sprintf("it redirects from %s to %.16q", last.Scheme, req.URL.Scheme)}
	case req.URL.Host != last.Host:
		return &errRedirect{fmt.Sprintf("it redirects to another host; if that is right, ask %.200q", req.URL.Redacted())}
	}
	return nil
}

// parse reads the URL to fetch keys from. Its errors say what is wrong with it.
func parse(raw string) (*url.URL, error) {
	u, err := url.Parse(raw)
	switch {
	case err != nil || u.Host == "" || u.Hostname() == "":
		return nil, fmt.Errorf("%.200q is not a URL; one looks like https://issuer.example.com/jwks.json", raw)
	case u.User != nil:
		return nil, errors.New("the URL has a user or a password in it; public keys need none")
	case u.Fragment != "":
		return nil, fmt.Errorf("%.200q has a fragment (#…), which no server sees", raw)
	case u.Scheme == "https":
	case u.Scheme != "http":
		return nil, fmt.Errorf("%.200q: keys are fetched over https only", raw)
	case !isLocal(u.Hostname()):
		return nil, fmt.Errorf("%.200q: http can be changed on its way; use https (http is for this machine alone)", raw)
	}
	return u, nil
}

func isLocal(host string) bool {
	addr, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && addr.Unmap().IsLoopback()
}

// statusError is an answer with a status other than 200.
type statusError struct{ code int }

func (e *statusError) Error() string {
	text := fmt.Sprintf("it answers %d %s", e.code, http.StatusText(e.code))
	switch e.code {
	case http.StatusUnauthorized, http.StatusForbidden:
		text += "; public keys are fetched without a credential"
	case http.StatusNotFound:
		text += "; see whether the path is right"
	}
	return text
}

// get reads the JSON object at a URL.
func (c *Client) get(ctx context.Context, u *url.URL) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, u.String(), nil)
	if err != nil {
		return nil, err
	}
	req.Header.Set("Accept", "application/jwk-set+json, application/json")
	req.Header.Set("User-Agent", c.agent)
	by := c.public
	if u.Scheme == "http" {
		by = c.local
	}
	res, err := by.Do(req)
	if err != nil {
		return nil, explain(ctx, err)
	}
	defer func() { _ = res.Body.Close() }()
	if res.StatusCode != http.StatusOK {
		return nil, &statusError{res.StatusCode}
	}
	body, err := io.ReadAll(io.LimitReader(res.Body, maxBytes+1))
	switch {
	case err != nil:
		return nil, explain(ctx, err)
	case len(body) > maxBytes:
		return nil, fmt.Errorf("its answer is longer than %s bytes", model.Count(maxBytes))
	case !bytes.HasPrefix(bytes.TrimSpace(body), []byte("{")):
		return nil, fmt.Errorf("its answer is no JSON object but %.80q", res.Header.Get("Content-Type"))
	}
	return body, nil
}

// explain turns a transport error into advice on what to do.
func explain(ctx context.Context, err error) error {
	redirect, redirected := errors.AsType[*errRedirect](err)
	certificate, untrusted := errors.AsType[*tls.CertificateVerificationError](err)
	name, unknown := errors.AsType[*net.DNSError](err)
	switch {
	case errors.Is(err, context.DeadlineExceeded):
		return fmt.Errorf("it does not answer within %s; proxies are not used, so where one is needed, fetch the file with another program", timeout)
	case ctx.Err() != nil:
		return ctx.Err()
	case redirected:
		return redirect
	case errors.Is(err, errNotLocal):
		return errNotLocal
	case unknown:
		return fmt.Errorf("the name %.100q is not known; see whether it is spelt right", name.Name)
	case errors.Is(err, syscall.ECONNREFUSED):
		return errors.New("nothing listens there; see whether host and port are right")
	case untrusted:
		return fmt.Errorf("its certificate is not to be trusted: %w", certificate.Err)
	}
	if of, ok := errors.AsType[*url.Error](err); ok {
		err = of.Err // the rest only repeats the URL
	}
	return err
}
