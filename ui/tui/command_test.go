package tui_test

import (
	"strings"
	"testing"
	"time"

	"keydeck/ui/tui"
	"keydeck/ui/tui/place"
	"keydeck/ui/tui/shell"
	"keydeck/ui/tui/tuitest"
	"keydeck/ui/tui/tuitest/fake"
	"keydeck/ui/tui/widget"
)

// TestCommandsAreSound checks the commands of every screen: names are unique, each
// command says what it does and why it cannot, and no key has two meanings.
func TestCommandsAreSound(t *testing.T) {
	for _, id := range []place.Screen{place.SignIn, place.Projects, place.Credentials, place.Requests, place.Tokens, place.Overview} {
		run(t, tuitest.Options{SignedIn: id != place.SignIn, Seed: fake.OneProject}, func(r *tuitest.Rig) {
			if id != place.SignIn {
				r.Root.Shell().Visit(id, nil)
				r.Send(nil)
				r.Wait(time.Second)
			}
			keys, ids := map[string]string{}, map[string]bool{}
			for _, c := range r.Root.Bound() {
				if c.ID == "" || c.Title == "" || ids[c.ID] {
					t.Errorf("command %q (%s) has no name, no title, or one twice", c.ID, c.Title)
				}
				ids[c.ID] = true
				for _, k := range c.Key.Keys() {
					if other, ok := keys[k]; ok && k != "esc" && k != "end" && k != "G" {
						t.Errorf("%s: the key %s is %s and %s", r.Root.Page().Title(), k, other, c.ID)
					}
					keys[k] = c.ID
				}
			}
		})
	}
}

func TestHelpShowsEveryCommandAndWhyNot(t *testing.T) {
	run(t, tuitest.Options{SignedIn: true, W: 140, H: 70, Seed: func(f *fake.Server) { fake.OneProject(f); f.Credentials = nil }}, func(r *tuitest.Rig) {
		cmds := r.Root.Bound()
		r.Keys("?")
		for _, c := range cmds {
			r.Sees(c.Title)
		}
		r.Sees("not now: there is none yet")
		r.Keys("?")
		r.Lacks("Everywhere")
	})
}

func TestTypingIsNoCommand(t *testing.T) {
	run(t, tuitest.Options{SignedIn: true, Seed: fake.OneProject}, func(r *tuitest.Rig) {
		r.Keys("/", "q3?npSx")
		r.Sees("/ q3?npSx", "› Credentials")
		if r.Quit {
			t.Error("a letter that was typed quit")
		}
		r.Keys("esc")
		r.Lacks("q3?npSx")
	})
}

func TestCopyThroughTmuxAndTooLong(t *testing.T) {
	run(t, tuitest.Options{SignedIn: true, Seed: fake.OneProject, Options: tui.Options{Environ: []string{"TMUX=/tmp/tmux-0/default,1,0"}}}, func(r *tuitest.Rig) {
		r.Keys("y")
		r.Sees("tmux must allow it: set -g set-clipboard on")
		if len(r.Raw) != 1 || !strings.Contains(r.Raw[0], "\x1bPtmux;\x1b\x1b]52;c;") || !strings.HasPrefix(r.Raw[0], "\x1b]52;c;") {
			t.Errorf("sent %q", r.Raw)
		}
		if cmd := r.Root.Shell().Copy("it", strings.Repeat("x", 80<<10)); cmd != nil {
			t.Error("80 KiB were sent to the terminal's clipboard")
		}
		r.Sees("too long for the terminal's clipboard")
	})
}

func TestForeignTextIsShownNotObeyed(t *testing.T) {
	evil := "a\x1b[2J\u202eb\u009bc\rd"
	run(t, tuitest.Options{SignedIn: true, Seed: func(f *fake.Server) {
		fake.OneProject(f)
		f.Projects[0].Name, f.Credentials[0].Name, f.Credentials[0].Scopes = evil, evil, []string{evil}
		f.Log[5].Path, f.Log[5].UserAgent, f.Log[5].CredentialHint, f.Log[5].CredentialID = "/"+evil, evil, evil, ""
	}}, func(r *tuitest.Rig) {
		for _, keys := range [][]string{{"2"}, {"x"}, {"esc", "3", "enter"}, {"5"}, {"p"}} {
			r.Keys(keys...)
			tuitest.CheckFrame(t, r.Root.View().Content, shell.Rect{W: 80, H: 24})
			if got := r.Screen(); !strings.Contains(got, `a\x1b[2J`) || strings.ContainsAny(got, "\u202e\r") {
				t.Errorf("after %v:\n%q", keys, got)
			}
		}
	})
}

func TestWidthsOfTheFrame(t *testing.T) {
	for w := tui.MinW; w < 160; w += 7 {
		run(t, tuitest.Options{SignedIn: true, Seed: fake.OneProject, W: w, H: 30}, func(r *tuitest.Rig) {
			for _, k := range []string{"1", "2", "3", "5"} {
				r.Keys(k)
				tuitest.CheckFrame(t, r.Root.View().Content, shell.Rect{W: w, H: 30})
			}
			if got := widget.Width(strings.Split(r.Screen(), "\n")[0]); got != w {
				t.Errorf("the header has %d cells, want %d", got, w)
			}
		})
	}
}

// TestEveryListGoesToItsEnds: the keys that the help page names go to the first and the
// last row of each list, and vi's do on all of them.
func TestEveryListGoesToItsEnds(t *testing.T) {
	one := tuitest.Busy.With(fake.LongLists, fake.OnlyFirstProject)
	projects := tuitest.Several.With(fake.LongLists)
	walks := map[string][]string{"projects": {"5"}, "overview": {"1"}, "credentials": {"2"}, "requests": {"3"}, "members": {"5", "m"}, "help": {"?"}}
	for name, walk := range walks {
		opts := one
		if name == "projects" {
			opts = projects
		}
		run(t, opts, func(r *tuitest.Rig) {
			r.Keys(walk...)
			r.Wait(time.Second)
			at := func(keys ...string) string { // the row of the cursor, or the page
				r.Keys(keys...)
				for line := range strings.Lines(r.Screen()) {
					if strings.Contains(line, "▌") {
						return line[:40]
					}
				}
				return r.Screen()
			}
			first, last := at("home"), at("end")
			if first == last {
				t.Errorf("%s has one row: %s", name, first)
			}
			for _, press := range []struct {
				keys []string
				want string
			}{{[]string{"g"}, first}, {[]string{"G"}, last}, {[]string{"g", "g"}, first}} {
				if got := at(press.keys...); got != press.want {
					t.Errorf("%s: %q goes to %s, want %s", name, press.keys, got, press.want)
				}
			}
		})
	}
}
