package model

import "strings"

// Mask shows enough of a secret to recognise it and too little to use it: of a static key
// the first seven and the last five characters (sk_GDje…nJfJ8), of a JWT the last twelve,
// for all begin alike, and nothing of any other or of one that is too short for that.
func Mask(secret string) string {
	switch n := len(secret); {
	case StaticKind(secret) != "" && n >= 2*(keyPrefixShow+keySuffixShow):
		return secret[:keyPrefixShow-1] + "…" + secret[n-keySuffixShow:]
	case strings.Count(secret, ".") >= 2 && n >= 40:
		return "…" + secret[n-12:]
	}
	return "…"
}

// MaskSecrets masks whatever looks like a credential in a text: callers put keys into
// paths and user agents by mistake, and answers hold them. It looks at runs of the
// characters that keys and tokens are made of, and masks
//
//   - the prefix of a static key (sk_) followed by 16 characters or more, wherever it begins
//   - a JWT or part of one, which begins with eyJ, of 24 characters or more
//   - 43 to 100 characters without a dot or a slash that look random and are not a
//     hash in hex: refresh tokens, JWT secrets, base64 of an account and its key.
//     UUIDs and the words of a path are shorter.
func MaskSecrets(s string) string {
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
	begin := len(run) // of the first that looks like one
	note := func(prefix string, least int) {
		if i := strings.Index(run, prefix); i >= 0 && len(run)-i >= least {
			begin = min(begin, i)
		}
	}
	for _, spec := range staticKinds {
		note(spec.Prefix, len(spec.Prefix)+16)
	}
	if note("eyJ", 24); begin < len(run) {
		return run[:begin] + Mask(run[begin:])
	}
	for part := range strings.SplitSeq(run, ".") {
		if len(part) >= 43 && len(part) <= 100 && looksRandom(part) {
			return "…"
		}
	}
	return run
}

// looksRandom counts distinct characters: 43 random base62 characters have about 30,
// words and repetitions fewer, and hex digits at most 22.
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

// credentialByte reports whether c is of base64url, of base64 except the slash, or
// the dot of a JWT.
func credentialByte(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || c == '-' || c == '_' || c == '.' || c == '+' || c == '='
}
