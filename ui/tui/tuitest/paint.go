package tuitest

import (
	"image/color"
	"strings"

	"charm.land/lipgloss/v2"

	"keydeck/ui/tui/shell"
	"keydeck/ui/tui/theme"
)

// paints are the letters that stand for the roles of the palette in golden
// files, and where a theme keeps their colour.
var paints = []struct {
	Reply rune
	style func(*theme.Styles) lipgloss.Style
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

// The letters of a cell that has no role's colour.
const (
	plainCell    = 't'
	reversedCell = '#' // the text cursor, and what a search has found
	selectedGap  = '_' // the selected row, where nothing stands
)

// rolesTheme gives every role a colour that nothing else has, so that a frame
// drawn in it tells of each cell which role it is painted in.
var rolesTheme = theme.New(theme.Palette{
	Text: ink(1), Muted: ink(2), Faint: ink(3), Accent: ink(4), OK: ink(5), Warn: ink(6), Bad: ink(7), Claims: ink(8), Signature: ink(9), Selected: ink(99),
})

func ink(n uint8) color.Color { return color.RGBA{n, n, n, 255} }

// cell is what a terminal shows in one place.
type cell struct {
	Text          string
	fg, bg        color.Color
	bold, Reverse bool
}

func (c *cell) blank() bool { return strings.Trim(c.Text, " ") == "" }

// Cells are what a terminal of that size makes of a frame.
func Cells(frame string, size shell.Rect) [][]cell {
	canvas := lipgloss.NewCanvas(size.W, size.H).Compose(lipgloss.NewCompositor(lipgloss.NewLayer(frame)))
	rows := make([][]cell, size.H)
	for y := range rows {
		rows[y] = make([]cell, size.W)
		for x := range rows[y] {
			if c := canvas.CellAt(x, y); c != nil {
				rows[y][x] = cell{c.Content, c.Style.Fg, c.Style.Bg, c.Style.Attrs&boldBit != 0, c.Style.Attrs&reverseBit != 0}
			}
		}
	}
	return rows
}

// The bits of a cell's attributes, as the terminal model has them.
var boldBit, reverseBit = attrsOf(lipgloss.NewStyle().Bold(true)), attrsOf(lipgloss.NewStyle().Reverse(true))

func attrsOf(st lipgloss.Style) uint8 {
	return lipgloss.NewCanvas(1, 1).Compose(lipgloss.NewCompositor(lipgloss.NewLayer(st.Render("x")))).CellAt(0, 0).Style.Attrs
}

// roleOf is the letter of a cell that was drawn in rolesTheme.
func roleOf(c *cell) rune {
	switch {
	case c.Reverse:
		return reversedCell
	case c.blank() && sameColour(c.bg, rolesTheme.Selected):
		return selectedGap
	case c.blank():
		return ' '
	}
	for _, r := range paints {
		if sameColour(c.fg, r.style(rolesTheme).GetForeground()) {
			return r.Reply
		}
	}
	return plainCell
}

// painted writes down the role of every cell, a capital where it is bold.
func painted(rows [][]cell) string {
	var out strings.Builder
	for _, row := range rows {
		line := make([]rune, 0, len(row))
		for i := range row {
			letter := roleOf(&row[i])
			if row[i].bold && letter >= 'a' {
				letter += 'A' - 'a'
			}
			line = append(line, letter)
		}
		out.WriteString(strings.TrimRight(string(line), " ") + "\n")
	}
	return out.String()
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
