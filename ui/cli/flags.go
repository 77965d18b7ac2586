package cli

import (
	"github.com/spf13/pflag"
)

// rawFlag is a flag's value as it was typed. Its type is what the help calls
// the value.
type rawFlag struct {
	value, arg string
	list       bool
}

func (t *rawFlag) String() string { return t.value }
func (t *rawFlag) Type() string   { return t.arg }

func (t *rawFlag) Set(v string) error {
	if t.list && t.value != "" {
		v = t.value + "," + v
	}
	t.value = v
	return nil
}

// addSettings adds the flags of settings to a command. The flags have no
// default, because load must know whether one was given.
func addSettings(flags *pflag.FlagSet, settings ...setting) {
	for _, s := range settings {
		if !s.noFlag {
			flags.Var(&rawFlag{arg: s.arg, list: s.list}, s.name, s.usage)
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
