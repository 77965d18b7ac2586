package tui_test

import (
	"strings"
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

// TestWhyOfWhatNeverFits checks that a request which was refused for what it is, is not
// excused by a credential that is in force now; on a small screen the refusal comes
// first.
func TestWhyOfWhatNeverFits(t *testing.T) {
	for _, tt := range []struct {
		reason model.Reason
		valid  bool
		want   string
	}{
		{model.ReasonBadSignature, true, "the credential itself is in force; what was sent is never let in"},
		{model.ReasonBadSignature, false, "what was sent is never let in; the credential itself: "},
		{model.ReasonNotYetValid, true, "now   it would be let in"},
	} {
		run(t, tuitest.SignedIn.With(func(f *fake.Server) { f.Trace = neverFitting(f, tt.reason, tt.valid) }), func(r *tuitest.Rig) {
			r.Keys("3")
			r.Wait(time.Second)
			r.Keys("home", "w")
			if got := strings.Join(strings.Fields(strings.ReplaceAll(r.Screen(), "│", "")), " "); !strings.Contains(got, strings.Join(strings.Fields(tt.want), " ")) {
				t.Errorf("%s %v: no %q:\n%s", tt.reason, tt.valid, tt.want, r.Screen())
			}
			r.Sees("That signature never fits.")
		})
	}
}

func neverFitting(f *fake.Server, reason model.Reason, valid bool) model.Trace {
	trace := tracedRecord(f.Now())
	trace.Record.Reason, trace.Inspection.Valid, trace.Inspection.Reason = reason, valid, ""
	if !valid {
		trace.Inspection.Reason = model.ReasonRevoked
	}
	trace.Inspection.ExpiresAt = nil
	why := "That signature never fits."
	trace.Explanation = &why
	return trace
}

func TestWhyFromTheLog(t *testing.T) {
	run(t, tuitest.SignedIn.With(func(f *fake.Server) { f.Trace = tracedRecord(f.Now()) }), func(r *tuitest.Rig) {
		r.Keys("3")
		r.Wait(time.Second)
		r.Keys("home", "w")
		r.Sees("Why was it answered so?", "reporting", "The credential now", "Rotate it")
		if !r.Server.Called("POST /auth/tokens/trace") {
			t.Error("the server was not asked")
		}
		r.Keys("esc", "esc")
		r.Sees("› Requests")
	})
}

// TestWhyStandsAlone checks that a token which was looked at before is kept out of the
// answer, and in the history.
func TestWhyStandsAlone(t *testing.T) {
	run(t, tuitest.SignedIn.With(func(f *fake.Server) { f.Inspection = fake.Accepted(f.Now()) }, func(f *fake.Server) { f.Trace = tracedRecord(f.Now()) }), func(r *tuitest.Rig) {
		r.Keys("4")
		tuitest.PasteToken(r)
		r.Keys("enter")
		r.Sees("VERIFIED")
		r.Keys("3")
		r.Wait(time.Second)
		r.Keys("home", "w")
		r.Sees("Why was it answered so?")
		r.Lacks("VERIFIED")
		r.Keys("esc")
		r.Lacks("VERIFIED")
		r.Keys("h")
		r.Sees("Tokens of this session", "verified")
	})
}
