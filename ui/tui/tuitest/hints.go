package tuitest

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/exp/golden"

	"keydeck/ui/keymap"
	"keydeck/ui/tui/shell"
)

// Hints compares the breadcrumbs and help lines of all screens and the hints of all
// overlays with TestHints.golden, and presses every key that they offer. The screen must
// change, a request be made, something be sent to the terminal, or the dashboard quit.
// Of two keys for two directions one may do nothing, at its end.
func Hints(t *testing.T, screens shell.Screens, states []State) {
	type hint struct {
		at   State
		keys []string
	}
	var found []hint
	var around surroundings
	seen := map[string]bool{}
	for _, st := range states {
		st.run(t, screens, Sizes[0], func(r *Rig) {
			around.add(st, r)
			for _, c := range r.Root.Hints() {
				if c.ID != "" && !keymap.Listed(c.ID) {
					t.Errorf("%s: the command %s is in no list; a walk of TestKeyTable must lead to it", st.Name, c.ID)
				}
				if name := fmt.Sprintf("%T %s %s", r.Focused(), c.ID, c.Title); !seen[name] {
					seen[name] = true
					found = append(found, hint{st, pressed(c)})
				}
			}
		})
	}
	golden.RequireEqual(t, around.golden())
	for _, h := range found {
		t.Run(h.at.Name+" "+strings.Join(h.keys, " "), func(t *testing.T) {
			t.Parallel()
			file := filepath.Join(t.TempDir(), "log.jsonl")
			h.at.run(t, screens, Sizes[0], func(r *Rig) {
				exports := h.at.Name == "export"
				if exports { // not to the working directory: that is the source's
					r.Keys("tab", "ctrl+u", file)
				}
				r.Wait(shell.GracePeriod + time.Second/2)
				if !r.reacts(h.keys) {
					t.Errorf("no effect:\n%s", r.Screen())
				}
				if exports && h.keys[0] == "enter" {
					if raw, err := os.ReadFile(file); err != nil || len(raw) == 0 {
						t.Errorf("the export wrote %d bytes: %v", len(raw), err)
					}
				}
			})
		})
	}
}

// reacts presses keys until one has an effect.
func (r *Rig) reacts(keys []string) bool {
	before, calls, raw := r.Root.View().Content, len(r.Server.Calls), len(r.Raw)
	for _, k := range keys {
		r.Keys(k)
		if r.Root.View().Content != before || len(r.Server.Calls) != calls || len(r.Raw) != raw || r.Quit {
			return true
		}
	}
	return false
}

// surroundings has the breadcrumbs and help line of every screen and the hints of every
// overlay, each once and with the states that show it.
type surroundings struct {
	order  []string
	states map[string][]string
}

func (a *surroundings) add(st State, r *Rig) {
	var text string
	switch s := r.Root.State(); {
	case st.Frame:
		return
	case len(s.Overlays) > 0:
		_, hints := draw(r, st).split()
		for _, row := range hints {
			text += strings.TrimRight(" "+strings.Trim(textOf(row), " │"), " ") + "\n"
		}
	case s.Toast.Text != "":
		return
	default:
		lines := strings.Split(r.Screen(), "\n")
		where, _, _ := strings.Cut(lines[0], "  ")
		text = where + "\n" + strings.TrimRight(lines[len(lines)-1], " ") + "\n"
	}
	if a.states == nil {
		a.states = map[string][]string{}
	}
	if a.states[text] == nil {
		a.order = append(a.order, text)
	}
	a.states[text] = append(a.states[text], st.Name)
}

func (a *surroundings) golden() string {
	var out strings.Builder
	for _, text := range a.order {
		out.WriteString(text + "    " + strings.Join(a.states[text], "\n    ") + "\n")
	}
	return out.String()
}

// pressed returns the keys to press for a hint.
func pressed(c shell.Command) []string {
	keys := c.Key.Keys()
	switch {
	case c.Key.Help().Key == "↑↓":
		return []string{"down", "up"}
	case keys[0] == "j/k":
		return []string{"j"}
	}
	return keys[:1]
}
