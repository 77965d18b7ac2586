package cli

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// The exit codes of the jwt commands are verdicts: 0 is good, 1 is not good, and 2
// is no verdict, because of a flag, a file or a URL that is of no use. So whatever
// keeps them from judging is a UsageError, even if it is the network.

func (a *App) jwtCommand() *cobra.Command {
	cmd := commandGroup("jwt", "Read, verify and sign tokens, without a server", a.jwtDecode(), a.jwtVerify(), a.jwtSign(), a.jwtKeygen(), a.jwtJWKS())
	cmd.Long = "Read, verify and sign JSON Web Tokens. No server and no data directory is needed.\n" +
		"The exit code is 0 for good, 1 for not good, 2 for what could not be judged: a wrong flag, an unreadable key, no key at all."
	return cmd
}

// unsupportedFlag is a flag that other programs for tokens have. It is known here in
// order to say what to use instead.
type unsupportedFlag struct {
	name, short string
	value       bool // takes one
	instead     string
}

const noSecrets = "a secret on the command line can be read by everybody on this machine, and the shell keeps it; use --secret-file FILE or --secret-env NAME"

var unsupportedFlags = map[string][]unsupportedFlag{
	"decode": {
		{"secret", "S", true, "decode verifies nothing; use keydeck jwt verify with --secret-file FILE or --secret-env NAME"},
		{"alg", "A", true, "decode takes the algorithm from the token and verifies nothing; use keydeck jwt verify --alg NAME"},
		{"ignore-exp", "", false, "decode refuses no token for its age; leave the flag out"},
		{"insecure", "", false, "decode verifies nothing and says so; leave the flag out"},
		{"iso8601", "", false, "times are shown as dates always; --utc shows them in UTC"},
		{"date", "", false, "times are shown as dates always; --utc shows them in UTC"},
	},
	"verify": {
		{"secret", "S", true, noSecrets},
		{"ignore-exp", "", false, "an expired token is not good; --at TIME judges it as of another time"},
		{"no-exp-check", "", false, "an expired token is not good; --at TIME judges it as of another time, --allow-no-exp is for one without exp"},
		{"insecure", "", false, "nothing is verified insecurely; use keydeck jwt decode to look at a token"},
		{"subtle", "", false, "iss and aud are held against --iss and --aud if these are given; leave the flag out"},
		{"audience", "", true, "use --aud"},
	},
	"sign": {
		{"secret", "S", true, noSecrets},
		{"no-iat", "", false, "no iat is added unless --iat asks for one; leave the flag out"},
		{"no-typ", "", false, "use --typ ''"},
		{"no-kid", "", false, "use --kid ''"},
		{"keep-payload-order", "", false, "claims keep their order always; leave the flag out"},
		{"payload", "P", true, "use --claim NAME=VALUE"},
		{"issuer", "", true, "use --iss"},
		{"subject", "", true, "use --sub"},
		{"audience", "", true, "use --aud"},
		{"subtle", "", false, "a token that would be refused is not signed; leave the flag out"},
	},
}

// rejectUnsupported makes the flags of other programs known to a command. They are
// looked at when it runs: an error of the flag's own would quote its value, which
// may be a secret.
func rejectUnsupported(cmd *cobra.Command) *cobra.Command {
	flags := unsupportedFlags[cmd.Name()]
	for _, f := range flags {
		if f.value {
			cmd.Flags().VarP(&rawFlag{arg: "VALUE"}, f.name, f.short, f.instead)
		} else {
			cmd.Flags().VarPF(&rawFlag{arg: "VALUE"}, f.name, f.short, f.instead).NoOptDefVal = "given"
		}
		cmd.Flags().Lookup(f.name).Hidden = true
	}
	run := cmd.Args
	cmd.Args = func(cmd *cobra.Command, args []string) error {
		for _, f := range flags {
			if cmd.Flags().Changed(f.name) {
				return usagef("--%s: %s", f.name, f.instead)
			}
		}
		return run(cmd, args)
	}
	return cmd
}

// rejectEmpty refuses those of the flags that were given with nothing in them, as
// --aud "$AUD" is where there is no AUD: what was to be checked would not be. Flags
// that the command does not have are none of it.
func rejectEmpty(cmd *cobra.Command, names ...string) error {
	for _, name := range names {
		f := cmd.Flags().Lookup(name)
		if f == nil || !f.Changed {
			continue
		}
		values := []string{f.Value.String()}
		if list, ok := f.Value.(pflag.SliceValue); ok {
			values = list.GetSlice()
		}
		if len(values) == 0 || slices.ContainsFunc(values, func(v string) bool { return strings.TrimSpace(v) == "" }) {
			return usagef("--%s is given and empty; leave it out, or say what it is", name)
		}
	}
	return nil
}

func addJSONFlag(cmd *cobra.Command, asJSON *bool, usage string) {
	cmd.Flags().BoolVarP(asJSON, "json", "j", false, usage)
}

// noVerdict is an error that kept a jwt command from reaching a verdict.
func noVerdict(err error) error {
	if err == nil {
		return nil
	}
	return Usage(unprefixed{err})
}

// unprefixed leaves out the package in front of an error of model/inspect.
type unprefixed struct{ err error }

// unprefix is err without the package in front, nil for nil.
func unprefix(err error) error {
	if err == nil {
		return nil
	}
	return unprefixed{err}
}

func (e unprefixed) Error() string { return strings.ReplaceAll(e.err.Error(), "inspect: ", "") }
func (e unprefixed) Unwrap() error { return e.err }

// quoteJSON is s as a JSON string.
func quoteJSON(s string) string {
	var b strings.Builder
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	_ = encoder.Encode(s) // a string always can be
	return strings.TrimSuffix(b.String(), "\n")
}
