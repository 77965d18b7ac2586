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
	rows := f.rows(st, w, h)
	lines := make([]string, len(rows))
	for i, r := range rows {
		lines[i] = r.line
	}
	return strings.Join(lines, "\n")
}

// formRow is a line of a form: the value of a field, or what stands under it.
type formRow struct {
	line  string
	field int
	value bool
}

// labelWidth is how wide the column of labels is.
func (f *Form) labelWidth() (label int) {
	for _, field := range f.Fields {
		label = max(label, Width(field.Label))
	}
	return label
}

// labelPad is what stands around a label: the mark before it, the gap behind it.
const labelPad = 5

func (f *Form) rows(st *theme.Styles, w, h int) (rows []formRow) {
	label := f.labelWidth()
	for i, field := range f.Fields {
		if field.Hidden {
			continue
		}
		focused := i == f.Focus
		mark, name := "  ", st.Muted.Render(Left(field.Label, label))
		if focused {
			mark, name = st.Accent.Render("▌ "), st.Bold.Render(Left(field.Label, label))
		}
		room := w - label - labelPad
		var value string
		if field.Input != nil {
			value = field.Input.View(st, room, focused)
		} else {
			value = field.choicesView(st, focused)
		}
		rows = append(rows, formRow{mark + name + "   " + value, i, true})
		under := strings.Repeat(" ", label+labelPad)
		switch {
		case field.Err != "":
			for _, l := range Wrap(field.Err, room) {
				rows = append(rows, formRow{under + st.Bad.Render(l), i, false})
			}
		case field.Note != "" && focused:
			for _, l := range Wrap(field.Note, room) {
				rows = append(rows, formRow{under + st.Muted.Render(l), i, false})
			}
		default:
			rows = append(rows, formRow{"", i, false})
		}
	}
	if len(rows) > h {
		rows = slices.DeleteFunc(rows, func(r formRow) bool { return r.line == "" })
	}
	return rows
}

// Click goes to the field at cell x of line y of what View draws in w cells and h
// lines, and takes the choice that stands there.
func (f *Form) Click(st *theme.Styles, w, h, x, y int) {
	rows := f.rows(st, w, h)
	if y < 0 || y >= len(rows) {
		return
	}
	f.Focus = rows[y].field
	if field := f.Fields[f.Focus]; rows[y].value && field.Input == nil {
		field.click(x - f.labelWidth() - labelPad)
	}
}

// click takes the choice at cell x of choicesView.
func (f *Field) click(x int) {
	around, between := len("[]"), 0
	if f.Picked != nil {
		around, between = len("[x] "), len("  ")
	}
	at := 0
	for i, c := range f.Choices {
		end := at + around + Width(c)
		if x >= at && x < end {
			f.Chosen = i
			if f.Picked != nil {
				f.Picked[i] = !f.Picked[i]
			}
		}
		at = end + between
	}
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
