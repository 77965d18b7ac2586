package mail

import (
	"bytes"
	"fmt"
	"log/slog"
	"strings"
	"testing"
)

func TestParseURL(t *testing.T) {
	tests := []struct {
		url  string
		want SMTPConfig
		text string
	}{
		{"smtp://user:pass@mail.example.com:2587?from=a@b.example&tls=starttls",
			SMTPConfig{Host: "mail.example.com", Port: 2587, Username: "user", Password: "pass", From: "a@b.example", TLS: "starttls"},
			"smtp://user:***@mail.example.com:2587?from=a%40b.example&tls=starttls"},
		{"smtp://mail.example.com?from=a@b.example",
			SMTPConfig{Host: "mail.example.com", Port: 587, From: "a@b.example", TLS: "starttls"},
			"smtp://mail.example.com:587?from=a%40b.example&tls=starttls"},
		{"smtp://mail.example.com/?from=a@b.example&tls=implicit",
			SMTPConfig{Host: "mail.example.com", Port: 465, From: "a@b.example", TLS: "implicit"},
			"smtp://mail.example.com:465?from=a%40b.example&tls=implicit"},
		{"smtp://localhost?from=a@b.example&tls=none",
			SMTPConfig{Host: "localhost", Port: 25, From: "a@b.example", TLS: "none"},
			"smtp://localhost:25?from=a%40b.example&tls=none"},
		{"smtp://[::1]:1025?from=Keydeck+<a@b.example>&tls=none",
			SMTPConfig{Host: "::1", Port: 1025, From: "Keydeck <a@b.example>", TLS: "none"},
			"smtp://[::1]:1025?from=Keydeck+%3Ca%40b.example%3E&tls=none"},
		{"smtp://a%40b:p%2Fs%20%23@h.example?from=a@b.example",
			SMTPConfig{Host: "h.example", Port: 587, Username: "a@b", Password: "p/s #", From: "a@b.example", TLS: "starttls"},
			"smtp://a%40b:***@h.example:587?from=a%40b.example&tls=starttls"},
	}
	for _, tt := range tests {
		t.Run(tt.url, func(t *testing.T) {
			got, err := ParseURL(tt.url)
			if err != nil || got != tt.want {
				t.Fatalf("got %#v, %v", got, err)
			}
			if got.String() != tt.text {
				t.Errorf("as text %s, want %s", got, tt.text)
			}
			if _, err := NewSMTP(got); err != nil {
				t.Errorf("NewSMTP: %v", err)
			}
		})
	}
}

func TestParseURLRefuses(t *testing.T) {
	tests := []struct{ name, url, want string }{
		{"empty", "", "does not begin with smtp://"},
		{"another scheme", "smtps://h.example?from=a@b.example", "does not begin with smtp://"},
		{"no slashes", "smtp:h.example?from=a@b.example", "does not begin with smtp://"},
		{"no host", "smtp://?from=a@b.example", "names no host"},
		{"no host but a port", "smtp://:25?from=a@b.example", "names no host"},
		{"port 0", "smtp://h.example:0?from=a@b.example", "port 0"},
		{"port too high", "smtp://h.example:65536?from=a@b.example", "port 65536"},
		{"port a word", "smtp://u:hunter2@h.example:smtp?from=a@b.example", "cannot be read"},
		{"slash in the password", "smtp://u:hunter2/x@h.example?from=a@b.example", "cannot be read"},
		{"hash in the password", "smtp://u:#hunter2@h.example?from=a@b.example", "%XX"},
		{"bad percent", "smtp://u:hunter2%zz@h.example?from=a@b.example", "cannot be read"},
		{"path", "smtp://u:hunter2@h.example/path?from=a@b.example", "behind the host"},
		{"no sender", "smtp://u:hunter2@h.example", "?from="},
		{"sender no address", "smtp://h.example?from=keydeck", "from=keydeck"},
		{"two senders", "smtp://h.example?from=a@b.example&from=c@d.example", "from twice"},
		{"sender with a line break", "smtp://h.example?from=a@b.example%0d%0aBcc:x@y", "not an e-mail address"},
		{"unknown option", "smtp://h.example?from=a@b.example&insecure=1", `"insecure"`},
		{"unknown tls", "smtp://h.example?from=a@b.example&tls=maybe", "tls=maybe"},
		{"none over the network", "smtp://h.example?from=a@b.example&tls=none", "in the clear to h.example"},
		{"none to a lookalike", "smtp://localhost.example?from=a@b.example&tls=none", "in the clear"},
		{"none to any address", "smtp://0.0.0.0?from=a@b.example&tls=none", "in the clear"},
		{"user without a password", "smtp://u@h.example?from=a@b.example", "without a password"},
		{"password without a user", "smtp://:hunter2@h.example?from=a@b.example", "without a user"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := ParseURL(tt.url)
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Fatalf("error %v, want one with %q", err, tt.want)
			}
			if strings.Contains(err.Error(), "hunter2") {
				t.Errorf("the error shows the password: %v", err)
			}
		})
	}
	if _, err := NewSMTP(SMTPConfig{Host: "h.example", Port: 25, From: "a@b.example", TLS: "none"}); err == nil {
		t.Error("NewSMTP takes what ParseURL refuses")
	}
}

func TestConfigNeverShowsThePassword(t *testing.T) {
	c := SMTPConfig{Host: "h.example", Port: 587, Username: "u", Password: "hunter2", From: "a@b.example", TLS: "starttls"}
	var log bytes.Buffer
	slog.New(slog.NewJSONHandler(&log, nil)).Info("m", "smtp", c)
	slog.New(slog.NewTextHandler(&log, nil)).Info("m", "smtp", c)
	for _, text := range []string{fmt.Sprint(c), fmt.Sprintf("%+v", c), fmt.Sprintf("%#v", c), fmt.Sprintf("%v", &c), log.String()} {
		if strings.Contains(text, "hunter2") {
			t.Errorf("the password shows in %s", text)
		}
	}
}

func TestCheckAddress(t *testing.T) {
	good := []string{"you@example.com", "a.b+c@d.example", "o'brien@x.ie", "ü@exämple.de", "a@localhost"}
	bad := []string{
		"", "you", "@", "you@", "@example.com", "a@b@c", "you@example.com, x@y.example", "You <you@example.com>", "<you@example.com>",
		"you@example.com\r\nBcc: x@y.example", "you\r\n@example.com", "\"a b\"@example.com", "\"a\\\"> RCPT TO:<x\"@y.example", "you@example.com>",
		"a> NOTIFY=NEVER@b", "a b@c.example", " a@b.example", "a@b.example ", "a@b.example\x00", "a\u2028@b.example", "a@b\u202e.example",
		"(comment)a@b.example", "group:a@b.example;", "a@[127.0.0.1]", "a..b@c.example", ".a@b.example", "\xff@b.example", strings.Repeat("a", 400) + "@b.example",
	}
	for _, a := range good {
		if err := checkAddress(a); err != nil {
			t.Errorf("%q is refused: %v", a, err)
		}
	}
	for _, a := range bad {
		if err := checkAddress(a); err == nil {
			t.Errorf("%q is taken", a)
		}
	}
}
