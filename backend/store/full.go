package store

import (
	"fmt"
	"syscall"

	sqlite3 "modernc.org/sqlite/lib"
)

// sayFull puts the operating system's error under the engine's for a disk that is
// full. It is the one thing that keeps a database from answering that the user
// can do something about, and errors.Is(err, syscall.ENOSPC) finds it.
func sayFull(err error) error {
	if sqliteCode(err)&0xff == sqlite3.SQLITE_FULL {
		return fmt.Errorf("%w: %w", syscall.ENOSPC, err)
	}
	return err
}
