package model

import (
	"testing"
	"time"
)

// TestStateAt: a state that was read once is brought up to now; what was revoked stays
// revoked when it expires, and what is paused can expire.
func TestStateAt(t *testing.T) {
	now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	in := func(d time.Duration) *Time { return Ptr(now.Add(d)) }
	tests := []struct {
		read    CredentialState
		expires *Time
		want    CredentialState
	}{
		{StateActive, nil, StateActive},
		{StateActive, in(8 * 24 * time.Hour), StateActive},
		{StateActive, in(6 * 24 * time.Hour), StateExpiring},
		{StateExpiring, in(0), StateExpired},
		{StatePaused, in(time.Hour), StatePaused},
		{StatePaused, in(-time.Hour), StateExpired},
		{StateRevoked, in(-time.Hour), StateRevoked},
		{StateExpired, in(-time.Hour), StateExpired},
	}
	for _, tt := range tests {
		if got := tt.read.At(now, tt.expires); got != tt.want {
			t.Errorf("%s, expiring %v: %s, want %s", tt.read, tt.expires, got, tt.want)
		}
	}
}

func TestHint(t *testing.T) {
	for _, tt := range []struct {
		c    Credential
		want string
	}{
		{Credential{Kind: KindAPIKey, ID: "0190ffff", Masked: "sk_GDje…nJfJ8"}, "sk_GDje…nJfJ8"},
		{Credential{Kind: KindJWTSecret, ID: "01900000-0000-7000-8000-000000007a08", Masked: "qA7v…"}, "kid 0190…7a08"},
		{Credential{Kind: KindJWTSecret, ID: "short"}, "kid short"},
	} {
		if got := tt.c.Hint(); got != tt.want {
			t.Errorf("hint %q, want %q", got, tt.want)
		}
	}
}
