package shell

import (
	"slices"

	tea "charm.land/bubbletea/v2"

	"keydeck/model"
	"keydeck/ui/tui/widget"
)

// FormOverlay is what all overlays with a form have in common. While Busy, the
// form waits for an answer: it takes no input and cannot be left.
type FormOverlay struct {
	form
	Busy bool

	sh    *Shell
	title string
	width int
}

type form = widget.Form // embedded under a name that leaves Form to the method

// NewFormOverlay makes a form at most width cells wide.
func NewFormOverlay(sh *Shell, title string, width int, fields ...*widget.Field) FormOverlay {
	return FormOverlay{form: form{Fields: fields}, sh: sh, title: title, width: width}
}

func (f *FormOverlay) Title() string      { return f.title }
func (f *FormOverlay) Width(r Rect) int   { return min(r.W, f.width) }
func (f *FormOverlay) View(r Rect) string { return f.form.View(f.sh.state.Theme, r.W, r.H) }
func (f *FormOverlay) Typing() bool       { return !f.Busy && f.form.Typing() }

// Form is the form for the mouse, nil while it takes no input.
func (f *FormOverlay) Form() *widget.Form { return FormUnless(f.Busy, &f.form) }

func (f *FormOverlay) Update(msg tea.Msg) tea.Cmd {
	if !f.Busy {
		f.form.Update(msg)
	}
	return nil
}

// FormCommands are the commands of the form: to cancel, to go to the next field
// where there are several, and to submit. Their IDs start with name.
func (f *FormOverlay) FormCommands(name string, submit Command) []Command {
	cmds := []Command{{ID: name + ".cancel", Title: "cancel", Short: "cancel", Key: Keys("esc"), Run: Do(f.sh.Close)}, submit}
	if f.Busy {
		for i := range cmds {
			cmds[i].Disabled = "the answer is on its way"
		}
	}
	if f.Visible() > 1 {
		cmds = slices.Insert(cmds, 1, Command{ID: name + ".next", Title: "next field", Short: "next field", Key: Keys("tab")})
	}
	return cmds
}

// nameForm asks for one name.
type nameForm struct {
	FormOverlay
	verb string
	done func(name string) tea.Cmd
}

func NewNameForm(sh *Shell, title, name, verb string, done func(string) tea.Cmd) *nameForm {
	return &nameForm{verb: verb, done: done, FormOverlay: NewFormOverlay(sh, title, 60,
		&widget.Field{Label: "Name", Input: widget.NewInput(name, "for example web shop", model.MaxNameChars)})}
}

func (f *nameForm) Commands() []Command {
	return f.FormCommands("name", Command{ID: "name.save", Title: f.verb, Short: f.verb, Key: Keys("enter"), Run: f.save})
}

func (f *nameForm) save() tea.Cmd {
	name := f.Text(0)
	if name == "" {
		f.Fail(0, "a name is needed")
		return nil
	}
	f.sh.Close()
	return f.done(name)
}
