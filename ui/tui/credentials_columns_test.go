package tui

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"

	"keydeck/ui/tui/widget"
)

// TestColumnsFollowTheWidth: at every width the name, the use, the expiry and the
// state are there, a wider window shows no fewer columns, and the column that is
// sorted by is one of them.
func TestColumnsFollowTheWidth(t *testing.T) {
	for _, furnish := range []func(*fake){busyProject, func(f *fake) { busyProject(f); hundreds(f) }, func(f *fake) { busyProject(f); twins(f) }} {
		run(t, rigOptions{signedIn: true, furnish: furnish}, func(r *rig) {
			for by := range orders {
				before := 0
				for _, w := range []int{60, 80, 90, 100, 110, 120, 140, 160, 200} {
					r.send(tea.WindowSizeMsg{Width: w, Height: 24})
					before = checkColumns(t, r.root.Page().(*credentialsScreen), by, w, before)
					checkFrame(t, r.root.View().Content, Rect{w, 24})
				}
			}
		})
	}
}

// checkColumns checks one width, and gives how many columns it has.
func checkColumns(t *testing.T, s *credentialsScreen, by order, w, before int) (shown int) {
	t.Helper()
	s.resort(by, false)
	pane, list := s.paneWidth(w), w
	if pane > 0 {
		list -= pane + besidePane
	}
	cols := s.columns(list)
	widths := widget.Widths(cols, list)
	for _, got := range widths {
		shown += min(got, 1)
	}
	at := fmt.Sprintf("%d cells, by %s, %d credentials", w, orderWords[by], len(s.all))
	for _, o := range []order{byName, byLastUse, byExpiry, byState, by} {
		if o > byAge && widths[o-1] == 0 {
			t.Errorf("%s: no column of %s", at, orderWords[o])
		}
	}
	if shown < before {
		t.Errorf("%s: %d columns, a narrower window has %d", at, shown, before)
	}
	if w >= 80 && widths[0] < s.nameW {
		t.Errorf("%s: the name has %d cells and needs %d", at, widths[0], s.nameW)
	}
	if pane > 0 && shown < len(cols) {
		t.Errorf("%s: the details take %d cells, yet the widths are %v", at, pane, widths)
	}
	return shown
}

// TestTwinsAreToldApart: where the table has no room for hints, the ends of the
// ids stand behind equal names.
func TestTwinsAreToldApart(t *testing.T) {
	run(t, rigOptions{signedIn: true, w: 60, h: 20, furnish: func(f *fake) { busyProject(f); twins(f) }}, func(r *rig) {
		r.sees("…000021", "…000022", "…000023")
		r.lacks("HINT")
		r.keys("x")
		r.sees("sk_GDje…nJfJ8, id …000021, never expires.")
	})
	run(t, rigOptions{signedIn: true, furnish: busyProject}, func(r *rig) {
		r.keys("r", "enter", "y", "esc", "x")
		r.sees("Revoke API key web-frontend?", "sk_GDje…nJfJ8, id …000061, never expires, successor of", "…000021")
		r.keys("esc", "down", "x")
		r.sees("id …000021, expires in 59:", "followed by", "…000061")
	})
}

// TestRevokeHundredsShowsTheBusyOne: what is in use comes first, with where it is
// used from, and few are looked up.
func TestRevokeHundredsShowsTheBusyOne(t *testing.T) {
	for _, size := range sizes {
		run(t, rigOptions{signedIn: true, w: size.W, h: size.H, furnish: func(f *fake) { busyProject(f); hundreds(f) }}, func(r *rig) {
			r.keys("A", "x")
			r.sees("Revoke 904 credentials?", "4 of 904 are in use: 3,723 calls in the last", "addresses.", "sk_0899…00899  2,000 calls", "10.0.0.7 (1,200)", "more", "cannot be", "Type 904")
			looked := 0
			for _, c := range r.fake.calls {
				if strings.HasPrefix(c, "GET /auth/usage/0") {
					looked++
				}
			}
			if looked == 0 || looked > lookedUp {
				t.Errorf("%d credentials were looked up, want 1 to %d", looked, lookedUp)
			}
		})
	}
}

// TestHeldSecretAgain: a secret that was left is shown again, and tried.
func TestHeldSecretAgain(t *testing.T) {
	run(t, rigOptions{signedIn: true, furnish: oneProject}, func(r *rig) {
		r.keys("down", "K")
		r.sees("only what was issued since the start is held")
		r.keys("n", "nightly", "enter", "esc", "esc")
		r.lacks("sk_••••")
		r.keys("K")
		r.sees("Held API key: nightly", "sk_••••")
		r.keys("v")
		r.sees(fakeSecret[:20])
		r.keys("esc")
		if n := len(r.root.overlays); n > 0 {
			t.Errorf("a secret that is held asks before it is left:\n%s", r.screen())
		}
		for _, issue := range [][]string{{"n", "partner", "shift+tab", "left", "enter"}, {"n", "browser", "shift+tab", "right", "enter"}} {
			r.keys(issue...)
			top, _ := r.root.top()
			once := top.Overlay.(*secretOnce)
			if got := r.root.wallet.keys[0].parts(); !slices.Equal(got, once.parts) {
				t.Errorf("held of %s: %q, want %q", once.name, got, once.parts)
			}
			r.keys("c", "esc")
		}
	})
}
