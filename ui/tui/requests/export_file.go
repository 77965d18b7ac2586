package requests

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"keydeck/ui/text"
	"keydeck/ui/tui/shell"
)

// Where an export goes, and what is said when it cannot go there.

// exportName is what a file is called unless somebody says otherwise.
func defaultExportName(at time.Time) string { return "requests-" + at.Format("20060102-150405") }

// exportTarget is what was typed as the name of a file.
type exportTarget struct {
	home        string // what ~ is, "" for the one of the process's user
	name        string
	defaultName string // the name in a folder, where only that was given
	ext         string // for a name without one
}

// path is where the file goes.
func (t exportTarget) path() (string, error) {
	p := t.name
	if rest, ok := strings.CutPrefix(p, "~"); ok && (rest == "" || os.IsPathSeparator(rest[0])) {
		home := t.home
		if home == "" {
			var err error
			if home, err = os.UserHomeDir(); err != nil {
				return "", fmt.Errorf("find out what ~ is: %w", err)
			}
		}
		p = filepath.Join(home, rest) + trailingSeparator(rest)
	}
	if stat, err := os.Stat(p); err == nil && stat.IsDir() || trailingSeparator(p) != "" {
		p = filepath.Join(p, t.defaultName)
	}
	if filepath.Ext(p) == "" {
		p += t.ext
	}
	return p, nil
}

// trailing is the separator that a path ends in, which says that it is a folder.
func trailingSeparator(p string) string {
	if p != "" && os.IsPathSeparator(p[len(p)-1]) {
		return p[len(p)-1:]
	}
	return ""
}

// takenError says that there is a file of the name already, and which name is
// free.
type existsError struct{ free string }

func (e *existsError) Error() string { return "there is a file of that name already" }

// free is a name like that of path which no file has.
func freeName(path string) string {
	ext := filepath.Ext(path)
	for n := 2; ; n++ {
		p := fmt.Sprintf("%s-%d%s", strings.TrimSuffix(path, ext), n, ext)
		if _, err := os.Lstat(p); err != nil {
			return filepath.Base(p)
		}
	}
}

// wholeFile makes a file that only its owner may read, under its name once fill
// has written all of it: whatever goes wrong, no half of it is there. A file that
// is there stays.
func createFile(path string, fill func(io.Writer) error) (err error) {
	if _, err := os.Lstat(path); err == nil {
		return &existsError{freeName(path)}
	}
	f, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*.part") // mode 0600
	if err != nil {
		return fmt.Errorf("make the file: %w", err)
	}
	defer func() { _ = os.Remove(f.Name()) }()
	if err := errors.Join(fill(f), f.Close()); err != nil {
		return err
	}
	switch err := os.Link(f.Name(), path); { // which, unlike a renaming, takes no other file's place
	case err == nil:
		return nil
	case errors.Is(err, fs.ErrExist):
		return &existsError{freeName(path)}
	}
	if err := os.Rename(f.Name(), path); err != nil { // a file system without links
		return fmt.Errorf("name the file: %w", err)
	}
	return nil
}

// exportProblem says why a file could not be written, and what to do.
func exportErrorText(err error) string {
	var at *fs.PathError
	folder := "there"
	if errors.As(err, &at) {
		folder = "in " + text.Visible(filepath.Dir(at.Path))
	}
	switch {
	case errors.Is(err, fs.ErrPermission), errors.Is(err, syscall.EROFS):
		return "Keydeck may not write " + folder + "; name a folder of yours, such as ~/"
	case errors.Is(err, fs.ErrNotExist), errors.Is(err, syscall.ENOTDIR):
		return "there is no folder " + strings.TrimPrefix(folder, "in ") + "; make it, or name another"
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT):
		return "the disk is full, so nothing was kept; name a folder on another, or filter for less"
	}
	return shell.ErrorText(err)
}
