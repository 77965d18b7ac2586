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

func defaultExportName(at time.Time) string { return "requests-" + at.Format("20060102-150405") }

// exportPath is the path of a file name as typed, with ~ for home, or for that of the
// process's user if home is "". A directory gets the default name, and a name
// without an extension gets ext.
func exportPath(home, name, defaultName, ext string) (string, error) {
	p := name
	if rest, ok := strings.CutPrefix(p, "~"); ok && (rest == "" || os.IsPathSeparator(rest[0])) {
		if home == "" {
			var err error
			if home, err = os.UserHomeDir(); err != nil {
				return "", fmt.Errorf("find out what ~ is: %w", err)
			}
		}
		p = filepath.Join(home, rest)
	}
	if stat, err := os.Stat(p); err == nil && stat.IsDir() || name != "" && os.IsPathSeparator(name[len(name)-1]) {
		p = filepath.Join(p, defaultName)
	}
	if filepath.Ext(p) == "" {
		p += ext
	}
	return p, nil
}

// wherePath is a path from the root on, or from ~ for home.
func wherePath(path, home string) string {
	if abs, err := filepath.Abs(path); err == nil {
		path = abs
	}
	if rest, ok := strings.CutPrefix(path, home+string(filepath.Separator)); ok && home != "" {
		return "~" + string(filepath.Separator) + rest
	}
	return path
}

// existsError says that the file exists, and which name is free.
type existsError struct{ free string }

func (e *existsError) Error() string { return "that file exists already" }

// freeName is a name like that of path that no file has.
func freeName(path string) string {
	ext := filepath.Ext(path)
	for n := 2; ; n++ {
		p := fmt.Sprintf("%s-%d%s", strings.TrimSuffix(path, ext), n, ext)
		if _, err := os.Lstat(p); err != nil {
			return filepath.Base(p)
		}
	}
}

// createFile creates a file with mode 0600 and the content that fill writes. The
// file gets its name once it is complete; it never replaces another.
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
	switch err := os.Link(f.Name(), path); { // unlike Rename, it replaces nothing
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

// exportErrorText says why a file could not be written, and what to do.
func exportErrorText(err error) string {
	folder, where := "there", "there"
	if at, ok := errors.AsType[*fs.PathError](err); ok {
		folder = text.Visible(filepath.Dir(at.Path))
		where = "in " + folder
	}
	switch {
	case errors.Is(err, fs.ErrPermission), errors.Is(err, syscall.EROFS):
		return "Keydeck may not write " + where + "; choose a directory of your own, such as ~/"
	case errors.Is(err, fs.ErrNotExist), errors.Is(err, syscall.ENOTDIR):
		return "there is no directory " + folder + "; create it or choose another"
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT):
		return "the disk is full, so no file was written; choose a directory on another disk, or filter for fewer requests"
	}
	return shell.ErrorText(err)
}
