package tui

import (
	"bytes"
	"io"
	"os"
	"unicode/utf8"
)

// The delimiters of a paste (xterm's bracketed paste).
const (
	pasteStart = "\x1b[200~"
	pasteEnd   = "\x1b[201~"
)

// pasteFilter removes escape sequences and bytes that are not UTF-8 from pastes.
// Bubble Tea drops them too, but only after a pause in the input, and until then it
// parses all that is buffered again at every read: a pasted megabyte in another
// encoding stops the keys for minutes. Other input passes unchanged.
type pasteFilter struct {
	from io.Reader

	matched  int    // how much of pasteBegins was just read
	pasting  bool   // until pasteEnds
	sequence bool   // in an escape sequence that is taken out
	partial  []byte // a beginning of a character or of pasteEnds, whose rest is to come
}

// Read may return 0, nil when nothing is left of what was read.
func (f *pasteFilter) Read(p []byte) (int, error) {
	if len(p) <= len(f.partial) {
		return 0, io.ErrShortBuffer
	}
	before := copy(p, f.partial)
	f.partial = f.partial[:0]
	n, err := f.from.Read(p[before:])
	return f.filter(p[:before+n]), err
}

// filter compacts what stays of p to its beginning and returns its length.
func (f *pasteFilter) filter(p []byte) int {
	n := 0
	keep := func(more []byte) { n += copy(p[n:], more) }
	for i := 0; i < len(p); {
		c, rest := p[i], p[i:]
		switch {
		case !f.pasting:
			f.watchStart(c)
			keep(rest[:1])
			i++
		case f.sequence && ' ' <= c && c <= '~':
			f.sequence = c < '@' // which ends it
			i++
		case bytes.HasPrefix(rest, []byte(pasteEnd)):
			f.pasting, f.sequence = false, false
			keep(rest[:len(pasteEnd)])
			i += len(pasteEnd)
		case bytes.HasPrefix([]byte(pasteEnd), rest), c != '\x1b' && !utf8.FullRune(rest):
			f.sequence = false
			f.partial = append(f.partial, rest...)
			return n
		case c == '\x1b':
			f.sequence = len(rest) > 1 && rest[1] == '['
			i++
			if f.sequence {
				i++
			}
		default:
			f.sequence = false
			r, size := utf8.DecodeRune(rest)
			if r != utf8.RuneError || size > 1 {
				keep(rest[:size])
			}
			i += size
		}
	}
	return n
}

// watchStart matches pasteStart.
func (f *pasteFilter) watchStart(c byte) {
	switch c {
	case pasteStart[f.matched]:
		f.matched++
	case pasteStart[0]:
		f.matched = 1
	default:
		f.matched = 0
	}
	if f.matched == len(pasteStart) {
		f.pasting, f.matched = true, 0
	}
}

// terminal is a terminal with its pastes filtered.
type terminal struct {
	*os.File
	filter pasteFilter
}

func newTerminal(file *os.File) *terminal {
	return &terminal{File: file, filter: pasteFilter{from: file}}
}

func (t *terminal) Read(p []byte) (int, error) { return t.filter.Read(p) }
