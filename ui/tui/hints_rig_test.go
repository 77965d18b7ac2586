package tui

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Hints presses every key that a help line or a box offers in any of the
// states, and wants something to come of it: another picture, a call, something
// for the terminal, or the end. Of a pair of ways one may be at its end. The
// export must have written its file.
func Hints(t *testing.T, list screens, states []state) {
	type hint struct {
		at   state
		keys []string
	}
	var found []hint
	seen := map[string]bool{}
	for _, st := range states {
		opts := st.opts
		opts.Screens, opts.w, opts.h = list, 80, 24
		run(t, opts, func(r *rig) {
			st.walk(r)
			for _, c := range r.root.Hints() {
				if c.ID != "" && !Listed(c.ID) {
					t.Errorf("%s: the command %s is in no list; a walk of TestKeyTable must lead to it", st.name, c.ID)
				}
				if name := fmt.Sprintf("%T %s %s", r.focused(), c.ID, c.Title); !seen[name] {
					seen[name] = true
					found = append(found, hint{st, pressed(c)})
				}
			}
		})
	}
	for _, h := range found {
		t.Run(h.at.name+" "+strings.Join(h.keys, " "), func(t *testing.T) {
			t.Parallel()
			opts := h.at.opts
			opts.Screens, opts.w, opts.h = list, 80, 24
			file := filepath.Join(t.TempDir(), "log.jsonl")
			run(t, opts, func(r *rig) {
				h.at.walk(r)
				if h.at.name == "export" { // not to the working directory: that is the source's
					r.keys("tab", "ctrl+u", file)
				}
				r.wait(graceFor)
				before, calls, raw := r.root.View().Content, len(r.fake.calls), len(r.raw)
				for _, k := range h.keys {
					r.keys(k)
					if r.root.View().Content != before || len(r.fake.calls) != calls || len(r.raw) != raw || r.quit {
						if h.at.name == "export" && k == "enter" {
							if raw, err := os.ReadFile(file); err != nil || len(raw) == 0 {
								t.Errorf("the export wrote %d bytes: %v", len(raw), err)
							}
						}
						return
					}
				}
				t.Errorf("nothing came of it:\n%s", r.screen())
			})
		})
	}
}

// pressed are the keys of a hint.
func pressed(c Command) []string {
	keys := c.Key.Keys()
	switch {
	case c.Key.Help().Key == "↑↓":
		return []string{"down", "up"}
	case keys[0] == "j/k":
		return []string{"j"}
	}
	return keys[:1]
}

// focused is the overlay on top, or else the screen.
func (r *rig) focused() any {
	if top, ok := r.root.top(); ok {
		return top.Overlay
	}
	return r.root.Page()
}
