package credentials

import (
	"cmp"
	"fmt"
	"strings"

	"keydeck/ui/tui/place"
	"keydeck/ui/tui/shell"
)

func (s *screen) Commands() []shell.Command {
	if s.typing {
		return []shell.Command{
			{ID: "filter.keep", Title: "keep the filter", Short: "keep", Key: shell.Keys("enter"), Run: shell.Do(func() { s.typing = false })},
			{ID: "filter.drop", Title: "drop the filter", Short: "show all", Key: shell.Keys("esc"), Run: shell.Do(s.clearFilter)},
		}
	}
	choose, rotate, nothing := "", s.sh.WriteDenied(), ""
	if len(s.all) == 0 {
		nothing = "there is none yet"
	}
	if c := s.selected(); c == nil {
		choose, rotate = "no credential is chosen", "no credential is chosen"
	} else if rotate == "" && !c.Usable(s.sh.Now()) {
		rotate = "it is " + c.State(s.sh.Now()) + " already"
	}
	end, revoke, short := rotate, "revoke it", "revoke"
	if n := len(s.picked); n > 0 {
		end, revoke, short = s.sh.WriteDenied(), "revoke those that are chosen", fmt.Sprintf("revoke %d", n)
		if end == "" && !s.anyRevocable() {
			end = "those that are chosen have ended already"
		}
	}
	shown, hide := "hide revoked and expired ones", "hide inactive"
	if !s.inactive {
		shown, hide = "show revoked and expired ones too", "show inactive"
	}
	cmds := []shell.Command{
		{ID: "credentials.issue", Title: "issue a credential", Short: "new", Key: shell.Keys("n"), Disabled: s.sh.WriteDenied(), Run: shell.Do(s.issue)},
		{ID: "credentials.revoke", Title: revoke, Short: short, Key: shell.Keys("x"), Disabled: end, Run: s.revoke},
		{ID: "credentials.rotate", Title: "rotate it", Short: "rotate", Key: shell.Keys("r"), Disabled: rotate, Run: shell.Do(s.rotate)},
		{ID: "credentials.requests", Title: "see its requests", Short: "requests", Key: shell.Keys("enter"), Disabled: choose, Run: shell.Do(s.requests)},
		{ID: "credentials.filter", Title: "filter the list", Short: "filter", Key: shell.Keys("/"), Disabled: nothing, Run: shell.Do(func() { s.typing = true })},
		{ID: "credentials.sort", Title: "sort by " + orderWords[(s.by+1)%orders], Short: "sort", Key: shell.Keys("s"), Disabled: nothing, Run: shell.Do(s.nextOrder)},
		{ID: "credentials.reverse", Title: "sort the other way round", Key: shell.Keys("o"), Disabled: nothing, Run: shell.Do(s.reverseOrder)},
		{ID: "credentials.pick", Title: "choose it, to revoke several at once", Short: "choose", Key: shell.Keys("space"), Disabled: choose, Run: shell.Do(s.pick)},
		{ID: "credentials.pick.all", Title: "choose all that are shown", Key: shell.Keys("A"), Disabled: choose, Run: shell.Do(s.pickShown)},
		{ID: "credentials.secret", Title: "see its secret again", Key: shell.Keys("K"), Disabled: s.secretDenied(), Run: shell.Do(s.showSecret)},
		{ID: "credentials.copy", Title: "copy its id", Key: shell.Keys("y"), Disabled: choose, Run: s.copyID},
		{ID: "credentials.inactive", Title: shown, Short: hide, Key: shell.Keys("a"), Disabled: nothing, Run: shell.Do(s.toggleInactive)},
		{ID: "credentials.reload", Title: "ask the server again", Key: shell.Keys("ctrl+r"), Run: s.reload},
	}
	switch {
	case len(s.picked) > 0:
		cmds = append(cmds, shell.Command{ID: "credentials.pick.none", Title: "choose none", Short: "choose none", Key: shell.Keys("esc"), Run: shell.Do(func() { clear(s.picked) })})
	case strings.TrimSpace(s.filter.Value()) != "":
		cmds = append(cmds, shell.Command{ID: "filter.drop", Title: "drop the filter", Short: "show all", Key: shell.Keys("esc"), Run: shell.Do(s.clearFilter)})
	}
	return append(cmds, shell.MovementCommands()...)
}

func (s *screen) nextOrder() {
	s.resort((s.by+1)%orders, false)
	s.saveOrder()
}

func (s *screen) reverseOrder() {
	s.resort(s.by, !s.reverse)
	s.saveOrder()
}

// anyRevocable is asked for each frame, so it makes no list.
func (s *screen) anyRevocable() bool {
	for i := range s.all {
		if s.revocable(&s.all[i]) {
			return true
		}
	}
	return false
}

// secretDenied says why the selected credential's secret cannot be shown, "" if it
// can.
func (s *screen) secretDenied() string {
	c := s.selected()
	if c == nil {
		return "no credential is chosen"
	}
	if _, ok := s.sh.Wallet().Key(c.ID); !ok {
		return "only what was issued since the start is held"
	}
	return ""
}

func (s *screen) showSecret() {
	if k, ok := s.sh.Wallet().Key(s.selected().ID); ok {
		s.sh.OpenGuarded(heldSecret(s.sh, k))
	}
}

func (s *screen) Links() []shell.Command {
	cmds := make([]shell.Command, 0, len(s.all))
	for i := range s.all {
		c := &s.all[i]
		id := place.Credential(c.ID)
		cmds = append(cmds, shell.Command{Title: "go to the credential " + cmp.Or(c.Name, c.Hint),
			Run: shell.Do(func() { s.sh.Visit(place.Credentials, id) })})
	}
	return cmds
}
