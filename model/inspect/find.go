package inspect

import (
	"encoding/base64"
	"slices"
	"strings"

	"keydeck/model"
)

// Find lists every credential that a text holds, in the order of the text and
// each as Clean would give it: tokens in compact and in JSON form, API keys,
// ApiKey credentials, refresh tokens. A text with one credential on each line is
// taken line by line, so that a broken line is an item too and not lost among
// the others. A text that holds nothing of a known form is one item, cleaned; one
// without any visible character is none.
func Find(input string) []string {
	if lines, ok := list(input); ok {
		return lines
	}
	s := strip(input)
	if s == "" {
		return nil
	}
	if !isOneWord(s) {
		if found := inText(s); len(found) > 0 {
			out := make([]string, len(found))
			for i, c := range found {
				out[i] = c.value
			}
			return out
		}
	}
	if s = Clean(input); s == "" {
		return nil
	}
	return []string{s}
}

// list takes a text line by line if it is a list: no white space within a line,
// and most lines credentials by themselves. Of a token that was wrapped only one
// line is.
func list(input string) ([]string, bool) {
	var out []string
	alone := 0
	if !strings.Contains(input, "\n") {
		return nil, false
	}
	for line := range strings.Lines(input) {
		s := strip(line)
		if s == "" {
			continue
		}
		if !isVisibleASCII(s) || line[0] == ' ' || line[0] == '\t' {
			return nil, false
		}
		if looksLikeHeader(s) && strings.Count(s, ".") >= 2 || model.CheckAPIKey(s) == "" || isRefreshToken(s) {
			alone++
		}
		out = append(out, line)
	}
	if len(out) < 2 || 2*alone <= len(out) {
		return nil, false
	}
	for i, line := range out {
		out[i] = Clean(line)
	}
	return out, true
}

// candidate is a credential found in a text.
type candidate struct {
	value  string
	token  bool // a JWS or JWE, or a pair of them
	blanks bool // white space was taken out of the middle of a line
}

// inText finds the credentials of a text. A token in JSON form that is broken is
// one too, and not what its parts would be by themselves.
func inText(s string) []candidate {
	found := candidates(s)
	if !strings.HasPrefix(s, "{") || slices.ContainsFunc(found, func(c candidate) bool { return c.value[0] == '{' }) {
		return found
	}
	if object, err := ParseObject(s, model.MaxJSONDepth); err != nil && formOf(&object) != KindUnknown {
		return []candidate{{value: s, token: true}}
	}
	return found
}

// candidates looks for credentials in a text of any form, in one pass.
func candidates(text string) []candidate {
	var out []candidate
	scanned := 0
	for at := 0; at < len(text); {
		i := strings.IndexByte(text[at:], '{')
		if i < 0 {
			break
		}
		if next := at + i + 1; next == len(text) || text[next] != '"' && !isASCIISpace(text[next]) {
			at = next // an object that is empty, or none
			continue
		}
		start, end, next, ok := findForm(text, at+i)
		if at = next; ok {
			out = append(out, scanText(text[scanned:start], true)...)
			out = append(out, candidate{value: text[start:end], token: true})
			scanned = end
		}
	}
	return append(out, scanText(text[scanned:], true)...)
}

// findForm looks for a token in JSON form in the JSON object that begins at the
// brace; next is where to look on. What one attempt has read is not read by
// another, so the time stays linear.
func findForm(text string, brace int) (start, end, next int, ok bool) {
	s := scanner{text: text[brace:], maxDepth: model.MaxJSONDepth, quiet: true}
	s.value(1)
	next = brace + max(s.pos, 1)
	if s.err != nil {
		return 0, 0, next, false
	}
	const wrappings = 3 // {"data":{"token":{…}}}
	from, to, object := brace, brace+s.pos, s.object
	for range wrappings {
		if formOf(&object) != KindUnknown {
			return from, to, next, true
		}
		inner := -1
		for i, m := range object.Members {
			if strings.HasPrefix(m.Raw, "{") {
				inner = i
				break
			}
		}
		if inner < 0 {
			break
		}
		m := object.Members[inner]
		from += m.ValueOffset
		to = from + len(m.Raw)
		object, _ = ParseObject(m.Raw, model.MaxJSONDepth)
	}
	return 0, 0, next, false
}

// scanText looks for what stands between delimiters. Basic credentials are opened
// once.
func scanText(text string, open bool) []candidate {
	s := unescape(plainText(text))
	var out []candidate
	left := patience(len(s))
	for i := 0; i < len(s); {
		if i > 0 && !isDelimiter(s[i-1]) {
			i++
			continue
		}
		c, end, ok := candidateAt(s, i, &left)
		if ok {
			out = append(out, c)
			i = end
			continue
		}
		if from, basic := afterScheme(s, i, "basic"); open && basic {
			to := from + span(s[from:], isBase64, maxBasic)
			if plain, err := lenientBase64.DecodeString(toURLAlphabet.Replace(strings.TrimRight(s[from:to], "="))); err == nil && to > from {
				out = append(out, scanText(string(plain), false)...)
				i = to
				continue
			}
		}
		i = max(end, i+1)
	}
	return out
}

const maxBasic = 4 * model.MaxTokenBytes

// candidateAt looks whether a credential begins at i. end is where it ends, or
// how far the text cannot begin another.
func candidateAt(s string, i int, left *int) (c candidate, end int, ok bool) {
	switch first := s[i]; {
	case !isBase64URL(first):
		return candidate{}, i + 1, false
	case first == 'e' && looksLikeHeader(s[i:]):
		return compactAt(s, i, left)
	case first == 's' && strings.HasPrefix(s[i:], model.APIKeyPrefix):
		return keyAt(s, i)
	case first|0x20 == 'a':
		if from, named := afterScheme(s, i, "apikey"); named {
			if to := from + span(s[from:], isBase64, maxBasic); isAccountKey(s[from:to]) {
				return candidate{value: schemeAPIKey + s[from:to]}, to, true
			}
		}
	case 'M' <= first && first <= 'W' && startsWithAccount(s[i:]): // base64 of a digit or a capital letter
		if to := i + span(s[i:], isBase64, 4*model.APIKeyLen); isAccountKey(s[i:to]) {
			return candidate{value: s[i:to]}, to, true
		}
	}
	run := i + span(s[i:], isBase64URL, refreshTokenChars+1)
	if run-i == refreshTokenChars && (run == len(s) || isDelimiter(s[run]) && s[run] != '+' && s[run] != '/') {
		return candidate{value: s[i:run]}, run, true
	}
	return candidate{}, run, false
}

// afterScheme is where the value of a scheme's credential begins, if the scheme's
// word and a blank stand at i.
func afterScheme(s string, i int, scheme string) (int, bool) {
	if s[i]|0x20 != scheme[0] {
		return 0, false
	}
	rest, ok := cutScheme(s[i:min(len(s), i+len(scheme)+4)], scheme)
	from := i + len(scheme)
	return from + span(rest, isASCIISpace, len(rest)), ok
}

// keyAt reads an sk_ key. One that was wrapped is put together if its check
// digits then fit.
func keyAt(s string, i int) (candidate, int, bool) {
	end := i + span(s[i:], isBase64URL, len(s))
	key := s[i:end]
	if len(key) < model.APIKeyLen {
		from := end + span(s[end:], isASCIISpace, len(s))
		to := from + span(s[from:], isBase64URL, model.APIKeyLen)
		if whole := key + s[from:to]; model.CheckAPIKey(whole) == "" {
			return candidate{value: whole}, to, true
		}
	}
	const least = 20 // a shorter word is talk of keys and no key
	return candidate{value: key}, end, len(key) >= least
}

// startsWithAccount is a quick look whether base64 of an account id and a colon
// may stand here.
func startsWithAccount(s string) bool {
	const chars, colon = 12, 6 // of base64, and of the account id
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
	n, err := lenientBase64.Decode(out[:], in[:])
	return err == nil && n > colon && out[colon] == ':'
}

// isAccountKey reports base64 of account_id:sk_….
func isAccountKey(value string) bool {
	plain, err := lenientBase64.DecodeString(toURLAlphabet.Replace(strings.TrimRight(value, "=")))
	_, key, ok := strings.Cut(string(plain), ":")
	return err == nil && ok && model.LooksLikeAPIKey(key)
}

// looksLikeHeader reports whether s begins with base64url of a JSON object: a
// brace, and then a quote, a closing brace or white space. For nearly every token
// that is "eyJ".
func looksLikeHeader(s string) bool {
	const chars = 4
	if len(s) < 2 || s[0] != 'e' {
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

var (
	base64URLClass = classOf(func(c byte) bool {
		return 'A' <= c && c <= 'Z' || 'a' <= c && c <= 'z' || '0' <= c && c <= '9' || c == '-' || c == '_'
	})
	delimiterClass = classOf(func(c byte) bool {
		return c <= ' ' || c >= 0x7f || strings.IndexByte("\"'`=:;,&?#{}[]()<>|/\\%+", c) >= 0
	})
	runClass = classOf(func(c byte) bool {
		return c > ' ' && c < 0x7f && strings.IndexByte("\"'`:;,&?#{}[]()<>|\\%", c) < 0
	})
)

func isBase64URL(c byte) bool { return base64URLClass.has(c) }

func isBase64(c byte) bool { return isBase64URL(c) || c == '+' || c == '/' || c == '=' }

func isASCIISpace(c byte) bool { return c == ' ' || '\t' <= c && c <= '\r' }

// isDelimiter reports what may stand in front of a credential.
func isDelimiter(c byte) bool { return delimiterClass.has(c) }

// inRun reports what may be within a token that stands in other text, if only as
// a fault.
func inRun(c byte) bool { return runClass.has(c) }
