package demo

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"sync"
	"time"

	"keydeck/backend"
	"keydeck/model"
	"keydeck/server"
	"keydeck/server/client"
)

// clock is a clock that stands until it is moved. It never goes back.
type clock struct {
	mu sync.Mutex
	at time.Time
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *clock) move(to time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if to.After(c.at) {
		c.at = to
	}
}

// past is a server at another time, in this process and without a port.
type past struct {
	*clock
	rules  *backend.Backend
	owner  *client.Client // over what would be the socket
	public http.RoundTripper
}

func openPast(ctx context.Context, dir string, at time.Time) (*past, error) {
	c := &clock{at: at}
	rules, err := backend.Open(ctx, backend.Config{Dir: dir, Admin: owner, Now: c.now})
	if err != nil {
		return nil, err
	}
	nothing := func() model.Status { return model.Status{} }
	doors := server.New(server.Config{Backend: rules, TrustedProxies: trusted, Status: nothing, Stop: func() {}})
	local, err := client.New(client.Options{
		URL: pastURL, UserAgent: "keydeck", Now: c.now, Transport: direct{doors.Local()},
	})
	if err != nil {
		return nil, errors.Join(err, rules.Close(ctx))
	}
	return &past{clock: c, rules: rules, owner: local, public: direct{doors.Public()}}, nil
}

// pastURL is what the past is called; nothing resolves it.
const pastURL = "http://127.0.0.1"

// direct sends requests to a handler without a network between.
type direct struct{ http.Handler }

func (d direct) RoundTrip(r *http.Request) (*http.Response, error) {
	in := r.Clone(r.Context())
	in.RemoteAddr, in.RequestURI = "127.0.0.1:1", r.URL.RequestURI()
	if in.Body == nil {
		in.Body = http.NoBody
	}
	out := answer{header: http.Header{}}
	d.ServeHTTP(&out, in)
	if out.status == 0 {
		out.status = http.StatusOK
	}
	return &http.Response{
		StatusCode: out.status, Status: http.StatusText(out.status), Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: out.header, Body: io.NopCloser(&out.body), ContentLength: int64(out.body.Len()), Request: r,
	}, nil
}

// answer is an http.ResponseWriter that keeps what it gets.
type answer struct {
	header http.Header
	status int
	body   bytes.Buffer
}

func (a *answer) Header() http.Header { return a.header }

func (a *answer) WriteHeader(status int) {
	if a.status == 0 {
		a.status = status
	}
}

func (a *answer) Write(p []byte) (int, error) { return a.body.Write(p) }

// Pace of the past: it is staged faster than the log is written, and what the
// log cannot hold is lost.
const (
	logRoom  = 20_000
	logPause = 5 * time.Millisecond
)

// settle waits until the log has written enough to take more.
func (p *past) settle(ctx context.Context) error {
	tick := time.NewTicker(logPause)
	defer tick.Stop()
	for {
		s := p.rules.LogStats()
		if s.Recorded-s.Stored < logRoom {
			return nil
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-tick.C:
		}
	}
}

// owner is who made it all and looks at it.
const owner = "ada@example.com"

// Patience with a code that is on its way to the mailbox.
const (
	mailPatience = 10 * time.Second
	mailRetry    = 5 * time.Millisecond
)

// signIn signs the owner in, with the code from the mailbox.
func signIn(ctx context.Context, c *client.Client) error {
	ctx, cancel := context.WithTimeout(ctx, mailPatience)
	defer cancel()
	before, err := c.Mail(ctx)
	if err != nil {
		return fmt.Errorf("open the mailbox: %w", err)
	}
	if err := c.SendCode(ctx, owner); err != nil {
		return fmt.Errorf("ask for a code: %w", err)
	}
	tick := time.NewTicker(mailRetry)
	defer tick.Stop()
	for {
		mails, err := c.Mail(ctx)
		if err != nil {
			return fmt.Errorf("open the mailbox: %w", err)
		}
		if len(mails) > 0 && (len(before) == 0 || mails[0].ID != before[0].ID) {
			if err := c.SignIn(ctx, owner, mails[0].Code); err != nil {
				return fmt.Errorf("sign in: %w", err)
			}
			return nil
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("wait for the code: %w", ctx.Err())
		case <-tick.C:
		}
	}
}
