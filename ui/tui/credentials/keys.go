package credentials

import (
	"fmt"

	"keydeck/ui/tui/shell"
	"keydeck/ui/tui/wallet"
)

func (s *screen) Commands() []shell.Command {
	choose := s.NoneSelected()
	rotate, end, edit, revoke, short := choose, choose, choose, "pause or revoke it", "pause/revoke"
	if c := s.Selected(); c != nil {
		end, rotate, edit = s.endDenied(c), s.rotateDenied(c), s.editDenied(c)
		revoke, short = revokeWords(c)
	}
	if n := s.PickedCount(); n > 0 {
		end, revoke, short = "", "pause or revoke those that are chosen", fmt.Sprintf("pause/revoke %d", n)
		if !s.anyRevocable() {
			end = "those that are chosen have ended already"
		}
	}
	shown, hide, nothing := "hide revoked and expired ones", "hide inactive", ""
	if !s.inactive {
		shown, hide = "show revoked and expired ones too", "show inactive"
	}
	if len(s.Items()) == 0 {
		nothing = choose
	}
	return s.List.Commands([]shell.Command{
		{ID: "credentials.issue", Title: "issue a credential", Short: "new", Key: shell.Keys("n"), Disabled: s.sh.WriteDeniedEverywhere(), Run: s.issue},
		{ID: "credentials.revoke", Title: revoke, Short: short, Key: shell.Keys("x"), Disabled: end, Run: s.revoke},
		{ID: "credentials.rotate", Title: "rotate it", Short: "rotate", Key: shell.Keys("r"), Disabled: rotate, Run: shell.Do(s.rotate)},
		{ID: "credentials.requests", Title: "see its requests", Short: "requests", Key: shell.Keys("enter"), Disabled: choose, Run: shell.Do(s.requests)},
		{ID: "credentials.details", Title: "see all of it", Short: "details", Key: shell.Keys("d"), Disabled: choose, Run: s.openDetails},
		{ID: "credentials.edit", Title: "edit its name, note, owner, scopes or expiry", Short: "edit", Key: shell.Keys("e"), Disabled: edit, Run: shell.Do(func() { s.edit(*s.Selected()) })},
	}, []shell.Command{
		{ID: "credentials.secret", Title: "see its secret again", Key: shell.Keys("K"), Disabled: s.secretDenied(), Run: shell.Do(s.showSecret)},
		{ID: "credentials.copy", Title: "copy its id", Key: shell.Keys("y"), Disabled: choose, Run: s.copyID},
		{ID: "credentials.inactive", Title: shown, Short: hide, Key: shell.Keys("a"), Disabled: nothing, Run: shell.Do(s.toggleInactive)},
	})
}

// revokeWords name what x does with a credential.
func revokeWords(c *wallet.Credential) (title, short string) {
	if c.Paused() {
		return "resume or revoke it", "resume/revoke"
	}
	return "pause or revoke it", "pause/revoke"
}

// anyRevocable is asked for each frame, so it makes no list.
func (s *screen) anyRevocable() bool {
	for range s.Picked() {
		return true
	}
	return false
}

// secretDenied says why the selected credential's secret cannot be shown, "" if it
// can.
func (s *screen) secretDenied() string {
	c := s.Selected()
	if c == nil {
		return s.NoneSelected()
	}
	if _, ok := s.sh.Wallet().Key(c.ID); !ok {
		return "only what was issued since the start is held"
	}
	return ""
}

func (s *screen) showSecret() {
	if k, ok := s.sh.Wallet().Key(s.Selected().ID); ok {
		view := newSecret(s.sh, k)
		view.held = true
		s.sh.OpenGuarded(view)
	}
}
