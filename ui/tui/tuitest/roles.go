package tuitest

import (
	"image/color"
	"slices"
	"strings"

	"charm.land/lipgloss/v2"

	"keydeck/ui/tui/shell"
	"keydeck/ui/tui/theme"
)

// roles are the roles of the palette: the letter that golden files use, and the style
// that has the colour.
var roles = []struct {
	letter rune
	style  func(*theme.Styles) lipgloss.Style
}{
	{'t', func(s *theme.Styles) lipgloss.Style { return s.Text }},
	{'m', func(s *theme.Styles) lipgloss.Style { return s.Muted }},
	{'f', func(s *theme.Styles) lipgloss.Style { return s.Faint }},
	{'a', func(s *theme.Styles) lipgloss.Style { return s.Accent }},
	{'o', func(s *theme.Styles) lipgloss.Style { return s.OK }},
	{'w', func(s *theme.Styles) lipgloss.Style { return s.Warn }},
	{'b', func(s *theme.Styles) lipgloss.Style { return s.Bad }},
	{'c', func(s *theme.Styles) lipgloss.Style { return s.Claims }},
	{'s', func(s *theme.Styles) lipgloss.Style { return s.Signature }},
}

// The letters of cells without the colour of a role.
const (
	plain    = 't'
	reversed = '#' // the text cursor, or a search match
	selected = '_' // a blank on the selected row
	empty    = ' '
)

// rolesTheme gives each role a colour of its own, so that a frame drawn in it tells the
// role of each cell.
var rolesTheme = theme.New(theme.Palette{
	Text: ink(1), Muted: ink(2), Faint: ink(3), Accent: ink(4), OK: ink(5), Warn: ink(6), Bad: ink(7), Claims: ink(8), Signature: ink(9), Selected: ink(99),
})

func ink(n uint8) color.Color { return color.RGBA{n, n, n, 255} }

// Cell is one cell of a terminal.
type Cell struct {
	Text       string // empty in the second half of a wide character
	Reverse    bool
	bold, line bool // line: underlined
	fg, bg     color.Color
}

// Cells renders a frame on a terminal of that size and returns its rows.
func Cells(frame string, size shell.Rect) [][]Cell {
	canvas := lipgloss.NewCanvas(size.W, size.H).Compose(lipgloss.NewCompositor(lipgloss.NewLayer(frame)))
	rows := make([][]Cell, size.H)
	for y := range rows {
		rows[y] = make([]Cell, size.W)
		for x := range rows[y] {
			if c := canvas.CellAt(x, y); c != nil {
				rows[y][x] = Cell{c.Content, c.Style.Attrs&reverseBit != 0, c.Style.Attrs&boldBit != 0, c.Style.Underline != 0, c.Style.Fg, c.Style.Bg}
			}
		}
	}
	return rows
}

// The canvas's attribute bits for bold and reverse.
var boldBit, reverseBit = attrsOf(lipgloss.NewStyle().Bold(true)), attrsOf(lipgloss.NewStyle().Reverse(true))

func attrsOf(st lipgloss.Style) uint8 {
	return lipgloss.NewCanvas(1, 1).Compose(lipgloss.NewCompositor(lipgloss.NewLayer(st.Render("x")))).CellAt(0, 0).Style.Attrs
}

// role is the letter of a cell drawn in rolesTheme.
func (c *Cell) role() rune {
	onSelected := sameColour(c.bg, rolesTheme.Selected)
	switch {
	case c.Reverse:
		return reversed
	case strings.Trim(c.Text, " ") == "" && onSelected:
		return selected
	case strings.Trim(c.Text, " ") == "":
		return empty
	}
	for _, r := range roles {
		if sameColour(c.fg, r.style(rolesTheme).GetForeground()) {
			return r.letter
		}
	}
	return plain
}

// word is a run of cells between blanks, with the role of each cell: its letter, a
// capital if the cell is bold, underlined if the cell is.
type word struct {
	text     string
	roles    []string
	gap      int  // blank cells before it
	selected bool // the gap has the background of the selected row
}

// all reports whether every cell has one of these roles, bold or not.
func (w *word) all(letters string) bool {
	return strings.Trim(strings.ToLower(strings.Join(w.roles, "")), letters+underline) == ""
}

const underline = "\u0332"

// wordsOf splits a row into words. The mark of a selected row is a word of its own.
func wordsOf(row []Cell) []word {
	var out []word
	gap, onSelected, open := 0, false, false
	for i := range row {
		c := &row[i]
		letter := c.role()
		if letter == empty || letter == selected {
			if c.Text == "" { // of the wide character before it
				continue
			}
			gap, onSelected, open = gap+1, letter == selected, false
			continue
		}
		if c.bold && letter >= 'a' {
			letter += 'A' - 'a'
		}
		if !open || c.Text == mark {
			out = append(out, word{gap: gap, selected: onSelected})
		}
		w := &out[len(out)-1]
		w.text += c.Text
		role := string(letter)
		if c.line {
			role += underline
		}
		w.roles = append(w.roles, role)
		gap, onSelected, open = 0, false, c.Text != mark
	}
	return out
}

// mark begins the selected row.
const mark = "▌"

// rolesOf writes the roles of a row: one letter for each word, or one for each cell if
// the word has several roles. Words less than two cells apart form a column and are
// written together, as one letter if all are the same. Between columns is a space, or _
// on the selected row.
func rolesOf(row []Cell) string {
	var out strings.Builder
	column := make([]string, 0, len(row))
	for i, w := range wordsOf(row) {
		if i > 0 && w.gap >= 2 {
			out.WriteString(same(column))
			column = column[:0]
			if w.selected {
				out.WriteRune(selected)
			} else {
				out.WriteRune(empty)
			}
		}
		column = append(column, same(w.roles))
	}
	out.WriteString(same(column))
	if n := len(row); n > 0 && row[n-1].role() == selected {
		out.WriteRune(selected)
	}
	return out.String()
}

// same gives one role if all are the same, otherwise all of them.
func same(roles []string) string {
	if len(roles) > 0 && !slices.ContainsFunc(roles, func(r string) bool { return r != roles[0] }) {
		return roles[0]
	}
	return strings.Join(roles, "")
}

func sameColour(a, b color.Color) bool {
	if none := noColour(a); none || noColour(b) {
		return none == noColour(b)
	}
	r, g, bl, _ := a.RGBA()
	r2, g2, bl2, _ := b.RGBA()
	return r == r2 && g == g2 && bl == bl2
}

func noColour(c color.Color) bool {
	_, none := c.(lipgloss.NoColor)
	return c == nil || none
}
