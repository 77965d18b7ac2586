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

// TestTimesInOtherUnits checks that an exp in a smaller unit than seconds has one end,
// which every verifier sees, and what was meant beside it.
func TestTimesInOtherUnits(t *testing.T) {
	for unit, scale := range map[string]int64{"milliseconds": 1e3, "microseconds": 1e6, "nanoseconds": 1e9} {
		t.Run(unit, func(t *testing.T) {
			run(t, tuitest.SignedIn.With(func(f *fake.Server) {
				f.Inspection = fake.Accepted(f.Now())
				f.Inspection.ExpiresAt = model.Ptr(time.Unix(253402300799, 0))
			}), func(r *tuitest.Rig) {
				r.Keys("4")
				exp := workbench(r).sh.Now().Unix() + 3600
				r.Send(tea.PasteMsg{Content: fake.SignedToken(map[string]any{"alg": "RS512"},
					map[string]any{"iat": exp - 7200, "exp": exp * scale})})
				r.Keys("enter")
				r.Lacks("minutes")
				r.Sees(jwt.AfterYear9999, "in "+unit+": ", unit+" mistaken for seconds")
				r.Lacks("106,751", strconv.FormatInt(exp*scale, 10), "┤ expires")
				facts := workbench(r).plainText(paneVerdict)
				if want := "ends " + jwt.AfterYear9999; !strings.Contains(strings.Join(strings.Fields(facts), " "), want) {
					t.Errorf("the verdict has no %q:\n%s", want, facts)
				}
			})
		})
	}
}
