package widget

import (
	"strings"

	"github.com/charmbracelet/x/ansi"
)

// Mask replaces the spans of l, byte ranges of l without its control sequences,
// by dots.
func Mask(l string, spans [][]int) string {
	if len(spans) == 0 {
		return l
	}
	hidden := make([]bool, len(ansi.Strip(l)))
	for _, at := range spans {
		for i := at[0]; i < at[1]; i++ {
			hidden[i] = true
		}
	}
	var out strings.Builder
	state, at := byte(0), 0 // at is an offset in the stripped text
	for len(l) > 0 {
		seq, width, n, next := ansi.DecodeSequence(l, state, nil)
		state, l = next, l[n:]
		control := width == 0 // a colour: a frame has no other controls
		if !control && hidden[at] && seq != " " {
			seq = strings.Repeat("•", width)
		}
		out.WriteString(seq)
		if !control {
			at += n
		}
	}
	return out.String()
}
