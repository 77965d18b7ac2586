package widget

import (
	"strings"
	"unicode"

	tea "charm.land/bubbletea/v2"

	"github.com/charmbracelet/x/ansi"

	"keydeck/ui/text"
	"keydeck/ui/tui/theme"
)

// Input is one line of text with the readline keys. A paste goes in as text,
// line breaks removed, and never does anything else.
type Input struct {
	Placeholder string
	Limit       int // characters; 0: no limit

	value []rune
	pos   int // in value
}

// NewInput makes an input that holds value, the cursor behind it.
func NewInput(value, placeholder string, limit int) *Input {
	in := &Input{Placeholder: placeholder, Limit: limit}
	in.Set(value)
	return in
}

// Value is what stands in the input.
func (in *Input) Value() string { return string(in.value) }

// Before is the text before the cursor.
func (in *Input) Before() string { return string(in.value[:in.pos]) }

// Complete puts s in place of the text between byte offset from and the cursor.
func (in *Input) Complete(from int, s string) {
	before := in.Before()
	at := len([]rune(before[:max(0, min(from, len(before)))]))
	in.cut(at, in.pos)
	in.insert(s)
}

// Set replaces the text and puts the cursor behind it.
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
		if msg.Text != "" && msg.Mod&(tea.ModCtrl|tea.ModAlt) == 0 {
			in.insert(msg.Text)
		} else {
			in.edit(msg.Keystroke())
		}
	}
	return string(in.value) != before
}

func (in *Input) insert(s string) {
	var add []rune
	for _, r := range s {
		switch {
		case r == '\n' || r == '\r' || r == unicode.ReplacementChar:
			continue
		case r == '\t':
			r = ' '
		case unicode.IsControl(r):
			continue
		}
		add = append(add, r)
	}
	if in.Limit > 0 {
		add = add[:max(0, min(len(add), in.Limit-len(in.value)))]
	}
	tail := append([]rune(nil), in.value[in.pos:]...)
	in.value = append(append(in.value[:in.pos], add...), tail...)
	in.pos += len(add)
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
		first := ansi.Truncate(orSpace(hint), 1, "")
		return st.Cursor.Render(first) + st.Muted.Render(strings.TrimPrefix(hint, first))
	}
	before := text.Visible(string(in.value[:in.pos]))
	if !focused {
		return st.Text.Render(Clip(text.Visible(string(in.value)), w))
	}
	at, after := " ", ""
	if in.pos < len(in.value) {
		at = text.Visible(string(in.value[in.pos : in.pos+1]))
		after = text.Visible(string(in.value[in.pos+1:]))
	}
	room := w - Width(at)
	if have := Width(before); have > room {
		before = "…" + ansi.TruncateLeft(before, have-room+1, "")
	}
	return st.Text.Render(before) + st.Cursor.Render(at) + st.Text.Render(ansi.Truncate(after, max(0, room-Width(before)), "…"))
}

func orSpace(s string) string {
	if s == "" {
		return " "
	}
	return s
}

// Boxes draws the text as n single places, for a code that is read digit by
// digit, split in the middle.
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
