// Package tui is Keydeck's dashboard in the terminal.
//
// It is a client of the server like any other (server/client) and has no rules of
// its own. Root is the one Bubble Tea model: it keeps the state, dispatches messages
// and keys, and draws the frame around the screens, which it is given (package
// screens). Guarantees: state changes in Update only, all I/O happens in commands,
// View is pure, and the terminal is restored however the dashboard ends.
package tui

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"
	"golang.org/x/term"
)

// Run shows the dashboard until the user quits or ctx ends, neither of
// which is an error. A panic in Update, View or a command restores the terminal, prints
// its stack to standard error and comes back as tea.ErrProgramPanic.
func Run(ctx context.Context, o Options) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	root := New(ctx, o)
	root.loadState()
	root.loadKeymap()
	// Signals are the caller's: SIGTERM and SIGHUP end ctx.
	opts := []tea.ProgramOption{tea.WithContext(ctx), tea.WithoutSignalHandler(), tea.WithEnvironment(root.options.Environ)}
	switch {
	case o.Input != nil:
		opts = append(opts, tea.WithInput(o.Input))
	case term.IsTerminal(int(os.Stdin.Fd())): // else Bubble Tea looks for one
		opts = append(opts, tea.WithInput(newTerminal(os.Stdin)))
	}
	if o.Output != nil {
		opts = append(opts, tea.WithOutput(o.Output))
	}
	if root.noColor() {
		opts = append(opts, tea.WithColorProfile(colorprofile.Ascii))
	}
	rate := &pace{}
	rate.program = tea.NewProgram(paced{root, rate}, opts...)
	_, err := rate.program.Run()
	root.Close()
	over := ctx.Err() != nil
	cancel()
	root.finish()
	switch {
	case root.fatal != nil:
		return root.fatal
	case err == nil, over && !errors.Is(err, tea.ErrProgramPanic):
		return nil
	}
	return fmt.Errorf("run dashboard: %w", err)
}

// finishTimeout is how long the end of the dashboard waits for what must not be cut
// off, such as removing a half-written file.
const finishTimeout = 2 * time.Second

// finish waits for the work under way, whose context has ended, and writes the state
// file a last time.
func (r *Root) finish() {
	done := make(chan struct{})
	go func() {
		defer close(done)
		r.state.Work.Wait()
		r.saveStateNow()
	}()
	select {
	case <-done:
	case <-time.After(finishTimeout):
	}
}
