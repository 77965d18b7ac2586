package inspect

import (
	"strings"
	"testing"
)

func TestBroken(t *testing.T) {
	long := jws(`{"alg":"HS256"}`, `{"a":"`+strings.Repeat("x", 40_000)+`"}`)
	tests := []struct {
		name, input string
		want        bool
	}{
		{"good", jws(`{"alg":"HS256"}`, `{}`), false},
		{"alg none", b64(`{"alg":"none"}`) + "." + b64(`{}`) + ".", false},
		{"too long for a server", long, false},
		{"a key", goodKey, false},
		{"a key mistyped", goodKey[:len(goodKey)-1] + "!", true},
		{"cut off", b64(`{"alg":"HS256"}`) + "." + b64(`{}`), true},
		{"bad JSON", jws(`{"alg":"HS256"}`, `{"a"`), true},
		{"a member twice", jws(`{"alg":"HS256"}`, `{"a":1,"a":2}`), true},
		{"too long, and bad JSON", long[:len(long)/2] + "." + b64("x"), true},
		{"a token in it", b64(`{"alg":"HS256","cty":"JWT"}`) + "." + b64(jws(`{"alg":"HS256"}`, `{}`)) + ".c2ln", false},
		{"crit", jws(`{"alg":"HS256","crit":["x"],"x":1}`, `{}`), false},
		{"crit, and bad JSON", jws(`{"alg":"HS256","crit":["x"],"x":1}`, `{"a"`), true},
		{"nothing", "", true},
		{"rubbish", "rubbish", true},
	}
	for _, tt := range tests {
		token := Decode(tt.input)
		if got := token.Broken(); got != tt.want {
			t.Errorf("%s: %t, want %t: %v", tt.name, got, tt.want, token.Problems)
		}
	}
	if token := Decode(long); len(token.Problems) == 0 {
		t.Error("a long token has no problem any more: Broken need not look for it")
	}
}
