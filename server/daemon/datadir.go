package daemon

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"time"

	"github.com/gofrs/flock"

	"keydeck/model"
	"keydeck/server/client"
)

const lockFile = "lock"

// HeldError says that another process serves the data directory.
type HeldError struct {
	Dir    string
	Holder client.Holder // zero where the process left no note yet
}

func (e *HeldError) Error() string {
	if e.Holder.PID == 0 {
		return fmt.Sprintf("%s is held by another process that has not said who it is; try again in a moment", e.Dir)
	}
	at := "starting"
	if e.Holder.URL != "" {
		at = e.Holder.URL
	}
	return fmt.Sprintf("%s is held by process %d (%s) since %s; stop it with: keydeck stop, or attach: keydeck attach",
		e.Dir, e.Holder.PID, at, clockSince(e.Holder.Started.Time, time.Now()))
}

// clockSince is the local time of day, with the date in front where that is not
// today.
func clockSince(t, now time.Time) string {
	t, now = t.Local(), now.Local()
	if t.Year() == now.Year() && t.YearDay() == now.YearDay() {
		return t.Format("15:04")
	}
	return t.Format("2006-01-02 15:04")
}

// makeDir makes the data directory, or makes sure of one that exists: nobody
// but its owner may look inside. A wider mode is tightened where the directory
// is empty or already Keydeck's, and refused elsewhere: --data /tmp must not
// lock everybody else out of /tmp.
func makeDir(dir string, log *slog.Logger) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fmt.Errorf("make the data directory: %w", err)
	}
	stat, err := os.Stat(dir)
	if err != nil {
		return fmt.Errorf("look at the data directory: %w", err)
	}
	if !stat.IsDir() {
		return fmt.Errorf("the data directory %s is not a directory", dir)
	}
	perm := stat.Mode().Perm()
	if perm&0o077 == 0 || runtime.GOOS == "windows" { // there, access lists decide
		return nil
	}
	ours, err := isOurs(dir)
	if err != nil {
		return err
	}
	if !ours {
		return fmt.Errorf("the data directory %s is open to others (mode %04o) and holds files that are not Keydeck's; give --data a directory of its own, or run: chmod 700 %s",
			dir, perm, dir)
	}
	if err := os.Chmod(dir, 0o700); err != nil { //nolint:gosec // a directory needs its x
		return fmt.Errorf("the data directory %s is open to others (mode %04o), and that cannot be changed: %w", dir, perm, err)
	}
	log.Warn("the data directory was open to others; tightened", "dir", dir, "from", fmt.Sprintf("%04o", perm), "to", "0700")
	return nil
}

// isOurs reports whether dir is empty or has what only Keydeck puts there.
func isOurs(dir string) (bool, error) {
	for _, name := range []string{"keydeck.db", "master.key"} {
		if _, err := os.Lstat(filepath.Join(dir, name)); err == nil {
			return true, nil
		}
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return false, fmt.Errorf("look into the data directory: %w", err)
	}
	return len(entries) == 0, nil
}

// hold is the lock on a data directory together with the note that says whose
// it is.
type hold struct {
	dir    string
	lock   *flock.Flock
	holder client.Holder
}

// While the lock is taken but no note lies beside it, its holder is just coming
// or just going. That moment is waited out, for at most holdPatience.
const (
	holdPatience = 2 * time.Second
	holdRetry    = 10 * time.Millisecond
)

// holdDir takes the lock on dir, or answers a *HeldError. The operating system
// drops the lock with the process, however that ends.
func holdDir(dir, socket string) (*hold, error) {
	lock := flock.New(filepath.Join(dir, lockFile), flock.SetPermissions(0o600))
	for deadline := time.Now().Add(holdPatience); ; time.Sleep(holdRetry) {
		locked, err := lock.TryLock()
		if err != nil {
			_ = lock.Close()
			return nil, fmt.Errorf("lock the data directory: %w", err)
		}
		if locked {
			break
		}
		holder, err := client.ReadHolder(dir)
		if err == nil || time.Now().After(deadline) {
			_ = lock.Close()
			return nil, &HeldError{Dir: dir, Holder: holder}
		}
	}
	h := &hold{dir: dir, lock: lock, holder: client.Holder{PID: os.Getpid(), Started: model.At(time.Now()), Socket: socket}}
	if err := h.note(); err != nil {
		return nil, errors.Join(err, h.release())
	}
	return h, nil
}

// serving puts the URL into the note.
func (h *hold) serving(url string) error {
	h.holder.URL = url
	return h.note()
}

// note writes the note in one step, so that a reader never sees half of it.
func (h *hold) note() error {
	raw, err := json.Marshal(h.holder)
	if err != nil {
		return fmt.Errorf("note who serves: %w", err)
	}
	temp, err := os.CreateTemp(h.dir, ".server-*") // mode 0600
	if err != nil {
		return fmt.Errorf("note who serves: %w", err)
	}
	_, err = temp.Write(append(raw, '\n'))
	if err = errors.Join(err, temp.Close()); err == nil {
		err = os.Rename(temp.Name(), filepath.Join(h.dir, client.HolderFile))
	}
	if err != nil {
		_ = os.Remove(temp.Name())
		return fmt.Errorf("note who serves: %w", err)
	}
	return nil
}

// release takes the note away and drops the lock. The lock file stays: removing
// it would let two processes hold two files of one name.
func (h *hold) release() error {
	err := os.Remove(filepath.Join(h.dir, client.HolderFile))
	if errors.Is(err, fs.ErrNotExist) {
		err = nil
	}
	return errors.Join(err, h.lock.Close())
}
