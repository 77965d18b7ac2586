package tui

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"
)

func TestRestartKeepsWhatWasChosen(t *testing.T) {
	path := filepath.Join(t.TempDir(), "dashboard.json")
	opts := rigOptions{signedIn: true, furnish: (*fake).furnish, w: 118, h: 24, Options: Options{StatePath: path}}
	run(t, opts, func(r *rig) {
		r.root.Recall()
		r.keys("p", "acme", "enter", "3")
		r.wait(time.Second)
		r.keys("f", "status:4xx", "enter", "t", "C", "space", "esc", "enter", "[", "*", "M", "4")
		aToken(r)
		r.keys("]", "]", "shift+tab", "shift+tab", "]")
		r.wait(2 * time.Second)
	})
	if st, err := os.Stat(path); err != nil || st.Mode().Perm() != 0o600 {
		t.Fatalf("the file: %v, %v, want mode 0600", st, err)
	}
	entries, err := os.ReadDir(filepath.Dir(path))
	if err != nil || len(entries) != 1 {
		t.Errorf("%d files beside each other, want the one: %v", len(entries), err)
	}
	run(t, opts, func(r *rig) {
		r.root.Recall()
		r.root.SignInAgain()
		r.send(nil)
		r.wait(time.Second)
		r.sees("› acme ›", "private, * shows")
		r.keys("3")
		r.wait(time.Second)
		r.sees("status:4xx", "AGO", "ROUTE")
		if !r.root.stored.Mouse || r.root.stored.PaneH != 1 || len(r.root.stored.History) != 1 {
			t.Errorf("remembered %+v", r.root.stored)
		}
		r.keys("4")
		aToken(r)
		if st := r.root.stored; st.TokenW != 8 || st.TokenH != -1 {
			t.Errorf("the workbench's left column is %d cells wider than usual, its raw token %d lines higher; want 8 and -1", st.TokenW, st.TokenH)
		}
	})
}

func TestUnreadableStateIsNoHindrance(t *testing.T) {
	for _, raw := range []string{"{", `{"theme":"plaid","time":"moon","pane_w":99999,"token_w":-99999,"token_h":99999,"filter":"status:"}`, strings.Repeat("x", 2*MaxStored)} {
		path := filepath.Join(t.TempDir(), "dashboard.json")
		if err := os.WriteFile(path, []byte(raw), 0o600); err != nil {
			t.Fatal(err)
		}
		run(t, rigOptions{signedIn: true, furnish: oneProject, Options: Options{StatePath: path}}, func(r *rig) {
			r.root.Recall()
			r.keys("3")
			r.wait(time.Second)
			r.sees("following", "all 6 loaded")
			checkFrame(t, r.root.View().Content, Rect{80, 24})
		})
	}
}

func TestPrivacyMasksEverywhere(t *testing.T) {
	run(t, rigOptions{signedIn: true, furnish: oneProject, w: 140, h: 40}, func(r *rig) {
		r.root.stored.Private = true
		confidential := []string{"ada@", "example.com", "127.0.0.1", "10.0.0.7", "GDje", "nJfJ8", "b21Xc", "eyJ", "IwMTB9", fakeSecret}
		for _, keys := range [][]string{{"1"}, {"5"}, {"2"}, {"n", "nightly", "enter", "v"}, {"y", "esc", "3", "enter"}, {"/", "10.0.0.7"}, {"esc", "4"}} {
			r.keys(keys...)
			r.wait(time.Second)
			r.lacks(confidential...)
			checkFrame(t, r.root.View().Content, Rect{140, 40})
		}
		r.send(pastedToken())
		r.lacks(confidential...)
		r.keys("y") // what is copied is whole
		if len(r.raw) != 2 {
			t.Errorf("%d things were copied, want the key and the claims", len(r.raw))
		}
	})
}

func TestThemesAreChosenAndFollowed(t *testing.T) {
	run(t, rigOptions{signedIn: true, furnish: oneProject}, func(r *rig) {
		frame := func() string { return r.root.View().Content }
		first := frame()
		r.send(tea.BackgroundColorMsg{})
		if frame() == first {
			t.Error("a dark background changed nothing")
		}
		words := ansi.Strip(frame())
		seen := map[string]string{}
		for range Themes {
			r.wait(5 * time.Second) // the toast goes
			if other, ok := seen[frame()]; ok {
				t.Errorf("the theme %q looks like %q", r.root.stored.Theme, other)
			}
			if r.root.stored.Theme != "dark" { // what the terminal's background asks for too
				seen[frame()] = r.root.stored.Theme
			}
			r.send(tea.KeyPressMsg{Code: 't', Mod: tea.ModCtrl})
		}
		if r.root.stored.Theme != ThemeAuto {
			t.Errorf("after all themes it is %q, want to follow the terminal again", r.root.stored.Theme)
		}
		r.wait(5 * time.Second)
		if strings.Fields(ansi.Strip(frame()))[0] != strings.Fields(words)[0] {
			t.Error("the words changed")
		}
	})
}
