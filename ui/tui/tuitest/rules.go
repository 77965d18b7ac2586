package tuitest

import (
	"image/color"
	"path"
	"slices"
	"strings"
	"sync"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"

	"keydeck/ui/text"
	"keydeck/ui/tui/shell"
	"keydeck/ui/tui/theme"
)

// Themes are all themes by name.
var Themes = map[string]*theme.Styles{
	"dark": theme.Dark(), "light": theme.Light(), "neutral": theme.Neutral(), "mono": theme.Mono(),
	"contrast-dark": theme.Contrast(true), "contrast-light": theme.Contrast(false),
}

// checkRules checks the rules that every drawing must keep. seen maps the words of
// earlier drawings to the names of their states.
func checkRules(t *testing.T, r *Rig, d *drawing, seen *sync.Map) {
	t.Helper()
	CheckFrame(t, d.frame, d.size)
	checkSelection(t, d)
	if len(r.Root.State().Overlays) == 0 {
		checkReadable(t, d)
	}
	checkDiffers(t, d, seen)
	checkThemes(t, r, d)
}

// CheckFrame checks that a frame fits its size and has no characters that are controls,
// change the reading direction or are invisible.
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
		if c := Invisible(l); c != 0 {
			t.Errorf("line %d has the character %U", i, c)
		}
	}
}

// Invisible is the first character of a line that shows nothing of its own, 0 for none. A
// joiner is none where text.Visible leaves it: between two emoji.
func Invisible(line string) rune {
	const joiner = "\u200d"
	plain := ansi.Strip(line)
	if strings.Count(text.Visible(plain), joiner) == strings.Count(plain, joiner) {
		plain = strings.ReplaceAll(plain, joiner, "")
	}
	i := strings.IndexFunc(plain, func(c rune) bool { return unicode.In(c, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp, unicode.Co) })
	if i < 0 {
		return 0
	}
	c, _ := utf8.DecodeRuneInString(plain[i:])
	return c
}

// checkSelection checks that the selected row has a mark, not just a colour.
func checkSelection(t *testing.T, d *drawing) {
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

// checkReadable checks that no word has the colour of lines, which is too faint to read.
func checkReadable(t *testing.T, d *drawing) {
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

// alike are the states that may look like another at that size: what sets them apart
// does not fit, or is on the screen anyway.
var alike = []string{"requests-columns-all 60x20", "requests-columns-all 80x24", "token-alone 60x20"}

// checkDiffers checks that no two states differ only in colours.
func checkDiffers(t *testing.T, d *drawing, seen *sync.Map) {
	t.Helper()
	if slices.Contains(alike, d.String()) {
		return
	}
	if other, ok := seen.LoadOrStore(d.words(), d.name); ok && other != d.name {
		t.Errorf("%v has the same words as %s", d, other)
	}
}

// checkThemes checks that every theme shows the same words, each in the theme's colour
// for the same role, and that mono has no colours. The others are drawn at 80x24 only.
func checkThemes(t *testing.T, r *Rig, d *drawing) {
	t.Helper()
	roles := make([][]rune, len(d.cells))
	for y, row := range d.cells {
		for x := range row {
			roles[y] = append(roles[y], row[x].role())
		}
	}
	for name, th := range Themes {
		if d.size != Sizes[0] && name != "mono" {
			continue
		}
		r.Root.State().Theme = th
		got := r.Root.View().Content
		if ansi.Strip(got) != d.words() {
			t.Errorf("%v has other words in %s:\n%s", d, name, ansi.Strip(got))
			continue
		}
		if name == "mono" {
			if c := Colours(got); len(c) > 0 {
				t.Errorf("mono has colours: %q", c)
			}
			continue
		}
		if y, x, ok := unlike(Cells(got, d.size), roles, th); ok {
			t.Errorf("%v: %s paints line %d, column %d in another colour than that of the role %c", d, name, y, x, roles[y][x])
		}
	}
}

// unlike finds a cell that does not have the theme's colour for its role.
func unlike(cells [][]Cell, letters [][]rune, th *theme.Styles) (y, x int, found bool) {
	colours := map[rune]color.Color{}
	for _, r := range roles {
		colours[r.letter] = r.style(th).GetForeground()
	}
	for y, row := range cells {
		for x := range row {
			if want, ok := colours[letters[y][x]]; ok && !sameColour(row[x].fg, want) {
				return y, x, true
			}
		}
	}
	return 0, 0, false
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

// missing lists words that a state may lack at a size because they do not fit or are
// put in another way. The keys are path.Match patterns for "state WxH".
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
	"*-hostile 60x20":            "家 家族 endl endlessen",
	"token-trace* 60x20":         "wrong kind algorithm",
	"token-expired 60x20":        "of kid",
	"token-over 60x20":           "of kid",
	"token-by-secret-* 60x20":    "that was typed",
	"token-milliseconds 60x20":   "signing key",
	"token-opened* 60x20":        "unknown whoever has the key can write plain plai with secret",
	"token-pair 60x20":           "alg HS256",
	"token-nested-payload 60x20": "alg HS256",
	"token-*nested 60x20":        "claim alg",
	"token-private 60x20":        "kid",
	"token-verdict 60x20":        "kid",
	"token-accepted 60x20":       "kid",
	"token-refused-* 60x20":      "sec",
	"token-* 60x20":              "danger broken warn clock good", // of the panes that are not shown
	"token 60x20":                "danger",
}

// checkContent compares a drawing with the one at 80x24. A larger window must have every
// word of that except side notes. A smaller one must have the title, the selection, good
// and bad news, and not many fewer rows.
func checkContent(t *testing.T, want, d *drawing) {
	t.Helper()
	have := ""
	for _, row := range d.own {
		for i := range row {
			have += strings.Trim(row[i].Text, " ")
		}
	}
	smaller := d.size.H < want.size.H
	oneOfSeveral := strings.HasPrefix(d.name, "token") // whose panes a small window shows one at a time
	if rows := want.rows() - 2*(want.size.H-d.size.H); smaller && d.rows() < rows && !oneOfSeveral {
		t.Errorf("%v has %d rows that are not empty, want at least %d", d, d.rows(), rows)
	}
	for _, word := range want.essentials(smaller) {
		if !contains(have, word) && !mayMiss(d, word) {
			t.Errorf("%v lacks %q", d, word)
		}
	}
}

// essentials are the words that a smaller or larger window must have too. A truncated
// word counts as the parts that are left of it. Pieces of tokens, which wrap anywhere,
// and untrusted text with escapes are left out.
func (d *drawing) essentials(smaller bool) (out []string) {
	for y, row := range d.own {
		title, chosen := y == 0, false
		words := wordsOf(row)
		for i, w := range words {
			marked := i > 0 && words[i-1].text == mark
			title = title && (i == 0 || w.gap < 2 || d.boxed)
			chosen = marked || chosen && w.gap < 2
			note, news := w.all("mf#"), w.all("owb")
			if !marked && !news && (note || smaller && !title && !chosen) {
				continue
			}
			for part := range strings.SplitSeq(w.text, "…") {
				part = strings.TrimFunc(part, func(c rune) bool { return !readable(c) })
				if strings.ContainsFunc(part, unicode.IsLetter) && !strings.Contains(part, `\`) && len(part) < 20 {
					out = append(out, part)
				}
			}
		}
	}
	return out
}

// contains reports whether have has the word, or a truncated form of it.
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
		if ok, _ := path.Match(pattern, d.String()); ok && slices.Contains(strings.Fields(words), word) {
			return true
		}
	}
	return false
}

// rows counts the rows that are not empty.
func (d *drawing) rows() (n int) {
	for _, row := range d.own {
		if len(wordsOf(row)) > 0 {
			n++
		}
	}
	return n
}
