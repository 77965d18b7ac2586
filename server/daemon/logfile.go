package daemon

import (
	"errors"
	"io/fs"
	"os"
	"sync"
)

// maxLogFile is the size, in bytes, at which a log file is rotated; one older file is
// kept.
const maxLogFile = 8 << 20

// LogFile is a file for log lines while the terminal shows the dashboard. It is
// created with the first line (mode 0600), when the data directory exists.
type LogFile struct {
	path string
	mu   sync.Mutex
	file *os.File
	size int64
}

// NewLogFile makes a LogFile that writes to path and renames a full file to path.1.
func NewLogFile(path string) *LogFile { return &LogFile{path: path} }

// Write appends one line.
func (l *LogFile) Write(line []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.file != nil && l.size+int64(len(line)) > maxLogFile {
		_ = l.file.Close()
		l.file = nil
	}
	if l.file == nil {
		if err := l.open(); err != nil {
			return 0, err
		}
	}
	n, err := l.file.Write(line)
	l.size += int64(n)
	return n, err
}

func (l *LogFile) open() error {
	if stat, err := os.Stat(l.path); err == nil && stat.Size() >= maxLogFile/2 {
		if err := os.Rename(l.path, l.path+".1"); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	file, err := os.OpenFile(l.path, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	stat, err := file.Stat()
	if err != nil {
		return errors.Join(err, file.Close())
	}
	l.file, l.size = file, stat.Size()
	return nil
}

// Close closes the file.
func (l *LogFile) Close() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.file == nil {
		return nil
	}
	err := l.file.Close()
	l.file = nil
	return err
}
