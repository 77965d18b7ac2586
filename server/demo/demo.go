// Package demo shows a whole server on one machine in a few seconds: a data
// directory that is thrown away, projects and credentials with a history, and
// callers of every kind that go on calling.
//
// The history is no fiction in the database. The server's own handlers run on a
// clock that starts four months ago, and clients call them (stage.go); then the
// clock is taken away, a server in the present opens the same directory, and the
// same clients call that one over TCP (traffic.go).
//
// Guarantees: the directory is made by Run, closed to others, and gone when Run
// returns, however that comes about, but for a kill. Nothing is written
// elsewhere. No call leaves this machine.
package demo

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/netip"
	"os"
	"path/filepath"
	"runtime/debug"
	"time"

	"keydeck/backend"
	"keydeck/model"
	"keydeck/server/client"
	"keydeck/server/daemon"
)

// Banner stands wherever a person could take the demo for the real thing.
const Banner = "demo: everything here is thrown away"

// MaxRate is the most requests a second that a demo makes.
const MaxRate = 1000

// Config is what Run needs. Listen is required.
type Config struct {
	Listen  string // host:port, port 0 for any free one
	Rate    int    // requests a second, 0 for none, at most MaxRate
	Version string
	Log     *slog.Logger // nil: discarded
}

// Show is what runs in front of the demo: a dashboard, or a notice and a wait.
// The demo ends when it returns. c is signed in as the owner.
type Show func(ctx context.Context, c *client.Client, s Scene) error

// Scene is what somebody needs to know to join in.
type Scene struct {
	URL, Socket, Dir string
	Email            string // who is signed in
	Project, Account string // id and account id of the busiest project
	APIKey           string // works
	Expired, Revoked string // do not
	KID, Secret      string // a JWT secret
}

// Run makes a demo, shows it, and removes it.
func Run(ctx context.Context, c Config, show Show) (err error) {
	if c.Rate < 0 || c.Rate > MaxRate {
		return fmt.Errorf("make a demo: %d requests a second; allowed are 0 to %d", c.Rate, MaxRate)
	}
	dir, err := os.MkdirTemp("", "keydeck-demo-") // mode 0700
	if err != nil {
		return fmt.Errorf("make a demo: %w", err)
	}
	defer func() {
		if e := os.RemoveAll(dir); e != nil {
			err = errors.Join(err, fmt.Errorf("remove the demo: %w", e))
		}
	}()
	return guard(func() error { return run(ctx, c, dir, show) })
}

// guard turns a panic into an error, so that the directory is removed after one
// in any goroutine.
func guard(do func() error) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("panic: %v\n%s", r, debug.Stack())
		}
	}()
	return do()
}

func run(ctx context.Context, c Config, dir string, show Show) error {
	cast, err := stage(ctx, dir, time.Now(), c.Rate)
	if err != nil {
		return fmt.Errorf("stage the demo: %w", err)
	}
	config := daemon.Config{
		Dir: dir, Listen: c.Listen, Version: c.Version, Log: c.Log, TrustedProxies: trusted,
		Backend: backend.Config{Admin: owner},
	}
	running, stop := context.WithCancel(ctx)
	defer stop()
	ready, ended := make(chan model.Status, 1), make(chan error, 1)
	go func() { ended <- daemon.Run(running, config, func(s model.Status) { ready <- s }) }()
	select {
	case status := <-ready:
		err = perform(running, c, cast, status, show, ended)
	case err := <-ended:
		return err
	}
	stop()
	return errors.Join(err, <-ended)
}

// perform runs traffic and show until the show is over, the server ends or ctx
// does. It leaves what the server ended with in ended.
func perform(ctx context.Context, c Config, cast *cast, status model.Status, show Show, ended chan error) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	local, err := client.New(client.Options{
		Socket: status.Socket, UserAgent: "keydeck/" + c.Version,
		Sessions: client.NewFile(filepath.Join(status.DataDir, client.SessionFile), status.Socket),
	})
	if err != nil {
		return fmt.Errorf("reach the demo: %w", err)
	}
	defer local.Close()
	if err := signIn(ctx, local); err != nil {
		return err
	}
	go func() {
		select {
		case err := <-ended: // told to stop
			ended <- err
			stop()
		case <-ctx.Done():
		}
	}()
	calling := make(chan error, 1)
	go func() { calling <- guard(func() error { return newTroupe(cast, status.URL).play(ctx, c.Rate) }) }()
	err = guard(func() error { return show(ctx, local, cast.scene(status)) })
	stop()
	return errors.Join(err, <-calling)
}

// trusted is this machine: the callers of the demo say where they call from in
// X-Forwarded-For, as if they came through a proxy.
var trusted = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8"), netip.MustParsePrefix("::1/128")}
