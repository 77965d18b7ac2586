package tui

import (
	tea "charm.land/bubbletea/v2"

	"keydeck/model/inspect/jwk"
	"keydeck/model/inspect/jwt"
)

func (s *tokenScreen) Commands() []Command {
	switch {
	case s.bench != nil:
		return s.bench.Commands()
	case s.typing:
		return []Command{
			{ID: "token.ask", Title: "verify it", Short: "verify", Key: on("enter"), Run: s.verify},
			{ID: "token.done", Title: "stop typing", Short: "done", Key: on("esc"), Run: s.endTyping},
		}
	case s.empty():
		return s.atRest()
	}
	verify, ask := "ask this server about it", "ask the server"
	if s.with.kind != withServer {
		verify, ask = "verify it again", "verify again"
	}
	cmds := []Command{{ID: "token.ask", Title: verify, Short: ask, Key: on("enter"), Run: s.verify}}
	with := Command{ID: "token.with", Title: "choose what to verify with", Short: "verify with", Key: on("v"), Run: s.chooseVerifier}
	if s.sealed() {
		cmds[0] = Command{ID: "token.open", Title: "open it with a key", Short: "open with a key", Key: on("enter", "v"), Run: s.chooseOpener}
	}
	if m := s.chosen(); m != nil && m.inner != nil {
		in := Command{ID: "token.in", Title: "go into the token within", Short: "go in", Key: on("enter"), Run: s.enterInner}
		if s.sealed() {
			cmds = []Command{in, {ID: "token.open", Title: "open it with a key", Short: "open with another key", Key: on("v"), Run: s.chooseOpener}}
		} else {
			cmds[0] = in
		}
	}
	if len(s.outer) > 0 {
		cmds = append(cmds, Command{ID: "token.out", Title: "go back to the token around it", Short: "go out", Key: on("esc"), Run: s.leaveInner})
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
		Command{ID: "token.edit", Title: "edit and sign", Short: "edit", Key: on("e"), Run: s.startEditing},
		Command{ID: "token.trace", Title: "ask what each route would answer to it", Short: "trace", Key: on("T"), Disabled: trace, Run: s.trace},
		Command{ID: "token.copy", Title: "copy what the pane in focus holds", Short: "copy", Key: on("y"), Disabled: part, Run: s.copyPart},
		Command{ID: "token.parts", Title: "copy a part of it", Key: on("Y"), Run: s.chooseCopy},
		Command{ID: "pane.next", Title: "go to the next pane", Short: "pane", Key: on("tab", "right"), Run: s.stepper(+1)},
		Command{ID: "pane.back", Title: "go to the pane before", Key: on("shift+tab", "left"), Run: s.stepper(-1)},
		Command{ID: "token.history", Title: "go back to an earlier token", Short: "history", Key: on("h"), Run: s.showHistory},
		Command{ID: "pane.zoom", Title: "show the pane alone, or all of them", Key: on("z"), Run: s.zoom},
		Command{ID: "pane.larger", Title: "make the pane larger", Key: on("["), Run: s.grower(+1)},
		Command{ID: "pane.smaller", Title: "make the pane smaller", Key: on("]"), Run: s.grower(-1)},
		Command{ID: "token.time", Title: "show time as " + timeWords[followingTime(s.stored.Time)], Key: on("t"), Run: s.turnTime},
		Command{ID: "token.type", Title: "type, or change what was typed", Key: on("i"), Disabled: big, Run: s.startTyping},
		Command{ID: "token.clear", Title: "clear", Key: on("x"), Run: s.clear},
		Command{ID: "move.scroll", Title: "move in the pane", Key: on("up", "down", "k", "j", "pgup", "pgdown", "home", "end", "G")},
	)
}

// atRest are the commands while there is no token.
func (s *tokenScreen) atRest() []Command {
	none := ""
	if len(s.past) == 0 {
		none = "no token was looked at yet"
	}
	return []Command{
		{ID: "token.type", Title: "type, or change what was typed", Short: "type", Key: on("i"), Run: s.startTyping},
		{ID: "token.edit", Title: "edit and sign", Short: "make one", Key: on("e"), Run: s.startEditing},
		{ID: "token.with", Title: "choose what to verify with", Short: "verify with", Key: on("v"), Run: s.chooseVerifier},
		s.ringCommand(),
		{ID: "token.history", Title: "go back to an earlier token", Short: "history", Key: on("h"), Disabled: none, Run: s.showHistory},
	}
}

// usesRing reports that tokens are verified by this server, and nothing is expected
// of them besides.
func (s *tokenScreen) usesRing() bool {
	return s.with.kind == withServer && s.with.expect.Issuer == "" && s.with.expect.Audience == ""
}

// ringCommand goes back to this server's ring; it is offered while something else is
// chosen.
func (s *tokenScreen) ringCommand() Command {
	c := Command{ID: "token.ring", Title: "go back to this server's ring, and expect nothing", Key: on("r"), Run: s.backToRing}
	if s.usesRing() {
		c.Disabled = "it is what is verified with"
	} else {
		c.Short = "the ring"
	}
	return c
}

// backToRing takes back what was chosen to verify with, and what that has said of
// the token. The server is not asked by that.
func (s *tokenScreen) backToRing() tea.Cmd {
	s.with = verifier{encoding: jwk.EncodingPlain}
	s.askQ.forget()
	s.checkQ.forget()
	if s.look != nil {
		s.look.server, s.look.checked, s.look.held, s.look.problem = nil, nil, nil, ""
	}
	s.say(said, "tokens are verified by this server again; enter asks it")
	return nil
}

func (s *tokenScreen) turnTime() tea.Cmd {
	s.stored.Time = followingTime(s.stored.Time)
	s.say(said, "time is shown as "+timeWords[s.stored.Time])
	return nil
}

func (s *tokenScreen) stepper(by int) func() tea.Cmd {
	return func() tea.Cmd {
		s.focus = pane((int(s.focus) + by + int(paneCount)) % int(paneCount))
		return nil
	}
}

func (s *tokenScreen) zoom() tea.Cmd {
	s.zoomed = !s.zoomed
	return nil
}

// traceable reports what a request could carry.
func (l *looked) traceable() bool { return l.token.Kind != jwt.KindUnknown }

// part is what the pane in focus holds, to be copied.
func (s *tokenScreen) part() string {
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

func (s *tokenScreen) copyPart() tea.Cmd { return s.copyOut(partNames[s.focus], s.part()) }
