package credentials

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	tea "charm.land/bubbletea/v2"
	"charm.land/lipgloss/v2"

	"keydeck/model"
	"keydeck/ui/text"
	"keydeck/ui/tui/shell"
	"keydeck/ui/tui/wallet"
	"keydeck/ui/tui/widget"
)

// issueForm asks for what a new credential needs.
type issueForm struct {
	shell.FormOverlay
	sh      *shell.Shell
	project model.Project
	scopes  []string // to pick from
	send    func(model.Kind, model.CredentialSpec) tea.Cmd
}

// The fields of the form.
const (
	fieldKind = iota
	fieldName
	fieldExpiry
	fieldDays
	fieldPicker
	fieldScopes
)

// expiries are the presets in days: 0 never, -1 asks for a number.
var expiries = []struct {
	word string
	days int
}{{"never", 0}, {"7 d", 7}, {"30 d", 30}, {"90 d", 90}, {"1 y", 365}, {"other", -1}}

// carefulExpiry is the preset that is chosen at first: 90 d.
const carefulExpiry = 3

func newIssueForm(sh *shell.Shell, project model.Project, scopes []string, send func(model.Kind, model.CredentialSpec) tea.Cmd) *issueForm {
	kinds := make([]string, 0, len(model.CredentialKinds))
	for _, k := range model.CredentialKinds {
		kinds = append(kinds, k.Name())
	}
	words := make([]string, len(expiries))
	for i, e := range expiries {
		words[i] = e.word
	}
	fields := []*widget.Field{
		fieldKind:   {Label: "Kind", Choices: kinds, Note: "left and right choose"},
		fieldName:   {Label: "Name", Input: widget.NewInput("", "who will use it, for example ci-deploy", model.MaxNameChars)},
		fieldExpiry: {Label: "Expires", Choices: words, Chosen: carefulExpiry, Note: "left and right choose"},
		fieldDays:   {Label: "In days", Input: widget.NewInput("", "1 to 36500", 5), Hidden: true},
		fieldPicker: {Label: "Scopes", Choices: scopes, Picked: make([]bool, len(scopes)),
			Note: "Without any it opens what asks for none. With keys:write a key may issue and revoke API keys. space picks."},
		fieldScopes: {Label: "More", Input: widget.NewInput("", "new scopes, separated by commas", 1000)},
	}
	title := "Issue a credential"
	if sh.Project() == nil {
		title += " in " + project.Name
	}
	f := &issueForm{sh: sh, project: project, scopes: scopes, send: send, FormOverlay: shell.NewFormOverlay(sh, title, 72, fields...)}
	f.Focus = fieldName
	return f
}

func (f *issueForm) Update(msg tea.Msg) tea.Cmd {
	f.FormOverlay.Update(msg)
	f.Fields[fieldDays].Hidden = expiries[f.Fields[fieldExpiry].Chosen].days >= 0
	return nil
}

func (f *issueForm) View(r shell.Rect) string {
	out := f.FormOverlay.View(shell.Rect{W: r.W, H: f.FormHeight(r)})
	if f.Busy {
		return out + "\n" + f.sh.Theme().Muted.Render("Issuing…")
	}
	preview := []string{f.sh.Theme().Heading.Render("How it will be used")}
	for _, l := range f.preview(r.W - 2) {
		preview = append(preview, "  "+f.sh.Theme().Muted.Render(l))
	}
	if room := r.H - lipgloss.Height(out); room < len(preview) {
		preview = preview[1:]
	}
	return out + "\n" + strings.Join(preview, "\n")
}

// FormHeight is how many lines the fields may have. The whole preview comes
// before space between the fields.
func (f *issueForm) FormHeight(r shell.Rect) int { return max(1, r.H-len(f.preview(r.W-2))) }

// preview is a command that tries the new credential, without its secret, in
// lines of w cells.
func (f *issueForm) preview(w int) []string {
	k := wallet.Key{Kind: f.kind(), Account: f.project.AccountID}
	first, _ := f.sh.FirstCall(k.Kind)
	return append(wallet.TryPreview(k, first, f.sh.URL(), f.sh.Service(), w), widget.Clip(f.summary(), w))
}

// summary says what is about to be made.
func (f *issueForm) summary() string {
	end := "It never expires"
	switch e := expiries[f.Fields[fieldExpiry].Chosen]; {
	case e.days > 0:
		end = "It expires in " + e.word
	case e.days < 0 && f.Text(fieldDays) != "":
		end = "It expires in " + f.Text(fieldDays) + " d"
	case e.days < 0:
		end = "It expires"
	}
	if n := len(f.chosenScopes()); n > 0 {
		return end + "; " + text.Plural(n, "scope", "scopes") + "."
	}
	return end + "; no scopes: it opens what asks for none."
}

// chosenScopes are those that are picked, then those that are typed.
func (f *issueForm) chosenScopes() (scopes []string) {
	for i, on := range f.Fields[fieldPicker].Picked {
		if on {
			scopes = append(scopes, f.scopes[i])
		}
	}
	for _, scope := range splitScopes(f.Text(fieldScopes)) {
		if !slices.Contains(scopes, scope) {
			scopes = append(scopes, scope)
		}
	}
	return scopes
}

func (f *issueForm) kind() model.Kind { return model.CredentialKinds[f.Fields[fieldKind].Chosen] }

func (f *issueForm) Commands() []shell.Command {
	return f.FormCommands("issue", shell.Command{ID: "issue.send", Title: "issue it", Short: "issue it", Key: shell.Keys("enter"), Run: f.submit})
}

func (f *issueForm) submit() tea.Cmd {
	spec, ok := f.spec()
	if !ok {
		return nil
	}
	f.Busy = true
	return f.send(f.kind(), spec)
}

// spec reads the form. It is false if a field is wrong, and the form then shows
// which.
func (f *issueForm) spec() (spec model.CredentialSpec, ok bool) {
	wrong := func(field int, msg string) (model.CredentialSpec, bool) {
		f.Fail(field, msg)
		return spec, false
	}
	spec.Name = f.Text(fieldName)
	if spec.Name == "" {
		return wrong(fieldName, "a name is needed: it tells you later what may be revoked")
	}
	switch days := expiries[f.Fields[fieldExpiry].Chosen].days; {
	case days > 0:
		spec.ExpiresInDays = &days
	case days < 0:
		n, err := strconv.Atoi(f.Text(fieldDays))
		if err != nil || n < 1 || n > model.MaxExpiresInDays {
			return wrong(fieldDays, fmt.Sprintf("a whole number from 1 to %d", model.MaxExpiresInDays))
		}
		spec.ExpiresInDays = &n
	}
	spec.Scopes = f.chosenScopes()
	for _, scope := range spec.Scopes {
		if utf8.RuneCountInString(scope) > model.MaxScopeChars {
			return wrong(fieldScopes, fmt.Sprintf("a scope has at most %d characters", model.MaxScopeChars))
		}
	}
	if len(spec.Scopes) > model.MaxScopes {
		return wrong(fieldScopes, fmt.Sprintf("at most %d scopes", model.MaxScopes))
	}
	return spec, true
}

// Refused shows the server's error at the field it is about.
func (f *issueForm) Refused(err error) {
	f.Busy = false
	field := fieldName
	if refused, ok := errors.AsType[*model.Error](err); ok {
		switch refused.Field {
		case "scopes":
			field = fieldScopes
		case "expires_in_days":
			field = fieldExpiry
		}
	}
	f.Fail(field, shell.ErrorText(err))
}
