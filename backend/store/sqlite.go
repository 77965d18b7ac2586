package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	sqlitedriver "modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// This file is all that the package knows of SQLite beyond the SQL that other
// engines share. A second engine would bring the same functions.

const sqliteDriver = "sqlite"

const (
	// sqlHasTable counts the tables of the name $1.
	sqlHasTable = `SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = $1`
	// sqlBytesUsed gives the bytes in use by rows and indices.
	sqlBytesUsed = `SELECT (p.page_count - f.freelist_count) * s.page_size
		FROM pragma_page_count p, pragma_freelist_count f, pragma_page_size s`
	// sqlReclaim gives some of the free pages back to the disk.
	sqlReclaim = `PRAGMA incremental_vacuum(1024)`
)

// containsFold is the condition that one of the columns matches a pattern of
// LIKE, in which the backslash escapes; A-Z equal a-z.
//
// SQLite's LIKE folds A-Z only and copies nothing: a scan with it takes half
// the time of one with instr and lower. It stops at a NUL, which the log never
// contains.
func containsFold(columns []string, pattern string) string {
	matches := make([]string, len(columns))
	for i, column := range columns {
		matches[i] = column + " LIKE " + pattern + ` ESCAPE '\'`
	}
	return "(" + strings.Join(matches, " OR ") + ")"
}

// prefixFold is the condition that a column starts with arg, which is folded
// already and length bytes long. As blobs the two are compared byte by byte, as
// in model.RequestFilter.Match.
func prefixFold(column, arg, length string) string {
	return "substr(CAST(lower(" + column + ") AS BLOB), 1, " + length + ") = CAST(" + arg + " AS BLOB)"
}

// anyOf is the condition that a column is in a list, sent as a JSON array.
func anyOf(column, arg string) string {
	return column + " IN (SELECT value FROM json_each(" + arg + "))"
}

// lockPatience is how long a statement waits while another process (a backup, a
// shell) holds the lock.
const lockPatience = 5 * time.Second

// busyTimeout is lockPatience in milliseconds, for the engine.
var busyTimeout = strconv.FormatInt(lockPatience.Milliseconds(), 10)

// sqliteURI is the data source name of a file, whatever characters are in its path.
func sqliteURI(path string, query url.Values) (string, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return "", fmt.Errorf("find the path: %w", err)
	}
	path = filepath.ToSlash(path)
	if !strings.HasPrefix(path, "/") { // C:/…
		path = "/" + path
	}
	return (&url.URL{Scheme: "file", Path: path, RawQuery: query.Encode()}).String(), nil
}

// connect opens the pools of the writer and of the readers. No connection is
// made yet.
func connect(path string, f file) (write, read *sql.DB, err error) {
	options := url.Values{
		"mode":          {"rw"},
		"_txlock":       {"immediate"}, // a transaction that upgrades from reading to writing can fail
		"_busy_timeout": {busyTimeout},
		"_journal_mode": {"WAL"},
		"_synchronous":  {f.synchronous},
		"_foreign_keys": {"on"},
		// The write-ahead log shrinks back to 64 MiB after a burst.
		"_pragma": {"journal_size_limit(67108864)"},
	}
	// Only an empty file accepts the mode. On any other, the statement writes to the
	// file to no effect, and a start that fails must not touch it.
	if info, err := os.Stat(path); err == nil && info.Size() == 0 {
		options.Set("_auto_vacuum", "INCREMENTAL")
	}
	if write, err = openPool(path, options); err != nil {
		return nil, nil, err
	}
	read, err = openPool(path, url.Values{
		"mode":          {"rw"}, // a reader of a write-ahead log writes to its index
		"_busy_timeout": {busyTimeout},
		"_query_only":   {"on"},
	})
	if err != nil {
		return nil, nil, errors.Join(err, write.Close())
	}
	return write, read, nil
}

// prepare makes the file with mode 0600 (the engine gives its -wal and -shm
// files the same), or reads the version of the schema of the one there is
// without writing a byte. ErrNewer if that is above known.
func prepare(ctx context.Context, path string, known int) (version int, err error) {
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
		if err != nil {
			return 0, fmt.Errorf("%w: make the file: %w", ErrUnavailable, err)
		}
		if err := f.Close(); err != nil {
			return 0, fmt.Errorf("%w: make the file: %w", ErrUnavailable, err)
		}
		return 0, nil
	}
	if err != nil {
		return 0, fmt.Errorf("%w: %w", ErrUnavailable, err)
	}
	if !info.Mode().IsRegular() {
		return 0, fmt.Errorf("%w: %s is not a file", ErrUnavailable, path)
	}
	// A file that may only be read would be served until the first write fails.
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return 0, fmt.Errorf("%w: it cannot be written: %w", ErrUnavailable, err)
	}
	if err := f.Close(); err != nil {
		return 0, fmt.Errorf("%w: %w", ErrUnavailable, err)
	}
	pool, err := openUntouched(path)
	if err != nil {
		return 0, err
	}
	version, err = schemaVersion(ctx, pool)
	if err := errors.Join(err, pool.Close()); err != nil {
		return 0, err
	}
	if version > known {
		return 0, newer(path, version, known)
	}
	if info.Mode().Perm()&0o077 != 0 {
		if err := os.Chmod(path, 0o600); err != nil {
			return 0, fmt.Errorf("%w: close the file to others: %w", ErrUnavailable, err)
		}
	}
	return version, nil
}

// PeekMeta reads a meta value (see Store.Meta) from a database that is not
// open, and changes nothing in its file. ErrNotFound, also if there is no
// database or it has no schema yet.
func PeekMeta(ctx context.Context, o Options, name string) ([]byte, error) {
	if _, err := os.Stat(o.Path); errors.Is(err, fs.ErrNotExist) {
		return nil, ErrNotFound
	}
	pool, err := openUntouched(o.Path)
	if err != nil {
		return nil, err
	}
	defer func() { _ = pool.Close() }()
	n, err := schemaVersion(ctx, pool)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrUnavailable, err)
	}
	if n == 0 {
		return nil, ErrNotFound
	}
	var value []byte
	err = pool.QueryRowContext(ctx, `SELECT value FROM meta WHERE name = $1`, name).Scan(&value)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return nil, ErrNotFound
	case err != nil:
		return nil, fmt.Errorf("%w: %w", ErrUnavailable, err)
	}
	return value, nil
}

// openUntouched opens a database for reading and changes none of its files.
// Immutable makes the engine read the database file alone and create no other.
// After a crash, or while another process has it open, the newest state is in
// the write-ahead log, and the engine must read both.
func openUntouched(path string) (*sql.DB, error) {
	query := url.Values{"mode": {"ro"}, "_busy_timeout": {busyTimeout}}
	if info, err := os.Stat(path + "-wal"); err != nil || info.Size() == 0 {
		query.Set("immutable", "1")
	}
	return openPool(path, query)
}

func openPool(path string, query url.Values) (*sql.DB, error) {
	source, err := sqliteURI(path, query)
	if err != nil {
		return nil, err
	}
	return sql.Open(sqliteDriver, source)
}

func sqliteCode(err error) int {
	if e, ok := errors.AsType[*sqlitedriver.Error](err); ok {
		return e.Code()
	}
	return 0
}

// busy reports that another process holds the database just now.
func busy(err error) bool { return sqliteCode(err)&0xff == sqlite3.SQLITE_BUSY }

// interrupted reports that the engine gave up because it was told to.
func interrupted(err error) bool { return sqliteCode(err)&0xff == sqlite3.SQLITE_INTERRUPT }

// classify wraps an error of the engine in ErrConflict or ErrUnavailable. What
// it leaves alone is a defect of this package.
func classify(err error) error {
	code := sqliteCode(err)
	if code == sqlite3.SQLITE_IOERR_SHMSIZE { // no room for the index of the write-ahead log
		code = sqlite3.SQLITE_FULL
	}
	switch code & 0xff {
	case sqlite3.SQLITE_CONSTRAINT:
		return fmt.Errorf("%w: %w", ErrConflict, err)
	case sqlite3.SQLITE_ERROR, sqlite3.SQLITE_MISUSE, sqlite3.SQLITE_RANGE, sqlite3.SQLITE_MISMATCH, sqlite3.SQLITE_TOOBIG:
		return err
	case sqlite3.SQLITE_FULL:
		// The one failure that the user can do something about: callers look for ENOSPC.
		return fmt.Errorf("%w: %w: %w", ErrUnavailable, syscall.ENOSPC, err)
	}
	// Read-only, busy, corrupt, not a database, no file, I/O; and without a code
	// what database/sql says of a pool that was closed.
	return fmt.Errorf("%w: %w", ErrUnavailable, err)
}
