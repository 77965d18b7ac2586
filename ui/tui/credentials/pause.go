package credentials

import (
	"context"
	"fmt"

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
	return shell.Ask(s.sh, s, &s.pauseCall, func(ctx context.Context) (int, error) {
		for i, c := range list {
			if _, err := s.sh.Client().Pause(ctx, c.ID, pause); err != nil {
				return i, err
			}
		}
		return len(list), nil
	}, func(n int, err error) tea.Cmd { return s.paused(n, pause, err) })
}

func (s *screen) paused(n int, pause bool, err error) tea.Cmd {
	done, then, thens := "paused", "it is refused until you resume it", "they are refused until you resume them"
	if !pause {
		done, then, thens = "resumed", "it is let in again", "they are let in again"
	}
	switch {
	case err != nil && n > 0:
		s.sh.Notify(shell.Failure, fmt.Sprintf("%d %s, then no more: %s", n, done, shell.ErrorText(err)))
	case err != nil:
		s.sh.Notify(shell.Failure, "not "+done+": "+shell.ErrorText(err))
		return nil
	case n > 1:
		s.sh.Notify(shell.Success, fmt.Sprintf("%d %s; %s", n, done, thens))
	default:
		s.sh.Notify(shell.Success, done+"; "+then)
	}
	s.PickNone()
	return s.Reload()
}
