package paste

import (
	"strings"

	"keydeck/model/inspect/strict"
)

// JSON forms of credentials, as jwt.Kind names them.
const (
	FormJWS     = "jws_json" // RFC 7515, section 7.2
	FormJWE     = "jwe_json" // RFC 7516, section 7.2
	FormKeyPair = "key_pair" // two JWTs, apiKey and secretKey
)

// FormOf recognises the JSON form of a credential by its members; "" for another
// object.
func FormOf(o *strict.Object) string {
	is := func(name string, opening string) bool {
		m, ok := o.Get(name)
		return ok && strings.HasPrefix(m.Raw, opening)
	}
	text := func(name string) bool { return is(name, `"`) }
	token := func(name string) bool {
		m, _ := o.Get(name)
		s, isString := m.Text()
		return isString && LooksLikeHeader(strings.TrimSpace(s))
	}
	switch {
	case text("ciphertext") && (text("protected") || is("recipients", "[") || is("header", "{") || is("unprotected", "{")):
		return FormJWE
	case is("signatures", "[") || (text("signature") || text("payload")) && (text("protected") || is("protected", "{") || is("header", "{")):
		return FormJWS
	case token("apiKey") && token("secretKey"), token("api_key") && token("secret_key"):
		return FormKeyPair
	}
	return ""
}
