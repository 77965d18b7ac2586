package reading

import (
	"slices"
	"time"

	"keydeck/model/inspect"
	"keydeck/model/inspect/jwk"
	"keydeck/model/inspect/jws"
	"keydeck/model/inspect/jwt"
	"keydeck/model/inspect/lint"
	"keydeck/ui/text"
)

// Keys verify tokens, or open them.
type Keys struct {
	List    []jwk.Key
	Own     bool     // the key in the token's header instead of List
	Name    string   // in words
	Skipped []string // what was no usable key, in words
}

// Verification is what keys said of a token at an instant.
type Verification struct {
	jws.Verification
	By       string // the name of the keys
	At       time.Time
	findings []Finding // about the keys
}

// Verify verifies a token.
func (k *Keys) Verify(t *Token, e jws.Expect) *Verification {
	var err error
	keys := k.List
	if k.Own {
		keys, err = jws.HeaderKeys(t.Decoded)
	}
	got := jws.Verify(t.Decoded, keys, e)
	if err != nil {
		got = jws.Verification{Outcome: jws.CannotVerify, Because: err.Error()}
	}
	text.Clean(&got)
	return &Verification{got, k.Name, e.Now, append(findings(lint.Keys(t.Decoded, got, keys)), k.skippedFindings()...)}
}

func (k *Keys) skippedFindings() (out []Finding) {
	for _, s := range k.Skipped[:min(len(k.Skipped), maxFindings)] {
		out = append(out, Finding{"note", "a key was skipped: " + text.Visible(s), "", jwt.Note})
	}
	return out
}

// Expected is how a token met an expected issuer and audience.
type Expected struct {
	Settings jws.Settings
	Checks   []jws.Check
}

// CheckExpected compares a token with an issuer and an audience, nil if neither is
// expected.
func CheckExpected(t *Token, e jws.Expect) *Expected {
	if e.Issuer == "" && e.Audience == "" {
		return nil
	}
	out := &Expected{jws.Settings{Issuer: e.Issuer, Audience: e.Audience}, jws.Expected(t.Decoded, e)}
	text.Clean(out)
	return out
}

// Opened is what was in an encrypted token, or why it could not be opened.
type Opened struct {
	By        string // the key, in words
	Err       string // "" if it is open
	Plaintext string
	Claims    bool // it held claims, which nobody has signed

	members  []Member
	nested   []Nested
	times    jwt.Token // of the claims
	findings []Finding
	holds    string // what it held, in words
}

// Open opens an encrypted token. It may take a while, with a key made from a password.
func (k *Keys) Open(t *Token) Opened {
	out := Opened{By: k.Name, times: timesOf(&t.Decoded), findings: k.skippedFindings()}
	got, err := inspect.Open(t.Decoded, k.List)
	if err != nil {
		out.Err = text.Visible(text.Prefix(err.Error(), 400))
		return out
	}
	if got.KeyID != "" && len(k.List) > 1 {
		out.By = text.Visible("kid " + text.Prefix(got.KeyID, 200) + ", " + got.Key)
	}
	out.Plaintext = string(got.Plaintext)
	switch {
	case got.Nested != nil:
		direct := newNested("inside", "inside", got.Nested)
		direct.origin = "encrypted by an unknown party, decrypted with " + out.By
		out.nested = append([]Nested{direct}, nestedIn(got.Nested, "inside, ")...)
		out.holds, out.members = text.Visible(got.Nested.Description()), nestedMembers(out.nested, 1)
	case got.Claims != nil:
		out.Claims, out.times, out.nested, out.holds = true, timesOf(got.Claims), nestedIn(got.Claims, ""), "claims, not signed"
		out.members = append(nestedMembers(out.nested, len(got.Claims.Nested)), members(got.Claims.Claims)...)
		got.Claims.Findings = slices.DeleteFunc(got.Claims.Findings, func(f jwt.Finding) bool { return f.Rule == "personal" }) // not all who hold it can read it
		out.findings = append(out.findings, findingsOn(got.Claims, "")...)
	default:
		out.holds = text.Plural(len(got.Plaintext), "byte", "bytes") + " of text"
		if got.Text() == "" {
			out.holds = text.Plural(len(got.Plaintext), "byte", "bytes") + ", no text"
		}
		out.members = []Member{plaintextMember(got)}
	}
	out.findings = append(out.findings, nestedFindings(out.nested)...)
	return out
}

// SetOpened puts what was in an encrypted token in the place of its claims.
func (t *Token) SetOpened(o Opened) {
	t.Opened, t.Claims, t.Nested, t.times = &o, o.members, o.nested, o.times
}
