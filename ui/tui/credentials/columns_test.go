package credentials

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"keydeck/ui/tui/shell"
	"keydeck/ui/tui/tuitest"
	"keydeck/ui/tui/tuitest/fake"
	"keydeck/ui/tui/widget"
)

// TestColumnsFollowTheWidth checks that name, use, expiry and state are shown at every
// width, that a wider window shows no fewer columns, and that the column sorted by is
// among them.
func TestColumnsFollowTheWidth(t *testing.T) {
	for _, seed := range []func(*fake.Server){fake.BusyProject, func(f *fake.Server) { fake.BusyProject(f); hundreds(f) }, func(f *fake.Server) { fake.BusyProject(f); sameNames(f) }} {
		run(t, tuitest.Options{SignedIn: true, Seed: seed}, func(r *tuitest.Rig) {
			for _, by := range append([]string{"age"}, orders...) {
				before := 0
				for _, w := range []int{60, 80, 90, 100, 110, 120, 140, 160, 200} {
					r.Send(tea.WindowSizeMsg{Width: w, Height: 24})
					before = checkColumns(t, r.Root.Page().(*screen), by, w, before)
					tuitest.CheckFrame(t, r.Root.View().Content, shell.Rect{W: w, H: 24})
				}
			}
		})
	}
}

// orders are what the columns are sorted by.
var orders = []string{"name", "kind", "hint", "scopes", byLastUse, byExpiry, byToday, "state"}

// checkColumns checks one width and returns how many columns it has.
func checkColumns(t *testing.T, s *screen, by string, w, before int) (shown int) {
	t.Helper()
	s.SortBy(by, false)
	titles, _, _ := strings.Cut(ansi.Strip(s.View(s.sh.Body())), "\n")
	titles, _, details := strings.Cut(titles, " Credential ")
	has := make([]bool, len(s.columns))
	second := w // cell at which the second column begins
	for i, c := range s.columns {
		if at := strings.Index(titles, c.Title); at >= 0 {
			has[i] = true
			if shown++; shown == 2 && !c.Right {
				second = at
			}
		}
	}
	at := fmt.Sprintf("%d cells, by %s, %d credentials", w, by, len(s.Items()))
	for i, c := range s.columns {
		if !has[i] && slices.Contains([]string{"name", byLastUse, byExpiry, "state", by}, c.By) {
			t.Errorf("%s: no column of %s", at, c.By)
		}
	}
	if shown < before {
		t.Errorf("%s: %d columns, a narrower window has %d", at, shown, before)
	}
	if needs := s.columns[0].Width; w >= 80 && second-1-widget.Gap < needs {
		t.Errorf("%s: the second column begins at %d, and the name needs %d cells", at, second, needs)
	}
	if details && shown < len(has) {
		t.Errorf("%s: there are details, yet only the columns %s", at, titles)
	}
	return shown
}

// TestTwinsAreToldApart checks that equal names are followed by the ends of their ids
// where hints have no room.
func TestTwinsAreToldApart(t *testing.T) {
	run(t, tuitest.Options{SignedIn: true, W: 60, H: 20, Seed: func(f *fake.Server) { fake.BusyProject(f); sameNames(f) }}, func(r *tuitest.Rig) {
		r.Sees("…000021", "…000022", "…000023")
		r.Lacks("HINT")
		r.Keys("x")
		r.Sees("sk_GDje…nJfJ8, id …000021, never expires.")
	})
	run(t, tuitest.Options{SignedIn: true, Seed: fake.BusyProject}, func(r *tuitest.Rig) {
		r.Keys("r", "enter", "y", "esc", "x")
		r.Sees("Pause or revoke API key web-frontend?", "sk_GDje…nJfJ8, id …000061, never expires, successor of", "…000021")
		r.Keys("esc", "down", "x")
		r.Sees("id …000021, expires in 59 min", "followed", "…000061")
	})
}

// TestRevokeHundredsShowsTheBusyOne checks that credentials in use come first, and that
// the addresses of few are looked up.
func TestRevokeHundredsShowsTheBusyOne(t *testing.T) {
	for _, size := range tuitest.Sizes {
		run(t, tuitest.Options{SignedIn: true, W: size.W, H: size.H, Seed: func(f *fake.Server) { fake.BusyProject(f); hundreds(f) }}, func(r *tuitest.Rig) {
			r.Keys("A", "x")
			r.Sees("Pause or revoke 904 credentials?", "4 of 904 are in use: 3,723 calls in the last", "addresses.", "▌svc-0899-", "2,000", "1 of 904", "cannot.", "Type 904")
			looked := 0
			for _, c := range r.Server.Calls {
				if strings.HasPrefix(c, "GET /auth/usage/0") {
					looked++
				}
			}
			if looked == 0 || looked > lookupLimit {
				t.Errorf("%d credentials were looked up, want 1 to %d", looked, lookupLimit)
			}
		})
	}
}

// TestHeldSecretAgain shows a secret again that was left, and tries it.
func TestHeldSecretAgain(t *testing.T) {
	run(t, tuitest.Options{SignedIn: true, Seed: fake.OneProject}, func(r *tuitest.Rig) {
		r.Keys("down", "K")
		r.Sees("only what was issued since the start is held")
		r.Keys("n", "nightly", "enter", "esc", "esc")
		r.Lacks("sk_••••")
		r.Keys("K")
		r.Sees("Held API key: nightly", "sk_••••")
		r.Keys("v")
		r.Sees(fake.Secret[:20])
		r.Keys("esc")
		if n := len(r.Root.State().Overlays); n > 0 {
			t.Errorf("a secret that is held asks before it is left:\n%s", r.Screen())
		}
		for _, issue := range [][]string{{"n", "partner", "shift+tab", "left", "enter"}, {"n", "browser", "shift+tab", "right", "enter"}} {
			r.Keys(issue...)
			top, _ := r.Root.Shell().Top()
			once := top.Overlay.(*secretView)
			if got := r.Root.State().Wallet.Keys[0].Parts(); !slices.Equal(got, once.parts) {
				t.Errorf("held of %s: %q, want %q", once.Name, got, once.parts)
			}
			r.Keys("c", "esc")
		}
	})
}
