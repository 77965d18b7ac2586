// Package daemon runs one server process: it locks the data directory, opens the
// backend, listens, and shuts everything down again.
//
// Guarantees: one process at a time serves a data directory, and a second one is
// told which (HeldError). Nothing in the directory is touched before the lock is
// held, and no database is opened before the port is bound. However Run ends, short
// of a kill, it closes the backend, then removes the socket, then drops the lock: a
// socket that is gone means that everything has been written.
package daemon

import (
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"time"

	"keydeck/backend"
	"keydeck/model"
	"keydeck/server"
	"keydeck/server/client"
)

// Bounds of a clean shutdown. Requests in flight get drainTime, then the backend gets
// closeTime to write everything.
const (
	drainTime = 5 * time.Second
	closeTime = 5 * time.Second
)

// statusTime bounds the one query that a Status needs.
const statusTime = 2 * time.Second

// Config configures Run. Dir and Listen are required; Dir is absolute.
type Config struct {
	Dir            string
	Listen         string           // host:port, port 0 for any free one
	TLS            *tls.Certificate // nil for plain HTTP
	PublicURL      string           // "" for the address it listens on
	Region         string
	Version        string
	CORSOrigins    []string
	TrustedProxies []netip.Prefix
	Backend        backend.Config // Run fills in Dir, Issuer, Hostname and Log
	Log            *slog.Logger   // nil: discarded
}

// Run serves until ctx ends or a client asks the server to stop, then shuts down
// cleanly and returns nil. It calls ready once, when requests are answered. A panic
// is returned as an error, so that a dashboard can restore the terminal.
func Run(ctx context.Context, c Config, ready func(model.Status)) error {
	return model.Recover(func() error { return run(ctx, c, ready) })
}

func run(ctx context.Context, c Config, ready func(model.Status)) (err error) {
	c.Log = cmp.Or(c.Log, slog.New(slog.DiscardHandler))
	ctx, stop := context.WithCancel(ctx)
	defer stop()

	if err := makeDir(c.Dir, c.Log); err != nil {
		return err
	}
	socket, err := client.SocketPath(c.Dir)
	if err != nil {
		return err
	}
	lock, err := lockDir(c.Dir, socket)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, lock.release()) }()

	public, err := listenTCP(ctx, c.Listen, c.TLS)
	if err != nil {
		return err
	}
	defer func() { _ = public.Close() }() // if it returns before serving
	url := cmp.Or(c.PublicURL, urlOf(public.Addr(), c.TLS != nil))
	if exposed(public.Addr()) && c.TLS == nil {
		c.Log.Warn("listening beyond this machine without TLS: keys and codes travel in the clear; set --tls-cert and --tls-key, or put a proxy that speaks TLS in front",
			"listen", public.Addr().String())
	}

	local, err := bindSocket(c.Dir, socket)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.Remove(socket)) }()
	defer func() { _ = local.Close() }()

	b, err := openBackend(ctx, c, url)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, closeBackend(b)) }()

	status := statusOf(c, b, lock.holder, url, public.Addr().String())
	srv := server.New(server.Config{
		Backend: b, Service: c.Backend.Service, CORSOrigins: c.CORSOrigins, TrustedProxies: c.TrustedProxies,
		PublicURL: c.PublicURL, Region: c.Region, Version: c.Version, Status: status, Stop: stop, Log: c.Log,
	})
	if err := lock.setURL(url); err != nil {
		return err
	}
	return serve(ctx, c.Log, func() {
		c.Log.Info("serving", "url", url, "socket", socket, "data", c.Dir)
		ready(status())
	}, binding{srv.HTTPServer(srv.Public()), public}, binding{srv.HTTPServer(srv.Local()), local})
}

// bindSocket binds the socket of dir, in a folder that is closed to others.
func bindSocket(dir, socket string) (net.Listener, error) {
	if folder := filepath.Dir(socket); folder != filepath.Clean(dir) {
		if err := makeSocketDir(folder); err != nil {
			return nil, err
		}
	}
	return listenSocket(socket)
}

func openBackend(ctx context.Context, c Config, url string) (*backend.Backend, error) {
	host, err := os.Hostname()
	if err != nil {
		return nil, fmt.Errorf("ask for the host's name: %w", err)
	}
	c.Backend.Dir, c.Backend.Issuer, c.Backend.Hostname, c.Backend.Log = c.Dir, url, host, c.Log
	return backend.Open(ctx, c.Backend)
}

func closeBackend(b *backend.Backend) error {
	ctx, cancel := context.WithTimeout(context.Background(), closeTime)
	defer cancel()
	if err := b.Close(ctx); err != nil {
		return fmt.Errorf("close the databases: %w", err)
	}
	return nil
}

// statusOf returns what the server says about itself. Only the counters and whether
// there are users change while it runs.
func statusOf(c Config, b *backend.Backend, h client.Holder, url, listen string) func() model.Status {
	fixed := model.Status{
		Version: c.Version, PID: h.PID, StartedAt: h.Started, URL: url, Listen: listen, Socket: h.Socket, DataDir: c.Dir,
		Mail: "local mailbox", LocalMailbox: b.HasLocalMailbox(), Service: c.Backend.Service, Signup: "invite", Region: c.Region,
	}
	if smtp := c.Backend.SMTP; smtp != nil {
		fixed.Mail = net.JoinHostPort(smtp.Host, strconv.Itoa(smtp.Port))
	}
	if c.Backend.OpenSignup {
		fixed.Signup = "open"
	}
	return func() model.Status {
		now := fixed
		ctx, cancel := context.WithTimeout(context.Background(), statusTime)
		defer cancel()
		users, err := b.HasUsers(ctx)
		if err != nil {
			c.Log.Warn("status: the database does not say whether there are users", "error", err)
		}
		now.HasUsers = users
		now.Log = b.LogStats()
		return now
	}
}

// A binding is an HTTP server and what it listens on.
type binding struct {
	*http.Server
	listener net.Listener
}

// serve runs the servers until ctx ends or one of them fails, then shuts them down:
// no new connections, live streams end, requests in flight finish.
func serve(ctx context.Context, log *slog.Logger, ready func(), servers ...binding) error {
	failed := make(chan error, len(servers))
	for _, s := range servers {
		go func() { failed <- model.Recover(func() error { return s.Serve(s.listener) }) }()
	}
	ready()
	var err error
	select {
	case <-ctx.Done():
	case err = <-failed:
		err = fmt.Errorf("serve: %w", err)
	}
	log.Info("stopping")
	drain, cancel := context.WithTimeout(context.Background(), drainTime)
	defer cancel()
	var all sync.WaitGroup
	for _, s := range servers {
		all.Go(func() {
			if s.Shutdown(drain) != nil {
				log.Warn("requests were still under way and have been cut off", "listen", s.listener.Addr().String())
				_ = s.Close()
			}
		})
	}
	all.Wait()
	return err
}
