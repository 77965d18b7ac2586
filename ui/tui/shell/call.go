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

// Reply is a command's result for its receiver. The root drops it if that screen or
// overlay is gone.
type Reply struct {
	To  Receiver
	Msg tea.Msg
}

// Call is one kind of call, to the server or in the background. It numbers the calls,
// so that only the result of the last one counts.
type Call[T any] struct {
	N       int
	Pending bool
}

// Result of an Ask.
type Result[T any] struct {
	Of    *Call[T]
	N     int
	Value T
	Err   error
}

// Failure is Err, for the root, which does not know T.
func (a Result[T]) Failure() error { return a.Err }

// run makes a call, and gives what carries it out.
func (q *Call[T]) run(sh *Shell, f func(context.Context) (T, error)) func() Result[T] {
	q.N++
	q.Pending = true
	n, ctx := q.N, sh.state.Context
	return func() Result[T] {
		value, err := f(ctx)
		return Result[T]{q, n, value, err}
	}
}

// Ask runs f as a command and sends its result to the asker. The result's text was
// chosen by strangers, so it passes through text.Clean: what T holds in unexported
// fields must have been through it before.
func Ask[T any](sh *Shell, to Receiver, q *Call[T], f func(context.Context) (T, error)) tea.Cmd {
	run := q.run(sh, f)
	return func() tea.Msg {
		r := run()
		text.Clean(&r.Value)
		return Reply{to, r}
	}
}

// Accept reports whether a is the result of the last call.
func (q *Call[T]) Accept(a Result[T]) bool {
	if a.Of != q || a.N != q.N {
		return false
	}
	q.Pending = false
	return true
}

// Discard makes the result of a pending call count no more.
func (q *Call[T]) Discard() {
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
	return text.Visible(text.Plain(errorMessage(err)))
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

// Done is the result of a Background. Unlike a Result, it says nothing about the
// server and the login.
type Done[T any] Result[T]

// Background runs f as a command that does not call the server, and sends its result
// to the asker.
func Background[T any](sh *Shell, to Receiver, q *Call[T], f func(context.Context) (T, error)) tea.Cmd {
	run := q.run(sh, f)
	return func() tea.Msg { return Reply{to, Done[T](run())} }
}

// AcceptDone is Accept for a Done.
func (q *Call[T]) AcceptDone(m Done[T]) bool { return q.Accept(Result[T](m)) }
