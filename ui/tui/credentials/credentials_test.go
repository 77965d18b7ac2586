package credentials

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"keydeck/model"
	"keydeck/ui/tui"
	"keydeck/ui/tui/place"
	"keydeck/ui/tui/shell"
	"keydeck/ui/tui/tuitest"
	"keydeck/ui/tui/tuitest/fake"
	"keydeck/ui/tui/wallet"
)

// names are those of the rows, read by going through them.
func (s *screen) names() (out []string) {
	kept := s.Selected()
	if kept == nil {
		return nil
	}
	s.SelectFirst()
	for at := (*wallet.Credential)(nil); s.Selected() != at; s.Update(tuitest.Key("down")) {
		at = s.Selected()
		out = append(out, at.Name)
	}
	s.Select(kept.ID)
	return out
}

func TestCredentialsSortByAnyColumn(t *testing.T) {
	run(t, tuitest.Options{SignedIn: true, Seed: fake.BusyProject}, func(r *tuitest.Rig) {
		s := r.Root.Page().(*screen)
		for _, tt := range []struct {
			by   string
			want string
		}{
			{"age", "web-frontend ci-deploy reporting browser app partner SW old-laptop"},
			{"name", "browser app ci-deploy old-laptop partner SW reporting web-frontend"},
			{"kind", "web-frontend ci-deploy reporting old-laptop browser app partner SW"},
			{"hint", "partner SW browser app ci-deploy web-frontend old-laptop reporting"},
			{"scopes", "web-frontend browser app partner SW old-laptop ci-deploy reporting"},
			{byLastUse, "web-frontend browser app ci-deploy reporting partner SW old-laptop"},
			{byExpiry, "reporting ci-deploy browser app web-frontend partner SW old-laptop"},
			{byToday, "web-frontend ci-deploy browser app reporting partner SW old-laptop"},
			{"state", "ci-deploy web-frontend browser app partner SW reporting old-laptop"},
		} {
			if s.SortedBy() != tt.by {
				r.Keys("o")
			}
			if got := strings.Join(s.names(), " "); s.SortedBy() != tt.by || got != tt.want {
				t.Errorf("by %s: %s, want by %s: %s", s.SortedBy(), got, tt.by, tt.want)
			}
		}
		r.Keys("O")
		if got := s.names()[0]; got != "old-laptop" {
			t.Errorf("by state, the other way round, %s is first, want old-laptop", got)
		}
		if again := New(r.Root.Shell()).(*screen); again.SortedBy() != "state" {
			t.Errorf("the next time it is sorted by %s, want by state", again.SortedBy())
		}
		if c := s.Selected(); c.Name != "web-frontend" {
			t.Errorf("the cursor went to %s, want it to stay on web-frontend", c.Name)
		}
	})
}

func TestCredentialsFilter(t *testing.T) {
	run(t, tuitest.Options{SignedIn: true, Seed: fake.BusyProject}, func(r *tuitest.Rig) {
		s := r.Root.Page().(*screen)
		for _, tt := range []struct{ filter, want string }{
			{"wfe", ""},
			{"~wfe", "web-frontend"},
			{"API KEY", "web-frontend ci-deploy reporting old-laptop"},
			{"api", ""}, // else it would be every API key, whatever its name
			{"qt", ""},  // two letters are in many a hint by chance
			{"9Qtz", "ci-deploy"},
			{"3", ""}, // a time or a count is none of the filter's business
			{"revoked", "old-laptop"},
			{"expired sk_pP", "reporting"},
			{"keys:write", "ci-deploy"},
			{fake.UUID(41)[30:], "partner SW"},
			{"zzz", ""},
		} {
			r.Keys("/", "ctrl+u", tt.filter, "enter")
			if got := strings.Join(s.names(), " "); got != tt.want {
				t.Errorf("%q finds %q, want %q", tt.filter, got, tt.want)
			}
		}
		r.Keys("/", "ctrl+u", "par", "enter")
		if best := s.Selected().Name; best != "partner SW" {
			t.Errorf("the cursor is on %s, want the best match, partner SW", best)
		}
		r.Keys("esc", "/", "front", "enter")
		if frame := r.Root.View().Content; !strings.Contains(frame, "w") || strings.Contains(frame, "web-frontend") {
			t.Errorf("the letters that were found are not marked:\n%q", frame)
		}
	})
}

func TestRevokeSeveral(t *testing.T) {
	run(t, tuitest.Options{SignedIn: true, Seed: fake.BusyProject}, func(r *tuitest.Rig) {
		r.Keys("space", "space", "x")
		r.Sees("Pause or revoke 2 credentials?", "web-frontend", "ci-deploy", "1,714 calls in the last hour", "Type 2 to go on")
		r.Keys("1", "enter")
		r.Sees("that is not how many they are")
		r.Keys("ctrl+u", "2", "enter")
		r.Sees("2 revoked; they are refused from now on")
		for _, id := range []string{fake.UUID(21), fake.UUID(22)} {
			if !r.Server.Called("DELETE /auth/api-keys/" + id) {
				t.Errorf("%s was not revoked", id)
			}
		}
		r.Lacks("chosen")
	})
}

// paused tells which credentials the server has paused.
func paused(r *tuitest.Rig) (names []string) {
	r.Server.Mu.Lock()
	defer r.Server.Mu.Unlock()
	for _, c := range r.Server.Credentials {
		if c.PausedAt != nil {
			names = append(names, c.Name)
		}
	}
	return names
}

// TestPauseAndResume: one that is in use is paused without a word, since that can be taken
// back, and x resumes it.
func TestPauseAndResume(t *testing.T) {
	run(t, tuitest.Options{SignedIn: true, Seed: fake.BusyProject}, func(r *tuitest.Rig) {
		r.Keys("x")
		r.Sees("Pause or revoke API key web-frontend?", "Pausing can be taken back, revoking cannot.", "ctrl+p pause it", "enter revoke for good")
		r.Keys("ctrl+p")
		r.Sees("paused; it is refused until you resume it")
		if got := paused(r); !slices.Equal(got, []string{"web-frontend"}) {
			t.Errorf("paused: %q", got)
		}
		r.Keys("a") // it has not ended, so it stays in sight
		r.Sees("web-frontend", "x resume/revoke")
		r.Keys("r")
		r.Sees("it is paused; x resumes it")
		r.Keys("x")
		r.Sees("Resume or revoke API key web-frontend?", "It is paused now.", "Revoking cannot be taken")
		r.Keys("ctrl+p")
		r.Sees("resumed; it is let in again")
		if got := paused(r); got != nil {
			t.Errorf("still paused: %q", got)
		}
	})
}

func TestPauseSeveral(t *testing.T) {
	run(t, tuitest.Options{SignedIn: true, Seed: fake.BusyProject}, func(r *tuitest.Rig) {
		r.Keys("A", "x")
		r.Sees("Pause or revoke 4 credentials?", "Type 4 to go on", "ctrl+p pause them")
		r.Keys("ctrl+p")
		r.Sees("4 paused; they are refused until you resume them")
		if got := paused(r); len(got) != 4 {
			t.Errorf("paused: %q", got)
		}
		r.Keys("A", "x")
		r.Sees("Resume or revoke 4 credentials?")
		r.Keys("ctrl+p")
		r.Sees("4 resumed; they are let in again")
		if got := paused(r); got != nil {
			t.Errorf("still paused: %q", got)
		}
	})
}

func TestPauseRefused(t *testing.T) {
	for _, tt := range []struct {
		fail int
		want string
	}{{21, "not paused: the database is full"}, {22, "1 paused, then no more: the database is full"}} {
		seed := fake.Refuses("POST /auth/credentials/"+fake.UUID(tt.fail)+"/pause", fake.DatabaseFull)
		run(t, tuitest.Options{SignedIn: true, Seed: fake.BusyProject}.With(seed), func(r *tuitest.Rig) {
			r.Keys("space", "space", "x", "ctrl+p")
			r.Sees(tt.want)
		})
	}
}

// TestStateOfAnExpiry: the server says the state, and an expiry passes between two loads.
func TestStateOfAnExpiry(t *testing.T) {
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	for _, tt := range []struct {
		listed  model.CredentialState
		expires time.Duration // 0: never
		want    model.CredentialState
	}{
		{model.StateActive, 0, "active"},
		{model.StateActive, time.Hour, "expiring"},
		{model.StateExpiring, -time.Second, "expired"},
		{model.StatePaused, 0, "paused"},
		{model.StatePaused, time.Hour, "paused"},
		{model.StatePaused, -time.Second, "expired"},
		{model.StateRevoked, -time.Second, "revoked"},
	} {
		c := model.Credential{State: tt.listed}
		if tt.expires != 0 {
			c.ExpiresAt = model.Ptr(now.Add(tt.expires))
		}
		shown := wallet.FromModel(c)
		if got := shown.State(now); got != tt.want {
			t.Errorf("%s, expires in %v: %q, want %q", tt.listed, tt.expires, got, tt.want)
		}
		if usable := tt.want == "active" || tt.want == "expiring"; shown.Usable(now) != usable || shown.Ended(now) != (!usable && tt.want != "paused") {
			t.Errorf("%s: usable %t, ended %t", tt.want, shown.Usable(now), shown.Ended(now))
		}
	}
}

// TestDetails: d shows all of a credential at every size, and what can be done with it is
// done to that one, even if others are chosen.
func TestDetails(t *testing.T) {
	for _, size := range [][2]int{{60, 20}, {80, 24}, {140, 40}} {
		run(t, tuitest.Options{SignedIn: true, W: size[0], H: size[1], Seed: fake.BusyProject}, func(r *tuitest.Rig) {
			r.Keys("space", "d") // the cursor has moved on to the second
			r.Sees("API key ci-deploy", fake.UUID(22), "keys:write", "480 in the last hour")
			r.Keys("j", "j", "j", "j", "j", "j", "j", "j")
			r.Sees("ada@example.com", "deploys on every merge", "platform team", "10.0.0.7 (1,200)", "acme")
			r.Keys("x")
			r.Sees("Pause or revoke API key ci-deploy?")
			r.Keys("ctrl+p")
			if got := paused(r); !slices.Equal(got, []string{"ci-deploy"}) {
				t.Errorf("paused: %q", got)
			}
		})
	}
}

// TestEdit: what was changed is sent, and nothing else.
func TestEdit(t *testing.T) {
	run(t, tuitest.Options{SignedIn: true, Seed: fake.BusyProject}, func(r *tuitest.Rig) {
		r.Keys("down", "e")
		r.Sees("Edit API key ci-deploy", "deploys on every merge", "platform team", "keys:write", "[as it is]")
		f := r.Focused().(*editForm)
		if p := f.patch(); p != (model.CredentialPatch{}) {
			t.Errorf("nothing was changed, but %+v would be sent", p)
		}
		r.Keys("tab", "ctrl+u", "ships", "tab", "tab", "ctrl+u", "read, own, read", "tab", "right")
		p := f.patch()
		if p.Name.Set || p.Owner.Set || *p.Note.Value != "ships" || !slices.Equal(*p.Scopes.Value, []string{"read", "own"}) || !p.ExpiresAt.Set || p.ExpiresAt.Value != nil {
			t.Errorf("sends %+v", p)
		}
		r.Keys("right")
		if at := f.patch().ExpiresAt.Value; at == nil || at.Sub(r.Server.Now()).Round(time.Hour) != 7*24*time.Hour {
			t.Errorf("expires at %v, want in 7 days", at)
		}
		r.Keys("shift+tab", "ctrl+u")
		if p := f.patch(); !p.Scopes.Set || p.Scopes.Value != nil {
			t.Errorf("no scopes are sent as %+v, want null", p.Scopes)
		}
		r.Keys("enter")
		r.Sees("saved")
		r.Server.Mu.Lock()
		defer r.Server.Mu.Unlock()
		if c := r.Server.Credentials[1]; c.Note != "ships" || c.Scopes != nil || c.Name != "ci-deploy" || c.Owner != "platform team" {
			t.Errorf("the server has %+v", c)
		}
	})
}

// TestEditRefused: the server's error stands at its field.
func TestEditRefused(t *testing.T) {
	run(t, tuitest.Options{SignedIn: true, Seed: fake.BusyProject}, func(r *tuitest.Rig) {
		r.Keys("e")
		f := r.Focused().(*editForm)
		for i, name := range editFields {
			f.Refused(model.Invalid(name, "not like this"))
			if f.Focus != i || f.Fields[i].Err != "not like this" {
				t.Errorf("%s: the error is at %q: %q", name, f.Fields[f.Focus].Label, f.Fields[f.Focus].Err)
			}
		}
		r.Keys("esc", "end", "e")
		r.Sees("it is revoked already")
	})
}

// thousand are API keys of services in four parts. Two letters of a hint are in one by
// chance, as they are among so many real ones.
func thousand(f *fake.Server) {
	fake.OneProject(f)
	f.Credentials = nil
	now := model.At(f.Now())
	for i := range 1001 {
		c := model.Credential{Kind: model.KindAPIKey, ID: fake.UUID(10_000 + i), Name: fmt.Sprintf("service-%04d-%s", i, []string{"api", "web", "ci", "batch"}[i%4]),
			Masked: "sk_ciWe…apiba", Scopes: []string{"read"}, IsActive: true, CreatedAt: now, UpdatedAt: now}
		f.Credentials = append(f.Credentials, c)
		if i == 402 {
			f.Uses = append(f.Uses, model.CredentialUse{CredentialID: c.ID, RequestsToday: 1200, LastHour: 77, LastUsedAt: &now})
		}
	}
}

// TestRevokeWhatTheFilterShows: of a thousand keys those are revoked that the filter
// shows, and only after their number was typed.
func TestRevokeWhatTheFilterShows(t *testing.T) {
	for _, tt := range []struct {
		filter string
		n      int
	}{{"api", 251}, {"web", 250}, {"ci", 250}, {"batch", 250}, {"CI", 250}} {
		run(t, tuitest.Options{SignedIn: true, Seed: thousand}, func(r *tuitest.Rig) {
			r.Keys("space", "space", "/", tt.filter, "enter", "A", "x")
			number := fmt.Sprint(tt.n)
			r.Sees("Pause or revoke "+number+" credentials?", "Type "+number+" to go on", "1 of "+number, "LAST HOUR")
			if tt.filter == "ci" {
				r.Sees("1 of 250 is in use: 77 calls in the last hour", "▌service-0402-ci")
				r.Keys("down", "pgdown")
				r.Lacks("service-0402-ci")
			}
			active := func() (of []string) {
				r.Server.Mu.Lock()
				defer r.Server.Mu.Unlock()
				for _, c := range r.Server.Credentials {
					if c.IsActive {
						of = append(of, c.Name)
					}
				}
				return of
			}
			r.Keys("y", "enter", "ctrl+u", "1001", "enter", "ctrl+u")
			if left := active(); len(left) != 1001 {
				t.Fatalf("%d are left before their number was typed", len(left))
			}
			r.Keys(number, "enter")
			r.Sees(number + " revoked")
			left := active()
			if len(left) != 1001-tt.n || slices.ContainsFunc(left, func(name string) bool { return strings.HasSuffix(name, "-"+strings.ToLower(tt.filter)) }) {
				t.Errorf("%s: %d are left, want the %d others", tt.filter, len(left), 1001-tt.n)
			}
		})
	}
}

// TestMoreThanAFewAskForTheirNumber, whether they are in use or not.
func TestMoreThanAFewAskForTheirNumber(t *testing.T) {
	for n, want := range map[int]bool{5: false, 6: true} {
		run(t, tuitest.Options{SignedIn: true, Seed: func(f *fake.Server) { thousand(f); f.Credentials, f.Uses = f.Credentials[:n], nil }}, func(r *tuitest.Rig) {
			r.Keys("A", "x")
			if asks := strings.Contains(r.Screen(), fmt.Sprintf("Type %d to go on", n)); asks != want {
				t.Errorf("%d credentials: it asks for their number: %v, want %v\n%s", n, asks, want, r.Screen())
			}
		})
	}
}

// TestViewerChoosesNothing: who may not revoke cannot choose what to revoke.
func TestViewerChoosesNothing(t *testing.T) {
	run(t, tuitest.Options{SignedIn: true, Seed: func(f *fake.Server) { fake.BusyProject(f); fake.Viewer(f) }}, func(r *tuitest.Rig) {
		r.Lacks("space choose")
		r.Keys("space")
		r.Sees("your role here is viewer")
		r.Keys("A")
		r.Sees("your role here is viewer")
		r.Lacks("chosen")
	})
}

func TestRevokeSeveralStopsAtAnError(t *testing.T) {
	run(t, tuitest.Options{SignedIn: true, Seed: func(f *fake.Server) {
		fake.BusyProject(f)
		f.Fail["DELETE /auth/api-keys/"+fake.UUID(22)] = &model.Error{Code: model.CodeUnavailable, Message: "the database is full"}
	}}, func(r *tuitest.Rig) {
		r.Keys("space", "space", "x", "2", "enter")
		r.Sees("1 revoked, then no more: the database is full")
	})
}

// TestRevokeWaitsForTheUse checks that y is not accepted before the use of the
// credential is known.
func TestRevokeWaitsForTheUse(t *testing.T) {
	run(t, tuitest.Options{SignedIn: true, Seed: func(f *fake.Server) { fake.BusyProject(f); f.Credentials[0].LastUsedAt = nil }}, func(r *tuitest.Rig) {
		s := r.Root.Page().(*screen)
		s.uses = nil
		cmd := s.revoke() // the answer is held back
		r.Wait(shell.GracePeriod)
		r.Sees("Looking up where it is used from")
		r.Send(tuitest.Key("y"))
		r.Sees("its use is being looked up")
		r.Start(cmd)
		r.Settle()
		r.Sees("1,234 calls in the last hour", "10.0.0.7 (1,200)", "Type web-frontend to go on")
	})
}

func TestRotate(t *testing.T) {
	run(t, tuitest.Options{SignedIn: true, Seed: fake.BusyProject}, func(r *tuitest.Rig) {
		r.Keys("r")
		r.Sees("Rotate API key web-frontend", "[1 h]")
		r.Keys("right")
		r.Sees("[24 h]")
		r.Keys("enter")
		r.Sees("New API key: web-frontend", "sk_••••")
		r.Lacks(fake.Secret)
		r.Keys("y", "esc")
		r.Sees("7 of 7", "23 h")
		r.Keys("home", "r", "left", "enter")
		r.Sees("New API key")
	})
	run(t, tuitest.Options{SignedIn: true, Seed: func(f *fake.Server) {
		fake.BusyProject(f)
		f.Fail["POST /auth/api-keys/"+fake.UUID(21)+"/rotate"] = &model.Error{Code: model.CodeForbidden, Message: "your role does not allow it"}
	}}, func(r *tuitest.Rig) {
		r.Keys("r", "enter")
		r.Sees("Rotate API key", "your role does not allow it")
	})
}

func TestIssueWithScopes(t *testing.T) {
	run(t, tuitest.Options{SignedIn: true, Seed: fake.BusyProject}, func(r *tuitest.Rig) {
		r.Keys("n", "nightly", "tab", "tab", "space", "right", "right", "space", "tab", "own, read")
		f := r.Focused().(*issueForm)
		spec, ok := f.spec()
		if want := []string{"keys:write", "read", "own"}; !ok || !slices.Equal(spec.Scopes, want) {
			t.Errorf("scopes %q, want %q", spec.Scopes, want)
		}
		r.Sees("[x] keys:write", "[ ] export", "[x] read", "-H 'Authorization: sk_…'")
		r.Keys("shift+tab", "shift+tab", "shift+tab", "shift+tab", "right")
		r.Sees("Bearer <a JWT you sign with it>")
	})
}

func benchmarkMany(b *testing.B, body func(*testing.B, *screen, *tui.Root)) {
	f := fake.New(time.Now)
	fake.ManyKeys(10_000)(f)
	root := tui.New(b.Context(), tui.Options{Screens: only, Client: nil, Environ: []string{"TERM=xterm-256color"}})
	root.Update(tea.WindowSizeMsg{Width: 140, Height: 40})
	s := New(root.Shell()).(*screen)
	root.Show(place.Credentials, s)
	root.State().Project = &f.Projects[0]
	list := make([]wallet.Credential, 0, len(f.Credentials))
	for _, k := range f.Credentials {
		list = append(list, wallet.FromModel(k))
	}
	s.usesLoaded(f.Uses, nil)
	s.Set(s.loaded(list))
	b.ResetTimer()
	body(b, s, root)
}

// BenchmarkView10k draws the table with 10,000 keys in it.
func BenchmarkView10k(b *testing.B) {
	benchmarkMany(b, func(b *testing.B, s *screen, root *tui.Root) {
		for b.Loop() {
			s.View(root.State().Body)
		}
	})
}

// BenchmarkKey10k moves the cursor through 10,000 keys.
func BenchmarkKey10k(b *testing.B) {
	benchmarkMany(b, func(b *testing.B, s *screen, _ *tui.Root) {
		for b.Loop() {
			s.Commands()
			s.Update(tuitest.Key("pgdown"))
		}
	})
}

// BenchmarkFilter10k types a letter into the filter over 10,000 keys.
func BenchmarkFilter10k(b *testing.B) {
	benchmarkMany(b, func(b *testing.B, s *screen, root *tui.Root) {
		root.Update(tuitest.Key("/"))
		for b.Loop() {
			s.Update(tuitest.Key("7"))
			s.Update(tuitest.Key("backspace"))
		}
	})
}

// BenchmarkSort10k sorts 10,000 keys by today's calls.
func BenchmarkSort10k(b *testing.B) {
	benchmarkMany(b, func(b *testing.B, s *screen, _ *tui.Root) {
		for i := 0; b.Loop(); i++ {
			s.SortBy(byToday, i%2 == 0)
		}
	})
}

func TestStaleAnswersAreDropped(t *testing.T) {
	run(t, tuitest.Options{SignedIn: true, Seed: fake.OneProject}, func(r *tuitest.Rig) {
		s := r.Root.Page().(*screen)
		old := s.Ask(func(context.Context) ([]wallet.Credential, error) {
			return []wallet.Credential{{Name: "from-an-old-answer"}}, nil
		})().(shell.Reply)
		s.Reload()
		r.Root.Update(old)
		r.Lacks("from-an-old-answer")
		next := s.Ask(func(context.Context) ([]wallet.Credential, error) {
			return []wallet.Credential{{Name: "for-a-screen-that-is-gone"}}, nil
		})().(shell.Reply)
		next.To = New(r.Root.Shell())
		r.Root.Update(next)
		r.Lacks("for-a-screen-that-is-gone")
	})
}

// BenchmarkKeyPress is a key to its whole frame, with 10,000 keys. 16 ms are the
// room of a frame.
func BenchmarkKeyPress(b *testing.B) {
	for _, c := range []struct {
		name   string
		before []string
		keys   []string // pressed in turn
	}{
		{"credentials/move", nil, []string{"down", "down", "up"}},
		{"credentials/page", nil, []string{"pgdown", "pgup"}},
		{"credentials/ends", nil, []string{"end", "home"}},
		{"credentials/filter", []string{"/"}, []string{"k", "e", "7", "backspace", "backspace", "backspace"}},
		{"credentials/sort", nil, []string{"o"}},
		{"credentials/turn", nil, []string{"O"}},
		{"credentials/inactive", nil, []string{"a"}},
		{"credentials/choose", nil, []string{"space"}},
		{"credentials/choose all", nil, []string{"A"}},
		{"credentials/chosen", []string{"A"}, []string{"down", "up"}},
	} {
		b.Run(c.name, func(b *testing.B) {
			benchmarkMany(b, func(b *testing.B, _ *screen, root *tui.Root) {
				for _, k := range c.before {
					root.Update(tuitest.Key(k))
				}
				b.ReportAllocs()
				for i := 0; b.Loop(); i++ {
					root.Update(tuitest.Key(c.keys[i%len(c.keys)]))
					root.View()
				}
			})
		})
	}
}

// TestLongListIsRefreshedByItsChanges: of a list of more than a page, a refresh asks
// for what has changed alone. Ctrl+r asks for all of it.
func TestLongListIsRefreshedByItsChanges(t *testing.T) {
	run(t, tuitest.Options{SignedIn: true, Seed: func(f *fake.Server) {
		fake.OneProject(f)
		f.Credentials = nil
		for i := range model.MaxPageLimit + 1 {
			at := model.At(f.Now().Add(time.Duration(-i-2) * time.Hour))
			f.Credentials = append(f.Credentials, model.Credential{Kind: model.KindAPIKey, ID: fake.UUID(5000 + i), Name: fmt.Sprintf("service %d", i),
				Masked: "sk_abcd…vwxyz", IsActive: true, CreatedAt: at, UpdatedAt: at})
		}
	}}, func(r *tuitest.Rig) {
		r.Sees("1,001 of 1,001", "service 0", "service 1")
		r.Server.Mu.Lock()
		now, list := model.At(r.Server.Now()), r.Server.Credentials
		list[0].Name, list[0].IsActive, list[0].UpdatedAt = "service zero", false, now
		list[1].Name = "not a change" // by the time that the server gives it
		list = append(list, model.Credential{Kind: model.KindKeyPair, ID: fake.UUID(4000), Name: "issued elsewhere", Masked: "…", IsActive: true, CreatedAt: now, UpdatedAt: now})
		r.Server.Credentials = list
		r.Server.Uses = []model.CredentialUse{{CredentialID: fake.UUID(5002), RequestsToday: 77, LastUsedAt: &now}}
		r.Server.Mu.Unlock()
		r.Wait(8 * time.Second)
		r.Sees("1,002 of 1,002", "issued elsewhere", "service zero", "revoked", "service 1", "7 s      never       77")
		r.Lacks("not a change")
		r.Keys("ctrl+r")
		r.Sees("not a change")
		if got := r.Root.Page().(*screen).Items(); len(got) != 1002 || got[0].Name != "issued elsewhere" || got[1].Name != "service zero" {
			t.Errorf("got %d credentials, first %q and %q, want the newest first", len(got), got[0].Name, got[1].Name)
		}
	})
}
