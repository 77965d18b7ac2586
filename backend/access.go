package backend

import (
	"context"
	"sync"
)

// accessSignal tells long-lived readers that somebody's access has changed: each
// change cancels the current context and makes the next one.
type accessSignal struct {
	mu      sync.Mutex
	current context.Context //nolint:containedctx // it is the value itself, not a parameter
	cancel  context.CancelFunc
}

func newAccessSignal() *accessSignal {
	e := &accessSignal{}
	e.current, e.cancel = context.WithCancel(context.Background())
	return e
}

// fire cancels the current context.
func (e *accessSignal) fire() {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.cancel()
	e.current, e.cancel = context.WithCancel(context.Background())
}

// AccessContext is done as soon as a login ends or anybody's projects change. A
// handler that keeps an answer open takes the context first, then checks what
// the reader may see, and checks again when the context is done.
func (b *Backend) AccessContext() context.Context {
	b.access.mu.Lock()
	defer b.access.mu.Unlock()
	return b.access.current
}
