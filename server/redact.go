package server

import "strings"

// redacted masks what has the form of a credential in a text that the request
// log keeps: callers put keys into paths and user agents by mistake. It looks at
// runs of the characters that keys and tokens are made of:
//
//   - sk_ and 16 characters or more, whatever stands before it
//   - a JWT or a part of one, which begins with eyJ, of 24 characters or more
//   - a run of 43 to 100 characters without a dot or a slash that looks random
//     and is no hash in hex (refresh tokens, JWT secrets, base64 of an account
//     and its key); UUIDs and the words of a path are shorter
func redacted(s string) string {
	if len(s) < 19 {
		return s
	}
	var out strings.Builder
	for start := 0; start < len(s); {
		end := start
		for end < len(s) && credentialByte(s[end]) {
			end++
		}
		if end == start {
			out.WriteByte(s[start])
			start++
			continue
		}
		out.WriteString(maskedRun(s[start:end]))
		start = end
	}
	return out.String()
}

func maskedRun(run string) string {
	if i := strings.Index(run, "sk_"); i >= 0 && len(run)-i >= 19 {
		return run[:i] + "sk_…"
	}
	if i := strings.Index(run, "eyJ"); i >= 0 && len(run)-i >= 24 {
		return run[:i] + "eyJ…"
	}
	for part := range strings.SplitSeq(run, ".") {
		if len(part) >= 43 && len(part) <= 100 && looksRandom(part) {
			return "…"
		}
	}
	return run
}

// looksRandom: of 43 random base62 characters some 30 are different; words and
// repetitions have fewer, and hex digits are 22.
func looksRandom(s string) bool {
	var seen [256]bool
	different := 0
	for i := range len(s) {
		if !seen[s[i]] {
			seen[s[i]] = true
			different++
		}
	}
	return different > 22 || different > 16 && strings.Trim(s, "0123456789abcdefABCDEF") != ""
}

// credentialByte: base64url, base64 but for the slash, and the dot of a JWT.
func credentialByte(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || c == '-' || c == '_' || c == '.' || c == '+' || c == '='
}
