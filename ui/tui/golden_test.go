package tui

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/exp/golden"

	"keydeck/model"
	"keydeck/ui/tui/theme"
)

// states are every screen in its main states. Each is a way to walk there.
var states = []struct {
	name string
	opts rigOptions
	walk func(*rig)
}{
	{"start", rigOptions{readyAfter: time.Hour}, func(*rig) {}},
	{"start-lost", rigOptions{signedIn: true, down: true}, func(*rig) {}},
	{"signin-first", rigOptions{furnish: func(f *fake) { f.hasUsers = false }}, func(*rig) {}},
	{"signin-smtp", rigOptions{furnish: func(f *fake) { f.smtp = true }}, func(r *rig) { r.keys("ada") }},
	{"signin-code", rigOptions{}, func(r *rig) { r.keys(fakeEmail, "enter", "042") }},
	{"signin-mailbox", rigOptions{}, func(r *rig) { r.keys(fakeEmail, "enter", "tab") }},
	{"signin-wrong", rigOptions{furnish: func(f *fake) {
		f.fail["POST /auth/verification/verify-code"] = &model.Error{Code: model.CodeUnauthorized, Message: "no"}
	}}, func(r *rig) { r.keys(fakeEmail, "enter", "111111", "enter") }},
	{"overview", rigOptions{signedIn: true, stay: true, furnish: busyProject}, func(r *rig) { r.keys("down", "down", "down") }},
	{"overview-keys", rigOptions{signedIn: true, stay: true, furnish: busyProject}, func(r *rig) { r.keys("end", "left") }},
	{"overview-all", rigOptions{signedIn: true, stay: true, furnish: func(f *fake) { f.furnish(); f.busy(); f.overview.Refusals, f.overview.Log.Dropped = nil, 0 }}, func(*rig) {}},
	{"overview-calm", rigOptions{signedIn: true, stay: true, furnish: func(f *fake) {
		busyProject(f)
		f.overview.Refusals, f.overview.Expiring, f.overview.Unused, f.overview.Log.Dropped = nil, nil, nil, 0
	}}, func(*rig) {}},
	{"overview-quiet", rigOptions{signedIn: true, stay: true, furnish: oneProject}, func(*rig) {}},
	{"overview-loading", rigOptions{signedIn: true, stay: true, furnish: busyProject}, func(r *rig) {
		r.root.pages[screenOverview] = newOverview(r.root.desk)
	}},
	{"overview-error", rigOptions{signedIn: true, stay: true, furnish: func(f *fake) {
		busyProject(f)
		f.fail["GET /auth/overview"] = &model.Error{Code: model.CodeUnavailable, Message: "the database is full; free some space"}
	}}, func(*rig) {}},
	{"overview-stale", rigOptions{signedIn: true, stay: true, furnish: busyProject}, func(r *rig) {
		r.fake.fail["GET /auth/overview"] = &model.Error{Code: model.CodeUnavailable, Message: "the database is full; free some space"}
		r.wait(3 * time.Second)
	}},
	{"members", rigOptions{signedIn: true, furnish: busyProject}, func(r *rig) { r.keys("5", "m", "down") }},
	{"members-invite", rigOptions{signedIn: true, furnish: busyProject}, func(r *rig) { r.keys("5", "m", "n", "eve@example.com", "tab", "right") }},
	{"members-role", rigOptions{signedIn: true, furnish: busyProject}, func(r *rig) { r.keys("5", "m", "down", "r", "right") }},
	{"members-remove", rigOptions{signedIn: true, furnish: busyProject}, func(r *rig) { r.keys("5", "m", "end", "x") }},
	{"members-last-owner", rigOptions{signedIn: true, furnish: func(f *fake) {
		busyProject(f)
		f.fail["DELETE /auth/projects/"+uuid(11)+"/members/"+uuid(1)] = &model.Error{Code: model.CodeConflict, Message: "a project needs an owner"}
	}}, func(r *rig) { r.keys("5", "m", "x", "y") }},
	{"members-error", rigOptions{signedIn: true, furnish: func(f *fake) {
		busyProject(f)
		f.fail["GET /auth/projects/"+uuid(11)+"/members/"] = &model.Error{Code: model.CodeUnavailable, Message: "the database is full; free some space"}
	}}, func(r *rig) { r.keys("5", "m") }},
	{"projects", rigOptions{signedIn: true, furnish: (*fake).furnish}, func(*rig) {}},
	{"projects-empty", rigOptions{signedIn: true}, func(*rig) {}},
	{"projects-new", rigOptions{signedIn: true, furnish: (*fake).furnish}, func(r *rig) { r.keys("n", "web shop") }},
	{"projects-delete", rigOptions{signedIn: true, furnish: (*fake).furnish}, func(r *rig) { r.keys("x", "ac") }},
	{"switcher", rigOptions{signedIn: true, furnish: (*fake).furnish}, func(r *rig) { r.keys("p") }},
	{"credentials", rigOptions{signedIn: true, furnish: oneProject}, func(r *rig) { r.keys("down") }},
	{"credentials-loading", rigOptions{signedIn: true, furnish: oneProject}, func(r *rig) {
		r.root.pages[screenCredentials] = newCredentials(r.root.desk)
	}},
	{"credentials-error", rigOptions{signedIn: true, furnish: func(f *fake) {
		oneProject(f)
		f.fail["GET /auth/key-pairs/"] = &model.Error{Code: model.CodeUnavailable, Message: "the database is full; free some space"}
	}}, func(*rig) {}},
	{"credentials-empty", rigOptions{signedIn: true, furnish: func(f *fake) { oneProject(f); f.keys, f.secrets, f.pairs = nil, nil, nil }}, func(*rig) {}},
	{"credentials-filter", rigOptions{signedIn: true, furnish: oneProject}, func(r *rig) { r.keys("/", "api key") }},
	{"credentials-nothing", rigOptions{signedIn: true, furnish: oneProject}, func(r *rig) { r.keys("/", "zzz") }},
	{"credentials-revoke", rigOptions{signedIn: true, furnish: oneProject}, func(r *rig) { r.keys("down", "x") }},
	{"credentials-busy", rigOptions{signedIn: true, furnish: busyProject}, func(r *rig) { r.keys("s", "s", "s", "s", "s", "s", "s") }},
	{"credentials-reversed", rigOptions{signedIn: true, furnish: busyProject}, func(r *rig) { r.keys("s", "o") }},
	{"credentials-fuzzy", rigOptions{signedIn: true, furnish: busyProject}, func(r *rig) { r.keys("/", "wfe", "enter") }},
	{"credentials-chosen", rigOptions{signedIn: true, furnish: busyProject}, func(r *rig) { r.keys("space", "space", "down", "space") }},
	{"credentials-revoke-used", rigOptions{signedIn: true, furnish: busyProject}, func(r *rig) { r.keys("x", "web") }},
	{"credentials-revoke-several", rigOptions{signedIn: true, furnish: busyProject}, func(r *rig) { r.keys("A", "x") }},
	{"credentials-revoke-unknown", rigOptions{signedIn: true, furnish: func(f *fake) {
		busyProject(f)
		f.fail["GET /auth/usage/"+uuid(21)] = &model.Error{Code: model.CodeUnavailable, Message: "the database is full; free some space"}
	}}, func(r *rig) { r.keys("x") }},
	{"credentials-rotate", rigOptions{signedIn: true, furnish: busyProject}, func(r *rig) { r.keys("r") }},
	{"credentials-rotate-late", rigOptions{signedIn: true, furnish: busyProject}, func(r *rig) { r.keys("down", "r", "left", "left") }},
	{"credentials-rotated", rigOptions{signedIn: true, furnish: busyProject}, func(r *rig) { r.keys("r", "enter") }},
	{"issue-scopes", rigOptions{signedIn: true, furnish: busyProject}, func(r *rig) { r.keys("n", "nightly", "tab", "tab", "space", "right") }},
	{"issue", rigOptions{signedIn: true, furnish: oneProject}, func(r *rig) { r.keys("n", "nightly-report", "tab", "right", "right", "tab") }},
	{"issue-wrong", rigOptions{signedIn: true, furnish: oneProject}, func(r *rig) { r.keys("n", "enter") }},
	{"secret-key", rigOptions{signedIn: true, furnish: oneProject}, func(r *rig) { r.keys("n", "nightly-report", "enter") }},
	{"secret-jwt", rigOptions{signedIn: true, furnish: oneProject}, func(r *rig) { r.keys("n", "browser", "shift+tab", "right", "enter", "v") }},
	{"secret-pair", rigOptions{signedIn: true, furnish: oneProject}, func(r *rig) { r.keys("n", "partner", "shift+tab", "left", "enter", "tab", "v", "esc") }},
	{"requests", rigOptions{signedIn: true, furnish: oneProject}, func(r *rig) { r.keys("3"); r.wait(time.Second) }},
	{"requests-paused", rigOptions{signedIn: true, furnish: oneProject}, func(r *rig) {
		r.keys("3")
		r.wait(time.Second)
		r.keys("up", "up", "enter")
		r.fake.live <- record(7, time.Now(), "GET", "/v1/healthz", 200, 0, "")
		r.wait(time.Second)
	}},
	{"requests-empty", rigOptions{signedIn: true, furnish: func(f *fake) { oneProject(f); f.log = nil }}, func(r *rig) { r.keys("3"); r.wait(time.Second) }},
	{"requests-lost", rigOptions{signedIn: true, furnish: oneProject}, func(r *rig) {
		r.fake.fail["GET /auth/requests/stream"] = &model.Error{Code: model.CodeUnavailable, Message: "busy"}
		r.keys("3")
		r.wait(time.Second)
	}},
	{"token-empty", rigOptions{signedIn: true, furnish: oneProject}, func(r *rig) { r.keys("4") }},
	{"token", rigOptions{signedIn: true, furnish: oneProject}, func(r *rig) { r.keys("4"); r.send(pastedToken()) }},
	{"token-accepted", rigOptions{signedIn: true, furnish: func(f *fake) { oneProject(f); f.verdict = accepted(f.now()) }}, func(r *rig) {
		r.keys("4")
		r.send(pastedToken())
		r.keys("enter")
	}},
	{"token-refused", rigOptions{signedIn: true, furnish: func(f *fake) {
		oneProject(f)
		f.verdict = model.Inspection{Kind: model.KindAPIKey, Reason: model.ReasonRevoked, RevokedAt: model.Ptr(f.now().Add(-time.Hour))}
	}}, func(r *rig) { r.keys("4"); r.send(tea.PasteMsg{Content: fakeSecret}); r.keys("enter") }},
	{"help", rigOptions{signedIn: true, furnish: oneProject}, func(r *rig) { r.keys("?") }},
	{"quit", rigOptions{signedIn: true, furnish: oneProject, Options: Options{OwnsServer: true, Banner: "demo: nothing here is kept"}}, func(r *rig) { r.keys("q") }},
	{"attached", rigOptions{signedIn: true, url: true, furnish: oneProject}, func(*rig) {}},
	{"toast", rigOptions{signedIn: true, furnish: oneProject}, func(r *rig) { r.keys("esc") }},
}

func pastedToken() tea.PasteMsg {
	return tea.PasteMsg{Content: fakeToken(time.Now().Add(14 * time.Minute))}
}

func accepted(now time.Time) model.Inspection {
	name, hint, account, project, kid, id := "ci-deploy", "sk_9Qtz…b21Xc", "ABC123", uuid(11), uuid(90), uuid(22)
	return model.Inspection{Kind: model.KindServiceToken, Valid: true, CredentialName: &name, CredentialHint: &hint, CredentialID: &id,
		AccountID: &account, ProjectID: &project, KID: &kid, Scopes: []string{"keys:write"}, ExpiresAt: model.Ptr(now.Add(14 * time.Minute))}
}

// TestGolden compares every state at three sizes with its golden file (go test
// -update writes them) and checks each by rule: exact height, no line wider than
// the window, no control characters.
func TestGolden(t *testing.T) {
	for _, size := range []Rect{{60, 20}, {80, 24}, {140, 40}} {
		for _, st := range states {
			t.Run(fmt.Sprintf("%s-%dx%d", st.name, size.W, size.H), func(t *testing.T) {
				var got string
				opts := st.opts
				opts.w, opts.h = size.W, size.H
				run(t, opts, func(r *rig) {
					st.walk(r)
					checkFrame(t, r.root.View().Content, size)
					got = trimRight(r.screen())
				})
				golden.RequireEqual(t, got)
			})
		}
	}
}

// trimRight keeps golden files free of trailing space; checkFrame has seen the
// full width.
func trimRight(s string) string {
	lines := strings.Split(s, "\n")
	for i := range lines {
		lines[i] = strings.TrimRight(lines[i], " ")
	}
	return strings.Join(lines, "\n") + "\n"
}

func checkFrame(t *testing.T, frame string, size Rect) {
	t.Helper()
	lines := strings.Split(frame, "\n")
	if len(lines) != size.H {
		t.Errorf("the frame has %d lines, want %d", len(lines), size.H)
	}
	for i, l := range lines {
		if w := ansi.StringWidth(l); w > size.W {
			t.Errorf("line %d is %d cells wide, the window has %d: %q", i, w, size.W, l)
		}
		for _, c := range ansi.Strip(l) {
			if c < ' ' || c == 0x7f || (c >= 0x80 && c < 0xa0) {
				t.Errorf("line %d has the control character %U", i, c)
			}
		}
	}
}

// themed is a theme under the name of its golden file.
type themed struct {
	name   string
	styles *theme.Styles
}

var fourThemes = []themed{{"dark", theme.Dark()}, {"light", theme.Light()}, {"neutral", theme.Neutral()}, {"mono", theme.Mono()}}

// themesAgree pins the colours of a screen in each theme, and that no theme
// changes a word: what is told by colour is told by text too.
func themesAgree(t *testing.T, prefix string, themes []themed, o rigOptions, reach func(*rig)) {
	t.Helper()
	plain := ""
	for _, th := range themes {
		t.Run(prefix+th.name, func(t *testing.T) {
			var got string
			run(t, o, func(r *rig) {
				reach(r)
				r.root.th = th.styles
				got = r.root.View().Content
			})
			golden.RequireEqual(t, got)
			if th.name == "mono" && strings.ContainsAny(strings.Join(colours(got), ""), "3") {
				t.Errorf("mono has colours: %q", colours(got))
			}
			if plain == "" {
				plain = ansi.Strip(got)
			}
			if ansi.Strip(got) != plain {
				t.Errorf("%s has other words than dark:\n%s", th.name, ansi.Strip(got))
			}
		})
	}
}

// TestThemes pins the colours of one busy screen in every theme.
func TestThemes(t *testing.T) {
	all := append(slices.Clone(fourThemes), themed{"contrast-dark", theme.Contrast(true)}, themed{"contrast-light", theme.Contrast(false)})
	themesAgree(t, "", all, rigOptions{signedIn: true, furnish: oneProject}, func(r *rig) {
		r.keys("3")
		r.wait(time.Second)
		r.keys("up", "enter")
	})
}

// colours are the parameters of every SGR sequence in s that are not weight,
// dimming, underline, reverse or reset.
func colours(s string) (out []string) {
	for part := range strings.SplitSeq(s, "\x1b[") {
		params, _, ok := strings.Cut(part, "m")
		if !ok {
			continue
		}
		for p := range strings.SplitSeq(params, ";") {
			switch p {
			case "", "0", "1", "2", "4", "7", "22", "24", "27":
			default:
				if strings.Trim(p, "0123456789") == "" {
					out = append(out, p)
				}
			}
		}
	}
	return out
}

func TestStatesAreWords(t *testing.T) {
	run(t, rigOptions{signedIn: true, furnish: oneProject, Options: Options{Environ: []string{"NO_COLOR=yes"}}}, func(r *rig) {
		r.send(tea.BackgroundColorMsg{})
		if got := colours(r.root.View().Content); len(got) > 0 {
			t.Errorf("NO_COLOR=yes, yet there are colours: %q", got)
		}
		r.sees("expired", "revoked", "never", "41 d", "2 d")
	})
}

func TestTooSmall(t *testing.T) {
	run(t, rigOptions{signedIn: true, furnish: oneProject, w: 48, h: 12}, func(r *rig) {
		r.sees("needs 60x18", "this is 48x12")
		r.send(tea.WindowSizeMsg{Width: 80, Height: 24})
		r.sees("Credentials")
	})
}
