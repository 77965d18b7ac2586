package widget

import (
	"fmt"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"keydeck/ui/tui/theme"
)

// Field of a form: a text input, a choice of one of a few words, or, with
// Picked, of any number of them.
type Field struct {
	Label   string
	Input   *Input
	Choices []string
	Chosen  int
	Picked  []bool // one for each of Choices; Chosen is then the one under the cursor
	Note    string // shown under the field while it has the focus
	Err     string // what is wrong with the value; shown in place of Note
	Hidden  bool
}

// Form is a column of fields, one of them with the focus.
type Form struct {
	Fields []*Field
	Focus  int
}

// Typing reports whether the focus is on a text input.
func (f *Form) Typing() bool { return f.Fields[f.Focus].Input != nil }

// Visible is the number of fields that are shown.
func (f *Form) Visible() (n int) {
	for _, field := range f.Fields {
		if !field.Hidden {
			n++
		}
	}
	return n
}

// Text is the trimmed text of the input of field i.
func (f *Form) Text(i int) string { return strings.TrimSpace(f.Fields[i].Input.Value()) }

// Fail shows what is wrong with field i and goes there.
func (f *Form) Fail(i int, msg string) { f.Fields[i].Err, f.Focus = msg, i }

// Step moves the focus by d fields. It wraps around and skips hidden fields.
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

// View draws the form in w cells. Where h lines are too few, it leaves out the
// empty lines between the fields.
func (f *Form) View(st *theme.Styles, w, h int) string {
	rows := f.rows(st, w, h)
	lines := make([]string, len(rows))
	for i, r := range rows {
		lines[i] = r.line
	}
	return strings.Join(lines, "\n")
}

// formRow is a line of a form.
type formRow struct {
	line  string
	field int
	value bool // it shows the value, not a note or an error
	first int  // of the choices on the line
}

func (f *Form) labelWidth() (label int) {
	for _, field := range f.Fields {
		label = max(label, Width(field.Label))
	}
	return label
}

// labelPad is the width of the mark before a label and the gap after it.
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
		under := strings.Repeat(" ", label+labelPad)
		switch {
		case field.Input != nil:
			rows = append(rows, formRow{mark + name + "   " + field.Input.View(st, room, focused), i, true, 0})
		case field.Picked != nil:
			for j, r := range field.choiceLines(room, h) {
				if j > 0 {
					mark, name = "  ", st.Muted.Render(Left(r.note, label))
				}
				rows = append(rows, formRow{mark + name + "   " + field.pickedLine(st, r, room, focused), i, true, r.from})
			}
		default:
			rows = append(rows, formRow{mark + name + "   " + field.choicesView(st, focused), i, true, 0})
		}
		note, style := field.Err, st.Bad
		if note == "" && focused {
			note, style = field.Note, st.Muted
		}
		if note == "" {
			rows = append(rows, formRow{field: i})
		}
		for _, l := range Wrap(note, room) {
			rows = append(rows, formRow{line: under + style.Render(l), field: i})
		}
	}
	if len(rows) > h {
		rows = slices.DeleteFunc(rows, func(r formRow) bool { return r.line == "" })
	}
	return rows
}

// Click focuses the field at cell x, line y of what View draws in w cells and h
// lines, and takes the choice at that place.
func (f *Form) Click(st *theme.Styles, w, h, x, y int) {
	rows := f.rows(st, w, h)
	if y < 0 || y >= len(rows) {
		return
	}
	f.Focus = rows[y].field
	if field := f.Fields[f.Focus]; rows[y].value && field.Input == nil {
		label := f.labelWidth() + labelPad
		field.click(x-label, rows[y].first, w-label)
	}
}

// click takes the choice at cell x of a line of w cells that starts with choice
// first.
func (f *Field) click(x, first, w int) {
	around, between := len("[]"), 0
	if f.Picked != nil {
		around, between = len("[x] "), len("  ")
	}
	at := 0
	for i := first; i < len(f.Choices); i++ {
		end := at + min(w, around+Width(f.Choices[i]))
		if end > w && i > first && f.Picked != nil {
			return // the next line has it
		}
		if x >= at && x < end {
			f.Chosen = i
			if f.Picked != nil {
				f.Picked[i] = !f.Picked[i]
			}
		}
		at = end + between
	}
}

// choicesView puts the chosen word in brackets, so that it shows without colour.
func (f *Field) choicesView(st *theme.Styles, focused bool) string {
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

// choiceLine is a line of the choices of a field with Picked.
type choiceLine struct {
	from, to int    // range in Choices
	note     string // how many choices are out of sight above and below
}

// choiceLines breaks the choices into lines of w cells and gives the ones around
// the cursor: three, or two in a low form.
func (f *Field) choiceLines(w, h int) (rows []choiceLine) {
	at, cursor := 0, 0
	for i, c := range f.Choices {
		need := min(w, len("[x] ")+Width(c))
		if i == 0 || at+len("  ")+need > w {
			rows, at = append(rows, choiceLine{from: i}), -len("  ")
		}
		at += len("  ") + need
		rows[len(rows)-1].to = i + 1
		if i == f.Chosen {
			cursor = len(rows) - 1
		}
	}
	most := 3
	if h < 16 {
		most = 2
	}
	if len(rows) <= most {
		return rows
	}
	from := max(0, min(cursor-most/2, len(rows)-most))
	seen := slices.Clone(rows[from : from+most])
	if n := seen[0].from; n > 0 {
		seen[most-1].note = fmt.Sprintf("↑%d", n)
	}
	if n := len(f.Choices) - seen[most-1].to; n > 0 {
		seen[most-1].note = strings.TrimSpace(fmt.Sprintf("%s ↓%d", seen[most-1].note, n))
	}
	return seen
}

// pickedLine marks the picked choices with a cross and underlines the one under
// the cursor.
func (f *Field) pickedLine(st *theme.Styles, r choiceLine, w int, focused bool) string {
	parts := make([]string, 0, r.to-r.from)
	for i := r.from; i < r.to; i++ {
		box, style := "[ ] ", st.Muted
		if f.Picked[i] {
			box, style = "[x] ", st.Text
		}
		if focused && i == f.Chosen {
			style = st.AccentBold.Underline(true)
		}
		parts = append(parts, style.Render(Clip(box+f.Choices[i], w)))
	}
	return strings.Join(parts, "  ")
}
