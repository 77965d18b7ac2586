package tokens

import (
	"strconv"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"keydeck/model"
	"keydeck/model/inspect/jwt"
	"keydeck/ui/tui/tuitest"
	"keydeck/ui/tui/tuitest/fake"
)

// TestAgeOfARefusal: how long ago stands behind the reason that it belongs to, and
// a revocation besides is told as one.
func TestAgeOfARefusal(t *testing.T) {
	for _, tt := range []struct {
		name    string
		reason  model.Reason
		revoked bool
		want    string
	}{
		{"revoked", model.ReasonRevoked, true, "was revoked, or the key that made it, 30 s ago"},
		{"expired", model.ReasonExpired, false, "had expired, 16 min ago"},
		{"expired and revoked", model.ReasonExpired, true, "had expired, 16 min ago; and it, or its key, was revoked 30 s ago"},
		{"no exp", model.ReasonMissingExp, true, "one without an end is not taken; and it, or its key, was revoked 30 s ago"},
		{"signature", model.ReasonBadSignature, true, "does not fit the token; and it, or its key, was revoked 30 s ago"},
		{"signature alone", model.ReasonBadSignature, false, "does not fit the token"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			run(t, tuitest.SignedIn, func(r *tuitest.Rig) {
				in := model.Inspection{Kind: model.KindClientJWT, Reason: tt.reason, ExpiresAt: model.Ptr(atBench(r).sh.Now().Add(-16 * time.Minute))}
				if tt.revoked {
					in.RevokedAt = model.Ptr(atBench(r).sh.Now().Add(-30 * time.Second))
				}
				got := atBench(r).refusal(&in)
				if len(got) < len(tt.want) || got[len(got)-len(tt.want):] != tt.want {
					t.Errorf("got %q, want it to end in %q", got, tt.want)
				}
			})
		})
	}
}

// atBench goes to the workbench.
func atBench(r *tuitest.Rig) *screen {
	if _, ok := r.Root.Page().(*screen); !ok {
		r.Keys("4")
	}
	return bench(r)
}

// TestTimesInOtherUnits: of an exp in a smaller unit than seconds one end is told,
// that which every verifier sees, and beside it what was meant.
func TestTimesInOtherUnits(t *testing.T) {
	for unit, scale := range map[string]int64{"milliseconds": 1e3, "microseconds": 1e6, "nanoseconds": 1e9} {
		t.Run(unit, func(t *testing.T) {
			run(t, tuitest.SignedIn.With(func(f *fake.Server) {
				f.Inspection = fake.Accepted(f.Now())
				f.Inspection.ExpiresAt = model.Ptr(time.Unix(253402300799, 0))
			}), func(r *tuitest.Rig) {
				r.Keys("4")
				exp := bench(r).sh.Now().Unix() + 3600
				r.Send(tea.PasteMsg{Content: fake.SignedToken(map[string]any{"alg": "RS512"},
					map[string]any{"iat": exp - 7200, "exp": exp * scale})})
				r.Keys("enter")
				r.Lacks("minutes")
				r.Sees(jwt.AfterYear9999, "in "+unit+": ", unit+" mistaken for seconds")
				r.Lacks("106,751", strconv.FormatInt(exp*scale, 10), "┤ expires")
				facts := bench(r).plainRows(paneVerdict)
				if want := "ends " + jwt.AfterYear9999; !strings.Contains(strings.Join(strings.Fields(facts), " "), want) {
					t.Errorf("the verdict has no %q:\n%s", want, facts)
				}
			})
		})
	}
}
