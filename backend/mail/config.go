package mail

import (
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/mail"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// Values of SMTPConfig.TLS.
const (
	tlsStartTLS = "starttls" // STARTTLS is required; the default
	tlsImplicit = "implicit" // TLS from the first byte
	tlsNone     = "none"     // no encryption, for loopback only
)

// defaultPorts has all values that tls may have.
var defaultPorts = map[string]int{tlsStartTLS: 587, tlsImplicit: 465, tlsNone: 25}

// SMTPConfig is a parsed --smtp URL: smtp://user:pass@host:587?from=a@b&tls=starttls (tls=none, tls=implicit).
type SMTPConfig struct {
	Host, Username, Password, From, TLS string
	Port                                int
}

// ParseURL parses an --smtp URL. from is required and may have a name
// (from=Keydeck+<a@b>). The default port is 587, 465 or 25, depending on tls;
// tls=none is for loopback hosts only. The error never shows the password.
func ParseURL(raw string) (SMTPConfig, error) {
	u, err := url.Parse(raw)
	if err != nil {
		// The parser's own error quotes the URL with the password.
		return SMTPConfig{}, errors.New("the SMTP URL cannot be read; special characters in user and password are written %XX")
	}
	switch {
	case u.Scheme != "smtp" || u.Opaque != "":
		return SMTPConfig{}, errors.New("the SMTP URL does not begin with smtp://")
	case u.Hostname() == "":
		return SMTPConfig{}, errors.New("the SMTP URL names no host")
	case u.Path != "" && u.Path != "/" || u.Fragment != "":
		return SMTPConfig{}, errors.New("the SMTP URL has something behind the host that is no ?option; special characters in user and password are written %XX")
	}
	query, err := url.ParseQuery(u.RawQuery)
	if err != nil {
		return SMTPConfig{}, errors.New("the options of the SMTP URL cannot be read")
	}
	for name, values := range query {
		if name != "from" && name != "tls" {
			return SMTPConfig{}, fmt.Errorf("the SMTP URL has an unknown option %q; there are from and tls", name)
		}
		if len(values) > 1 {
			return SMTPConfig{}, fmt.Errorf("the SMTP URL has %s twice", name)
		}
	}
	c := SMTPConfig{Host: u.Hostname(), From: query.Get("from"), TLS: query.Get("tls"), Username: u.User.Username()}
	c.Password, _ = u.User.Password()
	if c.TLS == "" {
		c.TLS = tlsStartTLS
	}
	if port := u.Port(); port != "" {
		if c.Port, err = strconv.Atoi(port); err != nil || c.Port < 1 || c.Port > 65535 {
			return SMTPConfig{}, fmt.Errorf("the SMTP URL's port %s is not between 1 and 65535", port)
		}
	} else {
		c.Port = defaultPorts[c.TLS]
	}
	return c, c.check()
}

func (c SMTPConfig) check() error {
	if _, ok := defaultPorts[c.TLS]; !ok {
		return fmt.Errorf("tls=%s in the SMTP URL is not one of starttls, implicit, none", c.TLS)
	}
	if c.TLS == tlsNone && !isLoopback(c.Host) {
		return fmt.Errorf("tls=none would send codes in the clear to %s; it is for this machine only (localhost, 127.0.0.1, ::1)", c.Host)
	}
	if (c.Username == "") != (c.Password == "") {
		return errors.New("the SMTP URL has a user without a password or a password without a user")
	}
	if c.From == "" {
		return errors.New("the SMTP URL has no sender; add ?from=keydeck@your.domain")
	}
	from, err := mail.ParseAddress(c.From)
	if err == nil {
		err = checkAddress(from.Address)
	}
	if err != nil {
		return fmt.Errorf("from=%s in the SMTP URL is not an e-mail address", c.From)
	}
	return nil
}

func isLoopback(host string) bool {
	ip := net.ParseIP(host)
	return strings.EqualFold(host, "localhost") || ip != nil && ip.IsLoopback()
}

// String is the URL with *** for the password.
func (c SMTPConfig) String() string {
	var user string
	if c.Username != "" {
		user = url.User(c.Username).String() + ":***@"
	}
	query := url.Values{"from": {c.From}, "tls": {c.TLS}}
	return "smtp://" + user + net.JoinHostPort(c.Host, strconv.Itoa(c.Port)) + "?" + query.Encode()
}

// GoString keeps %#v from showing the password.
func (c SMTPConfig) GoString() string { return c.String() }

// LogValue keeps log handlers from writing the members.
func (c SMTPConfig) LogValue() slog.Value { return slog.StringValue(c.String()) }

var errAddress = errors.New("not a plain e-mail address")

// checkAddress only accepts a bare address: without display name, list, quoted local
// part or route, or anything that SMTP or a header could take for something else.
func checkAddress(address string) error {
	const structural = "<>()[]:;,\\\"@"
	local, domain, ok := strings.Cut(address, "@")
	parts := []string{local, domain}
	if !ok || slices.Contains(parts, "") || len(address) > 320 {
		return errAddress
	}
	for _, part := range parts {
		if strings.ContainsAny(part, structural) || strings.ContainsFunc(part, unprintable) {
			return errAddress
		}
	}
	parsed, err := mail.ParseAddress(address)
	if err != nil || parsed.Address != address || parsed.Name != "" {
		return errAddress
	}
	return nil
}
