package vault

import (
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
)

// masterKeySize is the length of the master key in bytes.
const masterKeySize = 32

// maxKeyFile is more than any encoding of a key takes, in bytes.
const maxKeyFile = 4 << 10

// Source says where the master key comes from.
type Source struct {
	Path   string // of master.key, made on first use with mode 0600 if Create
	Value  string // KEYDECK_MASTER_KEY: base64 or hex of 32 bytes; wins over Path
	Create bool   // false when a database already exists: a missing key file is then ErrNoKey
}

func (s Source) masterKey(random io.Reader) ([]byte, error) {
	if s.Value != "" {
		key, err := decodeKey(s.Value)
		if err != nil {
			return nil, fmt.Errorf("vault: master key from the environment: %w", err)
		}
		return key, nil
	}
	if s.Path == "" {
		return nil, ErrNoKey
	}
	key, err := readKeyFile(s.Path)
	switch {
	case err == nil:
		return key, nil
	case !errors.Is(err, fs.ErrNotExist):
		return nil, err
	case !s.Create:
		return nil, fmt.Errorf("%w: %s is missing, and without it what the database holds cannot be read", ErrNoKey, s.Path)
	}
	if err := makeKeyFile(s.Path, random); err != nil {
		return nil, err
	}
	// Read the file back: if two processes have made a key at once, both must use the
	// one that was first.
	return readKeyFile(s.Path)
}

// readKeyFile reads a key file that only its owner may read. It follows symbolic
// links, because mounted secrets consist of them.
func readKeyFile(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("vault: open the master key: %w", err)
	}
	defer f.Close()
	stat, err := f.Stat()
	if err != nil {
		return nil, fmt.Errorf("vault: look at the master key: %w", err)
	}
	if !stat.Mode().IsRegular() {
		return nil, fmt.Errorf("vault: the master key %s is not a regular file", path)
	}
	// Windows has no such bits; there the directory's access list must suffice.
	if perm := stat.Mode().Perm(); perm&0o077 != 0 && runtime.GOOS != "windows" {
		return nil, fmt.Errorf("vault: the master key %s is open to others (mode %04o); run: chmod 600 %s", path, perm, path)
	}
	text, err := io.ReadAll(io.LimitReader(f, maxKeyFile))
	if err != nil {
		return nil, fmt.Errorf("vault: read the master key: %w", err)
	}
	key, err := decodeKey(string(text))
	if err != nil {
		return nil, fmt.Errorf("vault: the master key %s: %w", path, err)
	}
	return key, nil
}

// makeKeyFile writes a new key beside path and renames it once it is complete and
// synced, so that a crash cannot leave half a key. It never overwrites a file;
// finding one is not an error.
func makeKeyFile(path string, random io.Reader) (err error) {
	key := make([]byte, masterKeySize)
	if _, err := io.ReadFull(random, key); err != nil {
		return fmt.Errorf("vault: draw a master key: %w", err)
	}
	dir := filepath.Dir(path)
	tmp, err := os.CreateTemp(dir, ".master.key-*") // mode 0600
	if err != nil {
		return fmt.Errorf("vault: make the master key: %w", err)
	}
	defer os.Remove(tmp.Name())
	_, err = tmp.WriteString(base64.StdEncoding.EncodeToString(key) + "\n")
	if err == nil {
		err = tmp.Sync()
	}
	if closeErr := tmp.Close(); err == nil {
		err = closeErr
	}
	if err != nil {
		return fmt.Errorf("vault: write the master key: %w", err)
	}
	if err := renameNew(tmp.Name(), path); err != nil {
		return fmt.Errorf("vault: put the master key in place: %w", err)
	}
	return syncDir(dir)
}

// renameNew renames from to to, unless to exists. A hard link does that atomically.
// On a file system without links it checks before the rename; the lock on the data
// directory keeps other servers out meanwhile.
func renameNew(from, to string) error {
	err := os.Link(from, to)
	if err == nil || errors.Is(err, fs.ErrExist) {
		return nil
	}
	if _, statErr := os.Lstat(to); statErr == nil {
		return nil
	} else if !errors.Is(statErr, fs.ErrNotExist) {
		return statErr
	}
	return os.Rename(from, to)
}

// syncDir makes a new name in dir survive a power cut.
func syncDir(dir string) error {
	if runtime.GOOS == "windows" {
		return nil // it cannot open directories
	}
	d, err := os.Open(dir)
	if err != nil {
		return fmt.Errorf("vault: open the data directory: %w", err)
	}
	defer d.Close()
	if err := d.Sync(); err != nil {
		return fmt.Errorf("vault: sync the data directory: %w", err)
	}
	return nil
}

var errKeyForm = errors.New("want 32 bytes as base64 (43 or 44 characters) or hex (64 characters)")

// CheckKey says what is wrong with an encoded master key. The error never shows the
// key.
func CheckKey(text string) error {
	_, err := decodeKey(text)
	return err
}

// decodeKey reads 32 bytes in hex or base64, standard or URL-safe, with or without
// padding. The error never shows the value.
func decodeKey(text string) ([]byte, error) {
	text = strings.TrimSpace(text)
	if text == "" {
		return nil, fmt.Errorf("it is empty; %w", errKeyForm)
	}
	var key []byte
	var err error
	if len(text) == hex.EncodedLen(masterKeySize) {
		key, err = hex.DecodeString(text)
	} else {
		standard := strings.NewReplacer("-", "+", "_", "/").Replace(strings.TrimRight(text, "="))
		key, err = base64.RawStdEncoding.Strict().DecodeString(standard)
	}
	if err != nil {
		// The decoder's own error quotes the value.
		return nil, fmt.Errorf("it is neither base64 nor hex; %w", errKeyForm)
	}
	if len(key) != masterKeySize {
		return nil, fmt.Errorf("it holds %d bytes; %w", len(key), errKeyForm)
	}
	return key, nil
}
