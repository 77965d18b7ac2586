package shell

import (
	"context"
	"errors"

	tea "charm.land/bubbletea/v2"

	"keydeck/model"
	"keydeck/ui/text"
)

// Receiver gets a reply: a screen, an overlay, or nil for the root.
type Receiver interface{ Update(tea.Msg) tea.Cmd }

// Reply is a command's result. The root drops it if the screen or overlay that asked is
// gone.
type Reply struct {
	To    Receiver
	Asked bool  // the server; Err then says something of it and of the login
	Err   error // nil if it succeeded
	Then  func() tea.Cmd
}

// Call is one kind of call, to the server or in the background. It numbers the calls,
// so that only the result of the last one counts.
type Call struct {
	N       int
	Pending bool
}

// Ask runs f as a command and hands its result to then, on the Update loop, if it is
// that of the last call. The result's text was chosen by strangers, so it passes through
// text.Clean: what T holds in unexported fields must have been through it before.
func Ask[T any](sh *Shell, to Receiver, q *Call, f func(context.Context) (T, error), then func(T, error) tea.Cmd) tea.Cmd {
	return run(sh, Reply{To: to, Asked: true}, q, f, then)
}

// Background is Ask for what does not call the server.
func Background[T any](sh *Shell, to Receiver, q *Call, f func(context.Context) (T, error), then func(T, error) tea.Cmd) tea.Cmd {
	return run(sh, Reply{To: to}, q, f, then)
}

func run[T any](sh *Shell, r Reply, q *Call, f func(context.Context) (T, error), then func(T, error) tea.Cmd) tea.Cmd {
	q.N++
	q.Pending = true
	n, ctx := q.N, sh.state.Context
	return func() tea.Msg {
		value, err := f(ctx)
		if r.Asked {
			text.Clean(&value)
		}
		r.Err, r.Then = err, func() tea.Cmd {
			if n != q.N {
				return nil
			}
			q.Pending = false
			return then(value, err)
		}
		return r
	}
}

// Quiet adapts a function that asks for nothing more to Ask.
func Quiet[T any](f func(T, error)) func(T, error) tea.Cmd {
	return func(value T, err error) tea.Cmd {
		f(value, err)
		return nil
	}
}

// Discard makes the result of a pending call count no more.
func (q *Call) Discard() {
	q.N++
	q.Pending = false
}

// None is the value of calls that only succeed or fail.
type None struct{}

// ErrorOnly adapts a function without a value to Ask.
func ErrorOnly(f func(context.Context) error) func(context.Context) (None, error) {
	return func(ctx context.Context) (None, error) { return None{}, f(ctx) }
}

// Unreachable reports whether err says that no server answers.
func Unreachable(err error) bool {
	return model.CodeOf(err) == model.CodeUnavailable && model.ReasonOf(err) == model.ReasonUnavailable
}

// ErrorText is an error for people: the server's message, or what failed.
func ErrorText(err error) string {
	switch {
	case err == nil:
		return ""
	case Unreachable(err):
		return "no server answers; try again"
	}
	return text.Visible(errorMessage(err))
}

// RetryText is ErrorText for a call that is repeated automatically.
func RetryText(err error) string {
	if Unreachable(err) {
		return "no server answers; trying again"
	}
	return ErrorText(err)
}

func errorMessage(err error) string {
	var e *model.Error
	switch {
	case !errors.As(err, &e):
		return err.Error()
	case e.Code == model.CodeRateLimited:
		return "too often; wait " + model.Span(e.RetryAfter)
	case e.Code == model.CodeInternal:
		return e.Message + " (a defect; the server's log says more)"
	}
	return e.Message
}
