package reading

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"

	"keydeck/model"
	"keydeck/model/inspect/jws"
	"keydeck/model/inspect/jwt"
	"keydeck/ui/text"
)

// Context is what a verdict and its facts depend on, apart from the token.
type Context struct {
	Now      time.Time
	Moment   func(time.Time) string // an instant in words, as people here want it
	Projects []model.Project
	Verifier string       // what tokens are verified with, "" for this server
	Expect   jws.Settings // what is expected of tokens
	Pending  string       // what is being done with the token, "" for nothing
}

// Grade says how good something is, for its colour. A higher one is worse.
type Grade int

const (
	Neutral  Grade = iota
	Good           // a key was used, and nothing speaks against the token
	Doubtful       // nobody knows, or something speaks against it
	Bad
)

// Verdict is what is said of a token above everything else.
//
// Word is VERIFIED exactly if a key made the signature: the server says so
// (model.SignatureGood), or the keys do (jws.Verified). Grade is Good only if nothing
// else speaks against the token.
type Verdict struct {
	Word       string // VERIFIED, NOT VERIFIED, …
	Detail     string // follows the word if KeyID and Key are empty
	Why        string // a sentence
	Grade      Grade
	KeyID, Key string // what made the signature
}

// Verdict is the one on t at that moment.
func (c *Context) Verdict(t *Token) Verdict {
	switch a := &t.Answer; {
	case c.Pending != "" && t.Encrypted():
		return Verdict{Word: "NOT OPENED", Why: c.Pending, Grade: Doubtful}
	case t.Encrypted() && t.Opened != nil:
		return t.Opened.verdict()
	case c.Pending != "":
		return Verdict{Word: "NOT VERIFIED", Why: c.Pending, Grade: Doubtful}
	case a.Problem != "":
		return Verdict{Word: "NOT VERIFIED", Why: "the server could not be asked: " + a.Problem, Grade: Doubtful}
	case a.Keys != nil:
		return c.keysVerdict(t)
	case a.Server != nil:
		return c.serverVerdict(t)
	}
	return Verdict{Word: "NOT VERIFIED", Grade: Doubtful}
}

// verdict on an encrypted token is never good: with the public key, or the shared one,
// anyone can have written it.
func (o *Opened) verdict() Verdict {
	if o.Err != "" {
		return Verdict{Word: "CANNOT OPEN", Why: "because " + o.Err, Grade: Bad}
	}
	why := "that says nothing of who wrote it: " + o.holds
	if len(o.nested) > 0 && !o.Claims {
		why = "that says nothing of who wrote it; enter goes in, where a signature may"
	}
	return Verdict{Word: "NOT VERIFIED", Detail: ", opened with " + o.By, Why: why, Grade: Doubtful}
}

func (c *Context) keysVerdict(t *Token) Verdict {
	k := t.Answer.Keys
	v := Verdict{Word: strings.ToUpper(string(k.Outcome)), Why: k.Because, Grade: Bad}
	switch k.Outcome {
	case jws.Verified:
		v.KeyID, v.Key, v.Grade = k.KeyID, k.Key, Doubtful
		unmet := slices.IndexFunc(k.Checks, func(c jws.Check) bool { return !c.Good })
		switch {
		case unmet >= 0:
			v.Why = "and yet not good: " + k.Checks[unmet].Words(c.Now)
		case !k.Good:
			v.Why = "and yet not good: a strict verifier refuses its form; the findings say why"
		case t.Clocks(c.Now).Verdict == jwt.VerdictExpired:
			v.Why = "expired, within the leeway"
		default:
			v.Why, v.Grade = "good: "+expectation(k.Expect), Good
		}
	case jws.CannotVerify:
		v.Why = "because " + k.Because
	case jws.NotVerified:
		v.Why, v.Grade = "no key was used", Doubtful
	case jws.BadSignature, jws.WrongKey:
	}
	return v
}

// serverVerdict is this server's. What doesn't meet the other expectations is not good,
// whatever the server says.
func (c *Context) serverVerdict(t *Token) Verdict {
	v, e := c.serversOwn(t), t.Answer.Expected
	if e == nil {
		return v
	}
	for _, check := range e.Checks {
		if !check.Good {
			v.Grade, v.Why = max(v.Grade, Doubtful), "not as expected: "+check.Text+"; "+v.Why
			return v
		}
	}
	v.Why = "as expected: " + issuerAndAudience(e.Settings) + "; " + v.Why
	return v
}

func (c *Context) serversOwn(t *Token) Verdict {
	in := t.Answer.Server
	v := Verdict{Why: c.acceptance(t, in)}
	isToken := t.Decoded.Kind.IsToken()
	switch expired := c.expired(in); {
	case in.Reason == model.ReasonTooLarge:
		v.Word, v.Detail, v.Why, v.Grade = "REFUSED by this server", ": too large", cmp.Or(in.Message, TooLarge), Bad
	case in.Signature == model.SignatureGood && isToken:
		v.Word, v.KeyID, v.Key, v.Grade = "VERIFIED", deref(in.KID), cmp.Or(deref(in.Key), "this server"), Good
		if !in.Valid || expired || len(t.Decoded.Problems) > 0 {
			v.Grade = Doubtful
		}
	case in.Signature == model.SignatureBad:
		v.Word, v.Grade = "BAD SIGNATURE", Bad
	case isToken && in.Reason == model.ReasonBadAlgorithm:
		v.Word, v.Grade = "WRONG KIND OF KEY", Bad
	case isToken && in.Valid:
		v.Word, v.Grade = "NOT VERIFIED", Doubtful
	case isToken:
		v.Word, v.Grade = "CANNOT VERIFY", Bad
	case in.Valid && !expired:
		v.Word, v.Why, v.Grade = "ACCEPTED by this server", c.owner(in), Good
	case in.Valid:
		v.Word, v.Grade = "EXPIRED", Bad
	default:
		v.Word, v.Why, v.Grade = "REFUSED by this server", c.refusal(in), Bad
	}
	return v
}

// TooLarge is what a server says of a token over model.MaxTokenBytes.
const TooLarge = "this server takes no token over 16 KiB: every route answers 431 to it in a header, 413 in a body"

// expired reports a credential that expired after the server was asked.
func (c *Context) expired(in *model.Inspection) bool {
	return in.ExpiresAt != nil && !c.Now.Before(in.ExpiresAt.Time)
}

// acceptance says whether the server accepts the credential as a whole.
func (c *Context) acceptance(t *Token, in *model.Inspection) string {
	switch {
	case !in.Valid:
		return "REFUSED by this server: " + c.refusal(in)
	case c.expired(in):
		return "EXPIRED: it was accepted when it was asked about; its time ended " + model.Distance(in.ExpiresAt.Time, c.Now)
	case t.Clocks(c.Now).Verdict == jwt.VerdictNotYetValid && t.Clocks(c.Now.Add(model.ClockSkew)).Verdict != jwt.VerdictNotYetValid:
		return "ACCEPTED by this server, which allows clocks to differ by " + strconv.Itoa(int(model.ClockSkew/time.Second)) + " s: " + c.owner(in)
	}
	return "ACCEPTED by this server: " + c.owner(in)
}

// refusal is the reason, and how long ago it arose. A credential that is refused for
// another reason may be revoked as well, and so may the key that made it.
func (c *Context) refusal(in *model.Inspection) string {
	why := cmp.Or(text.Reason(in.Reason, in.Kind), in.Message)
	switch {
	case in.Reason == model.ReasonRevoked && in.RevokedAt != nil:
		return why + ", " + model.Distance(in.RevokedAt.Time, c.Now)
	case in.Reason == model.ReasonExpired && in.ExpiresAt != nil:
		why += ", " + model.Distance(in.ExpiresAt.Time, c.Now)
	}
	if in.RevokedAt != nil {
		why += "; and it, or its key, was revoked " + model.Distance(in.RevokedAt.Time, c.Now)
	}
	return why
}

// owner says what the credential is and whose.
func (c *Context) owner(in *model.Inspection) string {
	out := text.Kind(in.Kind)
	if in.CredentialName != nil {
		out += " of " + *in.CredentialName
	}
	if in.AccountID != nil {
		out += ", account " + *in.AccountID
	}
	if in.ProjectID != nil {
		for _, p := range c.Projects {
			if p.ID == *in.ProjectID {
				out += ", project " + p.Name
			}
		}
	}
	return out
}

func deref(p *string) string {
	if p == nil {
		return ""
	}
	return *p
}
