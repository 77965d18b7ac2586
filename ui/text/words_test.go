package text

import (
	"testing"
	"time"

	"keydeck/model"
)

func TestTimes(t *testing.T) {
	now := time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)
	tests := []struct {
		name, got, want string
	}{
		{"seconds", Span(42 * time.Second), "42 s"},
		{"minutes", Span(9*time.Minute + 8*time.Second), "9:08 min"},
		{"hours", Span(5*time.Hour + 4*time.Minute), "5 h 04 min"},
		{"days", Span(52 * time.Hour), "2 d 4 h"},
		{"many days", Span(1500 * 24 * time.Hour), "1,500 d"},
		{"past", Span(-time.Minute), "1:00 min"},
		{"now", Ago(now, now), "now"},
		{"future", Ago(now.Add(time.Hour), now), "now"},
		{"s ago", Ago(now.Add(-12*time.Second), now), "12 s"},
		{"min ago", AgoWords(now.Add(-3*time.Minute), now), "3 min ago"},
		{"h ago", AgoWords(now.Add(-5*time.Hour), now), "5 h ago"},
		{"just", AgoWords(now, now), "just now"},
		{"countdown rounds up", Countdown(40*time.Second + time.Millisecond), "0:41"},
		{"countdown is never negative", Countdown(-time.Second), "0:00"},
		{"today", Moment(now.Add(-time.Hour), now), "11:00:00"},
		{"another day", Moment(now.Add(-24*time.Hour), now), "2026-11-20 12:00:00"},
		{"us", Took(137), "0.1 ms"},
		{"ms", Took(123_456), "123 ms"},
		{"s", Took(12_345_678), "12.3 s"},
		{"thousands", Count(1234567), "1,234,567"},
		{"hundreds", Count(-100), "-100"},
		{"why, the kind known", Reason(model.ReasonExpired, model.KindAPIKey), "the API key had expired"},
		{"why, the kind not known", Reason(model.ReasonExpired, ""), "the credential had expired"},
		{"why, a new reason", Reason("too_shiny", ""), "too shiny"},
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

// TestDistance: instants may lie further apart than a time.Duration is long.
func TestDistance(t *testing.T) {
	now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	for _, tt := range []struct {
		at   time.Time
		want string
	}{
		{now.Add(90 * time.Second), "in 1:30 min"},
		{now.Add(-time.Second), "1 s ago"},
		{now.AddDate(7000, 0, 0), "in 2,556,697 d"},
		{time.Date(1, 1, 1, 0, 0, 0, 0, time.UTC), "739,616 d ago"},
	} {
		if got := Distance(tt.at, now); got != tt.want {
			t.Errorf("%s: %q, want %q", tt.at, got, tt.want)
		}
	}
}
