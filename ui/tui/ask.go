package tui

import (
	"context"
	"errors"

	tea "charm.land/bubbletea/v2"

	"keydeck/model"
	"keydeck/ui/text"
)

// addressee is who a letter is for: a screen, an overlay, or nil for the root.
type addressee interface{ Update(tea.Msg) tea.Cmd }

// letter is the outcome of a command on its way to who gave it. The root
// delivers it if that screen or overlay still lives and drops it if not.
type letter struct {
	to   addressee
	body tea.Msg
}

// question is one kind of thing that a screen asks of the server. It numbers
// what is asked, so that only the answer to the last one counts.
type question[T any] struct {
	n       int
	waiting bool
}

// answer to a question.
type answer[T any] struct {
	of    *question[T]
	n     int
	value T
	err   error
}

// failure lets the root see what went wrong without knowing T.
func (a answer[T]) failure() error { return a.err }

// ask runs f as a command and addresses its answer to who asks.
func ask[T any](d *desk, to addressee, q *question[T], f func(context.Context) (T, error)) tea.Cmd {
	q.n++
	q.waiting = true
	n, ctx := q.n, d.ctx
	return func() tea.Msg {
		value, err := f(ctx)
		return letter{to, answer[T]{q, n, value, err}}
	}
}

// take reports whether a is the answer that is waited for.
func (q *question[T]) take(a answer[T]) bool {
	if a.of != q || a.n != q.n {
		return false
	}
	q.waiting = false
	return true
}

// forget drops what is asked: its answer will not be taken.
func (q *question[T]) forget() {
	q.n++
	q.waiting = false
}

// none is the value of questions that only succeed or fail.
type none struct{}

// only makes a question's function of one that returns nothing but an error.
func only(f func(context.Context) error) func(context.Context) (none, error) {
	return func(ctx context.Context) (none, error) { return none{}, f(ctx) }
}

// lost reports an error that says that no server answers, as opposed to one
// that a server gave.
func lost(err error) bool {
	return model.CodeOf(err) == model.CodeUnavailable && model.ReasonOf(err) == model.ReasonUnavailable
}

// words says an error to a person. The server's messages are fit to be shown;
// anything else is shown with what failed.
func words(err error) string {
	switch {
	case err == nil:
		return ""
	case lost(err):
		return "no server answers; try again"
	}
	return text.Visible(text.Plain(errMessage(err)))
}

// meanwhile is words for what is asked again by itself.
func meanwhile(err error) string {
	if lost(err) {
		return "no server answers; trying again"
	}
	return words(err)
}

func errMessage(err error) string {
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

// done is the end of work that is off the Update loop and asks no server of ours:
// how it ended says nothing of the server and of the login.
type done[T any] struct {
	of    *question[T]
	n     int
	value T
	err   error
}

// work runs f as a command, off the Update loop, and addresses its end to who
// gave it.
func work[T any](d *desk, to addressee, q *question[T], f func(context.Context) (T, error)) tea.Cmd {
	q.n++
	q.waiting = true
	n, ctx := q.n, d.ctx
	return func() tea.Msg {
		value, err := f(ctx)
		return letter{to, done[T]{q, n, value, err}}
	}
}

// ended reports whether m is the end that is waited for.
func (q *question[T]) ended(m done[T]) bool { return q.take(answer[T]{of: m.of, n: m.n}) }
