package backend

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"testing"
	"time"

	"keydeck/assets"
	"keydeck/model"
)

var recordUpgrade = flag.String("record-upgrade", "", "write testdata/upgrade/`NAME`.zip with this version, and do not test it")

// expectations is what an upgrade must not lose. It is in the fixture, as
// expected.json beside the files of the data directory.
type expectations struct {
	At                    time.Time      // the clock when the server was stopped
	StateStep, LogStep    int            // versions of the schemas
	Code                  [2]string      // address that was mailed a code, and the code
	UserID, Refresh, Used string         // of a login: the living refresh token, and the one before it
	SignedOut             string         // refresh token of a login that was signed out
	Credentials           []credentialed // everything that a client may present
	Answers               map[string]any // what the superuser is answered, see answers
}

// credentialed is something to authenticate with, and why it is refused: at the
// time of the fixture, and five days later. "" is not at all.
type credentialed struct {
	Name          string
	Use           string // api key, token or pair
	Tenant        string // of a pair
	Value, Second string
	As            Principal // whom it authenticates
	Now, Later    model.Reason
}

const later = 5 * 24 * time.Hour

func upgradeConfig(c *Config) {
	c.Issuer, c.SessionTTL = "https://keys.example.com", 30*24*time.Hour
}

func schemaSteps(t *testing.T, schema string) int {
	t.Helper()
	entries, err := fs.ReadDir(assets.Migrations, "migrations/"+schema)
	if err != nil {
		t.Fatal(err)
	}
	return len(entries)
}

// TestRecordUpgrade makes a fixture of the version that runs it:
//
//	go test ./backend -run TestRecordUpgrade -record-upgrade v0.2.0
//
// Once released, a fixture is never made again: it stands for the data that
// people have.
func TestRecordUpgrade(t *testing.T) {
	if *recordUpgrade == "" {
		t.Skip("only with -record-upgrade")
	}
	dir, expected := record(t)
	checked := t.TempDir()
	if err := os.CopyFS(checked, os.DirFS(dir)); err != nil {
		t.Fatal(err)
	}
	checkNothingLost(t, checked, expected)
	raw, err := json.MarshalIndent(expected, "", "\t")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "expected.json"), raw, 0o600); err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	if err := z.AddFS(os.DirFS(dir)); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join("testdata", "upgrade", *recordUpgrade+".zip"), out.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
}

// record fills a data directory, and closes it as a server that is stopped. What
// it expects is written down by hand where it can be, so that a fixture cannot
// canonise a mistake of the version that makes it.
func record(t *testing.T) (string, expectations) {
	var x expectations
	w := newWorld(t, upgradeConfig)
	ctx := t.Context()
	owner, project := w.owner()

	made := func(v any, err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	gone, err := w.CreateProject(ctx, owner, "Gone")
	made(gone, err)
	second, err := w.CreateProject(ctx, owner, "Second")
	made(second, err)
	for email, role := range map[string]model.Role{
		"member@example.com": model.RoleMember, "viewer@example.com": model.RoleViewer,
		"other@example.com": model.RoleOwner, "invited@example.com": model.RoleViewer, // never signs in
	} {
		made(w.AddMember(ctx, owner, project.ID, email, role))
	}
	for _, email := range []string{"member@example.com", "viewer@example.com", "other@example.com"} {
		w.signIn(email, remote)
	}

	add := func(c credentialed) {
		t.Helper()
		if p, err := w.authenticate(ctx, c); err == nil {
			w.Count(p)
			c.As = p
		}
		x.Credentials = append(x.Credentials, c)
	}
	// present tells how a client presents a credential that was just issued.
	present := func(name string, project model.Project, v model.IssuedCredential) (id string, c credentialed) {
		t.Helper()
		switch id = v.ID; v.Kind {
		case model.KindAPIKey:
			c = credentialed{Use: "api key", Value: v.Secrets[0]}
		case model.KindJWTSecret:
			signed, err := w.SignJWT(ctx, owner, project.ID, v.ID, fmt.Appendf(nil, `{"exp":%d,"sub":"client"}`, w.Now().Add(365*24*time.Hour).Unix()))
			made(signed, err)
			c = credentialed{Use: "token", Value: signed.Token}
		case model.KindKeyPair:
			c = credentialed{Use: "pair", Tenant: project.AccountID, Value: v.Secrets[0], Second: v.Secrets[1]}
		}
		c.Name = name
		return id, c
	}
	issue := func(kind model.Kind, project model.Project, state string, spec model.CredentialSpec) (id string, c credentialed) {
		t.Helper()
		spec.Name = state
		issued, err := w.Issue(ctx, owner, project.ID, kind, spec)
		made(issued, err)
		return present(string(kind)+", "+state, project, issued)
	}
	rotate := func(kind model.Kind, id, state string, grace int) {
		t.Helper()
		issued, err := w.Rotate(ctx, owner, project.ID, id, kind, model.RotateSpec{GraceSeconds: grace})
		made(issued, err)
		_, c := present(string(kind)+", "+state, project, issued)
		add(c)
	}
	revoke := func(kind model.Kind, id string) {
		t.Helper()
		switch kind {
		case model.KindAPIKey:
			made(w.Revoke(ctx, owner, project.ID, id, model.KindAPIKey))
		case model.KindJWTSecret:
			made(w.Revoke(ctx, owner, project.ID, id, model.KindJWTSecret))
		case model.KindKeyPair:
			made(w.Revoke(ctx, owner, project.ID, id, model.KindKeyPair))
		}
	}
	kinds := []model.Kind{model.KindAPIKey, model.KindJWTSecret, model.KindKeyPair}
	over := map[model.Kind]model.Reason{
		model.KindAPIKey: model.ReasonExpired, model.KindJWTSecret: model.ReasonExpired, model.KindKeyPair: model.ReasonLicenceExpired,
	}

	for _, kind := range kinds { // the day before
		_, c := issue(kind, project, "expired", model.CredentialSpec{ExpiresInDays: days(1)})
		c.Now, c.Later = over[kind], over[kind]
		add(c)
		id, c := issue(kind, project, "rotated, grace period over", model.CredentialSpec{})
		c.Now, c.Later = over[kind], over[kind]
		add(c)
		rotate(kind, id, "successor whose predecessor is over", 60)
		_, c = issue(kind, gone, "of a deleted project", model.CredentialSpec{})
		c.Now, c.Later = model.ReasonProjectGone, model.ReasonProjectGone
		add(c)
	}
	made(w.DeleteProject(ctx, owner, gone.ID))
	w.clock.Add(25 * time.Hour)

	for _, kind := range kinds {
		_, c := issue(kind, project, "active", model.CredentialSpec{Scopes: []string{"keys:write", "orders:read"}})
		add(c)
		if kind == model.KindKeyPair {
			key, _, err := w.AuthenticateKeys(ctx, c.Tenant, c.Value, c.Second)
			made(key, err)
			add(credentialed{Name: "session key", Use: "token", Value: key})
		}
		_, c = issue(kind, second, "of another project", model.CredentialSpec{Scopes: []string{}})
		add(c)
		_, c = issue(kind, project, "expiring", model.CredentialSpec{ExpiresInDays: days(2)})
		c.Later = over[kind]
		add(c)
		id, c := issue(kind, project, "revoked", model.CredentialSpec{})
		c.Now, c.Later = model.ReasonRevoked, model.ReasonRevoked
		add(c)
		if kind == model.KindKeyPair {
			key, _, err := w.AuthenticateKeys(ctx, c.Tenant, c.Value, c.Second)
			made(key, err)
			add(credentialed{Name: "session key of a revoked pair", Use: "token", Value: key, Now: model.ReasonRevoked, Later: model.ReasonRevoked})
		}
		revoke(kind, id)
		id, c = issue(kind, project, "rotated, within its grace period", model.CredentialSpec{})
		c.Later = over[kind]
		add(c)
		rotate(kind, id, "successor within the grace period", 3*86400)
	}

	// Two tokens that the signing key signed before it was retired.
	key, err := w.AuthenticateAPIKey(ctx, x.byName(t, "api_key, active").Value)
	made(key, err)
	service, _, err := w.ServiceToken(ctx, key, ServiceTokenMax)
	made(service, err)
	add(credentialed{Name: "service token of a retired key", Use: "token", Value: service, Later: model.ReasonExpired})
	made(w.RotateSigning(ctx, owner))
	service, _, err = w.ServiceToken(ctx, key, ServiceTokenMax)
	made(service, err)
	add(credentialed{Name: "service token", Use: "token", Value: service, Later: model.ReasonExpired})

	// Logins: one that goes on, one that has refreshed, one that was signed out.
	pair, owner := w.signIn("owner@example.com", socket)
	add(credentialed{Name: "access token", Use: "token", Value: pair.AccessToken, Later: model.ReasonExpired})
	first, member := w.signIn("member@example.com", remote)
	next, err := w.RefreshToken(ctx, first.RefreshToken, member.UserID, remote)
	made(next, err)
	x.UserID, x.Used, x.Refresh = member.UserID, first.RefreshToken, next.RefreshToken
	out, _ := w.signIn("other@example.com", remote)
	if err := w.RevokeToken(ctx, out.RefreshToken, remote); err != nil {
		t.Fatal(err)
	}
	x.SignedOut = out.RefreshToken
	x.Credentials = append(x.Credentials, credentialed{Name: "access token of a login that was signed out", Use: "token", Value: out.AccessToken,
		Now: model.ReasonSessionEnded, Later: model.ReasonExpired})
	if err := w.SendCode(ctx, "viewer@example.com", remote); err != nil {
		t.Fatal(err)
	}
	x.Code = [2]string{"viewer@example.com", w.mailed("viewer@example.com")}

	for i := range 30 {
		status := []int{200, 201, 401, 404, 500}[i%5]
		r := model.RequestRecord{At: model.At(w.Now()), Method: []string{"GET", "POST"}[i%2], Route: "/auth/api-keys/{key_id}",
			Path: fmt.Sprintf("/auth/api-keys/%d", i), Status: status, DurationUS: int64(i) * 1000, Bytes: int64(i), RemoteIP: "203.0.113.7",
			UserAgent: "curl/8", RequestID: fmt.Sprint("request-", i), Scheme: model.KindAPIKey, CredentialID: key.CredentialID,
			CredentialHint: key.Hint, ProjectID: project.ID}
		if status == 401 {
			r.Reason = model.ReasonRevoked
		}
		if i%3 == 0 {
			r.ProjectID, r.UserID = "", owner.UserID
		}
		w.Record(r)
		w.clock.Add(time.Second)
	}

	x.At, x.StateStep, x.LogStep = w.Now(), schemaSteps(t, "state"), schemaSteps(t, "requests")
	x.Answers = w.answers(ctx)
	if err := w.Close(ctx); err != nil {
		t.Fatal(err)
	}
	return w.cfg.Dir, x
}

func (x expectations) byName(t *testing.T, name string) credentialed {
	t.Helper()
	for _, c := range x.Credentials {
		if c.Name == name {
			return c
		}
	}
	t.Fatalf("no %s", name)
	return credentialed{}
}

func (w *world) authenticate(ctx context.Context, c credentialed) (Principal, error) {
	switch c.Use {
	case "api key":
		return w.AuthenticateAPIKey(ctx, c.Value)
	case "pair":
		_, p, err := w.AuthenticateKeys(ctx, c.Tenant, c.Value, c.Second)
		return p, err
	default:
		return w.AuthenticateToken(ctx, c.Value, acceptAll)
	}
}

// answers are all that a superuser is answered about the state and the log, in
// the form of JSON.
func (w *world) answers(ctx context.Context) map[string]any {
	w.t.Helper()
	all := map[string]any{}
	keep := func(name string) func(v any, err error) {
		return func(v any, err error) {
			w.t.Helper()
			if err != nil {
				w.t.Fatalf("%s: %v", name, err)
			}
			raw, err := json.Marshal(v)
			if err != nil {
				w.t.Fatal(err)
			}
			var plain any
			if err := json.Unmarshal(raw, &plain); err != nil {
				w.t.Fatal(err)
			}
			all[name] = plain
		}
	}
	mails, err := w.Mailbox(ctx)
	keep("mailbox")(mails, err)
	owner := w.superuser(ctx)
	user, err := w.Me(ctx, owner)
	keep("user")(user, err)
	sessions, err := w.Sessions(ctx, owner, model.PageRequest{})
	keep("sessions")(sessions, err)
	signing, err := w.SigningKeys(ctx, owner)
	keep("signing keys")(signing, err)
	projects, err := w.Projects(ctx, owner, model.PageRequest{})
	keep("projects")(projects, err)
	for _, p := range projects.Items {
		page := model.PageRequest{}
		members, err := w.Members(ctx, owner, p.ID, page)
		keep("members of "+p.Name)(members, err)
		keys, err := w.CredentialsOfKind(ctx, owner, p.ID, model.KindAPIKey, page)
		keep("API keys of "+p.Name)(keys, err)
		secrets, err := w.CredentialsOfKind(ctx, owner, p.ID, model.KindJWTSecret, page)
		keep("JWT secrets of "+p.Name)(secrets, err)
		pairs, err := w.CredentialsOfKind(ctx, owner, p.ID, model.KindKeyPair, page)
		keep("key pairs of "+p.Name)(pairs, err)
		use, err := w.Use(ctx, owner, p.ID)
		today := map[string]int64{} // the last hour is counted in memory
		for _, u := range use {
			today[u.CredentialID] = u.RequestsToday
		}
		keep("use of "+p.Name)(today, err)
	}
	for name, f := range map[string]model.RequestFilter{
		"all": {Limit: model.MaxRequestsPerGet}, "refused": {Status: 401}, "failed": {StatusClass: 5}, "posts": {Method: "POST"},
		"path": {Path: "/auth/api-keys/2"}, "slow": {MinMillis: 20}, "text": {Q: "REVOKED"}, "project": {ProjectID: projects.Items[0].ID},
	} {
		requests, err := w.Requests(ctx, owner, f)
		keep("requests, "+name)(requests, err)
	}
	return all
}

// superuser is the first user, signed in whatever the time is.
func (w *world) superuser(ctx context.Context) Principal {
	w.t.Helper()
	user, err := w.db.UserByEmail(ctx, "owner@example.com")
	if err != nil {
		w.t.Fatal(err)
	}
	return Principal{Kind: model.KindAccessToken, UserID: user.ID, Superuser: user.IsSuperuser}
}

// lacks gives what is in want and not in got, "" if nothing: members that a later
// version has added to an answer are no loss.
func lacks(path string, got, want any) string {
	switch want := want.(type) {
	case map[string]any:
		g, ok := got.(map[string]any)
		if !ok {
			return fmt.Sprintf("%s: got %v, want an object", path, got)
		}
		for name, v := range want {
			if miss := lacks(path+"."+name, g[name], v); miss != "" {
				return miss
			}
		}
	case []any:
		g, ok := got.([]any)
		if !ok || len(g) != len(want) {
			return fmt.Sprintf("%s: got %v, want %d of them", path, got, len(want))
		}
		for i, v := range want {
			if miss := lacks(fmt.Sprintf("%s[%d]", path, i), g[i], v); miss != "" {
				return miss
			}
		}
	default:
		if !reflect.DeepEqual(got, want) {
			return fmt.Sprintf("%s: got %v, want %v", path, got, want)
		}
	}
	return ""
}

// checkNothingLost opens a data directory and looks for everything that is
// expected of it.
func checkNothingLost(t *testing.T, dir string, x expectations) {
	t.Helper()
	if err := os.Chmod(filepath.Join(dir, MasterFile), 0o600); err != nil {
		t.Fatal(err)
	}
	w := &world{clock: &clock{now: x.At}, t: t}
	cfg := Config{Dir: dir, Now: w.clock.Now}
	upgradeConfig(&cfg)
	b, err := Open(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	w.Backend = b
	defer func() {
		if err := b.Close(context.Background()); err != nil {
			t.Errorf("close: %v", err)
		}
	}()
	ctx := t.Context()

	answers := w.answers(ctx)
	for name, want := range x.Answers {
		if miss := lacks(name, answers[name], want); miss != "" {
			t.Error(miss)
		}
	}

	w.clock.Add(time.Minute)
	check := func(when string, reason func(credentialed) model.Reason) {
		for _, c := range x.Credentials {
			p, err := w.authenticate(ctx, c)
			if err == nil && !reflect.DeepEqual(p, c.As) {
				t.Errorf("%s, %s: authenticates %+v, want %+v", c.Name, when, p, c.As)
			}
			if got, want := model.ReasonOf(err), reason(c); got != want || (err == nil) != (want == "") {
				t.Errorf("%s, %s: refused for %q (%v), want %q", c.Name, when, got, err, want)
			}
		}
	}
	check("when the server is back", func(c credentialed) model.Reason { return c.Now })

	refused := func(name string, err error, want model.Reason) {
		t.Helper()
		if err == nil || model.ReasonOf(err) != want {
			t.Errorf("%s: refused for %q (%v), want %q", name, model.ReasonOf(err), err, want)
		}
	}
	pair, err := w.VerifyCode(ctx, x.Code[0], x.Code[1], remote)
	if err != nil {
		t.Errorf("the code that was on its way: %v", err)
	} else {
		w.login(pair)
	}
	_, err = w.VerifyCode(ctx, x.Code[0], x.Code[1], remote)
	refused("the code, used", err, model.ReasonBadCode)

	next, err := w.RefreshToken(ctx, x.Refresh, x.UserID, remote)
	if err != nil {
		t.Errorf("the living refresh token: %v", err)
	} else {
		w.login(next)
	}
	_, err = w.RefreshToken(ctx, x.Used, x.UserID, remote)
	refused("the refresh token before it", err, model.ReasonReused)
	_, err = w.RefreshToken(ctx, next.RefreshToken, x.UserID, remote)
	refused("the living one, after the used one came back", err, model.ReasonSessionEnded)
	_, err = w.RefreshToken(ctx, x.SignedOut, x.UserID, remote)
	refused("a refresh token that was signed out", err, model.ReasonSessionEnded)

	w.clock.Add(later)
	check("five days later", func(c credentialed) model.Reason { return c.Later })
}
