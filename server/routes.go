package server

import (
	"net/http"

	"keydeck/backend"
	"keydeck/model"
)

// A route is one line of the routing table.
type route struct {
	method  string
	path    string  // as documented; answers with and without its trailing slash
	family  *family // shapes its errors
	accepts grammar
	right   right
	handle  handler
	local   bool // on the socket only, and never in the request log
}

// table is every route there is. All requests are recorded in the request log,
// except those to /local/* and what the owner's dashboard and commands read over
// the socket (isOwnRead): a dashboard asks every few seconds, and that would drown
// what the log is there to show.
func (s *Server) table() []route {
	const (
		get, post, patch, del = http.MethodGet, http.MethodPost, http.MethodPatch, http.MethodDelete
	)
	a, b, c, d := familyA, familyB, familyC, familyD
	return []route{
		// A: Security API. Matched without regard to case.
		{get, "/v1/token/get", a, accountKey, anyRight, s.tokenGet, false},
		{get, "/v1/datetime/utc-now", a, accountKeyOrToken, anyRight, s.utcNow, false},
		{get, "/v1/healthz", a, openToAll, anyRight, s.healthz, false},

		// B: session keys. Matched without regard to case; canonicalPath compares the service.
		{post, "/{service}/{tenantid}/v1/authenticateKeys", b, pairInBody, anyRight, s.authenticateKeys, false},

		// C: login, users, API keys. The four verification routes ignore Authorization.
		{post, "/auth/verification/send-code", c, openToAll, anyRight, s.sendCode, false},
		{post, "/auth/verification/verify-code", c, openToAll, anyRight, s.verifyCode, false},
		{post, "/auth/verification/refresh-token", c, refreshInBody, anyRight, s.refreshToken, false},
		{post, "/auth/verification/revoke-token", c, revokeInBody, anyRight, s.revokeToken, false},
		{get, "/auth/users/me", c, login, anyRight, s.me, false},
		{get, "/auth/api-keys/", c, loginOrKey, reads, s.listKind(model.KindAPIKey), false},
		{post, "/auth/api-keys/", c, loginOrKey, writeKeys, s.issue(model.KindAPIKey), false},
		{patch, "/auth/api-keys/{key_id}", c, loginOrKey, writeKeys, s.update(model.KindAPIKey, "key_id"), false},
		{del, "/auth/api-keys/{key_id}", c, loginOrKey, writeKeys, s.revoke(model.KindAPIKey, "key_id"), false},
		{post, "/auth/api-keys/{key_id}/rotate", c, loginOrKey, writeKeys, s.rotate(model.KindAPIKey, "key_id"), false},

		// D: greeting.
		{get, "/", d, keyOrClientJWT, anyRight, s.greeting, false},

		// What Keydeck adds, in C's envelope.
		{get, "/auth/projects/", c, login, anyRight, paged(s.backend.Projects), false},
		{post, "/auth/projects/", c, login, anyRight, s.createProject, false},
		{patch, "/auth/projects/{id}", c, login, owns, s.renameProject, false},
		{del, "/auth/projects/{id}", c, login, owns, s.deleteProject, false},
		{get, "/auth/projects/{id}/members/", c, login, views, s.listMembers, false},
		{post, "/auth/projects/{id}/members/", c, login, owns, s.addMember, false},
		{del, "/auth/projects/{id}/members/{user_id}", c, login, owns, s.removeMember, false},
		{get, "/auth/jwt-secrets/", c, login, reads, s.listKind(model.KindJWTSecret), false},
		{post, "/auth/jwt-secrets/", c, login, writes, s.issue(model.KindJWTSecret), false},
		{del, "/auth/jwt-secrets/{id}", c, login, writes, s.revoke(model.KindJWTSecret, "id"), false},
		{post, "/auth/jwt-secrets/{id}/rotate", c, login, writes, s.rotate(model.KindJWTSecret, "id"), false},
		{post, "/auth/jwt-secrets/{id}/sign", c, login, writes, s.signJWT, false},
		{get, "/auth/key-pairs/", c, login, reads, s.listKind(model.KindKeyPair), false},
		{post, "/auth/key-pairs/", c, login, writes, s.issue(model.KindKeyPair), false},
		{del, "/auth/key-pairs/{id}", c, login, writes, s.revoke(model.KindKeyPair, "id"), false},
		{post, "/auth/key-pairs/{id}/rotate", c, login, writes, s.rotate(model.KindKeyPair, "id"), false},
		{get, "/auth/credentials/", c, loginOrKey, anyRight, s.listCredentials, false},
		{get, "/auth/credentials/{id}", c, loginOrKey, anyRight, s.credential, false},
		{patch, "/auth/credentials/{id}", c, loginOrKey, editKeys, s.editCredential, false},
		{post, "/auth/credentials/{id}/pause", c, loginOrKey, editKeys, s.pauseCredential(s.backend.Pause), false},
		{post, "/auth/credentials/{id}/resume", c, loginOrKey, editKeys, s.pauseCredential(s.backend.Resume), false},
		{get, "/auth/sessions/", c, login, anyRight, paged(s.backend.Sessions), false},
		{del, "/auth/sessions/{id}", c, login, anyRight, s.revokeSession, false},
		{get, "/auth/overview", c, login, anyRight, s.overview, false},
		{get, "/auth/usage/", c, login, anyRight, s.listUse, false},
		{get, "/auth/usage/{credential_id}", c, login, anyRight, s.useOf, false},
		{get, "/auth/requests/", c, login, anyRight, s.listRequests, false},
		{get, "/auth/requests/stream", c, login, anyRight, s.streamRequests, false},
		{post, "/auth/tokens/inspect", c, login, anyRight, s.inspectToken, false},
		{post, "/auth/tokens/trace", c, login, anyRight, s.traceToken, false},
		{get, "/auth/routes/", c, login, anyRight, s.listRoutes, false},
		{get, "/auth/signing-keys/", c, login, superuser, s.listSigningKeys, false},
		{post, "/auth/signing-keys/rotate", c, login, superuser, s.rotateSigning, false},
		{get, "/.well-known/jwks.json", c, openToAll, anyRight, s.jwks, false},
		{get, "/openapi.json", c, openToAll, anyRight, s.openAPI, false},
		{get, "/docs", c, openToAll, anyRight, s.docs, false},
		{get, "/docs/{file}", c, openToAll, anyRight, s.docs, false},
		{get, "/readyz", c, openToAll, anyRight, s.readyz, false},
		{get, "/metrics", c, openToAll, anyRight, s.serveMetrics, false},

		// The owner's, on the socket only. Over TCP these paths are unknown.
		{get, "/local/status", c, openToAll, anyRight, s.localStatus, true},
		{post, "/local/stop", c, openToAll, anyRight, s.localStop, true},
		{get, "/local/mail", c, openToAll, anyRight, s.localMail, true},
	}
}

// A right is what a route asks for beyond a good credential, as far as the rest of the
// request does not decide it.
type right struct {
	project bool       // x-project-id names a project
	role    model.Role // that a login needs at least: in that project, or in the one that the path names
	scope   string     // that a project's credential needs
}

const roleSuperuser model.Role = "superuser" // of the server, not of a project

var (
	anyRight  = right{}
	reads     = right{project: true, role: model.RoleViewer}
	writes    = right{project: true, role: model.RoleMember}
	writeKeys = right{project: true, role: model.RoleMember, scope: model.ScopeKeysWrite}
	editKeys  = right{role: model.RoleMember, scope: model.ScopeKeysWrite} // in the credential's project
	views     = right{role: model.RoleViewer}
	owns      = right{role: model.RoleOwner}
	superuser = right{role: roleSuperuser}
)

// Routes is what the public handler serves, in the order of the table.
func (s *Server) Routes() []model.Route {
	list := []model.Route{}
	for i := range s.routes {
		rt := &s.routes[i]
		if rt.local {
			continue
		}
		out := model.Route{Family: rt.family.name, Method: rt.method, Route: rt.path, Accepts: rt.accepts.accepted(),
			Project: rt.right.project, Role: rt.right.role, Scope: rt.right.scope}
		if rt.accepts.body != "" {
			out.Body = &rt.accepts.body
		}
		list = append(list, out)
	}
	return list
}

// GET /auth/routes/
func (s *Server) listRoutes(w *exchange, _ *http.Request, _ backend.Principal) error {
	return w.ok(items(s.Routes(), nil))
}
