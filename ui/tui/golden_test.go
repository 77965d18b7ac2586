package tui

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode"

	tea "charm.land/bubbletea/v2"
	"charm.land/lipgloss/v2"
	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/exp/golden"

	"keydeck/ui/tui/theme"
)

// The golden files: testdata/TestGolden holds one for each state of states, with
// the words of the screen at every size, and at 80x24 the role of every cell (see
// paints) below them. The roles stand for all themes: paintedAlike checks in each
// theme, at each size, that the same words are painted in the colours that the
// theme has for these roles. So a change of a colour shows in TestThemes only,
// and a change of a screen reads as one.

var (
	sizes    = []Rect{{60, 20}, {80, 24}, {140, 40}}
	rolesFor = Rect{80, 24}

	everySize = []string{"dark", "light", "mono"} // the other themes are drawn at 80x24
)

// themed is a theme under the name of its golden file.
type themed struct {
	name   string
	styles *theme.Styles
}

var (
	fourThemes = []themed{{"dark", theme.Dark()}, {"light", theme.Light()}, {"neutral", theme.Neutral()}, {"mono", theme.Mono()}}
	allThemes  = append(slices.Clone(fourThemes), themed{"contrast-dark", theme.Contrast(true)}, themed{"contrast-light", theme.Contrast(false)})
)

// TestGolden compares every state with its golden file (go test ./ui/tui -run
// TestGolden/name -update writes it) and holds every drawing of it to the rules.
func TestGolden(t *testing.T) {
	var seen lookalikes
	for _, st := range states {
		t.Run(st.name, func(t *testing.T) {
			t.Parallel()
			var words, paint strings.Builder
			for _, size := range sizes {
				opts := st.opts
				opts.w, opts.h = size.W, size.H
				run(t, opts, func(r *rig) {
					st.walk(r)
					r.root.th = rolesTheme
					frame := r.root.View().Content
					drawn := cells(frame, size)
					checkFrame(t, frame, size)
					checkPaint(t, r, drawn)
					seen.check(t, st.name, size, ansi.Strip(frame))
					fmt.Fprintf(&words, "──── %dx%d\n%s", size.W, size.H, trimRight(ansi.Strip(frame)))
					if size == rolesFor {
						fmt.Fprintf(&paint, "──── %dx%d, roles\n%s", size.W, size.H, painted(drawn))
					}
					paintedAlike(t, r, frame, drawn)
				})
			}
			golden.RequireEqual(t, words.String()+paint.String())
		})
	}
}

// trimRight keeps golden files free of trailing space; checkFrame has seen the
// full width.
func trimRight(s string) string {
	lines := strings.Split(s, "\n")
	for i := range lines {
		lines[i] = strings.TrimRight(lines[i], " ")
	}
	return strings.Join(lines, "\n") + "\n"
}

// checkFrame holds a frame to its size, and to characters that a terminal draws
// where they stand: no controls, nothing that turns the reading direction, and
// nothing invisible.
func checkFrame(t *testing.T, frame string, size Rect) {
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
func checkPaint(t *testing.T, r *rig, drawn [][]cell) {
	t.Helper()
	for y, row := range drawn {
		line, selected := "", false
		for x := range row {
			c := &row[x]
			line += c.text
			selected = selected || sameColour(c.bg, rolesTheme.Selected)
			if roleOf(c) == 'f' && len(r.root.overlays) == 0 && strings.IndexFunc(c.text, readable) >= 0 {
				t.Errorf("line %d has %q in the colour of lines, which is too faint to be read", y, c.text)
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
func paintedAlike(t *testing.T, r *rig, frame string, drawn [][]cell) {
	t.Helper()
	size, words := r.root.size, ansi.Strip(frame)
	for _, th := range allThemes {
		if size != rolesFor && !slices.Contains(everySize, th.name) {
			continue
		}
		r.root.th = th.styles
		got := r.root.View().Content
		if ansi.Strip(got) != words {
			t.Errorf("%s has other words at %dx%d:\n%s", th.name, size.W, size.H, ansi.Strip(got))
			continue
		}
		if th.name == "mono" {
			if c := colours(got); len(c) > 0 {
				t.Errorf("mono has colours: %q", c)
			}
		}
		if size != rolesFor {
			continue
		}
		for y, row := range cells(got, size) {
			for x := range row {
				if want := colourOf(roleOf(&drawn[y][x]), th.styles); want != nil && !sameColour(row[x].fg, want.GetForeground()) {
					t.Errorf("%s paints %q at line %d, column %d in %v, want %v", th.name, row[x].text, y, x, row[x].fg, want.GetForeground())
					return
				}
			}
		}
	}
}

// colourOf is the style of a role, nil for a letter that is none's.
func colourOf(letter rune, th *theme.Styles) *lipgloss.Style {
	for _, r := range paints {
		if r.letter == letter {
			st := r.style(th)
			return &st
		}
	}
	return nil
}

// lookalikes finds states that only colour tells apart: no two of the table may
// have the same words, at any size.
type lookalikes struct {
	sync.Mutex
	names map[string]string
}

// alike are the exceptions: what these show more than their neighbours has no
// room, or is there already.
var alike = []string{"requests-columns-all 60x20", "requests-columns-all 80x24", "token-alone 60x20"}

func (l *lookalikes) check(t *testing.T, name string, size Rect, words string) {
	t.Helper()
	if slices.Contains(alike, fmt.Sprintf("%s %dx%d", name, size.W, size.H)) {
		return
	}
	l.Lock()
	defer l.Unlock()
	if other, ok := l.names[words]; ok && other != name {
		t.Errorf("%s at %dx%d has the same words as %s", name, size.W, size.H, other)
	}
	if l.names == nil {
		l.names = map[string]string{}
	}
	l.names[words] = name
}

// themesAgree pins the colours of a screen in each theme, and that no theme
// changes a word: what is told by colour is told by text too.
func themesAgree(t *testing.T, prefix string, themes []themed, o rigOptions, reach func(*rig)) {
	t.Helper()
	plain := ""
	for _, th := range themes {
		t.Run(prefix+th.name, func(t *testing.T) {
			var got string
			run(t, o, func(r *rig) {
				reach(r)
				r.root.th = th.styles
				got = r.root.View().Content
			})
			golden.RequireEqual(t, got)
			if plain == "" {
				plain = ansi.Strip(got)
			}
			if ansi.Strip(got) != plain {
				t.Errorf("%s has other words than dark:\n%s", th.name, ansi.Strip(got))
			}
		})
	}
}

// TestThemes pins the colours of one busy screen in every theme.
func TestThemes(t *testing.T) {
	themesAgree(t, "", allThemes, rigOptions{signedIn: true, furnish: oneProject}, func(r *rig) {
		r.keys("3")
		r.wait(time.Second)
		r.keys("up", "enter")
	})
}

// colours are the parameters of every SGR sequence in s that are not weight,
// dimming, underline, reverse or reset.
func colours(s string) (out []string) {
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

func TestStatesAreWords(t *testing.T) {
	run(t, rigOptions{signedIn: true, furnish: oneProject, Options: Options{Environ: []string{"NO_COLOR=yes"}}}, func(r *rig) {
		r.send(tea.BackgroundColorMsg{})
		if got := colours(r.root.View().Content); len(got) > 0 {
			t.Errorf("NO_COLOR=yes, yet there are colours: %q", got)
		}
		r.sees("expired", "revoked", "never", "41 d", "2 d")
	})
}

func TestTooSmall(t *testing.T) {
	run(t, rigOptions{signedIn: true, furnish: oneProject, w: 48, h: 12}, func(r *rig) {
		r.sees("needs 60x18", "this is 48x12")
		r.send(tea.WindowSizeMsg{Width: 80, Height: 24})
		r.sees("Credentials")
	})
}
