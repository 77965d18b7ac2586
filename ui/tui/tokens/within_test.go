package tokens

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"keydeck/model/inspect"
	"keydeck/model/inspect/jwt"
	"keydeck/ui/tui/tuitest"
	"keydeck/ui/tui/tuitest/fake"
)

// TestWhatStandsWithinIsSaid checks that times and findings of a token inside another
// are told with their place.
func TestWhatStandsWithinIsSaid(t *testing.T) {
	over, fresh := signedHMAC(hs256, fakeClaims(-3*time.Minute)), signedHMAC(hs256, fakeClaims(10*time.Minute))
	inClaim := func(name, inner string) string {
		return signedHMAC(hs256, `{"sub":"ada","exp":946684860,"`+name+`":"`+inner+`"}`)
	}
	for _, tt := range []struct {
		name, token string
		sees        []string
	}{
		{"in the payload", payloadToken(over), []string{"in payload: EXPIRED 3 min ago", "within     in payload: EXPIRED 3 min ago", "EXPIRED 3 min ago, at 1999-12-31 23:57:00"}},
		{"in a claim", inClaim("act", fresh), []string{"expires in 59 s", "in claim act: expires in 9 min", "act holds a token"}},
		{"unsigned, in a claim", inClaim("act", noneToken), []string{"in claim act: alg none: not signed", "in claim act: expires in 365 d, alg none"}},
		{"in a claim called payload", inClaim("payload", over), []string{"in claim payload: EXPIRED"}},
		{"milliseconds", payloadToken(signedHMAC(hs256, `{"exp":946684860000}`)), []string{"in payload: milliseconds mistaken for seconds", "clock   in payload: exp is in milliseconds"}},
		{"not yet", payloadToken(signedHMAC(hs256, `{"nbf":946771200,"exp":946771300}`)), []string{"in payload: NOT YET VALID, in 23 h 59 min"}},
		{"without an end", payloadToken(signedHMAC(hs256, `{"sub":"ada"}`)), []string{"in payload: no expiry", "in payload: no exp: valid until the key is changed"}},
		{"two deep", payloadToken(payloadToken(over)), []string{"in payload, in payload: EXPIRED", "in payload: signed token (JWS, compact)"}},
		{"encrypted", payloadToken(sealed("x")), []string{"in payload: encrypted token (JWE, compact), alg dir"}},
		{"broken", payloadToken(strings.Replace(over, ".ey", ".!!", 1)), []string{"in payload: unreadable", "in payload: payload: invalid base64 at byte 0"}},
		{"a pair", `{"apiKey":"` + fresh + `","secretKey":"` + over + `"}`, []string{"in secretKey: EXPIRED", "in apiKey: expires in 9 min"}},
		{"JSON form", jsonForm(over, signatureOf(payloadToken(over), "")), []string{"in payload: EXPIRED"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			run(t, tuitest.Options{SignedIn: true, Seed: fake.OneProject, W: 200, H: 50}, func(r *tuitest.Rig) {
				r.Keys("4")
				r.Send(tea.PasteMsg{Content: tt.token})
				r.Wait(time.Second)
				r.Sees(tt.sees...)
			})
		})
	}
}

// TestClocksWithinTick lets a token inside another expire on the screen.
func TestClocksWithinTick(t *testing.T) {
	run(t, tuitest.Options{SignedIn: true, Seed: fake.OneProject, W: 140, H: 40}, func(r *tuitest.Rig) {
		r.Keys("4")
		r.Send(tea.PasteMsg{Content: payloadToken(signedHMAC(hs256, fakeClaims(time.Minute)))})
		r.Sees("in payload: expires in 1 min")
		r.Wait(30 * time.Second)
		r.Sees("in payload: expires in 30 s")
		r.Wait(40 * time.Second)
		r.Sees("in payload: EXPIRED")
	})
}

// TestSignaturesOfJSONForm checks that every signature is listed with its header, and
// can be entered or says why not.
func TestSignaturesOfJSONForm(t *testing.T) {
	claims := fakeClaims(10 * time.Minute)
	good := signedHMAC(hs256, claims)
	named := signedHMAC(`{"alg":"HS256","kid":"k1"}`, claims)
	for _, tt := range []struct {
		name   string
		sig    jsonSignature
		enters bool
		sees   string
	}{
		{"all protected", signatureOf(named, ""), true, "alg HS256, kid k1, enter opens it"},
		{"the kid is not", signatureOf(good, `{"kid":"k9","x5t":"y"}`), true, "alg HS256, kid k9 (not protected), enter opens it"},
		{"the alg is not", jsonSignature{base64url([]byte(`{"kid":"k1"}`)), json.RawMessage(`{"alg":"HS256"}`), "c2ln"}, false, "alg is not protected by the signature"},
		{"nothing is", jsonSignature{"", json.RawMessage(`{"alg":"HS256"}`), "c2ln"}, false, "no part of its header is protected"},
		{"crit is not", signatureOf(good, `{"crit":["x"],"x":1}`), false, "crit is not protected by the signature"},
		{"b64 is not", signatureOf(good, `{"b64":false}`), false, "b64 is not protected by the signature"},
		{"a name in both", signatureOf(named, `{"kid":"k2"}`), false, `"kid" stands in its header twice`},
		{"a name twice", signatureOf(good, `{"kid":"k2","kid":"k3"}`), false, `"kid" stands in its header twice`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			run(t, tuitest.Options{SignedIn: true, Seed: fake.OneProject, W: 200, H: 50}, func(r *tuitest.Rig) {
				r.Keys("4")
				r.Send(tea.PasteMsg{Content: jsonForm(claims, tt.sig, signatureOf(named, ""))})
				r.Sees(tt.sees)
				r.Keys("home")
				if got := workbench(r).selected().Nested != nil; got != tt.enters {
					t.Fatalf("it can be gone into: %v, want %v\n%s", got, tt.enters, r.Screen())
				}
				if !tt.enters {
					return
				}
				r.Keys("enter")
				r.Sees("one signature of a token in JSON form, as a compact token")
				withSecretKey(longSecret)(r)
				r.Sees(" VERIFIED by the secret that was typed")
				if len(tt.sig.Header) > 0 {
					r.Sees("not protected, and left out", "its unprotected header is shown but not verified")
				}
			})
		})
	}
}

// TestEncryptedJSONForm checks that a JSON form is opened where a compact token could
// say the same.
func TestEncryptedJSONForm(t *testing.T) {
	parts := strings.Split(sealed(`{"sub":"ada"}`), ".")
	object := func(more string) string {
		return `{"protected":"` + parts[0] + `","iv":"` + parts[2] + `","ciphertext":"` + parts[3] + `","tag":"` + parts[4] + `"` + more + `}`
	}
	for _, tt := range []struct {
		name, token string
		opens       bool
	}{
		{"flattened", object(""), true},
		{"for one", object(`,"recipients":[{}]`), true},
		{"for two", object(`,"recipients":[{},{}]`), false},
		{"a header of its own", object(`,"header":{"kid":"1"}`), false},
		{"a shared header", object(`,"unprotected":{"kid":"1"}`), false},
		{"more data", object(`,"aad":"AAAA"`), false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			run(t, tuitest.Options{SignedIn: true, Seed: fake.OneProject, W: 140, H: 40}, func(r *tuitest.Rig) {
				r.Keys("4")
				r.Send(tea.PasteMsg{Content: tt.token})
				r.Keys("home")
				if inspect.Decode(tt.token).Kind != jwt.KindJWEJSON {
					t.Fatal("that is no encrypted token in JSON form")
				}
				for workbench(r).focus != paneClaims {
					r.Keys("tab")
				}
				if m := workbench(r).selected(); m == nil || (m.Nested != nil) != tt.opens {
					t.Fatalf("%+v\n%s", m, r.Screen())
				}
				if !tt.opens {
					r.Sees("cannot be opened here")
					return
				}
				r.Keys("enter")
				openWith(sealSecret)(r)
				r.Sees("opened with a secret (plain)", "ada")
			})
		})
	}
}
