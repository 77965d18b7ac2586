package tui_test

import (
	"context"
	"encoding/base64"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"keydeck/model"
	"keydeck/ui/tui/shell"
	"keydeck/ui/tui/tuitest"
	"keydeck/ui/tui/tuitest/fake"
)

// endProject deletes the project without the dashboard.
func endProject(f *fake.Server, id string) {
	f.Mu.Lock()
	defer f.Mu.Unlock()
	for i := range f.Projects {
		if f.Projects[i].ID == id {
			f.Projects = append(f.Projects[:i:i], f.Projects[i+1:]...)
			break
		}
	}
	for _, call := range []string{"GET /auth/overview", "GET /auth/credentials/", "GET /auth/usage/", "POST /auth/api-keys/"} {
		f.Fail[call] = &model.Error{Code: model.CodeNotFound, Message: "not found"}
	}
}

func TestProjectDeletedElsewhere(t *testing.T) {
	for _, tt := range []struct {
		name string
		keys []string // before it is deleted
		then []string
	}{
		{"overview", []string{"1"}, nil}, {"credentials", nil, nil}, {"projects", []string{"1"}, []string{"5"}},
		{"requests", []string{"3"}, nil}, {"token", []string{"4"}, nil},
		{"form", []string{"n", "late"}, []string{"enter"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			run(t, tuitest.Options{SignedIn: true, Seed: fake.TwoProjects}, func(r *tuitest.Rig) {
				r.Keys("enter")
				r.Sees("acme")
				r.Keys(tt.keys...)
				endProject(r.Server, fake.UUID(11))
				for _, k := range tt.then {
					r.Send(tuitest.Key(k))
				}
				for i := 0; i < 150 && !strings.Contains(r.Screen(), "the project acme"); i++ {
					r.Wait(100 * time.Millisecond)
				}
				r.Sees("! the project acme was deleted", "› Projects", "billing")
				r.Wait(2 * shell.ToastDuration)
				r.Lacks("acme")
				if len(r.Root.State().Overlays) > 0 {
					t.Error("something floats over the projects")
				}
			})
		})
	}
}

// A credential that is not found does not mean that its project is gone.
func TestProjectStaysWhenSomethingElseIsMissing(t *testing.T) {
	run(t, tuitest.Options{SignedIn: true, Seed: fake.OneProject}, func(r *tuitest.Rig) {
		r.Server.Fail["DELETE /auth/api-keys/"+fake.UUID(21)] = &model.Error{Code: model.CodeNotFound, Message: "no such key"}
		r.Keys("x", "web-frontend", "enter")
		r.Sees("not revoked: no such key", "Keydeck › acme › Credentials")
	})
}

func TestDeadURL(t *testing.T) {
	run(t, tuitest.Options{Remote: true, Down: true}, func(r *tuitest.Rig) {
		r.Wait(3 * time.Second)
		r.Sees("× no server answers", "No server answers at http://keys.example.com", "keydeck serve")
		r.Lacks("connecting")
		r.Server.Mu.Lock()
		r.Server.Down = false
		r.Server.Mu.Unlock()
		r.Wait(4 * time.Second)
		r.Sees("● connected to http://keys.example.com")
		r.Lacks("No server answers")
	})
}

// Nor does a server that accepts the connection and never answers.
func TestSilentServer(t *testing.T) {
	run(t, tuitest.Options{Remote: true}, func(r *tuitest.Rig) {
		r.Root.Unanswered()
		r.Wait(2 * time.Second)
		r.Sees("connecting")
		r.Wait(2 * time.Second)
		r.Sees("× no server answers")
	})
}

func TestLaterLoginIsNoticed(t *testing.T) {
	run(t, tuitest.Options{Seed: fake.OneProject}, func(r *tuitest.Rig) {
		r.Sees("E-mail")
		if err := r.Root.State().Client.SignIn(context.Background(), fake.Email, fake.Code); err != nil {
			t.Fatal(err)
		}
		r.Wait(3 * time.Second)
		r.Sees("Keydeck › acme › Overview")
	})
}

// A stored login that the server rejects is not tried again at every beat.
func TestRefusedLoginIsLeftAlone(t *testing.T) {
	run(t, tuitest.Options{Seed: fake.OneProject}, func(r *tuitest.Rig) {
		if err := r.Root.State().Client.SignIn(context.Background(), fake.Email, fake.Code); err != nil {
			t.Fatal(err)
		}
		r.Server.Fail["GET /auth/users/me"] = &model.Error{Code: model.CodeUnauthorized, Message: "no"}
		r.Wait(30 * time.Second)
		r.Sees("E-mail")
		n := 0
		for _, c := range r.Server.Calls {
			if c == "GET /auth/users/me" {
				n++
			}
		}
		if n < 2 || n > 6 {
			t.Errorf("it was tried %d times in 30 s, want every 5 to 6 s", n)
		}
	})
}

func TestWordsOfALostServer(t *testing.T) {
	run(t, tuitest.Options{SignedIn: true, Seed: fake.OneProject}, func(r *tuitest.Rig) {
		r.Keys("n", "nightly")
		r.Server.Mu.Lock()
		r.Server.Down = true
		r.Server.Mu.Unlock()
		r.Send(tuitest.Key("enter"))
		r.Sees("no server answers; try again")
		r.Keys("esc")
		r.Wait(7 * time.Second)
		r.Sees("trying again")
	})
}

func TestUnsignedTokenIsNotCalledSigned(t *testing.T) {
	enc := base64.RawURLEncoding.EncodeToString
	run(t, tuitest.Options{SignedIn: true, Seed: fake.OneProject}, func(r *tuitest.Rig) {
		r.Keys("4")
		r.Send(tea.PasteMsg{Content: enc([]byte(`{"alg":"none"}`)) + "." + enc([]byte(`{"sub":"x"}`)) + "."})
		r.Sees("unsigned token (alg none)")
		r.Lacks("signed token (JWS")
		r.Send(tuitest.TokenPaste())
		r.Sees("signed token (JWS, compact)")
	})
}
