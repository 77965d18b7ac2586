package cli

import (
	"errors"
	"net/netip"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/spf13/pflag"
)

func env(pairs map[string]string) lookup {
	return func(name string) (string, bool) { v, ok := pairs[name]; return v, ok }
}

func flagsOf(t *testing.T, args ...string) flagValues {
	t.Helper()
	set := pflag.NewFlagSet("test", pflag.ContinueOnError)
	addSettings(set, dataSetting)
	addSettings(set, serverSettings...)
	if err := set.Parse(args); err != nil {
		t.Fatal(err)
	}
	return flagValues{set}
}

func loadAll(t *testing.T, vars map[string]string, args ...string) (Config, []Value, error) {
	t.Helper()
	if vars["KEYDECK_DATA"] == "" {
		vars["KEYDECK_DATA"] = "/data"
	}
	return load(append([]setting{dataSetting}, serverSettings...), flagsOf(t, args...), env(vars), nil)
}

func TestLoadDefaults(t *testing.T) {
	got, values, err := loadAll(t, map[string]string{})
	if err != nil {
		t.Fatal(err)
	}
	want := Config{Data: "/data", Listen: "127.0.0.1:8000", Service: "keydeck", SessionTTL: time.Hour, LogFormat: LogText,
		CORSOrigins: []string{"*"}, Retention: 7 * day}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
	if len(values) != 1+len(serverSettings) {
		t.Errorf("%d values, want %d", len(values), 1+len(serverSettings))
	}
	for _, v := range values[1:] {
		if v.Source != sourceDefault {
			t.Errorf("%s comes from %s, want the default", v.Name, v.Source)
		}
	}
}

func TestLoadOrder(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "smtp")
	if err := os.WriteFile(file, []byte(" smtp://from-a-file \n"), 0o600); err != nil {
		t.Fatal(err)
	}
	credentials := t.TempDir() // as systemd makes it, with an access list
	credential := filepath.Join(credentials, "smtp")
	if err := os.WriteFile(credential, []byte("smtp://from-systemd"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(credential, 0o440); err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name   string
		env    map[string]string
		args   []string
		value  func(Config) any
		want   any
		of     string
		source string
	}{
		{"environment over default", map[string]string{"KEYDECK_LISTEN": ":9000"}, nil,
			func(c Config) any { return c.Listen }, ":9000", "listen", sourceEnv},
		{"flag over environment", map[string]string{"KEYDECK_LISTEN": ":9000"}, []string{"--listen", "[::1]:9001"},
			func(c Config) any { return c.Listen }, "[::1]:9001", "listen", sourceFlag},
		{"an empty variable is none", map[string]string{"KEYDECK_SIGNUP": ""}, nil,
			func(c Config) any { return c.OpenSignup }, false, "signup", sourceDefault},
		{"an empty flag is one", map[string]string{"KEYDECK_REGION": "eu"}, []string{"--region", ""},
			func(c Config) any { return c.Region }, "", "region", sourceFlag},
		{"secret from a file", map[string]string{"KEYDECK_SMTP_FILE": file}, nil,
			func(c Config) any { return c.SMTP }, "smtp://from-a-file", "smtp", sourceFile},
		{"secret from systemd", map[string]string{"KEYDECK_SMTP_FILE": credential, "CREDENTIALS_DIRECTORY": credentials + "/"}, nil,
			func(c Config) any { return c.SMTP }, "smtp://from-systemd", "smtp", sourceFile},
		{"flag over the file", map[string]string{"KEYDECK_SMTP_FILE": file}, []string{"--smtp", "smtp://flag"},
			func(c Config) any { return c.SMTP }, "smtp://flag", "smtp", sourceFlag},
		{"list in a variable", map[string]string{"KEYDECK_TRUSTED_PROXY": "10.1.2.3/8, ::1"}, nil,
			func(c Config) any { return c.TrustedProxies },
			[]netip.Prefix{netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("::1/128")}, "trusted-proxy", sourceEnv},
		{"list in flags", map[string]string{}, []string{"--cors-origin", "https://A.example", "--cors-origin", "http://b.example:81/"},
			func(c Config) any { return c.CORSOrigins }, []string{"https://a.example", "http://b.example:81"}, "cors-origin", sourceFlag},
		{"no origin is nobody", map[string]string{}, []string{"--cors-origin", ""},
			func(c Config) any { return c.CORSOrigins }, []string{}, "cors-origin", sourceFlag},
		{"days", map[string]string{}, []string{"--log-retention", "30d, 2GiB"},
			func(c Config) any { return [2]int64{int64(c.Retention / day), c.LogBytes} }, [2]int64{30, 2 << 30}, "log-retention", sourceFlag},
		{"slash behind the URL", map[string]string{}, []string{"--public-url", "https://keys.example.com/"},
			func(c Config) any { return c.PublicURL }, "https://keys.example.com", "public-url", sourceFlag},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c, values, err := loadAll(t, tt.env, tt.args...)
			if err != nil {
				t.Fatal(err)
			}
			if got := tt.value(c); !reflect.DeepEqual(got, tt.want) {
				t.Errorf("got %v, want %v", got, tt.want)
			}
			for _, v := range values {
				if v.Name == tt.of && v.Source != tt.source {
					t.Errorf("%s comes from %s, want %s", v.Name, v.Source, tt.source)
				}
			}
		})
	}
}

func TestLoadNamesWhatIsWrong(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string, mode os.FileMode) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chmod(path, mode); err != nil {
			t.Fatal(err)
		}
		return path
	}
	open, group := write("open", "secret", 0o644), write("group", "secret", 0o440)
	empty, huge := write("empty", " \n", 0o600), write("huge", strings.Repeat("x", maxSecretFile+1), 0o600)
	tests := []struct {
		name string
		env  map[string]string
		args []string
		want string // begins so
		must string // contains
	}{
		{"flag", nil, []string{"--listen", "here"}, `--listen: "here": `, "host:port"},
		{"variable", map[string]string{"KEYDECK_LISTEN": "here"}, nil, `KEYDECK_LISTEN: "here": `, "host:port"},
		{"port", nil, []string{"--listen", ":65536"}, `--listen: ":65536": `, "65535"},
		{"host", nil, []string{"--listen", "a b:1"}, `--listen: "a b:1": `, "IP address"},
		{"signup", nil, []string{"--signup", "Open"}, `--signup: "Open": `, "invite and open"},
		{"admin", nil, []string{"--admin", "You <you@example.com>"}, `--admin: `, "bare e-mail"},
		{"service", nil, []string{"--service", "a/b"}, `--service: "a/b": `, "letters"},
		{"no service", nil, []string{"--service", ""}, `--service: "": `, "letters"},
		{"ttl", nil, []string{"--session-ttl", "0s"}, `--session-ttl: "0s": `, "from 1s to 30d"},
		{"ttl that overflows", nil, []string{"--session-ttl", "1e300d"}, `--session-ttl: "1e300d": `, "from 1s to 30d"},
		{"ttl that is no number", nil, []string{"--session-ttl", "NaNd"}, `--session-ttl: "NaNd": `, "from 1s to 30d"},
		{"retention", nil, []string{"--log-retention", "7d,"}, `--log-retention: "7d,": `, "512MiB"},
		{"retention too small", nil, []string{"--log-retention", "7d,1k"}, `--log-retention: "7d,1k": `, "1MiB"},
		{"region", nil, []string{"--region", "eu west"}, `--region: "eu west": `, "letters"},
		{"public url", nil, []string{"--public-url", "https://a/?b"}, `--public-url: "https://a/?b": `, "https://keys.example.com"},
		{"origin", nil, []string{"--cors-origin", "*,https://a.example"}, `--cors-origin: `, "any origin"},
		{"proxy", nil, []string{"--trusted-proxy", "10.0.0.0/33"}, `--trusted-proxy: `, "10.0.0.0/8"},
		{"one half of TLS", map[string]string{"KEYDECK_TLS_KEY": "k"}, nil, "KEYDECK_TLS_KEY: ", "--tls-cert"},
		{"no such certificate", nil, []string{"--tls-cert", "/nowhere", "--tls-key", "/nowhere"}, "--tls-cert, --tls-key: ", "/nowhere"},
		{"open secret", map[string]string{"KEYDECK_SMTP_FILE": open}, nil, "KEYDECK_SMTP_FILE: ", "chmod 600"},
		{"secret of a group", map[string]string{"KEYDECK_SMTP_FILE": group, "CREDENTIALS_DIRECTORY": dir + "/other"}, nil, "KEYDECK_SMTP_FILE: ", "mode 0440"},
		{"credential open to all", map[string]string{"KEYDECK_SMTP_FILE": open, "CREDENTIALS_DIRECTORY": dir}, nil, "KEYDECK_SMTP_FILE: ", "mode 0644"},
		{"empty secret", map[string]string{"KEYDECK_MASTER_KEY_FILE": empty}, nil, "KEYDECK_MASTER_KEY_FILE: ", "is empty"},
		{"huge secret", map[string]string{"KEYDECK_MASTER_KEY_FILE": huge}, nil, "KEYDECK_MASTER_KEY_FILE: ", "larger than"},
		{"no secret", map[string]string{"KEYDECK_MASTER_KEY_FILE": dir + "/none"}, nil, "KEYDECK_MASTER_KEY_FILE: ", "none"},
		{"a directory", map[string]string{"KEYDECK_MASTER_KEY_FILE": dir}, nil, "KEYDECK_MASTER_KEY_FILE: ", "not a regular file"},
		{"two secrets", map[string]string{"KEYDECK_SMTP": "smtp://x", "KEYDECK_SMTP_FILE": empty}, nil, "KEYDECK_SMTP_FILE: ", "keep one"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			vars := map[string]string{}
			for k, v := range tt.env {
				vars[k] = v
			}
			_, _, err := loadAll(t, vars, tt.args...)
			var usage *UsageError
			if !errors.As(err, &usage) {
				t.Fatalf("load: %v, want a UsageError", err)
			}
			if !strings.HasPrefix(err.Error(), tt.want) || !strings.Contains(err.Error(), tt.must) {
				t.Errorf("got %q, want %q… and %q", err, tt.want, tt.must)
			}
			if strings.Contains(err.Error(), "hunter2") {
				t.Errorf("%q shows a password", err)
			}
		})
	}
}

func TestLoadAsksTheChecks(t *testing.T) {
	checks := map[string]func(string) error{"smtp": func(v string) error { return errors.New("not that one") }}
	_, _, err := load(serverSettings, flagsOf(t), env(map[string]string{"KEYDECK_SMTP": "smtp://u:hunter2@h"}), checks)
	if want := "KEYDECK_SMTP: not that one"; err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
	if _, _, err := load(serverSettings, flagsOf(t), env(nil), checks); err != nil {
		t.Errorf("what is not set was checked: %v", err)
	}
}

func TestDefaultData(t *testing.T) {
	t.Setenv("HOME", "/home/me")
	tests := []struct {
		name string
		env  map[string]string
		want string
	}{
		{"systemd", map[string]string{"STATE_DIRECTORY": "/var/lib/keydeck:/var/lib/other", "XDG_DATA_HOME": "/xdg"}, "/var/lib/keydeck"},
		{"xdg", map[string]string{"XDG_DATA_HOME": "/xdg"}, "/xdg/keydeck"},
		{"relative xdg", map[string]string{"XDG_DATA_HOME": "xdg"}, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := defaultData(env(tt.env))
			if err != nil {
				t.Fatal(err)
			}
			if tt.want != "" && got != tt.want {
				t.Errorf("got %s, want %s", got, tt.want)
			}
			if tt.want == "" && (!strings.HasPrefix(got, "/home/me/") || !strings.HasSuffix(got, "keydeck")) {
				t.Errorf("got %s, want a place under the home directory", got)
			}
		})
	}
}

func TestMaskURL(t *testing.T) {
	tests := []struct{ in, want string }{
		{"", ""},
		{"smtp://mail.example.com:587?from=a@b", "smtp://mail.example.com:587?from=a@b"},
		{"smtp://me:hunter2@mail.example.com?from=a@b", "smtp://me:********@mail.example.com?from=a@b"},
		{"smtp://me:@mail.example.com", "smtp://me:********@mail.example.com"},
		{"smtp://me@mail.example.com", "smtp://me@mail.example.com"},
		{"smtp://a%40b:p%3Aq@mail", "smtp://a%40b:********@mail"},
		{"smtp://me:hunt%zz@mail", "********"},
		{"hunter2", "********"},
	}
	for _, tt := range tests {
		if got := maskURL(tt.in); got != tt.want {
			t.Errorf("maskURL(%q) = %q, want %q", tt.in, got, tt.want)
		}
	}
}
