package lint_test

import (
	"testing"

	"keydeck/model/inspect/lint"
	"keydeck/model/inspect/strict"
)

func TestConfidential(t *testing.T) {
	for _, tt := range []struct {
		claims string
		want   bool
	}{
		{`{"name":"Ada Lovelace"}`, true},
		{`{"phone_number":"+1 202 555 0100"}`, true},
		{`{"sub":"ada@example.com"}`, true},
		{`{"address":{"country":"GB"}}`, true},
		{`{"profile":{"x":[{"given_name":"Ada"}]}}`, true},
		{`{"client_secret":"hunter2"}`, true},
		{`{"https://example.com/phone":"12345678"}`, true},
		{`{"sub":"ada"}`, false},
		{`{"name":""}`, false},
		{`{"exp":946684800}`, false},
		{`{"scope":"keys:write"}`, false},
	} {
		o, err := strict.ParseObject(tt.claims, 64)
		if err != nil || len(o.Members) != 1 {
			t.Fatalf("%s: %v", tt.claims, err)
		}
		if got := lint.Confidential(o.Members[0]); got != tt.want {
			t.Errorf("%s: confidential %t, want %t", tt.claims, got, tt.want)
		}
	}
}
