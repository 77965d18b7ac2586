package requests

import (
	"cmp"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"

	"charm.land/lipgloss/v2"

	"keydeck/model"
	"keydeck/server/client"
	"keydeck/ui/text"
	"keydeck/ui/tui/shell"
	"keydeck/ui/tui/widget"
)

func (p *replay) View(r shell.Rect) string {
	head := p.sh.Theme().Bold.Render(widget.Clip(p.record.Method+" "+p.record.Path, r.W))
	if p.response != nil {
		return strings.Join(append([]string{head}, p.answerLines(r)...), "\n")
	}
	lines := []string{head}
	from, rows, airy := p.layout(r)
	if airy {
		lines = append(lines, "")
	}
	for i := from; i < from+rows; i++ {
		lines = append(lines, p.senderLine(i, r.W))
	}
	if airy {
		lines = append(lines, "")
	}
	return strings.Join(append(lines, p.preview(r.W)...), "\n")
}

// layout is which senders are visible, and whether there is room for empty lines
// around them.
func (p *replay) layout(r shell.Rect) (from, rows int, airy bool) {
	n, below := len(p.senders), len(p.preview(r.W))
	airy = r.H >= 1+n+below+2
	rows = n
	if !airy {
		rows = max(1, min(n, r.H-1-below))
	}
	return max(0, min(p.list.Cursor-rows/2, n-rows)), rows, airy
}

func (p *replay) senderLine(i, w int) string {
	st, s := p.sh.Theme(), p.senders[i]
	mark := "  "
	if i == p.list.Cursor {
		mark = st.Accent.Render("▌ ")
	}
	if s.paste {
		return mark + p.headerView(w-2, i == p.list.Cursor)
	}
	room := w - 4 - widget.Width(s.hint)
	return mark + st.Text.Render(widget.Left(widget.Clip(s.label, room), room)) + "  " + st.Muted.Render(s.hint)
}

// headerView hides what was pasted.
func (p *replay) headerView(w int, focused bool) string {
	n := len([]rune(p.header.Value()))
	if n == 0 {
		return p.header.View(p.sh.Theme(), w, focused)
	}
	return p.sh.Theme().Text.Render(strings.Repeat("•", min(n, w-20)) + " " + text.Plural(n, "character", "characters"))
}

// preview says what will be sent, or how sending failed.
func (p *replay) preview(w int) (lines []string) {
	st := p.sh.Theme()
	add := func(style lipgloss.Style, s string) {
		for _, l := range widget.Wrap(s, w) {
			lines = append(lines, style.Render(l))
		}
	}
	s := p.selected()
	req := p.prepare(s)
	switch {
	case p.call.Pending:
		add(st.Muted, "Sending…")
		return lines
	case p.err != "":
		add(st.Bad, "× "+p.err)
		return lines
	case s.paste && strings.TrimSpace(p.header.Value()) == "":
		if req.access.NoneReason() != "" {
			add(st.Muted, "This route takes no credential.")
		} else {
			add(st.Muted, "This route takes "+model.Article(req.access.Kinds())+".")
		}
		return lines
	}
	add(st.Muted, "Will send (without a query string, which the log does not keep):")
	if req.sessionPath != "" {
		add(st.Text, "  first POST "+req.sessionPath+" with the pair")
	}
	for _, h := range req.headers {
		add(st.Text, "  "+text.Visible(h[0]+": "+h[1]))
	}
	if len(req.headers) == 0 {
		add(st.Text, "  no credential")
	}
	for _, warning := range req.warnings(cmp.Or(req.presented.Kind, s.kind)) {
		add(st.Warn, "! "+warning)
	}
	return lines
}

func (p *replay) answerLines(r shell.Rect) []string {
	st := p.sh.Theme()
	style, mark := st.OK, "✓ "
	if p.response.Status >= http.StatusBadRequest {
		style, mark = st.Bad, "× "
	}
	status := strings.TrimSpace(fmt.Sprintf("%d %s", p.response.Status, http.StatusText(p.response.Status)))
	lines := make([]string, 0, len(p.lines)+2)
	lines = append(lines, style.Render(mark+status)+st.Muted.Render(" in "+text.Took(p.response.Took.Microseconds())))
	if p.sh.Prefs().Private {
		return append(lines, "", st.Muted.Render("Headers and body are hidden while the dashboard is private."))
	}
	lines = append(lines, "")
	for _, l := range p.lines[p.scroll.First(len(p.lines), 1):] {
		if !p.shown {
			l = text.MaskSecrets(l)
		}
		for _, part := range widget.Wrap(cmp.Or(l, " "), r.W) {
			lines = append(lines, st.Text.Render(part))
		}
	}
	return lines
}

// cleanAnswer is a response made visible: the start of its body, then its headers.
func cleanAnswer(got client.Replayed) (lines []string) {
	if body := strings.TrimRight(strings.ReplaceAll(string(got.Body), "\r\n", "\n"), "\n"); body != "" {
		for l := range strings.SplitSeq(body, "\n") {
			lines = append(lines, text.Visible(l))
		}
		lines = append(lines, "")
	}
	for _, name := range slices.Sorted(maps.Keys(got.Header)) {
		lines = append(lines, text.Visible(name+": "+strings.Join(got.Header[name], ", ")))
	}
	return lines
}
