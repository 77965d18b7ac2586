package daemon

import (
	"context"
	"errors"
	"os"

	"keydeck/model"
)

// Front is what runs in front of a server: the dashboard.
type Front struct {
	// Run draws until the user quits or ctx ends. owned says that the server is in
	// this process and ends when Run returns; it is false if another process holds
	// the data directory.
	Run func(ctx context.Context, owned bool) error
	// Hangup receives a signal when the terminal vanishes (SIGHUP).
	Hangup <-chan os.Signal
	// Present reports whether the terminal is still there: not every one that
	// vanishes sends SIGHUP.
	Present func() bool
}

// Foreground runs a server with f in front of it. When the user quits f, the server
// ends; when the terminal vanishes, the server keeps serving until ctx ends or it is
// told to stop; when the server ends, so does f. If another process already serves
// the data directory, f runs alone.
func Foreground(ctx context.Context, c Config, f Front) error {
	serving, stop := context.WithCancel(ctx)
	defer stop()
	ready, ended := make(chan struct{}), make(chan error, 1)
	go func() { ended <- Run(serving, c, func(model.Status) { close(ready) }) }()
	owned := true
	select {
	case <-ready:
	case err := <-ended:
		if _, held := errors.AsType[*HeldError](err); !held {
			return err
		}
		owned = false
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
	err := model.Recover(func() error { return f.Run(watched, owned) })
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
