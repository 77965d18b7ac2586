package tui

import (
	"strings"
	"testing"
)

// TestEverySecretPartIsGuarded: leaving warns until each part that is secret was
// copied, names what is missing, and goes the second time.
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
			run(t, rigOptions{signedIn: true, furnish: oneProject}, func(r *rig) {
				r.keys(tt.issue...)
				r.keys(tt.copies...)
				r.keys("esc")
				if tt.want != "" {
					r.sees("Never copied", tt.want)
					r.keys("esc")
				}
				if n := len(r.root.overlays); n > 0 {
					t.Errorf("the secret is still up:\n%s", r.screen())
				}
			})
		})
	}
}

func TestCopySaysWhatIsMissingStill(t *testing.T) {
	run(t, rigOptions{signedIn: true, furnish: oneProject}, func(r *rig) {
		r.keys("n", "partner", "shift+tab", "left", "enter", "y")
		r.wait(2 * toastFor)
		r.sees("Not copied yet: the secretKey.")
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
			run(t, rigOptions{signedIn: true, furnish: oneProject, w: tt.w, h: 24, Options: Options{Environ: []string{tt.environ}}}, func(r *rig) {
				r.keys("n", "nightly", "enter")
				r.send(press("y"))
				r.sees(tt.want)
				if n := strings.Count(r.screen(), "copied the key"); n != 1 {
					t.Errorf("the toast is on the screen %d times:\n%s", n, r.screen())
				}
				if got := strings.Contains(r.root.toast.text, tmux); got != (tt.environ != "TERM=x" && tt.w > 60) {
					t.Errorf("toast: %q", r.root.toast.text)
				}
			})
		})
	}
}
