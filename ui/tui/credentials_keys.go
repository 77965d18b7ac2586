package tui

import (
	"cmp"
	"fmt"
	"strings"

	tea "charm.land/bubbletea/v2"
)

func (s *credentialsScreen) Commands() []Command {
	if s.typing {
		return []Command{
			{ID: "filter.keep", Title: "keep the filter", Short: "keep", Key: on("enter"), Run: s.keepFilter},
			{ID: "filter.drop", Title: "drop the filter", Short: "show all", Key: on("esc"), Run: s.dropFilter},
		}
	}
	choose, rotate, nothing := "", s.mayWrite(), ""
	if len(s.all) == 0 {
		nothing = "there is none yet"
	}
	if c := s.selected(); c == nil {
		choose, rotate = "no credential is chosen", "no credential is chosen"
	} else if rotate == "" && !c.usable(s.at) {
		rotate = "it is " + c.state(s.at) + " already"
	}
	end, revoke, short := rotate, "revoke it", "revoke"
	if n := len(s.picked); n > 0 {
		end, revoke, short = s.mayWrite(), "revoke those that are chosen", fmt.Sprintf("revoke %d", n)
		if end == "" && !s.anyPicked() {
			end = "those that are chosen have ended already"
		}
	}
	shown, hide := "hide revoked and expired ones", "hide inactive"
	if !s.inactive {
		shown, hide = "show revoked and expired ones too", "show inactive"
	}
	cmds := []Command{
		{ID: "credentials.issue", Title: "issue a credential", Short: "new", Key: on("n"), Disabled: s.mayWrite(), Run: s.issueNew},
		{ID: "credentials.revoke", Title: revoke, Short: short, Key: on("x"), Disabled: end, Run: s.revokeIt},
		{ID: "credentials.rotate", Title: "rotate it", Short: "rotate", Key: on("r"), Disabled: rotate, Run: s.rotateIt},
		{ID: "credentials.requests", Title: "see its requests", Short: "requests", Key: on("enter"), Disabled: choose, Run: s.requests},
		{ID: "credentials.filter", Title: "filter the list", Short: "filter", Key: on("/"), Disabled: nothing, Run: s.startFilter},
		{ID: "credentials.sort", Title: "sort by " + orderWords[(s.by+1)%orders], Short: "sort", Key: on("s"), Disabled: nothing, Run: s.nextOrder},
		{ID: "credentials.reverse", Title: "sort the other way round", Key: on("o"), Disabled: nothing, Run: s.otherWay},
		{ID: "credentials.pick", Title: "choose it, to revoke several at once", Short: "choose", Key: on("space"), Disabled: choose, Run: s.pick},
		{ID: "credentials.pick.all", Title: "choose all that are shown", Key: on("A"), Disabled: choose, Run: s.pickShown},
		{ID: "credentials.secret", Title: "see its secret again", Key: on("K"), Disabled: s.notHeld(), Run: s.secretAgain},
		{ID: "credentials.copy", Title: "copy its id", Key: on("y"), Disabled: choose, Run: s.copyID},
		{ID: "credentials.inactive", Title: shown, Short: hide, Key: on("a"), Disabled: nothing, Run: s.toggleInactive},
		{ID: "credentials.reload", Title: "ask the server again", Key: on("ctrl+r"), Run: s.reload},
	}
	switch {
	case len(s.picked) > 0:
		cmds = append(cmds, Command{ID: "credentials.pick.none", Title: "choose none", Short: "choose none", Key: on("esc"), Run: s.pickNone})
	case strings.TrimSpace(s.filter.Value()) != "":
		cmds = append(cmds, Command{ID: "filter.drop", Title: "drop the filter", Short: "show all", Key: on("esc"), Run: s.dropFilter})
	}
	return append(cmds, movement()...)
}

func (s *credentialsScreen) nextOrder() tea.Cmd {
	s.resort((s.by+1)%orders, false)
	s.rememberOrder()
	return nil
}

func (s *credentialsScreen) otherWay() tea.Cmd {
	s.resort(s.by, !s.reverse)
	s.rememberOrder()
	return nil
}

// anyPicked reports whether a chosen credential can still be revoked. It is asked
// for each frame, so it makes no list.
func (s *credentialsScreen) anyPicked() bool {
	for i := range s.all {
		if c := &s.all[i]; s.picked[c.id] && c.usable(s.at) {
			return true
		}
	}
	return false
}

// notHeld says why the secret of the credential under the cursor cannot be seen,
// "" if it can.
func (s *credentialsScreen) notHeld() string {
	c := s.selected()
	if c == nil {
		return "no credential is chosen"
	}
	if _, ok := s.wallet.key(c.id); !ok {
		return "only what was issued since the start is held"
	}
	return ""
}

func (s *credentialsScreen) secretAgain() tea.Cmd {
	if k, ok := s.wallet.key(s.selected().id); ok {
		s.openGuarded(newSecretAgain(s.desk, k))
	}
	return nil
}

// Links go to each credential of the list.
func (s *credentialsScreen) Links() []Command {
	cmds := make([]Command, 0, len(s.all))
	for i := range s.all {
		c := &s.all[i]
		id := credentialID(c.id)
		cmds = append(cmds, Command{Title: "go to the credential " + cmp.Or(c.name, c.hint), Run: func() tea.Cmd {
			s.visit(screenCredentials, id)
			return nil
		}})
	}
	return cmds
}
