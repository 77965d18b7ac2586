package client

import (
	"context"
	"encoding/base64"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestLoginMovesWithTheDirectory: a login over the socket is found after the data
// directory was moved, also one that was kept under the socket's old path.
func TestLoginMovesWithTheDirectory(t *testing.T) {
	entry := func(name, email string, exp int) string {
		token := "h." + base64.RawURLEncoding.EncodeToString(fmt.Appendf(nil, `{"exp": %d}`, exp)) + ".s"
		return fmt.Sprintf(`%q: {"email": %q, "access_token": %q}`, name, email, token)
	}
	tests := []struct {
		name    string
		entries []string
		want    string
	}{
		{"kept as local", []string{entry("local", "ada", 1)}, "ada"},
		{"at its first place", []string{entry("/old/keydeck.sock", "ada", 1)}, "ada"},
		{"moved twice", []string{entry("/a/keydeck.sock", "old", 1), entry("/b/keydeck.sock", "ada", 2), entry("/c/keydeck.sock", "old", 1)}, "ada"},
		{"signed in again since", []string{entry("/a/keydeck.sock", "old", 9), entry("local", "ada", 1)}, "ada"},
		{"of a URL alone", []string{entry("https://keys.example.com", "bob", 1)}, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			dir := t.TempDir()
			path := filepath.Join(dir, SessionFile)
			if err := os.WriteFile(path, []byte("{"+strings.Join(tt.entries, ",")+"}"), 0o600); err != nil {
				t.Fatal(err)
			}
			c, err := New(Options{Socket: filepath.Join(dir, socketFile), Dir: dir})
			if err != nil {
				t.Fatal(err)
			}
			if got, err := c.SignedIn(); err != nil || got != tt.want {
				t.Errorf("signed in as %q, %v, want %q", got, err, tt.want)
			}
			// Signing out leaves no login behind under another name.
			if _, err := c.sessions.Update(context.Background(), func(*Session) (*Session, error) { return nil, nil }); err != nil {
				t.Fatal(err)
			}
			if got, err := c.SignedIn(); err != nil || got != "" {
				t.Errorf("after signing out: %q, %v", got, err)
			}
		})
	}
}
