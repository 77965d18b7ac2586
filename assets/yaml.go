package assets

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"strings"
)

// yamlToJSON converts a YAML document to compact JSON and keeps the order of
// members, which YAML libraries lose on the way through a map.
//
// It reads the part of YAML that openapi.yaml is written in: block mappings and
// sequences, flow collections on one line, quoted and plain scalars on one line,
// literal blocks (| and |-), and comments on lines of their own. Everything else
// (anchors, tags, folded blocks, scalars over several lines, tabs, duplicate
// keys) is an error that names the line, never a guess.
func yamlToJSON(src []byte) ([]byte, error) {
	r := &yamlReader{lines: strings.Split(strings.ReplaceAll(string(src), "\r\n", "\n"), "\n")}
	if err := r.document(); err != nil {
		return nil, fmt.Errorf("line %d: %w", r.at+1, err)
	}
	return r.out.Bytes(), nil
}

// A yamlReader is at one line at a time. A sequence entry's dash is overwritten
// with a space when it is read, so that what follows it is a block like any
// other, two columns further in.
type yamlReader struct {
	lines []string
	at    int // the current line
	out   bytes.Buffer
}

func (r *yamlReader) document() error {
	indent, text, err := r.peek()
	if err != nil {
		return err
	}
	if indent != 0 || text == "" {
		return errors.New("a document must begin in the first column")
	}
	if err := r.block(0); err != nil {
		return err
	}
	if _, text, err = r.peek(); err == nil && text != "" {
		err = errors.New("wrong indentation")
	}
	return err
}

// peek goes on to the next line that says something. text is "" at the end.
func (r *yamlReader) peek() (indent int, text string, err error) {
	for ; r.at < len(r.lines); r.at++ {
		line := r.lines[r.at]
		text = strings.TrimLeft(line, " ")
		if text == "" || text[0] == '#' {
			continue
		}
		if strings.Contains(line, "\t") {
			return 0, "", errors.New("a tab")
		}
		return len(line) - len(text), strings.TrimRight(text, " "), nil
	}
	return -1, "", nil
}

// block reads the mapping, sequence or scalar that begins at the current line
// in column indent.
func (r *yamlReader) block(indent int) error {
	_, text, err := r.peek()
	if err != nil {
		return err
	}
	if isEntry(text) {
		return r.sequence(indent)
	}
	if _, _, ok, err := cutKey(text); err != nil || ok {
		if err != nil {
			return err
		}
		return r.mapping(indent)
	}
	r.at++
	return r.inline(text)
}

func isEntry(text string) bool { return text == "-" || strings.HasPrefix(text, "- ") }

func (r *yamlReader) sequence(indent int) error {
	r.out.WriteByte('[')
	for n := 0; ; n++ {
		in, text, err := r.peek()
		if err != nil {
			return err
		}
		if in != indent || !isEntry(text) {
			if in > indent {
				return errors.New("wrong indentation")
			}
			break
		}
		if n > 0 {
			r.out.WriteByte(',')
		}
		if text == "-" {
			return errors.New("an entry without a value")
		}
		line := r.at
		r.lines[line] = strings.Repeat(" ", indent+1) + r.lines[line][indent+1:]
		in, _, err = r.peek()
		if err != nil {
			return err
		}
		if r.at != line { // nothing but a comment stood behind the dash
			r.at = line
			return errors.New("an entry without a value")
		}
		if err := r.block(in); err != nil {
			return err
		}
	}
	r.out.WriteByte(']')
	return nil
}

func (r *yamlReader) mapping(indent int) error {
	r.out.WriteByte('{')
	seen := map[string]bool{}
	for {
		in, text, err := r.peek()
		if err != nil {
			return err
		}
		if in < indent || isEntry(text) {
			break
		}
		key, rest, ok, err := cutKey(text)
		switch {
		case err != nil:
			return err
		case in > indent:
			return errors.New("wrong indentation")
		case !ok:
			return errors.New("a key is missing")
		case seen[key]:
			return fmt.Errorf("the key %q twice", key)
		}
		if len(seen) > 0 {
			r.out.WriteByte(',')
		}
		seen[key] = true
		r.str(key)
		r.out.WriteByte(':')
		if err := r.value(indent, rest); err != nil {
			return err
		}
	}
	r.out.WriteByte('}')
	return nil
}

// value reads what stands behind a key in column indent: rest of the line, or
// the block below it.
func (r *yamlReader) value(indent int, rest string) error {
	switch rest {
	case "|", "|-":
		r.literal(indent, rest == "|")
		return nil
	case "":
		key := r.at
		r.at++
		in, text, err := r.peek()
		if err != nil {
			return err
		}
		if in > indent || in == indent && isEntry(text) {
			return r.block(in)
		}
		r.at = key
		return errors.New("a key without a value")
	}
	err := r.inline(rest)
	if err == nil {
		r.at++
	}
	return err
}

// literal reads the lines below a key that are further in than the key.
func (r *yamlReader) literal(indent int, newline bool) {
	var text []string
	margin := 0
	for r.at++; r.at < len(r.lines); r.at++ {
		line := r.lines[r.at]
		trimmed := strings.TrimLeft(line, " ")
		if trimmed == "" {
			text = append(text, "")
			continue
		}
		in := len(line) - len(trimmed)
		if in <= indent {
			break
		}
		if margin == 0 {
			margin = in
		}
		text = append(text, line[min(margin, in):])
	}
	s := strings.TrimRight(strings.Join(text, "\n"), "\n")
	if newline && s != "" {
		s += "\n"
	}
	r.str(s)
}

// inline reads a scalar or a flow collection that ends with its line.
func (r *yamlReader) inline(text string) error {
	switch text[0] {
	case '"', '\'', '{', '[':
		rest, err := r.flow(text)
		if err == nil && strings.TrimSpace(rest) != "" {
			err = fmt.Errorf("%q after the value", rest)
		}
		return err
	}
	return r.plain(text)
}

// flow reads one flow value and gives what follows it.
func (r *yamlReader) flow(text string) (rest string, err error) {
	text = strings.TrimLeft(text, " ")
	if text == "" {
		return "", errors.New("a flow collection that does not end with its line")
	}
	switch text[0] {
	case '"', '\'':
		s, rest, err := quoted(text)
		if err == nil {
			r.str(s)
		}
		return rest, err
	case '{':
		return r.flowItems(text[1:], '{', '}')
	case '[':
		return r.flowItems(text[1:], '[', ']')
	}
	end := strings.IndexAny(text, ",]}")
	if end < 0 {
		return "", errors.New("a flow collection that does not end with its line")
	}
	return text[end:], r.plain(strings.TrimRight(text[:end], " "))
}

func (r *yamlReader) flowItems(text string, opening, closing byte) (rest string, err error) {
	r.out.WriteByte(opening)
	seen := map[string]bool{}
	for n := 0; ; n++ {
		text = strings.TrimLeft(text, " ")
		if text != "" && text[0] == closing && n == 0 {
			break
		}
		if n > 0 {
			r.out.WriteByte(',')
		}
		if opening == '{' {
			key, after, ok, err := cutKey(text)
			if err != nil {
				return "", err
			}
			if !ok || seen[key] {
				return "", fmt.Errorf("a key is missing or there twice before %q", text)
			}
			seen[key] = true
			r.str(key)
			r.out.WriteByte(':')
			text = after
		}
		if text, err = r.flow(text); err != nil {
			return "", err
		}
		text = strings.TrimLeft(text, " ")
		if text == "" {
			return "", errors.New("a flow collection that does not end with its line")
		}
		if text[0] == closing {
			break
		}
		if text[0] != ',' {
			return "", fmt.Errorf("a comma is missing before %q", text)
		}
		text = text[1:]
	}
	r.out.WriteByte(closing)
	return text[1:], nil
}

// cutKey splits "key: rest". ok is false when text does not begin with a key.
func cutKey(text string) (key, rest string, ok bool, err error) {
	if text == "" {
		return "", "", false, nil
	}
	if text[0] == '"' || text[0] == '\'' {
		key, rest, err = quoted(text)
		if err != nil {
			return "", "", false, err
		}
		if rest != ":" && !strings.HasPrefix(rest, ": ") {
			return "", "", false, nil
		}
		return key, strings.TrimLeft(rest[1:], " "), true, nil
	}
	if strings.ContainsRune("{[", rune(text[0])) {
		return "", "", false, nil
	}
	end := strings.Index(text, ": ")
	if end < 0 {
		if !strings.HasSuffix(text, ":") {
			return "", "", false, nil
		}
		end = len(text) - 1
	}
	key = text[:end]
	if !plainKey.MatchString(key) {
		return "", "", false, fmt.Errorf("%q as a key: put it in quotes", key)
	}
	return key, strings.TrimLeft(text[end+1:], " "), true, nil
}

var (
	plainKey   = regexp.MustCompile(`^[A-Za-z_$/][A-Za-z0-9_$/.{}+-]*$`)
	jsonNumber = regexp.MustCompile(`^-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?$`)
	// oddNumber is what some version of YAML takes for a number, and others for a string.
	oddNumber = regexp.MustCompile(`^[-+.]?[0-9][0-9_]*$|^0[xob]|^[-+]?\.(inf|Inf|INF|nan|NaN|NAN)$|^\.[0-9]+$`)
)

// quoted reads a quoted scalar and gives what follows it.
func quoted(text string) (s, rest string, err error) {
	if text[0] == '"' {
		for i := 1; i < len(text); i++ {
			switch text[i] {
			case '\\':
				i++
			case '"':
				if err := json.Unmarshal([]byte(text[:i+1]), &s); err != nil {
					return "", "", fmt.Errorf("read %s: %w", text[:i+1], err)
				}
				return s, text[i+1:], nil
			}
		}
		return "", "", errors.New("a quote that does not end with its line")
	}
	for i := 1; i < len(text); i++ {
		if text[i] != '\'' {
			continue
		}
		if i+1 < len(text) && text[i+1] == '\'' {
			i++
			continue
		}
		return strings.ReplaceAll(text[1:i], "''", "'"), text[i+1:], nil
	}
	return "", "", errors.New("a quote that does not end with its line")
}

// plain writes a scalar without quotes: null, a boolean, a number or a string.
func (r *yamlReader) plain(text string) error {
	switch {
	case text == "null" || text == "true" || text == "false" || jsonNumber.MatchString(text):
		r.out.WriteString(text)
		return nil
	case text == "" || text == "~" || strings.ContainsRune("&*!|>%@`?,]}", rune(text[0])) || oddNumber.MatchString(text) ||
		strings.Contains(text, ": ") || strings.Contains(text, " #") || strings.HasSuffix(text, ":"):
		return fmt.Errorf("%q without quotes", text)
	}
	switch strings.ToLower(text) {
	case "null", "true", "false", "yes", "no", "on", "off", "y", "n":
		return fmt.Errorf("%q without quotes", text)
	}
	r.str(text)
	return nil
}

func (r *yamlReader) str(s string) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	_ = e.Encode(s) // a string cannot fail
	r.out.Write(bytes.TrimRight(b.Bytes(), "\n"))
}
