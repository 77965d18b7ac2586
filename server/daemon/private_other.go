//go:build !unix

package daemon

import "io/fs"

// private is true: here the user's own folders are closed by access lists, which
// mode bits do not show.
func private(fs.FileInfo) bool { return true }
