package cli

import (
	"errors"
	"net"
	"net/mail"
	"net/netip"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"time"

	"keydeck/ui/text"
)

// The parsers of the configuration table. Each error says what is allowed; the
// caller adds the flag or variable and the value.

const day = 24 * time.Hour

func parseListen(v string) (string, error) {
	host, port, err := net.SplitHostPort(v)
	if err != nil {
		return "", errors.New("want host:port, such as 127.0.0.1:8000 or :8000")
	}
	n, err := strconv.ParseUint(port, 10, 16)
	if err != nil {
		return "", errors.New("the port is a number from 0 (any free one) to 65535")
	}
	if host != "" && net.ParseIP(host) == nil && !hostName.MatchString(host) {
		return "", errors.New("the host is an IP address or a name, such as 127.0.0.1 or localhost")
	}
	return net.JoinHostPort(host, strconv.FormatUint(n, 10)), nil
}

var hostName = regexp.MustCompile(`^[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?$`)

func parseEmail(v string) (string, error) {
	if v == "" {
		return "", nil
	}
	parsed, err := mail.ParseAddress(v)
	if err != nil || parsed.Address != v {
		return "", errors.New("want a bare e-mail address, such as you@example.com")
	}
	return v, nil
}

var servicePath = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$`)

func parseService(v string) (string, error) {
	if !servicePath.MatchString(v) {
		return "", errors.New("want 1 to 64 letters, digits, dots, dashes or underscores, beginning with a letter or digit")
	}
	return v, nil
}

func parseRegion(v string) (string, error) {
	if v == "" {
		return "", nil
	}
	return parseService(v)
}

func parsePublicURL(v string) (string, error) {
	if v == "" {
		return "", nil
	}
	u, err := url.Parse(v)
	if err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" {
		return "", errors.New("want an http or https URL without user, query and fragment, such as https://keys.example.com")
	}
	return strings.TrimRight(u.String(), "/"), nil
}

// fields splits a list at its commas and trims white space.
func fields(v string) []string {
	var out []string
	for _, part := range strings.Split(v, ",") {
		if part = strings.TrimSpace(part); part != "" {
			out = append(out, part)
		}
	}
	return out
}

// parseOrigins reads a list of origins. An empty list, which is not nil, allows
// none.
func parseOrigins(v string) ([]string, error) {
	origins := append([]string{}, fields(v)...)
	for i, o := range origins {
		if o == "*" {
			if len(origins) > 1 {
				return nil, errors.New("* is any origin; leave out the others, or the *")
			}
			continue
		}
		u, err := url.Parse(o)
		if err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" || u.User != nil || (u.Path != "" && u.Path != "/") || u.RawQuery != "" || u.Fragment != "" {
			return nil, errors.New("want * or an origin, such as https://app.example.com, without a path")
		}
		origins[i] = u.Scheme + "://" + strings.ToLower(u.Host)
	}
	return origins, nil
}

func parsePrefixes(v string) ([]netip.Prefix, error) {
	var out []netip.Prefix
	for _, part := range fields(v) {
		if addr, err := netip.ParseAddr(part); err == nil && addr.Zone() == "" {
			out = append(out, netip.PrefixFrom(addr, addr.BitLen()))
			continue
		}
		prefix, err := netip.ParsePrefix(part)
		if err != nil {
			return nil, errors.New("want an IP address or a range, such as 10.0.0.7 or 10.0.0.0/8")
		}
		out = append(out, prefix.Masked())
	}
	return out, nil
}

func parseRetention(v string) (time.Duration, int64, error) {
	span, size, capped := strings.Cut(v, ",")
	keep, err := text.ParseDuration(strings.TrimSpace(span), time.Minute, 3650*day)
	if err != nil {
		return 0, 0, err
	}
	if !capped {
		return keep, 0, nil
	}
	bytes, err := parseSize(strings.TrimSpace(size))
	return keep, bytes, err
}

// withSize is a retention of the log with its size, which the server has by default.
func withSize(v string) string {
	if strings.Contains(v, ",") {
		return v
	}
	return v + ",1GiB"
}

var sizeUnits = map[string]int64{
	"b": 1, "": 1,
	"kib": 1 << 10, "k": 1 << 10, "kb": 1e3,
	"mib": 1 << 20, "m": 1 << 20, "mb": 1e6,
	"gib": 1 << 30, "g": 1 << 30, "gb": 1e9,
}

const leastLogBytes, mostLogBytes = 1 << 20, 1 << 40

func parseSize(v string) (int64, error) {
	digits := strings.TrimRight(v, "BbKkMmGgIi ")
	unit, known := sizeUnits[strings.ToLower(strings.TrimSpace(v[len(digits):]))]
	n, err := strconv.ParseFloat(digits, 64)
	if bytes := n * float64(unit); err == nil && known && bytes >= leastLogBytes && bytes <= mostLogBytes {
		return int64(bytes), nil
	}
	return 0, errors.New("want a size from 1MiB to 1024GiB behind the comma, such as 512MiB or 2GiB")
}
