package tokens

import (
	"fmt"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"keydeck/model"
	"keydeck/ui/tui/tuitest"
	"keydeck/ui/tui/tuitest/fake"
)

// manySteps is a trace of as many routes as a server has, the last with a long name.
func manySteps() model.Trace {
	trace := tracedSteps()
	for i := len(trace.Steps); i < 9; i++ {
		s := trace.Steps[0]
		s.Route = fmt.Sprintf("/a/route/with/so/long/a/name/that/no/column/has/room/for/it/%d", i+1)
		trace.Steps = append(trace.Steps, s)
	}
	return trace
}

// TestTraceSaysThatThereIsMore checks that the trace says how many routes are visible,
// unless all are, and shows the full name of the selected one.
func TestTraceSaysThatThereIsMore(t *testing.T) {
	o := tuitest.SignedIn.With(func(f *fake.Server) { f.Trace = manySteps() })
	o.W, o.H = 80, 24
	run(t, o, func(r *tuitest.Rig) {
		r.Keys("4")
		tuitest.PasteToken(r)
		r.Keys("T")
		r.Sees("1–7 of 9")
		r.Keys("end")
		r.Sees("3–9 of 9", "GET /a/route/with/so/long/a/name/that/no/column/has/room/for/it/9")
	})
	o.W, o.H = 140, 40
	run(t, o, func(r *tuitest.Rig) {
		r.Keys("4")
		tuitest.PasteToken(r)
		r.Keys("T")
		r.Lacks("–9 of 9", "–8 of 9")
	})
}

// TestWholeReason checks that the verdict has the whole of a reason cut in the line above.
func TestWholeReason(t *testing.T) {
	long := "the reason " + strings.Repeat("goes on and ", 20) + "ends"
	o := tuitest.SignedIn.With(func(f *fake.Server) {
		f.Inspection = model.Inspection{Kind: model.KindUnknown, Signature: model.SignatureNotChecked, Message: long}
	})
	o.W, o.H = 140, 40
	run(t, o, func(r *tuitest.Rig) {
		r.Keys("4")
		tuitest.PasteToken(r)
		r.Keys("enter")
		r.Sees("CANNOT VERIFY")
		if got := strings.Join(strings.Fields(workbench(r).plainText(paneVerdict)), " "); !strings.Contains(got, long) {
			t.Errorf("the reason is not whole:\n%s", got)
		}
	})
}

// TestMaskedKeyIsShown checks that the … of a masked key is shown, not escaped.
func TestMaskedKeyIsShown(t *testing.T) {
	o := tuitest.SignedIn
	o.W, o.H = 140, 40
	for _, input := range []string{fake.Secret, fake.APIKeyHeader()} {
		run(t, o, func(r *tuitest.Rig) {
			r.Keys("4")
			r.Send(tea.PasteMsg{Content: input})
			r.Lacks(`\u2026`)
			r.Keys("shift+tab", "shift+tab")
			if got := workbench(r).plainText(paneToken); !strings.Contains(got, "…") || strings.Contains(got, `\`) {
				t.Errorf("the token's pane: %q", got)
			}
		})
	}
}

// TestPairAsPrinted pastes a key pair as the command line prints it.
func TestPairAsPrinted(t *testing.T) {
	run(t, tuitest.SignedIn, func(r *tuitest.Rig) {
		r.Keys("4")
		r.Send(tea.PasteMsg{Content: "apiKey     " + noneToken + "\nsecretKey  " + hmacToken(longSecret) + "\n"})
		r.Sees("→ apiKey", "→ secretKey")
		r.Lacks("longer text")
	})
}

// TestHistorySaysTheVerdict checks that the history does not call a token verified that
// was rejected or is not good.
func TestHistorySaysTheVerdict(t *testing.T) {
	for name, tt := range map[string]struct {
		walk func(*tuitest.Rig)
		o    tuitest.Options
		want string
	}{
		"good":    {func(r *tuitest.Rig) { tuitest.PasteToken(r); r.Keys("enter") }, takes, "verified"},
		"refused": {func(r *tuitest.Rig) { tuitest.PasteToken(r); r.Keys("enter") }, tuitest.SignedIn.With(expiredAndRevoked), "refused"},
		"expired": {tuitest.Steps(tea.PasteMsg{Content: hmacToken(longSecret)}, withSecretKey(longSecret), 2*time.Hour), tuitest.SignedIn, "verified, not good"},
		"unasked": {tuitest.PasteToken, takes, "not verified"},
	} {
		t.Run(name, func(t *testing.T) {
			run(t, tt.o, func(r *tuitest.Rig) {
				r.Keys("4")
				tt.walk(r)
				if got, _ := workbench(r).shortVerdict(workbench(r).token); got != tt.want {
					t.Errorf("got %q, want %q", got, tt.want)
				}
				r.Keys("h")
				r.Sees(tt.want)
			})
		})
	}
}

// TestResetVerifier checks that one key undoes the choice of verifier and expectations
// without asking the server.
func TestResetVerifier(t *testing.T) {
	run(t, takes, func(r *tuitest.Rig) {
		r.Keys("4", "v", "right", "tab", "a secret that does not fit", "tab", "tab", "issuer.example", "enter")
		tuitest.PasteToken(r)
		r.Wait(10 * time.Second)
		r.Sees("WRONG KIND OF KEY", "r this server")
		r.Keys("r")
		r.Sees("NOT VERIFIED", "enter asks it")
		r.Wait(10 * time.Second)
		r.Lacks("WRONG KIND OF KEY", "r this server")
		if s := workbench(r); !s.usesServer() || s.token.Answer.Server != nil {
			t.Errorf("with %+v, asked %v", s.verifier, s.token.Answer.Server != nil)
		}
		r.Keys("enter")
		r.Sees("VERIFIED")
		r.Lacks("expected", "WRONG")
	})
}

// TestHistoryIsFiltered: what is typed finds tokens by what their row says.
func TestHistoryIsFiltered(t *testing.T) {
	run(t, tuitest.SignedIn, func(r *tuitest.Rig) {
		r.Keys("4")
		r.Send(tea.PasteMsg{Content: fake.Secret})
		tuitest.PasteToken(r)
		r.Keys("h")
		r.Sees("API key", "signed token")
		r.Keys("a", "p", "i")
		r.Sees("API key")
		r.Lacks("signed token …")
		r.Keys("delete")
		r.Keys("backspace", "backspace", "backspace")
		r.Sees("signed token")
		r.Lacks("API key")
	})
}
