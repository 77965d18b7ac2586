package cli

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"keydeck/model"
)

func TestStamp(t *testing.T) {
	at := time.Date(2026, 1, 2, 3, 4, 5, 999, time.UTC)
	local := time.Local
	t.Cleanup(func() { time.Local = local })
	time.Local = time.FixedZone("IST", 5*3600+1800)
	s := newShell(t, nil)
	if got, want := s.when(model.Ptr(at), "never"), "2026-01-02 08:34:05+05:30"; got != want {
		t.Errorf("local: %q, want %q", got, want)
	}
	s.utc = true
	if got, want := s.when(model.Ptr(at), "never"), "2026-01-02 03:04:05Z"; got != want {
		t.Errorf("UTC: %q, want %q", got, want)
	}
	if got, want := s.bothZones(at), "2026-01-02 03:04:05Z"; got != want {
		t.Errorf("both, with --utc: %q, want %q", got, want)
	}
	s.utc = false
	if got, want := s.bothZones(at), "2026-01-02 08:34:05+05:30 (2026-01-02 03:04:05Z)"; got != want {
		t.Errorf("both: %q, want %q", got, want)
	}
	if got, want := s.when(nil, "never"), "never"; got != want {
		t.Errorf("none: %q, want %q", got, want)
	}
}

// Hostile times are said in words or refused, and the JSON counts right.
func TestDecodeSaysFarTimes(t *testing.T) {
	tests := []struct{ exp, word, json string }{
		{"95617584000", "Time: active\n  exp  5000-01-01 00:00:00Z  in 2973 years", `"in_seconds": 93850260955`},
		{"253402300799", "9999-12-31 23:59:59Z  in 7973 years", `"in_seconds": 251634977754`},
		{"0", "Time: expired\n  exp  1970-01-01 00:00:00Z  56 years ago", `"in_seconds": -1767323045`},
		{"1767323045.5", "Time: active\n  exp  2026-01-02 03:04:05Z  in 1 s", `"in_seconds": 0`},
		{"1767323044.5", "Time: expired\n  exp  2026-01-02 03:04:04Z  just now", `"in_seconds": -1`},
		{"1770000000000", "Time: milliseconds mistaken for seconds\n  exp  after the year 9999; in milliseconds: 2026-02-02 02:40:00Z  in 30 d", `"milliseconds": true`},
		{"253402300800000", "Time: microseconds mistaken for seconds\n  exp  after the year 9999; in microseconds: 1978-01-11 21:31:40Z  47 years ago", `"unit": "microseconds"`},
		{"1e300", "Time: active\n  exp  9999-12-31 23:59:59Z", `"raw": "1e300"`},
		{"1e999", "Time: invalid time", `"expires_at": null`},
		{"-5", "Time: invalid time", `"expires_at": null`},
	}
	for _, tt := range tests {
		token := unsigned(t, `{"alg":"HS256","typ":"JWT"}`, fmt.Sprintf(`{"exp":%s}`, tt.exp)) + "AAAA"
		for _, in := range []struct {
			args []string
			want string
		}{{[]string{"jwt", "decode", "--utc", token}, tt.word}, {[]string{"jwt", "decode", "--json", token}, tt.json}} {
			s := newShell(t, nil)
			if code := s.Run(t.Context(), in.args); code != 0 || !strings.Contains(s.out.String(), in.want) {
				t.Errorf("exp %s: exit code %d, want 0 and %q in\n%s%s", tt.exp, code, in.want, s.out.String(), s.err.String())
			}
		}
	}
}
