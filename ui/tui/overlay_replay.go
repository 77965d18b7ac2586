package tui

import (
	"context"
	"net/http"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"keydeck/model"
	"keydeck/server/client"
	"keydeck/ui/tui/widget"
)

// replay sends a request of the log to this server again, with another
// credential (sender.go), in the way that its route takes it (ways.go). It says
// what it will send, and shows the answer.
type replay struct {
	*desk
	record  model.RequestRecord
	senders []sender
	list    widget.Table // of the senders
	header  *widget.Input
	sent    heldKey
	got     *client.Replayed
	lines   []string // of the answer, made visible
	shown   bool     // secrets in the answer are
	offset  int
	err     string
	sendQ   question[client.Replayed]
}

// replayPatience is how long an answer may take. Of one that does not end, such
// as the live log, what came by then is shown.
const replayPatience = 5 * time.Second

func newReplay(d *desk, r model.RequestRecord) *replay {
	p := &replay{desk: d, record: r, header: widget.NewInput("", "paste a key, a token or a whole header", model.MaxHeaderBytes)}
	p.senders, p.list.Cursor = senders(d, takingOf(r.Path))
	return p
}

func (p *replay) Title() string    { return "Send again" }
func (p *replay) width(r Rect) int { return min(r.W, 76) }
func (p *replay) picked() sender   { return p.senders[p.list.Cursor] }
func (p *replay) Typing() bool     { return p.got == nil && p.picked().paste }

func (p *replay) Update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case answer[client.Replayed]:
		if p.sendQ.take(msg) {
			p.answered(msg.value, msg.err)
		}
	case tea.PasteMsg:
		if p.got == nil {
			p.list.Cursor = len(p.senders) - 2 // where a paste goes
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
		case "home":
			p.offset = 0
		}
		p.offset = max(0, min(p.offset, len(p.lines)-1))
		return
	}
	switch {
	case key == "up", key == "k" && !p.Typing():
		p.pick(p.list.Cursor - 1)
	case key == "down", key == "tab", key == "j" && !p.Typing():
		p.pick(p.list.Cursor + 1)
	case p.Typing():
		p.header.Update(k)
	}
}

func (p *replay) pick(i int) { p.list.Move(i, len(p.senders), len(p.senders)) }

func (p *replay) Commands() []Command {
	leave := func() tea.Cmd { p.close(); return nil }
	if p.got != nil {
		record, show := "", "show"
		if p.got.Header.Get("X-Request-Id") == "" {
			record = "the answer does not say which record is its own"
		}
		if p.shown {
			show = "hide"
		}
		return []Command{
			{ID: "replay.close", Title: "close", Short: "close", Key: on("esc", "q"), Run: leave},
			{ID: "replay.record", Title: "go to its record", Short: "its record", Key: on("enter"), Disabled: record, Run: p.toRecord},
			{ID: "replay.again", Title: "send with something else", Short: "send again", Key: on("R"), Run: p.anew},
			{ID: "replay.show", Title: show + " the secrets in it", Short: show, Key: on("v"), Run: func() tea.Cmd { p.shown = !p.shown; return nil }},
			{ID: "replay.scroll", Title: "scroll", Short: "scroll", Key: on("j/k")},
		}
	}
	return []Command{
		{ID: "replay.close", Title: "cancel", Short: "cancel", Key: on("esc"), Run: leave},
		{ID: "replay.choose", Title: "choose what it is sent with", Short: "choose", Key: on("up", "down", "tab")},
		{ID: "replay.send", Title: "send it", Short: "send", Key: on("enter"), Disabled: p.unready(), Run: p.send},
	}
}

// unready says why it cannot be sent now.
func (p *replay) unready() string {
	s := p.picked()
	switch {
	case p.sendQ.waiting:
		return "it is on its way"
	case s.paste && strings.TrimSpace(p.header.Value()) == "":
		return "nothing was pasted"
	}
	ship := p.ship(s)
	if w, ok := ship.take.ways[ship.with.kind]; ok && w == wayAccount && ship.with.account == "" {
		return "the account id is not known: choose a project, or paste ABC123:sk_…"
	}
	return ""
}

func (p *replay) anew() tea.Cmd {
	p.got, p.offset, p.shown = nil, 0, false
	return nil
}

// send sends it, after a question where it changes something.
func (p *replay) send() tea.Cmd {
	if !changes(p.record.Method) {
		return p.deliver()
	}
	lines := []string{p.record.Method + " " + p.record.Path + " changes something at this server, and cannot be taken back."}
	if p.record.Method != http.MethodDelete {
		lines = append(lines, "It goes without a body: the log keeps none.")
	}
	p.openGuarded(newConfirm(p.desk, "Send it again?", lines, "send it", p.deliver))
	return nil
}

func (p *replay) deliver() tea.Cmd {
	ship, service := p.ship(p.picked()), p.service()
	project := p.projectFor(ship.key)
	p.err, p.sent = "", heldKey{}
	if ship.key != nil {
		p.sent = *ship.key
	}
	return ask(p.desk, p, &p.sendQ, func(ctx context.Context) (client.Replayed, error) {
		ctx, cancel := context.WithTimeout(ctx, replayPatience)
		defer cancel()
		return ship.send(ctx, p.client, service, project)
	})
}

func (p *replay) answered(got client.Replayed, err error) {
	if err != nil {
		p.err = words(err)
		return
	}
	p.wallet.addToken(p.record.Path, got)
	p.got, p.offset, p.lines = &got, 0, cleanAnswer(got)
}

func (p *replay) toRecord() tea.Cmd {
	p.close()
	p.landOn(p.sent, *p.got)
	return nil
}

// fleeting: once the answer is there, or while nothing was pasted.
func (p *replay) fleeting() bool { return p.got != nil || p.header.Value() == "" && !p.sendQ.waiting }

// Press chooses what is under the pointer; sending takes another click, or a key.
func (p *replay) Press(room Rect, _, y int) tea.Cmd {
	if p.got != nil {
		return nil
	}
	from, rows, airy := p.layout(room)
	if y--; airy {
		y--
	}
	if y >= 0 && y < rows {
		p.pick(from + y)
	}
	return nil
}
