// Package client is the typed Go client of a Keydeck server. The dashboard and
// the commands reach the server only through it, over the Unix socket in the
// data directory or over a URL.
//
// Guarantees: errors of the server come back as *model.Error with the server's
// message; a server that cannot be reached is model.CodeUnavailable. The login
// is renewed before it expires, and only once, however many calls need it and
// however many processes share the session file. A Client is safe for
// concurrent use.
package client

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"path/filepath"
	"strings"
	"time"

	"keydeck/model"
)

// maxAnswer limits how much of one answer is read, in bytes. A full page of the
// request log is about half a megabyte.
const maxAnswer = 32 << 20

// Options are the arguments of New. Exactly one of Socket and URL must be set.
type Options struct {
	Socket    string            // path of the Unix socket
	URL       string            // http:// or https://, of a server elsewhere
	Dir       string            // where SessionFile keeps the login
	Sessions  Sessions          // keeps it instead; without both, it is kept in memory
	UserAgent string            // "" for keydeck
	Now       func() time.Time  // nil: time.Now
	Transport http.RoundTripper // nil: made from Socket or URL; for tests
}

// Client talks to one server.
type Client struct {
	base     string
	target   string
	agent    string
	http     *http.Client
	sessions Sessions
	now      func() time.Time
}

// New makes a client. It does not connect yet.
func New(o Options) (*Client, error) {
	if (o.Socket == "") == (o.URL == "") {
		return nil, errors.New("exactly one of a socket and a URL is needed")
	}
	c := &Client{agent: cmp.Or(o.UserAgent, "keydeck"), sessions: o.Sessions, now: o.Now}
	if c.now == nil {
		c.now = time.Now
	}
	transport := o.Transport
	if o.Socket != "" {
		c.base, c.target = "http://keydeck", o.Socket
		if transport == nil {
			transport = socketTransport(o.Socket)
		}
	} else {
		u, err := url.Parse(strings.TrimRight(o.URL, "/"))
		if err != nil || u.Host == "" || (u.Scheme != "http" && u.Scheme != "https") || u.RawQuery != "" || u.User != nil {
			return nil, fmt.Errorf("%q is not the URL of a server; it looks like http://127.0.0.1:8000", o.URL)
		}
		c.base, c.target = u.String(), u.String()
		if transport == nil {
			t := http.DefaultTransport.(*http.Transport).Clone()
			t.ResponseHeaderTimeout = 30 * time.Second
			transport = t
		}
	}
	switch {
	case c.sessions != nil:
	case o.Dir != "" && o.Socket != "":
		c.sessions = NewFile(filepath.Join(o.Dir, SessionFile), LocalSession)
	case o.Dir != "":
		c.sessions = NewFile(filepath.Join(o.Dir, SessionFile), c.target)
	default:
		c.sessions = NewMemory()
	}
	c.http = &http.Client{
		Transport: transport,
		// Following a redirect would send the login to another server.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	return c, nil
}

func socketTransport(path string) *http.Transport {
	dialer := net.Dialer{Timeout: 5 * time.Second}
	return &http.Transport{
		DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
			return dialer.DialContext(ctx, "unix", path)
		},
		ResponseHeaderTimeout: 30 * time.Second,
		MaxIdleConnsPerHost:   4,
		IdleConnTimeout:       time.Minute,
	}
}

// Target names the server: the socket's path or the URL.
func (c *Client) Target() string { return c.target }

// IsLocal reports whether the client uses the data directory's socket.
func (c *Client) IsLocal() bool { return c.base == "http://keydeck" }

// Close drops idle connections.
func (c *Client) Close() { c.http.CloseIdleConnections() }

// call is one request to family C of the API, whose answers come in an
// envelope.
type call struct {
	method, path string
	query        map[string]string
	project      string            // x-project-id
	header       map[string]string // what else is sent
	body         any               // nil for none
	anonymous    bool              // no login is sent
}

// get runs a call, GET by default, and returns its data.
func get[T any](ctx context.Context, c *Client, in call) (T, error) {
	in.method = cmp.Or(in.method, http.MethodGet)
	var out T
	err := c.do(ctx, in, &out)
	return out, err
}

// segment escapes an id for use in a path.
func segment(id string) string { return url.PathEscape(id) }

// do runs the call and decodes the envelope's data into out, which may be nil.
func (c *Client) do(ctx context.Context, in call, out any) error {
	access := ""
	if !in.anonymous {
		session, err := c.freshSession(ctx)
		if err != nil {
			return err
		}
		access = session.AccessToken
	}
	res, err := c.send(ctx, in, access)
	if err != nil {
		return err
	}
	defer drain(res)
	if res.StatusCode >= 300 {
		return readError(res)
	}
	if out == nil {
		return nil
	}
	envelope := struct {
		Data any `json:"data"`
	}{out}
	if err := json.NewDecoder(io.LimitReader(res.Body, maxAnswer)).Decode(&envelope); err != nil {
		return &model.Error{Code: model.CodeInternal, Message: "the server's answer could not be read", Cause: err}
	}
	return nil
}

func (c *Client) send(ctx context.Context, in call, access string) (*http.Response, error) {
	var body io.Reader
	if in.body != nil {
		raw, err := json.Marshal(in.body)
		if err != nil {
			return nil, fmt.Errorf("encode request: %w", err)
		}
		body = bytes.NewReader(raw)
	}
	target := c.base + in.path
	if len(in.query) > 0 {
		q := url.Values{}
		for k, v := range in.query {
			q.Set(k, v)
		}
		target += "?" + q.Encode()
	}
	req, err := http.NewRequestWithContext(ctx, in.method, target, body)
	if err != nil {
		return nil, fmt.Errorf("make request: %w", err)
	}
	req.Header.Set("User-Agent", c.agent)
	req.Header.Set("Accept", "application/json")
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	if in.project != "" {
		req.Header.Set("X-Project-Id", in.project)
	}
	for name, value := range in.header {
		req.Header.Set(name, value)
	}
	if access != "" {
		req.Header.Set("Authorization", "Bearer "+access)
	}
	res, err := c.http.Do(req)
	if err != nil && ctx.Err() != nil {
		return nil, ctx.Err()
	}
	return res, c.unreachable(err)
}

// unreachable turns an error of the transport, or nil, into one to show.
func (c *Client) unreachable(err error) error {
	if err == nil {
		return nil
	}
	return &model.Error{Code: model.CodeUnavailable, Reason: model.ReasonUnavailable, Message: "no server answers at " + c.target, Cause: err}
}

// drain reads the rest of an answer, so that the connection can be reused.
func drain(res *http.Response) {
	_, _ = io.CopyN(io.Discard, res.Body, 4<<10)
	_ = res.Body.Close()
}

// readError turns any error answer of family C into a *model.Error.
func readError(res *http.Response) error {
	raw, _ := io.ReadAll(io.LimitReader(res.Body, 1<<20))
	out := &model.Error{Code: codeOfStatus(res.StatusCode), Message: http.StatusText(res.StatusCode)}
	if seconds, err := time.ParseDuration(res.Header.Get("Retry-After") + "s"); err == nil {
		out.RetryAfter = seconds
	}
	var envelope struct {
		Error *struct {
			Code    string `json:"code"`
			Message string `json:"message"`
		} `json:"error"`
		Detail json.RawMessage `json:"detail"`
	}
	if json.Unmarshal(raw, &envelope) != nil {
		return out
	}
	if envelope.Error != nil && envelope.Error.Message != "" {
		out.Message = envelope.Error.Message
		return out
	}
	var problems []struct {
		Loc []any  `json:"loc"`
		Msg string `json:"msg"`
	}
	if json.Unmarshal(envelope.Detail, &problems) == nil && len(problems) > 0 {
		first := problems[0]
		for _, prefix := range []string{"Value error, ", "value is not a valid email address: "} { // they name a validator of pydantic's
			first.Msg = strings.TrimPrefix(first.Msg, prefix)
		}
		out.Message = first.Msg
		for _, at := range first.Loc { // the last name; an element of a list has a number
			if name, ok := at.(string); ok {
				out.Field, out.Message = name, name+": "+first.Msg
			}
		}
	}
	return out
}

func codeOfStatus(status int) model.Code {
	switch status {
	case http.StatusUnprocessableEntity:
		return model.CodeInvalid
	case http.StatusUnauthorized:
		return model.CodeUnauthorized
	case http.StatusForbidden:
		return model.CodeForbidden
	case http.StatusNotFound:
		return model.CodeNotFound
	case http.StatusConflict:
		return model.CodeConflict
	case http.StatusRequestEntityTooLarge, http.StatusRequestHeaderFieldsTooLarge:
		return model.CodeTooLarge
	case http.StatusTooManyRequests:
		return model.CodeRateLimited
	case http.StatusServiceUnavailable, http.StatusBadGateway, http.StatusGatewayTimeout:
		return model.CodeUnavailable
	case http.StatusInternalServerError:
		return model.CodeInternal
	}
	return model.CodeBadRequest
}
