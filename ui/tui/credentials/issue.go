package credentials

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	tea "charm.land/bubbletea/v2"
	"charm.land/lipgloss/v2"

	"keydeck/model"
	"keydeck/ui/tui/shell"
	"keydeck/ui/tui/wallet"
	"keydeck/ui/tui/widget"
)

// issueForm asks for what a new credential needs. While the answer is out it
// cannot be left: the secret in it is seen only once.
type issueForm struct {
	sh     *shell.Shell
	form   widget.Form
	busy   bool
	scopes []string // that the picker offers
	send   func(model.Kind, model.CredentialSpec) tea.Cmd
}

// The fields of the form, in their order.
const (
	fieldKind = iota
	fieldName
	fieldExpiry
	fieldDays
	fieldPicker
	fieldScopes
)

var issueKinds = []model.Kind{model.KindAPIKey, model.KindJWTSecret, model.KindKeyPair}

// expiries are the presets, in days; 0 is never and -1 asks for a number.
var expiries = []struct {
	word string
	days int
}{{"never", 0}, {"7 d", 7}, {"30 d", 30}, {"90 d", 90}, {"1 y", 365}, {"other", -1}}

func newIssueForm(sh *shell.Shell, scopes []string, send func(model.Kind, model.CredentialSpec) tea.Cmd) *issueForm {
	words := make([]string, len(expiries))
	for i, e := range expiries {
		words[i] = e.word
	}
	f := &issueForm{sh: sh, scopes: scopes, send: send, form: widget.Form{Focus: fieldName, Fields: []*widget.Field{
		fieldKind:   {Label: "Kind", Choices: []string{"API key", "JWT secret", "key pair"}, Note: "left and right choose"},
		fieldName:   {Label: "Name", Input: widget.NewInput("", "who will use it, for example ci-deploy", model.MaxNameChars)},
		fieldExpiry: {Label: "Expires", Choices: words, Note: "left and right choose"},
		fieldDays:   {Label: "In days", Input: widget.NewInput("", "1 to 36500", 5), Hidden: true},
		fieldPicker: {Label: "Scopes", Choices: scopes, Picked: make([]bool, len(scopes)),
			Note: "None is no limit. With keys:write a key may issue and revoke API keys. space picks."},
		fieldScopes: {Label: "More", Input: widget.NewInput("", "new scopes, separated by commas", 1000)},
	}}}
	return f
}

func (f *issueForm) Title() string          { return "Issue a credential" }
func (f *issueForm) Typing() bool           { return f.form.Typing() && !f.busy }
func (f *issueForm) Width(r shell.Rect) int { return min(r.W, issueWidth) }

// issueW is how wide the form is, where there is room.
const issueWidth = 72

func (f *issueForm) Update(msg tea.Msg) tea.Cmd {
	if f.busy {
		return nil
	}
	f.form.Update(msg)
	f.form.Fields[fieldDays].Hidden = expiries[f.form.Fields[fieldExpiry].Chosen].days >= 0
	return nil
}

func (f *issueForm) View(r shell.Rect) string {
	out := f.form.View(f.sh.Theme(), r.W, f.FormHeight(r))
	if f.busy {
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

// FormHeight is how many lines the fields may have: the preview below them is whole
// before there is space between them.
func (f *issueForm) FormHeight(r shell.Rect) int { return max(1, r.H-len(f.preview(r.W-2))) }

// preview is the line that will try the new credential, its secret left out, in
// lines of w cells.
func (f *issueForm) preview(w int) []string {
	kind := issueKinds[f.form.Fields[fieldKind].Chosen]
	if kind == model.KindJWTSecret {
		return wallet.WrapCommand(w, "curl "+f.sh.URL()+"/", "-H 'Authorization: Bearer <a JWT you sign with it>'")
	}
	return wallet.TryPreview(wallet.Issued{Credential: wallet.Credential{Kind: kind}}, f.sh.Project().AccountID, f.sh.URL(), cmp.Or(f.sh.Status().Service, "keydeck"), w)
}

func (f *issueForm) Commands() []shell.Command {
	busy := ""
	if f.busy {
		busy = "the answer is on its way"
	}
	return []shell.Command{
		{ID: "issue.cancel", Title: "cancel", Short: "cancel", Key: shell.Keys("esc"), Disabled: busy, Run: func() tea.Cmd { f.sh.Close(); return nil }},
		{ID: "issue.next", Title: "next field", Short: "next field", Key: shell.Keys("tab")},
		{ID: "issue.send", Title: "issue it", Short: "issue it", Key: shell.Keys("enter"), Disabled: busy, Run: f.submit},
	}
}

func (f *issueForm) submit() tea.Cmd {
	spec, ok := f.spec()
	if !ok {
		return nil
	}
	f.busy = true
	return f.send(issueKinds[f.form.Fields[fieldKind].Chosen], spec)
}

// spec reads the form; where a field is wrong it says so and goes there.
func (f *issueForm) spec() (spec model.CredentialSpec, ok bool) {
	wrong := func(field int, msg string) (model.CredentialSpec, bool) {
		f.form.Fields[field].Err, f.form.Focus = msg, field
		return spec, false
	}
	spec.Name = strings.TrimSpace(f.form.Fields[fieldName].Input.Value())
	if spec.Name == "" {
		return wrong(fieldName, "a name is needed: it tells you later what may be revoked")
	}
	switch days := expiries[f.form.Fields[fieldExpiry].Chosen].days; {
	case days > 0:
		spec.ExpiresInDays = &days
	case days < 0:
		n, err := strconv.Atoi(strings.TrimSpace(f.form.Fields[fieldDays].Input.Value()))
		if err != nil || n < 1 || n > model.MaxExpiresInDays {
			return wrong(fieldDays, fmt.Sprintf("a whole number from 1 to %d", model.MaxExpiresInDays))
		}
		spec.ExpiresInDays = &n
	}
	for i, on := range f.form.Fields[fieldPicker].Picked {
		if on {
			spec.Scopes = append(spec.Scopes, f.scopes[i])
		}
	}
	for scope := range strings.SplitSeq(f.form.Fields[fieldScopes].Input.Value(), ",") {
		if scope = strings.TrimSpace(scope); scope == "" || slices.Contains(spec.Scopes, scope) {
			continue
		}
		if utf8.RuneCountInString(scope) > model.MaxScopeChars {
			return wrong(fieldScopes, fmt.Sprintf("a scope has at most %d characters", model.MaxScopeChars))
		}
		spec.Scopes = append(spec.Scopes, scope)
	}
	if len(spec.Scopes) > model.MaxScopes {
		return wrong(fieldScopes, fmt.Sprintf("at most %d scopes", model.MaxScopes))
	}
	return spec, true
}

// Refused shows what the server did not like, at the field it means.
func (f *issueForm) Refused(err error) {
	f.busy = false
	field := fieldName
	if e := shell.ErrorText(err); strings.HasPrefix(e, "scopes") {
		field = fieldScopes
	} else if strings.HasPrefix(e, "expires_in_days") {
		field = fieldExpiry
	}
	f.form.Fields[field].Err, f.form.Focus = shell.ErrorText(err), field
}

func (f *issueForm) Form() *widget.Form { return shell.FormUnless(f.busy, &f.form) }
