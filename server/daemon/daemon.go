// Package daemon is the life of one server process: it takes the data directory,
// opens the backend, listens, and puts everything away again.
//
// Guarantees: one process at a time serves a data directory, and a second one is
// told which (HeldError). Nothing in the directory is touched before the lock is
// held, and no database is opened before the port is bound. Whichever way Run
// ends, but for a kill, the backend is closed, then the socket removed, then the
// lock dropped: a socket that is gone means that everything is written down.
package daemon

import (
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
	"runtime/debug"
	"strconv"
	"sync"
	"time"

	"keydeck/backend"
	"keydeck/model"
	"keydeck/server"
	"keydeck/server/client"
)

// Bounds of a clean end. Requests that are under way get drainTime, then the
// backend gets closeTime to write everything down.
const (
	drainTime = 5 * time.Second
	closeTime = 5 * time.Second
)

// statusTime bounds the one question of a Status that the database answers.
const statusTime = 2 * time.Second

// Config is what Run needs. Dir and Listen are required, Dir is absolute.
type Config struct {
	Dir            string
	Listen         string           // host:port, port 0 for any free one
	TLS            *tls.Certificate // nil for plain HTTP
	PublicURL      string           // "" for the address it listens on
	Region         string
	Version        string
	CORSOrigins    []string
	TrustedProxies []netip.Prefix
	Backend        backend.Config // Dir, Issuer, Hostname and Log are filled in by Run
	Log            *slog.Logger   // nil: discarded
}

// Run serves until ctx ends or a client asks the server to stop, then ends
// cleanly and returns nil. ready is called once, when requests are answered.
func Run(ctx context.Context, c Config, ready func(model.Status)) error {
	return guard(func() error { return run(ctx, c, ready) })
}

// guard turns a panic into an error, so that whoever draws on the terminal can
// put it right before the program ends.
func guard(do func() error) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("panic: %v\n%s", r, debug.Stack())
		}
	}()
	return do()
}

func run(ctx context.Context, c Config, ready func(model.Status)) (err error) {
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	ctx, stop := context.WithCancel(ctx)
	defer stop()

	if err := makeDir(c.Dir, c.Log); err != nil {
		return err
	}
	socket, err := client.SocketPath(c.Dir)
	if err != nil {
		return err
	}
	held, err := holdDir(c.Dir, socket)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, held.release()) }()

	public, err := listenTCP(ctx, c.Listen, c.TLS)
	if err != nil {
		return err
	}
	defer func() { _ = public.Close() }() // for the ways out before it is served
	url := c.PublicURL
	if url == "" {
		url = urlOf(public.Addr(), c.TLS != nil)
	}
	if exposed(public.Addr()) && c.TLS == nil {
		c.Log.Warn("listening beyond this machine without TLS: keys and codes travel in the clear; set --tls-cert and --tls-key, or put a proxy that speaks TLS in front",
			"listen", public.Addr().String())
	}

	local, err := takeSocket(c.Dir, socket)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.Remove(socket)) }()
	defer func() { _ = local.Close() }()

	rules, err := openBackend(ctx, c, url)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, closeBackend(rules)) }()

	status := statusOf(c, rules, held.holder, url, public.Addr().String())
	doors := server.New(server.Config{
		Backend: rules, Service: c.Backend.Service, CORSOrigins: c.CORSOrigins, TrustedProxies: c.TrustedProxies,
		PublicURL: c.PublicURL, Region: c.Region, Version: c.Version, Status: status, Stop: stop, Log: c.Log,
	})
	if err := held.serving(url); err != nil {
		return err
	}
	return serve(ctx, c.Log, func() {
		c.Log.Info("serving", "url", url, "socket", socket, "data", c.Dir)
		ready(status())
	}, door{doors.HTTPServer(doors.Public()), public}, door{doors.HTTPServer(doors.Local()), local})
}

// takeSocket binds the socket of dir, in a folder that is closed to others.
func takeSocket(dir, socket string) (net.Listener, error) {
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

// statusOf is what the server says of itself. Only the counters and whether
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

// door is an HTTP server and what it listens on.
type door struct {
	*http.Server
	listener net.Listener
}

// serve runs the doors until ctx ends or one of them breaks, then closes them:
// no new connections, live streams end, requests under way finish.
func serve(ctx context.Context, log *slog.Logger, ready func(), doors ...door) error {
	broken := make(chan error, len(doors))
	for _, d := range doors {
		go func() { broken <- guard(func() error { return d.Serve(d.listener) }) }()
	}
	ready()
	var err error
	select {
	case <-ctx.Done():
	case err = <-broken:
		err = fmt.Errorf("serve: %w", err)
	}
	log.Info("stopping")
	drain, cancel := context.WithTimeout(context.Background(), drainTime)
	defer cancel()
	var all sync.WaitGroup
	for _, d := range doors {
		all.Go(func() {
			if d.Shutdown(drain) != nil {
				log.Warn("requests were still under way and have been cut off", "listen", d.listener.Addr().String())
				_ = d.Close()
			}
		})
	}
	all.Wait()
	return err
}
