// Package demo runs a complete server in a few seconds: a temporary data directory,
// projects and credentials with a history, and clients of every kind that keep
// calling.
//
// The history is not written into the database by hand. The server's own handlers
// run on a clock that starts four months ago, and clients call them (history.go).
// Then a server in the present opens the same directory, and the same clients call
// it over TCP (generator.go).
//
// Guarantees: Run makes the directory, closed to others, and removes it before it
// returns, for whatever reason short of a kill. Nothing is written elsewhere, and no
// call leaves this machine.
package demo

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/netip"
	"os"
	"time"

	"keydeck/backend"
	"keydeck/model"
	"keydeck/server/client"
	"keydeck/server/daemon"
)

// Banner is shown wherever a person could mistake the demo for the real thing.
const Banner = "demo: everything here is thrown away"

// MaxRate is the most requests a second that a demo can make.
const MaxRate = 1000

// Config configures Run. Listen is required.
type Config struct {
	Listen  string // host:port, port 0 for any free one
	Rate    int    // requests a second, 0 for none, at most MaxRate
	Version string
	Log     *slog.Logger // nil: discarded
}

// Show runs in front of the demo: a dashboard, or something that prints and waits.
// The demo ends when it returns. c is signed in as the owner.
type Show func(ctx context.Context, c *client.Client, s Scene) error

// Scene is what others need to know to use the demo.
type Scene struct {
	URL, Socket, Dir string
	Email            string // who is signed in
	Project, Account string // id and account id of the busiest project
	Key              string // works
	Expired, Revoked string // do not
	KID, Secret      string // a JWT secret
}

// Run makes a demo, shows it and removes it. A panic is returned as an error.
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
	return model.Recover(func() error { return run(ctx, c, dir, show) })
}

func run(ctx context.Context, c Config, dir string, show Show) error {
	seeded, err := makeHistory(ctx, dir, time.Now(), c.Rate)
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
		err = runFront(running, c, seeded, status, show, ended)
	case err := <-ended:
		return err
	}
	stop()
	return errors.Join(err, <-ended)
}

// runFront runs the traffic and show, until show returns or the server or ctx ends.
// The server's error stays in ended.
func runFront(ctx context.Context, c Config, seeded *seed, status model.Status, show Show, ended chan error) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	local, err := client.New(client.Options{Socket: status.Socket, Dir: status.DataDir, UserAgent: "keydeck/" + c.Version})
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
	go func() {
		calling <- model.Recover(func() error { return newGenerator(seeded, status.URL).run(ctx, c.Rate) })
	}()
	err = model.Recover(func() error { return show(ctx, local, seeded.scene(status)) })
	stop()
	return errors.Join(err, <-calling)
}

// trusted is this machine: the demo's clients put the address they pretend to call
// from into X-Forwarded-For, as if they came through a proxy.
var trusted = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8"), netip.MustParsePrefix("::1/128")}
