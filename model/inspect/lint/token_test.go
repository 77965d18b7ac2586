package lint_test

import (
	"crypto/rsa"
	"encoding/base64"
	"math/big"
	"strings"
	"testing"

	"keydeck/model"
	"keydeck/model/inspect"
	"keydeck/model/inspect/internal/tokentest"
	"keydeck/model/inspect/jwa"
	"keydeck/model/inspect/jwk"
	"keydeck/model/inspect/jwt"
	"keydeck/model/inspect/lint"
)

// TestOrdinaryTokens: of the tokens that this server makes and takes, in every
// family, nothing is said but what is so.
func TestOrdinaryTokens(t *testing.T) {
	const (
		id    = "0193a1b2-0000-7000-8000-000000000001"
		other = "0193a1b2-0000-7000-8000-000000000002"
		life  = `"iat":1700000000,"nbf":1700000000,"exp":1700000900,"jti":"` + other + `"`
		pair  = `{"CustomerId":"ABC123","nNodeLicenseExpiry":"1731536000","iat":1700000000,"jti":"` + id + `"}`
	)
	tests := []struct {
		name, header, claims string
		credential           model.Kind
		want                 string
	}{
		{"A, service token", `{"alg":"RS512","typ":"JWT","kid":"` + id + `"}`,
			`{"iss":"http://127.0.0.1:8000","sub":"` + id + `","account_id":"ABC123","project_id":"` + other + `","scope":"keys:write",` + life + `}`, model.KindServiceToken, "note aud"},
		{"B, one of a pair", `{"alg":"HS256","typ":"JWT","kid":"` + id + `"}`, pair, model.KindKeyPair, "warn no_exp, note aud"},
		{"B, as documented", `{"alg":"HS256","typ":"JWT"}`, `{"CustomerId":"-1","nNodeLicenseExpiry":"122789906120","iat":1566292010}`, model.KindKeyPair, "warn no_exp, note aud"},
		{"B, session key", `{"alg":"HS256","typ":"JWT","kid":"` + id + `"}`,
			`{"apiKey":` + pair + `,"secretKey":` + pair + `,"hostname":"FTCPU3344","exp":1700003600,"iat":1700000000}`, model.KindSessionKey, "note aud"},
		{"C, access token", `{"alg":"RS512","typ":"at+jwt","kid":"` + id + `"}`,
			`{"iss":"http://127.0.0.1:8000","aud":"http://127.0.0.1:8000","sub":"` + id + `","client_id":"keydeck","sid":"` + other + `",` + life + `}`, model.KindAccessToken, ""},
		{"D, made by a client", `{"alg":"HS256","typ":"JWT","kid":"` + id + `"}`, `{"sub":"browser","aud":"keydeck","iat":1700000000,"exp":1700000900}`, model.KindClientJWT, ""},
		{"of another server", `{"alg":"RS256","typ":"JWT","kid":"yN/8abcdefghijklmnopqrstuvwxyz0123456789+AA="}`,
			`{"iss":"https://issuer.example/pool","aud":"client","token_use":"access","auth_time":1700000000,"version":2,"ver":"1.0.0.1","iat":1700000000,"exp":1700003600,"sub":"` + id + `","n":4111111111111112}`, "", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := inspect.Decode(tokentest.JWS(tt.header, tt.claims))
			if tokentest.Rules(got) != tt.want || len(got.Problems) > 0 || got.Credential != tt.credential {
				t.Errorf("findings %q problems %v credential %q, want %q and %q: %+v", tokentest.Rules(got), got.Problems, got.Credential, tt.want, tt.credential, got.Findings)
			}
		})
	}
}

func TestHeaderFindings(t *testing.T) {
	tests := []struct{ name, header, want string }{
		{"small letters", `{"alg":"hs256","typ":"JWT"}`, "warn alg_case"},
		{"small letters of a key algorithm", `{"alg":"rsa-oaep","typ":"JWT"}`, "warn alg_case"},
		{"unknown", `{"alg":"XY999","typ":"JWT"}`, "warn alg_unknown"},
		{"empty", `{"alg":"","typ":"JWT"}`, "warn alg_unknown"},
		{"SHA-1", `{"alg":"RS1","typ":"JWT"}`, "danger alg_weak"},
		{"key algorithm", `{"alg":"RSA-OAEP","typ":"JWT"}`, "danger alg_kind"},
		{"jwk with its private half", `{"alg":"HS256","typ":"JWT","jwk":{"kty":"RSA","n":"AA","d":"AA"}}`, "warn jwk, danger jwk_private"},
		{"jwk with a secret", `{"alg":"HS256","typ":"JWT","jwk":{"kty":"oct","k":"AA"}}`, "warn jwk, danger jwk_private"},
	}
	for _, tt := range tests {
		if got := tokentest.Rules(inspect.Decode(tokentest.JWS(tt.header, `{"aud":"a","exp":1700000060}`))); got != tt.want {
			t.Errorf("%s: findings %q, want %q", tt.name, got, tt.want)
		}
	}
}

func TestKeyIDs(t *testing.T) {
	tests := []struct{ kid, want string }{
		{"2024-01-rsa", ""}, {"0193a1b2-0000-7000-8000-000000000000", ""}, {"NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs", ""},
		{"arn:aws:kms:eu-west-1", ""}, {"did:example:123#keys-1", ""}, {"key=1", ""}, {"user@example", ""},
		{"yN/8abcdefghijklmnopqrstuvwxyz0123456789+AA=", ""},
		{"", "is empty"},
		{strings.Repeat("k", 129), "is of 129 bytes"},
		{"../../../dev/null", "is a path"}, {"..%2f..%2fdev%2fnull", "is a path"}, {"/dev/null", "is a path"}, {`C:\keys\a`, "is a path"}, {"a\x00b", "is a path"},
		{"x' UNION SELECT 'key' -- ", "looks like SQL"}, {"1; DROP TABLE keys", "looks like SQL"},
		{"https://evil.example/key", "is a URL"}, {"file:///etc/passwd", "is a URL"},
		{"key|id", "looks like a command"}, {"$(id)", "looks like a command"}, {"${jndi:x}", "looks like a command"},
		{"a b", "is not a plain identifier"}, {"a/b", "is not a plain identifier"}, {"ключ", "is not a plain identifier"}, {"..", "is not a plain identifier"},
	}
	for _, tt := range tests {
		if got := lint.OddKeyID(tt.kid); !strings.HasPrefix(got, tt.want) || (got == "") != (tt.want == "") {
			t.Errorf("kid %q %s, want %q", tt.kid, got, tt.want)
		}
	}
}

func TestSignatureFindings(t *testing.T) {
	sized := func(alg string, signature []byte) string {
		return tokentest.Base64URL(`{"alg":"`+alg+`","typ":"JWT"}`) + "." + tokentest.Base64URL(`{"aud":"a","exp":1700000060}`) + "." + base64.RawURLEncoding.EncodeToString(signature)
	}
	tests := []struct {
		alg  string
		n    int
		want string
	}{
		{"HS256", 32, ""}, {"HS256", 31, "danger signature_size"}, {"HS512", 32, "danger signature_size"}, {"HS384", 48, ""},
		{"RS256", 256, ""}, {"RS256", 384, ""}, {"RS512", 288, ""}, {"PS256", 128, "warn weak_key"}, {"RS256", 64, "danger signature_size"},
		{"ES256", 64, ""}, {"ES384", 96, ""}, {"ES512", 132, ""}, {"ES512", 64, "danger signature_size"}, {"EdDSA", 64, ""}, {"EdDSA", 114, ""}, {"EdDSA", 63, "danger signature_size"},
		{"none", 0, "danger alg_none"}, {"ES256", 0, "danger no_signature"}, {"XY1", 5, "warn alg_unknown"},
	}
	for _, tt := range tests {
		if got := tokentest.Rules(inspect.Decode(sized(tt.alg, make([]byte, tt.n)))); got != tt.want {
			t.Errorf("%s with %d bytes: findings %q, want %q", tt.alg, tt.n, got, tt.want)
		}
	}
	der := append([]byte{0x30, 0x45, 0x02, 0x21}, make([]byte, 67)...)
	if got := tokentest.Rules(inspect.Decode(sized("ES256", der))); got != "danger signature_form" {
		t.Errorf("DER: findings %q", got)
	}
}

func TestClaimsFindings(t *testing.T) {
	tests := []struct{ name, claims, want string }{
		{"iss a number", `"iss":1`, "danger iss"},
		{"sub null", `"sub":null`, "danger sub"},
		{"jti an array", `"jti":[]`, "danger jti"},
		{"two audiences", `"x":1`, ""},
		{"proof of possession", `"htm":"GET","htu":"https://x.example/"`, "warn typ_kind"},
		{"e-mail by name", `"email":"x"`, "note personal"},
		{"e-mail by form", `"sub":"ada@example.com"`, "note personal"},
		{"service account", `"sub":"ci@project.iam.gserviceaccount.com"`, ""},
		{"in depth", `"user":{"contact":[{"Phone-Number":"x"}]}`, "note personal"},
		{"namespaced", `"https://x.example/birth_date":"2000-01-01"`, "note personal"},
		{"address of OpenID Connect", `"address":{"country":"NL"}`, "note personal"},
		{"phone by form", `"p":"+31 6 1234 5678"`, "note personal"},
		{"a sum is no phone", `"p":"+12"`, ""},
		{"card", `"c":"4111 1111 1111 1111"`, "warn card_number"},
		{"card as a number", `"c":5500005555555559`, "warn card_number"},
		{"card with a wrong digit", `"c":"4111111111111112"`, ""},
		{"microseconds are no card", `"c":1700000000000000`, ""},
		{"IBAN", `"i":"NL91 ABNA 0417 1643 00"`, "note personal"},
		{"IBAN with a wrong digit", `"i":"NL92ABNA0417164300"`, ""},
		{"SSN", `"s":"123-45-6789"`, "note personal"},
		{"IPv4", `"i":"203.0.113.7"`, "note personal"},
		{"IPv6", `"i":"2001:db8::1"`, "note personal"},
		{"loopback", `"i":"127.0.0.1"`, ""},
		{"version", `"version":"1.2.3.4"`, ""},
		{"password", `"password":"x"`, "danger secret_claim"},
		{"empty password", `"password":""`, ""},
		{"API key", `"k":"` + tokentest.StaticKey + `"`, "danger secret_claim"},
		{"private key", `"k":"-----BEGIN RSA PRIVATE KEY-----\nAA"`, "danger secret_claim"},
		{"false is nothing", `"email":null,"email_verified":true,"phone":false`, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := inspect.Decode(tokentest.JWS(`{"alg":"HS256","typ":"JWT"}`, `{"aud":["a","b"],"exp":1700000060,`+tt.claims+`}`))
			if tokentest.Rules(got) != tt.want {
				t.Errorf("findings %q, want %q: %v", tokentest.Rules(got), tt.want, got.Findings)
			}
			for _, f := range got.Findings {
				if strings.Contains(f.Text, tokentest.StaticKey) || strings.Contains(f.Text, "4111") {
					t.Errorf("the finding shows what it warns of: %s", f.Text)
				}
			}
		})
	}
	for _, aud := range []string{"1", "null", "{}", `["a",1]`, "[[]]"} {
		if got := tokentest.Rules(inspect.Decode(tokentest.JWS(`{"alg":"HS256","typ":"JWT"}`, `{"exp":1700000060,"aud":`+aud+`}`))); got != "danger aud" {
			t.Errorf("aud %s: findings %q", aud, got)
		}
	}
}

func TestSizeFindings(t *testing.T) {
	for _, tt := range []struct {
		size int
		want string
	}{{1000, ""}, {4096, "note size"}, {8192, "warn size"}, {model.MaxTokenBytes, "warn size"}} {
		token := inspect.Decode(tokentest.JWS(`{"alg":"HS256","typ":"JWT"}`, `{"aud":"a","exp":1700000060,"x":"`+strings.Repeat("x", tt.size*3/4)+`"}`))
		if got := tokentest.Rules(token); got != tt.want {
			t.Errorf("%d bytes: findings %q, want %q", len(token.Raw), got, tt.want)
		}
		if got, want := len(token.Problems) > 0, len(token.Raw) > model.MaxTokenBytes; got != want {
			t.Errorf("%d bytes: problems %v", len(token.Raw), token.Problems)
		}
	}
}

func TestEncryptedFindings(t *testing.T) {
	const rest = `,"typ":"JWT"}`
	tests := []struct{ name, header, want string }{
		{"nothing to say", `{"alg":"dir","enc":"A256GCM"` + rest, ""},
		{"RSA1_5", `{"alg":"RSA1_5","enc":"A256GCM"` + rest, "warn alg_weak"},
		{"zip", `{"alg":"dir","enc":"A256GCM","zip":"DEF"` + rest, "warn zip"},
		{"zip unknown", `{"alg":"dir","enc":"A256GCM","zip":"GZ"` + rest, "warn zip"},
		{"enc missing", `{"alg":"dir"` + rest, "danger enc"},
		{"enc a number", `{"alg":"dir","enc":1` + rest, "danger enc"},
		{"enc in small letters", `{"alg":"dir","enc":"a256gcm"` + rest, "warn enc_case"},
		{"enc without authentication", `{"alg":"dir","enc":"A128CBC"` + rest, "danger enc_weak"},
		{"enc of a draft", `{"alg":"dir","enc":"A128CBC+HS256"` + rest, "danger enc_weak"},
		{"enc unknown", `{"alg":"dir","enc":"XYZ"` + rest, "warn enc_unknown"},
		{"signing alg", `{"alg":"HS256","enc":"A256GCM"` + rest, "danger alg_kind"},
		{"alg unknown", `{"alg":"XYZ","enc":"A256GCM"` + rest, "warn alg_unknown"},
		{"PBES2", `{"alg":"PBES2-HS256+A128KW","enc":"A256GCM","p2c":10000,"p2s":"AAAAAAAAAAAAAAAAAAAAAA"` + rest, "note password"},
		{"PBES2, billions of rounds", `{"alg":"PBES2-HS256+A128KW","enc":"A256GCM","p2c":2147483647,"p2s":"AAAAAAAAAAAAAAAAAAAAAA"` + rest, "danger p2c, note password"},
		{"PBES2, more than any number", `{"alg":"PBES2-HS256+A128KW","enc":"A256GCM","p2c":1e999,"p2s":"AAAAAAAAAAAAAAAAAAAAAA"` + rest, "danger p2c, note password"},
		{"PBES2, few rounds", `{"alg":"PBES2-HS256+A128KW","enc":"A256GCM","p2c":10,"p2s":"AAAAAAAAAAAAAAAAAAAAAA"` + rest, "warn p2c, note password"},
		{"PBES2, bare", `{"alg":"PBES2-HS256+A128KW","enc":"A256GCM"` + rest, "danger p2c, warn p2s, note password"},
		{"PBES2, p2c a string", `{"alg":"PBES2-HS256+A128KW","enc":"A256GCM","p2c":"10000","p2s":"AA"` + rest, "danger p2c, warn p2s, note password"},
		{"ECDH-ES", `{"alg":"ECDH-ES","enc":"A256GCM","apu":"QQ","apv":"Qg","epk":{"kty":"EC"}` + rest, ""},
		{"ECDH-ES without epk", `{"alg":"ECDH-ES","enc":"A256GCM"` + rest, "danger epk"},
		{"ECDH-ES with the private half", `{"alg":"ECDH-ES","enc":"A256GCM","epk":{"kty":"EC","d":"AA"}` + rest, "danger epk_private"},
		{"apu not base64", `{"alg":"ECDH-ES","enc":"A256GCM","apu":"a b","epk":{}` + rest, "warn apu"},
		{"apv elsewhere", `{"alg":"dir","enc":"A256GCM","apv":"QQ"` + rest, "note apv"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			token := inspect.Decode(tokentest.JWE(tt.header))
			var got []string
			for _, f := range token.Findings {
				if f.Rule != "encrypted" {
					got = append(got, string(f.Severity)+" "+f.Rule)
				}
			}
			if s := strings.Join(got, ", "); s != tt.want {
				t.Errorf("findings %q, want %q", s, tt.want)
			}
		})
	}
}

func TestFindings(t *testing.T) {
	const plain = `{"alg":"HS256","typ":"JWT"}`
	const claims = `{"aud":"a","iat":1700000000,"exp":1700000060}`
	tests := []struct{ name, header, claims, want string }{
		{"nothing to say", plain, claims, ""},
		{"none", `{"alg":"nOnE","typ":"JWT"}`, claims, "danger alg_none, warn alg_none"},
		{"alg missing", `{"typ":"JWT"}`, claims, "danger alg"},
		{"alg a number", `{"alg":1,"typ":"JWT"}`, claims, "danger alg"},
		{"crit", `{"alg":"HS256","typ":"JWT","crit":["b64"],"b64":false}`, claims, "warn crit, warn b64"},
		{"own keys", `{"alg":"HS256","typ":"JWT","x5c":[],"jwk":{},"jku":"u","x5u":"u"}`, claims, "warn jku, warn jwk, warn x5u, warn x5c"},
		{"typ missing", `{"alg":"HS256"}`, claims, "note typ"},
		{"kid a number", `{"alg":"HS256","typ":"JWT","kid":1}`, claims, "danger kid"},
		{"kid a UUID", `{"alg":"HS256","typ":"JWT","kid":"0193a1b2-0000-7000-8000-000000000000"}`, claims, ""},
		{"kid empty", `{"alg":"HS256","typ":"JWT","kid":""}`, claims, "warn kid"},
		{"kid a path", `{"alg":"HS256","typ":"JWT","kid":"../../dev/null"}`, claims, "warn kid"},
		{"kid a query", `{"alg":"HS256","typ":"JWT","kid":"' OR 1=1"}`, claims, "warn kid"},
		{"kid a URL", `{"alg":"HS256","typ":"JWT","kid":"http://x/"}`, claims, "warn kid"},
		{"duplicates", `{"alg":"none","typ":"JWT","alg":"HS256"}`, `{"aud":"a","x":{"y":1,"y":2},"iat":1700000000,"exp":1700000060}`, "danger duplicate, danger alg_none, warn alg_none, danger duplicate"},
		{"no exp", plain, `{"aud":"a"}`, "warn no_exp"},
		{"no aud", plain, `{"iat":1700000000,"exp":1700000060}`, "note aud"},
		{"milliseconds", plain, `{"aud":"a","exp":1700000060000}`, "warn exp_milliseconds"},
		{"exp a string", plain, `{"aud":"a","exp":"never"}`, "danger exp"},
		{"24 hours", plain, `{"aud":"a","iat":1700000000,"exp":1700086400}`, ""},
		{"over 24 hours", plain, `{"aud":"a","iat":1700000000,"exp":1700086401}`, "note lifetime"},
		{"lifetime from nbf", plain, `{"aud":"a","nbf":1700000000,"exp":1800000000}`, "note lifetime"},
		{"ends before it begins", plain, `{"aud":"a","nbf":1700000061,"exp":1700000060}`, "warn never_valid"},
		{"broken header", `{`, claims, ""},
		{"broken payload", plain, `[]`, ""},
		{"cut before exp", plain, `{"iat":1700000000,"ex`, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var got []string
			for _, f := range inspect.Decode(tokentest.JWS(tt.header, tt.claims)).Findings {
				got = append(got, string(f.Severity)+" "+f.Rule)
				if !strings.HasPrefix(f.Reference, "RFC ") || f.Text == "" {
					t.Errorf("finding without text or reference: %+v", f)
				}
			}
			if s := strings.Join(got, ", "); s != tt.want {
				t.Errorf("findings %q, want %q", s, tt.want)
			}
		})
	}
}

func TestFindingsBeyondTheParts(t *testing.T) {
	header := tokentest.Base64URL(`{"alg":"HS256","typ":"JWT"}`)
	has := func(token jwt.Token, rule string) bool {
		for _, f := range token.Findings {
			if f.Rule == rule {
				return true
			}
		}
		return false
	}
	tests := []struct{ name, input, rule string }{
		{"stripped signature", header + "." + tokentest.Base64URL(`{}`) + ".", "no_signature"},
		{"huge", header + "." + tokentest.Base64URL(`{"a":"`+strings.Repeat("x", model.MaxTokenBytes)+`"}`) + ".c2ln", "size"},
		{"encrypted", header + ".a.b.c.d", "encrypted"},
	}
	for _, tt := range tests {
		if !has(inspect.Decode(tt.input), tt.rule) {
			t.Errorf("%s: no finding %s", tt.name, tt.rule)
		}
	}
	if has(inspect.Decode(tokentest.JWS(`{"alg":"HS256"}`, `{}`)), "no_signature") {
		t.Error("a token with a signature is said to have none")
	}
}

func TestLifetimeOfMillennia(t *testing.T) {
	token := inspect.Decode(tokentest.JWS(`{"alg":"HS256","typ":"JWT"}`, `{"aud":"a","iat":1700000000,"exp":95617584000}`))
	for _, f := range token.Findings {
		if f.Rule == "lifetime" {
			if want := "lives for 2976 years: who finds it can use it that long"; f.Text != want {
				t.Errorf("got %q, want %q", f.Text, want)
			}
			return
		}
	}
	t.Errorf("no finding of its lifetime: %v", token.Findings)
}

func TestKeyFindings(t *testing.T) {
	hs, rs, es := tokentest.Key(t, "HS256"), tokentest.Key(t, "RS256"), tokentest.Key(t, "ES256")
	secret := func(s string) jwk.Key { return jwk.Key{Family: jwa.FamilyHMAC, Secret: []byte(s)} }
	change := func(k jwk.Key, f func(*jwk.Key)) jwk.Key { f(&k); return k }
	small := jwk.Key{Family: jwa.FamilyRSA, Public: &rsa.PublicKey{N: new(big.Int).Add(new(big.Int).Lsh(big.NewInt(1), 1023), big.NewInt(1)), E: 3}}
	pem, err := rs.PEM(false)
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name, alg string
		key       jwk.Key
		want      string
	}{
		{"nothing to say", "HS256", hs, ""},
		{"nothing to say of an unknown algorithm", "XY", hs, ""},
		{"short", "HS256", secret("0f9d8e7c6b5a4938271605f4e3d2c1b"), "danger short_secret"},
		{"long enough for HS256 alone", "HS512", secret("0f9d8e7c6b5a4938271605f4e3d2c1b0"), "danger short_secret"},
		{"well known", "HS256", secret("secret"), "danger short_secret, danger known_secret"},
		{"well known and long", "HS256", secret("a-string-secret-at-least-256-bits-long"), "danger known_secret"},
		{"well known, for an unknown algorithm", "XY", secret("secret"), "danger short_secret, danger known_secret"},
		{"monotonous", "HS256", secret(strings.Repeat("xyz", 20)), "danger guessable_secret"},
		{"a public key for a secret", "HS256", secret(string(pem)), "danger public_secret"},
		{"an RSA key for HS256", "HS256", rs, "danger key_family"},
		{"a secret for RS256", "RS256", hs, "danger key_family"},
		{"P-256 for ES384", "ES384", es, "danger key_family"},
		{"small RSA key", "RS256", small, "danger rsa_bits, note rsa_exponent"},
		{"another algorithm", "RS256", change(rs, func(k *jwk.Key) { k.Algorithm = "RS512" }), "warn key_algorithm"},
		{"for encryption", "RS256", change(rs, func(k *jwk.Key) { k.Use = "enc" }), "warn key_use"},
		{"only signs", "RS256", change(rs, func(k *jwk.Key) { k.Operations = []string{"sign"} }), "note key_ops"},
		{"no key at all", "EdDSA", jwk.Key{}, "danger key_family"},
		{"half a key", "EdDSA", jwk.Key{Family: jwa.FamilyEd}, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var got []string
			for _, f := range lint.Key(inspect.Decode(tokentest.JWS(`{"alg":"`+tt.alg+`"}`, `{}`)), tt.key) {
				got = append(got, string(f.Severity)+" "+f.Rule)
				if f.Text == "" || f.Reference == "" {
					t.Errorf("finding without text or reference: %+v", f)
				}
			}
			if s := strings.Join(got, ", "); s != tt.want {
				t.Errorf("findings %q, want %q", s, tt.want)
			}
		})
	}
}
