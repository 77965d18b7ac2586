package tui

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/exp/golden"
)

// The golden files: testdata/TestGolden holds one for each state of states, with
// the words of the screen at every size, and at 80x24 the role of every cell (see
// paints) below them. The roles stand for all themes: paintedAlike checks in each
// theme, at each size, that the same words are painted in the colours that the
// theme has for these roles. So a change of a colour shows in TestThemes only,
// and a change of a screen reads as one.

// TestGolden compares every state with its golden file (go test ./ui/tui -run
// TestGolden/name -update writes it) and holds every drawing of it to the rules.
func TestGolden(t *testing.T) {
	var seen lookalikes
	for _, st := range states {
		t.Run(st.name, func(t *testing.T) {
			t.Parallel()
			var words, paint strings.Builder
			for _, size := range sizes {
				opts := st.opts
				opts.w, opts.h = size.W, size.H
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

// TestThemes pins the colours of one busy screen in every theme.
func TestThemes(t *testing.T) {
	themesAgree(t, "", allThemes, rigOptions{signedIn: true, furnish: oneProject}, func(r *rig) {
		r.keys("3")
		r.wait(time.Second)
		r.keys("up", "enter")
	})
}

func TestStatesAreWords(t *testing.T) {
	run(t, rigOptions{signedIn: true, furnish: oneProject, Options: Options{Environ: []string{"NO_COLOR=yes"}}}, func(r *rig) {
		r.send(tea.BackgroundColorMsg{})
		if got := colours(r.root.View().Content); len(got) > 0 {
			t.Errorf("NO_COLOR=yes, yet there are colours: %q", got)
		}
		r.sees("expired", "revoked", "never", "41 d", "2 d")
	})
}

func TestTooSmall(t *testing.T) {
	run(t, rigOptions{signedIn: true, furnish: oneProject, w: 48, h: 12}, func(r *rig) {
		r.sees("needs 60x18", "this is 48x12")
		r.send(tea.WindowSizeMsg{Width: 80, Height: 24})
		r.sees("Credentials")
	})
}

var states = slices.Concat(signInStates, frameStates, overviewStates, projectStates, memberStates, credentialStates, requestStates, tokenStates)
