package tuitest

import (
	"slices"
	"strings"
	"testing"
	"unicode"

	"charm.land/lipgloss/v2"
	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/exp/golden"

	"keydeck/ui/tui/shell"
	"keydeck/ui/tui/theme"
)

var Sizes = []shell.Rect{{W: 60, H: 20}, {W: 80, H: 24}, {W: 140, H: 40}}

// themed is a theme under the name of its golden file.
type themed struct {
	Name   string
	Styles *theme.Styles
}

var FourThemes = []themed{{"dark", theme.Dark()}, {"light", theme.Light()}, {"neutral", theme.Neutral()}, {"mono", theme.Mono()}}

// trimRight keeps golden files free of trailing space; checkFrame has seen the
// full width.
func trimRight(s string) string {
	lines := strings.Split(s, "\n")
	for i := range lines {
		lines[i] = strings.TrimRight(lines[i], " ")
	}
	return strings.Join(lines, "\n") + "\n"
}

// CheckFrame holds a frame to its size, and to characters that a terminal draws
// where they stand: no controls, nothing that turns the reading direction, and
// nothing invisible.
func CheckFrame(t *testing.T, frame string, size shell.Rect) {
	t.Helper()
	lines := strings.Split(frame, "\n")
	if len(lines) != size.H {
		t.Errorf("the frame has %d lines, want %d", len(lines), size.H)
	}
	for i, l := range lines {
		if w := ansi.StringWidth(l); w > size.W {
			t.Errorf("line %d is %d cells wide, the window has %d: %q", i, w, size.W, l)
		}
		for _, c := range ansi.Strip(l) {
			if unicode.In(c, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp, unicode.Co) {
				t.Errorf("line %d has the character %U", i, c)
			}
		}
	}
}

// checkPaint holds a frame in rolesTheme to what colour may do: the selected row
// has a mark too, and no word is in the colour of lines, except in what lies
// under an overlay.
func checkPaint(t *testing.T, r *Rig, drawn [][]cell) {
	t.Helper()
	for y, row := range drawn {
		line, selected := "", false
		for x := range row {
			c := &row[x]
			line += c.Text
			selected = selected || sameColour(c.bg, rolesTheme.Selected)
			if roleOf(c) == 'f' && len(r.Root.State().Overlays) == 0 && strings.IndexFunc(c.Text, readable) >= 0 {
				t.Errorf("line %d has %q in the colour of lines, which is too faint to be read", y, c.Text)
				break
			}
		}
		if selected && !strings.Contains(line, "▌") {
			t.Errorf("line %d is selected by its colour alone: %q", y, line)
		}
	}
}

func readable(c rune) bool { return unicode.IsLetter(c) || unicode.IsDigit(c) }

// paintedAlike draws the state in every theme and checks that each says the same
// words and paints every one of them in its own colour of the same role, or,
// where it has no colours, in none.
func paintedAlike(t *testing.T, r *Rig, frame string, drawn [][]cell) {
	t.Helper()
	size, words := r.Root.State().Size, ansi.Strip(frame)
	for _, th := range AllThemes {
		if size != rolesFor && !slices.Contains(everySize, th.Name) {
			continue
		}
		r.Root.State().Theme = th.Styles
		got := r.Root.View().Content
		if ansi.Strip(got) != words {
			t.Errorf("%s has other words at %dx%d:\n%s", th.Name, size.W, size.H, ansi.Strip(got))
			continue
		}
		if th.Name == "mono" {
			if c := Colours(got); len(c) > 0 {
				t.Errorf("mono has colours: %q", c)
			}
		}
		if size != rolesFor {
			continue
		}
		for y, row := range Cells(got, size) {
			for x := range row {
				if want := colourOf(roleOf(&drawn[y][x]), th.Styles); want != nil && !sameColour(row[x].fg, want.GetForeground()) {
					t.Errorf("%s paints %q at line %d, column %d in %v, want %v", th.Name, row[x].Text, y, x, row[x].fg, want.GetForeground())
					return
				}
			}
		}
	}
}

// colourOf is the style of a role, nil for a letter that is none's.
func colourOf(letter rune, th *theme.Styles) *lipgloss.Style {
	for _, r := range paints {
		if r.Reply == letter {
			st := r.style(th)
			return &st
		}
	}
	return nil
}

// ThemesAgree pins the colours of a screen in each theme, and that no theme
// changes a word: what is told by colour is told by text too.
func ThemesAgree(t *testing.T, prefix string, themes []themed, o Options, reach func(*Rig)) {
	t.Helper()
	plain := ""
	for _, th := range themes {
		t.Run(prefix+th.Name, func(t *testing.T) {
			var got string
			Run(t, o, func(r *Rig) {
				reach(r)
				r.Root.State().Theme = th.Styles
				got = r.Root.View().Content
			})
			golden.RequireEqual(t, got)
			if plain == "" {
				plain = ansi.Strip(got)
			}
			if ansi.Strip(got) != plain {
				t.Errorf("%s has other words than dark:\n%s", th.Name, ansi.Strip(got))
			}
		})
	}
}

// Colours are the parameters of every SGR sequence in s that are not weight,
// dimming, underline, reverse or reset.
func Colours(s string) (out []string) {
	for part := range strings.SplitSeq(s, "\x1b[") {
		params, _, ok := strings.Cut(part, "m")
		if !ok {
			continue
		}
		for p := range strings.SplitSeq(params, ";") {
			switch p {
			case "", "0", "1", "2", "4", "7", "22", "24", "27":
			default:
				if strings.Trim(p, "0123456789") == "" {
					out = append(out, p)
				}
			}
		}
	}
	return out
}

var (
	rolesFor = shell.Rect{W: 80, H: 24}

	everySize = []string{"dark", "light", "mono"} // the other themes are drawn at 80x24
)

var (
	AllThemes = append(slices.Clone(FourThemes), themed{"contrast-dark", theme.Contrast(true)}, themed{"contrast-light", theme.Contrast(false)})
)
