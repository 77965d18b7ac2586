package tokens

import (
	"strings"
	"time"

	"charm.land/lipgloss/v2"

	"keydeck/model"
	"keydeck/model/inspect/verdict"
	"keydeck/ui/text"
	"keydeck/ui/tui/shell"
	"keydeck/ui/tui/theme"
	"keydeck/ui/tui/tokens/reading"
	"keydeck/ui/tui/widget"
)

func (s *screen) View(r shell.Rect) string {
	switch {
	case s.editor != nil:
		return s.editor.View(r)
	case s.decodeCall.Pending:
		return shell.LoadingView(s.sh, "Decoding the token")
	case s.token == nil && s.typing:
		return s.inputLine(r.W) + "\n\n" + strings.Join(shell.NoteLines(s.sh, min(70, r.W-2),
			"A JWT, an API key, a session key, or a whole Authorization header. It is decoded as you type."), "\n")
	case s.token == nil:
		return shell.EmptyView(s.sh, "Paste a token here",
			"A JWT, an API key, a session key, a curl line, a whole Authorization header: it is decoded on this machine. Nothing is sent anywhere until you press enter to ask this server.",
			"e", "makes a token of your own to sign and try")
	}
	lines, frames := s.headLines(r), s.layout()
	if s.single() {
		lines = append(lines, s.paneTabs(r.W))
	}
	drawn := make([][]string, len(frames))
	for i, f := range frames {
		drawn[i] = s.drawPane(f)
	}
	for y := len(lines); y < r.H; y++ {
		line, at := "", 0
		for i, f := range frames {
			if y < f.y || y >= f.y+f.h {
				continue
			}
			line += strings.Repeat(" ", max(0, f.x-at)) + drawn[i][y-f.y]
			at = f.x + f.w
		}
		lines = append(lines, line)
	}
	return strings.Join(lines, "\n")
}

func (s *screen) inputLine(w int) string {
	st := s.sh.Theme()
	return st.Accent.Render("▌") + st.Muted.Render("type  ") + s.input.View(st, w-9, true)
}

// headLines are the verdict and the lifetime, above the panes.
func (s *screen) headLines(r shell.Rect) []string {
	st := s.sh.Theme()
	var lines []string
	if s.typing {
		lines = append(lines, s.inputLine(r.W))
	}
	if n := len(s.outer); n > 0 {
		const out = " goes back to it"
		origin := widget.Clip(s.token.Origin, r.W-1-2*n-len("; esc")-len(out))
		lines = append(lines, " "+st.Accent.Render(strings.Repeat("→ ", n))+st.Muted.Render(origin+"; ")+st.Key.Render("esc")+st.Muted.Render(out))
	}
	lines = append(lines, s.verdictLines(r.W)...)
	if r.H >= 15 {
		lines = append(lines, s.lifetimeLines(r.W)...)
	}
	if r.H >= 30 {
		lines = append(lines, "")
	}
	return lines
}

// verdictLines are the verdict and the clock, and below them the reason and the kind of
// token.
func (s *screen) verdictLines(w int) []string {
	st, v := s.sh.Theme(), s.verdict()
	second := " " + st.Text.Render(v.Why())
	if len(v.Parts) == 0 {
		second = " " + st.Key.Render("enter") + st.Muted.Render(" "+s.enterHint())
	}
	kind := st.Muted.Render(s.token.Kind()) + " "
	if widget.Width(second)+widget.Width(kind)+2 > w {
		kind = ""
	}
	return []string{s.verdictLine(v, w), widget.Ends(second, kind, w)}
}

// verdictLine has as much of the verdict and the clock as there is room for, the
// verdict's word always.
func (s *screen) verdictLine(v verdict.Verdict, w int) string {
	st := s.sh.Theme()
	for _, try := range []struct {
		kid   int // cells for the key's id
		brief bool
	}{{13, false}, {13, true}, {9, true}, {0, true}} {
		left := " " + gradeStyle(st, v.Grade).Bold(true).Render(strings.ToUpper(string(v.Word))) + st.Text.Render(v.Detail+signature(v, try.kid))
		right := s.renderClock(s.context().Clock(s.token, try.brief))
		if right != "" {
			right = "  " + right + " "
		}
		if widget.Width(left)+widget.Width(right) <= w || try.kid == 0 {
			return widget.Ends(left, right, w)
		}
	}
	return ""
}

// signature says after the verdict's word what made the signature, with the key's id in
// so many cells. In the second place either the id or the key has to do.
func signature(v verdict.Verdict, kid int) string {
	second := v.Word != verdict.Verified && v.Signed(v.KeyID) != ""
	if second && v.KeyID != "" || v.Key == "" {
		v.Key, kid = "", max(kid, 9)
	}
	signed := v.Signed(widget.ClipMiddle(v.KeyID, kid))
	if second {
		return ", signature VERIFIED" + signed
	}
	return signed
}

// enterHint says what enter does.
func (s *screen) enterHint() string {
	m := s.selected()
	switch {
	case m != nil && m.Nested != nil && !s.typing && m.Nested.Where == "":
		return "opens " + m.Nested.Name
	case m != nil && m.Nested != nil && !s.typing:
		return "opens the token " + m.Nested.Where
	case s.token.Encrypted():
		return "decrypts it with a key, a password or a shared secret"
	case s.verifier.kind == withServer:
		return "asks this server, v chooses another key"
	}
	return "verifies it with " + s.verifier.describe()
}

func (s *screen) renderClock(c reading.Clock) (out string) {
	style := gradeStyle(s.sh.Theme(), c.Grade)
	if c.Label != "" {
		out = s.sh.Theme().Muted.Render(c.Label)
	}
	if c.Word != "" {
		out += style.Bold(true).Render(c.Word)
	}
	if c.Rest != "" {
		out += style.Render(c.Rest)
	}
	return out
}

// lifetimeLines draw where now is between the issue and the expiry of the token, with
// both times below. There are none for times that make no sense in seconds: every
// verifier sees others.
func (s *screen) lifetimeLines(w int) []string {
	now := s.sh.Now()
	c := s.token.Clocks(now)
	begin, word := c.IssuedAt, "issued"
	if begin == nil {
		begin, word = c.NotBefore, "begins"
	}
	end := c.ExpiresAt
	if begin == nil || end == nil || !begin.At.Before(end.At) || !begin.AsSeconds.IsZero() || !end.AsSeconds.IsZero() {
		return nil
	}
	const label = 9
	st, span := s.sh.Theme(), w-2*label-4
	part := float64(now.UnixMilli()-begin.At.UnixMilli()) / float64(max(1, end.At.UnixMilli()-begin.At.UnixMilli()))
	at := min(max(int(part*float64(span-1)), 0), span-1)
	var line string
	switch empty := st.Faint.Render("├" + strings.Repeat("─", max(0, span-4)) + "┤"); {
	case part < 0:
		line = st.Warn.Render("▲ ") + empty
	case part >= 1:
		line = empty + st.Bad.Render(" ▲")
	default:
		bar := st.OK
		if s.verdict().Grade == verdict.Bad {
			bar = st.Muted
		}
		line = st.Muted.Render("├") + bar.Render(strings.Repeat("━", at)+"▲") + st.Faint.Render(strings.Repeat("─", max(0, span-at-3))) + st.Muted.Render("┤")
	}
	left, right := s.moment(begin.At), s.moment(end.At)
	leftW, rightW := widget.Width(left), widget.Width(right)
	below := widget.Ends(left, right, span)
	switch {
	case leftW+rightW >= span: // as far as below the word
		below = widget.Ends(left, right, span+label)
	case at > leftW+1 && at+4 < span-rightW:
		below = left + strings.Repeat(" ", at-leftW) + "now" + strings.Repeat(" ", max(0, span-at-3-rightW)) + right
	}
	return []string{
		" " + st.Muted.Render(widget.Left(word, label-1)) + line + st.Muted.Render(" expires"),
		strings.Repeat(" ", label) + st.Muted.Render(widget.Clip(below, w-label)),
	}
}

// paneTabs names the panes if one is seen at a time.
func (s *screen) paneTabs(w int) string {
	st, out := s.sh.Theme(), ""
	for p := range paneCount {
		style := st.Muted
		if p == s.focus {
			style = st.AccentBold.Underline(true)
		}
		out += " " + style.Render(paneTitles[p]) + " "
	}
	return widget.Ends(out, st.Muted.Render("tab ›")+" ", w)
}

func gradeStyle(st *theme.Styles, g verdict.Grade) lipgloss.Style {
	return []lipgloss.Style{st.Text, st.OK, st.Warn, st.Bad}[g]
}

// partStyle is the colour of a part of the token, alike wherever it stands.
func partStyle(st *theme.Styles, p reading.Part) lipgloss.Style {
	return []lipgloss.Style{st.Text, st.Accent, st.Claims, st.Signature}[p]
}

// paneStyle is the colour of a pane's title.
func paneStyle(st *theme.Styles, p pane) lipgloss.Style {
	return partStyle(st, [paneCount]reading.Part{paneHeader: reading.HeaderPart, paneClaims: reading.ClaimsPart, paneVerdict: reading.SignaturePart}[p])
}

// drawPane draws a pane in its frame.
func (s *screen) drawPane(f frame) []string {
	r := s.rows(f.pane, f.w)
	first, h := s.firstRow(f), f.h-1
	out := []string{s.paneTitle(f, first, r.n)}
	for i := first; i < min(r.n, first+h); i++ {
		out = append(out, widget.Left(r.at(i), f.w))
	}
	for len(out) < f.h {
		out = append(out, strings.Repeat(" ", f.w))
	}
	return out
}

// paneTitle is the line above a pane: its name, and how many of its n rows are seen.
func (s *screen) paneTitle(f frame, first, n int) string {
	st, focused, right := s.sh.Theme(), f.pane == s.focus, ""
	if seen := f.h - 1; n > seen {
		right = " " + st.Muted.Render(text.Count(int64(min(n, first+seen)))+" of "+text.Count(int64(n)))
	}
	style := paneStyle(st, f.pane).Bold(true).Underline(focused && !s.single())
	return titleLine(st, style.Render(paneTitles[f.pane]), focused, right, f.w)
}

// titleLine is the line above a part of the screen.
func titleLine(st *theme.Styles, title string, focused bool, right string, w int) string {
	mark := " "
	if focused {
		mark = st.Accent.Render("▌")
	}
	rule := w - 3 - widget.Width(title) - widget.Width(right)
	return mark + title + " " + st.Faint.Render(strings.Repeat("─", max(0, rule))) + right + " "
}

// moment is an instant as the user wants times shown.
func (s *screen) moment(t time.Time) string {
	if s.sh.Prefs().Time == shell.TimeAgo {
		return model.Distance(t, s.sh.Now())
	}
	return s.date(t)
}

// date is moment, but never how far away it is.
func (s *screen) date(t time.Time) string {
	if s.sh.Prefs().Time == shell.TimeUTC {
		return inUTC(t, s.sh.Now())
	}
	return text.Moment(t, s.sh.Now())
}

func inUTC(t, now time.Time) string { return text.Moment(t, now.UTC()) + " UTC" }

// momentIn is an instant in w cells: the date and how far away it is, the preferred one
// first, and in the other time zone if there is room.
func (s *screen) momentIn(t time.Time, w int) string {
	order := []string{s.date(t), model.Distance(t, s.sh.Now())}
	other := inUTC(t, s.sh.Now())
	switch s.sh.Prefs().Time {
	case shell.TimeUTC:
		other = text.Moment(t, s.sh.Now()) + " here"
	case shell.TimeAgo:
		order[0], order[1] = order[1], order[0]
	}
	out := strings.Join(order, ", ")
	if longer := out + " (" + other + ")"; widget.Width(longer) <= w {
		return longer
	}
	return widget.Clip(out, w)
}
