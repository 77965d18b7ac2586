package tui

import (
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"

	"keydeck/model"
	"keydeck/ui/tui/theme"
)

func TestMaskLine(t *testing.T) {
	tests := []struct{ in, want string }{
		{"from 10.0.0.7, curl/8.5", "from ••••••••, curl/8.5"},
		{"at 12:03:41 on ::1 and fe80::1", "at 12:03:41 on ••• and •••••••"},
		{"\x1b[1mada@example.com\x1b[m 漢字", "\x1b[1m•••••••••••••••\x1b[m 漢字"},
		{"a\x1b[7m@\x1b[mb.c next", "•\x1b[7m•\x1b[m••• next"},
		{"kid 3f2a…91c0aa of sk_GDje…nJfJ8", "••• ••••••••••• of •••••••••••••"},
		{"1,284 new · 300 of 300 in 0.2 ms", "1,284 new · 300 of 300 in 0.2 ms"},
		{"Your code: 042 137", "Your code: ••• •••"},
	}
	for _, kind := range model.CredentialKinds {
		if prefix := kind.Spec().Prefix; prefix != "" {
			key := model.FormatKey(kind, strings.Repeat("Ab3", 12)+"x")
			tests = append(tests, struct{ in, want string }{"is " + key + " or", "is " + strings.Repeat("•", len(key)) + " or"})
		}
	}
	for _, tt := range tests {
		if got := maskLine(tt.in); got != tt.want {
			t.Errorf("maskLine(%q) = %q, want %q", tt.in, got, tt.want)
		}
	}
}

func FuzzMask(f *testing.F) {
	f.Add("ada@example.com 10.0.0.7 \x1b[1m::1\x1b[m")
	f.Fuzz(func(t *testing.T, s string) {
		line := theme.Dark().Accent.Render(strings.ReplaceAll(ansi.Strip(s), "\x1b", ""))
		got := maskLine(line)
		if strings.ContainsFunc(s, func(r rune) bool { return r < ' ' || r > '~' && r != '…' }) {
			return // widths are compared for what the dashboard draws
		}
		if ansi.StringWidth(got) != ansi.StringWidth(line) {
			t.Errorf("mask(%q) has another width: %q", line, got)
		}
	})
}
