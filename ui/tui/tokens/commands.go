package tokens

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"keydeck/model/inspect/jwt"
	"keydeck/ui/tui/shell"
)

func (s *screen) Commands() []shell.Command {
	switch {
	case s.editor != nil:
		return s.editor.Commands()
	case s.typing:
		return []shell.Command{
			{ID: "token.ask", Title: "verify it", Short: "verify", Key: shell.Keys("enter"), Run: s.verify},
			{ID: "token.done", Title: "stop typing", Short: "done", Key: shell.Keys("esc"), Run: s.endTyping},
		}
	case s.token == nil:
		return s.emptyCommands()
	}
	verify, ask := "ask this server about it", "ask the server"
	if s.verifier.kind != withServer {
		verify, ask = "verify it again", "verify again"
	}
	cmds := []shell.Command{{ID: "token.ask", Title: verify, Short: ask, Key: shell.Keys("enter"), Run: s.verify}}
	with := shell.Command{ID: "token.with", Title: "choose what to verify with", Short: "verify with", Key: shell.Keys("v"), Run: s.chooseVerifier}
	if s.token.Encrypted() {
		cmds[0] = shell.Command{ID: "token.open", Title: "decrypt it with a key", Short: "decrypt", Key: shell.Keys("enter", "v"), Run: s.chooseOpener}
	}
	if m := s.selected(); m != nil && m.Nested != nil {
		in := shell.Command{ID: "token.in", Title: "open the token inside", Short: "open inner token", Key: shell.Keys("enter"), Run: s.enterNested}
		if s.token.Encrypted() {
			cmds = []shell.Command{in, {ID: "token.open", Title: "decrypt it with a key", Short: "decrypt with another key", Key: shell.Keys("v"), Run: s.chooseOpener}}
		} else {
			cmds[0] = in
		}
	}
	if len(s.outer) > 0 {
		cmds = append(cmds, shell.Command{ID: "token.out", Title: "go back to the outer token", Short: "outer token", Key: shell.Keys("esc"), Run: s.leaveNested})
	}
	trace, part, big := "", "", ""
	if s.token.Decoded.Kind == jwt.KindUnknown {
		trace = "a request cannot carry this"
	}
	if s.paneText() == "" {
		part = "there is nothing to copy here"
	}
	if s.input.Value() == "" {
		big = "it is too long to edit in the input line"
	}
	if !s.token.Encrypted() {
		cmds = append(cmds, with, s.resetVerifierCommand())
	}
	return append(cmds,
		shell.Command{ID: "token.edit", Title: "edit and sign", Short: "edit", Key: shell.Keys("e"), Run: s.startEditing},
		shell.Command{ID: "token.trace", Title: "show what each route would answer to it", Short: "trace", Key: shell.Keys("T"), Disabled: trace, Run: s.traceToken},
		shell.Command{ID: "token.copy", Title: "copy the contents of the pane", Short: "copy", Key: shell.Keys("y"), Disabled: part, Run: s.copyPane},
		shell.Command{ID: "token.parts", Title: "copy a part of it", Key: shell.Keys("Y"), Run: shell.Do(s.chooseCopy)},
		shell.Command{ID: "pane.next", Title: "go to the next pane", Short: "pane", Key: shell.Keys("tab", "right"), Run: s.focusNext(+1)},
		shell.Command{ID: "pane.back", Title: "go to the previous pane", Key: shell.Keys("shift+tab", "left"), Run: s.focusNext(-1)},
		shell.Command{ID: "token.history", Title: "go back to an earlier token", Short: "history", Key: shell.Keys("h"), Run: shell.Do(s.showHistory)},
		shell.Command{ID: "pane.zoom", Title: "show only this pane, or all of them", Key: shell.Keys("z"), Run: shell.Do(s.zoom)},
		shell.Command{ID: "pane.larger", Title: "make the pane larger", Key: shell.Keys("["), Run: s.resize(+1)},
		shell.Command{ID: "pane.smaller", Title: "make the pane smaller", Key: shell.Keys("]"), Run: s.resize(-1)},
		shell.Command{ID: "token.time", Title: "show time as " + shell.TimeNames[shell.NextTime(s.sh.Prefs().Time)], Key: shell.Keys("t"), Run: shell.Do(s.nextTimeFormat)},
		shell.Command{ID: "token.type", Title: "type a token, or edit what was typed", Key: shell.Keys("i"), Disabled: big, Run: shell.Do(s.startTyping)},
		shell.Command{ID: "token.clear", Title: "clear", Key: shell.Keys("x"), Run: shell.Do(s.clear)},
		shell.Command{ID: "move.scroll", Title: "scroll the pane", Key: shell.Keys("up", "down", "k", "j", "pgup", "pgdown", "home", "end", "g", "G")},
	)
}

func (s *screen) emptyCommands() []shell.Command {
	none := ""
	if len(s.history) == 0 {
		none = "no token has been opened yet"
	}
	return []shell.Command{
		{ID: "token.type", Title: "type a token, or edit what was typed", Short: "type", Key: shell.Keys("i"), Run: shell.Do(s.startTyping)},
		{ID: "token.edit", Title: "edit and sign", Short: "make one", Key: shell.Keys("e"), Run: s.startEditing},
		{ID: "token.with", Title: "choose what to verify with", Short: "verify with", Key: shell.Keys("v"), Run: s.chooseVerifier},
		s.resetVerifierCommand(),
		{ID: "token.history", Title: "go back to an earlier token", Short: "history", Key: shell.Keys("h"), Disabled: none, Run: shell.Do(s.showHistory)},
	}
}

// resetVerifierCommand goes back to this server's keys. The help line offers it while
// something else is chosen.
func (s *screen) resetVerifierCommand() shell.Command {
	c := shell.Command{ID: "token.ring", Title: "verify with this server's keys again", Key: shell.Keys("r"), Run: shell.Do(s.resetVerifier)}
	if s.usesServer() {
		c.Disabled = "this server's keys are in use already"
	} else {
		c.Short = "this server"
	}
	return c
}

func (s *screen) nextTimeFormat() {
	s.sh.Prefs().Time = shell.NextTime(s.sh.Prefs().Time)
	s.sh.Notify(shell.Success, "times are shown as "+shell.TimeNames[s.sh.Prefs().Time])
}

func (s *screen) focusNext(by int) func() tea.Cmd {
	return func() tea.Cmd {
		s.focus = (s.focus + pane(by) + paneCount) % paneCount
		return nil
	}
}

func (s *screen) zoom() { s.zoomed = !s.zoomed }

// paneText is what the pane in focus holds, to be copied.
func (s *screen) paneText() string {
	switch s.focus {
	case paneToken:
		return s.token.Decoded.Raw
	case paneHeader:
		return s.token.Decoded.Header.Text
	case paneClaims:
		return s.token.ClaimsText()
	case paneFindings, paneVerdict, paneCount:
	}
	return s.plainText(s.focus)
}

func (s *screen) copyPane() tea.Cmd {
	return s.sh.Copy("the "+strings.ToLower(paneTitles[s.focus]), s.paneText())
}
