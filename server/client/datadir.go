package client

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"

	"keydeck/model"
)

// Names inside the data directory that the server and its clients agree on.
const (
	HolderFile  = "server.json"  // a Holder: which process serves the directory
	SessionFile = "session.json" // the login made over the socket
	socketFile  = "keydeck.sock"
)

// maxSocketPath limits the length of a socket's path, in bytes. The systems'
// own limits are between 104 (macOS) and 108 (Linux), including the final NUL.
const maxSocketPath = 100

// Holder names the process that serves a data directory. It is only a note: the
// lock on the directory decides, and a killed process leaves its note behind.
// URL is "" while the server is starting.
type Holder struct {
	PID     int        `json:"pid"`
	Started model.Time `json:"started"`
	URL     string     `json:"url"`
	Socket  string     `json:"socket"`
}

// ReadHolder reads the note in dir. If there is none, the error is
// os.ErrNotExist.
func ReadHolder(dir string) (Holder, error) {
	f, err := os.Open(filepath.Join(dir, HolderFile))
	if err != nil {
		return Holder{}, fmt.Errorf("read who serves: %w", err)
	}
	defer func() { _ = f.Close() }()
	var h Holder
	if err := json.NewDecoder(io.LimitReader(f, 64<<10)).Decode(&h); err != nil {
		return Holder{}, fmt.Errorf("read who serves: %s: %w", f.Name(), err)
	}
	return h, nil
}

// FindSocket returns the path of the socket that a client of the data directory
// dir should use: the one in the server's note, else the one that a server
// started from the same environment would make.
func FindSocket(dir string) (string, error) {
	if h, err := ReadHolder(dir); err == nil && h.Socket != "" {
		return h.Socket, nil
	}
	return SocketPath(dir)
}

// SocketPath returns the path of the socket for a server of the data directory
// dir: inside dir, or, if that path would be over 100 bytes, under a name
// derived from dir in keydeck/ of the user's runtime directory or in
// keydeck-<uid>/ of the temporary one. It creates nothing.
func SocketPath(dir string) (string, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return "", fmt.Errorf("find the socket: %w", err)
	}
	if inside := filepath.Join(dir, socketFile); len(inside) <= maxSocketPath {
		return inside, nil
	}
	if real, err := filepath.EvalSymlinks(dir); err == nil {
		dir = real // two paths to one directory must give one socket
	}
	sum := sha256.Sum256([]byte(dir))
	name := hex.EncodeToString(sum[:8]) + ".sock"
	private := "keydeck-" + strconv.Itoa(os.Getuid())
	places := []string{filepath.Join(os.TempDir(), private), filepath.Join("/tmp", private)}
	if runtimeDir := os.Getenv("XDG_RUNTIME_DIR"); filepath.IsAbs(runtimeDir) && isDir(runtimeDir) {
		places = append([]string{filepath.Join(runtimeDir, "keydeck")}, places...)
	}
	for _, place := range places {
		if path := filepath.Join(place, name); len(path) <= maxSocketPath {
			return path, nil
		}
	}
	return "", errors.New("find the socket: every path for it is over 100 bytes; choose a shorter data directory")
}

// ReplaceFile gives a file other content in one step, so that no reader and no crash
// sees half of it. The file gets mode 0600.
func ReplaceFile(path string, content []byte) error {
	temp, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*") // mode 0600
	if err != nil {
		return err
	}
	_, err = temp.Write(content)
	if err = errors.Join(err, temp.Sync(), temp.Close()); err == nil {
		err = os.Rename(temp.Name(), path)
	}
	if err != nil {
		_ = os.Remove(temp.Name())
	}
	return err
}

func isDir(path string) bool {
	stat, err := os.Stat(path)
	return err == nil && stat.IsDir()
}
