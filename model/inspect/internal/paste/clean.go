// Package paste finds the credential in a pasted text: a curl line, a cookie, a mail, a
// JSON answer, with the line breaks and escapes that it came with undone.
package paste

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"keydeck/model"
	"keydeck/model/inspect/internal/ascii"
	"keydeck/model/inspect/strict"
)

// SchemeAPIKey is the authentication scheme of an API key and an account id, as Clean
// spells it.
const SchemeAPIKey = "ApiKey "

// Clean extracts a credential from what was copied along with it: white space and line
// breaks, quotes, a trailing comma, the name of the header, the scheme Bearer; and
// where the text holds more than that, the cookie, URL, curl line or JSON answer that
// it is in, with their escapes undone. Of several credentials it returns the first
// token, or else the first of any kind. The scheme ApiKey stays, in that spelling and
// with one space, because it says what the rest is. A text without a credential is
// returned without its white space, so that the reader can say what is wrong with it.
// A clean text is returned as it is.
//
// blanks reports whether blanks were removed within a line of the token. Terminals and
// mail break long tokens into lines, but they don't insert blanks, and strict
// verifiers reject them.
func Clean(input string) (s string, blanks bool) {
	s = input
	// Once is nearly always enough, but without its white space a text may turn out to
	// be wrapped again.
	const rounds = 4
	for range rounds {
		next, b := cleanOnce(s)
		blanks = blanks || b
		if next == s {
			break
		}
		s = next
	}
	return s, blanks
}

func cleanOnce(input string) (string, bool) {
	s := Strip(input)
	if rest, ok := cutScheme(s, "apikey"); ok {
		return SchemeAPIKey + Squeeze(Trim(rest)), false
	}
	if isOneWord(s) {
		return s, false
	}
	if c, ok := inText(s); ok {
		return c.value, c.blanks
	}
	squeezed := Squeeze(s)
	return squeezed, squeezed != s && hasBlanks(s)
}

// headerNames are removed from the front; what follows is one value.
var headerNames = []string{"authorization:", "proxy-authorization:", "x-api-key:", "x-access-token:", "x-auth-token:"}

// Strip removes white space, quotes, the name of a header and the scheme Bearer, as
// often as they occur.
func Strip(input string) string {
	s := Trim(input)
	for {
		before := len(s)
		for _, header := range headerNames {
			if rest, ok := cutPrefixFold(s, header); ok {
				s = Trim(rest)
			}
		}
		if rest, ok := cutScheme(s, "bearer"); ok {
			s = Trim(rest)
		}
		if len(s) == before {
			return s
		}
	}
}

// isOneWord reports whether s has nothing around it. A byte that does not belong in it
// is then a fault to report, not something to remove.
func isOneWord(s string) bool {
	if LooksLikeHeader(s) && isUnencoded(s) {
		return true
	}
	if !isVisibleASCII(s) || strings.ContainsAny(s, "\"'`{}[]<>()|\\%&,;") {
		return false
	}
	if LooksLikeHeader(s) || model.StaticKind(s) != "" {
		return true
	}
	// In other texts these are between a name and a value, or before a path.
	if strings.ContainsAny(s, "?#:/") {
		return false
	}
	name, value, assigned := strings.Cut(s, "=")
	return !assigned || name == "" || strings.Trim(value, "=.") == "" || strings.Contains(name, ".")
}

// isUnencoded reports a token with an unencoded payload (RFC 7797), which may be
// anything.
func isUnencoded(s string) bool {
	const member = `"b64"`
	if text := headerText(s); strings.Contains(text, member) {
		object, _ := strict.ParseObject(text, model.MaxJSONDepth)
		m, _ := object.Get("b64")
		return m.Raw == "false"
	}
	return false
}

// Trim removes white space and quotes at both ends, and commas and semicolons at the
// end.
func Trim(s string) string {
	s = strings.TrimLeftFunc(s, func(r rune) bool { return isSpace(r) || isQuote(r) })
	return strings.TrimRightFunc(s, func(r rune) bool { return isSpace(r) || isQuote(r) || r == ',' || r == ';' })
}

// leastLead is the smallest first byte of a character of several bytes.
const leastLead = 0xc2

// Squeeze removes all white space, and puts U+FFFD in place of invalid UTF-8.
func Squeeze(s string) string {
	valid, at := utf8.ValidString(s), 0
	for at < len(s) && valid && !ascii.IsSpace(s[at]) && !isForeign(s[at:]) {
		at++
	}
	if at == len(s) {
		return s // nearly every token, without a copy
	}
	out := append(make([]byte, 0, len(s)), s[:at]...)
	for i := at; i < len(s); {
		c := s[i]
		if c < utf8.RuneSelf || valid && !isForeign(s[i:]) {
			if i++; !ascii.IsSpace(c) {
				out = append(out, c)
			}
			continue
		}
		r, size := utf8.RuneError, 1
		if c >= leastLead {
			r, size = utf8.DecodeRuneInString(s[i:])
		}
		if i += size; !isSpace(r) {
			out = utf8.AppendRune(out, r)
		}
	}
	return string(out)
}

// hasBlanks reports white space without a line break.
func hasBlanks(s string) bool {
	gap, broken := false, false
	for i := 0; i < len(s); {
		r, size := rune(s[i]), 1
		if isForeign(s[i:]) {
			r, size = utf8.DecodeRuneInString(s[i:])
		}
		switch i += size; {
		case r == '\n' || r == '\r' || r == '\u2028' || r == '\u2029':
			gap, broken = true, true
		case size > 1 && isInvisible(r):
		case r < utf8.RuneSelf && ascii.IsSpace(byte(r)), size > 1 && isSpace(r):
			gap = true
		default:
			if gap && !broken {
				return true
			}
			gap, broken = false, false
		}
	}
	return false
}

func isVisibleASCII(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] <= ' ' || s[i] > '~' {
			return false
		}
	}
	return true
}

// isSpace includes the invisible characters that web pages insert into long words.
func isSpace(r rune) bool {
	if r < utf8.RuneSelf {
		return ascii.IsSpace(byte(r))
	}
	return r != utf8.RuneError && (isInvisible(r) || unicode.IsSpace(r))
}

// HasInvisible reports invisible characters.
func HasInvisible(s string) bool { return strings.IndexFunc(s, isInvisible) >= 0 }

// WithoutSpace removes visible white space, line breaks included.
func WithoutSpace(s string) string {
	return strings.Map(func(r rune) rune {
		if isSpace(r) && !isInvisible(r) {
			return -1
		}
		return r
	}, s)
}

// isForeign reports whether s may begin with white space, a quote or an invisible
// character beyond ASCII. It is a fast way to skip everything else.
func isForeign(s string) bool {
	if s[0] < utf8.RuneSelf || len(s) < 2 {
		return false
	}
	switch c := s[1]; s[0] {
	case leastLead:
		return true
	case 0xe1:
		return c == 0x9a
	case 0xe2:
		return c == 0x80 || c == 0x81
	case 0xe3:
		return c == 0x80
	case 0xef:
		return c == 0xbb
	}
	return false
}

// isInvisible reports zero-width space, joiners, word joiner, soft hyphen and byte
// order mark.
func isInvisible(r rune) bool {
	switch r {
	case '\u200b', '\u200c', '\u200d', '\u2060', '\u00ad', '\ufeff':
		return true
	}
	return false
}

func isQuote(r rune) bool {
	switch r {
	case '"', '\'', '`', '“', '”', '‘', '’', '«', '»':
		return true
	}
	return false
}

// cutScheme cuts an authentication scheme that white space follows.
func cutScheme(s, scheme string) (string, bool) {
	rest, ok := cutPrefixFold(s, scheme)
	if !ok || strings.IndexFunc(rest, isSpace) != 0 {
		return s, false
	}
	return rest, true
}

// cutPrefixFold cuts a prefix, given in lower-case ASCII, in any case.
func cutPrefixFold(s, prefix string) (string, bool) {
	if !model.HasPrefixFold(s, prefix) {
		return s, false
	}
	return s[len(prefix):], true
}

// plainText replaces characters by their ASCII equivalents: invisible characters go, a
// space becomes a blank or a line break, a quote a straight one.
func plainText(s string) string {
	at := 0
	for at < len(s) && !isForeign(s[at:]) {
		at++
	}
	if at == len(s) {
		return s
	}
	out := append(make([]byte, 0, len(s)), s[:at]...)
	for i := at; i < len(s); {
		if c := s[i]; !isForeign(s[i:]) {
			out = append(out, c)
			i++
			continue
		}
		r, size := utf8.DecodeRuneInString(s[i:])
		switch i += size; {
		case isInvisible(r):
		case r == '\u2028' || r == '\u2029' || r == '\u0085':
			out = append(out, '\n')
		case unicode.IsSpace(r):
			out = append(out, ' ')
		case isQuote(r):
			out = append(out, '"')
		default:
			out = append(out, s[i-size:i]...)
		}
	}
	return string(out)
}

// unescape undoes what shells, JSON and URLs do to a text: backslashes, \u and \x
// escapes of ASCII, line continuations, percent encoding, also if applied twice. The
// result is only good for looking for tokens in it.
func unescape(s string) string {
	s = replaceEscapes(s, '\\')
	const layers = 3
	for range layers {
		next := replaceEscapes(s, '%')
		if len(next) == len(s) {
			break
		}
		s = next
	}
	return s
}

// replaceEscapes replaces the escapes that mark begins.
func replaceEscapes(s string, mark byte) string {
	next := strings.IndexByte(s, mark)
	if next < 0 {
		return s
	}
	out := make([]byte, 0, len(s))
	for ; next >= 0; next = strings.IndexByte(s, mark) {
		c, size := escaped(s[next:])
		out = append(append(out, s[:next]...), c)
		s = s[next+size:]
	}
	return string(append(out, s...))
}

// escaped reads the escape that s begins with. A backslash or a percent sign that
// begins none stands for itself.
func escaped(s string) (c byte, size int) {
	if len(s) < 2 {
		return s[0], 1
	}
	if s[0] == '%' {
		if v, ok := ascii.Hex(s[1:], 2); ok && (' ' <= v && v < 0x7f || v == '\n' || v == '\r' || v == '\t') {
			return byte(v), 3
		}
		return '%', 1
	}
	switch c, digits := s[1], 2; c {
	case 'n', 'r', 't', '\n':
		return '\n', 2
	case '\r':
		if strings.HasPrefix(s[2:], "\n") {
			return '\n', 3
		}
		return '\n', 2
	case '"', '\'', '/', '\\', '&', '=', '?', '`', '$', '!':
		return c, 2
	case 'u':
		digits = 4
		fallthrough
	case 'x':
		if v, ok := ascii.Hex(s[2:], digits); ok && 0 < v && v < utf8.RuneSelf {
			return byte(v), 2 + digits
		}
	}
	return s[0], 1
}
