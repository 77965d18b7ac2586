package widget

import (
	"cmp"
	"slices"
	"strings"
	"unicode"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"keydeck/ui/text"
	"keydeck/ui/tui/theme"
)

// Input is one line of text with the readline keys. A paste is inserted as text
// without its line breaks; it never triggers a key.
type Input struct {
	Placeholder string
	Limit       int // characters; 0: no limit

	value []rune
	pos   int // in value
}

// NewInput makes an input that holds value, with the cursor at its end.
func NewInput(value, placeholder string, limit int) *Input {
	in := &Input{Placeholder: placeholder, Limit: limit}
	in.Set(value)
	return in
}

// Value is the text of the input.
func (in *Input) Value() string { return string(in.value) }

// Before is the text before the cursor.
func (in *Input) Before() string { return string(in.value[:in.pos]) }

// Complete replaces the text from byte offset from to the cursor by s.
func (in *Input) Complete(from int, s string) {
	before := in.Before()
	at := len([]rune(before[:max(0, min(from, len(before)))]))
	in.cut(at, in.pos)
	in.insert(s)
}

// Set replaces the text and puts the cursor at its end.
func (in *Input) Set(s string) {
	in.value, in.pos = nil, 0
	in.insert(s)
}

// Update takes a key or a paste and reports whether the text has changed.
func (in *Input) Update(msg tea.Msg) bool {
	before := string(in.value)
	switch msg := msg.(type) {
	case tea.PasteMsg:
		in.insert(msg.Content)
	case tea.KeyPressMsg:
		if isText(msg) {
			in.insert(msg.Text)
		} else {
			in.edit(msg.Keystroke())
		}
	}
	return string(in.value) != before
}

func (in *Input) insert(s string) {
	add := []rune(strings.ReplaceAll(plainText(s), "\n", ""))
	if in.Limit > 0 {
		add = add[:max(0, min(len(add), in.Limit-len(in.value)))]
	}
	in.value = slices.Insert(in.value, in.pos, add...)
	in.pos += len(add)
}

// isText reports a key press that types text, as opposed to a command.
func isText(msg tea.KeyPressMsg) bool {
	return msg.Text != "" && msg.Mod&(tea.ModCtrl|tea.ModAlt) == 0
}

// plainText is s with \n as its only control character.
func plainText(s string) string {
	s = strings.NewReplacer("\r\n", "\n", "\r", "\n", "\t", " ").Replace(s)
	return strings.Map(func(r rune) rune {
		if r != '\n' && unicode.IsControl(r) || r == unicode.ReplacementChar {
			return -1
		}
		return r
	}, s)
}

func (in *Input) edit(key string) {
	switch key {
	case "left", "ctrl+b":
		in.pos = max(0, in.pos-1)
	case "right", "ctrl+f":
		in.pos = min(len(in.value), in.pos+1)
	case "home", "ctrl+a":
		in.pos = 0
	case "end", "ctrl+e":
		in.pos = len(in.value)
	case "alt+left", "ctrl+left", "alt+b":
		in.pos = in.wordLeft()
	case "alt+right", "ctrl+right", "alt+f":
		in.pos = in.wordRight()
	case "backspace", "ctrl+h":
		in.cut(in.pos-1, in.pos)
	case "delete", "ctrl+d":
		in.cut(in.pos, in.pos+1)
	case "ctrl+u":
		in.cut(0, in.pos)
	case "ctrl+k":
		in.cut(in.pos, len(in.value))
	case "ctrl+w", "alt+backspace":
		in.cut(in.wordLeft(), in.pos)
	case "alt+d":
		in.cut(in.pos, in.wordRight())
	}
}

func (in *Input) cut(from, to int) {
	from, to = max(0, from), min(len(in.value), to)
	if from >= to {
		return
	}
	in.value = append(in.value[:from:from], in.value[to:]...)
	in.pos = from
}

func (in *Input) wordLeft() int {
	i := in.pos
	for i > 0 && in.value[i-1] == ' ' {
		i--
	}
	for i > 0 && in.value[i-1] != ' ' {
		i--
	}
	return i
}

func (in *Input) wordRight() int {
	i := in.pos
	for i < len(in.value) && in.value[i] == ' ' {
		i++
	}
	for i < len(in.value) && in.value[i] != ' ' {
		i++
	}
	return i
}

// View draws the text in w cells, scrolled so that the cursor shows.
func (in *Input) View(st *theme.Styles, w int, focused bool) string {
	if len(in.value) == 0 {
		hint := Clip(in.Placeholder, w)
		if !focused {
			return st.Muted.Render(hint)
		}
		first := ansi.Truncate(cmp.Or(hint, " "), 1, "")
		return st.Cursor.Render(first) + st.Muted.Render(strings.TrimPrefix(hint, first))
	}
	if !focused {
		return st.Text.Render(Clip(text.Visible(string(in.value)), w))
	}
	return cursorLine(st, in.value, in.pos, w)
}

// cursorLine draws a line in w cells, scrolled so that the cursor shows.
func cursorLine(st *theme.Styles, line []rune, col, w int) string {
	from := max(0, col-w) // nearly every character takes a cell or more
	before := text.Visible(string(line[from:col]))
	at, after := " ", ""
	if col < len(line) {
		at = text.Visible(string(line[col : col+1]))
		after = text.Visible(string(line[col+1 : min(len(line), col+1+w)]))
	}
	room := w - Width(at)
	if have := Width(before); have > room || from > 0 {
		before = "…" + ansi.TruncateLeft(before, max(0, have-room+1), "")
	}
	return st.Text.Render(before) + st.Cursor.Render(at) + st.Text.Render(ansi.Truncate(after, max(0, room-Width(before)), "…"))
}

// Boxes draws the text as n places in two groups, for a code typed digit by
// digit.
func (in *Input) Boxes(st *theme.Styles, n int, focused bool) string {
	var out strings.Builder
	for i := range n {
		if i > 0 {
			out.WriteString(" ")
		}
		if i == n/2 {
			out.WriteString("  ")
		}
		switch {
		case i < len(in.value):
			out.WriteString(st.Bold.Render(text.Visible(string(in.value[i : i+1]))))
		case focused && i == len(in.value):
			out.WriteString(st.Cursor.Render("_"))
		default:
			out.WriteString(st.Muted.Render("_"))
		}
	}
	return out.String()
}
