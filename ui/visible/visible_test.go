package visible

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func TestVisible(t *testing.T) {
	tests := []struct{ name, in, want string }{
		{"plain", "you@example.com", "you@example.com"},
		{"accents and CJK", "Zoë 東京", "Zoë 東京"},
		{"combining mark", "e\u0301", "e\u0301"},
		{"a tower of marks", "e\u0301\u0301\u0301\u0301", "e\u0301\u0301\u0301\\u0301"},
		{"a mark without a base", "\u0301x", `\u0301x`},
		{"escape sequence", "a\x1b[31mred", `a\x1b[31mred`},
		{"unterminated OSC", "\x1b]0;title", `\x1b]0;title`},
		{"C1 as a rune", "a\u009b31m", `a\u009b31m`},
		{"C1 as a bare byte", "a\x9b31m", `a\x9b31m`},
		{"line feed, tab, return", "a\nb\tc\rd", `a\nb\tc\rd`},
		{"NUL and DEL", "\x00\x7f", `\x00\x7f`},
		{"right-to-left override", "a\u202egnp.exe", `a\u202egnp.exe`},
		{"isolate", "\u2066x\u2069", `\u2066x\u2069`},
		{"zero width", "a\u200bb\u200dc\ufeff", `a\u200bb\u200dc\ufeff`},
		{"line separator", "a\u2028b", `a\u2028b`},
		{"no-break space", "a\u00a0b", `a\u00a0b`},
		{"tag character", "\U000e0041", `\U000e0041`},
		{"private use", "\ue000", `\ue000`},
		{"hangul filler", "a\u3164b", `a\u3164b`},
		{"invalid UTF-8", "a\xff\xfeb", `a\xff\xfeb`},
		{"replacement character", "\ufffd", `\ufffd`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := Visible(tt.in); got != tt.want {
				t.Errorf("Visible(%q) = %q, want %q", tt.in, got, tt.want)
			}
		})
	}
}

func FuzzVisible(f *testing.F) {
	f.Add("plain")
	f.Add("\x1b]52;c;AAAA\x07\u202e\xff")
	f.Fuzz(func(t *testing.T, s string) {
		got := Visible(s)
		if !utf8.ValidString(got) {
			t.Fatalf("Visible(%q) = %q is not UTF-8", s, got)
		}
		if strings.ContainsFunc(got, func(r rune) bool { return !drawable(r) }) {
			t.Fatalf("Visible(%q) = %q holds an unsafe character", s, got)
		}
		if again := Visible(got); again != got {
			t.Fatalf("Visible is not stable: %q, then %q", got, again)
		}
	})
}
