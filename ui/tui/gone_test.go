package tui

import (
	"context"
	"encoding/base64"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"keydeck/model"
)

// endProject deletes the project behind the dashboard's back.
func endProject(f *fake, id string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for i := range f.projects {
		if f.projects[i].ID == id {
			f.projects = append(f.projects[:i:i], f.projects[i+1:]...)
			break
		}
	}
	for _, call := range []string{"GET /auth/overview", "GET /auth/api-keys/", "GET /auth/usage/", "POST /auth/api-keys/"} {
		f.fail[call] = &model.Error{Code: model.CodeNotFound, Message: "not found"}
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
			run(t, rigOptions{signedIn: true, furnish: (*fake).furnish}, func(r *rig) {
				r.keys("enter")
				r.sees("acme")
				r.keys(tt.keys...)
				endProject(r.fake, uuid(11))
				for _, k := range tt.then {
					r.send(press(k))
				}
				for i := 0; i < 150 && !strings.Contains(r.screen(), "the project acme"); i++ {
					r.wait(100 * time.Millisecond)
				}
				r.sees("! the project acme was deleted", "Keydeck › Projects", "billing")
				r.wait(2 * toastFor)
				r.lacks("acme")
				if len(r.root.overlays) > 0 {
					t.Error("something floats over the projects")
				}
			})
		})
	}
}

// A credential that is not found is no sign that its project is gone.
func TestProjectStaysWhenSomethingElseIsMissing(t *testing.T) {
	run(t, rigOptions{signedIn: true, furnish: oneProject}, func(r *rig) {
		r.fake.fail["DELETE /auth/api-keys/"+uuid(21)] = &model.Error{Code: model.CodeNotFound, Message: "no such key"}
		r.keys("x", "web-frontend", "enter")
		r.sees("not revoked: no such key", "Keydeck › acme › Credentials")
	})
}

func TestDeadURL(t *testing.T) {
	run(t, rigOptions{url: true, down: true}, func(r *rig) {
		r.wait(3 * time.Second)
		r.sees("× no server answers", "No server answers at http://keys.example.com", "keydeck serve", "tried again")
		r.lacks("connecting")
		r.fake.mu.Lock()
		r.fake.down = false
		r.fake.mu.Unlock()
		r.wait(4 * time.Second)
		r.sees("● connected to http://keys.example.com")
		r.lacks("No server answers")
	})
}

// A server that takes the connection and never answers is none either.
func TestSilentServer(t *testing.T) {
	run(t, rigOptions{url: true}, func(r *rig) {
		r.root.Unanswered()
		r.wait(2 * time.Second)
		r.sees("connecting")
		r.wait(2 * time.Second)
		r.sees("× no server answers")
	})
}

func TestLaterLoginIsNoticed(t *testing.T) {
	run(t, rigOptions{furnish: oneProject}, func(r *rig) {
		r.sees("E-mail")
		if err := r.root.client.SignIn(context.Background(), fakeEmail, fakeCode); err != nil {
			t.Fatal(err)
		}
		r.wait(3 * time.Second)
		r.sees("Keydeck › acme › Overview")
	})
}

// A kept login that the server refuses is not tried at every beat.
func TestRefusedLoginIsLeftAlone(t *testing.T) {
	run(t, rigOptions{furnish: oneProject}, func(r *rig) {
		if err := r.root.client.SignIn(context.Background(), fakeEmail, fakeCode); err != nil {
			t.Fatal(err)
		}
		r.fake.fail["GET /auth/users/me"] = &model.Error{Code: model.CodeUnauthorized, Message: "no"}
		r.wait(30 * time.Second)
		r.sees("E-mail")
		n := 0
		for _, c := range r.fake.calls {
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
	run(t, rigOptions{signedIn: true, furnish: oneProject}, func(r *rig) {
		r.keys("n", "nightly")
		r.fake.mu.Lock()
		r.fake.down = true
		r.fake.mu.Unlock()
		r.send(press("enter"))
		r.sees("no server answers; try again")
		r.keys("esc")
		r.wait(7 * time.Second)
		r.sees("trying again")
	})
}

func TestUnsignedTokenIsNotCalledSigned(t *testing.T) {
	enc := base64.RawURLEncoding.EncodeToString
	run(t, rigOptions{signedIn: true, furnish: oneProject}, func(r *rig) {
		r.keys("4")
		r.send(tea.PasteMsg{Content: enc([]byte(`{"alg":"none"}`)) + "." + enc([]byte(`{"sub":"x"}`)) + "."})
		r.sees("unsigned token (alg none)")
		r.lacks("signed token (JWS")
		r.send(pastedToken())
		r.sees("signed token (JWS, compact)")
	})
}
