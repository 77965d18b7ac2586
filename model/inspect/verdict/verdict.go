// Package verdict says in one word what keys or a server make of a token, how good that
// is, and what speaks for and against it. A verdict is data: whoever shows one colours it
// by its grades, and nobody has to read its words.
//
// No word is better than the facts. Verified is said exactly if a key made the signature
// and nobody is known to refuse the token, and a Grade is Good only if nothing at all
// speaks against it. The texts may hold foreign text.
package verdict

import (
	"cmp"
	"time"

	"keydeck/model"
	"keydeck/model/inspect/jws"
	"keydeck/model/inspect/jwt"
)

// Grade says how good something is. A higher one is worse.
type Grade int

const (
	Neutral Grade = iota
	Good
	Warn // nobody knows, or something speaks against it
	Bad
)

// MarshalText gives neutral, good, warn or bad.
func (g Grade) MarshalText() ([]byte, error) {
	return []byte([]string{"neutral", "good", "warn", "bad"}[g]), nil
}

// Word is a verdict in a word.
type Word string

const (
	Verified     Word = "verified"
	NotVerified  Word = "not verified"
	BadSignature Word = "bad signature"
	WrongKey     Word = "wrong kind of key"
	CannotVerify Word = "cannot verify"
	Accepted     Word = "accepted" // by a server, of a credential without a signature
	Refused      Word = "refused"  // by a server, though the signature fits or there is none
	Expired      Word = "expired"  // since a server accepted it
	NotOpened    Word = "not opened"
	CannotOpen   Word = "cannot open"
)

// Part is something that a verdict rests on.
type Part struct {
	Name  string    `json:"name"` // of the claim, or else: server, signature, expected, form
	Grade Grade     `json:"grade"`
	Text  string    `json:"text"`
	At    time.Time `json:"at,omitzero"` // the instant that it is about
}

// Verdict is what is said of a token above everything else.
type Verdict struct {
	Word       Word        `json:"word"`
	Grade      Grade       `json:"grade"`
	Detail     string      `json:"-"`     // follows the word: " by this server"
	Signature  jws.Outcome `json:"-"`     // what is known of the signature alone
	KeyID, Key string      `json:"-"`     // what made the signature, "" unless it is Verified
	Parts      []Part      `json:"parts"` // what decided comes first
}

// Case is what a verdict depends on. Without Keys and Server nobody was asked.
type Case struct {
	Token    *jwt.Token
	Now      time.Time
	Keys     *jws.Verification // what keys say
	Server   *model.Inspection // what a server says
	Asked    string            // the server's name in words
	Checks   []jws.Check       // of a token that a server judged, beside its own rules
	Expect   jws.Settings      // what they are about
	Projects []model.Project   // those whose names are known
}

// Of reaches the verdict.
func Of(c Case) Verdict {
	switch {
	case c.Server != nil:
		return c.byServer()
	case c.Keys != nil:
		return c.byKeys()
	}
	return Verdict{Word: NotVerified, Grade: Warn, Signature: jws.NotVerified}
}

var words = map[jws.Outcome]Word{jws.Verified: Verified, jws.NotVerified: NotVerified, jws.BadSignature: BadSignature, jws.WrongKey: WrongKey, jws.CannotVerify: CannotVerify}

func (c *Case) byKeys() Verdict {
	k := c.Keys
	v := Verdict{Word: words[k.Outcome], Grade: Bad, Signature: k.Outcome, KeyID: k.KeyID, Key: k.Key}
	switch k.Outcome {
	case jws.Verified:
		v.Grade = Warn
		v.addUnmet(k.Checks, c.Now)
		switch {
		case len(v.Parts) > 0:
		case !k.Good:
			v.add("form", Bad, "a strict verifier refuses its form; the findings say why", time.Time{})
		case c.Token.Clocks(c.Now).Verdict == jwt.VerdictExpired:
			v.add("exp", Warn, "expired, within the leeway", time.Time{})
		default:
			v.Grade = Good
			v.add("expected", Good, "good: "+Expectation(k.Expect), time.Time{})
		}
	case jws.NotVerified:
		v.Grade = Warn
		v.add("signature", Warn, "no key was used", time.Time{})
	default:
		v.add("signature", Bad, k.Because, time.Time{})
	}
	return v
}

// byServer is a server's verdict. What doesn't meet the other expectations is not good,
// whatever the server says.
func (c *Case) byServer() Verdict {
	in, isToken := c.Server, c.Token.Kind.IsToken()
	v := Verdict{Signature: Outcome(c.Token, in), Grade: Bad}
	if v.Signature == jws.Verified {
		v.KeyID, v.Key = deref(in.KID), cmp.Or(deref(in.Key), c.Asked)
	}
	over := in.Valid && in.ExpiresAt != nil && !c.Now.Before(in.ExpiresAt.Time) // since it was asked
	switch whole := !isToken || v.Signature == jws.Verified || in.Reason == model.ReasonTooLarge; {
	case !whole:
		v.Word = words[v.Signature]
		if in.Valid {
			v.Grade = Warn
		}
	case !in.Valid:
		v.Word = Refused
	case over:
		v.Word = Expired
	case !isToken:
		v.Word, v.Grade = Accepted, Good
	default:
		v.Word, v.Grade = Verified, Good
		if len(c.Token.Problems) > 0 {
			v.Grade = Warn
		}
	}
	if v.addUnmet(c.Checks, c.Now); len(v.Parts) > 0 {
		v.Grade = max(v.Grade, Warn)
	} else if c.Expect.Issuer != "" || c.Expect.Audience != "" {
		v.add("expected", Good, "as expected: "+IssuerAndAudience(c.Expect), time.Time{})
	}
	word, grade, by, text, at := Accepted, Good, " by "+c.Asked, c.owner(), time.Time{}
	switch {
	case !in.Valid:
		word, grade = Refused, Bad
		text, at = c.refusal()
	case over:
		word, grade, at = Expired, Bad, in.ExpiresAt.Time
		text = "it was accepted when it was asked about; its time ended " + model.Distance(at, c.Now)
	case c.skewed():
		by += ", which allows clocks to differ by " + model.Span(model.ClockSkew)
	}
	if word == Expired {
		by = "" // time did it
	}
	if v.Word == word {
		v.Detail = by
	} else {
		text = string(word) + by + ": " + text
	}
	v.add("server", grade, text, at)
	return v
}

// Outcome is what a server's answer says of the signature.
func Outcome(t *jwt.Token, in *model.Inspection) jws.Outcome {
	switch isToken := t.Kind.IsToken(); {
	case in.Signature == model.SignatureGood && isToken:
		return jws.Verified
	case in.Signature == model.SignatureBad:
		return jws.BadSignature
	case in.Reason == model.ReasonBadAlgorithm && isToken:
		return jws.WrongKey
	case in.Valid:
		return jws.NotVerified
	}
	return jws.CannotVerify
}

func (v *Verdict) add(name string, g Grade, text string, at time.Time) {
	v.Parts = append(v.Parts, Part{name, g, text, at})
}

// addUnmet adds the checks that are not good.
func (v *Verdict) addUnmet(checks []jws.Check, now time.Time) {
	for _, check := range checks {
		if !check.Good {
			v.add(check.Claim, Bad, check.Words(now), check.At)
		}
	}
}

// skewed reports a token that begins within the server's tolerance for other clocks.
func (c *Case) skewed() bool {
	early := func(now time.Time) bool { return c.Token.Clocks(now).Verdict == jwt.VerdictNotYetValid }
	return early(c.Now) && !early(c.Now.Add(model.ClockSkew))
}

// TooLarge is said of a token over model.MaxTokenBytes.
const TooLarge = "this server takes no token over 16 KiB: every route answers 431 to it in a header, 413 in a body"

// refusal is the reason, and when it arose. A credential that is refused for another
// reason may be revoked as well, and so may the key that made it.
func (c *Case) refusal() (text string, at time.Time) {
	in := c.Server
	switch why := cmp.Or(in.Reason.Past(in.Kind), in.Message, "it gives no reason"); {
	case in.Reason == model.ReasonTooLarge:
		return TooLarge, at
	case in.Reason == model.ReasonRevoked && in.RevokedAt != nil:
		at = in.RevokedAt.Time
		return why + ", " + model.Distance(at, c.Now), at
	case in.Reason == model.ReasonExpired && in.ExpiresAt != nil:
		at = in.ExpiresAt.Time
		text = why + ", " + model.Distance(at, c.Now)
	default:
		text = why
	}
	if in.RevokedAt != nil {
		text += "; and it, or its key, was revoked " + model.Distance(in.RevokedAt.Time, c.Now)
	}
	return text, at
}

// owner says what the credential is and whose.
func (c *Case) owner() string {
	in := c.Server
	out := in.Kind.Name()
	if in.CredentialName != nil {
		out += " of " + *in.CredentialName
	}
	if in.AccountID != nil {
		out += ", account " + *in.AccountID
	}
	for _, p := range c.Projects {
		if p.ID == deref(in.ProjectID) {
			out += ", project " + p.Name
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
