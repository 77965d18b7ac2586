package tui

import (
	"time"

	tea "charm.land/bubbletea/v2"

	"keydeck/ui/text"
	"keydeck/ui/tui/widget"
)

// rotateForm asks how long the old credential works on beside its successor.
// While the answer is out it cannot be left: the secret in it is seen only once.
type rotateForm struct {
	*desk
	old     credential
	form    widget.Form
	waiting bool
	send    func(grace time.Duration) tea.Cmd
}

// graces are the presets of the grace period.
var graces = []struct {
	word string
	time time.Duration
}{{"now", 0}, {"1 h", time.Hour}, {"24 h", 24 * time.Hour}, {"7 d", 7 * 24 * time.Hour}}

func newRotateForm(d *desk, old credential, send func(time.Duration) tea.Cmd) *rotateForm {
	words := make([]string, len(graces))
	for i, g := range graces {
		words[i] = g.word
	}
	return &rotateForm{desk: d, old: old, send: send, form: widget.Form{Fields: []*widget.Field{
		{Label: "Old one ends", Choices: words, Chosen: 1, Note: "left and right choose"},
	}}}
}

func (f *rotateForm) Title() string    { return "Rotate " + text.Kind(f.old.kind) + " " + f.old.name }
func (f *rotateForm) width(r Rect) int { return min(r.W, 66) }

func (f *rotateForm) Update(msg tea.Msg) tea.Cmd {
	if !f.waiting {
		f.form.Update(msg)
	}
	return nil
}

func (f *rotateForm) grace() time.Duration { return graces[f.form.Fields[0].Chosen].time }

// effect says what the chosen grace period means.
func (f *rotateForm) effect() string {
	end := f.at.Add(f.grace())
	switch {
	case f.grace() == 0:
		return "The old one is refused from the next request on."
	case f.old.expires != nil && f.old.expires.Before(end):
		return "The old one works until it expires, in " + text.Span(f.old.expires.Sub(f.at)) + ": a rotation does not lengthen its life."
	}
	return "The old one works until " + text.Moment(end, f.at) + ", so that its callers can change over."
}

// intro stands above the form, and an empty line behind it.
func (f *rotateForm) intro(w int) []string {
	lines := widget.Wrap("A new one with the same name, scopes and length of life is made now, and its secret shown once.", w)
	if f.old.twin {
		lines = append(widget.Wrap(f.old.identity(f.at)+".", w), lines...)
	}
	return lines
}

func (f *rotateForm) View(r Rect) string {
	out := ""
	for _, l := range f.intro(r.W) {
		out += f.th.Text.Render(l) + "\n"
	}
	out += "\n" + f.form.View(f.th, r.W, r.H) + "\n"
	for _, l := range widget.Wrap(f.effect(), r.W) {
		out += "\n" + f.th.Muted.Render(l)
	}
	if f.waiting {
		out += "\n" + f.th.Muted.Render("Rotating…")
	}
	return out
}

func (f *rotateForm) Commands() []Command {
	busy := ""
	if f.waiting {
		busy = "the answer is on its way"
	}
	return []Command{
		{ID: "rotate.cancel", Title: "cancel", Short: "cancel", Key: on("esc"), Disabled: busy, Run: func() tea.Cmd { f.close(); return nil }},
		{ID: "rotate.send", Title: "rotate it", Short: "rotate it", Key: on("enter"), Disabled: busy, Run: f.submit},
	}
}

func (f *rotateForm) submit() tea.Cmd {
	f.waiting = true
	return f.send(f.grace())
}

// refused shows why there is no successor.
func (f *rotateForm) refused(err error) {
	f.waiting, f.form.Fields[0].Err = false, words(err)
}

func (f *rotateForm) fields() *widget.Form { return unless(f.waiting, &f.form) }

func (f *rotateForm) formLine(r Rect) int { return len(f.intro(r.W)) + 1 }
