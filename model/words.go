package model

import (
	"cmp"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// ReasonText is what people read of a Reason.
type ReasonText struct {
	Label   string // fits a column of 13 characters
	Past    string // why a request in the log was refused: "the credential had expired"
	Present string // why a credential is refused now, as a sentence: "It has expired."; "" if none ever is
}

// Text is what people read of the reason. It is empty for a reason that this
// version does not know.
func (r Reason) Text() ReasonText { return reasonTexts[r] }

// Past is the sentence of why a request was refused, "" for no reason. It names the kind
// of credential where that is known: "the API key had expired".
func (r Reason) Past(k Kind) string {
	why := r.Text().Past
	if why != "" && k != "" && k != KindUnknown {
		return strings.Replace(why, "the credential", "the "+k.Name(), 1)
	}
	return cmp.Or(why, r.plain())
}

// Label is the reason in at most 13 characters, "" for none.
func (r Reason) Label() string { return cmp.Or(r.Text().Label, r.plain()) }

// plain makes a newer server's reason readable.
func (r Reason) plain() string { return strings.ReplaceAll(string(r), "_", " ") }

// Reasons are all reasons, in alphabetical order.
func Reasons() []Reason { return slices.Sorted(maps.Keys(reasonTexts)) }

var reasonTexts = map[Reason]ReasonText{
	ReasonMissing: {"no credential", "no credential was sent",
		"Nothing was sent where the route looks for a credential."},
	ReasonMalformed: {"malformed", "what was sent has the form of no credential that this route takes",
		"It has the form of no credential that this server knows."},
	ReasonBadChecksum: {"typing error", "the key has a typing error: its check digits do not fit",
		"The check digits of the key are wrong: it was mistyped or cut off."},
	ReasonUnknownKey: {"unknown", "no such key",
		"This server has no such credential."},
	ReasonExpired: {"expired", "the credential had expired",
		"It has expired."},
	ReasonNotYetValid: {"not yet valid", "the token is not valid yet",
		"It is not valid yet."},
	ReasonRevoked: {"revoked", "the credential was revoked, or the key that made it",
		"It was revoked."},
	ReasonPaused: {"paused", "the credential was paused, or the key that made it",
		"It is paused; once it is resumed, it is good again."},
	ReasonBadSignature: {"bad signature", "the signature does not fit the token",
		"The signature is wrong: it was altered, or signed with another key."},
	ReasonBadAlgorithm: {"algorithm", "the token's algorithm is not the one its key is for",
		"Its algorithm is not the one of the key that its kid names."},
	ReasonMissingKID: {"no kid", "the token's header has no kid, so no key can be chosen",
		"Its header has no kid, so no key can be chosen."},
	ReasonUnknownKID: {"unknown kid", "no key has the token's kid",
		"Its kid names no key of this server."},
	ReasonMissingExp: {"no exp", "the token has no exp, and one without an end is not taken",
		"It has no exp; this server takes no token without an end."},
	ReasonBadClaims: {"bad claims", "the token's claims are not what its kind must carry",
		"Its claims are not what this kind of token carries."},
	ReasonWrongKind: {"wrong kind", "a good credential, of a kind that this route does not take",
		"It is signed by this server but is of a kind that authenticates nothing."},
	ReasonWrongAccount: {"wrong account", "a good key, sent under another project's account id",
		"The key is good, but belongs to another account id."},
	ReasonProjectGone: {"project gone", "the project of the credential is deleted",
		"Its project was deleted."},
	ReasonUserDisabled: {"user disabled", "the user is disabled",
		"Its user is disabled."},
	ReasonSessionEnded: {"signed out", "the login was ended",
		"Its login has ended."},
	ReasonConflict: {"two projects", "two credentials of different projects were sent in one request",
		"The request carried credentials that do not belong together."},
	ReasonScope: {"scope", "the key lacks the scope that this call needs",
		"The credential lacks the scope " + ScopeKeysWrite + "."},
	ReasonRole: {"role", "the user's role in the project does not allow it",
		"Its user's role does not allow it."},
	ReasonBadCode: {"bad code", "the sign-in code is wrong, used or over",
		"The sign-in code was wrong or had expired."},
	ReasonNotInvited: {"not invited", "the address is not invited to this server",
		"Nobody has invited this address."},
	ReasonReused: {"reused", "a used refresh token came back, so its whole login was ended",
		"This refresh token was used before; coming back, it would end the login."},
	ReasonRateLimited:  {"too often", "asked again too soon", ""},
	ReasonNotFound:     {"not found", "it does not exist, or is not the caller's to see", ""},
	ReasonNoRoute:      {"no route", "the server has no such path", ""},
	ReasonMethod:       {"method", "the path exists, but not with this method", ""},
	ReasonInvalidInput: {"invalid input", "the input broke a rule", ""},
	ReasonTooLarge: {"too large", "the request was over a size limit",
		"In a header it is over the 16 KiB that a request header may have."},
	ReasonEncoding:    {"encoding", "the body was compressed, which the server does not take", ""},
	ReasonUnavailable: {"unavailable", "the database was full or did not answer", ""},
	ReasonInternal:    {"defect", "a defect in the server; its own log says more", ""},
	ReasonPairMismatch: {"no pair", "the two keys are no pair, or were swapped",
		"It is not the half of a key pair that is wanted here."},
	ReasonLicenceExpired: {"licence over", "the licence in the key pair is over",
		"The licence of the key pair is over."},
}

// AnyOf lists choices: "a", "a or b", "a, b or c".
func AnyOf(choices []string) string {
	if len(choices) < 2 {
		return strings.Join(choices, "")
	}
	last := len(choices) - 1
	return strings.Join(choices[:last], ", ") + " or " + choices[last]
}

// Article puts "a" or "an" before a noun. RSA and ML-DSA are spelled out when
// spoken, so they take "an".
func Article(noun string) string {
	if noun != "" && strings.ContainsRune("aeiouAEIOU", rune(noun[0])) || strings.HasPrefix(noun, "RSA") || strings.HasPrefix(noun, "ML-DSA") {
		return "an " + noun
	}
	return "a " + noun
}

// Count groups digits by thousands: 151,204.
func Count(n int64) string {
	s := strconv.FormatInt(n, 10)
	sign := ""
	if n < 0 {
		sign, s = "-", s[1:]
	}
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return sign + s
}
