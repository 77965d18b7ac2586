package reading

import (
	"cmp"
	"strings"
	"time"

	"keydeck/model"
	"keydeck/model/inspect/jws"
	"keydeck/model/inspect/jwt"
	"keydeck/model/inspect/verdict"
	"keydeck/ui/text"
)

// Fact is a line of what a verdict rests on.
type Fact struct {
	Name, Value string
	Grade       verdict.Grade
	Part        Part // of the token, for one about a part
}

// Facts are what the verdict rests on, and what else is known of the token.
func (c *Context) Facts(t *Token) (out []Fact) {
	add := func(name, value string) {
		if value != "" {
			out = append(out, Fact{Name: name, Value: value})
		}
	}
	a, d := &t.Answer, &t.Decoded
	if t.Opened != nil {
		out = append(out, t.Opened.facts()...)
	}
	if a.Server != nil {
		if a.Expected != nil {
			add("expected", verdict.IssuerAndAudience(a.Expected.Settings))
			out = append(out, c.checkFacts(a.Expected.Checks)...)
		}
		out = append(out, c.serverFacts(a.Server)...)
	}
	if a.Keys != nil {
		add("expected", verdict.Expectation(a.Keys.Expect))
		add("kid", a.Keys.KeyID)
		out = append(out, c.checkFacts(a.Keys.Checks)...)
	}
	switch {
	case t.Encrypted():
	case a.Keys != nil:
		add("with", a.Keys.By+", "+model.Distance(a.At, c.Now))
	case a.Server != nil:
		add("with", "this server's keys, "+model.Distance(a.At, c.Now))
	case c.Verifier != "":
		add("with", "not yet; enter tries "+c.Verifier)
		add("expected", verdict.Expectation(c.Expect))
	default:
		add("with", "not yet; enter asks")
		if c.Expect.Issuer != "" || c.Expect.Audience != "" {
			add("expected", verdict.IssuerAndAudience(c.Expect))
		}
	}
	for i := range t.Nested {
		out = append(out, t.Nested[i].fact(c.Now))
	}
	add("kind", t.Kind())
	if d.Credential != "" {
		add("looks like", "this server's "+d.Credential.Name()+", if genuine")
	}
	add("alg", describeAlgorithm(d.Algorithm, d.AlgorithmText))
	add("enc", describeAlgorithm(d.Encryption, d.EncryptionText))
	if n := len(d.Signature); n > 0 {
		out = append(out, Fact{Name: "sig. size", Value: text.Plural(n, "byte", "bytes"), Part: SignaturePart})
	}
	if d.Detached {
		add("payload", "not in the token (detached)")
	}
	add("size", text.Plural(len(d.Raw), "byte", "bytes"))
	if k := d.StaticKey; k != nil {
		add("key", text.Visible(k.Masked))
		add("check", checksums[k.Checksum])
		add("account", text.Visible(k.AccountID))
	}
	return out
}

// checksums say what an API key's checksum proves.
var checksums = map[jwt.Checksum]string{
	jwt.ChecksumGood:  "good: not mistyped, which proves nothing more",
	jwt.ChecksumWrong: "wrong: it was mistyped",
	jwt.ChecksumNone:  "none: its length or its alphabet is wrong",
}

// describeAlgorithm is an algorithm's name with what is said about it, "" without a
// name.
func describeAlgorithm(name, about string) string {
	name = text.Visible(text.Prefix(name, 100))
	if name != "" && about != "" {
		name += ", " + text.Visible(about)
	}
	return name
}

func (o *Opened) facts() []Fact {
	if o.Err != "" {
		return []Fact{{Name: "opened", Value: "no: " + o.Err, Grade: verdict.Bad}, {Name: "tried", Value: o.By}}
	}
	return []Fact{{Name: "opened", Value: "with " + o.By}, {Name: "holds", Value: o.holds},
		{Name: "by whom", Value: "unknown: whoever has the key can write it", Grade: verdict.Warn}}
}

func (n *Nested) fact(now time.Time) Fact {
	f := Fact{Name: "within", Value: text.Visible(n.token.Description())}
	if n.HasTimes() {
		clock := n.Clock(now, false)
		f.Value, f.Grade = clock.Word+clock.Rest, clock.Grade
	}
	f.Value = n.Where + ": " + f.Value
	if alg := text.Visible(text.Prefix(n.token.Algorithm, 100)); alg != "" {
		f.Value += ", alg " + alg
	}
	return f
}

func (c *Context) checkFacts(checks []jws.Check) (out []Fact) {
	for _, check := range checks {
		f := Fact{Name: check.Claim, Value: "good: " + check.Words(c.Now), Grade: verdict.Good}
		if !check.Good {
			f.Value, f.Grade = "not good: "+check.Words(c.Now), verdict.Bad
		}
		out = append(out, f)
	}
	return out
}

// isNoDate reports whether t stands for everything after the year 9999.
func isNoDate(t time.Time) bool { return !t.Before(jwt.MaxDate) }

// keyStates explain the states of the server's own keys.
var keyStates = map[string]string{
	string(model.KeyNext):    "next: published, but not signing yet",
	string(model.KeyActive):  "active: signs tokens",
	string(model.KeyRetired): "retired: still verifies, no longer signs",
}

// serverFacts are what the server knows of a credential.
func (c *Context) serverFacts(in *model.Inspection) (out []Fact) {
	at := func(t *model.Time) string {
		switch {
		case t == nil:
			return ""
		case isNoDate(t.Time):
			return jwt.AfterYear9999
		}
		return c.Moment(t.Time) + ", " + model.Distance(t.Time, c.Now)
	}
	state := deref(in.KeyState)
	for _, f := range []Fact{
		{Name: "key", Value: deref(in.Key)}, {Name: "state", Value: cmp.Or(keyStates[state], state)}, {Name: "kid", Value: deref(in.KID)},
		{Name: "signature", Value: string(in.Signature)}, {Name: "is", Value: in.Kind.Name()}, {Name: "credential", Value: deref(in.CredentialName)},
		{Name: "hint", Value: deref(in.CredentialHint)}, {Name: "id", Value: deref(in.CredentialID)}, {Name: "project", Value: deref(in.ProjectID)},
		{Name: "user", Value: deref(in.UserID)}, {Name: "scopes", Value: strings.Join(in.Scopes, " ")},
		{Name: "last used", Value: at(in.LastUsedAt)}, {Name: "ends", Value: at(in.ExpiresAt)}, {Name: "revoked", Value: at(in.RevokedAt)},
	} {
		if f.Value != "" {
			out = append(out, f)
		}
	}
	return out
}
