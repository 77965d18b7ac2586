package paste

import (
	"bytes"
	"encoding/base64"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"keydeck/model"
	"keydeck/model/inspect/internal/ascii"
	"keydeck/model/inspect/strict"
)

// RefreshTokenChars is the length of a refresh token: 64 bytes in base64url.
const RefreshTokenChars = 86

// candidate is a credential found in a text.
type candidate struct {
	value  string
	token  bool // a JWS, a JWE or a key pair
	blanks bool // white space was removed within a line
}

// inText finds the first token in a text, or else the first credential of any kind. A
// broken token in JSON form counts as one token, not as the tokens in it.
func inText(text string) (candidate, bool) {
	start, end, ok := firstForm(text)
	if !ok && strings.HasPrefix(text, "{") {
		if object, err := strict.ParseObject(text, model.MaxJSONDepth); err != nil && FormOf(&object) != "" {
			return candidate{value: text, token: true}, true
		}
	}
	if !ok {
		return scanText(text, true)
	}
	if c, _ := scanText(text[:start], true); c.token {
		return c, true
	}
	return candidate{value: text[start:end], token: true}, true
}

// firstForm looks for a token in JSON form in any text, in one pass. It never reads a
// byte twice, so the time is linear.
func firstForm(text string) (start, end int, ok bool) {
	r := strict.NewPrefixReader(model.MaxJSONDepth)
	for {
		i := strings.IndexByte(text[end:], '{')
		if i < 0 {
			return 0, 0, false
		}
		start, end = end+i, end+i+1
		if end == len(text) || text[end] != '"' && !ascii.IsSpace(text[end]) {
			continue // an empty object, or not an object
		}
		object, n, ok := r.Read(text[start:])
		if end = start + max(n, 1); !ok {
			continue
		}
		if from, to, ok := formWithin(object, text[start:end]); ok {
			return start + from, start + to, true
		}
	}
}

// formWithin looks for a token in JSON form in an object and in the first object
// within it: {"data":{"token":{…}}}.
func formWithin(object strict.Object, text string) (start, end int, ok bool) {
	const wrappings = 3
	end = len(text)
	for range wrappings {
		if FormOf(&object) != "" {
			return start, end, true
		}
		inner := slices.IndexFunc(object.Members, func(m strict.Member) bool { return strings.HasPrefix(m.Raw, "{") })
		if inner < 0 {
			break
		}
		m := object.Members[inner]
		start += m.ValueOffset
		end = start + len(m.Raw)
		object, _ = strict.ParseObject(m.Raw, model.MaxJSONDepth)
	}
	return 0, 0, false
}

// scanText looks between delimiters for the first token, or else the first credential
// of any kind. Basic credentials are decoded once.
func scanText(text string, open bool) (best candidate, found bool) {
	s := unescape(plainText(text))
	take := func(c candidate) {
		if !found || c.token {
			best, found = c, true
		}
	}
	left := gatherLimit(len(s))
	for i := 0; i < len(s) && !best.token; {
		if !ascii.IsBase64URL(s[i]) || i > 0 && !isDelimiter(s[i-1]) {
			i++
			continue
		}
		c, end, ok := candidateAt(s, i, &left)
		if ok {
			take(c)
			i = end
			continue
		}
		if from, basic := afterScheme(s, i, "basic"); open && basic {
			to := from + ascii.Span(s[from:], ascii.IsBase64, maxBasic)
			if plain, err := strict.DecodeAny(s[from:to]); err == nil && to > from {
				if c, ok := scanText(string(plain), false); ok {
					take(c)
				}
				i = to
				continue
			}
		}
		i = max(end, i+1)
	}
	return best, found
}

const maxBasic = 4 * model.MaxTokenBytes

// candidateAt looks for a credential that begins at i, with a base64url character. end
// is its end, or the next place where one may begin.
func candidateAt(s string, i int, left *int) (c candidate, end int, ok bool) {
	switch first := s[i]; {
	case first == 'e' && LooksLikeHeader(s[i:]):
		return compactAt(s, i, left)
	case model.StaticKind(s[i:]) != "":
		return keyAt(s, i)
	case first|0x20 == 'a':
		if from, named := afterScheme(s, i, "apikey"); named {
			if to := from + ascii.Span(s[from:], ascii.IsBase64, maxBasic); isAccountKey(s[from:to]) {
				return candidate{value: SchemeAPIKey + s[from:to]}, to, true
			}
		}
	case 'M' <= first && first <= 'W' && startsWithAccount(s[i:]): // base64 of a digit or a capital letter
		if to := i + ascii.Span(s[i:], ascii.IsBase64, 4*model.KeyLen(model.KindAPIKey)); isAccountKey(s[i:to]) {
			return candidate{value: s[i:to]}, to, true
		}
	}
	run := i + ascii.Span(s[i:], ascii.IsBase64URL, RefreshTokenChars+1)
	if run-i == RefreshTokenChars && (run == len(s) || isDelimiter(s[run]) && s[run] != '+' && s[run] != '/') {
		return candidate{value: s[i:run]}, run, true
	}
	return candidate{}, run, false
}

// afterScheme is where the value begins after a scheme and a blank at i.
func afterScheme(s string, i int, scheme string) (int, bool) {
	if s[i]|0x20 != scheme[0] {
		return 0, false
	}
	rest, ok := cutScheme(s[i:min(len(s), i+len(scheme)+4)], scheme)
	from := i + len(scheme)
	return from + ascii.Span(rest, ascii.IsSpace, len(rest)), ok
}

// keyAt reads a static key. One that was wrapped is joined if its check digits then
// match.
func keyAt(s string, i int) (candidate, int, bool) {
	end := i + ascii.Span(s[i:], ascii.IsBase64URL, len(s))
	key := s[i:end]
	if whole := model.KeyLen(model.StaticKind(key)); len(key) < whole {
		from := end + ascii.Span(s[end:], ascii.IsSpace, len(s))
		to := from + ascii.Span(s[from:], ascii.IsBase64URL, whole)
		if joined := key + s[from:to]; model.CheckKey(joined) == "" {
			return candidate{value: joined}, to, true
		}
	}
	const least = 20 // a shorter word is not a key, but about keys
	return candidate{value: key}, end, len(key) >= least
}

// startsWithAccount is a quick check for base64 of an account id, a colon and the
// prefix of a key.
func startsWithAccount(s string) bool {
	const chars, colon = 14, 6 // of base64, and of the account id
	if len(s) < chars {
		return false
	}
	var in, out [chars]byte
	for i := range chars {
		switch in[i] = s[i]; s[i] {
		case '+':
			in[i] = '-'
		case '/':
			in[i] = '_'
		}
	}
	n, err := base64.RawURLEncoding.Decode(out[:], in[:])
	if err != nil || out[colon] != ':' {
		return false
	}
	_, key, _ := bytes.Cut(out[:n], []byte(":"))
	return model.StaticKind(string(key)) != ""
}

// isAccountKey reports base64 of account_id:sk_….
func isAccountKey(value string) bool {
	plain, err := strict.DecodeAny(value)
	_, key, ok := strings.Cut(string(plain), ":")
	return err == nil && ok && model.StaticKind(key) != ""
}

// LooksLikeHeader reports whether s begins with base64url of a JSON object: a brace,
// and then a quote, a closing brace or white space. For nearly every token that is
// "eyJ".
func LooksLikeHeader(s string) bool {
	const chars = 4
	if len(s) < 3 || s[0] != 'e' || s[1] == '.' || s[2] == '.' {
		return false
	}
	var plain [3]byte
	n, err := base64.RawURLEncoding.Decode(plain[:], []byte(s[:min(len(s), chars)]))
	if err != nil || n < 1 {
		// Two or three characters before a dot, such as e30 for {}.
		head, _, _ := strings.Cut(s[:min(len(s), chars)], ".")
		if n, err = base64.RawURLEncoding.Decode(plain[:], []byte(head)); err != nil {
			return false
		}
	}
	return n >= 2 && plain[0] == '{' && strings.IndexByte("\"} \t\r\n", plain[1]) >= 0
}

var (
	delimiterClass = ascii.SetOf(func(c byte) bool {
		return c <= ' ' || c >= 0x7f || strings.IndexByte("\"'`=:;,&?#{}[]()<>|/\\%+", c) >= 0
	})
	runClass = ascii.SetOf(func(c byte) bool {
		return c < utf8.RuneSelf && !ascii.IsSpace(c) && strings.IndexByte("\"'`:;,&?#{}[]()<>|\\%", c) < 0
	})
)

// isDelimiter reports a byte that may precede a credential.
func isDelimiter(c byte) bool { return delimiterClass.Has(c) }

// runSpan is how much of s may belong to a token within other text, if only as a
// fault. Letters and control characters beyond base64url belong to it: people do not
// put them around a token.
func runSpan(s string) int {
	for i := 0; i < len(s); {
		c := s[i]
		switch {
		case runClass.Has(c):
			i++
			continue
		case c < utf8.RuneSelf:
			return i
		}
		r, size := utf8.DecodeRuneInString(s[i:])
		if isSpace(r) || unicode.IsPunct(r) || unicode.IsSymbol(r) && r != utf8.RuneError {
			return i
		}
		i += size
	}
	return len(s)
}
