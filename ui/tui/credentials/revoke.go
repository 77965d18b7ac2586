package credentials

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	tea "charm.land/bubbletea/v2"

	"keydeck/model"
	"keydeck/ui/text"
	"keydeck/ui/tui/list"
	"keydeck/ui/tui/shell"
	"keydeck/ui/tui/wallet"
)

// revokeForm asks whether to pause or revoke one credential or several, and says what
// that would break: last use, calls of the last hour, and their addresses. Credentials
// in use, and more than a few, are revoked only after typing a word; pausing can be taken
// back, so it asks for none.
type revokeForm struct {
	sh *shell.Shell
	*shell.Confirm
	list      []wallet.Credential // the busiest first
	rows      list.Menu[credential]
	uses      map[string]model.CredentialUse
	useCall   shell.Call
	lookupErr string // why the addresses are unknown, "" if they are not
	resumes   bool   // all are paused
	pause     func(pause bool) tea.Cmd
}

// lookupLimit bounds how many credentials a bulk revoke looks up addresses for.
const lookupLimit = 5

func openRevoke(sh *shell.Shell, chosen []wallet.Credential, uses map[string]model.CredentialUse, pause func(bool) tea.Cmd, revoke func() tea.Cmd) tea.Cmd {
	v := &revokeForm{sh: sh, Confirm: shell.NewConfirm(sh, "", nil, "revoke for good", revoke), list: slices.Clone(chosen),
		uses: map[string]model.CredentialUse{}, resumes: allPaused(chosen), pause: pause}
	maps.Copy(v.uses, uses)
	slices.SortStableFunc(v.list, func(a, b wallet.Credential) int {
		return cmp.Or(cmp.Compare(v.uses[b.ID].LastHour, v.uses[a.ID].LastHour), cmp.Compare(v.uses[b.ID].RequestsToday, v.uses[a.ID].RequestsToday),
			-earlier(v.lastUsed(&a), v.lastUsed(&b), time.Time{}))
	})
	if len(chosen) == 1 {
		v.Question = v.verb("Pause", "Resume") + " or revoke " + chosen[0].Kind.Name() + " " + chosen[0].Name + "?"
	} else {
		v.Question, v.Mismatch = v.verb("Pause", "Resume")+" or revoke "+text.Count(int64(len(chosen)))+" credentials?", "that is not how many they are"
		v.rows = v.newRevokeList()
	}
	cmd := v.lookUp()
	v.update()
	sh.OpenGuarded(v)
	return cmd
}

// lookUp loads the addresses of the busiest credentials in use, and those of a
// single one in any case.
func (v *revokeForm) lookUp() tea.Cmd {
	busiest := slices.DeleteFunc(slices.Clone(v.list[:min(lookupLimit, len(v.list))]), func(c credential) bool { return len(v.list) > 1 && !v.inUse(&c) })
	if len(busiest) == 0 {
		return nil
	}
	sh := v.sh
	return shell.Ask(sh, v, &v.useCall, func(ctx context.Context) ([]model.CredentialUse, error) {
		var out []model.CredentialUse
		for _, c := range busiest {
			u, err := sh.Client().UseOf(ctx, c.Project, c.ID)
			if err != nil {
				return out, err
			}
			u.CredentialID = c.ID
			out = append(out, u)
		}
		return out, nil
	}, shell.Quiet(v.lookedUp))
}

func (v *revokeForm) lookedUp(uses []model.CredentialUse, err error) {
	if v.lookupErr = ""; err != nil {
		v.lookupErr = "From where is not known: " + shell.ErrorText(err)
	}
	for _, u := range uses {
		v.uses[u.CredentialID] = u
	}
	v.update()
}

// Commands are those of the confirmation; yes waits for the lookup.
func (v *revokeForm) Commands() []shell.Command {
	cmds := v.Confirm.Commands()
	if v.useCall.Pending {
		cmds[1].Disabled = "its use is being looked up"
	}
	cmds = slices.Insert(cmds, 1, v.pauseCommand())
	if len(v.list) > 1 {
		cmds = append(cmds, shell.Command{ID: "revoke.scroll", Title: "go through the list", Short: "the list", Key: shell.Keys("up", "down", "pgup", "pgdown")})
	}
	return cmds
}

// Update moves in the list of several, or types the word.
func (v *revokeForm) Update(msg tea.Msg) tea.Cmd {
	if key, ok := msg.(tea.KeyPressMsg); ok && len(v.list) > 1 && slices.Contains([]string{"up", "down", "pgup", "pgdown"}, key.Keystroke()) {
		return v.rows.Update(msg)
	}
	return v.Confirm.Update(msg)
}

func (v *revokeForm) Width(r shell.Rect) int {
	if len(v.list) > 1 {
		return min(r.W, revokeListW)
	}
	return v.Confirm.Width(r)
}

func (v *revokeForm) View(r shell.Rect) string {
	if len(v.list) > 1 {
		return v.severalView(r)
	}
	return v.Confirm.View(r)
}

// update makes the lines, and asks for a word if a credential is in use, or if they are
// more than a few.
func (v *revokeForm) update() {
	if len(v.list) == 1 {
		c := &v.list[0]
		who := c.Identity(v.sh.Now())
		if v.sh.Project() == nil {
			who += ", of " + v.sh.ProjectName(c.Project)
		}
		who += "."
		if v.resumes {
			who += " It is paused now."
		}
		v.Lines = append([]string{who, ""}, append(v.impact(c), "", c.Kind.Spec().Revoking+" "+v.undoing())...)
	}
	if v.Word == nil && (len(v.list) > freely || slices.ContainsFunc(v.list, func(c wallet.Credential) bool { return v.inUse(&c) })) {
		v.Typed(v.confirmWord())
	}
}

// confirmWord is the word to type: the name, or the number of credentials.
func (v *revokeForm) confirmWord() string {
	if len(v.list) == 1 {
		return v.list[0].Name
	}
	return fmt.Sprint(len(v.list))
}

// inUse reports use in the last hour.
func (v *revokeForm) inUse(c *wallet.Credential) bool {
	return v.uses[c.ID].LastHour > 0 || c.LastUsed != nil && v.sh.Now().Sub(c.LastUsed.Time) < time.Hour
}

// lastUsed is the later word on when c was last used, nil for never.
func (v *revokeForm) lastUsed(c *wallet.Credential) *model.Time {
	if u := v.uses[c.ID]; u.LastUsedAt != nil {
		return u.LastUsedAt
	}
	return c.LastUsed
}

// impact says what revoking c would break.
func (v *revokeForm) impact(c *wallet.Credential) []string {
	u, known := v.uses[c.ID]
	last := v.lastUsed(c)
	line := "It was never used"
	switch {
	case last != nil:
		line = "It was last used " + model.Distance(last.Time, v.sh.Now())
	case u.LastHour > 0:
		line = "It is in use"
	}
	if known && (last != nil || u.LastHour > 0) {
		line += fmt.Sprintf("; %s in the last hour, %s today", text.Plural(int(u.LastHour), "call", "calls"), text.Count(u.RequestsToday))
	}
	lines := []string{line + "."}
	switch {
	case v.useCall.Pending:
		lines = append(lines, "Looking up where it is used from…")
	case v.lookupErr != "":
		lines = append(lines, v.lookupErr)
	case len(u.Addresses) > 0:
		lines = append(lines, "From "+addresses(u.Addresses, 4)+".")
	}
	return lines
}

// addresses lists the first few addresses.
func addresses(list []model.AddressCount, few int) string {
	parts := make([]string, 0, few)
	for _, a := range list[:min(few, len(list))] {
		parts = append(parts, a.RemoteIP+" ("+text.Count(a.Requests)+")")
	}
	out := wallet.JoinNonEmpty(parts...)
	if more := len(list) - few; more > 0 {
		out += " and " + text.Plural(more, "other address", "other addresses")
	}
	return out
}
