package cli

import (
	"github.com/spf13/pflag"
)

// typed is a flag's value as it was typed. Its type is what the help calls it.
type typed struct {
	value, arg string
	list       bool
}

func (t *typed) String() string { return t.value }
func (t *typed) Type() string   { return t.arg }

func (t *typed) Set(v string) error {
	if t.list && t.value != "" {
		v = t.value + "," + v
	}
	t.value = v
	return nil
}

// addSettings gives a command the flags of settings. They have no default: load
// must know whether one was given.
func addSettings(flags *pflag.FlagSet, settings ...setting) {
	for _, s := range settings {
		if !s.noFlag {
			flags.Var(&typed{arg: s.arg, list: s.list}, s.name, s.usage)
		}
	}
}

// flagValues reads the flags that were given.
type flagValues struct{ set *pflag.FlagSet }

func (f flagValues) get(name string) (string, bool) {
	if f.set == nil {
		return "", false
	}
	flag := f.set.Lookup(name)
	if flag == nil || !flag.Changed {
		return "", false
	}
	return flag.Value.String(), true
}
