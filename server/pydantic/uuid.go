package pydantic

import (
	"fmt"
	"strings"
)

// parseUUID reads a UUID in the forms that pydantic takes: hyphenated, 32 bare
// digits, in braces, or after "urn:uuid:". It returns the canonical lower-case
// form, or why s is not a UUID, in the words of the Rust crate behind pydantic.
func parseUUID(s string) (id, why string) {
	body, lead, bare := s, 0, true
	switch {
	case len(s) >= 2 && s[0] == '{' && s[len(s)-1] == '}':
		body, lead, bare = s[1:len(s)-1], 1, false
	case strings.HasPrefix(s, "urn:uuid:"):
		body, lead, bare = s[len("urn:uuid:"):], len("urn:uuid:"), false
	}
	for i, r := range body {
		if !strings.ContainsRune("-0123456789abcdefABCDEF", r) {
			return "", fmt.Sprintf("invalid character: found `%c` at %d", r, lead+i+1)
		}
	}
	groups := strings.Split(body, "-")
	if len(groups) == 1 && bare {
		if len(body) != 32 {
			return "", fmt.Sprintf("invalid length: expected length 32 for simple format, found %d", len(body))
		}
		return canonicalUUID(body), ""
	}
	if len(groups) != 5 {
		return "", fmt.Sprintf("invalid group count: expected 5, found %d", len(groups))
	}
	for i, want := range [...]int{8, 4, 4, 4, 12} {
		if got := len(groups[i]); got != want {
			return "", fmt.Sprintf("invalid group length in group %d: expected %d, found %d", i, want, got)
		}
	}
	return canonicalUUID(strings.Join(groups, "")), ""
}

func canonicalUUID(digits string) string {
	d := strings.ToLower(digits)
	return d[:8] + "-" + d[8:12] + "-" + d[12:16] + "-" + d[16:20] + "-" + d[20:]
}
