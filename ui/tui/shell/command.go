package shell

import (
	"slices"
	"strings"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"keydeck/ui/tui/theme"
	"keydeck/ui/tui/widget"
)

// Command is something a person can do. One list feeds dispatch, the help line, the
// help page and the palette, so they always agree.
type Command struct {
	ID       string // stable name, for example credentials.issue
	Title    string // what it does, on the help page
	Short    string // the word on the help line; "" keeps it off that line
	Key      key.Binding
	Run      func() tea.Cmd // nil: listed here, acted on by the screen's Update
	Disabled string         // why it cannot run now; "" when it can
	Needs    string         // in the palette, of another screen's command: what it still lacks
}

// Keys binds a command to keys; the first of them is shown, or both ways of a pair.
func Keys(keys ...string) key.Binding {
	shown := KeyName(keys[0])
	if len(keys) > 1 && keys[0] == "up" && keys[1] == "down" {
		shown += KeyName(keys[1])
	}
	return key.NewBinding(key.WithKeys(keys...), key.WithHelp(shown, ""))
}

// Do is the Run of a command that starts no work.
func Do(f func()) func() tea.Cmd { return func() tea.Cmd { f(); return nil } }

// KeyName is how a key is written in hints.
func KeyName(k string) string {
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

// FindCommand finds the command of a key press.
func FindCommand(cmds []Command, press tea.KeyPressMsg) (Command, bool) {
	i := slices.IndexFunc(cmds, func(c Command) bool { return key.Matches(press, c.Key) })
	if i < 0 {
		return Command{}, false
	}
	return cmds[i], true
}

// HelpLine draws the hints that fit in w cells. The last command, which leads to the
// rest, always stays.
func HelpLine(st *theme.Styles, cmds []Command, w int) string {
	shown := HintedCommands(cmds, w)
	parts := make([]string, len(shown))
	for i, c := range shown {
		parts[i] = st.Key.Render(c.Key.Help().Key) + " " + st.Muted.Render(c.Short)
	}
	return strings.Join(parts, hintGap)
}

const hintGap = "   "

func (c *Command) hintWidth() int { return widget.Width(c.Key.Help().Key + " " + c.Short) }

// HintedCommands are the commands on a help line of w cells.
func HintedCommands(cmds []Command, w int) []Command {
	shown := slices.DeleteFunc(slices.Clone(cmds), func(c Command) bool { return c.Short == "" || c.Disabled != "" })
	need := -len(hintGap)
	for i := range shown {
		need += shown[i].hintWidth() + len(hintGap)
	}
	for len(shown) > 1 && need > w {
		at := len(shown) - 2
		need -= shown[at].hintWidth() + len(hintGap)
		shown = slices.Delete(shown, at, at+1)
	}
	return shown
}

// HintRows puts the hints of all commands on lines of w cells. Overlays do that, since
// they have no help page.
func HintRows(cmds []Command, w int) [][]Command {
	rows, used := [][]Command{nil}, 0
	for _, c := range cmds {
		if c.Short == "" || c.Disabled != "" {
			continue
		}
		if used > 0 && used+c.hintWidth() > w {
			rows, used = append(rows, nil), 0
		}
		used += c.hintWidth() + len(hintGap)
		rows[len(rows)-1] = append(rows[len(rows)-1], c)
	}
	return rows
}

// HintAt is the command with its hint at cell x of a help line of w cells.
func HintAt(cmds []Command, x, w int) (Command, bool) {
	at := 0
	for _, c := range HintedCommands(cmds, w) {
		end := at + c.hintWidth()
		if x >= at && x < end {
			return c, true
		}
		at = end + len(hintGap)
	}
	return Command{}, false
}

// MovementCommands lists the keys of a table for the help page; the table handles
// them.
func MovementCommands() []Command {
	return []Command{
		{ID: "move.rows", Title: "move by a row", Key: Keys("up", "down", "k", "j")},
		{ID: "move.pages", Title: "move by a page", Key: Keys("pgup", "pgdown", "ctrl+b", "ctrl+f")},
		{ID: "move.half", Title: "move by half a page", Key: Keys("ctrl+u", "ctrl+d")},
		{ID: "move.ends", Title: "go to the first or the last row", Key: Keys("home", "end", "g", "G")},
	}
}
