package inspect

import "time"

// Outcome of a verification, in a word. It speaks of the signature alone; what
// time, issuer and audience make of the token are Checks.
type Outcome string

const (
	NotVerified  Outcome = "not verified"      // no key was used
	Verified     Outcome = "verified"          // the named key made the signature
	BadSignature Outcome = "bad signature"     // of every key that fits, none made it
	WrongKey     Outcome = "wrong kind of key" // the token's algorithm is of another family than every key
	CannotVerify Outcome = "cannot verify"     // Because says why: encrypted, alg none, not well formed, crit, unknown algorithm…
)

// Expect is what a token is held against. A zero Now is an error of the caller.
type Expect struct {
	Now      time.Time
	Leeway   time.Duration // 0 or more, for nbf, iat and exp
	Issuer   string        // "" for any
	Audience string        // "" for any
	Type     string        // of the header, "" for any
	Strict   bool          // no exp is not good either, as at this server's doors
}

// Check is one thing beside the signature that a token was held against.
type Check struct {
	Claim string `json:"claim"` // exp, nbf, iat, iss, aud, typ
	Good  bool   `json:"good"`
	Text  string `json:"text"` // in plain words, for example "expired 3 minutes ago"
}

// Verification is the verdict. Good is true only for Verified with every check
// good, and never for a token with a Problem.
type Verification struct {
	Outcome Outcome  `json:"outcome"`
	Good    bool     `json:"good"`
	Because string   `json:"because,omitempty"` // in plain words; empty for Verified and NotVerified
	KeyID   string   `json:"kid,omitempty"`     // of the key that made the signature
	Key     string   `json:"key,omitempty"`     // whose it is, in words: Key.Source
	Checks  []Check  `json:"checks"`
	Expect  Settings `json:"expected"`
}

// Settings are what was expected, to stand beside the verdict.
type Settings struct {
	LeewaySeconds int64  `json:"leeway_seconds"`
	Issuer        string `json:"iss,omitempty"`
	Audience      string `json:"aud,omitempty"`
	Type          string `json:"typ,omitempty"`
}

// String is the verdict in one line: "verified by kid k1 (file jwks.json)",
// "bad signature: …", "cannot verify, because …".
func (v Verification) String() string { panic("x") }

// Verify checks the token's signature with the keys that fit: those whose ID is
// the token's kid if any has it, else all of the right family. No key that the
// token brings is used. The header must be one that the strict door takes: with a
// problem in it, crit or b64 the outcome is CannotVerify whatever the signature.
func (t Token) Verify(keys []Key, e Expect) Verification { panic("x") }
