package fake

import (
	"fmt"
	"strings"
	"time"

	"keydeck/model"
)

// UUID is a readable id. Ids sort by n.
func UUID(n int) string { return fmt.Sprintf("01900000-0000-7000-8000-%012d", n) }

// TwoProjects has two projects, credentials in every state of one of them, and a request
// of every kind.
func TwoProjects(f *Server) {
	now := f.Now()
	at := func(d time.Duration) model.Time { return model.At(now.Add(d)) }
	ptr := func(d time.Duration) *model.Time { return model.Ptr(now.Add(d)) }
	const day = 24 * time.Hour
	f.Projects = []model.Project{
		{ID: UUID(11), Name: "acme", AccountID: "ABC123", Role: model.RoleOwner, CreatedAt: at(-40 * day), UpdatedAt: at(-2 * day)},
		{ID: UUID(12), Name: "billing \x1b[31mred", AccountID: "QX7T0P", Role: model.RoleViewer, CreatedAt: at(-400 * day), UpdatedAt: at(-400 * day)},
	}
	f.Credentials = []model.Credential{
		{Kind: model.KindAPIKey, ID: UUID(21), Name: "web-frontend", Masked: "sk_GDje…nJfJ8", LastUsedAt: ptr(0), IsActive: true, CreatedAt: at(-time.Hour), UpdatedAt: at(-time.Hour)},
		{Kind: model.KindAPIKey, ID: UUID(22), Name: "ci-deploy", Masked: "sk_9Qtz…b21Xc", Scopes: []string{"keys:write"}, Note: "deploys on every merge", Owner: "platform team", CreatedBy: model.Actor{Kind: "user", Hint: Email}, LastUsedAt: ptr(-3 * time.Minute), ExpiresAt: ptr(2*day + 4*time.Hour), IsActive: true, CreatedAt: at(-day), UpdatedAt: at(-day)},
		{Kind: model.KindAPIKey, ID: UUID(23), Name: "reporting", Masked: "sk_pP0a…0Lm2z", Scopes: []string{"read", "export"}, LastUsedAt: ptr(-5 * time.Hour), ExpiresAt: ptr(-time.Hour), CreatedAt: at(-2 * day), UpdatedAt: at(-2 * day)},
		{Kind: model.KindAPIKey, ID: UUID(24), Name: "old-laptop", Masked: "sk_a81K…77TqP", CreatedAt: at(-112 * day), UpdatedAt: at(-112 * day)},
		{Kind: model.KindJWTSecret, ID: UUID(31), Name: "browser app", Masked: "…", LastUsedAt: ptr(-12 * time.Second), ExpiresAt: ptr(41 * day), IsActive: true, CreatedAt: at(-3 * day), UpdatedAt: at(-3 * day)},
		{Kind: model.KindKeyPair, ID: UUID(41), Name: "partner SW", Masked: "eyJhbG…IwMTB9", IsActive: true, CreatedAt: at(-4 * day), UpdatedAt: at(-4 * day)},
	}
	f.Log = []model.RequestRecord{
		Record(1, now.Add(-9*time.Second), "GET", "/v1/token/get", 200, 22, ""),
		Record(2, now.Add(-8*time.Second), "GET", "/v1/token/get", 401, 23, model.ReasonExpired),
		Record(3, now.Add(-7*time.Second), "GET", "/", 500, 0, model.ReasonMissingKID),
		Record(4, now.Add(-6*time.Second), "POST", "/auth/api-keys/", 403, 22, model.ReasonScope),
		Record(5, now.Add(-5*time.Second), "GET", "/v1/datetime/utc-now/with/a/path/that/is/far/too/long/for/the/column", 404, 0, model.ReasonNoRoute),
		Record(6, now.Add(-2*time.Second), "DELETE", "/auth/api-keys/"+UUID(24), 200, 22, ""),
	}
}

// Record is the n-th request, made with the credential UUID(key), or with none.
func Record(n int, at time.Time, method, path string, status, key int, reason model.Reason) model.RequestRecord {
	r := model.RequestRecord{ID: UUID(1000 + n), At: model.At(at), Method: method, Route: routeOf(path), Path: path, Status: status, DurationUS: int64(137 * n * n),
		Bytes: int64(100 * n), RemoteIP: "10.0.0.7", UserAgent: "curl/8.5", RequestID: fmt.Sprintf("%032x", n), ProjectID: UUID(11), Reason: reason}
	if key > 0 {
		r.CredentialID, r.CredentialHint, r.Scheme = UUID(key), "sk_9Qtz…b21Xc", model.KindAPIKey
	}
	return r
}

// Traffic adds an hour of traffic, the use of every credential, and three members.
func Traffic(f *Server) {
	now := f.Now()
	ptr := func(d time.Duration) *model.Time { return model.Ptr(now.Add(d)) }
	const day = 24 * time.Hour
	f.Overview = model.Overview{At: model.At(now), PerSecond: 42.4, Today: 151204, Classes: [6]int64{0, 0, 148910, 0, 2290, 4}, P50: 310, P90: 820, P99: 1900,
		Busiest: []model.CredentialCount{
			{CredentialID: UUID(21), Name: "web-frontend", Hint: "sk_GDje…nJfJ8", Requests: 92233},
			{CredentialID: UUID(22), Name: "ci-deploy", Hint: "sk_9Qtz…b21Xc", Requests: 33120},
			{CredentialID: UUID(31), Name: "browser app", Hint: "0190…000031", Requests: 14003},
		},
		Routes: []model.RouteCount{
			{Method: "GET", Route: "/v1/datetime/utc-now", Requests: 87699},
			{Method: "GET", Route: "/", Requests: 46873},
			{Method: "DELETE", Route: "/auth/api-keys/{key_id}", Requests: 12},
		},
		Refusals: []model.RefusalCount{
			{Reason: model.ReasonExpired, CredentialID: UUID(23), Name: "reporting", Hint: "sk_pP0a…0Lm2z", Requests: 184},
			{Reason: model.ReasonUnknownKey, Requests: 9},
		},
		Expiring: []model.Attention{{CredentialID: UUID(22), Kind: model.KindAPIKey, Name: "ci-deploy", ProjectID: UUID(11), LastUsedAt: ptr(-3 * time.Minute), ExpiresAt: ptr(2*day + 4*time.Hour)}},
		Unused: []model.Attention{
			{CredentialID: UUID(41), Kind: model.KindKeyPair, Name: "partner SW", ProjectID: UUID(11), LastUsedAt: ptr(-112 * day)},
			{CredentialID: UUID(24), Kind: model.KindAPIKey, Name: "old-laptop", ProjectID: UUID(11)},
		},
		Log: model.LogStats{Recorded: 151300, Stored: 151288, Dropped: 12},
	}
	for i := range 60 {
		n := int64(1500 + 900*((i*7)%11) - 60*i)
		f.Overview.Minutes = append(f.Overview.Minutes, model.MinuteCount{At: model.At(now.Truncate(time.Minute).Add(time.Duration(i-59) * time.Minute)), Requests: n, Refused: n / 60, Failed: int64(i%23) / 22 * 2})
	}
	f.Uses = []model.CredentialUse{
		{CredentialID: UUID(21), RequestsToday: 92233, LastHour: 1234, LastUsedAt: ptr(0)},
		{CredentialID: UUID(22), RequestsToday: 33120, LastHour: 480, LastUsedAt: ptr(-3 * time.Minute)},
		{CredentialID: UUID(23), RequestsToday: 184, RefusedHour: 184},
		{CredentialID: UUID(31), RequestsToday: 14003, LastHour: 9, LastUsedAt: ptr(-12 * time.Second)},
	}
	f.Members = []model.Member{
		{UserID: UUID(1), Email: Email, FullName: "Ada", Role: model.RoleOwner, IsVerified: true, CreatedAt: model.At(now.Add(-40 * day))},
		{UserID: UUID(2), Email: "grace@example.com", Role: model.RoleMember, IsVerified: true, CreatedAt: model.At(now.Add(-9 * day))},
		{UserID: UUID(3), Email: "new@example.com", Role: model.RoleViewer, CreatedAt: model.At(now.Add(-time.Hour))},
	}
}

// BusyProject is OneProject with Traffic.
func BusyProject(f *Server) {
	OneProject(f)
	Traffic(f)
}

// LogOf is OneProject with n requests, every tenth of them refused and every hundredth
// slow.
func LogOf(f *Server, n int) {
	OneProject(f)
	f.Log = nil
	for i := range n {
		status, reason := 200, model.Reason("")
		if i%10 == 0 {
			status, reason = 401, model.ReasonRevoked
		}
		r := Record(i, f.Now(), "GET", fmt.Sprintf("/v1/item/%d", i), status, 22, reason)
		r.DurationUS = 1000
		if i%100 == 0 {
			r.DurationUS = 500_000
		}
		f.Log = append(f.Log, r)
	}
}

// ManyKeys is a project with n API keys.
func ManyKeys(n int) func(*Server) {
	return func(f *Server) {
		OneProject(f)
		now := f.Now()
		f.Credentials = nil
		for i := range n {
			c := model.Credential{Kind: model.KindAPIKey, ID: UUID(100_000 + i), Name: fmt.Sprintf("service-%05d", (i*7919)%n), Masked: "sk_9Qtz…b21Xc", IsActive: i%9 > 0,
				Scopes: []string{"read"}, LastUsedAt: model.Ptr(now.Add(-time.Duration(i) * time.Minute)), CreatedAt: model.At(now.Add(-time.Duration(i) * time.Hour))}
			if i%3 == 0 {
				c.ExpiresAt = model.Ptr(now.Add(time.Duration(i) * time.Hour))
			}
			f.Credentials = append(f.Credentials, c)
			f.Uses = append(f.Uses, model.CredentialUse{CredentialID: c.ID, RequestsToday: int64(i * 31 % 997)})
		}
	}
}

// OneProject is the first of TwoProjects.
func OneProject(f *Server) {
	TwoProjects(f)
	f.Projects = f.Projects[:1]
}

// NoUsers is before the first sign-in.
func NoUsers(f *Server) { f.HasUsers = false }

// Viewer takes the user's rights to change anything.
func Viewer(f *Server) { f.Projects[0].Role, f.PlainUser = model.RoleViewer, true }

// HostileText has controls, a change of the reading direction, an invisible character,
// wide ones, stacked marks, and no end.
var HostileText = "a\x1b[31mb\u202ec\u200bd\r\ne\u0301\u0301\u0301\u0301\u0301 家族👨‍👩‍👧 " + strings.Repeat("endless", 40)

// Hostile gives HostileText to everything that has a name.
func Hostile(f *Server) {
	name := HostileText
	for i := range f.Projects {
		f.Projects[i].Name, f.Projects[i].AccountID = name, name
	}
	for i := range f.Credentials {
		c := &f.Credentials[i]
		c.Name, c.Masked, c.Note, c.Owner, c.CreatedBy.Hint = name, name, name, name, name
		if c.Kind == model.KindAPIKey {
			c.Scopes = []string{name, name}
		}
	}
	for i := range f.Log {
		r := &f.Log[i]
		r.Method, r.Path, r.Route, r.RemoteIP, r.UserAgent, r.CredentialHint, r.RequestID = name, "/"+name, name, name, name, name, name
		if r.Status >= 400 {
			r.Reason = model.Reason(name)
		}
	}
	for i := range f.Members {
		f.Members[i].Email, f.Members[i].FullName = name+"@example.com", name
	}
	o := &f.Overview
	for i := range o.Busiest {
		o.Busiest[i].Name, o.Busiest[i].Hint = name, name
	}
	for i := range o.Routes {
		o.Routes[i].Method, o.Routes[i].Route = name, name
	}
	for i := range o.Refusals {
		o.Refusals[i].Name, o.Refusals[i].Hint, o.Refusals[i].Reason = name, name, model.Reason(name)
	}
	for _, list := range [][]model.Attention{o.Expiring, o.Unused} {
		for i := range list {
			list[i].Name, list[i].Hint = name, name
		}
	}
}

// LongLists makes all lists longer than any window.
func LongLists(f *Server) {
	now := model.At(f.Now())
	for i := range 300 {
		f.Projects = append(f.Projects, model.Project{ID: UUID(3000 + i), Name: fmt.Sprintf("project %d", i), AccountID: fmt.Sprintf("AC%04d", i),
			Role: model.RoleMember, CreatedAt: now, UpdatedAt: now})
		f.Credentials = append(f.Credentials, model.Credential{Kind: model.KindAPIKey, ID: UUID(4000 + i), Name: fmt.Sprintf("worker-%d", i), Masked: fmt.Sprintf("sk_%04d…%05d", i, i),
			IsActive: true, CreatedAt: now, UpdatedAt: now})
		f.Members = append(f.Members, model.Member{UserID: UUID(5000 + i), Email: fmt.Sprintf("person%d@example.com", i), Role: model.RoleMember,
			IsVerified: i%3 > 0, CreatedAt: now})
		f.Overview.Refusals = append(f.Overview.Refusals, model.RefusalCount{Reason: model.ReasonRevoked, CredentialID: UUID(4000 + i),
			Name: fmt.Sprintf("worker-%d", i), Requests: int64(300 - i)})
	}
}

// OnlyFirstProject removes the others.
func OnlyFirstProject(f *Server) { f.Projects = f.Projects[:1] }

// ManyWarnings counts more than the overview lists.
func ManyWarnings(f *Server) {
	f.Overview.ExpiringTotal, f.Overview.RefusalsTotal, f.Overview.UnusedTotal = 499, 14, model.MaxCounted
}

// Routes are how some of the server's routes take credentials.
var Routes = func() (list []model.Route) {
	type accepts []model.Acceptance
	login := accepts{{Kind: model.KindAccessToken, Header: model.CarrierBearer}}
	keyOrLogin := append(accepts{{Kind: model.KindAPIKey, Header: model.CarrierKeyHeader}, {Kind: model.KindSessionKey, Header: model.CarrierRaw}}, login...)
	add := func(method, route string, project bool, a accepts) {
		list = append(list, model.Route{Method: method, Route: route, Accepts: a, Project: project})
	}
	add("GET", "/v1/token/get", false, accepts{{Kind: model.KindAPIKey, Header: model.CarrierAccountKey}})
	add("GET", "/v1/datetime/utc-now", false, append(accepts{{Kind: model.KindAPIKey, Header: model.CarrierAccountKey},
		{Kind: model.KindServiceToken, Header: model.CarrierBearer}, {Kind: model.KindSessionKey, Header: model.CarrierRaw}}, login...))
	greeting := accepts{{Kind: model.KindClientJWT, Header: model.CarrierBearer}, {Kind: model.KindSessionKey, Header: model.CarrierRaw}}
	for _, kind := range model.CredentialKinds {
		if kind.Spec().Prefix != "" {
			greeting = append(greeting, model.Acceptance{Kind: kind, Header: model.CarrierRaw})
		}
	}
	add("GET", "/", false, greeting)
	add("GET", "/auth/api-keys/", true, keyOrLogin)
	add("POST", "/auth/api-keys/", true, keyOrLogin)
	add("DELETE", "/auth/api-keys/{key_id}", true, keyOrLogin)
	add("GET", "/auth/jwt-secrets/", true, login)
	add("GET", "/auth/key-pairs/", true, login)
	add("GET", "/auth/users/me", false, login)
	add("GET", "/v1/healthz", false, nil)
	for route, body := range map[string]model.Kind{"/auth/verification/refresh-token": model.KindRefreshToken,
		"/auth/verification/revoke-token": model.KindRefreshToken, "/{service}/{tenantid}/v1/authenticateKeys": model.KindKeyPair} {
		list = append(list, model.Route{Method: "POST", Route: route, Body: &body})
	}
	return list
}()

// routeOf is the route of a path.
func routeOf(path string) string {
	if id, ok := strings.CutPrefix(path, "/auth/api-keys/"); ok && id != "" {
		return "/auth/api-keys/{key_id}"
	}
	for i := range Routes {
		if strings.EqualFold(strings.TrimRight(Routes[i].Route, "/"), strings.TrimRight(path, "/")) {
			return Routes[i].Route
		}
	}
	return path
}
