package text

import (
	"testing"
	"time"
)

func TestTimes(t *testing.T) {
	now := time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)
	tests := []struct {
		name, got, want string
	}{
		{"today", Moment(now.Add(-time.Hour), now), "11:00:00"},
		{"another day", Moment(now.Add(-24*time.Hour), now), "2026-11-20 12:00:00"},
		{"us", Took(137), "137 µs"},
		{"ms", Took(123_456), "123 ms"},
		{"s", Took(12_345_678), "12.3 s"},
		{"thousands", Count(1234567), "1,234,567"},
		{"hundreds", Count(-100), "-100"},
		{"one", Plural(1, "key", "keys"), "1 key"},
		{"many", Plural(1200, "key", "keys"), "1,200 keys"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if tt.got != tt.want {
				t.Errorf("got %q, want %q", tt.got, tt.want)
			}
		})
	}
}

func TestParseLeeway(t *testing.T) {
	for v, want := range map[string]time.Duration{"0": 0, "30": 30 * time.Second, "90s": 90 * time.Second, "2m": 2 * time.Minute, "1d": day} {
		if got, err := ParseLeeway(v); err != nil || got != want {
			t.Errorf("ParseLeeway(%q) = %v, %v, want %v", v, got, err, want)
		}
	}
	for _, v := range []string{"", "-1", "86401", "2d", "NaNd", "1e300d", "soon", "99999999999999999999"} {
		if got, err := ParseLeeway(v); err == nil {
			t.Errorf("ParseLeeway(%q) = %v, want an error", v, got)
		}
	}
}
