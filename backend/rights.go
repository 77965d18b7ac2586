package backend

import (
	"context"
	"sync"
)

// eras tells long-lived readers that somebody's rights have changed: each change
// ends an era, a context, and begins the next.
type eras struct {
	mu  sync.Mutex
	now context.Context //nolint:containedctx // it is the value itself, not a parameter
	end context.CancelFunc
}

func newEras() *eras {
	e := &eras{}
	e.now, e.end = context.WithCancel(context.Background())
	return e
}

// change ends the era. Call it after the commit and before the action returns.
func (e *eras) change() {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.end()
	e.now, e.end = context.WithCancel(context.Background())
}

// AccessEra is a context that is done as soon as a login ends or anybody's
// projects change. Who keeps an answer open takes the era first, looks at the
// rights then, and looks again when it is over.
func (b *Backend) AccessEra() context.Context {
	b.rights.mu.Lock()
	defer b.rights.mu.Unlock()
	return b.rights.now
}

// sessionChanged forgets a login whose row has changed and tells its readers.
func (b *Backend) sessionChanged(id string) {
	b.known.sessions.forget(id)
	b.rights.change()
}
