package tui

import (
	"context"
	"fmt"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"keydeck/model"
	"keydeck/ui/tui/text"
)

// revocation asks whether to revoke one credential or several, and says first
// what that would break: the last use, the calls of the last hour, and where
// they come from. What is in use is revoked only for a typed word.
type revocation struct {
	confirm
	list []credential
	uses map[string]model.CredentialUse
	useQ question[model.CredentialUse]
	from string // why the addresses are not known, "" when they are
}

// openRevocation opens the question and looks up what is not known yet.
func openRevocation(d *desk, list []credential, uses map[string]model.CredentialUse, run func() tea.Cmd) tea.Cmd {
	v := &revocation{confirm: confirm{desk: d, yes: "revoke", run: run}, list: list, uses: map[string]model.CredentialUse{}}
	for _, c := range list {
		if u, ok := uses[c.id]; ok {
			v.uses[c.id] = u
		}
	}
	v.title = fmt.Sprintf("Revoke %d credentials?", len(list))
	v.miss = "that is not how many they are"
	if len(list) == 1 {
		v.miss = ""
		v.title = "Revoke " + text.Kind(list[0].kind) + " " + list[0].name + "?"
	}
	var look tea.Cmd
	if len(list) == 1 {
		project, id := d.projectID(), list[0].id
		look = ask(d, v, &v.useQ, func(ctx context.Context) (model.CredentialUse, error) {
			u, err := d.client.UseOf(ctx, project, id)
			return cleanUse(u), err
		})
	}
	v.tell()
	d.openGuarded(v)
	return look
}

func (v *revocation) Update(msg tea.Msg) tea.Cmd {
	if a, ok := msg.(answer[model.CredentialUse]); ok {
		if v.useQ.take(a) {
			if v.from = ""; a.err != nil {
				v.from = "From where is not known: " + words(a.err)
			} else {
				v.uses[v.list[0].id] = a.value
			}
			v.tell()
		}
		return nil
	}
	return v.confirm.Update(msg)
}

// Commands are those of a confirmation, the yes of which waits until the use is
// known.
func (v *revocation) Commands() []Command {
	cmds := v.confirm.Commands()
	if v.useQ.waiting {
		cmds[1].Disabled = "its use is being looked up"
	}
	return cmds
}

// tell makes the lines, and asks for a word if something is in use.
func (v *revocation) tell() {
	if len(v.list) == 1 {
		v.lines = append(v.blast(&v.list[0]), "", effect(v.list[0].kind)+" This cannot be undone.")
	} else {
		v.lines = v.several()
	}
	for i := range v.list {
		if v.word == nil && v.inUse(&v.list[i]) {
			v.typed(v.password())
		}
	}
}

// password is the word to be typed: the name, or how many they are.
func (v *revocation) password() string {
	if len(v.list) == 1 {
		return v.list[0].name
	}
	return fmt.Sprint(len(v.list))
}

// inUse: it was used in the last hour.
func (v *revocation) inUse(c *credential) bool {
	return v.uses[c.id].LastHour > 0 || c.lastUsed != nil && v.at.Sub(c.lastUsed.Time) < time.Hour
}

// blast says what one revocation would break.
func (v *revocation) blast(c *credential) []string {
	u, known := v.uses[c.id]
	last := c.lastUsed
	if u.LastUsedAt != nil {
		last = u.LastUsedAt
	}
	line := "It was never used"
	switch {
	case last != nil:
		line = "It was last used " + text.AgoWords(last.Time, v.at)
	case u.LastHour > 0:
		line = "It is in use"
	}
	if known && (last != nil || u.LastHour > 0) {
		line += fmt.Sprintf("; %s in the last hour, %s today", text.Plural(int(u.LastHour), "call", "calls"), text.Count(u.RequestsToday))
	}
	lines := []string{line + "."}
	switch {
	case v.useQ.waiting:
		lines = append(lines, "Looking up where it is used from…")
	case v.from != "":
		lines = append(lines, v.from)
	case len(u.Addresses) > 0:
		lines = append(lines, "From "+addresses(u.Addresses)+".")
	}
	return lines
}

// addresses lists where calls came from, the first few.
func addresses(list []model.AddressCount) string {
	const few = 4
	parts := make([]string, 0, few)
	for _, a := range list[:min(few, len(list))] {
		parts = append(parts, a.RemoteIP+" ("+text.Count(a.Requests)+")")
	}
	out := strings.Join(parts, ", ")
	if more := len(list) - few; more > 0 {
		out += " and " + text.Plural(more, "other address", "other addresses")
	}
	return out
}

// several lists the credentials, and how much they are used.
func (v *revocation) several() []string {
	room := len(v.list)
	if most := max(2, overlayRoom(v.size).H-7); room > most {
		room = most - 1 // and a line for the rest
	}
	var lines []string
	var hour int64
	for i := range v.list {
		c := &v.list[i]
		hour += v.uses[c.id].LastHour
		if i >= room {
			continue // counted, not listed
		}
		use := "never used"
		if c.lastUsed != nil {
			use = "last used " + text.AgoWords(c.lastUsed.Time, v.at)
		}
		lines = append(lines, "  "+c.name+", "+text.Kind(c.kind)+", "+use)
	}
	if more := len(v.list) - room; more > 0 {
		lines = append(lines, fmt.Sprintf("  and %s more", text.Count(int64(more))))
	}
	return append(lines, "", text.Plural(int(hour), "call", "calls")+" in the last hour came with them; the next is refused. This cannot be undone.")
}
