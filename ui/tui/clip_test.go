package tui_test

import (
	"encoding/base64"
	"strings"
	"testing"

	"keydeck/ui/tui"
	"keydeck/ui/tui/tuitest"
	"keydeck/ui/tui/tuitest/fake"
)

// TestCopyGoesTheWayThatIsNamed copies in a plain terminal, in tmux and in GNU screen.
func TestCopyGoesTheWayThatIsNamed(t *testing.T) {
	value := strings.Repeat("x", 900)
	osc := "\x1b]52;c;" + base64.StdEncoding.EncodeToString([]byte(value)) + "\a"
	tests := []struct {
		name, variable string
		reads          func(raw string) string // what arrives, of what is sent
		says           string
	}{
		{"alone", "LANG=C", func(raw string) string { return raw }, "copied it: sent to the terminal (OSC 52)"},
		{"tmux", "TMUX=/tmp/tmux-0/default,1,0", func(raw string) string {
			own, _, _ := strings.Cut(raw, "\x1bPtmux;")
			return own
		}, "copied it: OSC 52 (tmux must allow it: set -g set-clipboard on)"},
		{"screen", "STY=1.pts", func(raw string) string {
			if !strings.HasPrefix(raw, "\x1bP") {
				return raw
			}
			return strings.NewReplacer("\x1b\\", "", "\x1bP", "").Replace(raw)
		}, "copied it: sent to the terminal (OSC 52)"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			run(t, tuitest.Options{SignedIn: true, Seed: fake.OneProject, Options: tui.Options{Environ: []string{"TERM=xterm-256color", tt.variable}}}, func(r *tuitest.Rig) {
				r.Start(r.Root.Shell().Copy("it", value))
				r.Settle()
				if len(r.Raw) != 1 || tt.reads(r.Raw[0]) != osc {
					t.Errorf("sent %.80q, want %.40q to arrive", r.Raw, osc)
				}
				r.Sees(tt.says)
			})
		})
	}
}
