package inspect

// span is how many bytes of s, and no more than limit, are of the class.
func span(s string, is func(byte) bool, limit int) int {
	n := 0
	for n < len(s) && n < limit && is(s[n]) {
		n++
	}
	return n
}

// class is a set of bytes.
type class [256]bool

func classOf(is func(c byte) bool) *class {
	var out class
	for c := range out {
		out[c] = is(byte(c))
	}
	return &out
}

func (c *class) has(b byte) bool { return c[b] }

var base64URLClass = classOf(func(c byte) bool {
	return 'A' <= c && c <= 'Z' || 'a' <= c && c <= 'z' || '0' <= c && c <= '9' || c == '-' || c == '_'
})

func isBase64URL(c byte) bool { return base64URLClass.has(c) }

func isBase64(c byte) bool { return isBase64URL(c) || c == '+' || c == '/' || c == '=' }

func isASCIISpace(c byte) bool { return c == ' ' || '\t' <= c && c <= '\r' }

// notBase64URL reports a character that is not of base64url (RFC 4648, section 5).
func notBase64URL(r rune) bool {
	return !('A' <= r && r <= 'Z' || 'a' <= r && r <= 'z' || '0' <= r && r <= '9' || r == '-' || r == '_')
}
