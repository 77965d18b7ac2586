package credentials

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"keydeck/model"
	"keydeck/ui/tui/shell"
	"keydeck/ui/tui/wallet"
	"keydeck/ui/tui/widget"
)

// editForm changes what a credential is called, what it is for, and how far and how long
// it reaches.
type editForm struct {
	shell.FormOverlay
	sh   *shell.Shell
	old  wallet.Credential
	send func(model.CredentialPatch) tea.Cmd
}

// The fields of the form, by their names in the API.
var editFields = []string{"name", "note", "owner", "scopes", "expires_at"}

// asItIs is the first choice of an expiry; those of a new credential follow, from now.
const asItIs = "as it is"

func newEditForm(sh *shell.Shell, c wallet.Credential, send func(model.CredentialPatch) tea.Cmd) *editForm {
	words := []string{asItIs}
	for _, e := range expiries {
		if e.days >= 0 {
			words = append(words, e.word)
		}
	}
	return &editForm{sh: sh, old: c, send: send, FormOverlay: shell.NewFormOverlay(sh, "Edit "+c.Kind.Name()+" "+c.Name, 72,
		&widget.Field{Label: "Name", Input: widget.NewInput(c.Name, "", model.MaxNameChars)},
		&widget.Field{Label: "Note", Input: widget.NewInput(c.Note, "what it is for", model.MaxNoteChars)},
		&widget.Field{Label: "Owner", Input: widget.NewInput(c.Owner, "who answers for it", model.MaxNameChars)},
		&widget.Field{Label: "Scopes", Input: widget.NewInput(strings.Join(c.Scopes, ", "), "none: it opens what asks for none", 1000), Note: "separated by commas"},
		&widget.Field{Label: "Expires", Choices: words, Note: "left and right choose; a time counts from now"},
	)}
}

func (f *editForm) Commands() []shell.Command {
	return f.FormCommands("edit", shell.Command{ID: "edit.save", Title: "save it", Short: "save it", Key: shell.Keys("enter"), Run: f.save})
}

// save sends what was changed.
func (f *editForm) save() tea.Cmd {
	patch := f.patch()
	if patch == (model.CredentialPatch{}) {
		f.sh.Close()
		return nil
	}
	f.Busy = true
	return f.send(patch)
}

func (f *editForm) patch() (p model.CredentialPatch) {
	for i, old := range []string{f.old.Name, f.old.Note, f.old.Owner} {
		if now := f.Text(i); now != old {
			*[]*model.Optional[string]{&p.Name, &p.Note, &p.Owner}[i] = model.Some(now)
		}
	}
	switch scopes := splitScopes(f.Text(3)); {
	case slices.Equal(scopes, f.old.Scopes):
	case len(scopes) == 0:
		p.Scopes = model.Null[[]string]()
	default:
		p.Scopes = model.Some(scopes)
	}
	if field := f.Fields[4]; field.Chosen > 0 {
		p.ExpiresAt = model.Null[model.Time]()
		if days := expiries[field.Chosen-1].days; days > 0 {
			p.ExpiresAt = model.Some(model.At(f.sh.Now().Add(time.Duration(days) * 24 * time.Hour)))
		}
	}
	return p
}

// Refused shows the server's error at the field it is about.
func (f *editForm) Refused(err error) {
	f.Busy = false
	field := 0
	if refused, ok := errors.AsType[*model.Error](err); ok {
		field = max(0, slices.Index(editFields, refused.Field))
	}
	f.Fail(field, shell.ErrorText(err))
}

// splitScopes reads scopes separated by commas, each once.
func splitScopes(s string) (scopes []string) {
	for scope := range strings.SplitSeq(s, ",") {
		if scope = strings.TrimSpace(scope); scope != "" && !slices.Contains(scopes, scope) {
			scopes = append(scopes, scope)
		}
	}
	return scopes
}

// editDenied says why the user can't edit a credential, "" if they can: what has expired
// can be given more time, what is revoked cannot.
func (s *screen) editDenied(c *wallet.Credential) string {
	if denied := s.sh.WriteDenied(c.Project); denied != "" || c.Listed != model.StateRevoked {
		return denied
	}
	return "it is revoked already"
}

func (s *screen) edit(c wallet.Credential) {
	form := newEditForm(s.sh, c, func(patch model.CredentialPatch) tea.Cmd {
		return shell.Ask(s.sh, s, &s.issueCall, func(ctx context.Context) (model.Credential, error) {
			return s.sh.Client().Edit(ctx, c.ID, patch)
		}, s.edited)
	})
	s.form = form
	s.sh.Open(form)
}

func (s *screen) edited(_ model.Credential, err error) tea.Cmd {
	if err != nil {
		s.form.Refused(err)
		return nil
	}
	s.sh.Close()
	s.sh.Notify(shell.Success, "saved")
	return s.Reload()
}
