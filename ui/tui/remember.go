package tui

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	tea "charm.land/bubbletea/v2"

	"keydeck/ui/text"
	"keydeck/ui/tui/shell"
)

// maxStored bounds the file that is read.
const maxStored = 256 << 10

// readStored reads what is remembered. No file is no error.
func readStored(path string) (shell.Preferences, error) {
	var s shell.Preferences
	f, err := os.Open(path)
	if errors.Is(err, os.ErrNotExist) {
		return s, nil
	}
	if err != nil {
		return s, fmt.Errorf("read what the dashboard remembers: %w", err)
	}
	defer func() { _ = f.Close() }()
	raw, err := io.ReadAll(io.LimitReader(f, maxStored))
	if err == nil {
		err = json.Unmarshal(raw, &s)
	}
	if err != nil {
		return shell.Preferences{}, fmt.Errorf("read what the dashboard remembers: %w", err)
	}
	return sound(s), nil
}

// sound takes out what no version of the dashboard has written.
func sound(s shell.Preferences) shell.Preferences {
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

// writeStored replaces the file in one step, so that a crash leaves the old one
// or the new one.
func writeStored(path string, raw []byte) (err error) {
	f, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*") // mode 0600
	if err != nil {
		return fmt.Errorf("remember: %w", err)
	}
	_, err = f.Write(raw)
	err = errors.Join(err, f.Close())
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		return errors.Join(fmt.Errorf("remember: %w", err), os.Remove(f.Name()))
	}
	return nil
}

// recall takes over what was remembered, before the first frame.
func (r *Root) recall() {
	if r.options.StatePath == "" {
		return
	}
	s, err := readStored(r.options.StatePath)
	if err != nil {
		r.warnAtStart("what was remembered cannot be read, so it begins anew")
	}
	r.state.Prefs, r.written = s, encodeStored(s)
	r.dress()
}

func encodeStored(s shell.Preferences) []byte {
	raw, err := json.MarshalIndent(s, "", "  ")
	if err != nil {
		panic(err) // plain members only
	}
	return append(raw, '\n')
}

// remember writes the file if there is something new.
func (r *Root) remember() tea.Cmd {
	raw, ok := r.unwritten()
	if !ok {
		return nil
	}
	path := r.options.StatePath
	r.written = raw
	return func() tea.Msg {
		// A dashboard that cannot remember is still a dashboard.
		_ = writeStored(path, raw)
		return nil
	}
}

// unwritten is what the file should hold, if it does not.
func (r *Root) unwritten() (raw []byte, ok bool) {
	if r.options.StatePath == "" {
		return nil, false
	}
	if r.state.Project != nil {
		r.state.Prefs.Project = r.state.Project.ID
	}
	raw = encodeStored(r.state.Prefs)
	return raw, string(raw) != string(r.written)
}

// warnAtStart shows a toast long enough for a first frame to be read.
func (r *Root) warnAtStart(s string) {
	r.state.Toast = shell.Toast{Level: shell.Warning, Text: text.Visible(s), Until: r.state.Now.Add(3 * shell.ToastDuration)}
}
