package cli

import (
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/netip"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"keydeck/ui/text"
)

// Config is the configuration of a server. Every value has been checked as far
// as that is possible here; App.Checks does the rest.
type Config struct {
	Data           string // absolute
	Listen         string // host:port
	SMTP           string // URL, "" for the local mailbox
	Admin          string // address, "" for the first sign-in over the socket
	OpenSignup     bool
	Service        string
	SessionTTL     time.Duration
	Region         string
	PublicURL      string   // without a slash at the end, "" for the address it listens on
	CORSOrigins    []string // "*" alone is any
	TrustedProxies []netip.Prefix
	TLS            *tls.Certificate
	LogFormat      LogFormat
	Retention      time.Duration // of the request log
	LogBytes       int64         // size cap of the request log, 0 for the default
	MasterKey      string        // "" for master.key in Data

	tlsCert, tlsKey string
}

// Value is one setting in force. Source is flag, environment, file or default.
type Value struct {
	Name   string `json:"name"`
	Env    string `json:"environment"`
	Value  string `json:"value"` // secrets masked
	Source string `json:"source"`
}

// setting is one row of the configuration table. Its environment variable is
// KEYDECK_ and the name in capitals. A secret can also be read from a file,
// named by the same variable with _FILE appended.
type setting struct {
	name     string
	arg      string // what the help calls the value
	usage    string
	fallback string                           // the default
	compute  func(env lookup) (string, error) // the default where it depends on the machine
	noFlag   bool                             // a flag would show it to everybody in the process list
	list     bool                             // the flag may be given several times, the variable holds commas
	mask     func(string) string
	whole    func(string) string // a value with what it leaves to a default
	set      func(c *Config, value string) error
}

type lookup func(name string) (string, bool)

func (s *setting) env() string {
	return "KEYDECK_" + strings.ToUpper(strings.ReplaceAll(s.name, "-", "_"))
}

// dataSetting stands alone because every command has it.
var dataSetting = setting{name: "data", arg: "DIR", usage: "data directory", compute: defaultData,
	set: func(c *Config, v string) (err error) {
		if v == "" {
			return errors.New("want a directory")
		}
		c.Data, err = filepath.Abs(v)
		return err
	}}

// serverSettings is the rest of the configuration table.
var serverSettings = []setting{
	{name: "listen", arg: "ADDR", usage: "address to serve HTTP on", fallback: "127.0.0.1:8000",
		set: func(c *Config, v string) (err error) { c.Listen, err = parseListen(v); return }},
	{name: "smtp", arg: "URL", usage: "SMTP server for sign-in codes, smtp://user:pass@host:587?from=a@b&tls=starttls; without it they go to the local mailbox",
		mask: maskURL, set: func(c *Config, v string) error { c.SMTP = v; return nil }},
	{name: "admin", arg: "EMAIL", usage: "address that is superuser; without it the first sign-in over the socket is",
		set: func(c *Config, v string) (err error) { c.Admin, err = parseEmail(v); return }},
	{name: "signup", arg: "invite|open", usage: "who may sign in: those who were invited, or everybody", fallback: "invite",
		set: func(c *Config, v string) error {
			c.OpenSignup = v == "open"
			if v != "open" && v != "invite" {
				return errors.New("allowed are invite and open")
			}
			return nil
		}},
	{name: "service", arg: "NAME", usage: "service name in the path of authenticateKeys", fallback: "keydeck",
		set: func(c *Config, v string) (err error) { c.Service, err = parseService(v); return }},
	{name: "session-ttl", arg: "DURATION", usage: "lifetime of session keys, such as 30m or 1h", fallback: "1h",
		set: func(c *Config, v string) (err error) {
			c.SessionTTL, err = text.ParseDuration(v, time.Second, 30*day)
			return
		}},
	{name: "region", arg: "NAME", usage: "name of the place this server runs in, for the status",
		set: func(c *Config, v string) (err error) { c.Region, err = parseRegion(v); return }},
	{name: "public-url", arg: "URL", usage: "where clients reach the server from outside; issuer of its tokens",
		set: func(c *Config, v string) (err error) { c.PublicURL, err = parsePublicURL(v); return }},
	{name: "cors-origin", arg: "ORIGIN", usage: "origin whose pages may call, * for any; may be given several times", fallback: "*", list: true,
		set: func(c *Config, v string) (err error) { c.CORSOrigins, err = parseOrigins(v); return }},
	{name: "trusted-proxy", arg: "CIDR", usage: "proxy whose X-Forwarded-For is believed; may be given several times", list: true,
		set: func(c *Config, v string) (err error) { c.TrustedProxies, err = parsePrefixes(v); return }},
	{name: "tls-cert", arg: "FILE", usage: "certificate chain in PEM, to serve HTTPS",
		set: func(c *Config, v string) error { c.tlsCert = v; return nil }},
	{name: "tls-key", arg: "FILE", usage: "private key in PEM, to serve HTTPS",
		set: func(c *Config, v string) error { c.tlsKey = v; return nil }},
	{name: "log-format", arg: "text|json", usage: "how the server writes its log lines", fallback: string(LogText),
		set: func(c *Config, v string) error {
			c.LogFormat = LogFormat(v)
			if c.LogFormat != LogText && c.LogFormat != LogJSON {
				return errors.New("allowed are text and json")
			}
			return nil
		}},
	{name: "log-retention", arg: "DURATION[,SIZE]", usage: "how long requests stay in the log, and how large it may grow, such as 7d or 30d,2GiB", fallback: "7d", whole: withSize,
		set: func(c *Config, v string) (err error) { c.Retention, c.LogBytes, err = parseRetention(v); return }},
	{name: "master-key", noFlag: true, mask: maskAll,
		set: func(c *Config, v string) error { c.MasterKey = v; return nil }},
}

// config is the whole configuration of a command, checked.
func (a *App) config(cmd *cobra.Command) (Config, []Value, error) {
	settings := append([]setting{dataSetting}, serverSettings...)
	return load(settings, flagValues{cmd.Flags()}, a.Env, a.Checks)
}

// load resolves settings in the order flag, environment, file, default, and
// checks them. On an error, which names the flag or the variable at fault, the
// values before it are complete.
func load(settings []setting, flags flagValues, env lookup, checks map[string]func(string) error) (Config, []Value, error) {
	var c Config
	values := make([]Value, 0, len(settings))
	from := map[string]string{}
	for i := range settings {
		s := &settings[i]
		raw, source, err := resolve(s, flags, env)
		where := settingOrigin(s, source)
		if err != nil {
			return c, values, usagef("%s: %w", where, err)
		}
		from[s.name] = where
		shown := raw
		if s.mask != nil {
			shown = s.mask(raw)
		}
		values = append(values, Value{Name: s.name, Env: s.env(), Value: shown, Source: source})
		if s.whole != nil {
			values[i].Value = s.whole(raw)
		}
		if raw == "" && source == sourceDefault {
			continue // not set, and nothing to check
		}
		err = s.set(&c, raw)
		if check := checks[s.name]; err == nil && check != nil && raw != "" {
			err = check(raw)
		}
		if err != nil {
			if s.mask != nil {
				return c, values, usagef("%s: %w", where, err)
			}
			return c, values, usagef("%s: %q: %w", where, shown, err)
		}
	}
	return c, values, loadTLS(&c, from)
}

const (
	sourceFlag    = "flag"
	sourceEnv     = "environment"
	sourceFile    = "file"
	sourceDefault = "default"
)

func resolve(s *setting, flags flagValues, env lookup) (raw, source string, err error) {
	if v, ok := flags.get(s.name); ok {
		return v, sourceFlag, nil
	}
	// An empty variable counts as unset: unit files leave variables blank.
	direct, _ := env(s.env())
	if s.mask != nil {
		if path, _ := env(s.env() + "_FILE"); path != "" {
			if direct != "" {
				return "", sourceFile, fmt.Errorf("%s is set as well; keep one of the two", s.env())
			}
			v, err := readSecretFile(path, forbiddenMode(path, env))
			return v, sourceFile, err
		}
	}
	if direct != "" {
		return direct, sourceEnv, nil
	}
	if s.compute != nil {
		raw, err = s.compute(env)
		return raw, sourceDefault, err
	}
	return s.fallback, sourceDefault, nil
}

// settingOrigin names the flag or the variable that a value came from.
func settingOrigin(s *setting, source string) string {
	switch {
	case source == sourceEnv, s.noFlag && source == sourceDefault:
		return s.env()
	case source == sourceFile:
		return s.env() + "_FILE"
	}
	return "--" + s.name
}

// maxSecretFile limits the size of a secret's file, in bytes. No secret is that
// long.
const maxSecretFile = 16 << 10

// forbiddenMode returns the mode bits that a secret's file must not have: all
// bits for group and others, as for master.key. systemd (LoadCredential=) gives
// a service's user read access to its credentials through an access list, which
// shows up as group-readable; their directory is closed to everybody else.
func forbiddenMode(path string, env lookup) fs.FileMode {
	if dir, _ := env("CREDENTIALS_DIRECTORY"); dir != "" && filepath.Dir(path) == filepath.Clean(dir) {
		return 0o037
	}
	return 0o077
}

// readSecretFile reads a secret from a file that has none of the mode bits in
// closed.
func readSecretFile(path string, closed fs.FileMode) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer func() { _ = f.Close() }()
	stat, err := f.Stat()
	if err != nil {
		return "", err
	}
	if !stat.Mode().IsRegular() {
		return "", fmt.Errorf("%s is not a regular file", path)
	}
	if perm := stat.Mode().Perm(); perm&closed != 0 && runtime.GOOS != "windows" {
		return "", fmt.Errorf("%s is open to others (mode %04o); run: chmod 600 %s", path, perm, path)
	}
	raw, err := io.ReadAll(io.LimitReader(f, maxSecretFile+1))
	if err != nil {
		return "", err
	}
	if len(raw) > maxSecretFile {
		return "", fmt.Errorf("%s is larger than %d bytes", path, maxSecretFile)
	}
	secret := strings.TrimSpace(string(raw))
	if secret == "" {
		return "", fmt.Errorf("%s is empty", path)
	}
	return secret, nil
}

// loadTLS reads the certificate, which needs both of its files.
func loadTLS(c *Config, from map[string]string) error {
	switch {
	case c.tlsCert == "" && c.tlsKey == "":
		return nil
	case c.tlsKey == "":
		return usagef("%s: needs --tls-key as well", from["tls-cert"])
	case c.tlsCert == "":
		return usagef("%s: needs --tls-cert as well", from["tls-key"])
	}
	pair, err := tls.LoadX509KeyPair(c.tlsCert, c.tlsKey)
	if err != nil {
		return usagef("%s, %s: %w", from["tls-cert"], from["tls-key"], err)
	}
	c.TLS = &pair
	return nil
}

// defaultData is $STATE_DIRECTORY (systemd's StateDirectory=), else
// $XDG_DATA_HOME/keydeck, else the platform's usual directory.
func defaultData(env lookup) (string, error) {
	if dirs, _ := env("STATE_DIRECTORY"); dirs != "" {
		first, _, _ := strings.Cut(dirs, ":")
		return first, nil
	}
	if dir, _ := env("XDG_DATA_HOME"); filepath.IsAbs(dir) {
		return filepath.Join(dir, "keydeck"), nil
	}
	if runtime.GOOS == "windows" {
		if dir, _ := env("LocalAppData"); dir != "" {
			return filepath.Join(dir, "keydeck"), nil
		}
	}
	home, err := os.UserHomeDir()
	if err != nil {
		return "", errors.New("a data directory is needed, as this user has no home directory")
	}
	if runtime.GOOS == "darwin" {
		return filepath.Join(home, "Library", "Application Support", "keydeck"), nil
	}
	return filepath.Join(home, ".local", "share", "keydeck"), nil
}

const masked = "********"

func maskAll(v string) string {
	if v == "" {
		return ""
	}
	return masked
}

// maskURL hides the password in a URL, and all of a URL that cannot be parsed.
func maskURL(v string) string {
	if v == "" {
		return ""
	}
	u, err := url.Parse(v)
	if err != nil || u.Opaque != "" || u.Host == "" {
		return masked
	}
	if u.User == nil {
		return v
	}
	// Not u.Redacted(): its xxxxx could be a password.
	user := u.User.Username()
	_, hasPassword := u.User.Password()
	u.User = nil
	if hasPassword {
		user = url.QueryEscape(user) + ":" + masked
	}
	return strings.Replace(u.String(), "://", "://"+user+"@", 1)
}
