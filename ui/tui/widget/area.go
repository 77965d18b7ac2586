package widget

import (
	"slices"
	"strings"
	"unicode"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"keydeck/ui/text"
	"keydeck/ui/tui/theme"
)

// Area is a text of several lines with the readline keys. A paste goes in as
// text, with its line breaks, and never does anything else. Lines are not
// wrapped: the one with the cursor is scrolled sideways.
type Area struct {
	Limit int // characters; 0: no limit

	lines    [][]rune
	row, col int
	top      int // first line that is seen
}

// NewArea makes an area that holds value, the cursor at its beginning.
func NewArea(value string, limit int) *Area {
	a := &Area{Limit: limit}
	a.Set(value)
	return a
}

// Set replaces the text and puts the cursor at its beginning.
func (a *Area) Set(value string) {
	a.lines, a.row, a.col, a.top = [][]rune{nil}, 0, 0, 0
	a.insert(value)
	a.row, a.col = 0, 0
}

// Value is what stands in the area.
func (a *Area) Value() string {
	var out strings.Builder
	for i, l := range a.lines {
		if i > 0 {
			out.WriteByte('\n')
		}
		out.WriteString(string(l))
	}
	return out.String()
}

// Size is how many characters stand in the area, line breaks included.
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
		if msg.Text != "" && msg.Mod&(tea.ModCtrl|tea.ModAlt) == 0 {
			return a.insert(msg.Text)
		}
		return a.edit(msg.Keystroke())
	}
	return false
}

func (a *Area) insert(s string) (changed bool) {
	l := a.lines[a.row]
	added := [][]rune{l[:a.col:a.col]} // what is put in is copied, and the lines below are moved once
	last := &added[0]
	room := len(s)
	if a.Limit > 0 {
		room = a.Limit - a.Size()
	}
	for _, r := range strings.NewReplacer("\r\n", "\n", "\r", "\n", "\t", " ").Replace(s) {
		if room <= 0 {
			break
		}
		switch {
		case r == '\n':
			added = append(added, nil)
			last = &added[len(added)-1]
		case unicode.IsControl(r) || r == unicode.ReplacementChar:
			continue
		default:
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

// split breaks the line at the cursor.
func (a *Area) split() {
	l := a.lines[a.row]
	a.lines = slices.Replace(a.lines, a.row, a.row+1, l[:a.col:a.col], slices.Clone(l[a.col:]))
	a.row, a.col = a.row+1, 0
}

// join puts the line below behind the present one.
func (a *Area) join() {
	l := slices.Concat(a.lines[a.row], a.lines[a.row+1])
	a.lines = slices.Concat(a.lines[:a.row], [][]rune{l}, a.lines[a.row+2:])
}

func (a *Area) edit(key string) (changed bool) {
	l := a.lines[a.row]
	last := len(a.lines) - 1
	switch key {
	case "enter":
		if a.Limit > 0 && a.Size() >= a.Limit {
			return false
		}
		a.split()
		return true
	case "left", "ctrl+b":
		if a.col > 0 {
			a.col--
		} else if a.row > 0 {
			a.row--
			a.col = len(a.lines[a.row])
		}
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
		switch {
		case a.col > 0:
			a.lines[a.row] = append(l[:a.col-1:a.col-1], l[a.col:]...)
			a.col--
		case a.row > 0:
			a.row--
			a.col = len(a.lines[a.row])
			a.join()
		default:
			return false
		}
		return true
	case "delete", "ctrl+d":
		switch {
		case a.col < len(l):
			a.lines[a.row] = append(l[:a.col:a.col], l[a.col+1:]...)
		case a.row < last:
			a.join()
		default:
			return false
		}
		return true
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

// View draws h lines of w cells, so that the cursor shows; of the others the
// beginning.
func (a *Area) View(st *theme.Styles, w, h int, focused bool) string {
	top := min(a.top, a.row)
	if a.row >= top+h {
		top = a.row - h + 1
	}
	a.top = max(0, min(top, len(a.lines)-h))
	out := make([]string, 0, h)
	for i := a.top; i < len(a.lines) && len(out) < h; i++ {
		if i != a.row || !focused {
			l := a.lines[i][:min(len(a.lines[i]), w+1)]
			out = append(out, st.Text.Render(Clip(text.Visible(string(l)), w)))
			continue
		}
		out = append(out, cursorLine(st, a.lines[i], a.col, w))
	}
	for len(out) < h {
		out = append(out, "")
	}
	return strings.Join(out, "\n")
}

// cursorLine draws a line in w cells, scrolled so that the cursor shows.
func cursorLine(st *theme.Styles, l []rune, col, w int) string {
	from := max(0, col-w) // no character takes less than a cell, but for marks
	before := text.Visible(string(l[from:col]))
	at, after := " ", ""
	if col < len(l) {
		at = text.Visible(string(l[col : col+1]))
		after = text.Visible(string(l[col+1 : min(len(l), col+1+w)]))
	}
	room := w - Width(at)
	if have := Width(before); have > room || from > 0 {
		before = "…" + ansi.TruncateLeft(before, max(0, have-room+1), "")
	}
	return st.Text.Render(before) + st.Cursor.Render(at) + st.Text.Render(ansi.Truncate(after, max(0, room-Width(before)), "…"))
}
