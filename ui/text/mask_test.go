package text

import "testing"

func TestMaskSecrets(t *testing.T) {
	const key, token = "sk_GDje5bYnDq0xLrBMsEXBSNUpUhgaPK5ZOvnJfJ8", "eyJhbGciOiJub25lIn0.eyJleHAiOjE3NjcyMjU2MDB9.c2ln"
	tests := []struct{ line, want string }{
		{`{"full_key": "` + key + `"}`, `{"full_key": "sk_GDje…nJfJ8"}`},
		{`{"secret":"abc","name":"x"}`, `{"secret":"…","name":"x"}`},
		{`{"refresh_token": "abc"}`, `{"refresh_token": "…"}`},
		{`{"token":"` + token + `"}`, `{"token":"…jU2MDB9.c2ln"}`},
		{"nothing secret: sk_GDje…nJfJ8", "nothing secret: sk_GDje…nJfJ8"},
	}
	for _, tt := range tests {
		if got := MaskSecrets(tt.line); got != tt.want {
			t.Errorf("%s is shown as %s, want %s", tt.line, got, tt.want)
		}
	}
}
