package tokens

import (
	"crypto/ed25519"
	"crypto/x509"
	"encoding/base64"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"keydeck/model/inspect/jwa"
	"keydeck/model/inspect/verdict"
	"keydeck/ui/tui/tuitest"
	"keydeck/ui/tui/tuitest/fake"
)

// expecting asks the server, expecting an issuer and an audience.
func expecting(iss, aud string) func(*tuitest.Rig) {
	return func(r *tuitest.Rig) {
		r.Keys("v", "tab", iss, "tab", aud, "enter")
	}
}

// TestExpectationsBesideTheServer checks that a token which the server accepts but
// which is not as expected is not shown as good.
func TestExpectationsBesideTheServer(t *testing.T) {
	const iss = "http://127.0.0.1:8000"
	for _, tt := range []struct {
		name, token, iss, aud string
		good                  bool
		sees                  []string
	}{
		{"nothing", fake.ServiceToken(time.Hour), "", "", true, []string{"VERIFIED", "accepted by this server"}},
		{"the issuer", fake.ServiceToken(time.Hour), iss, "", true, []string{"VERIFIED", "as expected: iss " + iss + " · aud any", "good: iss is"}},
		{"another issuer", fake.ServiceToken(time.Hour), "https://else.example", "", false, []string{"VERIFIED", "and yet not good: iss is", "not good: iss is"}},
		{"an audience", fake.ServiceToken(time.Hour), iss, "shop", false, []string{"VERIFIED", "and yet not good: no aud", "good: iss is", "not good: no aud"}},
		{"of a key", fake.Secret, iss, "", false, []string{"ACCEPTED", "and yet not good: no iss"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			o := takes
			o.W, o.H = 140, 40
			run(t, o, func(r *tuitest.Rig) {
				r.Keys("4")
				r.Send(tea.PasteMsg{Content: tt.token})
				expecting(tt.iss, tt.aud)(r)
				r.Sees(tt.sees...)
				if got := workbench(r).verdict().Grade == verdict.Good; got != tt.good {
					t.Errorf("in the colour of good: %v, want %v", got, tt.good)
				}
				r.Keys("v", "tab", "ctrl+u", "tab", "ctrl+u", "enter")
				r.Lacks("as expected")
			})
		})
	}
}

func TestKeyTextIsNoFileName(t *testing.T) {
	private := ed25519.NewKeyFromSeed([]byte(strings.Repeat("s", ed25519.SeedSize)))
	der, err := x509.MarshalPKIXPublicKey(private.Public())
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		s    string
		want bool
	}{
		{base64.StdEncoding.EncodeToString(der), true},
		{base64.RawURLEncoding.EncodeToString(der), true},
		{base64.StdEncoding.EncodeToString(der[:len(der)-1]), false}, // cut off
		{base64.StdEncoding.EncodeToString(append(der, 0)), false},
		{"{}", true}, {fakePEM, true}, {"a\nb", true},
		{"", false}, {"MI", false}, {"MIIB", false}, {"MAEA", false}, {"MIT/keys/public", false}, {"key.pem", false}, {"~/MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8A", false}, {"/etc/ssl/k.pem", false},
	} {
		if got := isKeyText(tt.s); got != tt.want {
			t.Errorf("isKeyText(%q) = %t, want %t", tt.s, got, tt.want)
		}
	}
}

// TestAFileOfAnyName checks that a file whose name begins like a key is read as a file.
func TestAFileOfAnyName(t *testing.T) {
	path := filepath.Join(t.TempDir(), "MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8A")
	if err := os.WriteFile(path, []byte(fakePEM), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Chdir(filepath.Dir(path))
	with, err := verifier{kind: withKey, text: filepath.Base(path)}.load(t.Context(), nil, "")
	if err != nil || len(with.keys) != 1 || with.keys[0].Family != jwa.FamilyEd {
		t.Errorf("%+v, %v", with.keys, err)
	}
}
