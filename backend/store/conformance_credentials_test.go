package store

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"keydeck/model"
)

// listed makes a credential of project-<project>, created i seconds after now.
func listed(t *testing.T, s *Store, project string, i int, change func(*Credential)) Credential {
	t.Helper()
	c := Credential{ID: fmt.Sprintf("%s-%02d", project, i), ProjectID: "project-" + project, Kind: model.KindAPIKey, Name: fmt.Sprintf("name %d", i),
		Hint: "sk_abcd…vwxyz", Digest: digest(fmt.Sprint(project, i)), CreatedAt: cut(now.Add(time.Duration(i) * time.Second)), UpdatedAt: cut(now)}
	if change != nil {
		change(&c)
	}
	wantErr(t, "create", s.CreateCredential(ctx, by(now), c), nil)
	return c
}

func listedIDs(t *testing.T, s *Store, q CredentialQuery) []string {
	t.Helper()
	if q.Sort == "" {
		q.Sort = model.NewestFirst
	}
	if q.Now.IsZero() {
		q.Now = now
	}
	if q.Limit == 0 {
		q.Limit = 100
	}
	ids := []string{}
	for _, c := range must[[]ListedCredential](t)(s.ListCredentials(ctx, q)) {
		ids = append(ids, c.ID)
	}
	return ids
}

func testListCredentials(t *testing.T, s *Store) {
	for _, id := range []string{"a", "b", "c"} {
		signIn(t, s, id)
	}
	ends := func(d time.Duration) *time.Time { return ptr(cut(now.Add(d))) }
	plain := listed(t, s, "a", 1, func(c *Credential) { c.Scopes = []string{"read%", "keys:write"}; c.Prefix = "sk_abcde" })
	listed(t, s, "a", 2, func(c *Credential) {
		c.Kind, c.Name, c.ExpiresAt = model.KindJWTSecret, "Zeta", ends(model.ExpiringWithin)
	})
	listed(t, s, "a", 3, func(c *Credential) {
		c.Kind, c.ExpiresAt, c.SecondHint, c.LastUsedAt = model.KindKeyPair, ends(model.ExpiringWithin-time.Millisecond), "…second", ends(0)
	})
	listed(t, s, "a", 4, func(c *Credential) { c.ExpiresAt, c.Name = ends(0), "alpha" })
	listed(t, s, "a", 5, func(c *Credential) {
		c.ExpiresAt, c.RevokedAt, c.UpdatedAt = ends(-time.Hour), ends(-time.Minute), cut(later)
	})
	listed(t, s, "b", 1, nil)
	listed(t, s, "b", 6, func(c *Credential) { c.Kind = model.KindKeyPair })
	listed(t, s, "c", 3, nil)
	wantErr(t, "delete a project", s.DeleteProject(ctx, by(now), "project-c"), nil)

	got := must[[]ListedCredential](t)(s.ListCredentials(ctx, CredentialQuery{ID: "a-01", Projects: []string{"project-a"}, Sort: model.NewestFirst, Limit: 1, Now: now}))
	want(t, "one", got, []ListedCredential{{plain, model.StateActive, model.Actor{Kind: "user", ID: plain.CreatedBy}, CredentialCursor{Sort: model.NewestFirst, Time: millis(plain.CreatedAt), ID: "a-01"}}})

	a, ab := []string{"project-a"}, []string{"project-b", "project-a", "project-b"}
	many := slices.Clone(a) // more than there are arms
	for i := range maxArms {
		many = append(many, fmt.Sprint("project-x", i))
	}
	for _, c := range []struct {
		name string
		q    CredentialQuery
		want string
	}{
		{"all", CredentialQuery{}, "b-06 a-05 a-04 a-03 a-02 b-01 a-01"},
		{"none", CredentialQuery{Projects: []string{}}, ""},
		{"of one project", CredentialQuery{Projects: a}, "a-05 a-04 a-03 a-02 a-01"},
		{"of two, one twice", CredentialQuery{Projects: ab}, "b-06 a-05 a-04 a-03 a-02 b-01 a-01"},
		{"of many", CredentialQuery{Projects: many}, "a-05 a-04 a-03 a-02 a-01"},
		{"limit", CredentialQuery{Projects: ab, Limit: 2}, "b-06 a-05"},
		{"foreign id", CredentialQuery{Projects: a, ID: "b-01"}, ""},
		{"of a deleted project", CredentialQuery{ID: "c-03"}, ""},
		{"kind", CredentialQuery{Projects: ab, Kinds: []model.Kind{model.KindKeyPair}}, "b-06 a-03"},
		{"active", CredentialQuery{Projects: a, State: model.StateActive}, "a-02 a-01"},
		{"expiring", CredentialQuery{Projects: a, State: model.StateExpiring}, "a-03"},
		{"expired", CredentialQuery{Projects: a, State: model.StateExpired}, "a-04"},
		{"revoked", CredentialQuery{Projects: a, State: model.StateRevoked}, "a-05"},
		{"expired later", CredentialQuery{Projects: a, State: model.StateExpired, Now: now.Add(model.ExpiringWithin)}, "a-04 a-03 a-02"},
		{"name", CredentialQuery{Projects: a, Q: "ALPHA"}, "a-04"},
		{"hint", CredentialQuery{Projects: a, Q: "…VWXYZ"}, "a-05 a-04 a-03 a-02 a-01"},
		{"second hint", CredentialQuery{Projects: a, Q: "second"}, "a-03"},
		{"scope", CredentialQuery{Projects: a, Q: "read%"}, "a-01"},
		{"id", CredentialQuery{Projects: ab, Q: "B-0"}, "b-06 b-01"},
		{"no wildcard", CredentialQuery{Projects: a, Q: "a_p"}, ""},
		{"NUL", CredentialQuery{Projects: a, Q: "alpha\x00"}, ""},
		{"oldest first", CredentialQuery{Projects: ab, Sort: "created_at"}, "a-01 b-01 a-02 a-03 a-04 a-05 b-06"},
		{"by expiry", CredentialQuery{Projects: a, Sort: "expires_at"}, "a-05 a-04 a-03 a-02 a-01"},
		{"by expiry, never first", CredentialQuery{Projects: a, Sort: "-expires_at"}, "a-01 a-02 a-03 a-04 a-05"},
		{"by last use", CredentialQuery{Projects: a, Sort: "-last_used_at"}, "a-03 a-05 a-04 a-02 a-01"},
		{"by name", CredentialQuery{Projects: a, Sort: "name"}, "a-04 a-01 a-03 a-05 a-02"},
		{"by update", CredentialQuery{Projects: a, Sort: "-updated_at"}, "a-05 a-04 a-03 a-02 a-01"},
	} {
		want(t, c.name, strings.Join(listedIDs(t, s, c.q), " "), c.want)
	}
	for _, state := range model.CredentialStates {
		for _, c := range must[[]ListedCredential](t)(s.ListCredentials(ctx, CredentialQuery{State: state, Sort: model.NewestFirst, Limit: 100, Now: now})) {
			want(t, "state of "+c.ID, c.State, state)
		}
	}
}

// testListCredentialsByCursor reads every order page by page, while credentials are
// issued and used in between.
func testListCredentialsByCursor(t *testing.T, s *Store) {
	signIn(t, s, "a")
	signIn(t, s, "b")
	for i := range 12 {
		listed(t, s, string("ab"[i%2]), i/3, func(c *Credential) { // three of one time each
			c.ID, c.Name, c.Digest = fmt.Sprintf("%02d", i), fmt.Sprintf("Name %d", i/4), digest(fmt.Sprint("cursor", i))
			if i%3 > 0 {
				c.ExpiresAt, c.LastUsedAt = ptr(cut(now.Add(time.Duration(i/4)*time.Hour))), ptr(cut(now.Add(time.Duration(i/5)*time.Hour)))
			}
		})
	}
	made := 20
	for _, sort := range model.CredentialSorts {
		for _, projects := range [][]string{nil, {"project-a"}, {"project-a", "project-b"}} {
			whole := listedIDs(t, s, CredentialQuery{Projects: projects, Sort: sort})
			var paged []string
			q := CredentialQuery{Projects: projects, Sort: sort, Limit: 5, Now: now}
			for {
				rows := must[[]ListedCredential](t)(s.ListCredentials(ctx, q))
				for _, c := range rows {
					if slices.Contains(whole, c.ID) {
						paged = append(paged, c.ID)
					}
				}
				if len(rows) < q.Limit {
					break
				}
				q.After = &rows[len(rows)-1].Cursor
				made++
				listed(t, s, string("ab"[made%2]), made%9, func(c *Credential) {
					c.ID, c.Digest = fmt.Sprintf("new-%03d", made), digest(fmt.Sprint("new", made))
				})
			}
			want(t, fmt.Sprintf("by %s in %q", sort, projects), paged, whole)
		}
	}
}
