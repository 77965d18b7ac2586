package token

import (
	"bytes"
	"encoding/json"
	"math"
	"strconv"
	"time"

	"keydeck/model"
)

// Claims of a token (RFC 7519, section 4.1). A time that the token does not carry
// is nil. Raw has every member; numbers are json.Number.
type Claims struct {
	Issuer, Subject, ID            string
	IssuedAt, NotBefore, ExpiresAt *time.Time
	Raw                            map[string]any
}

// PeekClaims reads the claims of a token without verifying anything, for logs and
// inspection only. It is as strict about their form as Verify is; the error is an
// *Error.
func PeekClaims(raw string) (Claims, error) {
	t, err := open(raw)
	if err != nil {
		return Claims{}, err
	}
	c, err := t.claims()
	if err != nil {
		return Claims{}, err
	}
	return c, nil
}

func (t compact) claims() (Claims, *Error) {
	text, err := decode("payload", t.payload)
	if err != nil {
		return Claims{}, err
	}
	if _, err := readObject("payload", text); err != nil {
		return Claims{}, err
	}
	var c Claims
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	if err := d.Decode(&c.Raw); err != nil {
		return Claims{}, malformed("payload: invalid JSON: %v", err)
	}
	return c, c.read()
}

// read fills the registered claims from Raw and refuses the ones that are not of
// their type.
func (c *Claims) read() *Error {
	for name, to := range map[string]*string{"iss": &c.Issuer, "sub": &c.Subject, "jti": &c.ID} {
		v, ok := c.Raw[name]
		if !ok {
			continue
		}
		if *to, ok = v.(string); !ok {
			return refuse(model.ReasonBadClaims, "%s is not a string", name)
		}
	}
	for name, to := range map[string]**time.Time{"iat": &c.IssuedAt, "nbf": &c.NotBefore, "exp": &c.ExpiresAt} {
		v, ok := c.Raw[name]
		if !ok {
			continue
		}
		t, err := numericDate(name, v)
		if err != nil {
			return err
		}
		*to = &t
	}
	return checkAudience(c.Raw)
}

// lastSecond is the first second of the year 10000. Whatever lies there is no
// date but milliseconds taken for seconds, and RFC 3339 could not show it.
const lastSecond = 253402300800

// numericDate reads a NumericDate (RFC 7519, section 2): a JSON number of seconds
// since 1970, with or without a fraction. exp 0 is said to have expired, since
// that is what every reader but a careless one makes of it.
func numericDate(name string, v any) (time.Time, *Error) {
	number, ok := v.(json.Number)
	if !ok {
		return time.Time{}, refuse(model.ReasonBadClaims, "%s is not a number", name)
	}
	seconds, err := strconv.ParseFloat(string(number), 64)
	if err == nil && seconds == 0 && name == "exp" {
		return time.Time{}, refuse(model.ReasonExpired, "exp is 0")
	}
	// The comparisons are false for NaN, so it cannot slip through.
	if err != nil || !(seconds > 0 && seconds < lastSecond) {
		return time.Time{}, refuse(model.ReasonBadClaims, "%s %.32q is no date in seconds between 1970 and 9999", name, string(number))
	}
	whole, fraction := math.Modf(seconds)
	return time.Unix(int64(whole), int64(fraction*1e9)).UTC(), nil
}

// checkAudience wants aud, if it is there, to be a string or an array of strings
// (RFC 7519, section 4.1.3).
func checkAudience(raw map[string]any) *Error {
	switch aud := raw["aud"].(type) {
	case string:
		return nil
	case []any:
		for _, v := range aud {
			if _, ok := v.(string); !ok {
				return refuse(model.ReasonBadClaims, "aud holds something that is not a string")
			}
		}
		return nil
	}
	if _, ok := raw["aud"]; ok {
		return refuse(model.ReasonBadClaims, "aud is neither a string nor an array of strings")
	}
	return nil
}
