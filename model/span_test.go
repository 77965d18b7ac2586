package model

import (
	"testing"
	"time"
)

func TestSpan(t *testing.T) {
	for d, want := range map[time.Duration]string{
		0: "0 s", 42 * time.Second: "42 s", 400 * time.Millisecond: "1 s", -time.Minute: "1 min", 9*time.Minute + 8*time.Second: "9 min 8 s",
		10*time.Minute + 8*time.Second: "10 min 8 s", 5*time.Hour + 4*time.Minute: "5 h 4 min", time.Hour + time.Second: "1 h", 23 * time.Hour: "23 h",
		52 * time.Hour: "2 d 4 h", 7 * 24 * time.Hour: "7 d", 729 * 24 * time.Hour: "729 d", 1500 * 24 * time.Hour: "4 years",
	} {
		if got := Span(d); got != want {
			t.Errorf("Span(%v) = %q, want %q", d, got, want)
		}
	}
}

func TestDistance(t *testing.T) {
	now := time.Date(2026, 2, 28, 12, 0, 0, 500, time.UTC)
	for _, tt := range []struct {
		at   time.Time
		want string
	}{
		{now, "just now"},
		{now.Add(-1999 * time.Millisecond), "just now"},
		{now.Add(-2 * time.Second), "2 s ago"},
		{now.Add(time.Millisecond), "in 1 s"},
		{now.Add(90*time.Minute + 900*time.Millisecond), "in 1 h 30 min"},
		{now.Add(-90 * time.Minute), "1 h ago"},
		{now.AddDate(2, 0, 1), "in 2 years"},
		{time.Unix(0, 0), "56 years ago"},
		{time.Date(1, 1, 1, 0, 0, 0, 0, time.UTC), "2025 years ago"},
		{time.Date(9999, 12, 31, 23, 59, 59, 0, time.UTC), "in 7973 years"},
	} {
		if got := Distance(tt.at.In(time.FixedZone("", -5*3600)), now); got != tt.want {
			t.Errorf("Distance(%s) = %q, want %q", tt.at, got, tt.want)
		}
	}
	if got := Ago(now.Add(time.Hour), now); got != "now" {
		t.Errorf("Ago of the future = %q", got)
	}
}
