package tui

import (
	"context"

	tea "charm.land/bubbletea/v2"

	"keydeck/model"
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
