package text

import (
	"maps"
	"slices"
	"strings"

	"keydeck/model"
)

// kinds are the words for kinds of credentials.
var kinds = map[model.Kind]string{
	model.KindAPIKey:       "API key",
	model.KindJWTSecret:    "JWT secret",
	model.KindKeyPair:      "key pair",
	model.KindServiceToken: "service token",
	model.KindSessionKey:   "session key",
	model.KindAccessToken:  "login access token",
	model.KindRefreshToken: "login refresh token",
	model.KindClientJWT:    "client-signed JWT",
	model.KindUnknown:      "unknown credential",
	"":                     "no credential",
}

// Kind says a kind of credential in words.
func Kind(k model.Kind) string {
	if s, ok := kinds[k]; ok {
		return s
	}
	return Visible(string(k))
}

// reasons has for every reason of the request log the word that fits a column
// and the sentence that explains it.
var reasons = map[model.Reason][2]string{
	model.ReasonMissing:        {"no credential", "no credential was sent"},
	model.ReasonMalformed:      {"malformed", "what was sent has the form of no credential that this route takes"},
	model.ReasonBadChecksum:    {"typing error", "the key has a typing error: its check digits do not fit"},
	model.ReasonUnknownKey:     {"unknown", "no such key"},
	model.ReasonExpired:        {"expired", "the credential had expired"},
	model.ReasonNotYetValid:    {"not yet valid", "the token is not valid yet"},
	model.ReasonRevoked:        {"revoked", "the credential was revoked, or the key that made it"},
	model.ReasonBadSignature:   {"bad signature", "the signature does not fit the token"},
	model.ReasonBadAlgorithm:   {"algorithm", "the token's algorithm is not the one its key is for"},
	model.ReasonMissingKID:     {"no kid", "the token's header has no kid, so no key can be chosen"},
	model.ReasonUnknownKID:     {"unknown kid", "no key has the token's kid"},
	model.ReasonMissingExp:     {"no exp", "the token has no exp, and one without an end is not taken"},
	model.ReasonBadClaims:      {"bad claims", "the token's claims are not what its kind must carry"},
	model.ReasonWrongKind:      {"wrong kind", "a good credential, of a kind that this route does not take"},
	model.ReasonWrongAccount:   {"wrong account", "a good key, sent under another project's account id"},
	model.ReasonProjectGone:    {"project gone", "the project of the credential is deleted"},
	model.ReasonUserDisabled:   {"user disabled", "the user is disabled"},
	model.ReasonSessionEnded:   {"signed out", "the login was ended"},
	model.ReasonConflict:       {"two projects", "two credentials of different projects were sent in one request"},
	model.ReasonScope:          {"scope", "the key lacks the scope that this call needs"},
	model.ReasonRole:           {"role", "the user's role in the project does not allow it"},
	model.ReasonBadCode:        {"bad code", "the sign-in code is wrong, used or over"},
	model.ReasonNotInvited:     {"not invited", "the address is not invited to this server"},
	model.ReasonReused:         {"reused", "a used refresh token came back, so its whole login was ended"},
	model.ReasonRateLimited:    {"too often", "asked again too soon"},
	model.ReasonNotFound:       {"not found", "it does not exist, or is not the caller's to see"},
	model.ReasonNoRoute:        {"no route", "the server has no such path"},
	model.ReasonMethod:         {"method", "the path exists, but not with this method"},
	model.ReasonInvalidInput:   {"invalid input", "the input broke a rule"},
	model.ReasonTooLarge:       {"too large", "the request was over a size limit"},
	model.ReasonEncoding:       {"encoding", "the body was compressed, which the server does not take"},
	model.ReasonUnavailable:    {"unavailable", "the database was full or did not answer"},
	model.ReasonInternal:       {"defect", "a defect in the server; its own log says more"},
	model.ReasonPairMismatch:   {"no pair", "the two keys are no pair, or were swapped"},
	model.ReasonLicenceExpired: {"licence over", "the licence in the key pair is over"},
}

// Why is the sentence for a reason, "" for none. It names the kind of the
// credential where that is known: the API key had expired.
func Why(r model.Reason, k model.Kind) string {
	if s, ok := reasons[r]; ok {
		if name, known := kinds[k]; known && k != "" && k != model.KindUnknown {
			return strings.Replace(s[1], "the credential", "the "+name, 1)
		}
		return s[1]
	}
	return strings.ReplaceAll(Visible(string(r)), "_", " ")
}

// WhyShort is the word for a reason that fits a column of 13, "" for none.
func WhyShort(r model.Reason) string {
	if s, ok := reasons[r]; ok {
		return s[0]
	}
	return strings.ReplaceAll(Visible(string(r)), "_", " ")
}

// Reasons are all that there are words for, in order.
func Reasons() []model.Reason { return slices.Sorted(maps.Keys(reasons)) }

// Word is WhyShort for a reason that there are words for, "" for others.
func Word(r model.Reason) string { return reasons[r][0] }
