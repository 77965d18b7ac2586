package tui

import (
	"bytes"
	"io"
	"strings"
	"testing"
	"testing/iotest"
)

func TestPasteFilter(t *testing.T) {
	tests := []struct{ name, input, want string }{
		{"keys", "a\x1b[A\xff\x1b", "a\x1b[A\xff\x1b"},
		{"text", "a\x1b[200~é\r\n\t\u200b\U0001f511\x1b[201~b", "a\x1b[200~é\r\n\t\u200b\U0001f511\x1b[201~b"},
		{"no UTF-8", "\x1b[200~a\xff\xe2\x80b\xc3\x1b[201~\xff", "\x1b[200~ab\x1b[201~\xff"},
		{"the sign for what is no UTF-8", "\x1b[200~\ufffd\x1b[201~", "\x1b[200~\ufffd\x1b[201~"},
		{"colours", "\x1b[200~\x1b[1;31ma\x1b[0mb\x1b[201~\x1b[B", "\x1b[200~ab\x1b[201~\x1b[B"},
		{"escape bytes", "\x1b[200~\x1b\x1b\x1bOa\x1b[201~", "\x1b[200~Oa\x1b[201~"},
		{"a sequence that breaks off", "\x1b[200~a\x1b[12\x1b[201~b", "\x1b[200~a\x1b[201~b"},
		{"a sequence before a letter of its own", "\x1b[200~\x1b[1é\x1b[201~", "\x1b[200~é\x1b[201~"},
		{"a paste in a paste", "\x1b[200~a\x1b[200~b\x1b[201~", "\x1b[200~ab\x1b[201~"},
		{"two pastes", "\x1b[200~\xff\x1b[201~\xff\x1b[200~\xff\x1b[201~", "\x1b[200~\x1b[201~\xff\x1b[200~\x1b[201~"},
		{"nearly one", "\x1b[20\x1b[200~\xff\x1b[201~", "\x1b[20\x1b[200~\x1b[201~"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			for how, from := range map[string]io.Reader{"at once": strings.NewReader(tt.input), "byte by byte": iotest.OneByteReader(strings.NewReader(tt.input))} {
				got, err := io.ReadAll(&pasteFilter{from: from})
				if err != nil || string(got) != tt.want {
					t.Errorf("%s: got %q, %v, want %q", how, got, err, tt.want)
				}
			}
		})
	}
}

// FuzzPasteFilter checks that nothing is left in a paste that Bubble Tea waits at, and
// that it does not matter how the paste is cut into reads.
func FuzzPasteFilter(f *testing.F) {
	for _, s := range []string{"\x1b[200~a\xff\x1b[201~", "\x1b[200~\x1b[31m\xe2\x80", "\x1b[20\x1b[200~\x1b[201"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, input []byte) {
		whole, _ := io.ReadAll(&pasteFilter{from: bytes.NewReader(input)})
		pieces, _ := io.ReadAll(&pasteFilter{from: iotest.OneByteReader(bytes.NewReader(input))})
		if !bytes.Equal(whole, pieces) {
			t.Errorf("%q: %q whole, %q in pieces", input, whole, pieces)
		}
		if before, _, _ := bytes.Cut(input, []byte(pasteStart)); !bytes.HasPrefix(whole, before) {
			t.Errorf("%q: %q, and the keys before the paste are changed", input, whole)
		}
	})
}
