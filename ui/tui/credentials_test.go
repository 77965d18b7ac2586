package tui

import (
	"slices"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"keydeck/model"
)

func (s *credentialsScreen) names() (out []string) {
	for _, r := range s.shown {
		out = append(out, s.all[r.at].name)
	}
	return out
}

func TestCredentialsSortByAnyColumn(t *testing.T) {
	run(t, rigOptions{signedIn: true, furnish: busyProject}, func(r *rig) {
		s := r.root.Page().(*credentialsScreen)
		for _, tt := range []struct {
			by   order
			want string
		}{
			{byAge, "web-frontend ci-deploy reporting browser app partner SW old-laptop"},
			{byName, "browser app ci-deploy old-laptop partner SW reporting web-frontend"},
			{byKind, "web-frontend ci-deploy reporting old-laptop browser app partner SW"},
			{byHint, "browser app partner SW ci-deploy web-frontend old-laptop reporting"},
			{byScopes, "web-frontend browser app partner SW old-laptop ci-deploy reporting"},
			{byLastUse, "web-frontend browser app ci-deploy reporting partner SW old-laptop"},
			{byExpiry, "reporting ci-deploy browser app web-frontend partner SW old-laptop"},
			{byToday, "web-frontend ci-deploy browser app reporting partner SW old-laptop"},
			{byState, "ci-deploy web-frontend browser app partner SW reporting old-laptop"},
		} {
			if s.by != tt.by {
				r.keys("s")
			}
			if got := strings.Join(s.names(), " "); s.by != tt.by || got != tt.want {
				t.Errorf("by %s: %s, want by %s: %s", orderWords[s.by], got, orderWords[tt.by], tt.want)
			}
		}
		r.keys("o")
		if got := s.names()[0]; got != "old-laptop" {
			t.Errorf("by state, the other way round, %s is first, want old-laptop", got)
		}
		again := newCredentials(r.root.desk).(*credentialsScreen)
		if again.by != byState || !again.reverse {
			t.Errorf("the next time it is sorted by %s, want by state, the other way round", orderWords[again.by])
		}
		if c := s.selected(); c.name != "web-frontend" {
			t.Errorf("the cursor went to %s, want it to stay on web-frontend", c.name)
		}
	})
}

func TestCredentialsFuzzyFilter(t *testing.T) {
	run(t, rigOptions{signedIn: true, furnish: busyProject}, func(r *rig) {
		s := r.root.Page().(*credentialsScreen)
		for _, tt := range []struct{ filter, want string }{
			{"wfe", "web-frontend"},
			{"API KEY", "web-frontend ci-deploy reporting old-laptop"},
			{"revoked", "old-laptop"},
			{"expired sk_pP", "reporting"},
			{"keys:write", "ci-deploy"},
			{uuid(41)[30:], "partner SW"},
			{"zzz", ""},
		} {
			r.keys("/", "ctrl+u", tt.filter, "enter")
			if got := strings.Join(s.names(), " "); got != tt.want {
				t.Errorf("%q finds %q, want %q", tt.filter, got, tt.want)
			}
		}
		r.keys("/", "ctrl+u", "p", "enter")
		if best := s.selected().name; best != "partner SW" {
			t.Errorf("the cursor is on %s, want the best match, partner SW", best)
		}
		r.keys("esc", "/", "wfe", "enter")
		if frame := r.root.View().Content; !strings.Contains(frame, "w") || strings.Contains(frame, "web-frontend") {
			t.Errorf("the letters that were found are not marked:\n%q", frame)
		}
	})
}

func TestRevokeSeveral(t *testing.T) {
	run(t, rigOptions{signedIn: true, furnish: busyProject}, func(r *rig) {
		r.keys("space", "space", "x")
		r.sees("Revoke 2 credentials?", "web-frontend", "ci-deploy", "1,714 calls in the last hour", "Type 2 to go on")
		r.keys("1", "enter")
		r.sees("that is not how many they are")
		r.keys("ctrl+u", "2", "enter")
		r.sees("2 revoked; they are refused from now on")
		for _, id := range []string{uuid(21), uuid(22)} {
			if !r.fake.called("DELETE /auth/api-keys/" + id) {
				t.Errorf("%s was not revoked", id)
			}
		}
		r.lacks("chosen")
	})
}

func TestRevokeSeveralStopsAtAnError(t *testing.T) {
	run(t, rigOptions{signedIn: true, furnish: func(f *fake) {
		busyProject(f)
		f.fail["DELETE /auth/api-keys/"+uuid(22)] = &model.Error{Code: model.CodeUnavailable, Message: "the database is full"}
	}}, func(r *rig) {
		r.keys("space", "space", "x", "2", "enter")
		r.sees("1 revoked, then no more: the database is full")
	})
}

// TestRevokeWaitsForTheUse: nobody says yes before it is known what that breaks.
func TestRevokeWaitsForTheUse(t *testing.T) {
	run(t, rigOptions{signedIn: true, furnish: func(f *fake) { busyProject(f); f.keys[0].LastUsedAt = nil }}, func(r *rig) {
		s := r.root.Page().(*credentialsScreen)
		s.uses = nil
		cmd := s.revokeIt() // the answer is held back
		r.wait(graceFor)
		r.sees("Looking up where it is used from")
		r.send(press("y"))
		r.sees("its use is being looked up")
		r.start(cmd)
		r.settle()
		r.sees("1,234 calls in the last hour", "10.0.0.7 (1,200)", "Type web-frontend to go on")
	})
}

func TestRotate(t *testing.T) {
	run(t, rigOptions{signedIn: true, furnish: busyProject}, func(r *rig) {
		r.keys("r")
		r.sees("Rotate API key web-frontend", "[1 h]")
		r.keys("right")
		r.sees("[24 h]")
		r.keys("enter")
		r.sees("New API key: web-frontend", "sk_••••")
		r.lacks(fakeSecret)
		r.keys("y", "esc")
		r.sees("7 of 7", "23 h 59 m")
		r.keys("home", "r", "left", "enter")
		r.sees("New API key")
	})
	run(t, rigOptions{signedIn: true, furnish: func(f *fake) {
		busyProject(f)
		f.fail["POST /auth/api-keys/"+uuid(21)+"/rotate"] = &model.Error{Code: model.CodeForbidden, Message: "your role does not allow it"}
	}}, func(r *rig) {
		r.keys("r", "enter")
		r.sees("Rotate API key", "your role does not allow it")
	})
}

func TestIssueWithScopes(t *testing.T) {
	run(t, rigOptions{signedIn: true, furnish: busyProject}, func(r *rig) {
		r.keys("n", "nightly", "tab", "tab", "space", "right", "right", "space", "tab", "own, read")
		f := r.focused().(*issueForm)
		spec, ok := f.spec()
		if want := []string{"keys:write", "read", "own"}; !ok || !slices.Equal(spec.Scopes, want) {
			t.Errorf("scopes %q, want %q", spec.Scopes, want)
		}
		r.sees("[x] keys:write", "[ ] export", "[x] read", "/v1/token/get")
		r.keys("shift+tab", "shift+tab", "shift+tab", "shift+tab", "right")
		r.sees("Bearer <a JWT you sign with it>")
	})
}

func benchmarkMany(b *testing.B, body func(*testing.B, *credentialsScreen, *Root)) {
	f := newFake(time.Now)
	many(10_000)(f)
	root := New(b.Context(), Options{Screens: Screens, Client: nil, Environ: []string{"TERM=xterm-256color"}})
	root.Update(tea.WindowSizeMsg{Width: 140, Height: 40})
	s := newCredentials(root.desk).(*credentialsScreen)
	root.Show(screenCredentials, s)
	root.project = &f.projects[0]
	list := make([]credential, 0, len(f.keys))
	for _, k := range f.keys {
		list = append(list, fromAPIKey(k))
	}
	s.takeUses(f.uses)
	s.take(list, nil)
	b.ResetTimer()
	body(b, s, root)
}

// BenchmarkView10k draws the table with 10,000 keys in it.
func BenchmarkView10k(b *testing.B) {
	benchmarkMany(b, func(b *testing.B, s *credentialsScreen, root *Root) {
		for b.Loop() {
			s.View(root.body)
		}
	})
}

// BenchmarkKey10k moves the cursor through 10,000 keys.
func BenchmarkKey10k(b *testing.B) {
	benchmarkMany(b, func(b *testing.B, s *credentialsScreen, _ *Root) {
		for b.Loop() {
			s.Commands()
			s.Update(press("pgdown"))
		}
	})
}

// BenchmarkFilter10k types a letter into the filter over 10,000 keys.
func BenchmarkFilter10k(b *testing.B) {
	benchmarkMany(b, func(b *testing.B, s *credentialsScreen, _ *Root) {
		s.typing = true
		for b.Loop() {
			s.Update(press("7"))
			s.Update(press("backspace"))
		}
	})
}

// BenchmarkSort10k sorts 10,000 keys by the calls of today.
func BenchmarkSort10k(b *testing.B) {
	benchmarkMany(b, func(b *testing.B, s *credentialsScreen, _ *Root) {
		for b.Loop() {
			s.resort(byToday, !s.reverse)
		}
	})
}

func TestStaleAnswersAreDropped(t *testing.T) {
	run(t, rigOptions{signedIn: true, furnish: oneProject}, func(r *rig) {
		s := r.root.Page().(*credentialsScreen)
		old := answer[[]credential]{of: &s.listQ, n: s.listQ.n, value: []credential{{name: "from-an-old-answer"}}}
		s.reload()
		r.root.Update(letter{s, old})
		r.lacks("from-an-old-answer")
		gone := newCredentials(r.root.desk)
		r.root.Update(letter{gone, old})
		r.lacks("from-an-old-answer")
	})
}

// BenchmarkKeyPress is a key to its whole frame, with 10,000 keys. 16 ms are the
// room of a frame.
func BenchmarkCredentialKeyPress(b *testing.B) {
	for _, c := range []struct {
		name   string
		before []string
		keys   []string // pressed in turn
	}{
		{"credentials/move", nil, []string{"down", "down", "up"}},
		{"credentials/page", nil, []string{"pgdown", "pgup"}},
		{"credentials/ends", nil, []string{"end", "home"}},
		{"credentials/filter", []string{"/"}, []string{"k", "e", "7", "backspace", "backspace", "backspace"}},
		{"credentials/sort", nil, []string{"s"}},
		{"credentials/turn", nil, []string{"o"}},
		{"credentials/inactive", nil, []string{"a"}},
		{"credentials/choose", nil, []string{"space"}},
		{"credentials/choose all", nil, []string{"A"}},
		{"credentials/chosen", []string{"A"}, []string{"down", "up"}},
	} {
		b.Run(c.name, func(b *testing.B) {
			benchmarkMany(b, func(b *testing.B, _ *credentialsScreen, root *Root) {
				for _, k := range c.before {
					root.Update(press(k))
				}
				b.ReportAllocs()
				for i := 0; b.Loop(); i++ {
					root.Update(press(c.keys[i%len(c.keys)]))
					root.View()
				}
			})
		})
	}
}
