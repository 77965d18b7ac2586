package store

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"math"
	"reflect"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"keydeck/model"
)

// testStore is what every engine must do. A second engine adds its opener, and
// nothing here. open gives an empty store that is closed with the test.
func testStore(t *testing.T, open func(t *testing.T) *Store) {
	for _, c := range []struct {
		name string
		run  func(*testing.T, *Store)
	}{
		{"meta", testMeta},
		{"ping", testPing},
		{"code", testCode},
		{"code race", testCodeRace},
		{"sign in", testSignIn},
		{"sign in refused", testSignInRefused},
		{"sign in race", testSignInRace},
		{"rotate", testRotate},
		{"rotate refused", testRotateRefused},
		{"rotate race", testRotateRace},
		{"sessions", testSessions},
		{"prune login", testPruneLogin},
		{"projects", testProjects},
		{"all projects", testAllProjects},
		{"members", testMembers},
		{"last owner race", testLastOwnerRace},
		{"credentials", testCredentials},
		{"list credentials", testListCredentials},
		{"list credentials by cursor", testListCredentialsByCursor},
		{"credential conflicts", testCredentialConflicts},
		{"credential patch", testCredentialPatch},
		{"live", testLive},
		{"usage", testUsage},
		{"overview", testOverview},
		{"rotate credential", testRotateCredential},
		{"rotated attention", testRotatedAttention},
		{"rotate credential refused", testRotateCredentialRefused},
		{"rotate credential race", testRotateCredentialRace},
		{"server keys", testServerKeys},
		{"rotate key race", testRotateKeyRace},
		{"mailbox", testMailbox},
		{"events", testEvents},
		{"refresh events", testRefreshEvents},
		{"on change", testOnChange},
		{"follow", testFollow},
		{"follow race", testFollowRace},
		{"pages", testPages},
		{"text", testText},
		{"zones", testZones},
		{"cancelled", testCancelled},
		{"closed", testClosed},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			c.run(t, open(t))
		})
	}
}

var (
	ctx = context.Background()
	// now has a zone of its own and nanoseconds, so that every test shows what
	// becomes of them.
	now   = time.Date(2026, 3, 29, 2, 30, 15, 123_456_789, time.FixedZone("test", 5*3600+1800))
	later = now.Add(time.Hour)
)

// by is somebody who changes something at a time.
func by(t time.Time) By {
	return By{Actor: model.Actor{Kind: "user", ID: "user-by", Hint: "by@example.com"}, RemoteIP: "192.0.2.7", RequestID: "request", At: t}
}

func ptr[T any](v T) *T { return &v }

func digest(s string) []byte { d := sha256.Sum256([]byte(s)); return d[:] }

func must[T any](t *testing.T) func(v T, err error) T {
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func wantErr(t *testing.T, what string, got, want error) {
	t.Helper()
	if !errors.Is(got, want) {
		t.Errorf("%s: got error %v, want %v", what, got, want)
	}
}

func want(t *testing.T, what string, got, want any) {
	t.Helper()
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%s:\n got %+v\nwant %+v", what, got, want)
	}
}

// signIn makes a user with a project, and a session with the refresh token
// "refresh-<id>", all named after id.
func signIn(t *testing.T, s *Store, id string) User {
	t.Helper()
	return must[User](t)(trySignIn(s, id, nil))
}

func trySignIn(s *Store, id string, change func(*SignIn)) (User, error) {
	in := SignIn{
		Email: id + "@example.com", MAC: digest(id), By: by(now), NewUserID: "user-" + id, AllowNew: true, TokenGrant: 1000,
		Project: Project{ID: "project-" + id, Name: "Project of " + id, AccountID: "ACC-" + id, CreatedAt: now, UpdatedAt: now},
		Session: Session{ID: "session-" + id, IP: "192.0.2.1", UserAgent: "test", CreatedAt: now, UpdatedAt: now, ExpiresAt: later},
		Refresh: RefreshToken{Digest: digest("refresh-" + id), CreatedAt: now, ExpiresAt: later},
	}
	if change != nil {
		change(&in)
	}
	if _, _, err := s.PutCode(ctx, LoginCode{Email: in.Email, MAC: in.MAC, SentAt: now, ExpiresAt: later}, later); err != nil {
		return User{}, err
	}
	return s.CompleteSignIn(ctx, in)
}

func testMeta(t *testing.T, s *Store) {
	_, err := s.Meta(ctx, "check")
	wantErr(t, "missing", err, ErrNotFound)
	wantErr(t, "first", s.PutMeta(ctx, "check", []byte{1, 0, 2}), nil)
	wantErr(t, "second", s.PutMeta(ctx, "check", []byte{3}), ErrConflict)
	want(t, "value", must[[]byte](t)(s.Meta(ctx, "check")), []byte{1, 0, 2})
	wantErr(t, "empty", s.PutMeta(ctx, "empty", nil), nil)
	want(t, "empty value", len(must[[]byte](t)(s.Meta(ctx, "empty"))), 0)
}

func testPing(t *testing.T, s *Store) {
	for range 3 {
		wantErr(t, "ping", s.Ping(ctx), nil)
	}
}

func testCode(t *testing.T, s *Store) {
	const email = "code@example.com"
	put := func(mac string, sent, notAfter time.Time) (bool, time.Time) {
		t.Helper()
		ok, at, err := s.PutCode(ctx, LoginCode{Email: email, MAC: digest(mac), Nonce: []byte("n" + mac), SentAt: sent, ExpiresAt: sent.Add(10 * time.Minute)}, notAfter)
		if err != nil {
			t.Fatal(err)
		}
		return ok, at
	}
	_, err := s.TryCode(ctx, email, 5, now)
	wantErr(t, "no code", err, ErrNotFound)

	ok, at := put("a", now, now.Add(-time.Minute))
	want(t, "first code", []any{ok, at}, []any{true, cut(now)})
	ok, at = put("b", now.Add(30*time.Second), now.Add(-30*time.Second))
	want(t, "too soon", []any{ok, at}, []any{false, cut(now)})
	for try := 1; try <= 3; try++ {
		want(t, "try", must[LoginCode](t)(s.TryCode(ctx, email, 3, now)), LoginCode{Email: email, MAC: digest("a"), Nonce: []byte("na"),
			Tries: try, SentAt: cut(now), ExpiresAt: cut(now.Add(10 * time.Minute))})
	}
	_, err = s.TryCode(ctx, email, 3, now)
	wantErr(t, "out of tries", err, ErrNotFound)

	ok, _ = put("c", now.Add(time.Minute), now)
	want(t, "exactly at the limit", ok, true)
	want(t, "a new code has all its tries", must[LoginCode](t)(s.TryCode(ctx, email, 1, now)).Tries, 1)
	put("d", later, later)
	_, err = s.TryCode(ctx, email, 5, later.Add(10*time.Minute))
	wantErr(t, "expired to the millisecond", err, ErrNotFound)
	_, err = s.TryCode(ctx, email, 5, later.Add(10*time.Minute-time.Millisecond))
	wantErr(t, "just before", err, nil)
}

// race runs fn n times at once and counts the outcomes.
func race(n int, fn func(i int) error) (won, lost int64, other error) {
	var wins, losses atomic.Int64
	var odd atomic.Value
	var wg sync.WaitGroup
	start := make(chan struct{})
	for i := range n {
		wg.Go(func() {
			<-start
			switch err := fn(i); {
			case err == nil:
				wins.Add(1)
			case errors.Is(err, ErrNotFound), errors.Is(err, ErrConflict):
				losses.Add(1)
			default:
				odd.Store(err)
			}
		})
	}
	close(start)
	wg.Wait()
	other, _ = odd.Load().(error)
	return wins.Load(), losses.Load(), other
}

func wantRace(t *testing.T, n int, wins int64, fn func(i int) error) {
	t.Helper()
	won, lost, err := race(n, fn)
	if err != nil {
		t.Fatal(err)
	}
	want(t, "won and lost", []int64{won, lost}, []int64{wins, int64(n) - wins})
}

func testCodeRace(t *testing.T, s *Store) {
	c := LoginCode{Email: "race@example.com", MAC: []byte{1}, SentAt: now, ExpiresAt: later}
	wantRace(t, 16, 1, func(i int) error {
		c := c
		c.MAC = []byte{byte(i)}
		ok, _, err := s.PutCode(ctx, c, now.Add(-time.Minute))
		if err == nil && !ok {
			return ErrConflict
		}
		return err
	})
	wantRace(t, 16, 5, func(int) error {
		_, err := s.TryCode(ctx, c.Email, 5, now)
		return err
	})
}

func testSignIn(t *testing.T, s *Store) {
	yes := func(what string, v bool, err error, w bool) {
		t.Helper()
		if err != nil || v != w {
			t.Errorf("%s: got %v, %v, want %v", what, v, err, w)
		}
	}
	has, err := s.HasUsers(ctx)
	yes("users at first", has, err, false)

	got, err := trySignIn(s, "a", func(in *SignIn) { in.FirstLocal = true })
	wantErr(t, "first", err, nil)
	first := User{ID: "user-a", Email: "a@example.com", IsActive: true, IsSuperuser: true, IsVerified: true, TokenGrant: 1000,
		Tier: "free", CreatedAt: cut(now), UpdatedAt: cut(now)}
	want(t, "the first user", got, first)
	want(t, "by id", must[User](t)(s.UserByID(ctx, "user-a")), first)
	want(t, "by e-mail", must[User](t)(s.UserByEmail(ctx, "a@example.com")), first)
	has, err = s.HasUsers(ctx)
	yes("users", has, err, true)
	has, err = s.HasSuperuser(ctx)
	yes("superuser", has, err, true)

	got, err = trySignIn(s, "b", func(in *SignIn) { in.FirstLocal = true })
	wantErr(t, "second", err, nil)
	want(t, "the second is no superuser", got.IsSuperuser, false)
	got, err = trySignIn(s, "b", func(in *SignIn) {
		in.Superuser, in.AllowNew, in.NewUserID, in.TokenGrant = true, false, "other", 5
		in.By.At = later.Add(-time.Second)
		in.Session.ID, in.Refresh.Digest = "session-b2", digest("b2")
	})
	wantErr(t, "again, as the configured admin", err, nil)
	want(t, "same user", []any{got.ID, got.IsSuperuser, got.TokenGrant, got.UpdatedAt}, []any{"user-b", true, int64(1000), cut(later.Add(-time.Second))})
	want(t, "one project", must[[]string](t)(s.ProjectIDs(ctx, "user-b")), []string{"project-b"})

	live := must[LiveSession](t)(s.LiveSession(ctx, "session-b2"))
	want(t, "session", live, LiveSession{Session{ID: "session-b2", UserID: "user-b", IP: "192.0.2.1", UserAgent: "test",
		CreatedAt: cut(now), UpdatedAt: cut(now), ExpiresAt: cut(later)}, got})
	tok, used, byToken, err := s.RefreshSession(ctx, digest("b2"))
	wantErr(t, "refresh token", err, nil)
	want(t, "refresh token", []any{tok, used, byToken}, []any{
		RefreshToken{Digest: digest("b2"), SessionID: "session-b2", CreatedAt: cut(now), ExpiresAt: cut(later)}, (*time.Time)(nil), live})
}

func testSignInRefused(t *testing.T, s *Store) {
	signIn(t, s, "known")
	for _, c := range []struct {
		name   string
		change func(*SignIn)
		want   error
	}{
		{"unknown address", func(in *SignIn) { in.AllowNew = false }, ErrNotFound},
		{"code expired", func(in *SignIn) { in.By.At = later }, ErrNotFound},
		{"account id taken", func(in *SignIn) { in.Project.AccountID = "ACC-known" }, ErrConflict},
		{"session id taken", func(in *SignIn) { in.Session.ID = "session-known" }, ErrConflict},
		{"refresh token taken", func(in *SignIn) { in.Refresh.Digest = digest("refresh-known") }, ErrConflict},
		{"user id taken", func(in *SignIn) { in.NewUserID = "user-known" }, ErrConflict},
	} {
		_, err := trySignIn(s, "x", c.change)
		wantErr(t, c.name, err, c.want)
		_, err = s.UserByEmail(ctx, "x@example.com")
		wantErr(t, c.name+": nothing is left behind", err, ErrNotFound)
		_, err = s.TryCode(ctx, "x@example.com", 5, now)
		wantErr(t, c.name+": the code still lives", err, nil)
	}
	in := SignIn{Email: "known@example.com", MAC: digest("another code"), By: by(now)}
	_, err := s.CompleteSignIn(ctx, in)
	wantErr(t, "another code", err, ErrNotFound)
	in.MAC = digest("known")
	_, err = s.CompleteSignIn(ctx, in)
	wantErr(t, "a used code", err, ErrNotFound)
	_, err = s.TryCode(ctx, in.Email, 5, now)
	wantErr(t, "a try at a used code", err, ErrNotFound)
	ok, _, err := s.PutCode(ctx, LoginCode{Email: in.Email, SentAt: now, ExpiresAt: later}, now.Add(-time.Minute))
	want(t, "a used code counts as sent", []any{ok, err}, []any{false, nil})
}

func testSignInRace(t *testing.T, s *Store) {
	c := LoginCode{Email: "race@example.com", MAC: digest("code"), SentAt: now, ExpiresAt: later}
	if _, _, err := s.PutCode(ctx, c, now); err != nil {
		t.Fatal(err)
	}
	wantRace(t, 16, 1, func(i int) error {
		id := fmt.Sprint(i)
		_, err := s.CompleteSignIn(ctx, SignIn{Email: c.Email, MAC: c.MAC, By: by(now), NewUserID: id, AllowNew: true,
			Project: Project{ID: id, AccountID: id}, Session: Session{ID: id, ExpiresAt: later}, Refresh: RefreshToken{Digest: digest(id), ExpiresAt: later}})
		return err
	})
}

func testRotate(t *testing.T, s *Store) {
	u := signIn(t, s, "r")
	next := RefreshToken{Digest: digest("next"), SessionID: "ignored", CreatedAt: now, ExpiresAt: later.Add(time.Hour)}
	at := now.Add(time.Minute)
	live, reused, err := s.RotateRefresh(ctx, by(at), digest("refresh-r"), u.ID, next, later.Add(time.Hour))
	wantErr(t, "rotate", err, nil)
	wantLive := LiveSession{Session{ID: "session-r", UserID: u.ID, IP: "192.0.2.1", UserAgent: "test", CreatedAt: cut(now),
		UpdatedAt: cut(at), LastUsedAt: ptr(cut(at)), ExpiresAt: cut(later.Add(time.Hour))}, u}
	want(t, "rotated", []any{live, reused}, []any{wantLive, false})
	want(t, "as stored", must[LiveSession](t)(s.LiveSession(ctx, "session-r")), wantLive)
	_, used, _, err := s.RefreshSession(ctx, digest("refresh-r"))
	want(t, "the old one is used", []any{used, err}, []any{ptr(cut(at)), nil})
	tok, used, _, err := s.RefreshSession(ctx, digest("next"))
	want(t, "the next one", []any{tok.SessionID, used, err}, []any{"session-r", (*time.Time)(nil), nil})

	third := RefreshToken{Digest: digest("third"), ExpiresAt: later}
	live, reused, err = s.RotateRefresh(ctx, by(later), digest("refresh-r"), u.ID, third, later)
	want(t, "used before", []any{live.ID, live.RevokedAt, reused, err}, []any{"session-r", ptr(cut(later)), true, nil})
	_, _, err = s.RotateRefresh(ctx, by(at), digest("next"), u.ID, third, later)
	wantErr(t, "the family is dead", err, ErrNotFound)
	_, reused, err = s.RotateRefresh(ctx, by(later.Add(time.Hour)), digest("refresh-r"), u.ID, third, later)
	want(t, "and once more", []any{reused, err}, []any{true, nil})
	want(t, "ended once", must[LiveSession](t)(s.LiveSession(ctx, "session-r")).RevokedAt, ptr(cut(later)))
}

func testRotateRefused(t *testing.T, s *Store) {
	signIn(t, s, "a")
	signIn(t, s, "b")
	signIn(t, s, "ended")
	if _, err := s.RevokeSession(ctx, by(now), "user-ended", "session-ended"); err != nil {
		t.Fatal(err)
	}
	next := RefreshToken{Digest: digest("next"), ExpiresAt: later}
	for _, c := range []struct {
		name, token, user string
		now               time.Time
		next              RefreshToken
		want              error
	}{
		{"unknown", "nothing", "user-a", now, next, ErrNotFound},
		{"another user's", "refresh-a", "user-b", now, next, ErrNotFound},
		{"expired", "refresh-a", "user-a", later, next, ErrNotFound},
		{"ended session", "refresh-ended", "user-ended", now, next, ErrNotFound},
		{"next is taken", "refresh-a", "user-a", now, RefreshToken{Digest: digest("refresh-b"), ExpiresAt: later}, ErrConflict},
	} {
		_, reused, err := s.RotateRefresh(ctx, by(c.now), digest(c.token), c.user, c.next, later)
		wantErr(t, c.name, err, c.want)
		want(t, c.name+": reused", reused, false)
	}
	_, reused, err := s.RotateRefresh(ctx, by(now), digest("refresh-a"), "user-a", next, later)
	want(t, "after all that the token is still good", []any{reused, err}, []any{false, nil})
}

func testRotateRace(t *testing.T, s *Store) {
	u := signIn(t, s, "r")
	wantRace(t, 16, 1, func(i int) error {
		_, reused, err := s.RotateRefresh(ctx, by(now), digest("refresh-r"), u.ID, RefreshToken{Digest: digest(fmt.Sprint(i)), ExpiresAt: later}, later)
		if err == nil && reused {
			return ErrConflict
		}
		return err
	})
	want(t, "the losers ended the session", must[LiveSession](t)(s.LiveSession(ctx, "session-r")).RevokedAt, ptr(cut(now)))
}

func testSessions(t *testing.T, s *Store) {
	signIn(t, s, "a")
	signIn(t, s, "b")
	for i := range 3 {
		if _, err := trySignIn(s, "a", func(in *SignIn) {
			in.Session.ID, in.Refresh.Digest = fmt.Sprint(i), digest(fmt.Sprint(i))
			in.Session.CreatedAt = now.Add(time.Duration(i+1) * time.Second)
		}); err != nil {
			t.Fatal(err)
		}
	}
	first := must[time.Time](t)(s.RevokeSession(ctx, by(now), "user-a", "1"))
	want(t, "revoked at", first, cut(now))
	want(t, "the first time again", must[time.Time](t)(s.RevokeSession(ctx, by(later), "user-a", "1")), first)
	_, err := s.RevokeSession(ctx, by(now), "user-a", "session-b")
	wantErr(t, "another user's", err, ErrNotFound)
	_, err = s.RevokeSession(ctx, by(now), "user-a", "nothing")
	wantErr(t, "unknown", err, ErrNotFound)

	for range 2 { // idempotent
		wantErr(t, "session of the token", s.RevokeRefresh(ctx, by(now), digest("2")), nil)
		want(t, "has ended", must[LiveSession](t)(s.LiveSession(ctx, "2")).RevokedAt, ptr(cut(now)))
	}
	wantErr(t, "unknown token", s.RevokeRefresh(ctx, by(now), digest("nothing")), ErrNotFound)
	_, _, err = s.RotateRefresh(ctx, by(now), digest("2"), "user-a", RefreshToken{Digest: digest("x"), ExpiresAt: later}, later)
	wantErr(t, "rotate after revocation", err, ErrNotFound)

	list, total, err := s.Sessions(ctx, "user-a", model.PageRequest{})
	wantErr(t, "list", err, nil)
	var ids []string
	for _, l := range list {
		ids = append(ids, l.ID)
	}
	want(t, "living, newest first", []any{ids, total}, []any{[]string{"0", "session-a"}, int64(2)})
	_, err = s.LiveSession(ctx, "nothing")
	wantErr(t, "unknown session", err, ErrNotFound)
	_, _, _, err = s.RefreshSession(ctx, digest("nothing"))
	wantErr(t, "unknown refresh token", err, ErrNotFound)
}

func testPruneLogin(t *testing.T, s *Store) {
	signIn(t, s, "old")
	signIn(t, s, "revoked")
	if _, err := trySignIn(s, "new", func(in *SignIn) {
		in.Session.ExpiresAt, in.Refresh.ExpiresAt = now.AddDate(1, 0, 0), now.AddDate(1, 0, 0)
	}); err != nil {
		t.Fatal(err)
	}
	must[time.Time](t)(s.RevokeSession(ctx, by(now), "user-revoked", "session-revoked"))
	put := func(email string, expires time.Time) {
		if _, _, err := s.PutCode(ctx, LoginCode{Email: email, SentAt: now, ExpiresAt: expires}, now); err != nil {
			t.Fatal(err)
		}
	}
	in := now.Add(30 * 24 * time.Hour)
	put("expired", in)
	put("living", in.Add(time.Millisecond))
	wantErr(t, "prune", s.PruneLogin(ctx, in.Add(time.Millisecond)), nil)
	_, err := s.LiveSession(ctx, "session-revoked")
	wantErr(t, "revoked 30 days ago", err, ErrNotFound)
	_, err = s.LiveSession(ctx, "session-old")
	wantErr(t, "expired less than 30 days ago", err, nil)
	wantErr(t, "prune", s.PruneLogin(ctx, in.Add(2*time.Hour)), nil)
	_, err = s.LiveSession(ctx, "session-old")
	wantErr(t, "expired 30 days ago", err, ErrNotFound)
	_, _, _, err = s.RefreshSession(ctx, digest("refresh-old"))
	wantErr(t, "its token", err, ErrNotFound)
	_, _, _, err = s.RefreshSession(ctx, digest("refresh-new"))
	wantErr(t, "a living token", err, nil)
}

func testZones(t *testing.T, s *Store) {
	zones := []*time.Location{time.UTC, time.FixedZone("east", 14*3600), time.FixedZone("west", -12*3600)}
	for i, zone := range zones {
		id := fmt.Sprint(i)
		if _, err := trySignIn(s, id, func(in *SignIn) { in.Session.ExpiresAt = later.In(zone); in.By.At = now.In(zone) }); err != nil {
			t.Fatal(err)
		}
		got := must[LiveSession](t)(s.LiveSession(ctx, "session-"+id))
		want(t, "in "+zone.String(), []any{got.ExpiresAt, got.User.CreatedAt, got.ExpiresAt.Location()}, []any{cut(later), cut(now), time.UTC})
	}
	for _, ms := range []int64{-62135596800000, -1, 0, 253402300799999} {
		old := time.UnixMilli(ms)
		c := Credential{ID: fmt.Sprint(ms), ProjectID: "project-0", Kind: model.KindJWTSecret, CreatedAt: old, UpdatedAt: old, ExpiresAt: &old}
		wantErr(t, "create", s.CreateCredential(ctx, by(now), c), nil)
		got := must[Credential](t)(s.Credential(ctx, c.ProjectID, c.ID, c.Kind))
		want(t, "extreme time", []any{got.CreatedAt, got.ExpiresAt}, []any{old.UTC(), ptr(old.UTC())})
	}
}

func testCancelled(t *testing.T, s *Store) {
	gone := cancelled()
	for name, call := range map[string]func() error{
		"read":  func() error { _, err := s.UserByID(gone, "x"); return err },
		"hot":   func() error { _, err := s.LiveByID(gone, "x"); return err },
		"page":  func() error { _, _, err := s.Projects(gone, "x", model.PageRequest{}); return err },
		"write": func() error { return s.PutMeta(gone, "x", nil) },
		"ping":  func() error { return s.Ping(gone) },
	} {
		err := call()
		wantErr(t, name, err, context.Canceled)
		if errors.Is(err, ErrUnavailable) {
			t.Errorf("%s: a cancelled call is not a database that does not answer: %v", name, err)
		}
	}
	late, cancel := context.WithDeadline(ctx, time.Unix(0, 0))
	defer cancel()
	_, err := s.UserByID(late, "x")
	wantErr(t, "deadline", err, context.DeadlineExceeded)
	_, err = s.Meta(ctx, "x")
	wantErr(t, "nothing was written", err, ErrNotFound)
}

func testClosed(t *testing.T, s *Store) {
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	for name, call := range map[string]func() error{
		"read":  func() error { _, err := s.UserByID(ctx, "x"); return err },
		"hot":   func() error { _, err := s.LiveByID(ctx, "x"); return err },
		"page":  func() error { _, _, err := s.Projects(ctx, "x", model.PageRequest{}); return err },
		"write": func() error { return s.PutMeta(ctx, "x", nil) },
		"code":  func() error { _, err := s.TryCode(ctx, "x", 1, now); return err },
		"ping":  func() error { return s.Ping(ctx) },
	} {
		wantErr(t, name, call(), ErrUnavailable)
	}
	wantErr(t, "close again", s.Close(), nil)
}

// testText: text comes back as it went in, or is refused; it is never cut.
func testText(t *testing.T, s *Store) {
	signIn(t, s, "a")
	for i, text := range []string{"", "ünïcödé", "名前 🔑", "e\u0301", "\u202ertl", "a\x00b", "\x00", `'"; DROP TABLE users; --`, "%_\\", string(bytes.Repeat([]byte("x"), 1<<16))} {
		id := fmt.Sprint(i)
		c := Credential{ID: id, ProjectID: "project-a", Kind: model.KindAPIKey, Name: text, Digest: digest(id), Scopes: []string{text}, CreatedAt: now, UpdatedAt: now}
		if err := s.CreateCredential(ctx, by(now), c); err != nil {
			if _, err := s.Credential(ctx, c.ProjectID, id, c.Kind); !errors.Is(err, ErrNotFound) {
				t.Errorf("%q was refused, but is there: %v", text, err)
			}
			continue
		}
		got := must[Credential](t)(s.Credential(ctx, c.ProjectID, id, c.Kind))
		want(t, "text", []any{got.Name, got.Scopes}, []any{text, []string{text}})
	}
	_, err := s.UserByEmail(ctx, "a@example.com\x00")
	if err == nil {
		t.Error("an address with a NUL behind found the one without")
	}
}

func testPages(t *testing.T, s *Store) {
	signIn(t, s, "a")
	for i := range 7 {
		c := Credential{ID: fmt.Sprint(i), ProjectID: "project-a", Kind: model.KindJWTSecret, CreatedAt: now.Add(time.Duration(i/2) * time.Second), UpdatedAt: now}
		wantErr(t, "create", s.CreateCredential(ctx, by(now), c), nil)
	}
	for _, c := range []struct {
		page, limit int
		want        string
	}{
		{0, 0, "6543210"}, {-1, -1, "6543210"}, {1, 3, "654"}, {2, 3, "321"}, {3, 3, "0"}, {4, 3, ""}, {1, 7, "6543210"}, {2, 7, ""},
		{1, math.MaxInt, "6543210"}, {2, math.MaxInt, ""}, {math.MaxInt, 1, ""}, {math.MaxInt, math.MaxInt, ""}, {7, 1, "0"}, {8, 1, ""},
	} {
		list, total, err := s.Credentials(ctx, "project-a", model.KindJWTSecret, model.PageRequest{Page: c.page, Limit: c.limit})
		wantErr(t, "page", err, nil)
		got := ""
		for _, c := range list {
			got += c.ID
		}
		want(t, fmt.Sprintf("page %d of %d", c.page, c.limit), []any{got, total, list == nil}, []any{c.want, int64(7), false})
	}
}

func cancelled() context.Context {
	gone, cancel := context.WithCancel(ctx)
	cancel()
	return gone
}
