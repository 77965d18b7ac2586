package store

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
)

// copyName is the name of the n-th copy of a database at a version of its
// schema: keydeck.db.v2, then keydeck.db.v2-2.
func copyName(path string, version, n int) string {
	name := path + ".v" + strconv.Itoa(version)
	if n > 1 {
		name += "-" + strconv.Itoa(n)
	}
	return name
}

// copyDatabase copies a database, with what is in its write-ahead log, to the
// first free copyName, and gives that name. The copy is complete and on the disk
// once it has that name; it needs no other file.
func copyDatabase(ctx context.Context, path string, version int) (name string, err error) {
	unfinished := path + ".copying"
	if err := os.Remove(unfinished); err != nil && !errors.Is(err, fs.ErrNotExist) { // of a copy that was killed
		return "", err
	}
	defer func() { _ = os.Remove(unfinished) }()
	// The engine writes into an empty file, and so leaves the mode as it is.
	f, err := os.OpenFile(unfinished, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return "", err
	}
	if err := errors.Join(vacuumInto(ctx, path, unfinished), f.Sync(), f.Close()); err != nil {
		return "", err
	}
	for n := 1; ; n++ {
		name = copyName(path, version, n)
		if _, err := os.Lstat(name); err == nil {
			continue // what an earlier upgrade has kept
		} else if !errors.Is(err, fs.ErrNotExist) {
			return "", err
		}
		if err := os.Rename(unfinished, name); err != nil {
			return "", err
		}
		return name, syncDir(filepath.Dir(name))
	}
}

// vacuumInto copies what a database holds into an empty file.
func vacuumInto(ctx context.Context, path, empty string) error {
	target, err := sqliteURI(empty, nil) // a plain name that starts with "file:" would be taken for one
	if err != nil {
		return err
	}
	pool, err := openUntouched(path)
	if err != nil {
		return err
	}
	_, err = pool.ExecContext(ctx, `VACUUM INTO $1`, target)
	return errors.Join(err, pool.Close())
}

// syncDir makes a new name in a directory survive a power cut.
func syncDir(dir string) error {
	if runtime.GOOS == "windows" {
		return nil // it cannot open directories
	}
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// newer is the refusal of a schema that a later version has written. It names
// the newest copy that this program can open, if there is one.
func newer(path string, version, known int) error {
	err := fmt.Errorf("%w: its schema is at version %d, this program knows %d; run the newer version", ErrNewer, version, known)
	for v := known; v > 0; v-- {
		last := ""
		for n := 1; ; n++ {
			name := copyName(path, v, n)
			if _, err := os.Lstat(name); err != nil {
				break
			}
			last = name
		}
		if last != "" {
			return fmt.Errorf("%w, or go back to the copy from before the upgrade, %s (assets/doc/operations.md, Upgrades, says how)", err, last)
		}
	}
	return err
}
