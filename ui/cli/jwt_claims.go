package cli

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"keydeck/model/inspect/strict"
	"keydeck/ui/preset"
)

// jsonObject is a JSON object that keeps the order and the spelling of its
// members.
type jsonObject []jsonMember

type jsonMember struct{ name, raw string }

// String writes the object as JSON, without white space.
func (m jsonObject) String() string {
	var b strings.Builder
	b.WriteByte('{')
	for i, one := range m {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString(quoteJSON(one.name) + ":" + one.raw)
	}
	return b.String() + "}"
}

func (m jsonObject) index(name string) int {
	return slices.IndexFunc(m, func(one jsonMember) bool { return one.name == name })
}

func (m jsonObject) has(name string) bool { return m.index(name) >= 0 }

// text is the value of a string member, "" for any other.
func (m jsonObject) text(name string) string {
	var s string
	if i := m.index(name); i >= 0 && json.Unmarshal([]byte(m[i].raw), &s) != nil {
		return ""
	}
	return s
}

// put sets a member, in place if it exists.
func (m *jsonObject) put(name, raw string) {
	if i := m.index(name); i >= 0 {
		(*m)[i].raw = raw
		return
	}
	*m = append(*m, jsonMember{name, raw})
}

// putFirst is put, but adds a new member at the beginning.
func (m *jsonObject) putFirst(name, raw string) {
	if !m.has(name) {
		*m = slices.Insert(*m, 0, jsonMember{name, raw})
		return
	}
	m.put(name, raw)
}

func (m *jsonObject) drop(name string) {
	*m = slices.DeleteFunc(*m, func(one jsonMember) bool { return one.name == name })
}

// merge puts the members of a JSON object over these. flag names it in errors.
func (m *jsonObject) merge(flag string, raw []byte) error {
	object, err := strict.ReadObject(flag, bytes.TrimSpace(raw))
	if err != nil {
		return err
	}
	for _, one := range object.Members {
		if err := m.putJSON(flag, one.Name, one.Raw); err != nil {
			return err
		}
	}
	return nil
}

// putJSON is put without the white space in the value.
func (m *jsonObject) putJSON(flag, name, raw string) error {
	var compact bytes.Buffer
	if err := json.Compact(&compact, []byte(raw)); err != nil {
		return fmt.Errorf("%s: %q: %w", flag, name, err)
	}
	m.put(name, compact.String())
	return nil
}

// putPair puts NAME=VALUE. The value is JSON if it parses as JSON, else text.
func (m *jsonObject) putPair(flag, pair string) error {
	name, value, ok := strings.Cut(pair, "=")
	if !ok || name == "" {
		return fmt.Errorf("%s: want NAME=VALUE, such as admin=true or name=Ada", flag)
	}
	if !json.Valid([]byte(value)) {
		m.put(name, quoteJSON(value))
		return nil
	}
	return m.putJSON(flag, name, value)
}

// argument is the text of an argument: the argument itself, the content of
// @FILE, or stdin for -.
func argument(v string, stdin io.Reader) ([]byte, error) {
	switch {
	case v == "-" && stdin != nil:
		raw, err := io.ReadAll(io.LimitReader(stdin, maxTokenInput+1))
		if err != nil {
			return nil, fmt.Errorf("read standard input: %w", err)
		}
		if len(raw) > maxTokenInput {
			return nil, fmt.Errorf("standard input is longer than %d bytes", maxTokenInput)
		}
		return raw, nil
	case strings.HasPrefix(v, "@"):
		return readFile(v[1:], maxTokenInput)
	}
	return []byte(v), nil
}

func presetNames() string {
	return "B (session key), C (login access token) or D (JWT signed by a client)"
}

// presetOf returns header and claims as in this server's own tokens of a family
// (B, C or D of the API), with new ids. Both are nil for "".
func presetOf(name string, now time.Time) (header, claims jsonObject, err error) {
	if name == "" {
		return nil, nil, nil
	}
	i := slices.IndexFunc(preset.All, func(p preset.Preset) bool { return p.Family == name })
	if i < 0 {
		return nil, nil, fmt.Errorf("--preset: %q: there is %s", name, presetNames())
	}
	p := &preset.All[i]
	err = claims.merge("--preset", []byte(p.Claims(now, map[string]string{"account": "ABC123", "host": "localhost", "pair": uuid.NewString(),
		"session": uuid.NewString(), "token": uuid.NewString(), "url": "http://127.0.0.1:8000", "user": uuid.NewString()})))
	switch name {
	case "C":
		header.put("typ", quoteJSON(p.Type))
	case "D":
		claims.drop("sub")
	}
	return header, claims, err
}
