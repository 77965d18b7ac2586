package credentials

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"charm.land/lipgloss/v2"

	"keydeck/model"
	"keydeck/ui/text"
	"keydeck/ui/tui/list"
	"keydeck/ui/tui/theme"
	"keydeck/ui/tui/wallet"
	"keydeck/ui/tui/widget"
)

// Names get their width first, then use, expiry and state. The other columns show
// where there is room, and the details beside the list where all columns do.

const (
	minName, maxName     = 12, 40
	minKind              = 10
	minScopes, maxScopes = 7, 10

	minProject, maxProject = 8, 14
)

// measure gives names, kinds and scopes the width that they need.
func (s *screen) measure(all []credential) {
	names, projects, kinds, scopes := minName, minProject, minKind, minScopes
	s.projects = make(map[string]string, len(s.sh.Projects()))
	for _, p := range s.sh.Projects() {
		projects, s.projects[p.ID] = max(projects, widget.Width(p.Name)), strings.ToLower(p.Name)
	}
	for i := range all {
		kinds = max(kinds, widget.Width(all[i].Kind.Name()))
		names = max(names, widget.Width(all[i].Name))
		scopes = max(scopes, widget.Width(all[i].ScopeWords()))
	}
	for title, w := range map[string]int{"NAME": min(names, maxName), "PROJECT": min(projects, maxProject), "KIND": kinds, "SCOPES": min(scopes, maxScopes)} {
		if i := column(s.columns, title); i >= 0 {
			s.columns[i].Width = w
		}
	}
}

type credential = wallet.Credential

// column is the index of the column with a title, -1 if there is none.
func column(all []list.Column[credential], title string) int {
	return slices.IndexFunc(all, func(c list.Column[credential]) bool { return c.Title == title })
}

// Names of orders that other screens ask for.
const (
	byLastUse = "last use"
	byExpiry  = "expiry"
	byToday   = "calls today"
)

// makeColumns makes the columns. They sort text from A to Z, and put the last used, the
// next to expire and the busiest first.
func (s *screen) makeColumns() []list.Column[credential] {
	columns := []list.Column[credential]{
		{Column: widget.Column{Title: "NAME", Width: minName, Flex: 3, Max: maxName}, Text: func(c *credential) string { return c.Name }, Style: s.nameStyle,
			By: "name", Compare: func(a, b *credential) int { return strings.Compare(a.FoldedName, b.FoldedName) }},
		{Column: widget.Column{Title: "KIND", Width: minKind, Drop: 4}, Text: func(c *credential) string { return c.Kind.Name() }, Find: list.FindWhole,
			By: "kind", Compare: func(a, b *credential) int { return cmp.Compare(a.Kind, b.Kind) }},
		{Column: widget.Column{Title: "HINT", Width: 13, Drop: 1}, Text: func(c *credential) string { return c.Hint }, Find: list.FindLong,
			By: "hint", Compare: func(a, b *credential) int { return strings.Compare(a.Hint, b.Hint) }},
		{Column: widget.Column{Title: "SCOPES", Width: minScopes, Flex: 1, Max: 24, Drop: 3}, Text: func(c *credential) string { return c.ScopeWords() },
			By: "scopes", Compare: func(a, b *credential) int { return strings.Compare(a.ScopeWords(), b.ScopeWords()) }},
		{Column: widget.Column{Title: "USED", Width: 6, Right: true}, Text: s.used, Find: list.FindNot,
			By: byLastUse, Compare: func(a, b *credential) int { return -earlier(a.LastUsed, b.LastUsed, time.Time{}) }},
		{Column: widget.Column{Title: "EXPIRES", Width: 9, Right: true}, Text: s.expires, Find: list.FindNot, Style: s.expiresStyle,
			By: byExpiry, Compare: func(a, b *credential) int { return earlier(a.Expires, b.Expires, never) }},
		{Column: widget.Column{Title: "TODAY", Width: 7, Right: true, Drop: 2}, Text: s.today, Find: list.FindNot,
			By: byToday, Compare: func(a, b *credential) int { return cmp.Compare(b.Today, a.Today) }},
		{Column: widget.Column{Title: "STATE", Width: 8}, Text: func(c *credential) string { return string(s.state(c)) }, Find: list.FindWhole, Style: s.stateStyle,
			By: "state", Compare: func(a, b *credential) int {
				return cmp.Compare(stateRank[s.state(a)], stateRank[s.state(b)])
			}},
	}
	if s.all {
		columns = slices.Insert(columns, 1, s.projectColumn())
	}
	return columns
}

// stateRank puts what needs attention first.
var stateRank = map[model.CredentialState]int{model.StateExpiring: 0, model.StateActive: 1, model.StatePaused: 2, model.StateExpired: 3, model.StateRevoked: 4}

var never = time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)

// earlier compares instants; one that is not set counts as unset.
func earlier(a, b *model.Time, unset time.Time) int {
	at := func(t *model.Time) time.Time {
		if t == nil {
			return unset
		}
		return t.Time
	}
	return at(a).Compare(at(b))
}

// projectColumn names the project of a credential.
func (s *screen) projectColumn() list.Column[credential] {
	return list.Column[credential]{Column: widget.Column{Title: "PROJECT", Width: minProject, Flex: 1, Max: 24}, Text: func(c *credential) string { return s.sh.ProjectName(c.Project) },
		By: "project", Compare: func(a, b *credential) int {
			return strings.Compare(s.projects[a.Project], s.projects[b.Project])
		}}
}

// idTail tells credentials of the same name apart where no hint does.
func (s *screen) idTail(c *credential, widths []int) string {
	return idTail(c, widths[column(s.columns, "HINT")])
}

func idTail(c *credential, hint int) string {
	if c.SharesName && hint == 0 {
		return " " + wallet.IDTail(c.ID)
	}
	return ""
}

func (s *screen) nameStyle(c *credential, st *theme.Styles) lipgloss.Style {
	if !s.usable(c) {
		return st.Muted
	}
	return st.Text
}

func (s *screen) used(c *credential) string {
	if c.LastUsed == nil {
		return "never"
	}
	return model.Ago(c.LastUsed.Time, s.sh.Now())
}

func (s *screen) today(c *credential) string {
	if s.uses == nil {
		return "–"
	}
	return text.Count(s.uses[c.ID].RequestsToday)
}

// expires says in one unit how much is left, or how long ago it expired.
func (s *screen) expires(c *credential) string {
	switch now := s.sh.Now(); {
	case c.Expires == nil:
		return "never"
	case c.Expires.After(now):
		return model.Ago(now, c.Expires.Time)
	case now.Sub(c.Expires.Time) < time.Hour:
		return "just now"
	default:
		return model.Ago(c.Expires.Time, now) + " ago"
	}
}

func (s *screen) state(c *credential) model.CredentialState { return c.State(s.sh.Now()) }

func (s *screen) stateStyle(c *credential, st *theme.Styles) lipgloss.Style {
	switch s.state(c) {
	case model.StateExpiring, model.StatePaused:
		return st.Warn
	case model.StateActive:
		if c.Expires == nil {
			return st.Muted
		}
		return st.Text
	}
	return st.Bad
}

// expiresStyle is the state's, but for a credential that never expires: whatever its
// state, that is no reason for it.
func (s *screen) expiresStyle(c *credential, st *theme.Styles) lipgloss.Style {
	if c.Expires == nil {
		return st.Muted
	}
	return s.stateStyle(c, st)
}
