package fake

import (
	"encoding/json"
	"net/http"
	"strings"

	"keydeck/model"
)

// replayed answers what the dashboard sends again for its user: a request for a token
// of family A, for a session key of family B, and any other. The request is in the log
// at once, and in Replayed with its credentials.
func (f *Server) replayed(req *http.Request) *http.Response {
	if !strings.HasSuffix(req.Header.Get("User-Agent"), "(replay)") {
		return nil
	}
	sent := req.Method + " " + req.URL.Path + " " + req.Header.Get("Authorization")
	for _, name := range []string{"X-Api-Key", "X-Project-Id"} {
		if v := req.Header.Get(name); v != "" {
			sent += " " + strings.ToLower(name) + "=" + v
		}
	}
	f.Replayed = append(f.Replayed, sent)
	if strings.HasSuffix(req.URL.Path, "/authenticateKeys") {
		return respond(http.StatusOK, []byte(`{"status": true, "errorCode": "", "errorString": "", "sessionKey": "session"}`))
	}
	n := 500 + len(f.Replayed)
	rec := Record(n, f.Now(), req.Method, req.URL.Path, 200, 61, "")
	rec.RemoteIP, rec.UserAgent = "local", req.Header.Get("User-Agent")
	if req.Header.Get("Authorization") == "" && req.Header.Get("X-Api-Key") == "" {
		rec.Status, rec.Reason, rec.CredentialID = 401, model.ReasonMissing, ""
	}
	f.Log = append(f.Log, rec)
	raw, _ := json.Marshal(map[string]string{"token": AccessToken(f.Now()), "note": "a\x1b[2Jb"})
	res := respond(rec.Status, raw)
	res.Header.Set("X-Request-Id", rec.RequestID)
	res.Header.Set("X-Evil", "\u202ex")
	return res
}
