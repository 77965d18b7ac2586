package list

import (
	"cmp"
	"maps"
	"slices"

	"keydeck/ui/tui/shell"
)

// Commands puts the list's own commands after the first and the last of a screen's: to
// filter, sort and pick, to reload and to move. While the filter is typed they are the only ones.
func (l *List[T]) Commands(first, last []shell.Command) []shell.Command {
	drop := shell.Command{ID: "filter.drop", Title: "drop the filter", Short: "show all", Key: shell.Keys("esc"), Run: shell.Do(l.DropFilter)}
	if l.typing {
		return []shell.Command{
			{ID: "filter.keep", Title: "keep the filter", Short: "keep", Key: shell.Keys("enter"), Run: shell.Do(func() { l.typing = false })},
			drop,
		}
	}
	nothing := ""
	if len(l.items) == 0 {
		nothing = "there is none yet"
	}
	id := l.cfg.Noun + "."
	cmds := slices.Concat(first, []shell.Command{
		{ID: id + "filter", Title: "filter the list", Short: "filter", Key: shell.Keys("/"), Disabled: nothing, Run: shell.Do(func() { l.typing = true })},
		{ID: id + "sort", Title: "sort by " + l.nextOrder(), Short: "sort", Key: shell.Keys("o"), Disabled: nothing,
			Run: shell.Do(func() { l.resort(l.nextOrder(), false) })},
		{ID: id + "reverse", Title: "reverse the order", Key: shell.Keys("O"), Disabled: nothing,
			Run: shell.Do(func() { l.resort(l.SortedBy(), !l.reverse) })},
	})
	if l.cfg.Unpickable != nil {
		one, all := l.NoneSelected(), l.unpickable()
		if item := l.Selected(); item != nil && !l.isPicked(item) {
			one = l.cfg.Unpickable(item)
		}
		cmds = append(cmds,
			shell.Command{ID: id + "pick", Title: "choose it, " + l.cfg.PickTo, Short: "choose", Key: shell.Keys("space"), Disabled: one, Run: shell.Do(l.pick)},
			shell.Command{ID: id + "pick.all", Title: "choose all that are shown", Key: shell.Keys("A"), Disabled: cmp.Or(l.NoneSelected(), all), Run: shell.Do(l.pickShown)},
		)
	}
	cmds = append(cmds, last...)
	cmds = append(cmds, shell.Command{ID: id + "reload", Title: "ask the server again", Key: shell.Keys("ctrl+r"), Run: l.Reload})
	switch {
	case len(l.picked) > 0:
		cmds = append(cmds, shell.Command{ID: id + "pick.none", Title: "choose none", Short: "choose none", Key: shell.Keys("esc"), Run: shell.Do(l.PickNone)})
	case l.filtering():
		cmds = append(cmds, drop)
	}
	return append(cmds, shell.MovementCommands()...)
}

// NoneSelected says that no item is selected, "" if one is.
func (l *List[T]) NoneSelected() string {
	switch {
	case l.Selected() != nil:
		return ""
	case len(l.items) == 0:
		return "there is none yet"
	}
	return "none is chosen"
}

// resort sorts, and keeps the order in the preferences.
func (l *List[T]) resort(by string, reverse bool) {
	l.SortBy(by, reverse)
	saved := maps.Clone(l.sh.Prefs().Sort) // the old map may be on its way into the file
	if saved == nil {
		saved = map[string]string{}
	}
	if reverse {
		by = "-" + by
	}
	saved[l.cfg.Noun] = by
	l.sh.Prefs().Sort = saved
}
