package widget

import (
	"testing"

	"github.com/charmbracelet/x/ansi"
)

// FuzzWidth checks that widths are counted as the renderer counts them.
func FuzzWidth(f *testing.F) {
	for _, s := range []string{"", "plain", "\x1b[1;38;2;1;2;3mred\x1b[m…", "├──┤▁▂▃█│●", "a\u0301", "…\ufe0f", "─\u200d─", "日本", "\x1b[2K", "\x1b]0;t\x07x", "\x1b[1", "é", "👩‍👩‍👧", "a\tb", "\x1b[31", "▶\ufe0f", "■", "×·•–›"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if got, want := Width(s), ansi.StringWidth(s); got != want {
			t.Errorf("Width(%q) = %d, want %d", s, got, want)
		}
	})
}

func BenchmarkWidth(b *testing.B) {
	const line = "\x1b[38;2;120;130;140m12:00:00\x1b[m  GET  /v1/datetime/utc-now  \x1b[32m200\x1b[m  0.1 ms  sk_GDje…UhOuN ────"
	b.Run("ours", func(b *testing.B) {
		for b.Loop() {
			Width(line)
		}
	})
	b.Run("ansi", func(b *testing.B) {
		for b.Loop() {
			ansi.StringWidth(line)
		}
	})
}
