package store

import (
	"fmt"
	"testing"
	"time"

	"keydeck/model"
)

const day = 24 * time.Hour

func testOverview(t *testing.T, s *Store) {
	for _, id := range []string{"a", "b", "gone"} {
		signIn(t, s, id)
	}
	today := now.Unix() / 86400
	for _, c := range []struct {
		id, project               string
		made, used, ends, revoked time.Duration // from now; 0: never
		requests                  int64         // of today
	}{
		{id: "fresh", project: "a", made: -day, requests: 3, used: -time.Minute},
		{id: "soon", project: "a", made: -10 * day, ends: 7 * day, requests: 4, used: -time.Second},
		{id: "sooner", project: "b", made: -10 * day, ends: time.Second, used: -5 * day},
		{id: "not so soon", project: "a", made: -10 * day, ends: 7*day + time.Millisecond},
		{id: "over", project: "a", made: -200 * day, ends: -time.Millisecond},
		{id: "just over", project: "a", made: -200 * day, ends: time.Nanosecond},
		{id: "revoked", project: "a", made: -200 * day, ends: day, revoked: -day},
		{id: "never used", project: "a", made: -91 * day},
		{id: "long unused", project: "b", made: -300 * day, used: -100 * day},
		{id: "in use", project: "a", made: -300 * day, used: -89 * day},
		{id: "of a deleted project", project: "gone", made: -300 * day, ends: day, requests: 9, used: -time.Second},
	} {
		at := func(d time.Duration) *time.Time {
			if d == 0 {
				return nil
			}
			return ptr(now.Add(d))
		}
		row := Credential{ID: c.id, ProjectID: "project-" + c.project, Kind: model.KindAPIKey, Digest: digest(c.id),
			CreatedAt: *at(c.made), UpdatedAt: *at(c.made), ExpiresAt: at(c.ends), RevokedAt: at(c.revoked), LastUsedAt: at(c.used)}
		wantErr(t, "create", s.CreateCredential(ctx, by(now), row), nil)
		if c.requests > 0 {
			wantErr(t, "use", s.AddUse(ctx, []Use{{CredentialID: c.id, Day: today, Requests: c.requests},
				{CredentialID: c.id, Day: today - 1, Requests: 100}}, nil), nil)
		}
	}
	wantErr(t, "delete", s.DeleteProject(ctx, by(now), "project-gone"), nil)

	for _, c := range []struct {
		name           string
		projects       []string
		requests       int64
		expiring, idle []string
		use            []string
	}{
		{"all", nil, 7, []string{"sooner", "soon"}, []string{"long unused", "never used"},
			[]string{"soon 4", "fresh 3", "sooner 0", "in use 0", "long unused 0", "revoked 0", "over 0", "not so soon 0", "never used 0", "just over 0"}},
		{"one", []string{"project-b"}, 0, []string{"sooner"}, []string{"long unused"}, []string{"sooner 0", "long unused 0"}},
		{"several", []string{"project-a", "project-gone", "project-a"}, 7, []string{"soon"}, []string{"never used"},
			[]string{"soon 4", "fresh 3", "in use 0", "revoked 0", "over 0", "not so soon 0", "never used 0", "just over 0"}},
		{"deleted", []string{"project-gone"}, 0, []string{}, []string{}, []string{}},
		{"none", []string{}, 0, []string{}, []string{}, []string{}},
	} {
		ids := func(list []Credential, total int, err error) []string {
			t.Helper()
			out := []string{}
			for _, c := range must[[]Credential](t)(list, err) {
				out = append(out, c.ID)
			}
			want(t, c.name+": counted", total, len(out))
			return out
		}
		want(t, c.name+": requests", must[int64](t)(s.RequestsOn(ctx, c.projects, today)), c.requests)
		want(t, c.name+": expiring", ids(s.Expiring(ctx, c.projects, now, now.Add(7*day), 20, 100)), c.expiring)
		want(t, c.name+": idle", ids(s.Idle(ctx, c.projects, now, now.Add(-90*day), 20, 100)), c.idle)
		for _, most := range []int{100, 1} { // a full list is counted
			_, expiring, err := s.Expiring(ctx, c.projects, now, now.Add(7*day), 1, most)
			wantErr(t, c.name+": count what expires", err, nil)
			_, idle, err := s.Idle(ctx, c.projects, now, now.Add(-90*day), 1, most)
			wantErr(t, c.name+": count what is idle", err, nil)
			want(t, fmt.Sprintf("%s: counted up to %d", c.name, most), []int{expiring, idle}, []int{min(most, len(c.expiring)), min(most, len(c.idle))})
		}
		use := []string{}
		for _, u := range must[[]CredentialDay](t)(s.UseOn(ctx, c.projects, today, 100)) {
			use = append(use, fmt.Sprint(u.ID, " ", u.Requests))
		}
		want(t, c.name+": use", use, c.use)
		want(t, c.name+": limits", []int{len(ids(s.Expiring(ctx, c.projects, now, now.Add(7*day), 1, 1))), len(ids(s.Idle(ctx, c.projects, now, now.Add(-90*day), 1, 1))),
			len(must[[]CredentialDay](t)(s.UseOn(ctx, c.projects, today, 1)))}, []int{min(1, len(c.expiring)), min(1, len(c.idle)), min(1, len(c.use))})
	}
	want(t, "yesterday", must[int64](t)(s.RequestsOn(ctx, nil, today-1)), int64(200))

	want(t, "one's use", must[CredentialDay](t)(s.UseOf(ctx, "soon", today)),
		CredentialDay{ID: "soon", ProjectID: "project-a", Requests: 4, LastUsedAt: ptr(cut(now.Add(-time.Second)))})
	for _, id := range []string{"nothing", "of a deleted project"} {
		_, err := s.UseOf(ctx, id, today)
		wantErr(t, id, err, ErrNotFound)
	}

	found := must[map[string]Credential](t)(s.CredentialsByID(ctx, []string{"soon", "nothing", "of a deleted project", "soon"}))
	want(t, "by id", []any{len(found), found["soon"].ProjectID, found["of a deleted project"].ProjectID}, []any{2, "project-a", "project-gone"})
	want(t, "by no id", must[map[string]Credential](t)(s.CredentialsByID(ctx, nil)), map[string]Credential{})
}

func testRotateCredential(t *testing.T, s *Store) {
	signIn(t, s, "a")
	successor := func(id string) Credential {
		c := credential(id)
		c.CreatedAt, c.UpdatedAt = cut(later), cut(later)
		return c
	}
	for _, c := range []struct {
		name    string
		expires *time.Time
		ends    time.Time
		want    func(*Credential)
	}{
		{"grace", nil, later.Add(day), func(c *Credential) { c.ExpiresAt = ptr(cut(later.Add(day))) }},
		{"grace beyond its end", ptr(cut(later.Add(time.Minute))), later.Add(day), func(*Credential) {}},
		{"grace within its life", ptr(cut(later.Add(2 * day))), later.Add(day), func(c *Credential) { c.ExpiresAt = ptr(cut(later.Add(day))) }},
		{"no grace", ptr(cut(later.Add(day))), later, func(c *Credential) { c.RevokedAt = ptr(cut(later)) }},
	} {
		old := credential(c.name)
		old.ExpiresAt = c.expires
		wantErr(t, "create", s.CreateCredential(ctx, by(now), old), nil)
		next := successor(c.name + "'s successor")
		wantErr(t, c.name, s.RotateCredential(ctx, Rotation{Old: old, Successor: next, Ends: c.ends, By: by(later)}), nil)
		want(t, c.name+": successor", must[Credential](t)(s.Credential(ctx, "project-a", next.ID, next.Kind)), next)
		old.SuccessorID, old.UpdatedAt = next.ID, cut(later)
		c.want(&old)
		want(t, c.name+": old", must[Credential](t)(s.Credential(ctx, "project-a", old.ID, old.Kind)), old)
		want(t, c.name+": live", must[Live](t)(s.LiveByID(ctx, old.ID)).Credential, old)
	}
}

// A credential that was rotated asks for attention only if somebody still uses it.
func testRotatedAttention(t *testing.T, s *Store) {
	signIn(t, s, "a")
	for _, id := range []string{"forgotten", "in use"} {
		old := credential(id)
		old.CreatedAt, old.UpdatedAt, old.ExpiresAt, old.LastUsedAt = now.Add(-300*day), now.Add(-300*day), nil, ptr(now.Add(-time.Minute))
		wantErr(t, "create", s.CreateCredential(ctx, by(now), old), nil)
		next := credential(id + "'s successor")
		next.ExpiresAt = nil
		wantErr(t, "rotate", s.RotateCredential(ctx, Rotation{Old: old, Successor: next, Ends: now.Add(day), By: by(now)}), nil)
	}
	wantErr(t, "use", s.AddUse(ctx, []Use{{CredentialID: "in use", Requests: 1, LastUsedAt: now.Add(time.Second)}}, nil), nil)
	expiring, _, err := s.Expiring(ctx, nil, now, now.Add(7*day), 20, 100)
	wantErr(t, "expiring", err, nil)
	if len(expiring) != 1 || expiring[0].ID != "in use" {
		t.Errorf("expiring: got %+v, want the one in use", expiring)
	}
	idle, _, err := s.Idle(ctx, nil, now.Add(12*time.Hour), now.Add(12*time.Hour), 20, 100)
	wantErr(t, "idle", err, nil)
	for _, c := range idle {
		if c.SuccessorID != "" {
			t.Errorf("idle: got %s, which has a successor", c.ID)
		}
	}
	want(t, "idle successors", len(idle), 2)
}

func testRotateCredentialRefused(t *testing.T, s *Store) {
	signIn(t, s, "a")
	signIn(t, s, "b")
	old := credential("old")
	wantErr(t, "create", s.CreateCredential(ctx, by(now), old), nil)
	wantErr(t, "create", s.CreateCredential(ctx, by(now), credential("taken")), nil)
	for _, c := range []struct {
		name   string
		change func(*Rotation)
		want   error
	}{
		{"unknown", func(r *Rotation) { r.Old.ID = "nothing" }, ErrNotFound},
		{"another project's", func(r *Rotation) { r.Successor.ProjectID = "project-b" }, ErrNotFound},
		{"another kind", func(r *Rotation) { r.Successor.Kind = model.KindKeyPair }, ErrNotFound},
		{"no project", func(r *Rotation) { r.Successor.ProjectID = "nothing" }, ErrNotFound},
		{"the successor's digest is taken", func(r *Rotation) { r.Successor.Digest = digest("taken") }, ErrConflict},
		{"the successor's id is taken", func(r *Rotation) { r.Successor.ID = "taken" }, ErrConflict},
		{"changed since it was read", func(r *Rotation) { r.Old.UpdatedAt = now.Add(-time.Second) }, ErrConflict},
		{"at its very end", func(r *Rotation) { r.By.At = *old.ExpiresAt }, ErrConflict},
	} {
		r := Rotation{Old: old, Successor: credential("new"), Ends: now.Add(time.Minute), By: by(now)}
		c.change(&r)
		wantErr(t, c.name, s.RotateCredential(ctx, r), c.want)
		want(t, c.name+": old", must[Credential](t)(s.Credential(ctx, "project-a", "old", model.KindAPIKey)), old)
		_, err := s.LiveByID(ctx, "new")
		wantErr(t, c.name+": successor", err, ErrNotFound)
	}
	must[time.Time](t)(s.RevokeCredential(ctx, by(now), "project-a", "taken", model.KindAPIKey))
	revoked := must[Credential](t)(s.Credential(ctx, "project-a", "taken", model.KindAPIKey))
	wantErr(t, "revoked", s.RotateCredential(ctx, Rotation{Old: revoked, Successor: credential("new"), Ends: later, By: by(now)}), ErrConflict)
}

// Of many that rotate one credential at once, one does, and no successor of the
// others is left behind.
func testRotateCredentialRace(t *testing.T, s *Store) {
	signIn(t, s, "a")
	old := credential("old")
	wantErr(t, "create", s.CreateCredential(ctx, by(now), old), nil)
	wantRace(t, 8, 1, func(i int) error {
		return s.RotateCredential(ctx, Rotation{Old: old, Successor: credential(fmt.Sprint("new", i)), Ends: later, By: by(now)})
	})
	_, total, err := s.Credentials(ctx, "project-a", model.KindAPIKey, model.PageRequest{})
	want(t, "credentials", []any{total, err}, []any{int64(2), nil})
}
