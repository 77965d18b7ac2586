package credentials

import (
	"strings"
	"testing"

	"keydeck/ui/tui"
	"keydeck/ui/tui/shell"
	"keydeck/ui/tui/tuitest"
	"keydeck/ui/tui/tuitest/fake"
)

// TestEverySecretPartIsGuarded checks that leaving warns until every secret part was
// copied, names what is missing, and leaves the second time.
func TestEverySecretPartIsGuarded(t *testing.T) {
	pair, jwt := []string{"n", "partner", "shift+tab", "left", "enter"}, []string{"n", "browser", "shift+tab", "right", "enter"}
	tests := []struct {
		name   string
		issue  []string
		copies []string
		want   string // the warning, "" for none
	}{
		{"pair, nothing", pair, nil, "the apiKey and secretKey. esc leaves"},
		{"pair, first", pair, []string{"y"}, "the secretKey. esc leaves"},
		{"pair, second", pair, []string{"tab", "y"}, "the apiKey. esc leaves"},
		{"pair, both", pair, []string{"y", "tab", "y"}, ""},
		{"pair, the line has both", pair, []string{"c"}, ""},
		{"jwt, only the kid", jwt, []string{"tab", "y"}, "the secret. esc leaves"},
		{"jwt, the secret", jwt, []string{"y"}, ""},
		{"key", []string{"n", "nightly", "enter"}, []string{"y"}, ""},
		{"copied after the warning", pair, []string{"esc", "y"}, "the secretKey. esc leaves"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			run(t, tuitest.Options{SignedIn: true, Seed: fake.OneProject}, func(r *tuitest.Rig) {
				r.Keys(tt.issue...)
				r.Keys(tt.copies...)
				r.Keys("esc")
				if tt.want != "" {
					r.Sees("Never copied", tt.want)
					r.Keys("esc")
				}
				if n := len(r.Root.State().Overlays); n > 0 {
					t.Errorf("the secret is still up:\n%s", r.Screen())
				}
			})
		})
	}
}

func TestCopySaysWhatIsMissingStill(t *testing.T) {
	run(t, tuitest.Options{SignedIn: true, Seed: fake.OneProject}, func(r *tuitest.Rig) {
		r.Keys("n", "partner", "shift+tab", "left", "enter", "y")
		r.Wait(2 * shell.ToastDuration)
		r.Sees("Not copied yet: the secretKey.")
	})
}

func TestCopyToast(t *testing.T) {
	const tmux = "(tmux must allow it: set -g set-clipboard on)"
	tests := []struct {
		name    string
		w       int
		environ string
		want    string
	}{
		{"plain", 80, "TERM=x", "✓ copied the key: sent to the terminal (OSC 52)"},
		{"plain, narrow", 60, "TERM=x", "✓ copied the key: sent to the"},
		{"tmux, narrow", 60, "TMUX=/tmp/tmux", "✓ copied the key: sent to the"},
		{"tmux", 80, "TMUX=/tmp/tmux", "✓ copied the key: OSC 52 " + tmux[:20]},
		{"tmux, wide", 140, "TMUX=/tmp/tmux", "✓ copied the key: sent to the terminal, OSC 52"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			run(t, tuitest.Options{SignedIn: true, Seed: fake.OneProject, W: tt.w, H: 24, Options: tui.Options{Environ: []string{tt.environ}}}, func(r *tuitest.Rig) {
				r.Keys("n", "nightly", "enter")
				r.Send(tuitest.Key("y"))
				r.Sees(tt.want)
				if n := strings.Count(r.Screen(), "copied the key"); n != 1 {
					t.Errorf("the toast is on the screen %d times:\n%s", n, r.Screen())
				}
				if got := strings.Contains(r.Root.State().Toast.Text, tmux); got != (tt.environ != "TERM=x" && tt.w > 60) {
					t.Errorf("toast: %q", r.Root.State().Toast.Text)
				}
			})
		})
	}
}
