package requests

import (
	"context"
	"net/http"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"keydeck/model"
	"keydeck/server/client"
	"keydeck/ui/tui/shell"
	"keydeck/ui/tui/wallet"
	"keydeck/ui/tui/widget"
)

// replay sends a request of the log again, with a credential of choice, in the way
// its route accepts it. It shows what it will send, and then the response.
type replay struct {
	sh       *shell.Shell
	record   model.RequestRecord
	senders  []sender
	list     widget.Table // of the senders
	header   *widget.Input
	sent     wallet.Key
	response *client.Replayed
	lines    []string      // of the response, made visible
	shown    bool          // the secrets in it
	scroll   widget.Scroll // of the lines
	err      string
	call     shell.Call
}

// replayTimeout ends a response that does not end by itself, such as the live log:
// what came by then is shown.
const replayTimeout = 5 * time.Second

func newReplay(sh *shell.Shell, r model.RequestRecord) *replay {
	p := &replay{sh: sh, record: r, header: widget.NewInput("", "paste a key, a token or a whole header", model.MaxHeaderBytes)}
	p.senders, p.list.Cursor = senders(sh, sh.Access(&r))
	return p
}

func (p *replay) Title() string          { return "Send again" }
func (p *replay) Width(r shell.Rect) int { return min(r.W, 76) }
func (p *replay) selected() sender       { return p.senders[p.list.Cursor] }
func (p *replay) Typing() bool           { return p.response == nil && p.selected().paste }

func (p *replay) Update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case tea.PasteMsg:
		if p.response == nil {
			p.list.Cursor = len(p.senders) - 2 // where a paste goes
			p.header.Update(msg)
		}
	case tea.KeyPressMsg:
		p.handleKey(msg)
	}
	return nil
}

func (p *replay) handleKey(k tea.KeyPressMsg) {
	key := k.String()
	if p.response != nil {
		const page = 10
		p.scroll.Key(key, len(p.lines)+page-1, page) // the last line may come to the top
		return
	}
	switch {
	case key == "up", key == "k" && !p.Typing():
		p.selectSender(p.list.Cursor - 1)
	case key == "down", key == "tab", key == "j" && !p.Typing():
		p.selectSender(p.list.Cursor + 1)
	case p.Typing():
		p.header.Update(k)
	}
}

func (p *replay) selectSender(i int) { p.list.Move(i, len(p.senders), len(p.senders)) }

func (p *replay) Commands() []shell.Command {
	if p.response != nil {
		record, show := "", "show"
		if p.response.Header.Get("X-Request-Id") == "" {
			record = "the answer has no request id"
		}
		if p.shown {
			show = "hide"
		}
		return []shell.Command{
			{ID: "replay.close", Title: "close", Short: "close", Key: shell.Keys("esc", "q"), Run: shell.Do(p.sh.Close)},
			{ID: "replay.record", Title: "go to its row in the log", Short: "its row", Key: shell.Keys("enter"), Disabled: record, Run: shell.Do(p.openRecord)},
			{ID: "replay.again", Title: "send it with something else", Short: "send again", Key: shell.Keys("R"), Run: shell.Do(p.reset)},
			{ID: "replay.show", Title: show + " the secrets in it", Short: show, Key: shell.Keys("v"), Run: shell.Do(func() { p.shown = !p.shown })},
			{ID: "replay.scroll", Title: "scroll", Short: "scroll", Key: shell.Keys("j/k")},
		}
	}
	return []shell.Command{
		{ID: "replay.close", Title: "cancel", Short: "cancel", Key: shell.Keys("esc"), Run: shell.Do(p.sh.Close)},
		{ID: "replay.choose", Title: "choose the credential", Short: "choose", Key: shell.Keys("up", "down", "tab")},
		{ID: "replay.send", Title: "send it", Short: "send", Key: shell.Keys("enter"), Disabled: p.sendDenied(), Run: p.send},
	}
}

// sendDenied says why it cannot be sent now, "" if it can.
func (p *replay) sendDenied() string {
	s := p.selected()
	switch {
	case p.call.Pending:
		return "it is on its way"
	case s.paste && strings.TrimSpace(p.header.Value()) == "":
		return "nothing has been pasted yet"
	}
	req := p.prepare(s)
	if carrier, ok := req.access.Accepted(req.presented.Kind); ok && carrier == model.CarrierAccountKey && req.presented.Account == "" {
		return "the account id is unknown: choose a project, or paste it as ABC123:sk_…"
	}
	return ""
}

func (p *replay) reset() { p.response, p.scroll, p.shown = nil, widget.Scroll{}, false }

// send sends it, after a confirmation if it changes something.
func (p *replay) send() tea.Cmd {
	if !changes(p.record.Method) {
		return p.sendNow()
	}
	lines := []string{p.record.Method + " " + p.record.Path + " changes data on this server and cannot be undone."}
	if p.record.Method != http.MethodDelete {
		lines = append(lines, "It goes without a body: the log keeps none.")
	}
	p.sh.OpenGuarded(shell.NewConfirm(p.sh, "Send it again?", lines, "send it", p.sendNow))
	return nil
}

func (p *replay) sendNow() tea.Cmd {
	req, service := p.prepare(p.selected()), p.sh.Service()
	project := p.projectFor(req.key)
	p.err, p.sent = "", wallet.Key{}
	if req.key != nil {
		p.sent = *req.key
	}
	return shell.Ask(p.sh, p, &p.call, func(ctx context.Context) (client.Replayed, error) {
		ctx, cancel := context.WithTimeout(ctx, replayTimeout)
		defer cancel()
		return req.send(ctx, p.sh.Client(), service, project)
	}, shell.Quiet(p.answered))
}

func (p *replay) answered(got client.Replayed, err error) {
	if err != nil {
		p.err = shell.ErrorText(err)
		return
	}
	p.sh.Wallet().AddToken(p.record.Path, got)
	p.response, p.scroll, p.lines = &got, widget.Scroll{}, cleanAnswer(got)
}

func (p *replay) openRecord() {
	p.sh.Close()
	p.sh.ShowCall(p.sent, *p.response)
}

func (p *replay) Dismissable() bool {
	return p.response != nil || p.header.Value() == "" && !p.call.Pending
}

// Click selects the sender under the pointer.
func (p *replay) Click(room shell.Rect, _, y int) (enter bool) {
	if p.response != nil {
		return false
	}
	from, rows, airy := p.layout(room)
	if y--; airy {
		y--
	}
	if y >= 0 && y < rows {
		p.selectSender(from + y)
	}
	return false
}
