package widget

import (
	"math"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"keydeck/ui/text"
	"keydeck/ui/tui/theme"
)

// Area is a text of several lines, each an Input. A paste is inserted as text with
// its line breaks; it never triggers a key. Lines are not wrapped: the one with the
// cursor scrolls sideways.
type Area struct {
	Limit int // characters; 0: no limit

	lines []Input
	row   int // of the cursor
	top   int // first visible line
}

// NewArea makes an area that holds value, with the cursor at its start.
func NewArea(value string, limit int) *Area {
	a := &Area{Limit: limit}
	a.Set(value)
	return a
}

// Set replaces the text and puts the cursor at its start.
func (a *Area) Set(value string) {
	a.lines, a.row, a.top = []Input{{}}, 0, 0
	a.insert(value)
	a.moveTo(0, 0)
}

// Value is the text of the area.
func (a *Area) Value() string {
	lines := make([]string, len(a.lines))
	for i := range a.lines {
		lines[i] = a.lines[i].Value()
	}
	return strings.Join(lines, "\n")
}

// Size is the number of characters, line breaks included.
func (a *Area) Size() int {
	n := len(a.lines) - 1
	for i := range a.lines {
		n += len(a.lines[i].value)
	}
	return n
}

// Update takes a key or a paste and reports whether the text has changed.
func (a *Area) Update(msg tea.Msg) (changed bool) {
	switch msg := msg.(type) {
	case tea.PasteMsg:
		return a.insert(msg.Content)
	case tea.KeyPressMsg:
		if isText(msg) {
			return a.insert(msg.Text)
		}
		return a.edit(msg.Keystroke())
	}
	return false
}

func (a *Area) insert(s string) (changed bool) {
	more := []rune(plainText(s))
	if a.Limit > 0 {
		more = more[:max(0, min(len(more), a.Limit-a.Size()))]
	}
	l := a.lines[a.row]
	parts := strings.Split(string(l.value[:l.pos])+string(more), "\n")
	added := make([]Input, len(parts))
	for i, part := range parts {
		value := []rune(part)
		added[i] = Input{value: value, pos: len(value)}
	}
	last := &added[len(added)-1]
	last.value = append(last.value, l.value[l.pos:]...)
	a.lines = slices.Replace(a.lines, a.row, a.row+1, added...)
	a.row += len(added) - 1
	return len(more) > 0
}

// moveTo puts the cursor before a character of a row, as far as there are so many.
func (a *Area) moveTo(row, pos int) {
	a.row = max(0, min(row, len(a.lines)-1))
	a.lines[a.row].pos = min(pos, len(a.lines[a.row].value))
}

// join appends the next row to that of the cursor.
func (a *Area) join() bool {
	l := &a.lines[a.row]
	l.value = slices.Concat(l.value, a.lines[a.row+1].value)
	a.lines = slices.Delete(a.lines, a.row+1, a.row+2)
	return true
}

func (a *Area) edit(key string) (changed bool) {
	l := &a.lines[a.row]
	first, last := a.row > 0 && l.pos == 0, a.row < len(a.lines)-1 && l.pos == len(l.value)
	rows := map[string]int{"up": -1, "down": 1, "pgup": -10, "pgdown": 10}[key]
	switch {
	case key == "enter":
		return a.insert("\n")
	case rows != 0:
		a.moveTo(a.row+rows, l.pos)
	case first && (key == "left" || key == "ctrl+b"):
		a.moveTo(a.row-1, math.MaxInt)
	case last && (key == "right" || key == "ctrl+f"):
		a.moveTo(a.row+1, 0)
	case first && (key == "backspace" || key == "ctrl+h"):
		a.moveTo(a.row-1, math.MaxInt)
		return a.join()
	case last && (key == "delete" || key == "ctrl+d"):
		return a.join()
	default:
		before := len(l.value)
		l.edit(key)
		return len(l.value) != before
	}
	return false
}

// View draws h lines of w cells. The line with the cursor is scrolled to show
// it; the others show their start.
func (a *Area) View(st *theme.Styles, w, h int, focused bool) string {
	top := min(a.top, a.row)
	if a.row >= top+h {
		top = a.row - h + 1
	}
	a.top = max(0, min(top, len(a.lines)-h))
	out := make([]string, h)
	for y := range min(h, len(a.lines)-a.top) {
		l := a.lines[a.top+y].value
		if a.top+y == a.row && focused {
			out[y] = cursorLine(st, l, a.lines[a.row].pos, w)
		} else {
			out[y] = st.Text.Render(Clip(text.Visible(string(l[:min(len(l), w+1)])), w))
		}
	}
	return strings.Join(out, "\n")
}
