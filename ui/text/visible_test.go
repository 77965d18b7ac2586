package text

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

func TestVisible(t *testing.T) {
	tests := []struct{ name, in, want string }{
		{"plain", "GET /v1/token/get?x=1 ~", "GET /v1/token/get?x=1 ~"},
		{"letters of the world", "Zoë 漢字 עברית हिन्दी ไทย", "Zoë 漢字 עברית हिन्दी ไทย"},
		{"CSI", "\x1b[2J", `\x1b[2J`},
		{"OSC without an end", "\x1b]0;title", `\x1b]0;title`},
		{"OSC 52 with BEL", "\x1b]52;c;eA==\a", `\x1b]52;c;eA==\x07`},
		{"C1 CSI", "\u009b31m", `\u009b31m`},
		{"raw C1 byte", "\x9b31m", `\x9b31m`},
		{"line breaks and tabs", "a\r\nb\tc", `a\r\nb\tc`},
		{"NUL and DEL", "\x00\x7f", `\x00\x7f`},
		{"bidi override", "user\u202egnp.exe", `user\u202egnp.exe`},
		{"bidi isolate", "\u2066x\u2069", `\u2066x\u2069`},
		{"zero width", "ad\u200bmin\u200d\ufeff", `ad\u200bmin\u200d\ufeff`},
		{"joined emoji", "👩\u200d👩\u200d👧 and 👩\u200d💻", "👩\u200d👩\u200d👧 and 👩\u200d💻"},
		{"joiner at an end of an emoji", "\u200d👩\u200dx👩\u200d\u200d👩\u200d", `\u200d👩\u200dx👩\u200d\u200d👩\u200d`},
		{"two in a row", "👩\u200d👩\u200d👧\u200d👧👩\u200d👧", "👩\u200d👩\u200d👧\u200d👧👩\u200d👧"},
		{"joiner flood", strings.Repeat("👩\u200d", 5) + "👩", "👩\u200d👩\u200d👩\u200d👩" + `\u200d` + "👩\u200d👩"},
		{"soft hyphen", "a\u00adb", `a\u00adb`},
		{"no-break space", "a\u00a0b", `a\u00a0b`},
		{"line separator", "a\u2028b", `a\u2028b`},
		{"Hangul filler", "\u3164", `\u3164`},
		{"private use", "\ue0a0", `\ue0a0`},
		{"unassigned", "\u0378", `\u0378`},
		{"tags", "\U000e0041", `\U000e0041`},
		{"not UTF-8", "a\xff\xc3", `a\xff\xc3`},
		{"combining flood", "a" + strings.Repeat("\u0301", 5), "a\u0301\u0301\u0301" + `\u0301` + "\u0301"},
		{"combining mark alone", "\u0301a", `\u0301a`},
		{"variation selector", "☺\ufe0f", `☺\ufe0f`},
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
	for _, s := range []string{"plain", "\x1b[31mred\x1b[0m", "\u202e\u200b", "\xff\xfe", "e\u0301\u0301\u0301\u0301\u0301", "\x1b]8;;http://x\a", "👨‍👩‍👧", "क्षि", "\u0300"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got := Visible(s)
		if !utf8.ValidString(got) {
			t.Fatalf("Visible(%q) = %q is not UTF-8", s, got)
		}
		marks := 0
		for i, r := range got {
			switch {
			case r == zwj && i > 0:
			case unicode.In(r, unicode.C, unicode.Zl, unicode.Zp), unicode.Is(unicode.Zs, r) && r != ' ':
				t.Fatalf("Visible(%q) = %q has %U", s, got, r)
			case unicode.Is(unicode.M, r):
				if marks++; i == 0 || marks > maxMarks {
					t.Fatalf("Visible(%q) = %q: %d combining marks at byte %d", s, got, marks, i)
				}
			default:
				marks = 0
			}
		}
		if again := Visible(got); again != got {
			t.Fatalf("Visible twice: %q, then %q", got, again)
		}
		if len(got) > 4*len(s)+8 {
			t.Fatalf("Visible made %d bytes out of %d", len(got), len(s))
		}
	})
}
