package jwt_test

import (
	"testing"
	"time"

	"keydeck/model/inspect/internal/tokentest"
	"keydeck/model/inspect/jwa"
	"keydeck/model/inspect/jwk"
	"keydeck/model/inspect/jwt"
)

func TestReportOfNestedTokens(t *testing.T) {
	k := jwk.Key{Family: jwa.FamilyHMAC, Secret: []byte("an uncommonly good secret, is it?")}
	inner := tokentest.Sign(t, k, "HS256", `{"alg":"HS256"}`, `{"exp":9}`)
	middle := tokentest.Sign(t, k, "HS256", `{"alg":"HS256"}`, `{"exp":99,"inner":"`+inner+`"}`)
	token := jwt.Decode(tokentest.Sign(t, k, "HS256", `{"alg":"HS256"}`, `{"token":"`+middle+`"}`))
	r := token.Report(time.Unix(50, 0))
	if got := r.Nested[0].Clocks.Verdict; got != jwt.VerdictActive {
		t.Errorf("the token within is %s", got)
	}
	if got := r.Nested[0].Token.Nested[0].Clocks.Verdict; got != jwt.VerdictExpired {
		t.Errorf("the token within that is %s", got)
	}
	if token.Nested[0].Clocks != nil || token.Nested[0].Token.Nested[0].Clocks != nil {
		t.Error("a report has written into the token it is of")
	}
}

func TestVerdict(t *testing.T) {
	tests := []struct {
		name, claims string
		want         jwt.Verdict
		hints        int
	}{
		{"active", `{"iat":1699999990,"nbf":1699999990,"exp":1700000060}`, jwt.VerdictActive, 0},
		{"over at exp itself", `{"exp":1700000000}`, jwt.VerdictExpired, 0},
		{"fraction", `{"exp":1700000000.5}`, jwt.VerdictActive, 0},
		{"exponent", `{"exp":1.8e9}`, jwt.VerdictActive, 0},
		{"expired beats not yet valid", `{"nbf":1800000000,"exp":1600000000}`, jwt.VerdictExpired, 0},
		{"not yet valid", `{"nbf":1700000001,"exp":1800000000}`, jwt.VerdictNotYetValid, 0},
		{"nbf now", `{"nbf":1700000000,"exp":1800000000}`, jwt.VerdictActive, 0},
		{"issued in the future", `{"iat":1700000005,"exp":1800000000}`, jwt.VerdictNotYetValid, 1},
		{"no expiry", `{"iat":1600000000}`, jwt.VerdictNoExpiry, 0},
		{"nothing", `{}`, jwt.VerdictNoExpiry, 0},
		{"milliseconds", `{"exp":1700000060000}`, jwt.VerdictMilliseconds, 1},
		{"iat in milliseconds", `{"iat":1600000000000,"exp":1700000060}`, jwt.VerdictMilliseconds, 1},
		{"a span", `{"exp":3600}`, jwt.VerdictExpired, 1},
		{"exp zero", `{"exp":0}`, jwt.VerdictExpired, 1},
		{"iat zero", `{"iat":0,"exp":1800000000}`, jwt.VerdictInvalid, 0},
		{"a string", `{"exp":"1800000000"}`, jwt.VerdictInvalid, 0},
		{"null", `{"exp":null}`, jwt.VerdictInvalid, 0},
		{"negative", `{"exp":-1}`, jwt.VerdictInvalid, 0},
		{"out of range", `{"exp":1e400}`, jwt.VerdictInvalid, 0},
		{"microseconds", `{"exp":1700000060000000}`, jwt.VerdictMicroseconds, 1},
		{"nanoseconds", `{"exp":1700000060000000000}`, jwt.VerdictNanoseconds, 1},
		{"beyond nanoseconds, as the server accepts it", `{"exp":1e300}`, jwt.VerdictActive, 0},
		{"beyond a float", `{"exp":1e400}`, jwt.VerdictInvalid, 0},
		{"twice", `{"exp":1800000000,"exp":1600000000}`, jwt.VerdictInvalid, 0},
		{"broken JSON", `{"exp":1800000000,`, jwt.VerdictUnreadable, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := jwt.Decode(tokentest.JWS(`{"alg":"HS256"}`, tt.claims)).Clocks(tokentest.Now)
			if got.Verdict != tt.want || len(got.Hints) != tt.hints {
				t.Errorf("verdict %q hints %v, want %q and %d hints", got.Verdict, got.Hints, tt.want, tt.hints)
			}
		})
	}
	for _, input := range []string{tokentest.StaticKey, tokentest.Base64URL(`{"alg":"dir"}`) + "....", "a"} {
		if got := jwt.Decode(input).Clocks(tokentest.Now).Verdict; got != jwt.VerdictUnreadable {
			t.Errorf("verdict for %.12q is %q, want %q", input, got, jwt.VerdictUnreadable)
		}
	}
}

func TestClockHints(t *testing.T) {
	tests := []struct{ claims, want string }{
		{`{"iat":1700000005}`, "iat lies 5 s in the future: one of the two clocks is wrong, this one or the issuer's; see whether NTP runs on both"},
		{`{"iat":1700007200}`, "iat lies 2 h in the future: one of the two clocks is wrong, this one or the issuer's; see whether NTP runs on both"},
		{`{"iat":1700000000.5}`, "iat lies 1 s in the future: one of the two clocks is wrong, this one or the issuer's; see whether NTP runs on both"},
		{`{"iat":1800000000000000}`, "iat is in microseconds; tokens count seconds, and in those it lies after the year 9999; if microseconds were meant, in 3 years"},
		{`{"exp":3600}`, "exp looks like a span of time; it must be a date, in seconds since 1970"},
	}
	for _, tt := range tests {
		got := jwt.Decode(tokentest.JWS(`{"alg":"HS256"}`, tt.claims)).Clocks(tokentest.Now).Hints
		if len(got) != 1 || got[0] != tt.want {
			t.Errorf("%s: hints %q, want %q", tt.claims, got, tt.want)
		}
	}
}

func TestClocks(t *testing.T) {
	c := jwt.Decode(tokentest.JWS(`{"alg":"HS256"}`, `{"iat":1699999940,"exp":1700000060.25}`)).Clocks(tokentest.Now)
	if c.NotBefore != nil {
		t.Errorf("nbf %v, want none", c.NotBefore)
	}
	if got, want := c.ExpiresAt.Until(), 60250*time.Millisecond; got != want {
		t.Errorf("expires in %v, want %v", got, want)
	}
	if got, want := c.IssuedAt.Until(), -time.Minute; got != want {
		t.Errorf("issued in %v, want %v", got, want)
	}
	if got, want := c.Lifetime, 120250*time.Millisecond; got != want {
		t.Errorf("lifetime %v, want %v", got, want)
	}
}
