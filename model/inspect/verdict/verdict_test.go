package verdict

import (
	"encoding/base64"
	"fmt"
	"strings"
	"testing"
	"time"

	"keydeck/model"
	"keydeck/model/inspect/jws"
	"keydeck/model/inspect/jwt"
)

var now = time.Unix(1_700_000_000, 0)

// token is signed by nobody knows whom; Of looks at its kind, its times and its problems.
func token(claims string) jwt.Token {
	return jwt.Token{Kind: jwt.KindJWS, Raw: "x", Claims: jwt.DecodeExact("eyJhbGciOiJub25lIn0." + base64.RawURLEncoding.EncodeToString([]byte(claims)) + ".").Claims}
}

// TestServer holds every combination of what a server says of a token or another
// credential, of the signature, the time and the checks of the caller.
func TestServer(t *testing.T) {
	in := map[string]struct {
		word  Word
		grade Grade
	}{
		// A token: signature, server, time.
		"token good accepts alive":  {Verified, Good},
		"token good accepts over":   {Expired, Bad},
		"token good refuses alive":  {Refused, Bad},
		"token good refuses over":   {Refused, Bad},
		"token good wrong alive":    {Refused, Bad},
		"token good wrong over":     {Refused, Bad},
		"token good large alive":    {Refused, Bad},
		"token good large over":     {Refused, Bad},
		"token bad accepts alive":   {BadSignature, Warn}, // a server that contradicts itself
		"token bad accepts over":    {BadSignature, Warn},
		"token bad refuses alive":   {BadSignature, Bad},
		"token bad refuses over":    {BadSignature, Bad},
		"token bad wrong alive":     {BadSignature, Bad},
		"token bad wrong over":      {BadSignature, Bad},
		"token bad large alive":     {Refused, Bad},
		"token bad large over":      {Refused, Bad},
		"token none accepts alive":  {NotVerified, Warn},
		"token none accepts over":   {NotVerified, Warn},
		"token none refuses alive":  {CannotVerify, Bad},
		"token none refuses over":   {CannotVerify, Bad},
		"token none wrong alive":    {WrongKey, Bad},
		"token none wrong over":     {WrongKey, Bad},
		"token none large alive":    {Refused, Bad},
		"token none large over":     {Refused, Bad},
		"broken good accepts alive": {Verified, Warn},
		"broken good accepts over":  {Expired, Bad},
		"broken good refuses alive": {Refused, Bad},
		"broken none accepts alive": {NotVerified, Warn},
		"broken none refuses alive": {CannotVerify, Bad},
	}
	// Another credential has no signature, whatever the server says of one.
	for _, signature := range []string{"good", "bad", "none"} {
		for _, clock := range []string{"alive", "over"} {
			for _, refuses := range []string{"refuses", "wrong", "large"} {
				in["key "+signature+" "+refuses+" "+clock] = struct {
					word  Word
					grade Grade
				}{Refused, Bad}
			}
		}
		in["key "+signature+" accepts alive"] = struct {
			word  Word
			grade Grade
		}{Accepted, Good}
		in["key "+signature+" accepts over"] = struct {
			word  Word
			grade Grade
		}{Expired, Bad}
	}
	broken := token(`{}`)
	broken.Problems = []jwt.Problem{{Part: "header", Message: "x"}}
	signed := token(`{}`)
	tokens := map[string]*jwt.Token{"token": &signed, "broken": &broken, "key": {Kind: jwt.Kind(model.KindAPIKey)}}
	signatures := map[string][]model.Signature{"good": {model.SignatureGood}, "bad": {model.SignatureBad}, "none": {model.SignatureNotChecked, "", "GOOD", "good enough"}}
	reasons := map[string][]model.Reason{"accepts": {""}, "refuses": {"", model.ReasonExpired, model.ReasonUnknownKID, model.ReasonRevoked, "too_shiny"},
		"wrong": {model.ReasonBadAlgorithm}, "large": {model.ReasonTooLarge}}
	checks := map[string][]jws.Check{"none": nil, "met": {{Claim: "iss", Good: true, Text: "fine"}}, "unmet": {{Claim: "iss", Good: true, Text: "fine"}, {Claim: "aud", Text: "no aud"}}}
	for name, want := range in {
		f := strings.Fields(name)
		for _, signature := range signatures[f[1]] {
			for _, reason := range reasons[f[2]] {
				for met, list := range checks {
					at := now.Add(map[string]time.Duration{"alive": time.Minute, "over": -time.Minute}[f[3]])
					server := &model.Inspection{Kind: model.KindSessionKey, Valid: f[2] == "accepts", Reason: reason, Signature: signature, ExpiresAt: model.Ptr(at), KID: ptr("k1")}
					v := Of(Case{Token: tokens[f[0]], Now: now, Server: server, Asked: "this server", Checks: list})
					grade := want.grade
					if met == "unmet" {
						grade = max(grade, Warn)
					}
					at2 := fmt.Sprintf("%s, signature %q, reason %q, checks %s", name, signature, reason, met)
					if v.Word != want.word || v.Grade != grade {
						t.Errorf("%s: %s, grade %d, want %s, %d", at2, v.Word, v.Grade, want.word, grade)
					}
					fits := signature == model.SignatureGood && f[0] != "key"
					if signed := v.Signed("k1") != ""; signed != fits {
						t.Errorf("%s: a key is named %t, want %t", at2, signed, fits)
					}
					if said := strings.Contains(strings.ReplaceAll(v.String(), "not verified", ""), "verified"); said != fits {
						t.Errorf("%s: verified is said %t, want %t: %s", at2, said, fits, v)
					}
					if met == "unmet" && v.Word != Refused && !strings.Contains(v.String(), "no aud") {
						t.Errorf("%s: the unmet check is not said: %s", at2, v)
					}
				}
			}
		}
	}
	if want := 2*3*4*2 + 5; len(in) != want {
		t.Errorf("%d combinations, want %d", len(in), want)
	}
}

// TestKeys holds every outcome of keys with every result of the checks.
func TestKeys(t *testing.T) {
	checks := map[string][]jws.Check{"met": {{Claim: "exp", Good: true, Text: "fine"}}, "unmet": {{Claim: "aud", Text: "no aud"}}}
	tokens := map[string]jwt.Token{"alive": token(`{"exp":1700000060}`), "over": token(`{"exp":1699999990}`), "endless": token(`{}`)}
	for outcome, word := range words {
		for met, list := range checks {
			for clock, decoded := range tokens {
				for _, good := range []bool{true, false} {
					if good && (met == "unmet" || outcome != jws.Verified) {
						continue // Verify says no such thing
					}
					v := Of(Case{Token: &decoded, Now: now, Keys: &jws.Verification{Outcome: outcome, Good: good, Because: "of that", Key: "file k", Checks: list}})
					grade := Bad
					switch {
					case good && clock != "over":
						grade = Good
					case outcome == jws.Verified, outcome == jws.NotVerified:
						grade = Warn
					}
					if v.Word != word || v.Grade != grade {
						t.Errorf("%s, checks %s, %s, good %t: %s, grade %d, want %s, %d", outcome, met, clock, good, v.Word, v.Grade, word, grade)
					}
				}
			}
		}
	}
	if v := Of(Case{Token: &jwt.Token{}}); v.Word != NotVerified || v.Grade != Warn || len(v.Parts) > 0 {
		t.Errorf("nobody was asked, and the verdict is %+v", v)
	}
}

// TestRefusalSaysWhen: how long ago stands behind the reason that it belongs to, and a
// revocation is told as well.
func TestRefusalSaysWhen(t *testing.T) {
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
			in := model.Inspection{Kind: model.KindClientJWT, Reason: tt.reason, ExpiresAt: model.Ptr(now.Add(-16 * time.Minute))}
			if tt.revoked {
				in.RevokedAt = model.Ptr(now.Add(-30 * time.Second))
			}
			c := Case{Now: now, Server: &in}
			if got, _ := c.refusal(); !strings.HasSuffix(got, tt.want) {
				t.Errorf("got %q, want it to end in %q", got, tt.want)
			}
		})
	}
}

// TestOneLine checks the sentence that a verdict makes.
func TestOneLine(t *testing.T) {
	signed, key := token(`{}`), jwt.Token{Kind: jwt.Kind(model.KindAPIKey)}
	in := model.Inspection{Kind: model.KindServiceToken, Signature: model.SignatureGood, KID: ptr("k1"), Key: ptr("signing key 1"), Reason: model.ReasonRevoked, RevokedAt: model.Ptr(now.Add(-30 * time.Second))}
	unmet := []jws.Check{{Claim: "iss", Text: "no iss"}, {Claim: "aud", Text: "no aud"}}
	for _, tt := range []struct {
		c    Case
		want string
	}{
		{Case{Token: &signed}, "not verified"},
		{Case{Token: &signed, Keys: &jws.Verification{Outcome: jws.Verified, Good: true, KeyID: "k1", Key: "file k.pem"}}, "verified by kid k1 (file k.pem)"},
		{Case{Token: &signed, Keys: &jws.Verification{Outcome: jws.Verified, Key: "a secret", Checks: unmet}}, "verified by a secret, and yet not good: no iss; no aud"},
		{Case{Token: &signed, Keys: &jws.Verification{Outcome: jws.BadSignature, Because: "it is missing"}}, "bad signature: it is missing"},
		{Case{Token: &signed, Keys: &jws.Verification{Outcome: jws.CannotVerify, Because: "alg is none"}}, "cannot verify, because alg is none"},
		{Case{Token: &signed, Server: &in, Asked: "this server"}, "refused by this server: the service token was revoked, or the key that made it, 30 s ago; the signature is verified by kid k1 (signing key 1)"},
		{Case{Token: &key, Server: &model.Inspection{Kind: model.KindAPIKey, Valid: true, CredentialName: ptr("ci")}, Asked: "http://k"}, "accepted by http://k: API key of ci"},
		{Case{Token: &key, Server: &model.Inspection{Kind: model.KindAPIKey, Valid: true}, Asked: "http://k", Checks: unmet[:1]}, "accepted by http://k, and yet not good: no iss"},
	} {
		tt.c.Now = now
		if got := Of(tt.c).String(); got != tt.want {
			t.Errorf("got  %s\nwant %s", got, tt.want)
		}
	}
}

func ptr(s string) *string { return &s }
