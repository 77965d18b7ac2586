// Package preset has the tokens of this server's families as text, to be signed by hand.
package preset

import (
	"cmp"
	"os"
	"strconv"
	"strings"
	"time"
)

// Preset is a token like one of this server's own.
type Preset struct {
	Family    string // B, C or D of the API
	What      string
	algorithm string
	Type      string // typ of the header
	kid       string // "" for that of a JWT secret
	ttl       time.Duration
	claims    string
}

// All presets; the first one of a family is its usual token.
var All = []Preset{
	{"D", "a JWT that your own code signs with a JWT secret", "HS256", "JWT", "", 15 * time.Minute,
		`{"sub":"$user","iat":$now,"exp":$exp}`},
	{"B", "a session key, as authenticateKeys issues it", "HS256", "JWT", "session", time.Hour,
		`{"apiKey":` + pair + `,"secretKey":` + pair + `,"hostname":"$host","exp":$exp,"iat":$now}`},
	{"B", "one of the two keys of a pair", "HS256", "JWT", "pair", 365 * 24 * time.Hour, pair},
	{"C", "a login's access token", "RS512", "at+jwt", "signing-1", 15 * time.Minute,
		`{"iss":"$url","aud":"$url","sub":"$user","client_id":"keydeck","sid":"$session","iat":$now,"nbf":$now,"exp":$exp,"jti":"$token"}`},
}

const pair = `{"CustomerId": "$account", "nNodeLicenseExpiry": "$licence", "iat": $now, "jti": "$pair"}`

// Header is the preset's as JSON, with kid if it takes a JWT secret's.
func (p *Preset) Header(kid string) string {
	return `{"alg":"` + p.algorithm + `","typ":"` + p.Type + `","kid":"` + escape(cmp.Or(p.kid, kid)) + `"}`
}

// Claims are the preset's as JSON. values has the account, host, pair, session, token,
// url and user in them.
func (p *Preset) Claims(now time.Time, values map[string]string) string {
	seconds := func(t time.Time) string { return strconv.FormatInt(t.Unix(), 10) }
	return os.Expand(p.claims, func(name string) string {
		switch name {
		case "now":
			return seconds(now)
		case "exp":
			return seconds(now.Add(p.ttl))
		case "licence":
			return seconds(now.AddDate(1, 0, 0))
		}
		return escape(values[name])
	})
}

// escape is a text as it stands in a JSON string.
func escape(s string) string { return strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(s) }
