package tuitest

import (
	"fmt"
	"path"
	"slices"
	"strings"
	"sync"
	"testing"
	"unicode"

	"github.com/charmbracelet/x/ansi"

	"keydeck/ui/tui/shell"
	"keydeck/ui/tui/theme"
)

// Themes are all themes by name.
var Themes = map[string]*theme.Styles{
	"dark": theme.Dark(), "light": theme.Light(), "neutral": theme.Neutral(), "mono": theme.Mono(),
	"contrast-dark": theme.Contrast(true), "contrast-light": theme.Contrast(false),
}

// rules are what holds for every frame, whatever it shows.
type rules struct {
	sync.Mutex
	seen map[string]string // words of a frame: the state
}

func newRules() *rules { return &rules{seen: map[string]string{}} }

func (l *rules) check(t *testing.T, r *Rig, d *drawing) {
	t.Helper()
	CheckFrame(t, d.frame, d.size)
	marksSelection(t, d)
	if len(r.Root.State().Overlays) == 0 {
		readsWell(t, d)
	}
	l.differs(t, d)
	paintsAlike(t, r, d)
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

// marksSelection: the selected row has a mark, not a colour alone.
func marksSelection(t *testing.T, d *drawing) {
	t.Helper()
	for y, row := range d.cells {
		line, is := "", false
		for x := range row {
			line += row[x].Text
			is = is || sameColour(row[x].bg, rolesTheme.Selected)
		}
		if is && !strings.Contains(line, mark) {
			t.Errorf("line %d is selected by its colour alone: %q", y, line)
		}
	}
}

// readsWell: no word is in the colour of lines, which is too faint to be read.
func readsWell(t *testing.T, d *drawing) {
	t.Helper()
	for y, row := range d.cells {
		for x := range row {
			if row[x].role() == 'f' && strings.ContainsFunc(row[x].Text, readable) {
				t.Errorf("line %d has %q in the colour of lines", y, row[x].Text)
				break
			}
		}
	}
}

func readable(c rune) bool { return unicode.IsLetter(c) || unicode.IsDigit(c) }

// alike are the states that may look like another: what they show more has no
// room, or is there already.
var alike = []string{"requests-columns-all 60x20", "requests-columns-all 80x24", "token-alone 60x20"}

// differs: words tell every two states of a table apart, not colours alone.
func (l *rules) differs(t *testing.T, d *drawing) {
	t.Helper()
	if slices.Contains(alike, fmt.Sprintf("%s %dx%d", d.name, d.size.W, d.size.H)) {
		return
	}
	l.Lock()
	defer l.Unlock()
	if other, ok := l.seen[d.words()]; ok && other != d.name {
		t.Errorf("%s at %dx%d has the same words as %s", d.name, d.size.W, d.size.H, other)
	}
	l.seen[d.words()] = d.name
}

// paintsAlike: every theme says the same words, and paints each in its own colour
// of the same role, or, where it has no colours, in none. Colours are compared at
// 80x24.
func paintsAlike(t *testing.T, r *Rig, d *drawing) {
	t.Helper()
	for name, th := range Themes {
		if d.size != Sizes[0] && name != "mono" {
			continue
		}
		r.Root.State().Theme = th
		got := r.Root.View().Content
		if ansi.Strip(got) != d.words() {
			t.Errorf("%s has other words at %dx%d:\n%s", name, d.size.W, d.size.H, ansi.Strip(got))
			continue
		}
		if name == "mono" {
			if c := Colours(got); len(c) > 0 {
				t.Errorf("mono has colours: %q", c)
			}
			continue
		}
		for y, row := range Cells(got, d.size) {
			for x := range row {
				if want := styleOf(d.cells[y][x].role(), th); want != nil && !sameColour(row[x].fg, want.GetForeground()) {
					t.Errorf("%s paints %q at line %d, column %d in %v, want %v", name, row[x].Text, y, x, row[x].fg, want.GetForeground())
					return
				}
			}
		}
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

// missing are the words that states may lack at a size: they have no room there, or
// are said in another way. The keys are patterns of path.Match.
var missing = map[string]string{
	"lost 60x20":                 "connection",
	"private 60x20":              "shows",
	"private-request 140x40":     "following enter", // the details are beside the list
	"requests-utc 140x40":        "following",
	"requests-pane-large 140x40": "following",
	"requests-long 140x40":       "following more enter shows",
	"requests-hostile-* 140x40":  "more enter shows",
	"requests-utc 60x20":         "expired", // the details have the list's place
	"requests-pane-large 60x20":  "expired",
	"requests-stalled 60x20":     "searching",
	"help-requests 140x40":       "open", // a title that is on two lines at 80x24
	"revoke-several 140x40":      "and more",
	"overview 60x20":             "expires",
	"overview-further 60x20":     "dropped lost",
	"overview-* *":               "100/s 200/s",
	"members-many 60x20":         "person13@example.com",
	"rotate-hostile 60x20":       "Old ends",
	"*-hostile 60x20":            "家 endlessen",
	"token-trace* 60x20":         "wrong kind algorithm",
	"token-expired 60x20":        "of",
	"token-over 60x20":           "of",
	"token-by-secret-* 60x20":    "that was typed",
	"token-milliseconds 60x20":   "signing key",
	"token-opened* 60x20":        "nobody knows the key to plain plai with secret",
	"token-pair 60x20":           "alg HS256",
	"token-nested-payload 60x20": "alg HS256",
	"token-private-nested 60x20": "claim",
	"token-private 60x20":        "kid",
	"token-verdict 60x20":        "kid",
	"token-accepted 60x20":       "kid",
	"token-* 60x20":              "danger broken warn clock good", // of the panes that are not shown
	"token 60x20":                "danger",
}

// keepsContent: a larger window has every word of the golden file that is not a
// side note; a smaller one has the title, what is selected, whatever is good news
// or bad, and not many rows less. Words may be cut, and what
// is as long as a token's parts, or has an escape in it, is left out.
func keepsContent(t *testing.T, want, d *drawing) {
	t.Helper()
	have := ""
	for _, row := range d.own {
		for i := range row {
			have += strings.Trim(row[i].Text, " ")
		}
	}
	if rows := want.rows() - 2*(want.size.H-d.size.H); d.size.H < want.size.H && d.rows() < rows && !strings.HasPrefix(d.name, "token") { // whose panes are seen one at a time
		t.Errorf("at %dx%d %d rows are written, want at least %d", d.size.W, d.size.H, d.rows(), rows)
	}
	for y, row := range want.own {
		title, chosen := y == 0, false
		words := wordsOf(row)
		for i, w := range words {
			marked := i > 0 && words[i-1].text == mark
			title = title && (i == 0 || w.gap < 2 || want.boxed)
			chosen = marked || chosen && w.gap < 2
			told := !w.all("mf#")
			news := w.all("owb")
			if !marked && !news && (!told || d.size.W < want.size.W && !title && !chosen) {
				continue
			}
			for part := range strings.SplitSeq(w.text, "…") {
				part = strings.TrimFunc(part, func(c rune) bool { return !readable(c) })
				if strings.ContainsFunc(part, unicode.IsLetter) && !strings.Contains(part, `\`) && len(part) < 20 && !contains(have, part) && !mayMiss(d, part) {
					t.Errorf("at %dx%d %q is missing", d.size.W, d.size.H, part)
				}
			}
		}
	}
}

// contains finds a word, or the beginning of it where it is cut.
func contains(have, word string) bool {
	for cut := word; len(cut) >= 3; cut = cut[:len(cut)-1] {
		if strings.Contains(have, cut+"…") {
			return true
		}
	}
	return strings.Contains(have, word)
}

func mayMiss(d *drawing, word string) bool {
	for pattern, words := range missing {
		if ok, _ := path.Match(pattern, fmt.Sprintf("%s %dx%d", d.name, d.size.W, d.size.H)); ok && slices.Contains(strings.Fields(words), word) {
			return true
		}
	}
	return false
}

// rows are those with something on them.
func (d *drawing) rows() (n int) {
	for _, row := range d.own {
		if len(wordsOf(row)) > 0 {
			n++
		}
	}
	return n
}
