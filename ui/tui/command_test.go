package tui

import (
	"strings"
	"testing"
	"time"

	"keydeck/ui/tui/widget"
)

// TestCommandsAreSound walks every screen's commands: names are unique, every
// command says what it does and why not, and no key has two meanings at once.
func TestCommandsAreSound(t *testing.T) {
	for _, id := range []screenID{screenSignIn, screenProjects, screenCredentials, screenRequests, screenToken, screenOverview} {
		run(t, rigOptions{signedIn: id != screenSignIn, furnish: oneProject}, func(r *rig) {
			if id != screenSignIn {
				r.root.visit(id, nil)
				r.send(nil)
				r.wait(time.Second)
			}
			keys, ids := map[string]string{}, map[string]bool{}
			for _, c := range r.root.Bound() {
				if c.ID == "" || c.Title == "" || ids[c.ID] {
					t.Errorf("command %q (%s) has no name, no title, or one twice", c.ID, c.Title)
				}
				ids[c.ID] = true
				for _, k := range c.Key.Keys() {
					if other, ok := keys[k]; ok && k != "esc" && k != "end" && k != "G" {
						t.Errorf("%s: the key %s is %s and %s", r.root.Page().Title(), k, other, c.ID)
					}
					keys[k] = c.ID
				}
			}
		})
	}
}

func TestHelpShowsEveryCommandAndWhyNot(t *testing.T) {
	run(t, rigOptions{signedIn: true, w: 140, h: 60, furnish: func(f *fake) { oneProject(f); f.keys, f.secrets, f.pairs = nil, nil, nil }}, func(r *rig) {
		cmds := r.root.Bound()
		r.keys("?")
		for _, c := range cmds {
			r.sees(c.Title)
		}
		r.sees("not now: no credential is chosen")
		r.keys("?")
		r.lacks("Everywhere")
	})
}

func TestTypingIsNoCommand(t *testing.T) {
	run(t, rigOptions{signedIn: true, furnish: oneProject}, func(r *rig) {
		r.keys("/", "q3?npSx")
		r.sees("/ q3?npSx", "› Credentials")
		if r.quit {
			t.Error("a letter that was typed quit")
		}
		r.keys("esc")
		r.lacks("q3?npSx")
	})
}

func TestCopyThroughTmuxAndTooLong(t *testing.T) {
	run(t, rigOptions{signedIn: true, furnish: oneProject, Options: Options{Environ: []string{"TMUX=/tmp/tmux-0/default,1,0"}}}, func(r *rig) {
		r.keys("y")
		r.sees("tmux must allow it: set -g set-clipboard on")
		if len(r.raw) != 1 || !strings.Contains(r.raw[0], "\x1bPtmux;\x1b\x1b]52;c;") || !strings.HasPrefix(r.raw[0], "\x1b]52;c;") {
			t.Errorf("sent %q", r.raw)
		}
		if cmd := r.root.copyOut("it", strings.Repeat("x", 80<<10)); cmd != nil {
			t.Error("80 KiB were sent to the terminal's clipboard")
		}
		r.sees("too long for the terminal's clipboard")
	})
}

func TestForeignTextIsShownNotObeyed(t *testing.T) {
	evil := "a\x1b[2J\u202eb\u009bc\rd"
	run(t, rigOptions{signedIn: true, furnish: func(f *fake) {
		oneProject(f)
		f.projects[0].Name, f.keys[0].Name, f.keys[0].Scopes = evil, evil, []string{evil}
		f.log[5].Path, f.log[5].UserAgent, f.log[5].CredentialHint, f.log[5].CredentialID = "/"+evil, evil, evil, ""
	}}, func(r *rig) {
		for _, keys := range [][]string{{"2"}, {"x"}, {"esc", "3", "enter"}, {"5"}, {"p"}} {
			r.keys(keys...)
			checkFrame(t, r.root.View().Content, Rect{80, 24})
			if got := r.screen(); !strings.Contains(got, `a\x1b[2J`) || strings.ContainsAny(got, "\u202e\r") {
				t.Errorf("after %v:\n%q", keys, got)
			}
		}
	})
}

func TestWidthsOfTheFrame(t *testing.T) {
	for w := MinW; w < 160; w += 7 {
		run(t, rigOptions{signedIn: true, furnish: oneProject, w: w, h: 30}, func(r *rig) {
			for _, k := range []string{"1", "2", "3", "5"} {
				r.keys(k)
				checkFrame(t, r.root.View().Content, Rect{w, 30})
			}
			if got := widget.Width(strings.Split(r.screen(), "\n")[0]); got != w {
				t.Errorf("the header has %d cells, want %d", got, w)
			}
		})
	}
}
