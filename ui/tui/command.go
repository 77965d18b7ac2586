package tui

import (
	"slices"
	"strings"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"keydeck/ui/tui/theme"
	"keydeck/ui/tui/widget"
)

// Command is something a person can do. The one list feeds dispatch, the help
// line and the help page, so none of them can be out of date.
type Command struct {
	ID       string // stable name, for example credentials.issue
	Title    string // what it does, on the help page
	Short    string // the word on the help line; "" keeps it off that line
	Key      key.Binding
	Run      func() tea.Cmd // nil: listed here, acted on by the screen's Update
	Disabled string         // why it cannot run now; "" when it can
}

// on binds a command to keys; the first of them is shown.
func on(keys ...string) key.Binding {
	return key.NewBinding(key.WithKeys(keys...), key.WithHelp(keyName(keys[0]), ""))
}

// keyName is how a key is written in hints.
func keyName(k string) string {
	switch k {
	case "pgdown":
		return "pgdn"
	case "up":
		return "↑"
	case "down":
		return "↓"
	}
	return k
}

// find gives the command that a key press stands for.
func find(cmds []Command, press tea.KeyPressMsg) (Command, bool) {
	i := slices.IndexFunc(cmds, func(c Command) bool { return key.Matches(press, c.Key) })
	if i < 0 {
		return Command{}, false
	}
	return cmds[i], true
}

// helpLine says what can be pressed, as much as w cells hold. The last of the
// commands is the way to the rest and always stays.
func helpLine(st *theme.Styles, cmds []Command, w int) string {
	var parts []string
	for _, c := range cmds {
		if c.Short != "" && c.Disabled == "" {
			parts = append(parts, st.Key.Render(c.Key.Help().Key)+" "+st.Muted.Render(c.Short))
		}
	}
	const gap = "   "
	for len(parts) > 1 && widget.Width(strings.Join(parts, gap)) > w {
		parts = slices.Delete(parts, len(parts)-2, len(parts)-1)
	}
	return strings.Join(parts, gap)
}

// movement lists the keys of a table for the help page; the table itself acts
// on them.
func movement() []Command {
	return []Command{
		{ID: "move.rows", Title: "move by a row", Key: on("up", "down", "k", "j")},
		{ID: "move.pages", Title: "move by a page", Key: on("pgup", "pgdown", "ctrl+b", "ctrl+f")},
		{ID: "move.half", Title: "move by half a page", Key: on("ctrl+u", "ctrl+d")},
		{ID: "move.ends", Title: "go to the first or the last row", Key: on("home", "end", "G")},
	}
}
