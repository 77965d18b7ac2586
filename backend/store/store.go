// Package store is the only package that knows SQL. It keeps the state of an
// installation in keydeck.db (Store) and the request log in requests.db
// (Requests).
//
// Guarantees:
//
//   - A method that writes is one transaction: after an error, nothing of it is
//     in the database. What Store has committed survives a power cut
//     (synchronous=FULL); the last batch of Requests may be lost, but the file
//     is never damaged.
//   - Every rule that two callers could race for (a code is used once, a refresh
//     token is rotated once, a project keeps an owner) is decided inside the
//     transaction, never by a read before it.
//   - What changes for people or programs is an event, written in the transaction of
//     the change (events.go); followers read the events in order and miss none.
//   - Times are arguments, in any zone. They come back in UTC, truncated to the
//     millisecond.
//   - Errors are ErrNotFound, ErrConflict, ErrUnavailable or a context error; use
//     errors.Is. Anything else is a defect.
//   - What a method returns belongs to the caller; nothing is shared.
package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"sync"
	"time"
)

// Errors that callers branch on. Everything else that goes wrong in the engine
// (disk full, read-only, unreachable, corrupt) is wrapped in ErrUnavailable.
var (
	ErrNotFound    = errors.New("store: no such row")
	ErrConflict    = errors.New("store: the row already exists")
	ErrUnavailable = errors.New("store: the database does not answer")
	ErrNewer       = errors.New("store: the database was written by a newer version")
)

// Options of OpenBoth, Open and OpenRequests.
type Options struct {
	Path       string       // of the database file; its directory must exist
	Readers    int          // connections that only read, 0: 4
	Migrations fs.FS        // nil: assets.Migrations
	Log        *slog.Logger // told of a copy; nil: discarded
}

const defaultReaders = 4

// probeEvery is how long the result of a successful Ping is reused: anybody may
// call a health check, and not each call may cost a write.
const probeEvery = time.Second

// Store is the state database. All methods are safe for concurrent use. Times
// are passed in, never taken from the engine.
type Store struct {
	db       *database
	onChange func(ctx context.Context, seq int64, err error)

	liveByDigest, liveByID    *sql.Stmt // on the readers
	liveSession, refreshToken *sql.Stmt
	events                    *sql.Stmt
	tryCode, insertEvent      *sql.Stmt // on the writer

	probing  sync.Mutex
	probedAt time.Time // time of the last good Ping
	probedIn int64     // failedWrites at that time
}

// OpenBoth opens keydeck.db and requests.db, or makes them with mode 0600, and
// brings their schemas up to date. Before an existing schema is migrated, the file
// is copied to keydeck.db.vN beside it, N being the schema's version. Neither
// database is migrated unless both can be opened and copied. ErrNewer: a later
// version has been here; the files are not touched.
func OpenBoth(ctx context.Context, state, requests Options) (*Store, *Requests, error) {
	first, err := begin(ctx, state, stateFile)
	if err != nil {
		return nil, nil, fmt.Errorf("open %s: %w", state.Path, err)
	}
	second, err := begin(ctx, requests, requestsFile)
	if err != nil {
		return nil, nil, errors.Join(fmt.Errorf("open %s: %w", requests.Path, err), first.discard())
	}
	if err := first.connect(ctx); err != nil {
		return nil, nil, errors.Join(fmt.Errorf("open %s: %w", state.Path, err), second.discard())
	}
	if err := second.connect(ctx); err != nil {
		return nil, nil, errors.Join(fmt.Errorf("open %s: %w", requests.Path, err), first.cancel())
	}
	s, err := openStore(ctx, first)
	if err != nil {
		return nil, nil, errors.Join(fmt.Errorf("open %s: %w", state.Path, err), second.cancel())
	}
	r, err := openRequests(ctx, second)
	if err != nil {
		return nil, nil, errors.Join(fmt.Errorf("open %s: %w", requests.Path, err), s.Close())
	}
	return s, r, nil
}

func openStore(ctx context.Context, p *pending) (*Store, error) {
	db, err := p.open(ctx)
	if err != nil {
		return nil, err
	}
	s := &Store{db: db}
	for _, p := range []struct {
		stmt **sql.Stmt
		on   *sql.DB
		text string
	}{
		{&s.liveByDigest, db.read, selectLive + ` WHERE c.kind = $1 AND c.digest = $2`},
		{&s.liveByID, db.read, selectLive + ` WHERE c.id = $1`},
		{&s.liveSession, db.read, selectLiveSession + ` WHERE s.id = $1`},
		{&s.refreshToken, db.read, selectRefreshToken},
		{&s.events, db.read, selectEvents},
		{&s.tryCode, db.write, updateTryCode},
		{&s.insertEvent, db.write, insertEvent},
	} {
		if *p.stmt, err = p.on.PrepareContext(ctx, p.text); err != nil {
			return nil, errors.Join(fail(ctx, "prepare statements", err), db.Close())
		}
	}
	return s, nil
}

// Close ends all connections; the last one folds the write-ahead log into the
// database file. Every later call fails with ErrUnavailable.
func (s *Store) Close() error { return s.db.Close() }

// Ping proves that the database answers a read and accepts a write (it is neither
// read-only nor full). It really writes, so its good result is reused for a
// second, unless a write of another method has failed since.
func (s *Store) Ping(ctx context.Context) error {
	const verb = "ping"
	var one int
	if err := s.db.read.QueryRowContext(ctx, `SELECT 1 FROM probe WHERE id = 1`).Scan(&one); err != nil {
		return fail(ctx, verb, err)
	}
	s.probing.Lock()
	defer s.probing.Unlock()
	failed := s.db.failedWrites.Load()
	if time.Since(s.probedAt) < probeEvery && failed == s.probedIn {
		return nil
	}
	err := s.db.update(ctx, verb, func(ctx context.Context, tx *sql.Tx) error {
		// A row that grows needs a free page, which an update in place does not.
		if _, err := tx.ExecContext(ctx, `UPDATE probe SET count = count + 1, pad = $1 WHERE id = 1`, make([]byte, 16<<10)); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, `UPDATE probe SET pad = NULL WHERE id = 1`)
		return err
	})
	if err != nil {
		return err
	}
	s.probedAt, s.probedIn = time.Now(), failed
	return nil
}

// Meta reads a small named blob, such as the sealed check of the master key.
// ErrNotFound.
func (s *Store) Meta(ctx context.Context, name string) ([]byte, error) {
	var value []byte
	err := s.db.read.QueryRowContext(ctx, `SELECT value FROM meta WHERE name = $1`, name).Scan(&value)
	return value, fail(ctx, "read meta", err)
}

// PutMeta writes a named blob once: ErrConflict if there is one of that name.
func (s *Store) PutMeta(ctx context.Context, name string, value []byte) error {
	return s.db.update(ctx, "put meta", func(ctx context.Context, tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `INSERT INTO meta (name, value) VALUES ($1, $2)`, name, blob(value))
		return err
	})
}

// affected turns "no row was changed" into ErrNotFound.
func affected(res sql.Result, err error) error {
	if err != nil {
		return err
	}
	n, err := res.RowsAffected()
	if err != nil {
		return fmt.Errorf("count rows: %w", err)
	}
	if n == 0 {
		return ErrNotFound
	}
	return nil
}
