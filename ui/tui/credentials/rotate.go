package credentials

import (
	"time"

	tea "charm.land/bubbletea/v2"

	"keydeck/ui/text"
	"keydeck/ui/tui/shell"
	"keydeck/ui/tui/wallet"
	"keydeck/ui/tui/widget"
)

// rotateForm asks how long the old credential works on beside its successor.
// While the answer is out it cannot be left: the secret in it is seen only once.
type rotateForm struct {
	sh   *shell.Shell
	old  wallet.Credential
	form widget.Form
	busy bool
	send func(grace time.Duration) tea.Cmd
}

// graces are the presets of the grace period.
var graces = []struct {
	word string
	time time.Duration
}{{"now", 0}, {"1 h", time.Hour}, {"24 h", 24 * time.Hour}, {"7 d", 7 * 24 * time.Hour}}

func newRotateForm(sh *shell.Shell, old wallet.Credential, send func(time.Duration) tea.Cmd) *rotateForm {
	words := make([]string, len(graces))
	for i, g := range graces {
		words[i] = g.word
	}
	return &rotateForm{sh: sh, old: old, send: send, form: widget.Form{Fields: []*widget.Field{
		{Label: "Old one ends", Choices: words, Chosen: 1, Note: "left and right choose"},
	}}}
}

func (f *rotateForm) Title() string          { return "Rotate " + text.Kind(f.old.Kind) + " " + f.old.Name }
func (f *rotateForm) Width(r shell.Rect) int { return min(r.W, 66) }

func (f *rotateForm) Update(msg tea.Msg) tea.Cmd {
	if !f.busy {
		f.form.Update(msg)
	}
	return nil
}

func (f *rotateForm) grace() time.Duration { return graces[f.form.Fields[0].Chosen].time }

// effect says what the chosen grace period means.
func (f *rotateForm) graceText() string {
	end := f.sh.Now().Add(f.grace())
	switch {
	case f.grace() == 0:
		return "The old one is refused from the next request on."
	case f.old.Expires != nil && f.old.Expires.Before(end):
		return "The old one works until it expires, in " + text.Span(f.old.Expires.Sub(f.sh.Now())) + ": a rotation does not lengthen its life."
	}
	return "The old one works until " + text.Moment(end, f.sh.Now()) + ", so that its callers can change over."
}

// intro stands above the form, and an empty line behind it.
func (f *rotateForm) intro(w int) []string {
	lines := widget.Wrap("A new one with the same name, scopes and length of life is made now, and its secret shown once.", w)
	if f.old.Twin {
		lines = append(widget.Wrap(f.old.Identity(f.sh.Now())+".", w), lines...)
	}
	return lines
}

func (f *rotateForm) View(r shell.Rect) string {
	out := ""
	for _, l := range f.intro(r.W) {
		out += f.sh.Theme().Text.Render(l) + "\n"
	}
	out += "\n" + f.form.View(f.sh.Theme(), r.W, r.H) + "\n"
	for _, l := range widget.Wrap(f.graceText(), r.W) {
		out += "\n" + f.sh.Theme().Muted.Render(l)
	}
	if f.busy {
		out += "\n" + f.sh.Theme().Muted.Render("Rotating…")
	}
	return out
}

func (f *rotateForm) Commands() []shell.Command {
	busy := ""
	if f.busy {
		busy = "the answer is on its way"
	}
	return []shell.Command{
		{ID: "rotate.cancel", Title: "cancel", Short: "cancel", Key: shell.Keys("esc"), Disabled: busy, Run: func() tea.Cmd { f.sh.Close(); return nil }},
		{ID: "rotate.send", Title: "rotate it", Short: "rotate it", Key: shell.Keys("enter"), Disabled: busy, Run: f.submit},
	}
}

func (f *rotateForm) submit() tea.Cmd {
	f.busy = true
	return f.send(f.grace())
}

// Refused shows why there is no successor.
func (f *rotateForm) Refused(err error) {
	f.busy, f.form.Fields[0].Err = false, shell.ErrorText(err)
}

func (f *rotateForm) Form() *widget.Form { return shell.FormUnless(f.busy, &f.form) }

func (f *rotateForm) FormLine(r shell.Rect) int { return len(f.intro(r.W)) + 1 }
