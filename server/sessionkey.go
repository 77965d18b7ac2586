package server

import (
	"errors"
	"net/http"
	"strings"

	"keydeck/backend"
	"keydeck/model"
	"keydeck/server/pydantic"
)

// Family B, session keys: a key pair is exchanged for a short-lived JWT
// (assets/doc/api.md, section 3).

// POST /{service}/{tenantid}/v1/authenticateKeys
func (s *Server) authenticateKeys(w *exchange, r *http.Request, _ backend.Principal) error {
	apiKey, secretKey, err := keysOf(w, r)
	if err != nil {
		return err
	}
	session, p, err := s.backend.AuthenticateKeys(r.Context(), r.PathValue("tenantid"), apiKey, secretKey)
	w.principal = p
	if err != nil {
		return err
	}
	s.backend.Count(p)
	return w.json(http.StatusOK, jsonType, sessionKeyAnswer{Status: true, SessionKey: session})
}

// keysOf reads the two keys. The content type doesn't matter: only a valid pair has
// any effect.
func keysOf(w *exchange, r *http.Request) (apiKey, secretKey string, err error) {
	raw, err := readBody(w, r)
	if err != nil {
		return "", "", err
	}
	body, err := pydantic.ParseJSON(string(raw))
	if bad, ok := errors.AsType[*pydantic.SyntaxError](err); ok {
		return "", "", model.Invalid("apiKey", "the body must be JSON with apiKey and secretKey: "+bad.Error())
	}
	if err != nil {
		return "", "", err
	}
	if !body.IsObject() {
		return "", "", model.Invalid("apiKey", "the body must be a JSON object with apiKey and secretKey")
	}
	keys, wrong := [2]string{}, []string{}
	for i, name := range [...]string{"apiKey", "secretKey"} {
		v, ok := body.Member(name)
		if !ok {
			wrong = append(wrong, name+" is required")
			continue
		}
		text, ok := v.Text()
		if keys[i] = backend.Unwrapped(text); !ok {
			wrong = append(wrong, name+" must be a string")
		} else if keys[i] == "" {
			wrong = append(wrong, name+" must not be empty")
		}
	}
	if len(wrong) > 0 {
		return "", "", model.Invalid("apiKey", strings.Join(wrong, ", "))
	}
	return keys[0], keys[1], boundTokens(keys[:]...)
}
