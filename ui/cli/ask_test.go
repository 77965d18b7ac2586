package cli

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/creack/pty"
	"github.com/spf13/cobra"

	"keydeck/model"
)

// unsigned is a compact token up to the dot behind its claims.
func unsigned(t *testing.T, header, claims string) string {
	t.Helper()
	part := base64.RawURLEncoding.EncodeToString
	return part([]byte(header)) + "." + part([]byte(claims)) + "."
}

func TestConfirmOnATerminal(t *testing.T) {
	confirm := func(s *shell) error { return s.confirm(t.Context(), false, "revoke it?") }
	name := func(s *shell) error { return s.confirmName(t.Context(), "c", false, "it goes", "Web shop", "ABC123") }
	tests := []struct {
		name, typed string
		ask         func(*shell) error
		said        string
		left        bool
	}{
		{"yes", "y\n", confirm, "revoke it? [y/N] ", false},
		{"yes in full", " YES \n", confirm, "revoke it? [y/N] ", false},
		{"no", "n\n", confirm, "revoke it? [y/N] ", true},
		{"enter is no", "\n", confirm, "revoke it? [y/N] ", true},
		{"the end is no", "\x04", confirm, "revoke it? [y/N] ", true},
		{"another word is no", "yes please\n", confirm, "revoke it? [y/N] ", true},
		{"the name", "Web shop\n", name, "it goes\ntype Web shop to go on: ", false},
		{"the account id", "ABC123\n", name, "it goes\ntype Web shop to go on: ", false},
		{"another name", "web shop\n", name, "it goes\ntype Web shop to go on: ", true},
		{"y is no name", "y\n", name, "it goes\ntype Web shop to go on: ", true},
		{"no name", "\n", name, "it goes\ntype Web shop to go on: ", true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			keyboard, terminal, err := pty.Open()
			if err != nil {
				t.Skipf("no pseudo-terminal here: %v", err)
			}
			defer func() { _ = errors.Join(keyboard.Close(), terminal.Close()) }()
			s := newShell(t, nil)
			s.Stdin = terminal
			if _, err := keyboard.WriteString(tt.typed); err != nil {
				t.Fatal(err)
			}
			if err := tt.ask(s); errors.Is(err, errDeclined) != tt.left || !tt.left && err != nil {
				t.Errorf("got %v, want it left: %t", err, tt.left)
			}
			if got := s.err.String(); got != tt.said {
				t.Errorf("said %q, want %q", got, tt.said)
			}
		})
	}
}

func TestConfirmWithoutATerminal(t *testing.T) {
	s := newShell(t, nil)
	if err := s.confirm(t.Context(), false, "revoke it?"); err != nil {
		t.Errorf("a script is not asked, got %v", err)
	}
	err := s.confirmName(t.Context(), "keydeck projects delete", false, "it goes", "Shop")
	var usage *UsageError
	if want := "it goes; keydeck projects delete asks first, and there is no terminal to ask on: add --yes"; !errors.As(err, &usage) || err.Error() != want {
		t.Errorf("got %v, want the usage error %q", err, want)
	}
	if err := s.confirmName(t.Context(), "c", true, "it goes", "Shop"); err != nil || s.err.Len() > 0 {
		t.Errorf("with --yes: %v, said %q", err, s.err.String())
	}
}

func TestAFullDiskSaysWhatHelps(t *testing.T) {
	s := newShell(t, map[string]string{"KEYDECK_DATA": "/data"})
	s.Serve = func(_ context.Context, _ Config, _ func(model.Status)) error {
		return fmt.Errorf("write server.json in the data directory: %w", syscall.ENOSPC)
	}
	if code := s.Run(t.Context(), []string{"serve"}); code != 1 {
		t.Errorf("exit code %d, want 1", code)
	}
	if got, want := s.err.String(), "keydeck: write server.json in the data directory: no space left on device; make room on that disk, then try again\n"; got != want {
		t.Errorf("said %q, want %q", got, want)
	}
}

// Every flag of a fixed choice offers it, and every argument that names something
// on the server keeps the shell from offering files.
func TestCompletion(t *testing.T) {
	tests := []struct{ line, want string }{
		{"keys create --kind|", "api-key,jwt-secret,key-pair"},
		{"keys list --kind|", "api-key,jwt-secret,key-pair"},
		{"members add --role|", "owner,member,viewer"},
		{"completion|", "bash,fish,powershell,zsh"},
		{"help members|", "add,list,remove,role"},
	}
	for _, tt := range tests {
		s := newShell(t, map[string]string{"KEYDECK_DATA": "/nowhere"})
		args := append([]string{cobra.ShellCompNoDescRequestCmd}, strings.Fields(strings.TrimSuffix(tt.line, "|"))...)
		if code := s.Run(t.Context(), append(args, "")); code != 0 {
			t.Errorf("%s: exit code %d", tt.line, code)
		}
		lines := strings.Fields(s.out.String())
		if got := strings.Join(lines[:max(0, len(lines)-1)], ","); got != tt.want {
			t.Errorf("%s: got %s, want %s", tt.line, got, tt.want)
		}
	}
	for _, line := range []string{"keys revoke", "keys rotate", "members remove", "members role", "members add", "projects delete", "projects rename", "keys list --project"} {
		s := newShell(t, map[string]string{"KEYDECK_DATA": "/nowhere"})
		s.Run(t.Context(), slices.Concat([]string{cobra.ShellCompNoDescRequestCmd}, strings.Fields(line), []string{""}))
		if got, want := s.out.String(), fmt.Sprintf(":%d\n", cobra.ShellCompDirectiveNoFileComp); got != want {
			t.Errorf("%s with no server: got %q, want %q", line, got, want)
		}
	}
}

func TestWordsMeanNothingToAShell(t *testing.T) {
	for name, want := range map[string]string{
		"ci": "ci", "you+x@example.com": "you+x@example.com", "v1.2_b-3": "v1.2_b-3",
		"Web shop": "ID", "$(reboot)": "ID", "`x`": "ID", "a;b": "ID", "a\tb": "ID", "a\nb": "ID", "--yes": "ID", "a's": "ID", "~root": "ID", "東京": "ID", "": "ID",
	} {
		if got := shellWord(name, "ID"); got != want {
			t.Errorf("word(%q) = %q, want %q", name, got, want)
		}
	}
}
