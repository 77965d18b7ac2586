package jws

import (
	"strings"
	"testing"
)

func TestWeakSecrets(t *testing.T) {
	list := weakSecrets()
	if len(list) < 200 {
		t.Errorf("%d secrets", len(list))
	}
	seen := map[string]bool{}
	for _, s := range list {
		if len(s.bytes) == 0 || seen[string(s.bytes)] || strings.TrimSpace(s.shown) != s.shown {
			t.Errorf("%s is empty, there twice, or has white space around it", s.shown)
		}
		seen[string(s.bytes)] = true
	}
}
