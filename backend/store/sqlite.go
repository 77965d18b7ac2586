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
	"time"

	sqlitedriver "modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// dialect is all that this package must know of an engine beyond the SQL that
// SQLite and PostgreSQL share.
type dialect struct {
	driver string

	// prepare looks at the database before anything is written: ErrNewer if its
	// schema is above known. It makes the file if there is none.
	prepare func(ctx context.Context, path string, known int) error
	// sources gives the data source names of the writer and of the readers.
	sources func(path string, f file) (writer, reader string, err error)

	// hasTable counts the tables of the name $1.
	hasTable string
	// pages gives the bytes in use by rows and indices, reclaim gives some of
	// the free ones back to the disk; "" where the engine does that by itself.
	pages, reclaim string

	// containsFold and prefixFold compare bytes, A-Z folded. The pattern is one of
	// LIKE, the backslash its escape, and one of the columns must fit it; arg is
	// folded already. anyOf compares with a list, sent as a JSON array.
	containsFold func(columns []string, pattern string) string
	prefixFold   func(column, arg, length string) string
	anyOf        func(column, arg string) string

	// locked tells that another process holds the database just now.
	locked func(error) bool
	// classify names the kind of an engine's error: ErrConflict,
	// ErrUnavailable, or nil for a defect of this package.
	classify func(error) error
	// interrupted reports that the engine gave up because it was told to.
	interrupted func(error) bool
}

const (
	sqliteDriver   = "sqlite"
	sqliteHasTable = `SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = $1`
)

var sqlite = dialect{
	driver:   sqliteDriver,
	prepare:  prepareSQLite,
	sources:  sqliteSources,
	hasTable: sqliteHasTable,
	pages: `SELECT (p.page_count - f.freelist_count) * s.page_size
		FROM pragma_page_count p, pragma_freelist_count f, pragma_page_size s`,
	reclaim: `PRAGMA incremental_vacuum(1024)`,

	// LIKE folds A-Z only, and makes no copy of what it looks at: a walk with it
	// takes half the time of one with instr and lower. Beyond a NUL it does
	// not look; the log never has one.
	containsFold: func(columns []string, pattern string) string {
		fits := make([]string, len(columns))
		for i, column := range columns {
			fits[i] = column + " LIKE " + pattern + ` ESCAPE '\'`
		}
		return "(" + strings.Join(fits, " OR ") + ")"
	},
	// As blobs, what is compared is bytes, as in model.RequestFilter.Match.
	prefixFold: func(column, arg, length string) string {
		return "substr(CAST(lower(" + column + ") AS BLOB), 1, " + length + ") = CAST(" + arg + " AS BLOB)"
	},
	anyOf: func(column, arg string) string {
		return column + " IN (SELECT value FROM json_each(" + arg + "))"
	},
	locked:      func(err error) bool { return sqliteCode(err)&0xff == sqlite3.SQLITE_BUSY },
	classify:    classifySQLite,
	interrupted: func(err error) bool { return sqliteCode(err)&0xff == sqlite3.SQLITE_INTERRUPT },
}

// lockPatience is how long a statement waits for a lock that another process
// holds (a backup, a shell).
const lockPatience = 5 * time.Second

// busyTimeout is the same in milliseconds, as the engine wants it.
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

func sqliteSources(path string, f file) (writer, reader string, err error) {
	options := url.Values{
		"mode":          {"rw"},
		"_txlock":       {"immediate"}, // never begin as a reader and fail on the way up
		"_busy_timeout": {busyTimeout},
		"_journal_mode": {"WAL"},
		"_synchronous":  {f.synchronous},
		"_foreign_keys": {"on"},
		// The log shrinks back to 64 MiB after a burst.
		"_pragma": {"journal_size_limit(67108864)"},
	}
	// Only an empty file takes the mode; on any other the statement is a write
	// that changes nothing but the file, which a start that fails must not touch.
	if info, err := os.Stat(path); err == nil && info.Size() == 0 {
		options.Set("_auto_vacuum", "INCREMENTAL")
	}
	writer, err = sqliteURI(path, options)
	if err != nil {
		return "", "", err
	}
	reader, err = sqliteURI(path, url.Values{
		"mode":          {"rw"}, // a reader of a write-ahead log takes part in its index
		"_busy_timeout": {busyTimeout},
		"_query_only":   {"on"},
	})
	return writer, reader, err
}

// prepareSQLite makes the file with mode 0600 (the engine gives its -wal and
// -shm files the same), or looks at the one there is without writing a byte.
func prepareSQLite(ctx context.Context, path string, known int) error {
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
		if err != nil {
			return fmt.Errorf("%w: make the file: %w", ErrUnavailable, err)
		}
		if err := f.Close(); err != nil {
			return fmt.Errorf("%w: make the file: %w", ErrUnavailable, err)
		}
		return nil
	}
	if err != nil {
		return fmt.Errorf("%w: %w", ErrUnavailable, err)
	}
	if !info.Mode().IsRegular() {
		return fmt.Errorf("%w: %s is not a file", ErrUnavailable, path)
	}
	// A file that may be read only would be served until the first write fails.
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return fmt.Errorf("%w: it cannot be written: %w", ErrUnavailable, err)
	}
	if err := f.Close(); err != nil {
		return fmt.Errorf("%w: %w", ErrUnavailable, err)
	}
	version, err := peekSQLite(ctx, path)
	if err != nil {
		return err
	}
	if version > known {
		return newer(version, known)
	}
	if info.Mode().Perm()&0o077 != 0 {
		if err := os.Chmod(path, 0o600); err != nil {
			return fmt.Errorf("%w: close the file to others: %w", ErrUnavailable, err)
		}
	}
	return nil
}

// peekSQLite reads the version of a database's schema and leaves everything as
// it is. Immutable reads the file alone and makes no other. If there is a
// write-ahead log, from a crash or a running process, the version may be in
// there, and the engine must read both.
func peekSQLite(ctx context.Context, path string) (int, error) {
	pool, err := openToLook(path)
	if err != nil {
		return 0, err
	}
	version, err := version(ctx, pool, sqliteHasTable)
	return version, errors.Join(err, pool.Close())
}

// PeekMeta reads a meta value (see Store.Meta) out of a database that is not
// open, and changes nothing in its file. ErrNotFound, also for a database that
// has not been set up yet.
func PeekMeta(ctx context.Context, path, name string) ([]byte, error) {
	pool, err := openToLook(path)
	if err != nil {
		return nil, err
	}
	defer func() { _ = pool.Close() }()
	n, err := version(ctx, pool, sqliteHasTable)
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

// openToLook opens a database as peekSQLite describes.
func openToLook(path string) (*sql.DB, error) {
	query := url.Values{"mode": {"ro"}, "_busy_timeout": {busyTimeout}}
	if info, err := os.Stat(path + "-wal"); err != nil || info.Size() == 0 {
		query.Set("immutable", "1")
	}
	source, err := sqliteURI(path, query)
	if err != nil {
		return nil, err
	}
	return sql.Open(sqliteDriver, source)
}

func sqliteCode(err error) int {
	var e *sqlitedriver.Error
	if errors.As(err, &e) {
		return e.Code()
	}
	return 0
}

func classifySQLite(err error) error {
	switch code := sqliteCode(err); code & 0xff {
	case sqlite3.SQLITE_CONSTRAINT:
		return ErrConflict
	case sqlite3.SQLITE_ERROR, sqlite3.SQLITE_MISUSE, sqlite3.SQLITE_RANGE, sqlite3.SQLITE_MISMATCH, sqlite3.SQLITE_TOOBIG:
		return nil
	}
	// Full, read-only, busy, corrupt, not a database, no file, I/O; and without
	// a code what database/sql says of a pool that was closed.
	return ErrUnavailable
}
