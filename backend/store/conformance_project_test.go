package store

import (
	"fmt"
	"testing"
	"time"

	"keydeck/model"
)

func projectIDs(list []Project) (ids []string) {
	for _, p := range list {
		ids = append(ids, p.ID)
	}
	return ids
}

func testProjects(t *testing.T, s *Store) {
	u := signIn(t, s, "a")
	signIn(t, s, "b")
	p := Project{ID: "p2", Name: "Second", AccountID: "P2", CreatedAt: later, UpdatedAt: later}
	wantErr(t, "create", s.CreateProject(ctx, by(now), p, u.ID), nil)
	for name, other := range map[string]Project{
		"same id":      {ID: "p2", AccountID: "P3"},
		"same account": {ID: "p3", AccountID: "P2"},
	} {
		wantErr(t, name, s.CreateProject(ctx, by(now), other, u.ID), ErrConflict)
	}
	wantErr(t, "no such owner", s.CreateProject(ctx, by(now), Project{ID: "p4", AccountID: "P4"}, "nobody"), ErrConflict)
	_, err := s.Project(ctx, "p4", "")
	wantErr(t, "and no project without an owner", err, ErrNotFound)

	list, total, err := s.Projects(ctx, u.ID, model.PageRequest{})
	want(t, "newest first", []any{projectIDs(list), total, err}, []any{[]string{"p2", "project-a"}, int64(2), nil})
	stored := Project{ID: "p2", Name: "Second", AccountID: "P2", Role: model.RoleOwner, CreatedAt: cut(later), UpdatedAt: cut(later)}
	want(t, "project", must[Project](t)(s.Project(ctx, "p2", u.ID)), stored)
	want(t, "in the list", list[0], stored)
	stored.Role = ""
	want(t, "of no member", must[Project](t)(s.Project(ctx, "p2", "user-b")), stored)
	want(t, "of nobody", must[Project](t)(s.Project(ctx, "p2", "")), stored)

	at := later.Add(time.Minute)
	wantErr(t, "rename", s.RenameProject(ctx, by(at), "p2", "Zweites"), nil)
	got := must[Project](t)(s.Project(ctx, "p2", ""))
	want(t, "renamed", []any{got.Name, got.UpdatedAt, got.CreatedAt}, []any{"Zweites", cut(at), cut(later)})
	wantErr(t, "rename nothing", s.RenameProject(ctx, by(at), "nothing", "x"), ErrNotFound)

	wantErr(t, "delete", s.DeleteProject(ctx, by(at), "p2"), nil)
	wantErr(t, "delete again", s.DeleteProject(ctx, by(at), "p2"), ErrNotFound)
	wantErr(t, "rename deleted", s.RenameProject(ctx, by(at), "p2", "x"), ErrNotFound)
	_, err = s.Project(ctx, "p2", u.ID)
	wantErr(t, "find deleted", err, ErrNotFound)
	want(t, "ids", must[[]string](t)(s.ProjectIDs(ctx, u.ID)), []string{"project-a"})
	want(t, "ids of nobody", must[[]string](t)(s.ProjectIDs(ctx, "nobody")), []string{})
	_, total, err = s.Projects(ctx, u.ID, model.PageRequest{})
	want(t, "list without deleted", []any{total, err}, []any{int64(1), nil})
	wantErr(t, "its account id stays taken", s.CreateProject(ctx, by(now), Project{ID: "p5", AccountID: "P2"}, u.ID), ErrConflict)
	_, err = s.AddMember(ctx, by(at), "p2", User{ID: "x", Email: "x"}, model.RoleMember)
	wantErr(t, "member of deleted", err, ErrNotFound)
	wantErr(t, "remove from deleted", s.RemoveMember(ctx, by(now), "p2", u.ID), ErrNotFound)
	wantErr(t, "credential of deleted", s.CreateCredential(ctx, by(now), Credential{ID: "c", ProjectID: "p2", CreatedAt: now, UpdatedAt: now}), ErrNotFound)

	wantErr(t, "delete the last project", s.DeleteProject(ctx, by(at), "project-a"), nil)
	if _, err := trySignIn(s, "a", func(in *SignIn) {
		in.Project.ID, in.Project.AccountID, in.Session.ID, in.Refresh.Digest = "fresh", "FRESH", "fresh", digest("fresh")
	}); err != nil {
		t.Fatal(err)
	}
	want(t, "a user without one gets a new one", must[[]string](t)(s.ProjectIDs(ctx, u.ID)), []string{"fresh"})
}

func testAllProjects(t *testing.T, s *Store) {
	signIn(t, s, "a")
	signIn(t, s, "b")
	signIn(t, s, "c")
	wantErr(t, "delete", s.DeleteProject(ctx, by(now), "project-c"), nil)
	list, total, err := s.AllProjects(ctx, "user-a", model.PageRequest{})
	want(t, "all", []any{projectIDs(list), total, err}, []any{[]string{"project-b", "project-a"}, int64(2), nil})
	want(t, "roles", []model.Role{list[0].Role, list[1].Role}, []model.Role{"", model.RoleOwner})
}

func testMembers(t *testing.T, s *Store) {
	signIn(t, s, "a")
	invited := User{ID: "new", Email: "new@example.com", FullName: "N", TokenGrant: 7, IsSuperuser: true, IsVerified: true}
	m, err := s.AddMember(ctx, by(later), "project-a", invited, model.RoleViewer)
	wantErr(t, "invite", err, nil)
	viewer := model.Member{UserID: "new", Email: "new@example.com", FullName: "N", Role: model.RoleViewer, CreatedAt: model.At(later), UpdatedAt: model.At(later)}
	want(t, "invited", m, viewer)
	want(t, "as a user", must[User](t)(s.UserByID(ctx, "new")), User{ID: "new", Email: "new@example.com", FullName: "N", IsActive: true,
		TokenGrant: 7, Tier: "free", CreatedAt: cut(later), UpdatedAt: cut(later)})
	list, total, err := s.Members(ctx, "project-a", model.PageRequest{})
	want(t, "members", []any{total, err}, []any{int64(2), nil})
	want(t, "oldest first", list, []model.Member{{UserID: "user-a", Email: "a@example.com", Role: model.RoleOwner, IsVerified: true,
		CreatedAt: model.At(now), UpdatedAt: model.At(now)}, viewer})

	_, err = s.AddMember(ctx, by(later), "nothing", invited, model.RoleViewer)
	wantErr(t, "no project", err, ErrNotFound)
	_, err = s.AddMember(ctx, by(later), "project-a", User{ID: "other", Email: "a@example.com"}, model.RoleMember)
	wantErr(t, "demote the last owner", err, ErrConflict)
	wantErr(t, "remove the last owner", s.RemoveMember(ctx, by(now), "project-a", "user-a"), ErrConflict)
	wantErr(t, "remove a stranger", s.RemoveMember(ctx, by(now), "project-a", "nobody"), ErrNotFound)

	at := later.Add(time.Minute)
	m, err = s.AddMember(ctx, by(at), "project-a", User{ID: "other", Email: "new@example.com"}, model.RoleOwner)
	wantErr(t, "promote", err, nil)
	want(t, "promoted", []any{m.UserID, m.Role, m.CreatedAt, m.UpdatedAt}, []any{"new", model.RoleOwner, model.At(later), model.At(at)})
	wantErr(t, "now the first may go", s.RemoveMember(ctx, by(now), "project-a", "user-a"), nil)
	wantErr(t, "but not twice", s.RemoveMember(ctx, by(now), "project-a", "user-a"), ErrNotFound)
	wantErr(t, "nor the other", s.RemoveMember(ctx, by(now), "project-a", "new"), ErrConflict)

	u, err := trySignIn(s, "new", func(in *SignIn) { in.AllowNew = false })
	wantErr(t, "an invited user may sign in", err, nil)
	want(t, "and is verified", []any{u.ID, u.IsVerified, u.TokenGrant}, []any{"new", true, int64(7)})
	want(t, "into the project", must[[]string](t)(s.ProjectIDs(ctx, "new")), []string{"project-a"})
}

func testLastOwnerRace(t *testing.T, s *Store) {
	const owners = 8
	signIn(t, s, "0")
	for i := 1; i < owners; i++ {
		u := User{ID: fmt.Sprintf("user-%d", i), Email: fmt.Sprintf("%d@example.com", i)}
		if _, err := s.AddMember(ctx, by(now), "project-0", u, model.RoleOwner); err != nil {
			t.Fatal(err)
		}
	}
	wantRace(t, owners, owners-1, func(i int) error {
		if i%2 == 0 {
			return s.RemoveMember(ctx, by(now), "project-0", fmt.Sprintf("user-%d", i))
		}
		_, err := s.AddMember(ctx, by(now), "project-0", User{Email: fmt.Sprintf("%d@example.com", i)}, model.RoleViewer)
		return err
	})
}

func credential(id string) Credential {
	return Credential{ID: id, ProjectID: "project-a", Kind: model.KindAPIKey, Name: "Key " + id, Prefix: "sk_abcde", Hint: "sk_abcd…vwxyz",
		Scopes: []string{"a", "keys:write"}, Digest: digest(id), CreatedBy: "user-a", CreatedAt: cut(now), UpdatedAt: cut(now), ExpiresAt: ptr(cut(later))}
}

func testCredentials(t *testing.T, s *Store) {
	signIn(t, s, "a")
	signIn(t, s, "b")
	pair := Credential{ID: "pair", ProjectID: "project-a", Kind: model.KindKeyPair, Digest: digest("one"), SecondDigest: digest("two"), SecondHint: "ey…",
		CreatedAt: cut(now), UpdatedAt: cut(now)}
	secret := Credential{ID: "secret", ProjectID: "project-a", Kind: model.KindJWTSecret, Scopes: []string{}, Sealed: []byte{0, 1, 0}, CreatedAt: cut(now), UpdatedAt: cut(now)}
	for _, c := range []Credential{credential("k"), pair, secret} {
		wantErr(t, "create", s.CreateCredential(ctx, by(now), c), nil)
		want(t, "credential", must[Credential](t)(s.Credential(ctx, c.ProjectID, c.ID, c.Kind)), c)
		list, total, err := s.Credentials(ctx, c.ProjectID, c.Kind, model.PageRequest{})
		want(t, "list", []any{list, total, err}, []any{[]Credential{c}, int64(1), nil})
	}
	for _, c := range []struct {
		name, project, id string
		kind              model.Kind
	}{
		{"unknown", "project-a", "nothing", model.KindAPIKey},
		{"another project's", "project-b", "k", model.KindAPIKey},
		{"another kind", "project-a", "k", model.KindKeyPair},
	} {
		_, err := s.Credential(ctx, c.project, c.id, c.kind)
		wantErr(t, c.name, err, ErrNotFound)
		_, err = s.RevokeCredential(ctx, by(now), c.project, c.id, c.kind)
		wantErr(t, "revoke "+c.name, err, ErrNotFound)
		_, err = s.UpdateCredential(ctx, by(now), c.project, c.id, c.kind, model.CredentialPatch{Name: model.Some("x")})
		wantErr(t, "update "+c.name, err, ErrNotFound)
	}
	want(t, "revoked at", must[time.Time](t)(s.RevokeCredential(ctx, by(later), "project-a", "k", model.KindAPIKey)), cut(later))
	want(t, "again", must[time.Time](t)(s.RevokeCredential(ctx, by(later.Add(time.Hour)), "project-a", "k", model.KindAPIKey)), cut(later))
	revoked := credential("k")
	revoked.RevokedAt, revoked.UpdatedAt = ptr(cut(later)), cut(later)
	want(t, "revoked", must[Credential](t)(s.Credential(ctx, "project-a", "k", model.KindAPIKey)), revoked)
}

func testCredentialConflicts(t *testing.T, s *Store) {
	signIn(t, s, "a")
	wantErr(t, "create", s.CreateCredential(ctx, by(now), credential("k")), nil)
	same := credential("k")
	same.Digest = digest("other")
	wantErr(t, "same id", s.CreateCredential(ctx, by(now), same), ErrConflict)
	same = credential("other")
	same.Digest = digest("k")
	wantErr(t, "same digest", s.CreateCredential(ctx, by(now), same), ErrConflict)
	same.Kind = model.KindKeyPair
	wantErr(t, "same digest, another kind", s.CreateCredential(ctx, by(now), same), nil)
	orphan := credential("orphan")
	orphan.ProjectID = "nothing"
	wantErr(t, "no project", s.CreateCredential(ctx, by(now), orphan), ErrNotFound)
	for i := range 2 {
		c := Credential{ID: fmt.Sprint(i), ProjectID: "project-a", Kind: model.KindJWTSecret, CreatedAt: now, UpdatedAt: now}
		wantErr(t, "secrets have no digest to collide", s.CreateCredential(ctx, by(now), c), nil)
	}
}

func testCredentialPatch(t *testing.T, s *Store) {
	signIn(t, s, "a")
	c := credential("k")
	wantErr(t, "create", s.CreateCredential(ctx, by(now), c), nil)
	expiry := model.At(later.Add(time.Hour))
	for i, step := range []struct {
		name  string
		patch model.CredentialPatch
		apply func(*Credential)
	}{
		{"nothing", model.CredentialPatch{}, func(*Credential) {}},
		{"name", model.CredentialPatch{Name: model.Some("new")}, func(c *Credential) { c.Name = "new" }},
		{"null name", model.CredentialPatch{Name: model.Null[string]()}, func(*Credential) {}},
		{"scopes", model.CredentialPatch{Scopes: model.Some([]string{"x"})}, func(c *Credential) { c.Scopes = []string{"x"} }},
		{"empty scopes", model.CredentialPatch{Scopes: model.Some([]string{})}, func(c *Credential) { c.Scopes = []string{} }},
		{"null scopes", model.CredentialPatch{Scopes: model.Null[[]string]()}, func(c *Credential) { c.Scopes = nil }},
		{"no expiry", model.CredentialPatch{ExpiresAt: model.Null[model.Time]()}, func(c *Credential) { c.ExpiresAt = nil }},
		{"expiry", model.CredentialPatch{ExpiresAt: model.Some(expiry)}, func(c *Credential) { c.ExpiresAt = &expiry.Time }},
	} {
		at := now.Add(time.Duration(i) * time.Minute)
		step.apply(&c)
		c.UpdatedAt = cut(at)
		want(t, step.name, must[Credential](t)(s.UpdateCredential(ctx, by(at), c.ProjectID, c.ID, c.Kind, step.patch)), c)
		want(t, step.name+", stored", must[Credential](t)(s.Credential(ctx, c.ProjectID, c.ID, c.Kind)), c)
	}
}

func testLive(t *testing.T, s *Store) {
	signIn(t, s, "a")
	wantErr(t, "create", s.CreateCredential(ctx, by(now), credential("k")), nil)
	live := Live{Credential: credential("k"), AccountID: "ACC-a", ProjectName: "Project of a"}
	want(t, "by digest", must[Live](t)(s.LiveByDigest(ctx, model.KindAPIKey, digest("k"))), live)
	want(t, "by id", must[Live](t)(s.LiveByID(ctx, "k")), live)
	for name, err := range map[string]error{
		"unknown digest": second(s.LiveByDigest(ctx, model.KindAPIKey, digest("x"))),
		"another kind":   second(s.LiveByDigest(ctx, model.KindKeyPair, digest("k"))),
		"no digest":      second(s.LiveByDigest(ctx, model.KindAPIKey, nil)),
		"unknown id":     second(s.LiveByID(ctx, "x")),
	} {
		wantErr(t, name, err, ErrNotFound)
	}
	must[time.Time](t)(s.RevokeCredential(ctx, by(later), "project-a", "k", model.KindAPIKey))
	wantErr(t, "delete project", s.DeleteProject(ctx, by(later), "project-a"), nil)
	live.RevokedAt, live.UpdatedAt, live.ProjectDeletedAt = ptr(cut(later)), cut(later), ptr(cut(later))
	want(t, "at once, of a deleted project", must[Live](t)(s.LiveByDigest(ctx, model.KindAPIKey, digest("k"))), live)
}

func second[T any](_ T, err error) error { return err }

func testUsage(t *testing.T, s *Store) {
	signIn(t, s, "a")
	signIn(t, s, "b")
	wantErr(t, "create", s.CreateCredential(ctx, by(now), credential("k")), nil)
	used := func(user string) int64 { t.Helper(); return must[int64](t)(s.TokensUsed(ctx, user)) }
	last := func() *time.Time {
		t.Helper()
		return must[Credential](t)(s.Credential(ctx, "project-a", "k", model.KindAPIKey)).LastUsedAt
	}
	want(t, "at first", []any{used("user-a"), last()}, []any{int64(0), (*time.Time)(nil)})
	wantErr(t, "nothing", s.AddUse(ctx, nil, nil), nil)
	for _, u := range []Use{{Day: 1, Requests: 5, LastUsedAt: later}, {Day: 1, Requests: 2, LastUsedAt: now}, {Day: 2, Requests: 1 << 40}} {
		u.CredentialID = "k"
		wantErr(t, "add", s.AddUse(ctx, []Use{u, {CredentialID: "unknown", Day: 1, Requests: 9, LastUsedAt: later}},
			map[string]time.Time{"session-a": u.LastUsedAt, "unknown": later}), nil)
	}
	want(t, "sum", used("user-a"), int64(7+1<<40))
	want(t, "of another user", used("user-b"), int64(0))
	want(t, "forward only", last(), ptr(cut(later)))
	want(t, "session too", must[LiveSession](t)(s.LiveSession(ctx, "session-a")).LastUsedAt, ptr(cut(later)))
	wantErr(t, "delete", s.DeleteProject(ctx, by(now), "project-a"), nil)
	want(t, "deleting gives nothing back", used("user-a"), int64(7+1<<40))
}

func testServerKeys(t *testing.T, s *Store) {
	key := func(id, purpose string, state model.KeyState, at time.Time) ServerKey {
		return ServerKey{ID: id, Purpose: purpose, Algorithm: "RS512", State: state, Sealed: []byte(id), CreatedAt: cut(at)}
	}
	want(t, "none", must[[]ServerKey](t)(s.ServerKeys(ctx)), []ServerKey{})
	wantErr(t, "rotate nothing", s.RotateServerKey(ctx, by(now), "signing", key("x", "", "", now)), ErrConflict)
	wantErr(t, "active", s.PutServerKey(ctx, by(now), key("1", "signing", model.KeyActive, now)), nil)
	wantErr(t, "no next yet", s.RotateServerKey(ctx, by(now), "signing", key("x", "", "", now)), ErrConflict)
	wantErr(t, "next", s.PutServerKey(ctx, by(now), key("2", "signing", model.KeyNext, now.Add(time.Second))), nil)
	wantErr(t, "second active", s.PutServerKey(ctx, by(now), key("x", "signing", model.KeyActive, now)), ErrConflict)
	wantErr(t, "second next", s.PutServerKey(ctx, by(now), key("x", "signing", model.KeyNext, now)), ErrConflict)
	wantErr(t, "same id", s.PutServerKey(ctx, by(now), key("1", "code", model.KeyActive, now)), ErrConflict)
	wantErr(t, "another purpose", s.PutServerKey(ctx, by(now), key("c", "code", model.KeyActive, now)), nil)
	wantErr(t, "rotate", s.RotateServerKey(ctx, by(later), "signing", key("3", "", "", now.Add(2*time.Second))), nil)
	one, two := key("1", "signing", model.KeyRetired, now), key("2", "signing", model.KeyActive, now.Add(time.Second))
	one.RetiredAt, two.ActivatedAt = ptr(cut(later)), ptr(cut(later))
	want(t, "keys", must[[]ServerKey](t)(s.ServerKeys(ctx)), []ServerKey{key("c", "code", model.KeyActive, now), one, two,
		key("3", "signing", model.KeyNext, now.Add(2*time.Second))})
	want(t, "not yet", must[int](t)(s.PruneServerKeys(ctx, by(now), "signing", later)), 0)
	want(t, "another purpose", must[int](t)(s.PruneServerKeys(ctx, by(now), "code", later.Add(time.Second))), 0)
	want(t, "pruned", must[int](t)(s.PruneServerKeys(ctx, by(now), "signing", later.Add(time.Second))), 1)
}

func testRotateKeyRace(t *testing.T, s *Store) {
	for i, state := range []model.KeyState{model.KeyActive, model.KeyNext} {
		wantErr(t, "put", s.PutServerKey(ctx, by(now), ServerKey{ID: fmt.Sprint("first", i), Purpose: "signing", State: state, CreatedAt: now}), nil)
	}
	wantRace(t, 8, 8, func(i int) error {
		return s.RotateServerKey(ctx, by(now), "signing", ServerKey{ID: fmt.Sprint(i), CreatedAt: now})
	})
	states := map[model.KeyState]int{}
	for _, k := range must[[]ServerKey](t)(s.ServerKeys(ctx)) {
		states[k.State]++
	}
	want(t, "states", states, map[model.KeyState]int{model.KeyActive: 1, model.KeyNext: 1, model.KeyRetired: 8})
}

func testMailbox(t *testing.T, s *Store) {
	for i := range 5 {
		m := Mail{ID: fmt.Sprint(i), To: "a@example.com", Subject: "Code", Sealed: []byte{byte(i)}, At: now.Add(time.Duration(i) * time.Second), ExpiresAt: &later}
		wantErr(t, "put", s.PutMail(ctx, m, 3), nil)
	}
	mails := must[[]Mail](t)(s.Mails(ctx, 10))
	want(t, "kept", len(mails), 3)
	want(t, "newest", mails[0], Mail{ID: "4", To: "a@example.com", Subject: "Code", Sealed: []byte{4}, At: cut(now.Add(4 * time.Second)), ExpiresAt: ptr(cut(later))})
	want(t, "limit", len(must[[]Mail](t)(s.Mails(ctx, 2))), 2)
	for _, none := range []int{0, -1} {
		want(t, "no limit is none", must[[]Mail](t)(s.Mails(ctx, none)), []Mail{})
	}
	wantErr(t, "same id", s.PutMail(ctx, Mail{ID: "4", At: now}, 3), ErrConflict)
}
