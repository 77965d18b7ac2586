// Package reading says what there is to know about a token, as data ready to be shown:
// a verdict, facts and findings, header and claims member by member, and the tokens
// nested in it. All its texts are fit for a terminal.
package reading

import (
	"cmp"
	"regexp"
	"slices"
	"time"

	"keydeck/model"
	"keydeck/model/inspect"
	"keydeck/model/inspect/jwt"
	"keydeck/model/inspect/lint"
	"keydeck/ui/text"
)

// Token is a decoded token, made fit to be shown once: every frame is drawn from it.
type Token struct {
	Decoded  jwt.Token
	At       time.Time // when it was decoded
	Segments []Segment
	Header   []Member
	Claims   []Member // after the nested tokens, signatures and recipients
	Nested   []Nested
	Origin   string // of a nested token: what it is

	WeakSecret []Finding // nil until it was looked for
	Opened     *Opened   // what was in an encrypted token, nil until a key was tried
	Answer     Answer

	times    jwt.Token // Decoded with its times alone, to be read in every frame
	findings []Finding
}

// Answer is what the keys or the server said of a token when it was last verified.
type Answer struct {
	At       time.Time
	Keys     *Verification
	Server   *model.Inspection
	Expected *Expected // checks beside the server's own, nil for none
	Problem  string    // why the server could not be asked
}

// Finding is something that deserves a second look, or that keeps the token from being
// read.
type Finding struct {
	Word, Text, Reference string
	Severity              jwt.Severity // "" if the token is broken
}

// Limits of what is shown. Copying gives all of it.
const (
	MaxMembers  = 1000     // of a part
	maxShown    = 64 << 10 // bytes of a part
	maxValue    = 4 << 10  // bytes of a member
	maxFindings = 100
	maxNested   = 16
)

// Decode reads a token. It may be slow: a token may have 1 MiB.
func Decode(input string, at time.Time) *Token { return newToken(inspect.Decode(joinPair(input)), at) }

// printedPair is a key pair as the command line prints it, each key on a line after its
// name.
var printedPair = regexp.MustCompile(`^\s*apiKey[ \t]+([\w.-]+)\s+secretKey[ \t]+([\w.-]+)\s*$`)

// joinPair turns a printed key pair into the JSON in which it is sent. It leaves any
// other input as it is.
func joinPair(input string) string {
	if len(input) > 2*model.MaxTokenBytes {
		return input
	}
	if keys := printedPair.FindStringSubmatch(input); keys != nil {
		return `{"apiKey":"` + keys[1] + `","secretKey":"` + keys[2] + `"}`
	}
	return input
}

func newToken(decoded jwt.Token, at time.Time) *Token {
	t := &Token{Decoded: decoded, At: at, times: timesOf(&decoded), Segments: segments(&decoded), Header: headerMembers(&decoded)}
	t.Nested = nestedIn(&decoded, "")
	t.Claims = append(nestedMembers(t.Nested, len(decoded.Nested)), signatureMembers(&decoded)...)
	t.Claims = append(append(t.Claims, recipientMembers(&decoded)...), members(decoded.Claims)...)
	t.findings = append(findingsOn(&decoded, ""), nestedFindings(t.Nested)...)
	return t
}

// Encrypted reports a compact JWE, which a key can open.
func (t *Token) Encrypted() bool { return t.Decoded.Kind == jwt.KindJWE }

// IsOpen reports an encrypted token that was opened.
func (t *Token) IsOpen() bool { return t.Opened != nil && t.Opened.Err == "" }

// Clocks reads the token's times, or those of the claims it was opened to.
func (t *Token) Clocks(now time.Time) jwt.Clocks { return t.times.Clocks(now) }

// ClaimsText is the text of the claims, or what an encrypted token held.
func (t *Token) ClaimsText() string {
	if t.IsOpen() {
		return t.Opened.Plaintext
	}
	return t.Decoded.Claims.Text
}

// Hint is enough of the token to recognise it, masked.
func (t *Token) Hint() string {
	if k := t.Decoded.StaticKey; k != nil {
		return text.Visible(k.Masked)
	}
	return text.Visible(model.Mask(t.Decoded.Raw))
}

// Kind says what the token is by its form.
func (t *Token) Kind() string { return text.Visible(t.Decoded.Description()) }

// FindWeakSecret looks for a well-known secret that signed the token. It is slow.
func (t *Token) FindWeakSecret() []Finding {
	return append([]Finding{}, findings(lint.Secret(t.Decoded))...)
}

// Findings are all there are at that moment, the worst first.
func (t *Token) Findings(now time.Time) []Finding {
	list := append(slices.Clone(t.WeakSecret), t.findings...)
	if t.Opened != nil {
		list = append(list, t.Opened.findings...)
	}
	if t.Answer.Keys != nil {
		list = append(list, t.Answer.Keys.findings...)
	}
	addHints := func(before string, times *jwt.Token) {
		for _, h := range times.Clocks(now).Hints {
			list = append(list, Finding{"clock", before + text.Visible(h), "", jwt.Warn})
		}
	}
	if t.Decoded.Kind.IsToken() {
		addHints("", &t.times)
	}
	for i := range t.Nested {
		if n := &t.Nested[i]; n.HasTimes() {
			addHints(n.Where+": ", &n.times)
		}
	}
	slices.SortStableFunc(list, func(a, b Finding) int { return cmp.Compare(a.rank(), b.rank()) })
	return list
}

func (f Finding) rank() int {
	return slices.Index([]jwt.Severity{"", jwt.Danger, jwt.Warn, jwt.Note}, f.Severity)
}

func findings(list []jwt.Finding) (out []Finding) {
	for _, f := range list[:min(len(list), maxFindings)] {
		out = append(out, Finding{text.Visible(string(f.Severity)), text.Visible(f.Text), text.Visible(f.Reference), f.Severity})
	}
	return out
}

// findingsOn are the problems and findings of one token. before goes before each text.
func findingsOn(t *jwt.Token, before string) (out []Finding) {
	for _, p := range t.Problems[:min(len(t.Problems), maxFindings)] {
		out = append(out, Finding{"broken", before + text.Visible(p.String()), "", ""})
	}
	for _, f := range findings(t.Findings) {
		f.Text = before + f.Text
		out = append(out, f)
	}
	return out
}
