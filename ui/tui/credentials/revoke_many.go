package credentials

import (
	"fmt"
	"slices"
	"strings"

	"charm.land/lipgloss/v2"

	"keydeck/model"
	"keydeck/ui/text"
	"keydeck/ui/tui/list"
	"keydeck/ui/tui/shell"
	"keydeck/ui/tui/theme"
	"keydeck/ui/tui/widget"
)

// maxAddresses is how many addresses the server lists per credential.
const maxAddresses = 20

// freely is how many credentials are revoked without typing their number, if none is in
// use.
const freely = 5

// newRevokeList lists the credentials, with how busy each is.
func (v *revokeForm) newRevokeList() list.Menu[credential] {
	count := func(n int64) string {
		if n == 0 {
			return "–"
		}
		return text.Count(n)
	}
	busy := func(c *credential, st *theme.Styles) lipgloss.Style {
		if v.inUse(c) {
			return st.Warn
		}
		return st.Muted
	}
	columns := []list.Column[credential]{
		{Column: widget.Column{Title: "NAME", Width: minName, Flex: 1, Max: maxName}, Text: func(c *credential) string { return c.Name }},
		{Column: widget.Column{Title: "KIND", Width: minKind, Drop: 3}, Text: func(c *credential) string { return c.Kind.Name() }},
		{Column: widget.Column{Title: "HINT", Width: 13, Drop: 1}, Text: func(c *credential) string { return c.Hint }},
		{Column: widget.Column{Title: "LAST HOUR", Width: 9, Right: true}, Style: busy, Text: func(c *credential) string { return count(v.uses[c.ID].LastHour) }},
		{Column: widget.Column{Title: "TODAY", Width: 9, Right: true, Drop: 2}, Text: func(c *credential) string { return count(v.uses[c.ID].RequestsToday) }},
		{Column: widget.Column{Title: "USED", Width: 6, Right: true}, Style: busy, Text: func(c *credential) string {
			if last := v.lastUsed(c); last != nil {
				return model.Ago(last.Time, v.sh.Now())
			}
			return "never"
		}},
	}
	if v.sh.Project() == nil {
		columns = slices.Insert(columns, 1, list.Column[credential]{Column: widget.Column{Title: "PROJECT", Width: minProject, Flex: 1, Max: maxProject},
			Text: func(c *credential) string { return v.sh.ProjectName(c.Project) }})
	}
	hint := column(columns, "HINT")
	return list.NewMenu(v.sh, "", revokeListW, 200, list.Config[credential]{
		ID: func(c *credential) string { return c.ID }, Columns: columns,
		Tail: func(c *credential, widths []int) string { return idTail(c, widths[hint]) },
	}, v.list)
}

const revokeListW = 84

// severalView says how much the credentials are used, lists them, the busiest first, and
// asks for their number.
func (v *revokeForm) severalView(r shell.Rect) string {
	st, spaced := v.sh.Theme().Text, r.H >= 14
	var lines []string
	add := func(s string) {
		for _, l := range widget.Wrap(s, r.W) {
			lines = append(lines, st.Render(l))
		}
	}
	gap := func() {
		if spaced {
			lines = append(lines, "")
		}
	}
	add(v.undoing())
	ask := slices.Concat(lines, v.WordLines(r.W))
	lines = nil
	add(v.totals())
	gap()
	room := r.H - len(lines) - len(ask)
	if spaced {
		room--
		ask = append([]string{""}, ask...)
	}
	rows := strings.Split(v.rows.View(shell.Rect{W: r.W, H: max(2, room)}), "\n")
	return strings.Join(slices.Concat(lines, rows, ask), "\n")
}

func (v *revokeForm) countInUse(all []credential) (n int64) {
	for i := range all {
		if v.inUse(&all[i]) {
			n++
		}
	}
	return n
}

// totals says how many of the credentials are in use, how much, and from where.
func (v *revokeForm) totals() string {
	var hour int64
	used, ips, whole := v.countInUse(v.list), map[string]bool{}, true
	for i := range v.list {
		c := &v.list[i]
		if !v.inUse(c) {
			continue
		}
		u := v.uses[c.ID]
		hour += u.LastHour
		whole = whole && (u.LastHour == 0 || len(u.Addresses) > 0 && len(u.Addresses) < maxAddresses)
		for _, a := range u.Addresses {
			ips[a.RemoteIP] = true
		}
	}
	if used == 0 {
		return fmt.Sprintf("None of the %s was used in the last hour.", text.Count(int64(len(v.list))))
	}
	are := "are"
	if used == 1 {
		are = "is"
	}
	out := fmt.Sprintf("%s of %s %s in use: %s in the last hour", text.Count(used), text.Count(int64(len(v.list))), are, text.Plural(int(hour), "call", "calls"))
	switch {
	case v.useCall.Pending:
		return out + "; looking up from where…"
	case v.lookupErr != "":
		return out + ". " + v.lookupErr
	case len(ips) == 0:
		return out + "."
	case !whole:
		out += " from at least "
	default:
		out += " from "
	}
	return out + text.Plural(len(ips), "address", "addresses") + "."
}
