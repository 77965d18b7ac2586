package tokens

import (
	tea "charm.land/bubbletea/v2"

	"keydeck/model/inspect/jwk"
	"keydeck/model/inspect/jwt"
	"keydeck/ui/tui/shell"
)

func (s *screen) Commands() []shell.Command {
	switch {
	case s.bench != nil:
		return s.bench.Commands()
	case s.typing:
		return []shell.Command{
			{ID: "token.ask", Title: "verify it", Short: "verify", Key: shell.Keys("enter"), Run: s.verify},
			{ID: "token.done", Title: "stop typing", Short: "done", Key: shell.Keys("esc"), Run: s.endTyping},
		}
	case s.empty():
		return s.atRest()
	}
	verify, ask := "ask this server about it", "ask the server"
	if s.with.kind != withServer {
		verify, ask = "verify it again", "verify again"
	}
	cmds := []shell.Command{{ID: "token.ask", Title: verify, Short: ask, Key: shell.Keys("enter"), Run: s.verify}}
	with := shell.Command{ID: "token.with", Title: "choose what to verify with", Short: "verify with", Key: shell.Keys("v"), Run: s.chooseVerifier}
	if s.sealed() {
		cmds[0] = shell.Command{ID: "token.open", Title: "open it with a key", Short: "open with a key", Key: shell.Keys("enter", "v"), Run: s.chooseOpener}
	}
	if m := s.chosen(); m != nil && m.inner != nil {
		in := shell.Command{ID: "token.in", Title: "go into the token within", Short: "go in", Key: shell.Keys("enter"), Run: s.enterInner}
		if s.sealed() {
			cmds = []shell.Command{in, {ID: "token.open", Title: "open it with a key", Short: "open with another key", Key: shell.Keys("v"), Run: s.chooseOpener}}
		} else {
			cmds[0] = in
		}
	}
	if len(s.outer) > 0 {
		cmds = append(cmds, shell.Command{ID: "token.out", Title: "go back to the token around it", Short: "go out", Key: shell.Keys("esc"), Run: s.leaveInner})
	}
	trace, part, big := "", "", ""
	if !s.look.traceable() {
		trace = "it is nothing that a request could carry"
	}
	if s.part() == "" {
		part = "there is nothing to copy here"
	}
	if s.input.Value() == "" {
		big = "it is too long to be typed in"
	}
	if !s.sealed() {
		cmds = append(cmds, with, s.ringCommand())
	}
	return append(cmds,
		shell.Command{ID: "token.edit", Title: "edit and sign", Short: "edit", Key: shell.Keys("e"), Run: s.startEditing},
		shell.Command{ID: "token.trace", Title: "ask what each route would answer to it", Short: "trace", Key: shell.Keys("T"), Disabled: trace, Run: s.trace},
		shell.Command{ID: "token.copy", Title: "copy what the pane in focus holds", Short: "copy", Key: shell.Keys("y"), Disabled: part, Run: s.copyPart},
		shell.Command{ID: "token.parts", Title: "copy a part of it", Key: shell.Keys("Y"), Run: s.chooseCopy},
		shell.Command{ID: "pane.next", Title: "go to the next pane", Short: "pane", Key: shell.Keys("tab", "right"), Run: s.stepper(+1)},
		shell.Command{ID: "pane.back", Title: "go to the pane before", Key: shell.Keys("shift+tab", "left"), Run: s.stepper(-1)},
		shell.Command{ID: "token.history", Title: "go back to an earlier token", Short: "history", Key: shell.Keys("h"), Run: s.showHistory},
		shell.Command{ID: "pane.zoom", Title: "show the pane alone, or all of them", Key: shell.Keys("z"), Run: s.zoom},
		shell.Command{ID: "pane.larger", Title: "make the pane larger", Key: shell.Keys("["), Run: s.grower(+1)},
		shell.Command{ID: "pane.smaller", Title: "make the pane smaller", Key: shell.Keys("]"), Run: s.grower(-1)},
		shell.Command{ID: "token.time", Title: "show time as " + shell.TimeNames[shell.NextTime(s.sh.Prefs().Time)], Key: shell.Keys("t"), Run: s.turnTime},
		shell.Command{ID: "token.type", Title: "type, or change what was typed", Key: shell.Keys("i"), Disabled: big, Run: s.startTyping},
		shell.Command{ID: "token.clear", Title: "clear", Key: shell.Keys("x"), Run: s.clear},
		shell.Command{ID: "move.scroll", Title: "move in the pane", Key: shell.Keys("up", "down", "k", "j", "pgup", "pgdown", "home", "end", "G")},
	)
}

// atRest are the commands while there is no token.
func (s *screen) atRest() []shell.Command {
	none := ""
	if len(s.past) == 0 {
		none = "no token was looked at yet"
	}
	return []shell.Command{
		{ID: "token.type", Title: "type, or change what was typed", Short: "type", Key: shell.Keys("i"), Run: s.startTyping},
		{ID: "token.edit", Title: "edit and sign", Short: "make one", Key: shell.Keys("e"), Run: s.startEditing},
		{ID: "token.with", Title: "choose what to verify with", Short: "verify with", Key: shell.Keys("v"), Run: s.chooseVerifier},
		s.ringCommand(),
		{ID: "token.history", Title: "go back to an earlier token", Short: "history", Key: shell.Keys("h"), Disabled: none, Run: s.showHistory},
	}
}

// usesRing reports that tokens are verified by this server, and nothing is expected
// of them besides.
func (s *screen) usesRing() bool {
	return s.with.kind == withServer && s.with.expect.Issuer == "" && s.with.expect.Audience == ""
}

// ringCommand goes back to this server's ring; it is offered while something else is
// chosen.
func (s *screen) ringCommand() shell.Command {
	c := shell.Command{ID: "token.ring", Title: "go back to this server's ring, and expect nothing", Key: shell.Keys("r"), Run: s.backToRing}
	if s.usesRing() {
		c.Disabled = "it is what is verified with"
	} else {
		c.Short = "the ring"
	}
	return c
}

// backToRing takes back what was chosen to verify with, and what that has said of
// the token. The server is not asked by that.
func (s *screen) backToRing() tea.Cmd {
	s.with = verifier{encoding: jwk.EncodingPlain}
	s.askQ.Discard()
	s.checkQ.Discard()
	if s.look != nil {
		s.look.server, s.look.checked, s.look.held, s.look.problem = nil, nil, nil, ""
	}
	s.sh.Notify(shell.Success, "tokens are verified by this server again; enter asks it")
	return nil
}

func (s *screen) turnTime() tea.Cmd {
	s.sh.Prefs().Time = shell.NextTime(s.sh.Prefs().Time)
	s.sh.Notify(shell.Success, "time is shown as "+shell.TimeNames[s.sh.Prefs().Time])
	return nil
}

func (s *screen) stepper(by int) func() tea.Cmd {
	return func() tea.Cmd {
		s.focus = pane((int(s.focus) + by + int(paneCount)) % int(paneCount))
		return nil
	}
}

func (s *screen) zoom() tea.Cmd {
	s.zoomed = !s.zoomed
	return nil
}

// traceable reports what a request could carry.
func (l *looked) traceable() bool { return l.token.Kind != jwt.KindUnknown }

// part is what the pane in focus holds, to be copied.
func (s *screen) part() string {
	switch s.focus {
	case paneToken:
		return s.look.token.Raw
	case paneHeader:
		return s.look.token.Header.Text
	case paneClaims:
		return s.look.claimsText()
	case paneFindings, paneVerdict, paneCount:
	}
	return s.plainRows(s.focus)
}

var partNames = [paneCount]string{"the token", "the header", "the claims", "the findings", "the verdict"}

func (s *screen) copyPart() tea.Cmd { return s.sh.Copy(partNames[s.focus], s.part()) }
