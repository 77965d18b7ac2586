package verdict

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"keydeck/model"
	"keydeck/model/inspect/jws"
)

// Why is what decided, as a sentence without its capital: what speaks against the token,
// or else everything.
func (v Verdict) Why() string {
	against := slices.ContainsFunc(v.Parts, func(p Part) bool { return p.Grade > Good })
	var why []string
	for _, p := range v.Parts {
		if p.Grade > Good || !against {
			why = append(why, p.Text)
		}
	}
	return v.lead() + strings.Join(why, "; ")
}

// lead begins Why where it is no sentence by itself.
func (v Verdict) lead() string {
	switch {
	case len(v.Parts) == 0:
		return ""
	case (v.Word == Verified || v.Word == Accepted) && v.Parts[0].Grade == Bad:
		return "and yet not good: "
	case (v.Word == CannotVerify || v.Word == CannotOpen) && v.Parts[0].Name != "server":
		return "because "
	}
	return ""
}

// Signed says by what the signature was made, "" if nothing did or nobody knows. kid is
// v.KeyID, or a shorter form of it.
func (v Verdict) Signed(kid string) string {
	switch {
	case v.Signature != jws.Verified || v.KeyID == "" && v.Key == "":
		return ""
	case kid == "":
		return " by " + v.Key
	case v.Key == "":
		return " by kid " + kid
	}
	return " by kid " + kid + " (" + v.Key + ")"
}

// String is the verdict in one line: "verified by kid k1 (file jwks.json)", "bad
// signature: …", "refused by this server: …; the signature is verified by kid k1". It
// leaves out what speaks for a token that is Verified.
func (v Verdict) String() string {
	out, why := string(v.Word)+v.Detail, v.Why()
	if v.Word == Verified {
		out += v.Signed(v.KeyID)
	}
	switch {
	case why == "", v.Word == Verified && v.Grade == Good:
	case v.lead() != "":
		out += ", " + why
	case v.Word == Verified:
		out += "; " + why
	default:
		out += ": " + why
	}
	if v.Word != Verified && v.Signature == jws.Verified {
		out += "; the signature is verified" + v.Signed(v.KeyID)
	}
	return out
}

// Expectation says what is expected of a token.
func Expectation(e jws.Settings) string {
	return IssuerAndAudience(e) + " · leeway " + model.Span(time.Duration(e.LeewaySeconds)*time.Second)
}

// IssuerAndAudience is Expectation without the leeway, which a server sets itself.
func IssuerAndAudience(e jws.Settings) string {
	return "iss " + cmp.Or(e.Issuer, "any") + " · aud " + cmp.Or(e.Audience, "any")
}
