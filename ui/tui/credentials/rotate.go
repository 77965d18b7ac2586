package credentials

import (
	"time"

	tea "charm.land/bubbletea/v2"

	"keydeck/model"
	"keydeck/ui/text"
	"keydeck/ui/tui/shell"
	"keydeck/ui/tui/wallet"
	"keydeck/ui/tui/widget"
)

// rotateForm asks how long the old credential keeps working beside its
// successor.
type rotateForm struct {
	shell.FormOverlay
	sh   *shell.Shell
	old  wallet.Credential
	send func(grace time.Duration) tea.Cmd
}

// graces are the grace periods to choose from.
var graces = []struct {
	word string
	time time.Duration
}{{"now", 0}, {"1 h", time.Hour}, {"24 h", 24 * time.Hour}, {"7 d", 7 * 24 * time.Hour}}

func newRotateForm(sh *shell.Shell, old wallet.Credential, send func(time.Duration) tea.Cmd) *rotateForm {
	words := make([]string, len(graces))
	for i, g := range graces {
		words[i] = g.word
	}
	return &rotateForm{sh: sh, old: old, send: send, FormOverlay: shell.NewFormOverlay(sh, "Rotate "+old.Kind.Name()+" "+old.Name, 66,
		&widget.Field{Label: "Old one ends", Choices: words, Chosen: 1, Note: "left and right choose"})}
}

func (f *rotateForm) grace() time.Duration { return graces[f.Fields[0].Chosen].time }

// graceText says what the chosen grace period means.
func (f *rotateForm) graceText() string {
	end := f.sh.Now().Add(f.grace())
	switch {
	case f.grace() == 0:
		return "The old one is refused from the next request on."
	case f.old.Expires != nil && f.old.Expires.Before(end):
		return "The old one works until it expires, in " + model.Span(f.old.Expires.Sub(f.sh.Now())) + ": a rotation does not lengthen its life."
	}
	return "The old one works until " + text.Moment(end, f.sh.Now()) + ", so that its callers can change over."
}

// intro is the text above the form.
func (f *rotateForm) intro(w int) []string {
	lines := widget.Wrap("A new one with the same name, scopes and length of life is made now, and its secret shown once.", w)
	if f.old.SharesName {
		lines = append(widget.Wrap(f.old.Identity(f.sh.Now())+".", w), lines...)
	}
	return lines
}

func (f *rotateForm) View(r shell.Rect) string {
	out := ""
	for _, l := range f.intro(r.W) {
		out += f.sh.Theme().Text.Render(l) + "\n"
	}
	out += "\n" + f.FormOverlay.View(r) + "\n"
	for _, l := range widget.Wrap(f.graceText(), r.W) {
		out += "\n" + f.sh.Theme().Muted.Render(l)
	}
	if f.Busy {
		out += "\n" + f.sh.Theme().Muted.Render("Rotating…")
	}
	return out
}

func (f *rotateForm) Commands() []shell.Command {
	return f.FormCommands("rotate", shell.Command{ID: "rotate.send", Title: "rotate it", Short: "rotate it", Key: shell.Keys("enter"), Run: f.submit})
}

func (f *rotateForm) submit() tea.Cmd {
	f.Busy = true
	return f.send(f.grace())
}

// Refused shows the server's error.
func (f *rotateForm) Refused(err error) {
	f.Busy, f.Fields[0].Err = false, shell.ErrorText(err)
}

func (f *rotateForm) FormLine(r shell.Rect) int { return len(f.intro(r.W)) + 1 }
