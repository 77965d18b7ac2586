package credentials

import (
	"context"

	tea "charm.land/bubbletea/v2"

	"keydeck/ui/tui/shell"
	"keydeck/ui/tui/wallet"
)

// allPaused reports whether all are paused: then they can be resumed.
func allPaused(list []wallet.Credential) bool {
	for i := range list {
		if !list[i].Paused() {
			return false
		}
	}
	return true
}

// verb is what the dialog does short of revoking.
func (v *revokeForm) verb(pause, resume string) string {
	if v.resumes {
		return resume
	}
	return pause
}

// pauseCommand pauses or resumes what the dialog is about. While a word is typed, its
// letter is text.
func (v *revokeForm) pauseCommand() shell.Command {
	what, keys := "it", []string{"p", "P"}
	if len(v.list) > 1 {
		what = "them"
	}
	if v.Word != nil {
		keys = []string{"ctrl+p"}
	}
	title := v.verb("pause ", "resume ") + what
	return shell.Command{ID: "revoke.pause", Title: title, Short: title, Key: shell.Keys(keys...), Run: func() tea.Cmd {
		v.sh.Close()
		return v.pause(!v.resumes)
	}}
}

// undoing says which of the two can be taken back, and of several what both do.
func (v *revokeForm) undoing() string {
	switch one := len(v.list) == 1; {
	case v.resumes && one:
		return "Revoking cannot be taken back."
	case v.resumes:
		return "They are paused now. Revoking cannot be taken back."
	case one:
		return "Pausing can be taken back, revoking cannot."
	}
	return "Calls with them are refused from the next on. Pausing can be taken back, revoking cannot."
}

// pause pauses or resumes credentials.
func (s *screen) pause(list []wallet.Credential, pause bool) tea.Cmd {
	as := resuming
	if pause {
		as = pausing
	}
	return s.each(&s.pauseCall, list, as, func(ctx context.Context, c *wallet.Credential) error {
		_, err := s.sh.Client().Pause(ctx, c.ID, pause)
		return err
	})
}
