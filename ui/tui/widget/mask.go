package widget

import (
	"strings"

	"github.com/charmbracelet/x/ansi"
)

// Mask puts dots in place of what stands in the spans, in bytes of l without its
// control sequences.
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
	state, at := byte(0), 0 // at counts bytes of plain
	for len(l) > 0 {
		seq, width, n, next := ansi.DecodeSequence(l, state, nil)
		state, l = next, l[n:]
		switch {
		case width == 0: // a control sequence; the frame has no other controls
			out.WriteString(seq)
			continue
		case hidden[at] && seq != " ":
			out.WriteString(strings.Repeat("•", width))
		default:
			out.WriteString(seq)
		}
		at += n
	}
	return out.String()
}
