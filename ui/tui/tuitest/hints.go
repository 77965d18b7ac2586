package tuitest

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"keydeck/ui/tui"
	"keydeck/ui/tui/shell"
)

// Hints presses every key that a help line or a box offers in any of the
// states, and wants something to come of it: another picture, a call, something
// for the terminal, or the end. Of a pair of ways one may be at its end. The
// export must have written its file.
func Hints(t *testing.T, list shell.Screens, states []State) {
	type hint struct {
		at   State
		keys []string
	}
	var found []hint
	seen := map[string]bool{}
	for _, st := range states {
		opts := st.Opts
		opts.Screens, opts.W, opts.H = list, 80, 24
		Run(t, opts, func(r *Rig) {
			st.Walk(r)
			for _, c := range r.Root.Hints() {
				if c.ID != "" && !tui.Listed(c.ID) {
					t.Errorf("%s: the command %s is in no list; a walk of TestKeyTable must lead to it", st.Name, c.ID)
				}
				if name := fmt.Sprintf("%T %s %s", r.Focused(), c.ID, c.Title); !seen[name] {
					seen[name] = true
					found = append(found, hint{st, pressed(c)})
				}
			}
		})
	}
	for _, h := range found {
		t.Run(h.at.Name+" "+strings.Join(h.keys, " "), func(t *testing.T) {
			t.Parallel()
			opts := h.at.Opts
			opts.Screens, opts.W, opts.H = list, 80, 24
			file := filepath.Join(t.TempDir(), "log.jsonl")
			Run(t, opts, func(r *Rig) {
				h.at.Walk(r)
				if h.at.Name == "export" { // not to the working directory: that is the source's
					r.Keys("tab", "ctrl+u", file)
				}
				r.Wait(shell.GracePeriod)
				before, calls, raw := r.Root.View().Content, len(r.Fake.Calls), len(r.Raw)
				for _, k := range h.keys {
					r.Keys(k)
					if r.Root.View().Content != before || len(r.Fake.Calls) != calls || len(r.Raw) != raw || r.Quit {
						if h.at.Name == "export" && k == "enter" {
							if raw, err := os.ReadFile(file); err != nil || len(raw) == 0 {
								t.Errorf("the export wrote %d bytes: %v", len(raw), err)
							}
						}
						return
					}
				}
				t.Errorf("nothing came of it:\n%s", r.Screen())
			})
		})
	}
}

// pressed are the keys of a hint.
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

// Focused is the overlay on top, or else the screen.
func (r *Rig) Focused() any {
	if top, ok := r.Root.Shell().Top(); ok {
		return top.Overlay
	}
	return r.Root.Page()
}
