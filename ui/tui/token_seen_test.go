package tui

import (
	"fmt"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"keydeck/model"
)

// manySteps are as many routes as a server has, the last with a long name.
func manySteps() model.Trace {
	trace := tracedSteps()
	for i := len(trace.Steps); i < 9; i++ {
		s := trace.Steps[0]
		s.Route = fmt.Sprintf("/a/route/with/so/long/a/name/that/no/column/has/room/for/it/%d", i+1)
		trace.Steps = append(trace.Steps, s)
	}
	return trace
}

// TestTraceSaysThatThereIsMore: how many of the routes are seen is told where it
// is not all of them, and the chosen one's name is given in full.
func TestTraceSaysThatThereIsMore(t *testing.T) {
	o := signed.with(func(f *fake) { f.trace = manySteps() })
	o.w, o.h = 80, 24
	run(t, o, func(r *rig) {
		r.keys("4")
		aToken(r)
		r.keys("T")
		r.sees("1–7 of 9")
		r.keys("end")
		r.sees("3–9 of 9", "GET /a/route/with/so/long/a/name/that/no/column/has/room/for/it/9")
	})
	o.w, o.h = 140, 40
	run(t, o, func(r *rig) {
		r.keys("4")
		aToken(r)
		r.keys("T")
		r.lacks("–9 of 9", "–8 of 9")
	})
}

// TestWholeReason: what the line above cuts stands in the verdict's pane.
func TestWholeReason(t *testing.T) {
	long := "the reason " + strings.Repeat("goes on and ", 20) + "ends"
	o := signed.with(func(f *fake) {
		f.verdict = model.Inspection{Kind: model.KindUnknown, Signature: model.SignatureNotChecked, Message: long}
	})
	o.w, o.h = 140, 40
	run(t, o, func(r *rig) {
		r.keys("4")
		aToken(r)
		r.keys("enter")
		r.sees("CANNOT VERIFY")
		if got := strings.Join(strings.Fields(bench(r).plainRows(paneVerdict)), " "); !strings.Contains(got, long) {
			t.Errorf("the reason is not whole:\n%s", got)
		}
	})
}

// TestMaskedKeyIsShown as a mask is written everywhere.
func TestMaskedKeyIsShown(t *testing.T) {
	o := signed
	o.w, o.h = 140, 40
	for _, input := range []string{fakeSecret, apiKeyValue()} {
		run(t, o, func(r *rig) {
			r.keys("4")
			r.send(tea.PasteMsg{Content: input})
			r.lacks(`\u2026`)
			r.keys("shift+tab", "shift+tab")
			if got := bench(r).plainRows(paneToken); !strings.Contains(got, "…") || strings.Contains(got, `\`) {
				t.Errorf("the token's pane: %q", got)
			}
		})
	}
}

// TestPairAsPrinted: a key pair is taken as the command line prints it.
func TestPairAsPrinted(t *testing.T) {
	run(t, signed, func(r *rig) {
		r.keys("4")
		r.send(tea.PasteMsg{Content: "apiKey     " + noneToken + "\nsecretKey  " + hmacToken(longSecret) + "\n"})
		r.sees("→ apiKey", "→ secretKey")
		r.lacks("longer text")
	})
	for _, other := range []string{"apiKey " + noneToken, "secretKey a apiKey b", "apiKey a secretKey b c", noneToken} {
		if got := pairOf(other); got != other {
			t.Errorf("%q became %q", other, got)
		}
	}
}

// TestHistorySaysTheVerdict: what is refused, or not good, is not called verified
// and nothing more.
func TestHistorySaysTheVerdict(t *testing.T) {
	for name, tt := range map[string]struct {
		walk func(*rig)
		o    rigOptions
		want string
	}{
		"good":    {func(r *rig) { aToken(r); r.keys("enter") }, takes, "verified"},
		"refused": {func(r *rig) { aToken(r); r.keys("enter") }, signed.with(expiredAndRevoked), "verified, refused"},
		"expired": {do(tea.PasteMsg{Content: hmacToken(longSecret)}, withSecretKey(longSecret), 2*time.Hour), signed, "verified, not good"},
		"unasked": {aToken, takes, "not verified"},
	} {
		t.Run(name, func(t *testing.T) {
			run(t, tt.o, func(r *rig) {
				r.keys("4")
				tt.walk(r)
				if got, _ := bench(r).wordOf(bench(r).look); got != tt.want {
					t.Errorf("got %q, want %q", got, tt.want)
				}
				r.keys("h")
				r.sees(tt.want)
			})
		})
	}
}

// TestBackToTheRing: one key takes back all that was chosen, and asks nobody.
func TestBackToTheRing(t *testing.T) {
	run(t, takes, func(r *rig) {
		r.keys("4", "v", "right", "tab", "a secret that does not fit", "tab", "tab", "issuer.example", "enter")
		aToken(r)
		r.wait(10 * time.Second)
		r.sees("WRONG KIND OF KEY", "r the ring")
		r.keys("r")
		r.sees("NOT VERIFIED", "enter asks it")
		r.wait(10 * time.Second)
		r.lacks("WRONG KIND OF KEY", "r the ring")
		if s := bench(r); !s.usesRing() || s.look.server != nil {
			t.Errorf("with %+v, asked %v", s.with, s.look.server != nil)
		}
		r.keys("enter")
		r.sees("VERIFIED")
		r.lacks("expected", "WRONG")
	})
}
