package tui_test

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"keydeck/ui/tui"
	"keydeck/ui/tui/shell"
	"keydeck/ui/tui/tuitest"
	"keydeck/ui/tui/tuitest/fake"
)

func TestRestartKeepsWhatWasChosen(t *testing.T) {
	path := filepath.Join(t.TempDir(), "dashboard.json")
	opts := tuitest.Options{SignedIn: true, Seed: fake.TwoProjects, W: 118, H: 24, Options: tui.Options{StatePath: path}}
	run(t, opts, func(r *tuitest.Rig) {
		r.Root.Recall()
		r.Keys("p", "acme", "enter", "3")
		r.Wait(time.Second)
		r.Keys("f", "status:4xx", "enter", "t", "C", "space", "esc", "enter", "[", "*", "M", "4")
		tuitest.PasteToken(r)
		r.Keys("]", "]", "shift+tab", "shift+tab", "]")
		r.Wait(2 * time.Second)
	})
	if st, err := os.Stat(path); err != nil || st.Mode().Perm() != 0o600 {
		t.Fatalf("the file: %v, %v, want mode 0600", st, err)
	}
	entries, err := os.ReadDir(filepath.Dir(path))
	if err != nil || len(entries) != 1 {
		t.Errorf("%d files beside each other, want the one: %v", len(entries), err)
	}
	run(t, opts, func(r *tuitest.Rig) {
		r.Root.Recall()
		r.Root.SignInAgain()
		r.Send(nil)
		r.Wait(time.Second)
		r.Sees("› acme ›", "private, * shows")
		r.Keys("3")
		r.Wait(time.Second)
		r.Sees("status:4xx", "AGO", "ROUTE")
		if !r.Root.State().Prefs.Mouse || r.Root.State().Prefs.PaneH != 1 || len(r.Root.State().Prefs.History) != 1 {
			t.Errorf("remembered %+v", r.Root.State().Prefs)
		}
		r.Keys("4")
		tuitest.PasteToken(r)
		if st := r.Root.State().Prefs; st.TokenW != 8 || st.TokenH != -1 {
			t.Errorf("the workbench's left column is %d cells wider than usual, its raw token %d lines higher; want 8 and -1", st.TokenW, st.TokenH)
		}
	})
}

// TestStateIsWrittenOnceAtATime checks that a slow disk gets one write after the other,
// that a failed write is repeated, and that the dashboard waits for the last one when
// it quits.
func TestStateIsWrittenOnceAtATime(t *testing.T) {
	opts := tuitest.Options{SignedIn: true, Seed: fake.OneProject, Options: tui.Options{StatePath: "/state.json"}}
	run(t, opts, func(r *tuitest.Rig) {
		started, ended := make(chan string, 10), make(chan error)
		writes := func() (filters []string) {
			t.Helper()
			synctest.Wait()
			for len(started) > 0 {
				filters = append(filters, <-started)
			}
			return filters
		}
		expect := func(when string, want ...string) {
			t.Helper()
			if got := writes(); !slices.Equal(got, want) {
				t.Errorf("%s: wrote the filters %q, want %q", when, got, want)
			}
		}
		r.Root.WriteStateBy(func(_ string, raw []byte) error {
			var prefs shell.Preferences
			if err := json.Unmarshal(raw, &prefs); err != nil {
				t.Error(err)
			}
			started <- prefs.Filter
			return <-ended
		})
		r.Root.State().Prefs.Filter = "first"
		r.Wait(time.Second)
		expect("at the first change", "first")
		r.Root.State().Prefs.Filter = "second"
		r.Wait(3 * time.Second)
		expect("while the first is being written")
		ended <- errors.New("the disk is full")
		r.Wait(time.Second)
		expect("after a failure", "second")
		ended <- nil
		r.Wait(3 * time.Second)
		expect("with nothing new")
		r.Root.State().Prefs.Filter = "third"
		r.Wait(time.Second)
		expect("at the third change", "third")
		r.Root.State().Prefs.Filter = "fourth"
		finished := make(chan struct{})
		go func() { r.Root.Finish(); close(finished) }()
		expect("at the end, the third not being written yet")
		ended <- nil
		expect("at the end", "fourth")
		ended <- nil
		<-finished
	})
}

func TestUnreadableStateIsNoHindrance(t *testing.T) {
	for _, raw := range []string{"{", `{"theme":"plaid","time":"moon","pane_w":99999,"token_w":-99999,"token_h":99999,"filter":"status:"}`, strings.Repeat("x", 2*tui.MaxStored)} {
		path := filepath.Join(t.TempDir(), "dashboard.json")
		if err := os.WriteFile(path, []byte(raw), 0o600); err != nil {
			t.Fatal(err)
		}
		run(t, tuitest.Options{SignedIn: true, Seed: fake.OneProject, Options: tui.Options{StatePath: path}}, func(r *tuitest.Rig) {
			r.Root.Recall()
			r.Keys("3")
			r.Wait(time.Second)
			r.Sees("following", "all 6 loaded")
			tuitest.CheckFrame(t, r.Root.View().Content, shell.Rect{W: 80, H: 24})
		})
	}
}

func TestPrivacyMasksEverywhere(t *testing.T) {
	run(t, tuitest.Options{SignedIn: true, Seed: fake.OneProject, W: 140, H: 40}, func(r *tuitest.Rig) {
		r.Root.State().Prefs.Private = true
		confidential := []string{"ada@", "example.com", "127.0.0.1", "10.0.0.7", "GDje", "nJfJ8", "b21Xc", "eyJ", "IwMTB9", fake.Secret}
		for _, keys := range [][]string{{"1"}, {"5"}, {"2"}, {"n", "nightly", "enter", "v"}, {"y", "esc", "3", "enter"}, {"/", "10.0.0.7"}, {"esc", "4"}} {
			r.Keys(keys...)
			r.Wait(time.Second)
			r.Lacks(confidential...)
			tuitest.CheckFrame(t, r.Root.View().Content, shell.Rect{W: 140, H: 40})
		}
		r.Send(tuitest.TokenPaste())
		r.Lacks(confidential...)
		r.Keys("y") // what is copied is whole
		if len(r.Raw) != 2 {
			t.Errorf("%d things were copied, want the key and the claims", len(r.Raw))
		}
	})
}

func TestThemesAreChosenAndFollowed(t *testing.T) {
	run(t, tuitest.Options{SignedIn: true, Seed: fake.OneProject}, func(r *tuitest.Rig) {
		frame := func() string { return r.Root.View().Content }
		first := frame()
		r.Send(tea.BackgroundColorMsg{})
		if frame() == first {
			t.Error("a dark background changed nothing")
		}
		words := ansi.Strip(frame())
		seen := map[string]string{}
		for range tui.Themes {
			r.Wait(5 * time.Second) // the toast goes
			if other, ok := seen[frame()]; ok {
				t.Errorf("the theme %q looks like %q", r.Root.State().Prefs.Theme, other)
			}
			if r.Root.State().Prefs.Theme != "dark" { // what the terminal's background asks for too
				seen[frame()] = r.Root.State().Prefs.Theme
			}
			r.Send(tea.KeyPressMsg{Code: 't', Mod: tea.ModCtrl})
		}
		if r.Root.State().Prefs.Theme != tui.ThemeAuto {
			t.Errorf("after all themes it is %q, want to follow the terminal again", r.Root.State().Prefs.Theme)
		}
		r.Wait(5 * time.Second)
		if strings.Fields(ansi.Strip(frame()))[0] != strings.Fields(words)[0] {
			t.Error("the words changed")
		}
	})
}
