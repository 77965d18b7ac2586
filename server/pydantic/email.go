package pydantic

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Limits of RFC 5321, section 4.5.3.1, in bytes.
const (
	maxEmail      = 254
	maxEmailLocal = 64
	maxEmailLabel = 63
)

// checkEmail says why s is not a well-formed e-mail address, in the words of
// email-validator, the library behind pydantic's EmailStr, or "". Unlike there,
// special-use domains such as .test and .local are fine: people sign in with them
// where there is no Internet.
func checkEmail(s string) string {
	at := strings.LastIndexByte(s, '@')
	if at < 0 {
		return "An email address must have an @-sign."
	}
	local, domain := s[:at], s[at+1:]
	switch {
	case local == "":
		return "There must be something before the @-sign."
	case domain == "":
		return "There must be something after the @-sign."
	}
	if why := checkLocal(local); why != "" {
		return why
	}
	if why := checkDomain(domain); why != "" {
		return why
	}
	if over := len(s) - maxEmail; over > 0 {
		return "The email address is too long " + tooMany(over) + "."
	}
	return ""
}

func checkLocal(local string) string {
	if over := len(local) - maxEmailLocal; over > 0 {
		return "The email address is too long before the @-sign " + tooMany(over) + "."
	}
	if bad := badRunes(local, func(r rune) bool { return strings.ContainsRune("!#$%&'*+-/=?^_`{|}~.", r) }); bad != "" {
		return "The email address contains invalid characters before the @-sign: " + bad + "."
	}
	switch {
	case local[0] == '.':
		return "An email address cannot start with a period."
	case local[len(local)-1] == '.':
		return "An email address cannot have a period immediately before the @-sign."
	case strings.Contains(local, ".."):
		return "An email address cannot have two periods in a row."
	}
	return ""
}

func checkDomain(domain string) string {
	if bad := badRunes(domain, func(r rune) bool { return r == '-' || r == '.' }); bad != "" {
		return "The part after the @-sign contains invalid characters: " + bad + "."
	}
	switch {
	case domain[0] == '.':
		return "An email address cannot have a period immediately after the @-sign."
	case domain[len(domain)-1] == '.':
		return "An email address cannot end with a period."
	case strings.Contains(domain, ".."):
		return "An email address cannot have two periods in a row."
	case domain[0] == '-':
		return "An email address cannot have a hyphen immediately after the @-sign."
	case domain[len(domain)-1] == '-':
		return "An email address cannot end with a hyphen."
	case strings.Contains(domain, ".-"), strings.Contains(domain, "-."):
		return "An email address cannot have a period and a hyphen next to each other."
	case !strings.Contains(domain, "."):
		return "The part after the @-sign is not valid. It should have a period."
	}
	for label := range strings.SplitSeq(domain, ".") {
		if over := len(label) - maxEmailLabel; over > 0 {
			return "After the @-sign, periods cannot be separated by so many characters " + tooMany(over) + "."
		}
	}
	if top := domain[strings.LastIndexByte(domain, '.')+1:]; strings.Trim(top, "0123456789") == "" {
		return "The part after the @-sign is not valid. It is not within a valid top-level domain."
	}
	return ""
}

func tooMany(n int) string {
	if n == 1 {
		return "(1 character too many)"
	}
	return fmt.Sprintf("(%d characters too many)", n)
}

// badRunes lists the characters of s that are neither letters nor digits nor
// allowed by also, each once, as email-validator prints them.
func badRunes(s string, also func(rune) bool) string {
	var bad []string
	seen := map[rune]bool{}
	for i, r := range s {
		broken := r == utf8.RuneError && !strings.HasPrefix(s[i:], "\ufffd")
		if !broken && (unicode.IsLetter(r) || unicode.IsDigit(r) || also(r)) || seen[r] {
			continue
		}
		seen[r] = true
		switch {
		case r == ' ':
			bad = append(bad, "SPACE")
		case unicode.IsGraphic(r) && !unicode.IsSpace(r):
			bad = append(bad, "'"+string(r)+"'")
		default:
			bad = append(bad, fmt.Sprintf("U+%04X", r))
		}
	}
	return strings.Join(bad, ", ")
}
