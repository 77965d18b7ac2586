package tokens

import (
	"crypto/ed25519"
	"fmt"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"

	"keydeck/model/inspect"
	"keydeck/model/inspect/jwa"
	"keydeck/model/inspect/jwk"
	"keydeck/model/inspect/jws"
	"keydeck/model/inspect/verdict"
	"keydeck/ui/tui/tuitest"
	"keydeck/ui/tui/tuitest/fake"
)

// lockedPEM is a private key that the password "correct horse" encrypts.
const lockedPEM = `-----BEGIN ENCRYPTED PRIVATE KEY-----
MIHsMFcGCSqGSIb3DQEFDTBKMCkGCSqGSIb3DQEFDDAcBAj7DQZG2sNbSAICCAAw
DAYIKoZIhvcNAgkFADAdBglghkgBZQMEASoEEI9n+sPLTUXAJOHpc2FSgHYEgZBQ
bXg9nfZGDdAz5EMR019TIcSiwbO9jIakg3BcNgAPVElObe8Ralfd8blmiDVVG/Fk
ZWkp7orzparcP8Togg2fdy8HXDJRz76dsyS6fQ64j+WjIh6YL598chLNdCoUZFFr
5u+TCXohbcMGUUVpNrP3S91l/ZGqVqEVlfTyDevof4dgqtyFT4lWhVNLOv32Awo=
-----END ENCRYPTED PRIVATE KEY-----`

// ownKeyToken is a DPoP proof (RFC 9449, section 4.2): it brings the key that signed it.
func ownKeyToken() string {
	private := ed25519.NewKeyFromSeed([]byte(strings.Repeat("s", ed25519.SeedSize)))
	key := jwk.Key{Family: jwa.FamilyEd, Public: private.Public(), Private: private}
	jwk, err := key.JWK(false)
	if err != nil {
		panic(err)
	}
	token, err := jws.Sign(fmt.Sprintf(`{"typ":"dpop+jwt","alg":"EdDSA","jwk":%s}`, jwk), `{"jti":"e1","htm":"GET","htu":"https://api.example.com/","iat":946684800}`, key)
	if err != nil {
		panic(err)
	}
	return token
}

// A key that a password encrypts is asked for its password, and then read.
func TestKeyOfAPassword(t *testing.T) {
	clear, err := inspect.Unlock([]byte(lockedPEM), []byte("correct horse"))
	if err != nil {
		t.Fatal(err)
	}
	keys, _, err := jwk.Read(clear, "test")
	if err != nil {
		t.Fatal(err)
	}
	token, err := jws.Sign(`{"alg":"ES256","typ":"JWT"}`, `{"sub":"ada","aud":"shop","iat":946684800,"exp":946688400}`, keys[0])
	if err != nil {
		t.Fatal(err)
	}
	o := tuitest.SignedIn
	o.W, o.H = 140, 40
	run(t, o, func(r *tuitest.Rig) {
		r.Keys("4")
		r.Send(tea.PasteMsg{Content: token})
		r.Keys("v", "right", "right", "tab")
		r.Send(tea.PasteMsg{Content: strings.ReplaceAll(lockedPEM, "\n", "\r")}) // as terminals send it
		r.Lacks("Password")
		r.Keys("enter")
		r.Sees("Password", "the key is encrypted")
		r.Keys("w", "r", "o", "n", "g", "enter")
		r.Sees("the password is another one")
		r.Lacks("wrong", "VERIFIED by")
		r.Keys("ctrl+u")
		r.Send(tea.PasteMsg{Content: "correct horse\n"})
		r.Lacks("correct horse")
		r.Keys("enter")
		r.Sees("VERIFIED")
		r.Lacks("Verify with", "correct horse")
	})
}

// The key that a token brings is tried when that is chosen, and never good.
func TestOwnKeyIsNeverGood(t *testing.T) {
	o := tuitest.SignedIn
	o.W, o.H = 140, 40
	run(t, o, func(r *tuitest.Rig) {
		r.Keys("4")
		r.Send(tea.PasteMsg{Content: ownKeyToken()})
		r.Keys("v", "right", "right", "right", "enter")
		r.Sees("VERIFIED by the token's own jwk", "not good: the key came with the token")
		if got := workbench(r).verdict().Grade; got == verdict.Good {
			t.Error("in the colour of good")
		}
		r.Keys("v", "ctrl+u")
		r.Send(tea.PasteMsg{Content: fakePEM})
		r.Sees("PEM, JWK or JWKS")
		r.Keys("esc", "ctrl+l")
	})
	run(t, o, func(r *tuitest.Rig) {
		r.Keys("4")
		r.Send(tea.PasteMsg{Content: fake.ServiceToken(1)})
		r.Keys("v", "right", "right", "right", "enter")
		r.Sees("CANNOT VERIFY", "it brings none")
	})
}
