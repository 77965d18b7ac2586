package token

import (
	"slices"
	"strings"
	"testing"

	"keydeck/model"
	"keydeck/model/inspect"
	"keydeck/model/inspect/jwt"
)

// displayAgrees signs header and payload and compares what is shown of the token
// with what Verify says. A token that Verify accepts is shown without a problem,
// one that it refuses for its form with a problem. Malformed claims are at least a
// danger, and a token that it refuses for its times is never active.
func displayAgrees(t *testing.T, header, payload string) {
	t.Helper()
	raw := forge(t, hmacID, header, payload)
	shown := inspect.DecodeExact(raw)
	if shown.Kind != jwt.KindJWS {
		t.Fatalf("%q is shown as %q", raw, shown.Kind)
	}
	strict := rules
	strict.Leeway = 0
	_, err := Verify(raw, hmacID, strict)
	danger := slices.ContainsFunc(shown.Findings, func(f jwt.Finding) bool { return f.Severity == jwt.Danger })
	verdict := shown.Clocks(now).Verdict
	switch got := reason(t, err); got {
	case "":
		if len(shown.Problems) > 0 {
			t.Errorf("%s.%s is taken, and shown with the problems %v", header, payload, shown.Problems)
		}
		if verdict != jwt.VerdictActive && verdict != jwt.VerdictMilliseconds && verdict != jwt.VerdictMicroseconds &&
			verdict != jwt.VerdictNanoseconds && verdict != jwt.VerdictInvalid {
			t.Errorf("%s.%s is taken, and shown as %q", header, payload, verdict)
		}
	case model.ReasonMalformed:
		if len(shown.Problems) == 0 {
			t.Errorf("%s.%s is shown without a problem; Verify says %v", header, payload, err)
		}
	case model.ReasonBadClaims:
		if len(shown.Problems) == 0 && !danger {
			t.Errorf("%s.%s is shown without a danger; Verify says %v", header, payload, err)
		}
	case model.ReasonExpired, model.ReasonNotYetValid, model.ReasonMissingExp:
		if verdict == jwt.VerdictActive {
			t.Errorf("%s.%s is shown as active; Verify says %v", header, payload, err)
		}
	}
}

var shownPayloads = []string{
	goodClaims, `{}`, ``, `[]`, `null`, `{"exp":1700000000}`, `{"exp":1700000000.5}`, `{"exp":"1700000060"}`, `{"exp":null}`, `{"exp":-1}`, `{"exp":0}`, `{"exp":1e999}`, `{"exp":1e400,"iat":1}`,
	`{"exp":1700000060000}`, `{"exp":1700000060,"exp":1}`, `{"exp":1700000060,"nbf":1700000001}`, `{"exp":1700000060,"iat":1700000001}`, `{"exp":1700000060,"iat":0}`, `{"exp":1700000060,"nbf":0.5}`,
	`{"exp":1700000060,"iss":1}`, `{"exp":1700000060,"sub":null}`, `{"exp":1700000060,"jti":[]}`, `{"exp":1700000060,"aud":1}`, `{"exp":1700000060,"aud":["a",1]}`, `{"exp":1700000060,"aud":[]}`,
	`{"exp":1700000060,"a":{"b":1,"b":2}}`, "{\"exp\":1700000060,\"a\":\"\xff\"}", `{"exp":1700000060}}`, `eyJhbGciOiJIUzI1NiJ9.e30.AA`, `{"exp":253402300799}`, `{"exp":253402300800}`, `{"nbf":1e17,"exp":1e18}`,
	`{"exp":9223372036854775807}`, `{"exp":9223372036854775808}`, `{"iat":1e-400,"exp":1700000060}`,
}

func TestDisplayAgreesWithVerify(t *testing.T) {
	for _, header := range []string{
		goodHeader, `{"alg":"HS256"}`, `{"alg":"none"}`, `{"alg":"HS256","crit":["x"]}`, `{"alg":"HS256","b64":true}`, `{"alg":"HS256","kid":1}`, `{"alg":"HS256","typ":null}`,
		`{"alg":"HS256","alg":"HS256"}`, `{"alg":"HS256","jwk":{"kty":"oct","kty":"RSA"}}`, `{"alg":null}`, `{}`, `[]`, ``, `{"alg":"HS256","cty":"JWT"}`,
	} {
		for _, payload := range shownPayloads {
			displayAgrees(t, header, payload)
		}
	}
	displayAgrees(t, goodHeader, `{"exp":1700000060,"a":"`+strings.Repeat("x", model.MaxTokenBytes)+`"}`)
}

func FuzzDisplayAgreesWithVerify(f *testing.F) {
	for _, payload := range shownPayloads {
		f.Add(goodHeader, payload)
	}
	f.Add(`{"alg":"HS256","crit":[]}`, goodClaims)
	f.Fuzz(displayAgrees)
}
