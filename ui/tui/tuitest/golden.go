package tuitest

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/exp/golden"

	"keydeck/ui/tui/shell"
)

// Golden compares every state with its golden file (go test -run
// TestGolden/name -update writes it) and holds every drawing of it to the rules.
//
// testdata/TestGolden holds a file for each state, with the words of the screen
// at every size, and at 80x24 the role of every cell (see paints) below them. The
// roles stand for all themes: paintedAlike checks in each theme, at each size, that
// the same words are painted in the colours that the theme has for these roles.
func Golden(t *testing.T, list shell.Screens, states []State) {
	var seen lookalikes
	for _, st := range states {
		t.Run(st.Name, func(t *testing.T) {
			t.Parallel()
			var words, paint strings.Builder
			for _, size := range Sizes {
				opts := st.Opts
				opts.Screens, opts.W, opts.H = list, size.W, size.H
				Run(t, opts, func(r *Rig) {
					st.Walk(r)
					r.Root.State().Theme = rolesTheme
					frame := r.Root.View().Content
					drawn := Cells(frame, size)
					CheckFrame(t, frame, size)
					checkPaint(t, r, drawn)
					seen.check(t, st.Name, size, ansi.Strip(frame))
					fmt.Fprintf(&words, "──── %dx%d\n%s", size.W, size.H, trimRight(ansi.Strip(frame)))
					if size == rolesFor {
						fmt.Fprintf(&paint, "──── %dx%d, roles\n%s", size.W, size.H, painted(drawn))
					}
					paintedAlike(t, r, frame, drawn)
				})
			}
			golden.RequireEqual(t, words.String()+paint.String())
		})
	}
}

// lookalikes finds states that only colour tells apart: no two of the table may
// have the same words, at any size.
type lookalikes struct {
	sync.Mutex
	names map[string]string
}

// alike are the exceptions: what these show more than their neighbours has no
// room, or is there already.
var alike = []string{"requests-columns-all 60x20", "requests-columns-all 80x24", "token-alone 60x20"}

func (l *lookalikes) check(t *testing.T, name string, size shell.Rect, words string) {
	t.Helper()
	if slices.Contains(alike, fmt.Sprintf("%s %dx%d", name, size.W, size.H)) {
		return
	}
	l.Lock()
	defer l.Unlock()
	if other, ok := l.names[words]; ok && other != name {
		t.Errorf("%s at %dx%d has the same words as %s", name, size.W, size.H, other)
	}
	if l.names == nil {
		l.names = map[string]string{}
	}
	l.names[words] = name
}
