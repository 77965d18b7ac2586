package shell

import (
	"context"
	"errors"

	tea "charm.land/bubbletea/v2"

	"keydeck/model"
	"keydeck/ui/text"
)

// Receiver is who a letter is for: a screen, an overlay, or nil for the root.
type Receiver interface{ Update(tea.Msg) tea.Cmd }

// Reply is the outcome of a command on its way to who gave it. The root
// delivers it if that screen or overlay still lives and drops it if not.
type Reply struct {
	To  Receiver
	Msg tea.Msg
}

// Call is one kind of thing that a screen asks of the server. It numbers
// what is asked, so that only the answer to the last one counts.
type Call[T any] struct {
	N       int
	Pending bool
}

// Result to a question.
type Result[T any] struct {
	Of    *Call[T]
	N     int
	Value T
	Err   error
}

// Failure lets the root see what went wrong without knowing T.
func (a Result[T]) Failure() error { return a.Err }

// Ask runs f as a command and sends its result to the asker. The result's text was
// chosen by strangers, so it passes through text.Clean: what T holds in unexported
// fields must have been through it before.
func Ask[T any](sh *Shell, to Receiver, q *Call[T], f func(context.Context) (T, error)) tea.Cmd {
	q.N++
	q.Pending = true
	n, ctx := q.N, sh.state.Context
	return func() tea.Msg {
		value, err := f(ctx)
		text.Clean(&value)
		return Reply{to, Result[T]{q, n, value, err}}
	}
}

// Accept reports whether a is the answer that is waited for.
func (q *Call[T]) Accept(a Result[T]) bool {
	if a.Of != q || a.N != q.N {
		return false
	}
	q.Pending = false
	return true
}

// Discard drops what is asked: its answer will not be taken.
func (q *Call[T]) Discard() {
	q.N++
	q.Pending = false
}

// None is the value of questions that only succeed or fail.
type None struct{}

// ErrorOnly makes a question's function of one that returns nothing but an error.
func ErrorOnly(f func(context.Context) error) func(context.Context) (None, error) {
	return func(ctx context.Context) (None, error) { return None{}, f(ctx) }
}

// Unreachable reports an error that says that no server answers, as opposed to one
// that a server gave.
func Unreachable(err error) bool {
	return model.CodeOf(err) == model.CodeUnavailable && model.ReasonOf(err) == model.ReasonUnavailable
}

// ErrorText says an error to a person. The server's messages are fit to be shown;
// anything else is shown with what failed.
func ErrorText(err error) string {
	switch {
	case err == nil:
		return ""
	case Unreachable(err):
		return "no server answers; try again"
	}
	return text.Visible(text.Plain(errorMessage(err)))
}

// RetryText is words for what is asked again by itself.
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
		return "too often; wait " + text.Countdown(e.RetryAfter)
	case e.Code == model.CodeInternal:
		return e.Message + " (a defect; the server's log says more)"
	}
	return e.Message
}

// Done is the end of work that is off the Update loop and asks no server of ours:
// how it ended says nothing of the server and of the login.
type Done[T any] struct {
	of    *Call[T]
	n     int
	Value T
	Err   error
}

// Background runs f as a command, off the Update loop, and addresses its end to who
// gave it.
func Background[T any](sh *Shell, to Receiver, q *Call[T], f func(context.Context) (T, error)) tea.Cmd {
	q.N++
	q.Pending = true
	n, ctx := q.N, sh.state.Context
	return func() tea.Msg {
		value, err := f(ctx)
		return Reply{to, Done[T]{q, n, value, err}}
	}
}

// AcceptDone reports whether m is the end that is waited for.
func (q *Call[T]) AcceptDone(m Done[T]) bool { return q.Accept(Result[T]{Of: m.of, N: m.n}) }
