package tuitest

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"

	"keydeck/model"
)

// replayed answers what the dashboard sends on behalf of a person: family A's
// call for a token, family B's for a session key, and the greeting. The call is in
// the log at once, and noted in sent with the headers that it was made with.
func (f *Fake) replayed(req *http.Request) *http.Response {
	if !strings.HasSuffix(req.Header.Get("User-Agent"), "(replay)") {
		return nil
	}
	sent := req.Method + " " + req.URL.Path + " " + req.Header.Get("Authorization")
	for _, name := range []string{"X-Api-Key", "X-Project-Id"} {
		if v := req.Header.Get(name); v != "" {
			sent += " " + strings.ToLower(name) + "=" + v
		}
	}
	f.Sent = append(f.Sent, sent)
	if strings.HasSuffix(req.URL.Path, "/authenticateKeys") {
		return respond(http.StatusOK, []byte(`{"status": true, "errorCode": "", "errorString": "", "sessionKey": "session"}`))
	}
	n := 500 + len(f.Sent)
	rec := Record(n, f.Now(), req.Method, req.URL.Path, 200, 61, "")
	rec.RemoteIP, rec.UserAgent = "local", req.Header.Get("User-Agent")
	if req.Header.Get("Authorization") == "" && req.Header.Get("X-Api-Key") == "" {
		rec.Status, rec.Reason, rec.CredentialID = 401, model.ReasonMissing, ""
	}
	f.Log = append(f.Log, rec)
	raw, _ := json.Marshal(map[string]string{"token": ServiceToken(f.Now()), "note": "a\x1b[2Jb"})
	res := respond(rec.Status, raw)
	res.Header.Set("X-Request-Id", rec.RequestID)
	res.Header.Set("X-Evil", "\u202ex")
	return res
}

// BusyLog has n requests, every tenth of them refused and every hundredth slow.
func BusyLog(f *Fake, n int) {
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
