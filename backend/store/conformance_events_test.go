package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"keydeck/model"
)

// testEvents goes through the methods that change something: each step has exactly
// these events, and with an error, or if nothing changes, none.
func testEvents(t *testing.T, s *Store) {
	want(t, "newest at first", must[int64](t)(s.NewestEvent(ctx)), int64(0))
	want(t, "none at first", must[[]model.Event](t)(s.Events(ctx, 0, 10)), []model.Event{})
	nobody := By{RemoteIP: "192.0.2.7", RequestID: "request", At: later}
	member := func(role model.Role) func() error {
		return func() error {
			return second(s.AddMember(ctx, by(later), "project-a", User{ID: "m", Email: "m@example.com"}, role))
		}
	}
	key := func(id string, state model.KeyState) ServerKey {
		return ServerKey{ID: id, Purpose: "signing", Algorithm: "RS512", State: state, CreatedAt: now}
	}
	signIn := func(id string, change func(*SignIn)) func() error {
		return func() error {
			return second(trySignIn(s, id, func(in *SignIn) {
				in.By.Actor = model.Actor{}
				if change != nil {
					change(in)
				}
			}))
		}
	}
	for _, step := range []struct {
		name   string
		change func() error
		err    error
		want   string // of each event: action actor object [project] before -> after
	}{
		{"first sign-in", signIn("a", nil), nil, `
			user.created user-a user-a [] -> {"email":"a@example.com","is_active":true,"is_superuser":false,"is_verified":true}
			project.created user-a project-a [project-a] -> {"account_id":"ACC-a","name":"Project of a"}
			session.started user-a session-a [] -> {"expires_at":"2026-03-28T22:00:15.123Z","revoked_at":null,"user_agent":"test"}`},
		{"no sign-in", signIn("x", func(in *SignIn) { in.AllowNew = false }), ErrNotFound, ``},
		{"half a sign-in", signIn("x", func(in *SignIn) { in.Refresh.Digest = digest("refresh-a") }), ErrConflict, ``},
		{"create a project", func() error {
			return s.CreateProject(ctx, by(later), Project{ID: "p", Name: "P", AccountID: "P"}, "user-a")
		}, nil, `
			project.created user-by p [p] -> {"account_id":"P","name":"P"}`},
		{"create it again", func() error {
			return s.CreateProject(ctx, by(later), Project{ID: "p", Name: "P", AccountID: "P"}, "user-a")
		}, ErrConflict, ``},
		{"rename", func() error { return s.RenameProject(ctx, by(later), "p", "Q") }, nil, `
			project.updated user-by p [p] {"account_id":"P","name":"P"} -> {"account_id":"P","name":"Q"}`},
		{"the same name", func() error { return s.RenameProject(ctx, by(later), "p", "Q") }, nil, ``},
		{"delete", func() error { return s.DeleteProject(ctx, by(later), "p") }, nil, `
			project.deleted user-by p [p] {"account_id":"P","name":"Q"} ->`},
		{"delete again", func() error { return s.DeleteProject(ctx, by(later), "p") }, ErrNotFound, ``},
		{"invite", member(model.RoleViewer), nil, `
			user.created user-by m [] -> {"email":"m@example.com","is_active":true,"is_superuser":false,"is_verified":false}
			member.added user-by m [project-a] -> {"role":"viewer"}`},
		{"promote", member(model.RoleOwner), nil, `
			member.updated user-by m [project-a] {"role":"viewer"} -> {"role":"owner"}`},
		{"the same role", member(model.RoleOwner), nil, ``},
		{"remove", func() error { return s.RemoveMember(ctx, by(later), "project-a", "m") }, nil, `
			member.removed user-by m [project-a] {"role":"owner"} ->`},
		{"remove again", func() error { return s.RemoveMember(ctx, by(later), "project-a", "m") }, ErrNotFound, ``},
		{"the invited sign in", signIn("m", func(in *SignIn) { in.AllowNew = false }), nil, `
			user.updated m m [] {"email":"m@example.com","is_active":true,"is_superuser":false,"is_verified":false} -> {"email":"m@example.com","is_active":true,"is_superuser":false,"is_verified":true}
			project.created m project-m [project-m] -> {"account_id":"ACC-m","name":"Project of m"}
			session.started m session-m [] -> {"expires_at":"2026-03-28T22:00:15.123Z","revoked_at":null,"user_agent":"test"}`},
		{"another user's refresh token", func() error {
			_, _, err := s.RotateRefresh(ctx, nobody, digest("refresh-a"), "m", RefreshToken{Digest: digest("m2"), ExpiresAt: later}, later)
			return err
		}, ErrNotFound, ``},
		{"create a key", func() error { return s.CreateCredential(ctx, by(later), credential("k")) }, nil, `
			key.created user-by k [project-a] -> ` + keyMembers(`null`, ``)},
		{"create it again", func() error { return s.CreateCredential(ctx, by(later), credential("k")) }, ErrConflict, ``},
		{"no patch", func() error {
			return second(s.UpdateCredential(ctx, by(later), "project-a", "k", model.KindAPIKey, model.CredentialPatch{}))
		}, nil, ``},
		{"unlimited", func() error {
			return second(s.UpdateCredential(ctx, by(later), "project-a", "k", model.KindAPIKey, model.CredentialPatch{Scopes: model.Null[[]string]()}))
		}, nil, `
			key.updated user-by k [project-a] ` + keyMembers(`null`, ``) + ` -> ` + strings.Replace(keyMembers(`null`, ``), `["a","keys:write"]`, `null`, 1)},
		{"limited again", func() error {
			return second(s.UpdateCredential(ctx, by(now), "project-a", "k", model.KindAPIKey, model.CredentialPatch{Scopes: model.Some(credential("k").Scopes)}))
		}, nil, `
			key.updated user-by k [project-a] ` + strings.Replace(keyMembers(`null`, ``), `["a","keys:write"]`, `null`, 1) + ` -> ` + keyMembers(`null`, ``)},
		{"rotate a key that has changed", func() error {
			return s.RotateCredential(ctx, Rotation{Old: credential("k"), Successor: credential("k2"), Ends: later, By: by(later)})
		}, ErrConflict, ``},
		{"rotate", func() error {
			return s.RotateCredential(ctx, Rotation{Old: credential("k"), Successor: credential("k2"), Ends: now, By: by(now)})
		}, nil, `
			key.rotated user-by k [project-a] ` + keyMembers(`null`, ``) + ` -> ` + keyMembers(`"2026-03-28T21:00:15.123Z"`, `k2`)},
		{"revoke what was rotated", func() error { return second(s.RevokeCredential(ctx, by(later), "project-a", "k", model.KindAPIKey)) }, nil, ``},
		{"revoke", func() error { return second(s.RevokeCredential(ctx, by(later), "project-a", "k2", model.KindAPIKey)) }, nil, `
			key.revoked user-by k2 [project-a] ` + strings.ReplaceAll(keyMembers(`null`, ``)+` -> `+keyMembers(`"2026-03-28T22:00:15.123Z"`, ``), "Key k", "Key k2")},
		{"revoke again", func() error { return second(s.RevokeCredential(ctx, by(later), "project-a", "k2", model.KindAPIKey)) }, nil, ``},
		{"sign out", func() error { return second(s.RevokeSession(ctx, by(later), "user-a", "session-a")) }, nil, `
			session.ended user-by session-a [] {"expires_at":"2026-03-28T22:00:15.123Z","revoked_at":null} -> {"expires_at":"2026-03-28T22:00:15.123Z","revoked_at":"2026-03-28T22:00:15.123Z"}`},
		{"sign out again", func() error { return second(s.RevokeSession(ctx, by(later), "user-a", "session-a")) }, nil, ``},
		{"sign out by the token", func() error { return s.RevokeRefresh(ctx, nobody, digest("refresh-a")) }, nil, ``},
		{"first signing key", func() error { return s.PutServerKey(ctx, By{At: later}, key("k1", model.KeyActive)) }, nil, `
			signing_key.created  k1 [] -> {"algorithm":"RS512","state":"active"}`},
		{"no next key", func() error { return s.RotateServerKey(ctx, by(later), "signing", key("k3", "")) }, ErrConflict, ``},
		{"next signing key", func() error { return s.PutServerKey(ctx, By{At: later}, key("k2", model.KeyNext)) }, nil, `
			signing_key.created  k2 [] -> {"algorithm":"RS512","state":"next"}`},
		{"rotate", func() error { return s.RotateServerKey(ctx, by(later), "signing", key("k3", "")) }, nil, `
			signing_key.rotated user-by k2 [] {"active":"k1","next":"k2"} -> {"active":"k2","next":"k3"}`},
		{"prune", func() error { return second(s.PruneServerKeys(ctx, By{At: later}, "signing", later.Add(1))) }, nil, ``},
		{"prune later", func() error { return second(s.PruneServerKeys(ctx, By{At: later}, "signing", later.Add(time.Minute))) }, nil, `
			signing_key.removed  k1 [] {"state":"retired"} ->`},
	} {
		newest := must[int64](t)(s.NewestEvent(ctx))
		wantErr(t, step.name, step.change(), step.err)
		var got strings.Builder
		for _, e := range must[[]model.Event](t)(s.Events(ctx, newest, 100)) {
			fmt.Fprintf(&got, "\n\t\t\t%s %s %s [%s]", e.Action, e.Actor.ID, e.Object.ID, e.ProjectID)
			for _, part := range []string{string(e.Before), "->", string(e.After)} {
				if part != "" {
					got.WriteString(" " + part)
				}
			}
		}
		want(t, step.name, got.String(), step.want)
	}

	all := must[[]model.Event](t)(s.Events(ctx, 0, 100))
	for i, e := range all {
		if e.Seq <= 0 || (i > 0 && e.Seq <= all[i-1].Seq) || len(e.ID) != 36 {
			t.Errorf("event %d has the number %d and the id %q", i, e.Seq, e.ID)
		}
	}
	renamed := all[4]
	renamed.ID, renamed.Seq, renamed.Before, renamed.After = "", 0, nil, nil
	want(t, "all of an event", renamed, model.Event{At: model.At(later), Action: model.ActionProjectUpdated,
		Actor:  model.Actor{Kind: "user", ID: "user-by", Hint: "by@example.com"},
		Object: model.Object{Kind: "project", ID: "p", Name: "Q"}, ProjectID: "p", RemoteIP: "192.0.2.7", RequestID: "request"})
	want(t, "from a place on, at most", must[[]model.Event](t)(s.Events(ctx, all[2].Seq, 2)), all[3:5])
	want(t, "newest", must[int64](t)(s.NewestEvent(ctx)), all[len(all)-1].Seq)
}

// keyMembers are those of credential("k").
func keyMembers(revokedAt, successor string) string {
	return `{"expires_at":"2026-03-28T22:00:15.123Z","hint":"sk_abcd…vwxyz","name":"Key k","note":"","owner":"","paused_at":null,"revoked_at":` + revokedAt +
		`,"scopes":["a","keys:write"],"successor_id":"` + successor + `"}`
}

// testRefreshEvents: a login that goes on, until a used token comes back.
func testRefreshEvents(t *testing.T, s *Store) {
	u := signIn(t, s, "a")
	var got []string
	ends := later.Add(time.Hour)
	for _, tokens := range [][2]string{{"refresh-a", "2"}, {"2", "3"}, {"2", "4"}, {"refresh-a", "5"}, {"3", "6"}} {
		newest := must[int64](t)(s.NewestEvent(ctx))
		// The same instant and the same end each time: it is a change all the same.
		_, _, err := s.RotateRefresh(ctx, By{At: now}, digest(tokens[0]), u.ID, RefreshToken{Digest: digest(tokens[1]), CreatedAt: now, ExpiresAt: ends}, ends)
		for _, e := range must[[]model.Event](t)(s.Events(ctx, newest, 100)) {
			got = append(got, fmt.Sprint(e.Action, " ", e.Actor.Kind, " ", e.Object.ID))
		}
		if err != nil {
			got = append(got, "refused")
		}
	}
	want(t, "events", got, []string{"session.refreshed user session-a", "session.refreshed user session-a",
		"session.reuse_detected server session-a", "refused"})
}

// testOnChange: it is told of each change with its last event, also when there was
// nothing to change, but not when the change was refused.
func testOnChange(t *testing.T, s *Store) {
	var told []int64
	s.OnChange(func(_ context.Context, seq int64, err error) {
		wantErr(t, "commit", err, nil)
		told = append(told, seq)
	})
	signIn(t, s, "a")
	wantErr(t, "rename", s.RenameProject(ctx, by(now), "project-a", "new"), nil)
	for range 2 {
		must[time.Time](t)(s.RevokeSession(ctx, by(now), "user-a", "session-a"))
	}
	wantErr(t, "rename nothing", s.RenameProject(ctx, by(now), "nothing", "new"), ErrNotFound)
	wantErr(t, "the last owner", s.RemoveMember(ctx, by(now), "project-a", "user-a"), ErrConflict)
	want(t, "told", told, []int64{3, 4, 5, 0})
}

func testFollow(t *testing.T, s *Store) {
	signIn(t, s, "a") // three events
	follow := func(name string, limit int, fails error) (seqs []int64) {
		t.Helper()
		n, err := s.Follow(ctx, name, limit, func(events []model.Event) error {
			for _, e := range events {
				seqs = append(seqs, e.Seq)
			}
			return fails
		})
		wantErr(t, "follow", err, fails)
		if fails == nil {
			want(t, "count", n, len(seqs))
		}
		return seqs
	}
	want(t, "the first two", follow("one", 2, nil), []int64{1, 2})
	want(t, "a failure", follow("one", 2, errors.ErrUnsupported), []int64{3})
	want(t, "the same again", follow("one", 2, nil), []int64{3})
	want(t, "no more", follow("one", 2, nil), []int64(nil))
	want(t, "another follower", follow("two", 100, nil), []int64{1, 2, 3})
	wantErr(t, "rename", s.RenameProject(ctx, by(now), "project-a", "new"), nil)
	want(t, "the next", follow("two", 100, nil), []int64{4})
	_, err := s.follow(ctx, "one", 100, nil, func(ctx context.Context, tx *sql.Tx, _ []model.Event) error {
		if _, err := tx.ExecContext(ctx, `DELETE FROM members`); err != nil {
			return err
		}
		return errors.ErrUnsupported
	})
	if err == nil {
		t.Error("an effect inside that fails: no error")
	}
	want(t, "its effect is undone", must[[]string](t)(s.ProjectIDs(ctx, "user-a")), []string{"project-a"})
	want(t, "and its place is kept", follow("one", 2, nil), []int64{4})
}

// Two that follow under one name never both have an effect inside.
func testFollowRace(t *testing.T, s *Store) {
	signIn(t, s, "a")
	wantRace(t, 8, 1, func(i int) error {
		n, err := s.follow(ctx, "race", 100, nil, func(ctx context.Context, tx *sql.Tx, events []model.Event) error {
			_, err := tx.ExecContext(ctx, `UPDATE users SET token_grant = token_grant + 1`)
			return err
		})
		if err == nil && n == 0 {
			return ErrNotFound // it came when all was done
		}
		return err
	})
	want(t, "effects", must[User](t)(s.UserByID(ctx, "user-a")).TokenGrant, int64(1001))
}
