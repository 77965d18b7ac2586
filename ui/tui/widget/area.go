package widget

import (
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"keydeck/ui/text"
	"keydeck/ui/tui/theme"
)

// Area is a text of several lines with the readline keys. A paste is inserted
// as text with its line breaks; it never triggers a key. Lines are not wrapped:
// the one with the cursor scrolls sideways.
type Area struct {
	Limit int // characters; 0: no limit

	lines    [][]rune
	row, col int
	top      int // first visible line
}

// NewArea makes an area that holds value, with the cursor at its start.
func NewArea(value string, limit int) *Area {
	a := &Area{Limit: limit}
	a.Set(value)
	return a
}

// Set replaces the text and puts the cursor at its start.
func (a *Area) Set(value string) {
	a.lines, a.row, a.col, a.top = [][]rune{nil}, 0, 0, 0
	a.insert(value)
	a.row, a.col = 0, 0
}

// Value is the text of the area.
func (a *Area) Value() string {
	lines := make([]string, len(a.lines))
	for i, l := range a.lines {
		lines[i] = string(l)
	}
	return strings.Join(lines, "\n")
}

// Size is the number of characters, line breaks included.
func (a *Area) Size() int {
	n := len(a.lines) - 1
	for _, l := range a.lines {
		n += len(l)
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
	l := a.lines[a.row]
	added := [][]rune{l[:a.col:a.col]}
	last := &added[0]
	room := len(s)
	if a.Limit > 0 {
		room = a.Limit - a.Size()
	}
	for _, r := range plainText(s) {
		if room <= 0 {
			break
		}
		if r == '\n' {
			added = append(added, nil)
			last = &added[len(added)-1]
		} else {
			*last = append(*last, r)
		}
		room--
		changed = true
	}
	tail := l[a.col:]
	a.col = len(*last)
	*last = append(*last, tail...)
	a.lines = slices.Replace(a.lines, a.row, a.row+1, added...)
	a.row += len(added) - 1
	return changed
}

// left moves the cursor a character back, unless it is at the start.
func (a *Area) left() (moved bool) {
	switch {
	case a.col > 0:
		a.col--
	case a.row > 0:
		a.row--
		a.col = len(a.lines[a.row])
	default:
		return false
	}
	return true
}

// delete removes the character at the cursor, which may be a line break.
func (a *Area) delete() (changed bool) {
	l := a.lines[a.row]
	switch {
	case a.col < len(l):
		a.lines[a.row] = append(l[:a.col:a.col], l[a.col+1:]...)
	case a.row < len(a.lines)-1:
		a.lines = slices.Replace(a.lines, a.row, a.row+2, slices.Concat(l, a.lines[a.row+1]))
	default:
		return false
	}
	return true
}

func (a *Area) edit(key string) (changed bool) {
	l := a.lines[a.row]
	last := len(a.lines) - 1
	switch key {
	case "enter":
		return a.insert("\n")
	case "left", "ctrl+b":
		a.left()
	case "right", "ctrl+f":
		if a.col < len(l) {
			a.col++
		} else if a.row < last {
			a.row, a.col = a.row+1, 0
		}
	case "up":
		a.row = max(0, a.row-1)
	case "down":
		a.row = min(last, a.row+1)
	case "pgup":
		a.row = max(0, a.row-10)
	case "pgdown":
		a.row = min(last, a.row+10)
	case "home", "ctrl+a":
		a.col = 0
	case "end", "ctrl+e":
		a.col = len(l)
	case "backspace", "ctrl+h":
		return a.left() && a.delete()
	case "delete", "ctrl+d":
		return a.delete()
	case "ctrl+u":
		a.lines[a.row], a.col = append([]rune(nil), l[a.col:]...), 0
		return true
	case "ctrl+k":
		a.lines[a.row] = l[:a.col:a.col]
		return true
	}
	a.col = min(a.col, len(a.lines[a.row]))
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
		l := a.lines[a.top+y]
		if a.top+y == a.row && focused {
			out[y] = cursorLine(st, l, a.col, w)
		} else {
			out[y] = st.Text.Render(Clip(text.Visible(string(l[:min(len(l), w+1)])), w))
		}
	}
	return strings.Join(out, "\n")
}
