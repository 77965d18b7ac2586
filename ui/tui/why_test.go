package tui_test

import (
	"testing"
	"time"

	"keydeck/model"
	"keydeck/ui/tui/tuitest"
	"keydeck/ui/tui/tuitest/fake"
)

func tracedRecord(now time.Time) model.Trace {
	r, name := fake.Record(2, now.Add(-8*time.Second), "GET", "/v1/token/get", 401, 23, model.ReasonExpired), "reporting"
	why := "At that time the API key had expired; it is expired still, since an hour. Rotate it, or issue another."
	return model.Trace{Record: &r, Explanation: &why, Steps: []model.TraceStep{},
		Inspection: model.Inspection{Kind: model.KindAPIKey, Reason: model.ReasonExpired, CredentialName: &name, ExpiresAt: model.Ptr(now.Add(-time.Hour))}}
}

// TestWhyFloatsAboveTheLog checks that w explains a request in a few lines above the log,
// and that closing it leaves everything as it was: the log, and a token open in Tokens.
func TestWhyFloatsAboveTheLog(t *testing.T) {
	run(t, tuitest.SignedIn.With(func(f *fake.Server) { f.Inspection = fake.Accepted(f.Now()) }, func(f *fake.Server) { f.Trace = tracedRecord(f.Now()) }), func(r *tuitest.Rig) {
		r.Keys("4")
		tuitest.PasteToken(r)
		r.Keys("enter")
		r.Sees("VERIFIED")
		r.Keys("3")
		r.Wait(time.Second)
		r.Keys("home", "down", "w")
		r.Sees("› Requests", "┌ Why 401", "GET /v1/token/get, ", "Rotate it", "API key sk_9Qtz…b21Xc, expired 1 h ago")
		if !r.Server.Called("POST /auth/tokens/trace") {
			t.Error("the server was not asked")
		}
		r.Keys("esc")
		r.Sees("› Requests", "▌")
		r.Lacks("┌ Why")
		r.Keys("4")
		r.Sees("VERIFIED")
	})
}
