//go:build unix

package daemon

import (
	"io/fs"
	"os"
	"syscall"
)

// private reports whether the file belongs to this user and is closed to all others.
func private(stat fs.FileInfo) bool {
	sys, ok := stat.Sys().(*syscall.Stat_t)
	return ok && int(sys.Uid) == os.Geteuid() && stat.Mode().Perm()&0o077 == 0
}
