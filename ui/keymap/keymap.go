// Package keymap has the keys of the dashboard's commands: all commands with their
// default keys, and the file in which people choose others.
package keymap

import (
	_ "embed"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// commands.txt lists every command there is, one a line: where it works, its
// name, its keys, what it does. A test writes it from the commands themselves
// (go test -run TestKeyTable -update), and the key table of the documentation
// with it.
//
//go:embed commands.txt
var commandTable string

// Command is one line of commands.txt.
type Command struct {
	Place, ID string
	Keys      []string
	Fixed     bool // acted on by a part that knows its own keys
	Title     string
}

const Everywhere = "Everywhere"

func commands() (out []Command) {
	for line := range strings.Lines(commandTable) {
		f := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		if len(f) != 4 {
			continue
		}
		keys, fixed := strings.CutPrefix(f[2], "fixed ")
		out = append(out, Command{f[0], f[1], strings.Fields(keys), fixed, f[3]})
	}
	return out
}

// Listed reports whether commands.txt has the command.
func Listed(id string) bool {
	return slices.ContainsFunc(commands(), func(c Command) bool { return c.ID == id })
}

// Map has the user's keys for commands, by ID.
type Map map[string][]string

// maxFile bounds the file that is read.
const maxFile = 64 << 10

// Read reads the file of keys. A missing file is not an error; lines that are wrong
// are reported and left out.
func Read(path string) (Map, []string) {
	raw, err := readFile(path)
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, []string{err.Error()}
	}
	return parse(raw, commands())
}

func readFile(path string) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer func() { _ = f.Close() }()
	raw, err := io.ReadAll(io.LimitReader(f, maxFile+1))
	if err != nil {
		return "", err
	}
	if len(raw) > maxFile {
		return "", fmt.Errorf("%s is larger than %d bytes", path, maxFile)
	}
	return string(raw), nil
}

// parse reads lines of the form
//
//	requests.filter = "F ctrl+g"   # any number of keys; "" for none
//
// and returns the keys in force and what is wrong. The file wins over defaults: a
// command in the same place that has the key by default loses it. A line that cannot
// be read, or that wants a key that an earlier line has, is left out.
func parse(raw string, all []Command) (m Map, problems []string) {
	m = Map{}
	n := 0
	for line := range strings.Lines(raw) {
		n++
		line = strings.TrimSpace(line)
		if line == "" || line[0] == '#' {
			continue
		}
		id, keys, err := parseLine(line)
		if err == nil {
			err = m.check(id, keys, all)
		}
		if err != nil {
			problems = append(problems, fmt.Sprintf("line %d: %v", n, err))
			continue
		}
		m[id] = keys
	}
	return m, append(problems, m.resolve(all)...)
}

// check returns why a command cannot have the keys.
func (m Map) check(id string, keys []string, all []Command) error {
	i := slices.IndexFunc(all, func(c Command) bool { return c.ID == id })
	switch {
	case i < 0:
		return fmt.Errorf("no command is called %s%s", id, didYouMean(id, all))
	case all[i].Fixed:
		return fmt.Errorf("the keys of %s are fixed", id)
	case m[id] != nil:
		return fmt.Errorf("%s is there twice", id)
	}
	for _, k := range keys {
		for _, other := range slices.Sorted(maps.Keys(m)) {
			if slices.Contains(m[other], k) && conflict(id, other, k, all) {
				return fmt.Errorf("%s is %s already, so %s keeps its own keys", k, other, id)
			}
		}
	}
	return nil
}

// resolve takes the keys in the file from the commands that have them by default, and
// reports which.
func (m Map) resolve(all []Command) (problems []string) {
	chosen := maps.Clone(m)
	for _, id := range slices.Sorted(maps.Keys(chosen)) {
		for _, k := range chosen[id] {
			for _, c := range all {
				if chosen[c.ID] != nil || !slices.Contains(c.Keys, k) || !conflict(id, c.ID, k, all) {
					continue
				}
				if p := fmt.Sprintf("%s is %s now, and %s loses it", k, id, c.ID); !slices.Contains(problems, p) {
					problems = append(problems, p)
				}
				if c.Fixed {
					continue // the part that knows its keys is asked after the commands
				}
				if m[c.ID] == nil {
					m[c.ID] = slices.Clone(c.Keys)
				}
				m[c.ID] = slices.DeleteFunc(m[c.ID], func(own string) bool { return own == k })
			}
		}
	}
	return problems
}

// conflict reports that two commands can be available at once, so that they cannot
// share the key k. Global commands do not work in overlays, whose names begin in lower
// case; commands that share a key by default are never available at once.
func conflict(a, b, k string, all []Command) bool {
	screen := func(place string) bool { return place != Everywhere && unicode.IsUpper(rune(place[0])) }
	for _, x := range all {
		for _, y := range all {
			if x.ID != a || y.ID != b || a == b || slices.Contains(x.Keys, k) && slices.Contains(y.Keys, k) {
				continue
			}
			if x.Place == y.Place || x.Place == Everywhere && screen(y.Place) || y.Place == Everywhere && screen(x.Place) {
				return true
			}
		}
	}
	return false
}

// parseLine reads name = "keys".
func parseLine(line string) (id string, keys []string, err error) {
	id, value, ok := strings.Cut(line, "=")
	id, value = strings.TrimSpace(id), strings.TrimSpace(value)
	if !ok || id == "" || !strings.HasPrefix(value, `"`) {
		return "", nil, errors.New(`it must read: name = "key"`)
	}
	value, rest, ok := strings.Cut(value[1:], `"`)
	if rest = strings.TrimSpace(rest); !ok || rest != "" && rest[0] != '#' {
		return "", nil, errors.New(`it must read: name = "key"`)
	}
	keys = []string{}
	for _, k := range strings.Fields(value) {
		if !isKey(k) {
			return "", nil, fmt.Errorf("%s is no key", k)
		}
		keys = append(keys, k)
	}
	return id, keys, nil
}

// isKey reports whether k is Bubble Tea's name of a key.
func isKey(k string) bool {
	for _, mod := range []string{"ctrl+", "alt+", "shift+"} {
		k = strings.TrimPrefix(k, mod)
	}
	named := []string{"enter", "esc", "tab", "space", "backspace", "delete", "insert", "up", "down", "left", "right", "home", "end", "pgup", "pgdown",
		"f1", "f2", "f3", "f4", "f5", "f6", "f7", "f8", "f9", "f10", "f11", "f12"}
	r, size := utf8.DecodeRuneInString(k)
	return slices.Contains(named, k) || size == len(k) && size > 0 && r != utf8.RuneError && r > ' '
}
