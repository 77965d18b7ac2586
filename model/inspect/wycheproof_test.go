package inspect

import (
	"encoding/hex"
	"encoding/json"
	"io/fs"
	"testing"

	"github.com/c2sp/wycheproof"
)

// vectors is what the JSON Web files of Wycheproof hold.
type vectors struct {
	NumberOfTests int
	TestGroups    []struct {
		Type    string
		Comment string
		Public  json.RawMessage
		Private json.RawMessage
		Tests   []vector
	}
}

type vector struct {
	ID      int `json:"tcId"`
	Comment string
	Result  string
	JWS     json.RawMessage
	JWE     json.RawMessage
	PT      string // of a JWE, in hex
}

// text is a token as it would be pasted: a compact one without its quotes.
func (v vector) text(raw json.RawMessage) string {
	var s string
	if json.Unmarshal(raw, &s) == nil {
		return s
	}
	return string(raw)
}

func loadVectors(t testing.TB, name string) vectors {
	t.Helper()
	data, err := fs.ReadFile(wycheproof.TestVectors, name)
	if err != nil {
		t.Fatal(err)
	}
	var v vectors
	if err := json.Unmarshal(data, &v); err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, g := range v.TestGroups {
		n += len(g.Tests)
	}
	if n == 0 || n != v.NumberOfTests {
		t.Fatalf("%d tests in %s, it says %d", n, name, v.NumberOfTests)
	}
	return v
}

// selfContradicting are vectors that call one thing valid and invalid: the two
// called invalid are the very token of 357, the two called valid hold a character
// that 361 and 371 are invalid for.
var selfContradicting = map[int]bool{367: true, 370: true, 372: true, 373: true}

// TestWycheproofSignatures holds Keys, Decode and Verify against every vector with
// a JWS. Their payloads are no claims, so that none is ever good.
func TestWycheproofSignatures(t *testing.T) {
	for name, want := range map[string]int{
		"json_web_signature_test.json": 401 - len(selfContradicting),
		"json_web_key_test.json":       26,
		"json_web_crypto_test.json":    49,
	} {
		ran := 0
		for _, g := range loadVectors(t, name).TestGroups {
			private, _, privateErr := Keys(g.Private, "group")
			halves := map[string][]Key{"private": private}
			if g.Public != nil {
				public, _, publicErr := Keys(g.Public, "group")
				halves["public"] = public
				if (privateErr == nil) != (publicErr == nil) {
					t.Errorf("%s: %s: private key: %v, public key: %v", name, g.Comment, privateErr, publicErr)
				}
			}
			for _, v := range g.Tests {
				if v.JWS == nil || name == "json_web_signature_test.json" && selfContradicting[v.ID] {
					continue
				}
				ran++
				for half, keys := range halves {
					for door, decode := range map[string]func(string) Token{"Decode": Decode, "DecodeExact": DecodeExact} {
						got := Verify(decode(v.text(v.JWS)), keys, Expect{Now: now})
						if (got.Outcome == Verified) != (v.Result == "valid") {
							t.Errorf("%s %d %q (%s, %s key): %s, want %s", name, v.ID, v.Comment, door, half, got, v.Result)
						}
						if got.Good {
							t.Errorf("%s %d %q: good, and its payload is no claims", name, v.ID, v.Comment)
						}
					}
				}
			}
		}
		if ran != want {
			t.Errorf("%d vectors of %s ran, want %d", ran, name, want)
		}
	}
}

// TestWycheproofEncryption opens every JWE with the group's private key, and wants
// none to pass for a signed token. RSA1_5 is not opened at all.
func TestWycheproofEncryption(t *testing.T) {
	opened, refused := 0, 0
	for _, name := range []string{"json_web_encryption_test.json", "json_web_crypto_test.json"} {
		for _, g := range loadVectors(t, name).TestGroups {
			keys, _, keysErr := DecryptionKeys(g.Private, "group")
			for _, v := range g.Tests {
				if v.JWE == nil {
					continue
				}
				token := Decode(v.text(v.JWE))
				if got := Verify(token, keys, Expect{Now: now}); got.Good || got.Outcome != CannotVerify {
					t.Errorf("%s %d %q: %s", name, v.ID, v.Comment, got)
				}
				if v.Result == "valid" && (token.Kind != KindJWE || len(token.Problems) > 0) {
					t.Errorf("%s %d %q: %s with %v", name, v.ID, v.Comment, token.Kind, token.Problems)
				}
				got, err := Open(token, keys)
				if token.Algorithm == "RSA1_5" {
					if err == nil {
						t.Errorf("%s %d %q: RSA1_5 was opened", name, v.ID, v.Comment)
					}
					continue
				}
				if (err == nil) != (v.Result == "valid") {
					t.Errorf("%s %d %q (%s, %s): %v, keys %v, want %s", name, v.ID, v.Comment, token.Algorithm, token.Encryption, err, keysErr, v.Result)
				}
				if err != nil {
					refused++
					continue
				}
				if opened++; v.PT != "" && hex.EncodeToString(got.Plaintext) != v.PT {
					t.Errorf("%s %d %q: plaintext %x, want %s", name, v.ID, v.Comment, got.Plaintext, v.PT)
				}
			}
		}
	}
	if opened < 30 || refused < 80 {
		t.Errorf("%d opened and %d refused", opened, refused)
	}
}
