package lint

import (
	"net/url"
	"slices"
	"strconv"
	"strings"

	"keydeck/model/inspect/internal/ascii"
	"keydeck/model/inspect/internal/display"
	"keydeck/model/inspect/jwt"
)

func (l *linter) keyIDFindings() {
	m, ok := l.Header.Get("kid")
	if !ok {
		return
	}
	kid, isString := m.Text()
	if !isString {
		l.finding(jwt.Danger, "kid", "RFC 7515, section 4.1.4", "kid is not a string")
		return
	}
	if why := oddKeyID(kid); why != "" {
		l.finding(jwt.Warn, "kid", "RFC 8725, section 3.10", "kid %s %s", display.Quote(kid), why)
	}
}

// maxPlainID is longer than a UUID, a thumbprint of 512 bits or a reasonable key name.
const maxPlainID = 128

// oddKeyID says what is odd about a kid that is not a plain identifier, "" for one
// that is. Verifiers look keys up by it before anything has been verified.
func oddKeyID(s string) string {
	lower := strings.ToLower(s)
	decoded := lower
	if strings.ContainsRune(lower, '%') {
		if plain, err := url.PathUnescape(lower); err == nil {
			decoded = plain
		}
	}
	contains := func(list ...string) bool {
		return slices.ContainsFunc(list, func(part string) bool { return strings.Contains(decoded, part) })
	}
	switch {
	case s == "":
		return "is empty: it names no key"
	case len(s) > maxPlainID:
		return "is of " + strconv.Itoa(len(s)) + " bytes: no identifier is that long"
	case isPlainID(s), isBase64ID(s), strings.HasPrefix(s, "did:") && isPlainID(didURL.Replace(s)):
		return ""
	case strings.Contains(decoded, "://"):
		return "is a URL: a careless verifier fetches the key from there, from whoever made the token"
	case contains("../", "..\\", "/dev/", "/etc/", "/proc/", "c:\\", "\x00") || strings.HasPrefix(decoded, "/"):
		return "is a path: a careless verifier reads the key from that file, such as an empty one"
	case contains("'", "\"", "--", "/*", "union select", "union all", " or 1", ";drop", "; drop"):
		return "looks like SQL: a careless verifier puts it into a query, which then answers with a key of the attacker's"
	case contains("$(", "${", "`", "|", "&&", ";"):
		return "looks like a command: a careless verifier gives it to a shell or a template"
	}
	return "is not a plain identifier: a careless verifier may use it as a path, a query or a URL"
}

// didURL replaces the punctuation of a DID URL (W3C DID Core, section 3.2).
var didURL = strings.NewReplacer("#", "-", "/", "-", "?", "-", "&", "-")

func isPlainID(s string) bool {
	return s != "" && len(s) <= maxPlainID && !strings.Contains(s, "..") && strings.IndexFunc(s, func(r rune) bool {
		return ascii.NotBase64URL(r) && !strings.ContainsRune(".:=+~@", r)
	}) < 0
}

// isBase64ID reports a digest or number in standard base64, which some issuers use as
// kid: its slash is not a path.
func isBase64ID(s string) bool {
	const least = 20
	return len(s) >= least && len(s)%4 == 0 && s[0] != '/' && ascii.Span(s, ascii.IsBase64, len(s)) == len(s) && strings.Count(s, "/") <= len(s)/8
}
