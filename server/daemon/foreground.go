package daemon

import (
	"context"
	"errors"
	"os"

	"keydeck/model"
)

// Front is what runs in front of a server: the dashboard.
type Front struct {
	// Run draws until it is left or ctx ends. owned says that the server is in this
	// process and ends when Run returns; it is false where another process holds
	// the data directory.
	Run func(ctx context.Context, owned bool) error
	// Hangup hears that the terminal vanished (SIGHUP).
	Hangup <-chan os.Signal
	// Present reports whether the terminal is still there: not every terminal that
	// vanishes says so.
	Present func() bool
}

// Foreground runs a server with f in front of it. When f is left, the server
// ends with it; when the terminal vanishes under f, the server serves on until
// ctx ends or it is told to stop; when the server ends, f does too. A data
// directory that is served already gets f alone.
func Foreground(ctx context.Context, c Config, f Front) error {
	serving, stop := context.WithCancel(ctx)
	defer stop()
	ready, ended := make(chan struct{}), make(chan error, 1)
	go func() { ended <- Run(serving, c, func(model.Status) { close(ready) }) }()
	owned := true
	select {
	case <-ready:
	case err := <-ended:
		var held *HeldError
		if owned = !errors.As(err, &held); owned {
			return err
		}
	}

	watched, leave := context.WithCancel(ctx)
	defer leave()
	vanished := make(chan struct{})
	go func() {
		select {
		case <-f.Hangup:
			close(vanished)
		case err := <-ended: // told to stop
			ended <- err
		case <-watched.Done():
		}
		leave()
	}()
	err := guard(func() error { return f.Run(watched, owned) })
	if !owned {
		return err
	}
	select {
	case <-vanished:
	default:
		if f.Present() {
			stop()
		}
	}
	return errors.Join(err, <-ended)
}
