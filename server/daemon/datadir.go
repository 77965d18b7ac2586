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
	Holder client.Holder // zero if the process has not said yet who it is
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
		e.Dir, e.Holder.PID, at, timeOfDay(e.Holder.Started.Time, time.Now()))
}

// timeOfDay formats the local time of day, with the date before it unless that is
// today.
func timeOfDay(t, now time.Time) string {
	t, now = t.Local(), now.Local()
	if t.Year() == now.Year() && t.YearDay() == now.YearDay() {
		return t.Format("15:04")
	}
	return t.Format("2006-01-02 15:04")
}

// makeDir makes the data directory, or checks one that exists: only its owner may
// look inside. A wider mode is tightened if the directory is empty or already
// Keydeck's, and rejected otherwise: --data /tmp must not lock everybody else out of
// /tmp.
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
	if perm&0o077 == 0 || runtime.GOOS == "windows" { // where access lists decide
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

// isOurs reports whether dir is empty or holds a file that only Keydeck puts there.
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

// dirLock is the lock on a data directory, with the holder file that says whose it is.
type dirLock struct {
	dir    string
	lock   *flock.Flock
	holder client.Holder
}

// If the lock is taken but there is no holder file, the process that holds it is just
// starting or ending. lockDir waits for that, lockPatience at most.
const (
	lockPatience = 2 * time.Second
	lockRetry    = 10 * time.Millisecond
)

// lockDir locks dir, or returns a *HeldError. The operating system drops the lock
// when the process ends, for whatever reason.
func lockDir(dir, socket string) (*dirLock, error) {
	lock := flock.New(filepath.Join(dir, lockFile), flock.SetPermissions(0o600))
	for deadline := time.Now().Add(lockPatience); ; time.Sleep(lockRetry) {
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
	l := &dirLock{dir: dir, lock: lock, holder: client.Holder{PID: os.Getpid(), Started: model.At(time.Now()), Socket: socket}}
	if err := l.writeHolder(); err != nil {
		_ = l.release() // it can't remove in a directory where it can't write
		return nil, err
	}
	return l, nil
}

// setURL writes the URL to the holder file.
func (l *dirLock) setURL(url string) error {
	l.holder.URL = url
	return l.writeHolder()
}

func (l *dirLock) writeHolder() error {
	raw, err := json.Marshal(l.holder)
	if err == nil {
		err = client.ReplaceFile(filepath.Join(l.dir, client.HolderFile), append(raw, '\n'))
	}
	if err != nil {
		return fmt.Errorf("write %s in the data directory: %w", client.HolderFile, err)
	}
	return nil
}

// release removes the holder file and drops the lock. The lock file stays: if it were
// removed, two processes could each lock a file of that name.
func (l *dirLock) release() error {
	err := os.Remove(filepath.Join(l.dir, client.HolderFile))
	if errors.Is(err, fs.ErrNotExist) {
		err = nil
	}
	return errors.Join(err, l.lock.Close())
}
