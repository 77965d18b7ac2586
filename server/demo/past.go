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

// clock is a clock that stands still until it is moved. It never goes back.
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

// pastServer is a server at another time, in this process and without a port.
type pastServer struct {
	*clock
	backend *backend.Backend
	owner   *client.Client // calls the handler of the socket
	public  http.RoundTripper
}

func openPast(ctx context.Context, dir string, at time.Time) (*pastServer, error) {
	c := &clock{at: at}
	b, err := backend.Open(ctx, backend.Config{Dir: dir, Admin: owner, Now: c.now})
	if err != nil {
		return nil, err
	}
	nothing := func() model.Status { return model.Status{} }
	srv := server.New(server.Config{Backend: b, TrustedProxies: trusted, Status: nothing, Stop: func() {}})
	local, err := client.New(client.Options{
		URL: pastURL, UserAgent: "keydeck", Now: c.now, Transport: handlerTransport{srv.Local()},
	})
	if err != nil {
		return nil, errors.Join(err, b.Close(ctx))
	}
	return &pastServer{clock: c, backend: b, owner: local, public: handlerTransport{srv.Public()}}, nil
}

// pastURL is the URL of a pastServer; nothing connects to it.
const pastURL = "http://127.0.0.1"

// handlerTransport is an http.RoundTripper that calls a handler.
type handlerTransport struct{ http.Handler }

func (d handlerTransport) RoundTrip(r *http.Request) (*http.Response, error) {
	in := r.Clone(r.Context())
	in.RemoteAddr, in.RequestURI = "127.0.0.1:1", r.URL.RequestURI()
	if in.Body == nil {
		in.Body = http.NoBody
	}
	out := recorder{header: http.Header{}}
	d.ServeHTTP(&out, in)
	if out.status == 0 {
		out.status = http.StatusOK
	}
	return &http.Response{
		StatusCode: out.status, Status: http.StatusText(out.status), Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: out.header, Body: io.NopCloser(&out.body), ContentLength: int64(out.body.Len()), Request: r,
	}, nil
}

// recorder is an http.ResponseWriter that keeps what is written.
type recorder struct {
	header http.Header
	status int
	body   bytes.Buffer
}

func (a *recorder) Header() http.Header { return a.header }

func (a *recorder) WriteHeader(status int) {
	if a.status == 0 {
		a.status = status
	}
}

func (a *recorder) Write(p []byte) (int, error) { return a.body.Write(p) }

// The history is made faster than the log is written, and a full log drops records:
// no more than logRoom records may wait for the writer.
const (
	logRoom  = 20_000
	logPause = 5 * time.Millisecond
)

// waitForLog waits until the log has room.
func (p *pastServer) waitForLog(ctx context.Context) error {
	for range model.Every(ctx, logPause) {
		if s := p.backend.LogStats(); s.Recorded-s.Stored < logRoom {
			return nil
		}
	}
	return ctx.Err()
}

// owner is the user who made everything and looks at it.
const owner = "ada@example.com"

// How long, and how often, to look for a code in the mailbox.
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
	for range model.Every(ctx, mailRetry) {
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
	}
	return fmt.Errorf("wait for the code: %w", ctx.Err())
}
