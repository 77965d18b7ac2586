package backend

import (
	"context"
	"sync"
)

// eras tells long-lived readers that somebody's rights have changed: each change
// ends an era, a context, and begins the next.
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

// change ends the era. Call it after the commit and before the action returns.
func (e *accessSignal) fire() {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.cancel()
	e.current, e.cancel = context.WithCancel(context.Background())
}

// AccessEra is a context that is done as soon as a login ends or anybody's
// projects change. Who keeps an answer open takes the era first, looks at the
// rights then, and looks again when it is over.
func (b *Backend) AccessContext() context.Context {
	b.access.mu.Lock()
	defer b.access.mu.Unlock()
	return b.access.current
}

// sessionChanged forgets a login whose row has changed and tells its readers.
func (b *Backend) sessionChanged(id string) {
	b.cache.sessions.invalidate(id)
	b.access.fire()
}
