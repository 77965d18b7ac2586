package tui

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/exp/golden"
)

// Golden compares every state with its golden file (go test -run
// TestGolden/name -update writes it) and holds every drawing of it to the rules.
//
// testdata/TestGolden holds a file for each state, with the words of the screen
// at every size, and at 80x24 the role of every cell (see paints) below them. The
// roles stand for all themes: paintedAlike checks in each theme, at each size, that
// the same words are painted in the colours that the theme has for these roles.
func Golden(t *testing.T, list screens, states []state) {
	var seen lookalikes
	for _, st := range states {
		t.Run(st.name, func(t *testing.T) {
			t.Parallel()
			var words, paint strings.Builder
			for _, size := range sizes {
				opts := st.opts
				opts.Screens, opts.w, opts.h = list, size.W, size.H
				run(t, opts, func(r *rig) {
					st.walk(r)
					r.root.th = rolesTheme
					frame := r.root.View().Content
					drawn := cells(frame, size)
					checkFrame(t, frame, size)
					checkPaint(t, r, drawn)
					seen.check(t, st.name, size, ansi.Strip(frame))
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

func (l *lookalikes) check(t *testing.T, name string, size Rect, words string) {
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
