package store

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"sync/atomic"
	"time"

	"keydeck/model"
)

// database is one open database: a single connection that writes, so that
// writers queue in Go instead of colliding in the engine, and a few that only
// read and never wait for the writer.
type database struct {
	write, read  *sql.DB
	failedWrites atomic.Int64
}

// pending is a database that was looked at, and copied if there is something to
// migrate. Nothing has been migrated yet.
type pending struct {
	path    string
	file    file
	readers int
	steps   []migration
	version int
	copied  string    // "" if there is nothing to migrate
	db      *database // once connected
	current int       // the version then
}

// begin makes the file if there is none, or checks the one there is and copies it
// before a migration.
func begin(ctx context.Context, o Options, f file) (*pending, error) {
	if o.Readers <= 0 {
		o.Readers = defaultReaders
	}
	o.Log = cmp.Or(o.Log, slog.New(slog.DiscardHandler))
	steps, err := f.migrations(o.Migrations)
	if err != nil {
		return nil, err
	}
	p := &pending{path: o.Path, file: f, readers: o.Readers, steps: steps}
	p.version, err = prepare(ctx, o.Path, len(steps))
	if errors.Is(err, ErrNewer) {
		return nil, err
	}
	if err != nil {
		return nil, fail(ctx, "open "+f.name, err)
	}
	if 0 < p.version && p.version < len(steps) {
		if p.copied, err = copyDatabase(ctx, o.Path, p.version); err != nil {
			return nil, fail(ctx, "copy "+f.name+" before it is migrated", err)
		}
		o.Log.Info("copied the database before migrating it", "database", o.Path, "copy", p.copied, "from", p.version, "to", len(steps))
	}
	return p, nil
}

// discard removes the copy of a database that was not migrated: a start that fails
// again and again must not fill the disk with copies.
func (p *pending) discard() error {
	if p.copied == "" {
		return nil
	}
	return os.Remove(p.copied)
}

// connect opens the database for writing, with its write-ahead log and the log's
// index. Without room for these it fails, and no copy is kept.
func (p *pending) connect(ctx context.Context) error {
	write, read, err := connect(p.path, p.file)
	if err != nil {
		return errors.Join(fail(ctx, "open "+p.file.name, err), p.discard())
	}
	write.SetMaxOpenConns(1)
	read.SetMaxOpenConns(p.readers)
	read.SetMaxIdleConns(p.readers)
	p.db = &database{write: write, read: read}
	p.current, err = p.db.firstVersion(ctx)
	if err == nil && p.copied != "" {
		err = p.db.inTx(ctx, p.db.write, nil, func(context.Context, *sql.Tx) error { return nil }) // it begins by taking the write lock
	}
	if err != nil {
		return errors.Join(fail(ctx, "open "+p.file.name, err), p.cancel())
	}
	return nil
}

// cancel closes a database that was not migrated, and removes its copy.
func (p *pending) cancel() error {
	if p.db == nil {
		return p.discard()
	}
	return errors.Join(p.db.Close(), p.discard())
}

// open brings the schema up to date. It connects first, if that is still to do.
func (p *pending) open(ctx context.Context) (*database, error) {
	if p.db == nil {
		if err := p.connect(ctx); err != nil {
			return nil, err
		}
	}
	if err := p.db.migrate(ctx, p.current, p.steps); err != nil {
		err = fmt.Errorf("store: migrate %s: %w", p.file.name, err)
		if now, lookErr := schemaVersion(context.WithoutCancel(ctx), p.db.write); lookErr == nil && now == p.version {
			err = errors.Join(err, p.discard())
		}
		return nil, errors.Join(err, p.db.Close())
	}
	return p.db, nil
}

// Close closes the readers first: the last connection folds the write-ahead
// log into the file, and a reader may not.
func (db *database) Close() error {
	if err := errors.Join(db.read.Close(), db.write.Close()); err != nil {
		return fmt.Errorf("store: close: %w: %w", ErrUnavailable, err)
	}
	return nil
}

// update runs fn in one write transaction. ctx bounds the wait for the writer;
// fn itself gets a context that is never cancelled. It takes microseconds, and
// in this driver a cancellable context costs a goroutine per call, and a
// cancelled one costs the connection with its prepared statements.
func (db *database) update(ctx context.Context, verb string, fn func(ctx context.Context, tx *sql.Tx) error) (err error) {
	defer func() {
		if err = fail(ctx, verb, err); errors.Is(err, ErrUnavailable) {
			db.failedWrites.Add(1)
		}
	}()
	return db.inTx(ctx, db.write, nil, fn)
}

// view runs fn over one consistent snapshot.
func (db *database) view(ctx context.Context, verb string, fn func(ctx context.Context, tx *sql.Tx) error) error {
	return fail(ctx, verb, db.inTx(ctx, db.read, &sql.TxOptions{ReadOnly: true}, fn))
}

func (db *database) inTx(ctx context.Context, pool *sql.DB, o *sql.TxOptions, fn func(ctx context.Context, tx *sql.Tx) error) error {
	conn, err := pool.Conn(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	ctx = context.WithoutCancel(ctx)
	tx, err := conn.BeginTx(ctx, o)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }() // also when fn panics; after Commit it does nothing
	if err := fn(ctx, tx); err != nil {
		return err
	}
	return tx.Commit()
}

// queryPrepared reads one row with a prepared statement and without the cost of
// cancellation: an indexed lookup takes microseconds, and in this driver a
// cancellable context costs a goroutine per call.
func (db *database) queryPrepared(ctx context.Context, verb string, stmt *sql.Stmt, dest []any, args ...any) error {
	if err := ctx.Err(); err != nil {
		return fail(ctx, verb, err)
	}
	return fail(ctx, verb, stmt.QueryRowContext(context.WithoutCancel(ctx), args...).Scan(dest...))
}

// fail turns an error of the engine into one of this package's. verb is what
// failed, for the log.
func fail(ctx context.Context, verb string, err error) error {
	if err == nil {
		return nil
	}
	switch {
	case errors.Is(err, sql.ErrNoRows):
		err = ErrNotFound
	case errors.Is(err, ErrNotFound), errors.Is(err, ErrConflict), errors.Is(err, ErrUnavailable), errors.Is(err, ErrNewer),
		errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
	case ctx.Err() != nil && interrupted(err):
		err = ctx.Err()
	default:
		err = classify(err)
	}
	return fmt.Errorf("store: %s: %w", verb, err)
}

// blob turns nil into an empty value, for columns that are never null.
func blob(b []byte) []byte {
	if b == nil {
		return []byte{}
	}
	return b
}

// millis is t in unix milliseconds, the form of every time in the database.
func millis(t time.Time) int64 { return t.UnixMilli() }

// millisOrNull is null for nil.
func millisOrNull(t *time.Time) any {
	if t == nil {
		return nil
	}
	return t.UnixMilli()
}

// at scans a column of unix milliseconds.
type at struct{ t *time.Time }

func (a at) Scan(src any) error {
	ms, ok := src.(int64)
	if !ok {
		return fmt.Errorf("a time must be an integer, not %T", src)
	}
	*a.t = time.UnixMilli(ms).UTC()
	return nil
}

// atOrNull scans a column of unix milliseconds that may be null.
type atOrNull struct{ t **time.Time }

func (a atOrNull) Scan(src any) error {
	if src == nil {
		*a.t = nil
		return nil
	}
	*a.t = new(time.Time)
	return at{*a.t}.Scan(src)
}

// scanner is a row: *sql.Row or *sql.Rows.
type scanner interface{ Scan(dest ...any) error }

// querier is a transaction or a pool of connections.
type querier interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
}

// prepared is a querier whose query is that of the statement.
type prepared struct{ *sql.Stmt }

func (p prepared) QueryContext(ctx context.Context, _ string, args ...any) (*sql.Rows, error) {
	return p.Stmt.QueryContext(ctx, args...)
}

// list runs a query and reads all its rows with scan. The slice is never nil.
func list[T any](ctx context.Context, q querier, scan func(scanner) (T, error), query string, args ...any) ([]T, error) {
	rows, err := q.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	out := []T{}
	for rows.Next() {
		v, err := scan(rows)
		if err != nil {
			return nil, err
		}
		out = append(out, v)
	}
	return out, rows.Err()
}

// page reads one page and the total number of rows from one snapshot. from is the
// FROM clause with its conditions, args are its arguments. A page beyond the end
// is empty.
func page[T any](ctx context.Context, db *database, verb string, req model.PageRequest, scan func(scanner) (T, error),
	columns, from, order string, args ...any) (items []T, total int64, err error) {
	req = req.Normal()
	err = db.view(ctx, verb, func(ctx context.Context, tx *sql.Tx) error {
		if err := tx.QueryRowContext(ctx, `SELECT count(*) `+from, args...).Scan(&total); err != nil {
			return err
		}
		if req.Offset() >= total {
			items = []T{}
			return nil
		}
		n := len(args)
		query := fmt.Sprintf(`SELECT %s %s ORDER BY %s LIMIT $%d OFFSET $%d`, columns, from, order, n+1, n+2)
		items, err = list(ctx, tx, scan, query, append(args[:n:n], req.Limit, req.Offset())...)
		return err
	})
	return items, total, err
}
