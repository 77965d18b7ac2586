package widget

import (
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"keydeck/ui/tui/theme"
)

// Field of a form: a text input, a choice between a few words, or, with Picked,
// any number of them.
type Field struct {
	Label   string
	Input   *Input
	Choices []string
	Chosen  int
	Picked  []bool // as many as Choices; Chosen is then the one under the cursor
	Note    string // a side note under the field
	Err     string // what is wrong with it, in place of the note
	Hidden  bool
}

// Form is a column of fields, one of which has the focus.
type Form struct {
	Fields []*Field
	Focus  int
}

// Typing reports whether the focus is on a text input.
func (f *Form) Typing() bool { return f.Fields[f.Focus].Input != nil }

// Step moves the focus by d fields, around the ends and past hidden ones.
func (f *Form) Step(d int) {
	n := len(f.Fields)
	for range n {
		f.Focus = (f.Focus + d + n) % n
		if !f.Fields[f.Focus].Hidden {
			return
		}
	}
}

// Update takes a key or a paste and reports whether a value has changed.
func (f *Form) Update(msg tea.Msg) bool {
	field := f.Fields[f.Focus]
	if key, ok := msg.(tea.KeyPressMsg); ok {
		switch key.String() {
		case "tab", "down":
			f.Step(1)
			return false
		case "shift+tab", "up":
			f.Step(-1)
			return false
		}
		if field.Input == nil {
			return field.choose(key.String())
		}
	}
	if field.Input == nil || !field.Input.Update(msg) {
		return false
	}
	field.Err = ""
	return true
}

func (f *Field) choose(key string) bool {
	n := len(f.Choices)
	switch key {
	case "space", " ":
		if f.Picked != nil {
			f.Picked[f.Chosen] = !f.Picked[f.Chosen]
			return true
		}
		f.Chosen = (f.Chosen + 1) % n
	case "right", "l":
		f.Chosen = (f.Chosen + 1) % n
	case "left", "h":
		f.Chosen = (f.Chosen + n - 1) % n
	default:
		return false
	}
	return true
}

// View draws the form in w cells and at most h lines: where they are few, the
// space between the fields goes.
func (f *Form) View(st *theme.Styles, w, h int) string {
	label := 0
	for _, field := range f.Fields {
		label = max(label, Width(field.Label))
	}
	var lines []string
	for i, field := range f.Fields {
		if field.Hidden {
			continue
		}
		focused := i == f.Focus
		mark, name := "  ", st.Muted.Render(Left(field.Label, label))
		if focused {
			mark, name = st.Accent.Render("▌ "), st.Bold.Render(Left(field.Label, label))
		}
		room := w - label - 5
		var value string
		if field.Input != nil {
			value = field.Input.View(st, room, focused)
		} else {
			value = field.choicesView(st, focused)
		}
		lines = append(lines, mark+name+"   "+value)
		under := strings.Repeat(" ", label+5)
		switch {
		case field.Err != "":
			for _, l := range Wrap(field.Err, room) {
				lines = append(lines, under+st.Bad.Render(l))
			}
		case field.Note != "" && focused:
			for _, l := range Wrap(field.Note, room) {
				lines = append(lines, under+st.Muted.Render(l))
			}
		default:
			lines = append(lines, "")
		}
	}
	if len(lines) > h {
		lines = slices.DeleteFunc(lines, func(l string) bool { return l == "" })
	}
	return strings.Join(lines, "\n")
}

// choicesView marks the chosen word with brackets, so that it is seen without
// colour.
func (f *Field) choicesView(st *theme.Styles, focused bool) string {
	if f.Picked != nil {
		return f.pickedView(st, focused)
	}
	parts := make([]string, len(f.Choices))
	for i, c := range f.Choices {
		switch {
		case i == f.Chosen && focused:
			parts[i] = st.AccentBold.Render("[" + c + "]")
		case i == f.Chosen:
			parts[i] = st.Text.Render("[" + c + "]")
		default:
			parts[i] = st.Muted.Render(" " + c + " ")
		}
	}
	return strings.Join(parts, "")
}

// pickedView marks what is picked with a cross, and the word under the cursor
// with an underline.
func (f *Field) pickedView(st *theme.Styles, focused bool) string {
	parts := make([]string, len(f.Choices))
	for i, c := range f.Choices {
		box, style := "[ ] ", st.Muted
		if f.Picked[i] {
			box, style = "[x] ", st.Text
		}
		if focused && i == f.Chosen {
			style = st.AccentBold.Underline(true)
		}
		parts[i] = style.Render(box + c)
	}
	return strings.Join(parts, "  ")
}
