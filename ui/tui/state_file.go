package tui

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"

	tea "charm.land/bubbletea/v2"

	"keydeck/ui/text"
	"keydeck/ui/tui/shell"
)

// maxStateFile bounds the file that is read.
const maxStateFile = 256 << 10

// readState reads the preferences. A missing file is not an error.
func readState(path string) (shell.Preferences, error) {
	var s shell.Preferences
	f, err := os.Open(path)
	if errors.Is(err, os.ErrNotExist) {
		return s, nil
	}
	if err != nil {
		return s, fmt.Errorf("read what the dashboard remembers: %w", err)
	}
	defer func() { _ = f.Close() }()
	raw, err := io.ReadAll(io.LimitReader(f, maxStateFile))
	if err == nil {
		err = json.Unmarshal(raw, &s)
	}
	if err != nil {
		return shell.Preferences{}, fmt.Errorf("read what the dashboard remembers: %w", err)
	}
	return valid(s), nil
}

// valid drops values that no version of the dashboard writes.
func valid(s shell.Preferences) shell.Preferences {
	if _, ok := shell.TimeNames[s.Time]; !ok {
		s.Time = shell.TimeLocal
	}
	if _, ok := themes[s.Theme]; !ok {
		s.Theme = themeAuto
	}
	s.History = s.History[:min(len(s.History), shell.MaxHistory)]
	for _, cells := range []*int{&s.PaneW, &s.PaneH, &s.TokenW, &s.TokenH} {
		*cells = max(-shell.MaxPaneResize, min(*cells, shell.MaxPaneResize))
	}
	return s
}

// loadState reads the preferences before the first frame.
func (r *Root) loadState() {
	if r.stateFile.path == "" {
		return
	}
	s, err := readState(r.stateFile.path)
	if err != nil {
		r.startupWarning("what was remembered cannot be read, so it begins anew")
	}
	r.state.Prefs, r.saved = s, encodeState(s)
	r.applyTheme()
}

func encodeState(s shell.Preferences) []byte {
	raw, err := json.MarshalIndent(s, "", "  ")
	if err != nil {
		panic(err) // plain members only
	}
	return append(raw, '\n')
}

// stateFile is the file that keeps the preferences. It is safe for concurrent use.
type stateFile struct {
	replace func(path string, raw []byte) error // client.ReplaceFile, but in tests
	path    string

	turn   chan struct{} // holds one while a write is under way
	newest int
}

// save replaces the file's content by the nth, unless a newer one is there already.
func (f *stateFile) save(n int, raw []byte) error {
	f.turn <- struct{}{}
	defer func() { <-f.turn }()
	if n < f.newest {
		return nil
	}
	f.newest = n
	return f.replace(f.path, raw)
}

// saveState writes the file if the preferences have changed. A write that fails is
// tried again in silence: the dashboard works without.
func (r *Root) saveState() tea.Cmd {
	raw, ok := r.unsavedState()
	if !ok || r.saveCall.Pending {
		return nil
	}
	n := r.saveCall.N + 1
	return shell.Background(r.sh, nil, &r.saveCall, func(context.Context) ([]byte, error) { return raw, r.stateFile.save(n, raw) },
		shell.Quiet(func(raw []byte, err error) {
			if err == nil {
				r.saved = raw
			}
		}))
}

// saveStateNow is saveState at the end of the program. It waits for a write under
// way.
func (r *Root) saveStateNow() {
	if raw, ok := r.unsavedState(); ok {
		_ = r.stateFile.save(r.saveCall.N+1, raw)
	}
}

// unsavedState is the content that the file should have; ok if it may have another.
func (r *Root) unsavedState() (raw []byte, ok bool) {
	if r.stateFile.path == "" {
		return nil, false
	}
	if r.state.SignedIn {
		r.state.Prefs.Project = r.sh.ProjectID() // "" for all of them
	}
	raw = encodeState(r.state.Prefs)
	return raw, string(raw) != string(r.saved)
}

// startupWarning shows a toast for long enough to read the first frame too.
func (r *Root) startupWarning(s string) {
	r.state.Toast = shell.Toast{Level: shell.Warning, Text: text.Visible(s), Until: r.state.Now.Add(3 * shell.ToastDuration)}
}
