package inspect

import (
	"strings"
	"unicode"
)

const schemeAPIKey = "ApiKey "

// Clean takes off what gets copied along with a token: white space and line
// breaks anywhere, quotes around it, a comma behind it, the header's name and the
// scheme Bearer. The scheme ApiKey stays, in that spelling and with one space,
// because it says what the rest is.
func Clean(input string) string {
	s := trim(input)
	for {
		before := s
		for _, header := range []string{"authorization:", "x-api-key:"} {
			if rest, ok := cutPrefixFold(s, header); ok {
				s = trim(rest)
			}
		}
		if rest, ok := cutScheme(s, "bearer"); ok {
			s = trim(rest)
		}
		if s == before {
			break
		}
	}
	if rest, ok := cutScheme(s, "apikey"); ok {
		return schemeAPIKey + squeeze(trim(rest))
	}
	return squeeze(s)
}

// trim takes off white space and quotes at both ends, and commas and semicolons
// at the end.
func trim(s string) string {
	s = strings.TrimLeftFunc(s, func(r rune) bool { return isSpace(r) || isQuote(r) })
	return strings.TrimRightFunc(s, func(r rune) bool { return isSpace(r) || isQuote(r) || r == ',' || r == ';' })
}

// squeeze removes white space everywhere.
func squeeze(s string) string {
	if isVisibleASCII(s) {
		return s // which nearly every token is, and then it need not be copied
	}
	return strings.Map(func(r rune) rune {
		if isSpace(r) {
			return -1
		}
		return r
	}, s)
}

func isVisibleASCII(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] <= ' ' || s[i] > '~' {
			return false
		}
	}
	return true
}

// isSpace also counts the invisible characters that web pages put into long
// words: zero-width space, joiners, the word joiner, soft hyphen, byte order mark.
func isSpace(r rune) bool {
	switch r {
	case '\u200b', '\u200c', '\u200d', '\u2060', '\u00ad', '\ufeff':
		return true
	}
	return unicode.IsSpace(r)
}

func isQuote(r rune) bool { return strings.ContainsRune("\"'`“”‘’«»", r) }

// cutScheme cuts an authentication scheme and the white space it ends with.
func cutScheme(s, scheme string) (string, bool) {
	rest, ok := cutPrefixFold(s, scheme)
	if !ok || strings.IndexFunc(rest, isSpace) != 0 {
		return s, false
	}
	return rest, true
}

// cutPrefixFold cuts a prefix of lower-case ASCII without regard to case.
func cutPrefixFold(s, prefix string) (string, bool) {
	if len(s) < len(prefix) || !strings.EqualFold(s[:len(prefix)], prefix) {
		return s, false
	}
	return s[len(prefix):], true
}
