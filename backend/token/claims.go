package token

import (
	"bytes"
	"encoding/json"
	"time"

	"keydeck/model"
	"keydeck/model/inspect/strict"
)

// Claims of a token (RFC 7519, section 4.1). A time that is missing is nil. Raw has
// every member; numbers are json.Number.
type Claims struct {
	Issuer, Subject, ID            string
	IssuedAt, NotBefore, ExpiresAt *time.Time
	Raw                            map[string]any
}

// PeekClaims reads the claims of a token without verifying it, for inspection only.
// It is as strict about their form as Verify. The error is an *Error.
func PeekClaims(raw string) (Claims, error) {
	t, err := parse(raw)
	if err != nil {
		return Claims{}, err
	}
	return readClaims(t.Payload)
}

func readClaims(payload string) (Claims, error) {
	text, err := decode("payload", payload)
	if err != nil {
		return Claims{}, err
	}
	if err := readObject("payload", text); err != nil {
		return Claims{}, err
	}
	var c Claims
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	if err := d.Decode(&c.Raw); err != nil {
		return Claims{}, malformed("payload: invalid JSON: %v", err)
	}
	if err := c.read(); err != nil {
		return Claims{}, err
	}
	return c, nil
}

// read fills in the registered claims from Raw and refuses those of the wrong type.
func (c *Claims) read() error {
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

// maxDate stands for every time from the year 10000 on: family D's exp has no upper
// limit, but RFC 3339 dates end there.
var maxDate = time.Date(9999, 12, 31, 23, 59, 59, 0, time.UTC)

// numericDate reads a time claim by the rules of strict.NumericDate, except that a
// number too large for a date becomes maxDate. An exp of 0 is the epoch, so the
// token has expired; for the other claims 0 is not a date.
func numericDate(name string, v any) (time.Time, error) {
	number, ok := v.(json.Number)
	if !ok {
		return time.Time{}, refuse(model.ReasonBadClaims, "%s is not a number", name)
	}
	if seconds, err := number.Float64(); err == nil && seconds > float64(maxDate.Unix()) {
		return maxDate, nil
	}
	t, ok := strict.NumericDate(string(number))
	if !ok || name != "exp" && t.Unix() == 0 && t.Nanosecond() == 0 {
		return time.Time{}, refuse(model.ReasonBadClaims, "%s %.32q is no date in seconds since 1970", name, string(number))
	}
	return t, nil
}

// checkAudience refuses an aud that is neither a string nor an array of strings
// (RFC 7519, section 4.1.3).
func checkAudience(raw map[string]any) error {
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
