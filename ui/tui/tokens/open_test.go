package tokens

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"keydeck/model/inspect/jwk"
	"keydeck/model/inspect/verdict"
	"keydeck/ui/tui/tuitest"
	"keydeck/ui/tui/tuitest/fake"
)

// foreignTokens are tokens that jose encrypted, with the keys to open them.
type foreignTokens struct {
	Keys map[string]struct {
		JWK json.RawMessage
	}
	Encrypted []struct{ Alg, Key, Token string }
}

func readForeignTokens(t *testing.T) (out foreignTokens) {
	t.Helper()
	raw, err := os.ReadFile(filepath.FromSlash("../../../model/inspect/internal/tokentest/testdata/interop.json"))
	if err == nil {
		err = json.Unmarshal(raw, &out)
	}
	if err != nil || len(out.Encrypted) == 0 {
		t.Fatalf("%d tokens, %v", len(out.Encrypted), err)
	}
	return out
}

// openBy opens the token that is looked at: with a text that is pasted, after the
// form was set by the keys.
func openBy(pasted string, keys ...string) func(*tuitest.Rig) {
	return func(r *tuitest.Rig) {
		r.Keys(append([]string{"v", "shift+tab"}, keys...)...)
		r.Send(tea.PasteMsg{Content: pasted})
		r.Keys("enter")
	}
}

// TestOpen opens tokens with keys of every kind, given in every way. Opening verifies
// nothing, and the screen says who opened it.
func TestOpen(t *testing.T) {
	foreign := readForeignTokens(t)
	private := string(foreign.Keys["RSA"].JWK)
	path := filepath.Join(t.TempDir(), "keys.json")
	if err := os.WriteFile(path, []byte(`{"keys":[`+private+`,`+string(foreign.Keys["P-256"].JWK)+`]}`), 0o600); err != nil {
		t.Fatal(err)
	}
	pemOf := func(text string) string {
		keys, _, err := jwk.ReadForDecryption([]byte(text), "")
		if err != nil {
			t.Fatal(err)
		}
		pem, err := keys[0].PEM(true)
		if err != nil {
			t.Fatal(err)
		}
		return string(pem)
	}
	of := func(alg string) string {
		for _, e := range foreign.Encrypted {
			if e.Alg == alg {
				return e.Token
			}
		}
		t.Fatalf("there is none with %s", alg)
		return ""
	}
	const claims = `{"sub":"ada","exp":946684860}`
	for _, tt := range []struct {
		name, token string
		open        func(*tuitest.Rig)
		want        []string
	}{
		{"a shared secret, plain", sealed(claims), openBy(sealSecret), []string{"opened with a secret (plain)", "ada", "expires in 5", "claims, not signed"}},
		{"in base64", sealed(claims), openBy(base64.StdEncoding.EncodeToString([]byte(sealSecret)), "tab", "tab", "right", "shift+tab"), []string{"opened with a secret (base64)", "ada"}},
		{"in hex", sealed(claims), openBy(hex.EncodeToString([]byte(sealSecret)), "tab", "tab", "left", "shift+tab"), []string{"opened with a secret (hex)", "ada"}},
		{"a shared key as JWK", sealed(claims), openBy(`{"kty":"oct","kid":"s1","k":"`+base64url([]byte(sealSecret))+`"}`, "left"), []string{"opened with secret of 16 bytes, kid s1, the key that was pasted", "ada"}},
		{"a password", of("PBES2-HS256+A128KW"), openBy("correct horse"), []string{"opened with a secret (plain)", "plain", "5 bytes of text"}},
		{"a private key as JWK", of("RSA-OAEP-256"), openBy(private), []string{"opened with RSA 2048 private key", "the key that was pasted"}},
		{"as PEM", of("RSA-OAEP"), openBy(pemOf(private)), []string{"opened with RSA 2048 private key", "plain"}},
		{"a set in a file", of("ECDH-ES"), openBy(path), []string{"opened with", "file " + path, "a token within", "enter goes in"}},
		{"another secret", sealed(claims), openBy(sealSecret[1:] + "x"), []string{"CANNOT OPEN", "no key opens it"}},
		{"of another length", sealed(claims), openBy("short"), []string{"CANNOT OPEN", "another length"}},
		{"a key of another kind", sealed(claims), openBy(private, "left"), []string{"CANNOT OPEN"}},
		{"no key", sealed(claims), openBy("no/such/file.pem", "left"), []string{"Decrypt with", "no such file"}},
		{"nothing", sealed(claims), openBy(""), []string{"Decrypt with", "this is needed"}},
		{"nothing in it", sealed(""), openBy(sealSecret), []string{"opened with", "empty"}},
		{"a text with dots", sealed("Dear Ada. Yours."), openBy(sealSecret), []string{"16 bytes of text", "Dear Ada. Yours."}},
		{"bytes", sealed("\xff\x00"), openBy(sealSecret), []string{"2 bytes, no text", "ff00"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			run(t, tuitest.Options{SignedIn: true, Seed: fake.OneProject, W: 200, H: 50}, func(r *tuitest.Rig) {
				r.Keys("4")
				r.Send(tea.PasteMsg{Content: tt.token})
				r.Sees("enter decrypts it with a key, a password or a shared secret")
				tt.open(r)
				for _, want := range tt.want {
					if want != "a token within" {
						r.Sees(want)
					} else if workbench(r).token.Claims[0].Nested == nil {
						t.Errorf("there is no token within:\n%s", r.Screen())
					}
				}
				if v := workbench(r).verdict(); v.Grade == verdict.Good || saysVerified(r) {
					t.Errorf("opened, and it says %+v", v)
				}
				for _, c := range r.Server.Calls {
					if strings.Contains(c, "tokens") {
						t.Errorf("the server was told: %s", c)
					}
				}
			})
		})
	}
}

// TestOpenedTokenIsVerified goes into the token inside an encrypted one and verifies
// it, and comes back to the opened one.
func TestOpenedTokenIsVerified(t *testing.T) {
	run(t, tuitest.Options{SignedIn: true, Seed: fake.OneProject, W: 140, H: 40}, func(r *tuitest.Rig) {
		inner := signedHMAC(hs256, fakeClaims(14*time.Minute))
		r.Keys("4")
		r.Send(tea.PasteMsg{Content: sealed(inner)})
		openWith(sealSecret)(r)
		r.Sees("NOT VERIFIED, opened with a secret (plain)", "inside: expires in 14 min", "says nothing of who wrote it")
		r.Wait(14 * time.Minute)
		r.Sees("inside: EXPIRED")
		r.Keys("enter")
		r.Sees("→ encrypted by an unknown party, decrypted with a secret (plain); esc goes back to it", "NOT VERIFIED")
		withSecretKey(longSecret)(r)
		r.Sees("VERIFIED by the secret that was typed", "and yet not good: expired")
		r.Keys("esc")
		r.Sees("NOT VERIFIED, opened with a secret (plain)")
		if saysVerified(r) {
			t.Error("the signature within has verified the token around it")
		}
		r.Raw = nil
		r.Keys("y")
		if len(r.Raw) != 1 || !strings.Contains(r.Raw[0], base64.StdEncoding.EncodeToString([]byte(inner))) {
			t.Errorf("copied %q, want what was opened", r.Raw)
		}
		// The key is kept, and what comes is tried with it.
		r.Send(tea.PasteMsg{Content: sealed(`{"sub":"bob"}`)})
		r.Sees("opened with a secret (plain)", "bob")
		r.Send(tea.PasteMsg{Content: sealedFor(rsaSealed)})
		r.Sees("enter decrypts it with a key")
		r.Lacks("CANNOT OPEN")
		r.Keys("enter")
		r.Sees("[key] password", "paste it, or give the path of a file")
	})
}

// TestOpenedInPrivate checks that encrypted claims are masked like others.
func TestOpenedInPrivate(t *testing.T) {
	for _, plaintext := range []string{`{"email":"ada.lovelace@analytical.example","name":"Ada lovelace"}`, "Yours, lovelace", "\xfflovelace"} {
		for _, size := range tuitest.Sizes {
			run(t, tuitest.Options{SignedIn: true, Seed: fake.OneProject, W: size.W, H: size.H}, func(r *tuitest.Rig) {
				r.Keys("4")
				r.Send(tea.PasteMsg{Content: sealed(plaintext)})
				openWith(sealSecret)(r)
				r.Keys("*")
				for range paneCount {
					r.Lacks("lovelace", hex.EncodeToString([]byte("lovelace")))
					r.Keys("tab")
				}
				r.Keys("e")
				r.Lacks("lovelace")
			})
		}
	}
}

// TestOpenedClaimsAreEdited: with a header that can be signed.
func TestOpenedClaimsAreEdited(t *testing.T) {
	run(t, tuitest.SignedIn, func(r *tuitest.Rig) {
		r.Keys("4")
		r.Send(tea.PasteMsg{Content: sealed(`{"sub":"ada"}`)})
		openWith(sealSecret)(r)
		r.Keys("e")
		if got, want := workbench(r).editor.text(), (tokenText{layoutJSON(hs256), layoutJSON(`{"sub":"ada"}`)}); got != want {
			t.Errorf("edited is %q, want %q", got, want)
		}
	})
}

// TestOpeningIsOffUpdate checks that the screen goes on while a key is derived from a
// password, and that the result goes to the token it belongs to.
func TestOpeningIsOffUpdate(t *testing.T) {
	run(t, tuitest.SignedIn, func(r *tuitest.Rig) {
		r.Keys("4")
		r.Send(tea.PasteMsg{Content: sealed(`{"sub":"ada"}`)})
		s := workbench(r)
		key, err := jwk.ReadSecret(sealSecret, jwk.EncodingPlain)
		if err != nil {
			t.Fatal(err)
		}
		s.opener = verifier{kind: withSecret, keys: []jwk.Key{key}, opens: true}
		cmd := s.open(true)
		if cmd == nil || s.token.Opened != nil {
			t.Fatal("it was opened in Update")
		}
		r.Sees("NOT OPENED", "trying the key…")
		first := s.token
		r.Send(tea.PasteMsg{Content: hmacToken(longSecret)})
		r.Start(cmd)
		r.Settle()
		r.Lacks("opened")
		if first.Opened != nil {
			t.Error("an answer that nobody waits for was taken")
		}
	})
}
