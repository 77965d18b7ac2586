package text

import (
	"strings"
	"testing"
)

func TestContainsFold(t *testing.T) {
	words := []string{"", "a", "A", "b", "aB", "Ab/c", "xAbC", "aab", "AAB", "ä", "Ä", "xÄb", "\u212a", "k", "K", "İ", "i", "é", "a\xff", "\xffA"}
	for _, s := range words {
		for _, p := range words {
			part := strings.ToLower(p)
			if got, want := ContainsFold(s, part), strings.Contains(strings.ToLower(s), part); got != want {
				t.Errorf("ContainsFold(%q, %q) = %v, want %v", s, part, got, want)
			}
		}
	}
}

func FuzzContainsFold(f *testing.F) {
	f.Add("GET /Ä\u212a", "k")
	f.Fuzz(func(t *testing.T, s, p string) {
		part := strings.ToLower(p)
		if got, want := ContainsFold(s, part), strings.Contains(strings.ToLower(s), part); got != want {
			t.Errorf("ContainsFold(%q, %q) = %v, want %v", s, part, got, want)
		}
	})
}
