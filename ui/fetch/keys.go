package fetch

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"keydeck/model"
	"keydeck/model/inspect/jwk"
	"keydeck/model/inspect/strict"
)

// Set is what was fetched. Text is the JWKS as it came; Skipped names what was
// of no use in it and is foreign text.
type Set struct {
	URL     string // of the JWKS
	Issuer  string // "" for a JWKS at a URL
	Text    []byte
	Keys    []jwk.Key // their Source is Issuer, or else URL
	Skipped []string
}

// JWKS fetches the key set at a URL (RFC 7517, section 5).
func (c *Client) JWKS(ctx context.Context, address string) (Set, error) {
	u, err := parse(address)
	if err != nil {
		return Set{}, err
	}
	return c.set(ctx, u, u.String())
}

func (c *Client) set(ctx context.Context, u *url.URL, source string) (Set, error) {
	s := Set{URL: u.String()}
	var err error
	if s.Text, err = c.get(ctx, u); err != nil {
		return Set{}, fmt.Errorf("fetch keys from %.200q: %w", s.URL, err)
	}
	object, err := strict.ParseObject(string(s.Text), model.MaxJSONDepth)
	if _, isSet := object.Get("keys"); err == nil && !isSet {
		err = errors.New("it has no member keys, so it is no key set")
		if _, isIssuer := object.Get("jwks_uri"); isIssuer {
			err = errors.New("this is a discovery document, no key set; ask its issuer instead")
		}
	}
	if err == nil {
		s.Keys, s.Skipped, err = jwk.Read(s.Text, source)
	}
	if err != nil {
		return Set{}, fmt.Errorf("the keys from %.200q: %w", s.URL, err)
	}
	return s, nil
}

// Issuer fetches an issuer's keys by its discovery document (OpenID Connect
// Discovery 1.0, section 4, or else RFC 8414, section 3). The document must
// name exactly the issuer that was asked for (RFC 8414, section 3.3), or
// anybody who publishes one could speak for another issuer.
func (c *Client) Issuer(ctx context.Context, issuer string) (Set, error) {
	u, err := parse(issuer)
	if err == nil && (u.RawQuery != "" || u.ForceQuery) {
		err = fmt.Errorf("%.200q has a query; an issuer has none (RFC 8414, section 2)", issuer)
	}
	if err != nil {
		return Set{}, err
	}
	document, at, err := c.discover(ctx, u)
	if err != nil {
		return Set{}, err
	}
	keys, err := readDiscovery(document, issuer)
	if err != nil {
		return Set{}, fmt.Errorf("the discovery document at %.200q: %w", at, err)
	}
	s, err := c.set(ctx, keys, issuer)
	s.Issuer = issuer
	return s, err
}

// discover fetches the document from the first of its two places that has one.
func (c *Client) discover(ctx context.Context, issuer *url.URL) (document []byte, at string, err error) {
	path := strings.TrimSuffix(issuer.EscapedPath(), "/")
	for _, place := range []string{
		path + "/.well-known/openid-configuration",
		"/.well-known/oauth-authorization-server" + path,
	} {
		// Not resolved as a reference: a path that begins with // would become
		// a host.
		u, parseErr := url.Parse(issuer.Scheme + "://" + issuer.Host + place)
		if parseErr != nil {
			return nil, "", parseErr
		}
		at = u.String()
		document, err = c.get(ctx, u)
		if err == nil {
			return document, at, nil
		}
		if status, ok := errors.AsType[*statusError](err); !ok || status.code != http.StatusNotFound {
			return nil, "", fmt.Errorf("fetch the discovery document %.200q: %w", at, err)
		}
	}
	return nil, "", fmt.Errorf("%.200q has no discovery document, neither at /.well-known/openid-configuration nor at /.well-known/oauth-authorization-server; if you know where its keys are, ask that URL", issuer.String())
}

func readDiscovery(document []byte, issuer string) (*url.URL, error) {
	object, err := strict.ReadObject("document", document)
	if err != nil {
		return nil, err
	}
	m, _ := object.Get("issuer")
	if named, isString := m.Text(); !isString || named != issuer {
		return nil, fmt.Errorf("it speaks for the issuer %.200q, not for %.200q; they must be the same letter by letter, a slash at the end included (RFC 8414, section 3.3)", named, issuer)
	}
	m, _ = object.Get("jwks_uri")
	at, isString := m.Text()
	if !isString {
		return nil, errors.New("it has no jwks_uri")
	}
	u, err := parse(at)
	if err != nil {
		return nil, fmt.Errorf("its jwks_uri: %w", err)
	}
	if asked, err := url.Parse(issuer); u.Scheme == "http" && (err != nil || asked.Scheme != "http") {
		return nil, fmt.Errorf("its jwks_uri is %.200q, and an issuer at https must not lead to this machine", at)
	}
	return u, nil
}
