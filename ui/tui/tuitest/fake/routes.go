package fake

import (
	"strings"

	"keydeck/model"
)

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
	add("GET", "/", false, accepts{{Kind: model.KindAPIKey, Header: model.CarrierRaw}, {Kind: model.KindClientJWT, Header: model.CarrierBearer}, {Kind: model.KindSessionKey, Header: model.CarrierRaw}})
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
