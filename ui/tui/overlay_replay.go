package tui

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"keydeck/model"
	"keydeck/server/client"
	"keydeck/ui/tui/text"
	"keydeck/ui/tui/widget"
)

// replay sends a request of the log to this server again, with another key:
// one that was issued in this session, one that is pasted, or none. It shows
// the answer.
type replay struct {
	*desk
	record model.RequestRecord
	pick   int           // 0 to len(held)-1: a key; then: a header that is typed; then: nothing
	header *widget.Input // a whole Authorization header value
	sent   heldKey
	got    *client.Replayed
	lines  []string // of the answer, made visible
	offset int
	err    string
	sendQ  question[client.Replayed]
}

func newReplay(d *desk, r model.RequestRecord) *replay {
	return &replay{desk: d, record: r, header: widget.NewInput("", "paste an Authorization header's value", model.MaxHeaderBytes)}
}

func (p *replay) Title() string    { return "Send again" }
func (p *replay) width(r Rect) int { return min(r.W, 76) }
func (p *replay) pasting() bool    { return p.pick == len(p.held) }
func (p *replay) Typing() bool     { return p.got == nil && p.pasting() }

func (p *replay) Update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case answer[client.Replayed]:
		if p.sendQ.take(msg) {
			p.answered(msg.value, msg.err)
		}
	case tea.PasteMsg:
		if p.got == nil {
			p.pick = len(p.held)
			p.header.Update(msg)
		}
	case tea.KeyPressMsg:
		p.move(msg)
	}
	return nil
}

func (p *replay) move(k tea.KeyPressMsg) {
	key := k.Keystroke()
	if p.got != nil {
		switch key {
		case "up", "k":
			p.offset--
		case "down", "j":
			p.offset++
		}
		p.offset = max(0, min(p.offset, len(p.lines)-1))
		return
	}
	switch {
	case key == "up", key == "k" && !p.Typing():
		p.pick = max(0, p.pick-1)
	case key == "down", key == "tab", key == "j" && !p.Typing():
		p.pick = min(len(p.held)+1, p.pick+1)
	case p.Typing():
		p.header.Update(k)
	}
}

func (p *replay) Commands() []Command {
	leave := func() tea.Cmd { p.close(); return nil }
	if p.got != nil {
		record := ""
		if p.got.Header.Get("X-Request-Id") == "" {
			record = "the answer does not say which record is its own"
		}
		return []Command{
			{ID: "replay.close", Title: "close", Short: "close", Key: on("esc", "q"), Run: leave},
			{ID: "replay.again", Title: "send with another key", Short: "another key", Key: on("R"), Run: func() tea.Cmd { p.got, p.offset = nil, 0; return nil }},
			{ID: "replay.record", Title: "go to its record", Short: "its record", Key: on("enter"), Disabled: record, Run: p.toRecord},
			{ID: "replay.scroll", Title: "scroll", Short: "scroll", Key: on("j/k")},
		}
	}
	busy := ""
	switch {
	case p.sendQ.waiting:
		busy = "it is on its way"
	case p.pasting() && strings.TrimSpace(p.header.Value()) == "":
		busy = "nothing was pasted"
	}
	return []Command{
		{ID: "replay.close", Title: "cancel", Short: "cancel", Key: on("esc"), Run: leave},
		{ID: "replay.choose", Title: "choose what it is sent with", Short: "choose", Key: on("up", "down", "tab")},
		{ID: "replay.send", Title: "send it", Short: "send", Key: on("enter"), Disabled: busy, Run: p.send},
	}
}

func (p *replay) send() tea.Cmd {
	header := ""
	switch {
	case p.pick < len(p.held):
		p.sent = p.held[p.pick]
		header = p.sent.authorizationFor(p.record.Path)
	case p.pasting():
		p.sent, header = heldKey{}, strings.TrimSpace(p.header.Value())
	default:
		p.sent = heldKey{}
	}
	method, path := p.record.Method, p.record.Path
	p.err = ""
	return ask(p.desk, p, &p.sendQ, func(ctx context.Context) (client.Replayed, error) {
		return p.client.Replay(ctx, method, path, header)
	})
}

// answered makes the answer fit to be shown: its headers and its body are
// whatever the server put there.
func (p *replay) answered(got client.Replayed, err error) {
	if err != nil {
		p.err = words(err)
		return
	}
	p.holdToken(p.record.Path, got)
	p.got, p.offset, p.lines = &got, 0, nil
	for _, name := range slices.Sorted(headerNames(got.Header)) {
		p.lines = append(p.lines, text.Visible(name+": "+strings.Join(got.Header[name], ", ")))
	}
	p.lines = append(p.lines, "")
	for l := range strings.SplitSeq(strings.ReplaceAll(string(got.Body), "\r\n", "\n"), "\n") {
		p.lines = append(p.lines, text.Visible(l))
	}
}

func headerNames(h http.Header) func(func(string) bool) {
	return func(yield func(string) bool) {
		for name := range h {
			if !yield(name) {
				return
			}
		}
	}
}

func (p *replay) toRecord() tea.Cmd {
	p.close()
	p.landOn(p.sent, *p.got)
	return nil
}

func (p *replay) View(r Rect) string {
	st := p.th
	lines := []string{st.Bold.Render(widget.Clip(p.record.Method+" "+p.record.Path, r.W)), ""}
	if p.got != nil {
		return strings.Join(append(lines, p.answerLines(r)...), "\n")
	}
	lines = append(lines, st.Muted.Render("It is sent to this server, with:"))
	row := func(i int, body string) {
		mark := "  "
		if i == p.pick {
			mark = st.Accent.Render("▌ ")
		}
		lines = append(lines, mark+body)
	}
	for i, k := range p.held {
		row(i, st.Text.Render(widget.Clip("API key "+k.name, r.W-4)))
	}
	row(len(p.held), p.headerView(r.W-4))
	row(len(p.held)+1, st.Text.Render("no credential"))
	switch {
	case p.sendQ.waiting:
		lines = append(lines, "", st.Muted.Render("Sending…"))
	case p.err != "":
		lines = append(lines, "", st.Bad.Render("× "+p.err))
	case len(p.held) == 0:
		lines = append(lines, "", st.Muted.Render(widget.Clip("Keys that are issued while the dashboard is open are listed here too.", r.W)))
	}
	return strings.Join(lines, "\n")
}

// headerView shows that something was pasted, not what.
func (p *replay) headerView(w int) string {
	n := len([]rune(p.header.Value()))
	if n == 0 {
		return p.header.View(p.th, w, p.pasting())
	}
	return p.th.Text.Render(strings.Repeat("•", min(n, w-20)) + fmt.Sprintf(" %s", text.Plural(n, "character", "characters")))
}

func (p *replay) answerLines(r Rect) []string {
	st := p.th
	style := st.OK
	if p.got.Status >= 400 {
		style = st.Bad
	}
	lines := make([]string, 0, len(p.lines)+1)
	lines = append(lines, style.Render(strings.TrimSpace(fmt.Sprintf("%d %s", p.got.Status, http.StatusText(p.got.Status))))+
		st.Muted.Render(" in "+text.Took(p.got.Took.Microseconds())))
	if p.stored.Private {
		return append(lines, "", st.Muted.Render("Headers and body are hidden while the dashboard is private."))
	}
	for _, l := range p.lines[p.offset:] {
		lines = append(lines, widget.Wrap(orElse(l, " "), r.W)...)
	}
	return lines
}
