package server

import (
	"net/http"

	"keydeck/model"
)

// A route is one line of the routing table.
type route struct {
	method  string
	path    string // as documented; answers with and without its trailing slash
	family  family // shapes its errors
	accepts grammar
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
		{get, "/v1/token/get", a, accountKey, s.tokenGet, false},
		{get, "/v1/datetime/utc-now", a, accountKeyOrToken, s.utcNow, false},
		{get, "/v1/healthz", a, openToAll, s.healthz, false},

		// B: session keys. Matched without regard to case; canonicalPath compares the service.
		{post, "/{service}/{tenantid}/v1/authenticateKeys", b, openToAll, s.authenticateKeys, false},

		// C: login, users, API keys. The four verification routes ignore Authorization.
		{post, "/auth/verification/send-code", c, openToAll, s.sendCode, false},
		{post, "/auth/verification/verify-code", c, openToAll, s.verifyCode, false},
		{post, "/auth/verification/refresh-token", c, openToAll, s.refreshToken, false},
		{post, "/auth/verification/revoke-token", c, openToAll, s.revokeToken, false},
		{get, "/auth/users/me", c, login, s.me, false},
		{get, "/auth/api-keys/", c, loginOrKey, list(s.backend.APIKeys), false},
		{post, "/auth/api-keys/", c, loginOrKey, create(s.backend.CreateAPIKey), false},
		{patch, "/auth/api-keys/{key_id}", c, loginOrKey, s.updateAPIKey, false},
		{del, "/auth/api-keys/{key_id}", c, loginOrKey, s.revoke(model.KindAPIKey, "key_id"), false},
		{post, "/auth/api-keys/{key_id}/rotate", c, loginOrKey, rotate("key_id", s.backend.RotateAPIKey), false},

		// D: greeting.
		{get, "/", d, keyOrClientJWT, s.greeting, false},

		// What Keydeck adds, in C's envelope.
		{get, "/auth/projects/", c, login, paged(s.backend.Projects), false},
		{post, "/auth/projects/", c, login, s.createProject, false},
		{patch, "/auth/projects/{id}", c, login, s.renameProject, false},
		{del, "/auth/projects/{id}", c, login, s.deleteProject, false},
		{get, "/auth/projects/{id}/members/", c, login, s.listMembers, false},
		{post, "/auth/projects/{id}/members/", c, login, s.addMember, false},
		{del, "/auth/projects/{id}/members/{user_id}", c, login, s.removeMember, false},
		{get, "/auth/jwt-secrets/", c, login, list(s.backend.JWTSecrets), false},
		{post, "/auth/jwt-secrets/", c, login, create(s.backend.CreateJWTSecret), false},
		{del, "/auth/jwt-secrets/{id}", c, login, s.revoke(model.KindJWTSecret, "id"), false},
		{post, "/auth/jwt-secrets/{id}/rotate", c, login, rotate("id", s.backend.RotateJWTSecret), false},
		{post, "/auth/jwt-secrets/{id}/sign", c, login, s.signJWT, false},
		{get, "/auth/key-pairs/", c, login, list(s.backend.KeyPairs), false},
		{post, "/auth/key-pairs/", c, login, create(s.backend.CreateKeyPair), false},
		{del, "/auth/key-pairs/{id}", c, login, s.revoke(model.KindKeyPair, "id"), false},
		{post, "/auth/key-pairs/{id}/rotate", c, login, rotate("id", s.backend.RotateKeyPair), false},
		{get, "/auth/credentials/", c, loginOrKey, s.listCredentials, false},
		{get, "/auth/credentials/{id}", c, loginOrKey, s.credential, false},
		{get, "/auth/sessions/", c, login, paged(s.backend.Sessions), false},
		{del, "/auth/sessions/{id}", c, login, s.revokeSession, false},
		{get, "/auth/overview", c, login, s.overview, false},
		{get, "/auth/usage/", c, login, s.listUse, false},
		{get, "/auth/usage/{credential_id}", c, login, s.useOf, false},
		{get, "/auth/requests/", c, login, s.listRequests, false},
		{get, "/auth/requests/stream", c, login, s.streamRequests, false},
		{post, "/auth/tokens/inspect", c, login, s.inspectToken, false},
		{post, "/auth/tokens/trace", c, login, s.traceToken, false},
		{get, "/auth/signing-keys/", c, login, s.listSigningKeys, false},
		{post, "/auth/signing-keys/rotate", c, login, s.rotateSigning, false},
		{get, "/.well-known/jwks.json", c, openToAll, s.jwks, false},
		{get, "/openapi.json", c, openToAll, s.openAPI, false},
		{get, "/docs", c, openToAll, s.docsPage, false},
		{get, "/docs/{file}", c, openToAll, s.docsFile, false},
		{get, "/readyz", c, openToAll, s.readyz, false},
		{get, "/metrics", c, openToAll, s.serveMetrics, false},

		// The owner's, on the socket only. Over TCP these paths are unknown.
		{get, "/local/status", c, openToAll, s.localStatus, true},
		{post, "/local/stop", c, openToAll, s.localStop, true},
		{get, "/local/mail", c, openToAll, s.localMail, true},
	}
}

// Route names one documented route.
type Route struct{ Method, Path string }

// Routes lists what the public handler serves, to check the OpenAPI document
// against it.
func (s *Server) Routes() []Route {
	var list []Route
	for _, rt := range s.routes {
		if !rt.local {
			list = append(list, Route{rt.method, rt.path})
		}
	}
	return list
}
