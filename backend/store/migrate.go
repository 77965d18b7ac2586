package store

import (
	"context"
	"database/sql"
	"fmt"
	"io/fs"
	"path"
	"strconv"
	"strings"
	"time"

	"keydeck/assets"
	"keydeck/model"
)

// file is one of the two databases.
type file struct {
	name        string // for errors
	schema      string // folder of its migrations
	synchronous string // the pragma: what a commit waits for
}

var (
	// A change that a caller was told of must survive a power cut.
	stateFile = file{name: "keydeck.db", schema: "migrations/state", synchronous: "FULL"}
	// The log may lose its last batch, and is written too often to wait for the disk.
	requestsFile = file{name: "requests.db", schema: "migrations/requests", synchronous: "NORMAL"}
)

// migration is one step of a schema. Versions count from 1.
type migration struct {
	version int
	name    string
	text    string
}

// migrations reads the steps in order, from assets.Migrations if all is nil. An
// error is a mistake in the files' names.
func (f file) migrations(all fs.FS) ([]migration, error) {
	if all == nil {
		all = assets.Migrations
	}
	entries, err := fs.ReadDir(all, f.schema) // sorted by name
	if err != nil {
		return nil, fmt.Errorf("store: read migrations: %w", err)
	}
	var steps []migration
	for _, e := range entries {
		number, _, _ := strings.Cut(e.Name(), "_")
		version, err := strconv.Atoi(number)
		if err != nil || version != len(steps)+1 {
			return nil, fmt.Errorf("store: migration %s/%s is not number %d", f.schema, e.Name(), len(steps)+1)
		}
		text, err := fs.ReadFile(all, path.Join(f.schema, e.Name()))
		if err != nil {
			return nil, fmt.Errorf("store: read migration: %w", err)
		}
		steps = append(steps, migration{version, strings.TrimSuffix(e.Name(), ".sql"), string(text)})
	}
	return steps, nil
}

// migrate applies the steps above version, all of them or none. Two processes that
// start at once take turns: each reads the version again inside.
func (db *database) migrate(ctx context.Context, version int, steps []migration) error {
	if version == len(steps) {
		return nil
	}
	return db.update(ctx, "migrate", func(ctx context.Context, tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, `CREATE TABLE IF NOT EXISTS schema_migrations (
			version BIGINT PRIMARY KEY, name TEXT NOT NULL, applied_at BIGINT NOT NULL)`); err != nil {
			return err
		}
		version, err := highest(ctx, tx)
		if err != nil {
			return err
		}
		if version > len(steps) {
			return fmt.Errorf("%w: its schema is at version %d, this program knows %d", ErrNewer, version, len(steps))
		}
		for _, m := range steps[version:] {
			if _, err := tx.ExecContext(ctx, m.text); err != nil {
				return fmt.Errorf("migration %s: %w", m.name, err)
			}
			if _, err := tx.ExecContext(ctx, `INSERT INTO schema_migrations (version, name, applied_at) VALUES ($1, $2, $3)`,
				m.version, m.name, millis(time.Now())); err != nil {
				return err
			}
		}
		return nil
	})
}

// firstVersion reads the version over the first connection. If two processes
// open a new file at once, the engine may answer that it is locked without
// waiting, while it changes to the write-ahead log; then the read is repeated
// for as long as any other statement waits for a lock.
func (db *database) firstVersion(ctx context.Context) (int, error) {
	late := time.Now().Add(lockPatience)
	for range model.Every(ctx, 20*time.Millisecond) {
		n, err := schemaVersion(ctx, db.write)
		if err == nil || !busy(err) || time.Now().After(late) {
			return n, err
		}
	}
	return 0, ctx.Err()
}

// schemaVersion is the highest migration that was applied, 0 in an empty database.
func schemaVersion(ctx context.Context, pool *sql.DB) (int, error) {
	var tables int
	if err := pool.QueryRowContext(ctx, sqlHasTable, "schema_migrations").Scan(&tables); err != nil || tables == 0 {
		return 0, err
	}
	return highest(ctx, pool)
}

func highest(ctx context.Context, q interface {
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}) (version int, err error) {
	err = q.QueryRowContext(ctx, `SELECT coalesce(max(version), 0) FROM schema_migrations`).Scan(&version)
	return version, err
}
