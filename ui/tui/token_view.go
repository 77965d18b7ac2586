package tui

import (
	"strings"
	"time"

	"charm.land/lipgloss/v2"

	"keydeck/model"
	"keydeck/model/inspect"
	"keydeck/ui/tui/text"
	"keydeck/ui/tui/widget"
)

// tokenHead is the rows above what scrolls: the input, the verdict, its reason,
// and a space.
const tokenHead = 4

func (s *tokenScreen) View(r Rect) string {
	if s.empty() && !s.typing {
		return emptyView(s.desk, "Paste a token here",
			"A JWT, an API key, a session key, or a whole Authorization header: it is taken apart on this machine. Nothing is sent anywhere until you press Enter; then this server says what it thinks of it.",
			"e", "types one instead")
	}
	st := s.th
	input := " " + st.Muted.Render("token  ")
	if s.typing {
		input = st.Accent.Render("▌") + st.Muted.Render("token  ") + s.input.View(st, r.W-10, true)
	} else {
		input += st.Text.Render(s.shownInput(r.W - 10))
	}
	verdict, why := s.verdictLines(r.W)
	lines := s.content(r.W)
	from := max(0, min(s.offset, s.lastOffset(r)))
	to := min(len(lines), from+r.H-tokenHead)
	shown := lines[from:to]
	if to < len(lines) && len(shown) > 0 {
		shown = append(shown[:len(shown)-1:len(shown)-1], st.Muted.Render(" "+text.Plural(len(lines)-to+1, "more line", "more lines")+", j scrolls"))
	}
	return strings.Join(append([]string{input, verdict, why, ""}, shown...), "\n")
}

func (s *tokenScreen) lastOffset(r Rect) int {
	return max(0, len(s.content(r.W))-(r.H-tokenHead))
}

// verdictLines is the word at the top, and the sentence below it. Only the
// server verifies, so before it has answered the word is NOT VERIFIED whatever
// the token looks like.
func (s *tokenScreen) verdictLines(w int) (verdict, why string) {
	st := s.th
	line := func(style lipgloss.Style, word, right string) string {
		return widget.Ends(" "+style.Bold(true).Render(word), right+" ", w)
	}
	kind := st.Muted.Render(s.kindWords())
	switch in := s.verdict; {
	case s.askQ.waiting:
		return line(st.Warn, "NOT VERIFIED", kind), " " + st.Muted.Render("asking the server…")
	case s.problem != "":
		return line(st.Warn, "NOT VERIFIED", kind), " " + st.Bad.Render("the server could not be asked: "+s.problem)
	case in == nil:
		return line(st.Warn, "NOT VERIFIED", kind), " " + st.Key.Render("enter") + st.Muted.Render(" asks this server what it thinks")
	case !in.Valid:
		return line(st.Bad, "REFUSED by this server", st.Muted.Render(text.Kind(in.Kind))), " " + st.Text.Render(s.refusal(in))
	case in.ExpiresAt != nil && !s.at.Before(in.ExpiresAt.Time):
		return line(st.Bad, "EXPIRED", st.Muted.Render(text.Kind(in.Kind))), " " + st.Text.Render("it was accepted when it was asked about; its time ended "+text.AgoWords(in.ExpiresAt.Time, s.at))
	}
	left := st.Muted.Render("no expiry")
	if e := s.verdict.ExpiresAt; e != nil {
		left = st.Text.Render("expires in " + text.Span(e.Sub(s.at)))
	}
	return line(st.OK, "ACCEPTED by this server", left), " " + st.Text.Render(widget.Clip(s.whose(s.verdict), w-2))
}

// kindWords says what the token is by its shape. A token that names no algorithm
// has the shape of a signed one.
func (s *tokenScreen) kindWords() string {
	if s.token.Kind == inspect.KindJWS && strings.EqualFold(s.token.Algorithm, "none") {
		return "unsigned token (alg none)"
	}
	return s.token.Kind.Description()
}

func (s *tokenScreen) refusal(in *model.Inspection) string {
	why := orElse(text.Why(in.Reason, in.Kind), in.Message)
	switch {
	case in.RevokedAt != nil:
		why += ", " + text.AgoWords(in.RevokedAt.Time, s.at)
	case in.Reason == model.ReasonExpired && in.ExpiresAt != nil:
		why += ", " + text.AgoWords(in.ExpiresAt.Time, s.at)
	}
	return why
}

// whose says what it is and whom it stands for.
func (s *tokenScreen) whose(in *model.Inspection) string {
	out := text.Kind(in.Kind)
	if in.CredentialName != nil {
		out += " of " + *in.CredentialName
	}
	if in.AccountID != nil {
		out += ", account " + *in.AccountID
	}
	if in.ProjectID != nil {
		for _, p := range s.projects {
			if p.ID == *in.ProjectID {
				out += ", project " + p.Name
			}
		}
	}
	return out
}

// content is everything below the verdict.
func (s *tokenScreen) content(w int) []string {
	var lines []string
	add := func(block string) {
		if block != "" {
			lines = append(lines, strings.Split(block, "\n")...)
			lines = append(lines, "")
		}
	}
	add(s.lifeline(w))
	if left := 50; w >= 110 && len(s.header) > 0 {
		add(widget.Beside(s.members("Header", s.header, left), s.members("Claims", s.claims, w-left-4), left, 2))
	} else {
		add(s.members("Header", s.header, w-2))
		add(s.members("Claims", s.claims, w-2))
	}
	add(s.serverView(w))
	add(s.keyView(w))
	add(s.findings(w))
	if n := len(lines); n > 0 {
		lines = lines[:n-1]
	}
	return lines
}

// lifeline is the life of the token as a picture: where now is between issued
// and expires.
func (s *tokenScreen) lifeline(w int) string {
	if s.token.Kind != inspect.KindJWS {
		return ""
	}
	c := s.token.Clocks(s.at)
	start := c.IssuedAt
	if start == nil {
		start = c.NotBefore
	}
	if start == nil || c.ExpiresAt == nil || !start.At.Before(c.ExpiresAt.At) {
		return " " + s.th.Muted.Render("by its own clock: ") + s.clockWord(c.Verdict)
	}
	st := s.th
	const label = 9
	span := min(w, 100) - 2*label - 4 - max(0, len(c.Verdict)-label) // the word stands behind it, below
	part := float64(s.at.Sub(start.At)) / float64(c.ExpiresAt.At.Sub(start.At))
	pos := int(part * float64(span-1))
	line := st.Muted.Render("├")
	switch {
	case pos < 0:
		line = st.Warn.Render("▲ ") + st.Faint.Render("├"+strings.Repeat("─", span-2)+"┤")
	case pos >= span-1:
		line = st.Faint.Render("├"+strings.Repeat("─", span-2)+"┤") + st.Bad.Render(" ▲")
	default:
		line += st.OK.Render(strings.Repeat("━", pos)+"▲") + st.Faint.Render(strings.Repeat("─", max(0, span-pos-2))) + st.Muted.Render("┤")
	}
	left, right := text.Moment(start.At, s.at), text.Moment(c.ExpiresAt.At, s.at)
	under := widget.Ends(left, right, span+1)
	return " " + st.Muted.Render(widget.Left("issued", label-2)) + " " + line + st.Muted.Render(" expires") + "\n" +
		strings.Repeat(" ", label-1) + st.Muted.Render(under) + "  " + s.clockWord(c.Verdict)
}

func (s *tokenScreen) clockWord(v inspect.Verdict) string {
	switch v {
	case inspect.VerdictActive:
		return s.th.OK.Render(string(v))
	case inspect.VerdictNoExpiry:
		return s.th.Warn.Render(string(v))
	}
	return s.th.Bad.Render(string(v))
}

// members lists a part in the order of the text; instants are said in words,
// and tick.
func (s *tokenScreen) members(heading string, list []member, w int) string {
	if len(list) == 0 || w <= 0 {
		return ""
	}
	rows := make([][2]string, len(list))
	for i, m := range list {
		value := m.value
		if m.at != nil {
			value = text.Moment(*m.at, s.at) + ", " + distance(*m.at, s.at)
		}
		rows[i] = [2]string{widget.Clip(m.name, 18), value}
	}
	return widget.Indent(pairs(s.desk, w-1, heading, rows), 1)
}

// distance says how far an instant is from now.
func distance(t, now time.Time) string {
	if d := t.Sub(now); d > 0 {
		return "in " + text.Span(d)
	}
	return text.Span(now.Sub(t)) + " ago"
}

// serverView is what the server knows beyond the verdict.
func (s *tokenScreen) serverView(w int) string {
	in := s.verdict
	if in == nil {
		return ""
	}
	str := func(p *string) string {
		if p == nil {
			return ""
		}
		return *p
	}
	at := func(t *model.Time) string {
		if t == nil {
			return ""
		}
		return text.Moment(t.Time, s.at) + ", " + distance(t.Time, s.at)
	}
	var rows [][2]string
	for _, r := range [][2]string{
		{"kind", text.Kind(in.Kind)}, {"credential", str(in.CredentialName)}, {"hint", str(in.CredentialHint)}, {"id", str(in.CredentialID)},
		{"signed by", str(in.KID)}, {"project", str(in.ProjectID)}, {"user", str(in.UserID)}, {"scopes", strings.Join(in.Scopes, " ")},
		{"last used", at(in.LastUsedAt)}, {"expires", at(in.ExpiresAt)}, {"revoked", at(in.RevokedAt)},
	} {
		if r[1] != "" {
			rows = append(rows, r)
		}
	}
	return widget.Indent(pairs(s.desk, w-2, "This server", rows), 1)
}

// keyView is what an API key shows of itself.
func (s *tokenScreen) keyView(w int) string {
	k := s.token.APIKey
	if k == nil {
		return ""
	}
	check := map[inspect.Checksum]string{
		inspect.ChecksumGood:  "good: it was not mistyped, which proves nothing more",
		inspect.ChecksumWrong: "wrong: there is a typing error in it",
		inspect.ChecksumNone:  "none: its length or its alphabet is wrong",
	}[k.Checksum]
	rows := [][2]string{{"key", text.Visible(k.Masked)}, {"check", check}}
	if k.AccountID != "" {
		rows = append(rows, [2]string{"account", text.Visible(k.AccountID)})
	}
	return widget.Indent(pairs(s.desk, w-2, "API key", rows), 1)
}

// findings lists what keeps the token from being read and what deserves a
// second look, the worst first; the severity is a word.
func (s *tokenScreen) findings(w int) string {
	st := s.th
	var lines []string
	add := func(style lipgloss.Style, word, what, reference string) {
		for i, l := range widget.Wrap(text.Visible(what), w-12) {
			head := strings.Repeat(" ", 8)
			if i == 0 {
				head = style.Render(widget.Left(word, 8))
			}
			lines = append(lines, "   "+head+st.Text.Render(l))
		}
		if reference != "" {
			last := len(lines) - 1
			if ref := "  " + reference; widget.Width(lines[last])+widget.Width(ref) <= w {
				lines[last] += st.Muted.Render(ref)
			}
		}
	}
	for _, p := range s.token.Problems {
		add(st.Bad, "broken", p.String(), "")
	}
	for _, level := range []struct {
		severity inspect.Severity
		style    lipgloss.Style
	}{{inspect.Danger, st.Bad}, {inspect.Warn, st.Warn}, {inspect.Note, st.Muted}} {
		for _, f := range s.token.Findings {
			if f.Severity == level.severity {
				add(level.style, string(f.Severity), f.Text, f.Reference)
			}
		}
	}
	if s.token.Kind == inspect.KindJWS {
		for _, h := range s.token.Clocks(s.at).Hints {
			add(st.Warn, "clock", h, "")
		}
	}
	if len(lines) == 0 {
		return ""
	}
	return " " + st.Heading.Render("Findings") + "\n" + strings.Join(lines, "\n")
}
