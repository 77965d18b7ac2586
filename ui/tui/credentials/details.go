package credentials

import (
	"context"
	"slices"

	tea "charm.land/bubbletea/v2"

	"keydeck/model"
	"keydeck/ui/tui/shell"
	"keydeck/ui/tui/wallet"
)

// detailsView is all that is known of one credential, whatever becomes of the list below.
type detailsView struct {
	*shell.Details
	screen  *screen
	c       wallet.Credential
	use     model.CredentialUse
	useCall shell.Call
	err     string // why the addresses are unknown, "" if they are not
}

// openDetails opens the details of the selected credential, and looks up from where it is
// used.
func (s *screen) openDetails() tea.Cmd {
	v := &detailsView{screen: s, c: *s.Selected()}
	v.Details = shell.NewDetails(s.sh, v.c.Kind.Name()+" "+v.c.Name, v.text, v.actions)
	s.sh.Open(v)
	project, id := v.c.Project, v.c.ID
	return shell.Ask(s.sh, v, &v.useCall, func(ctx context.Context) (model.CredentialUse, error) {
		return s.sh.Client().UseOf(ctx, project, id)
	}, shell.Quiet(func(u model.CredentialUse, err error) { v.use, v.err = u, shell.ErrorText(err) }))
}

// current is the credential as last loaded.
func (v *detailsView) current() *wallet.Credential {
	all := v.screen.Items()
	if i := slices.IndexFunc(all, func(c wallet.Credential) bool { return c.ID == v.c.ID }); i >= 0 {
		v.c = all[i]
	}
	return &v.c
}

func (v *detailsView) text(w int) string {
	from := "nowhere in the last hour"
	switch {
	case v.useCall.Pending:
		from = "looking it up…"
	case v.err != "":
		from = "not known: " + v.err
	case len(v.use.Addresses) > 0:
		from = addresses(v.use.Addresses, maxAddresses) + " in the last hour"
	}
	return v.screen.factsText(v.current(), w, "", [][2]string{{"from", from}, {"project", v.screen.sh.ProjectName(v.c.Project)}})
}

func (v *detailsView) actions() []shell.Command {
	s, c := v.screen, v.current()
	end, rotate := s.endDenied(c), s.rotateDenied(c)
	revoke, short := revokeWords(c)
	one := *c
	return []shell.Command{
		{ID: "details.edit", Title: "edit it", Short: "edit", Key: shell.Keys("e"), Disabled: s.editDenied(c), Run: shell.Do(func() { s.edit(one) })},
		{ID: "details.requests", Title: "see its requests", Short: "requests", Key: shell.Keys("enter"), Run: shell.Do(func() { s.requestsOf(one) })},
		{ID: "details.rotate", Title: "rotate it", Short: "rotate", Key: shell.Keys("r"), Disabled: rotate, Run: shell.Do(func() { s.rotateOne(one) })},
		{ID: "details.revoke", Title: revoke, Short: short, Key: shell.Keys("x"), Disabled: end, Run: func() tea.Cmd { return s.revokeAll([]wallet.Credential{one}) }},
	}
}
