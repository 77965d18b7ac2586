package text

import "testing"

func TestPlain(t *testing.T) {
	tests := []struct{ in, want string }{
		{"value is not a valid email address: An email address must have an @-sign.", "An email address must have an @-sign."},
		{"email: value is not a valid email address: There must be something after the @-sign.", "email: There must be something after the @-sign."},
		{"Value error, send token or authorization, not both", "send token or authorization, not both"},
		{"that name is taken", "that name is taken"},
		{"", ""},
	}
	for _, tt := range tests {
		if got := Plain(tt.in); got != tt.want {
			t.Errorf("Plain(%q) = %q, want %q", tt.in, got, tt.want)
		}
	}
}
