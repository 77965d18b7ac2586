package cli

import (
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// The exit codes of the jwt commands are verdicts: 0 is good, 1 is not good, 2
// is no verdict, because a flag, a file or a URL is of no use. So whatever
// keeps them from a verdict is a UsageError, even a network error.

func (a *App) jwtCommand() *cobra.Command {
	cmd := commandGroup("jwt", "Read, verify and sign tokens, without a server", a.jwtDecode(), a.jwtVerify(), a.jwtSign(), a.jwtKeygen(), a.jwtJWKS())
	cmd.Long = "Read, verify and sign JSON Web Tokens. No server and no data directory is needed.\n" +
		"The exit code is 0 for good, 1 for not good, 2 for what could not be judged: a wrong flag, an unreadable key, no key at all."
	return cmd
}

// unsupportedFlag is a flag of other JWT programs. It is defined here only to
// say what to use instead.
type unsupportedFlag struct {
	name, short string
	value       bool // whether it takes one
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

// rejectUnsupported defines the flags of other JWT programs on a command. They
// are rejected when the command runs: an error from the flag itself would quote
// its value, which may be a secret.
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

// rejectEmpty rejects flags that were given an empty value, as --aud "$AUD" is
// when AUD is not set: the check that was asked for would silently not happen.
// Names of flags that the command does not have are ignored.
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
