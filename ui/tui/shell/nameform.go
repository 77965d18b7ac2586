package shell

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"keydeck/model"
	"keydeck/ui/tui/widget"
)

func (f *nameForm) Form() *widget.Form { return &f.form }

// nameForm asks for one name.
type nameForm struct {
	sh          *Shell
	title, verb string
	form        widget.Form
	done        func(name string) tea.Cmd
}

func NewNameForm(sh *Shell, title, name, verb string, done func(string) tea.Cmd) *nameForm {
	return &nameForm{sh: sh, title: title, verb: verb, done: done, form: widget.Form{Fields: []*widget.Field{
		{Label: "Name", Input: widget.NewInput(name, "for example web shop", model.MaxNameChars)},
	}}}
}

func (f *nameForm) Title() string { return f.title }

func (f *nameForm) Typing() bool { return true }

func (f *nameForm) View(r Rect) string { return f.form.View(f.sh.state.Theme, r.W, r.H) }

func (f *nameForm) Width(r Rect) int { return min(r.W, 60) }

func (f *nameForm) Update(m tea.Msg) tea.Cmd { f.form.Update(m); return nil }

func (f *nameForm) Commands() []Command {
	return []Command{
		{ID: "name.cancel", Title: "cancel", Short: "cancel", Key: Keys("esc"), Run: func() tea.Cmd { f.sh.Close(); return nil }},
		{ID: "name.save", Title: f.verb, Short: f.verb, Key: Keys("enter"), Run: f.save},
	}
}

func (f *nameForm) save() tea.Cmd {
	name := strings.TrimSpace(f.form.Fields[0].Input.Value())
	if name == "" {
		f.form.Fields[0].Err = "a name is needed"
		return nil
	}
	f.sh.Close()
	return f.done(name)
}
