package cli

import (
	"bufio"
	"runtime"
	"strings"
	"testing"
)

// A token over many lines is put together once, not at every line: twice the lines
// take about twice the memory, and not four times.
func TestOneTokenOverManyLines(t *testing.T) {
	taken := func(lines int) uint64 {
		r := &lineReader{ctx: t.Context(), from: bufio.NewReader(strings.NewReader(strings.Repeat("a\n", lines)))}
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		if err := r.allLines(nil, func(rawToken) error { return nil }); err != nil {
			t.Fatal(err)
		}
		runtime.ReadMemStats(&after)
		return after.TotalAlloc - before.TotalAlloc
	}
	if few, many := taken(4_000), taken(32_000); many > 16*few {
		t.Errorf("%d bytes for 4,000 lines, %d for 32,000", few, many)
	}
}
