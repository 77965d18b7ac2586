package cli

import (
	"strings"
	"testing"

	"keydeck/model"
)

func TestSameListen(t *testing.T) {
	tests := []struct {
		want, got string
		same      bool
	}{
		{"127.0.0.1:8000", "127.0.0.1:8000", true}, {"127.0.0.1:0", "127.0.0.1:40001", true}, {"localhost:8000", "127.0.0.1:8000", true},
		{"localhost:8000", "[::1]:8000", true}, {":9000", "[::]:9000", true}, {":9000", "0.0.0.0:9000", true}, {"[::1]:1", "[::1]:1", true},
		{"127.0.0.1:8000", "127.0.0.1:8001", false}, {"127.0.0.1:8000", "[::]:8000", false}, {":9000", "127.0.0.1:9000", false},
		{"keys.example.com:1", "192.0.2.1:1", false}, {"127.0.0.1:1", "", false}, {"", "127.0.0.1:1", false},
	}
	for _, tt := range tests {
		if got := sameListen(tt.want, tt.got); got != tt.same {
			t.Errorf("sameListen(%q, %q) = %t, want %t", tt.want, tt.got, got, tt.same)
		}
	}
}

func TestCompare(t *testing.T) {
	running := &model.Status{Listen: "127.0.0.1:8000", Signup: "open", Service: "keydeck", Region: "eu"}
	told := map[string]bool{"listen": true, "signup": false, "service": true, "region": false} // and whether it is the same
	for _, s := range serverSettings {
		_, got, same := compare(s.name, Config{Listen: "127.0.0.1:8000", Service: "keydeck"}, running)
		if want, isTold := told[s.name]; got != isTold || same != want {
			t.Errorf("%s: told %t, same %t, want %t, %t", s.name, got, same, isTold, want)
		}
	}
}

func TestUnheard(t *testing.T) {
	running := &model.Status{Listen: "127.0.0.1:8000", Signup: "invite", Service: "keydeck"}
	tests := []struct {
		name             string
		c                Config
		values           []Value
		flags, variables string
	}{
		{"nothing said", Config{Listen: "127.0.0.1:9"}, []Value{{"data", "KEYDECK_DATA", "/d", sourceFlag}, {"listen", "KEYDECK_LISTEN", "", sourceDefault}}, "", ""},
		{"another flag", Config{Listen: "127.0.0.1:9"}, []Value{{"listen", "KEYDECK_LISTEN", "", sourceFlag}}, "--listen", ""},
		{"the same flag", Config{Listen: "127.0.0.1:8000"}, []Value{{"listen", "KEYDECK_LISTEN", "", sourceFlag}}, "", ""},
		{"a flag that the status does not tell", Config{}, []Value{{"log-format", "KEYDECK_LOG_FORMAT", "", sourceFlag}}, "--log-format", ""},
		{"another variable", Config{Listen: "127.0.0.1:9"}, []Value{{"listen", "KEYDECK_LISTEN", "", sourceEnv}}, "", "KEYDECK_LISTEN"},
		{"the same variable", Config{}, []Value{{"signup", "KEYDECK_SIGNUP", "", sourceEnv}}, "", ""},
		{"a variable that the status does not tell", Config{}, []Value{{"smtp", "KEYDECK_SMTP", "", sourceFile}, {"log-format", "KEYDECK_LOG_FORMAT", "", sourceEnv}}, "", ""},
	}
	for _, tt := range tests {
		flags, variables := ignoredSettings(tt.values, tt.c, running)
		if f, v := strings.Join(flags, " "), strings.Join(variables, " "); f != tt.flags || v != tt.variables {
			t.Errorf("%s: got %q, %q, want %q, %q", tt.name, f, v, tt.flags, tt.variables)
		}
	}
}
