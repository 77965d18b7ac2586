// Package overview is the first screen: what needs attention, the traffic of the
// last hour, and the busiest keys and routes, of one project or of all. Enter on
// an item opens the credential or the requests behind it.
package overview

import (
	"context"
	"slices"

	tea "charm.land/bubbletea/v2"

	"keydeck/model"
	"keydeck/ui/tui/place"
	"keydeck/ui/tui/shell"
)

type screen struct {
	sh      *shell.Shell
	data    model.Overview
	items   []item
	cursor  int // in items
	loaded  bool
	problem string
	age     int // seconds since the last reload

	version int // of data
	chart   chartCache
	layout  layoutCache

	call shell.Call
}

// refreshEvery is the time between reloads in seconds.
const refreshEvery = 2

func New(sh *shell.Shell) shell.Screen { return &screen{sh: sh} }

func (s *screen) Title() string { return "Overview" }
func (s *screen) Init() tea.Cmd { return s.reload() }

func (s *screen) reload() tea.Cmd {
	s.age = 0
	project := s.sh.ProjectID()
	return shell.Ask(s.sh, s, &s.call, func(ctx context.Context) (model.Overview, error) {
		return s.sh.Client().Overview(ctx, project)
	}, shell.Quiet(s.dataLoaded))
}

func (s *screen) Update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case shell.ShownMsg:
		return s.reload()
	case shell.SecondMsg:
		if s.age++; s.age >= refreshEvery && !s.call.Pending {
			return s.reload()
		}
	case tea.KeyPressMsg:
		s.move(msg.String())
	}
	return nil
}

func (s *screen) dataLoaded(o model.Overview, err error) {
	if s.problem = shell.RetryText(err); err != nil {
		return
	}
	keep := ""
	if l := s.selected(); l != nil {
		keep = l.id
	}
	s.loaded, s.data = true, o
	s.version++
	s.items = s.makeItems()
	if at := slices.IndexFunc(s.items, func(l item) bool { return l.id == keep }); at >= 0 {
		s.cursor = at
	}
	s.cursor = max(0, min(s.cursor, len(s.items)-1))
}

func (s *screen) selected() *item {
	if s.cursor >= len(s.items) {
		return nil
	}
	return &s.items[s.cursor]
}

// move moves the cursor from item to item, from block to block, and sideways.
func (s *screen) move(key string) {
	to := s.cursor
	switch key {
	case "up", "k":
		to--
	case "down", "j":
		to++
	case "home", "g":
		to = 0
	case "end", "G":
		to = len(s.items) - 1
	case "right", "l":
		to = s.itemBeside(1)
	case "left", "h":
		to = s.itemBeside(-1)
	case "tab", "pgdown", "ctrl+f", "ctrl+d":
		to = s.nextBlock(1)
	case "shift+tab", "pgup", "ctrl+b", "ctrl+u":
		to = s.nextBlock(-1)
	}
	s.cursor = max(0, min(to, len(s.items)-1))
}

// itemBeside is the item to the right (d is 1) or left (-1) of the cursor, or that
// of the next block where there is none.
func (s *screen) itemBeside(d int) int {
	if s.selected() == nil {
		return 0
	}
	for _, l := range s.lines(s.sh.Body()) {
		at := slices.IndexFunc(l.items, func(on itemPos) bool { return on.item == s.cursor })
		if at >= 0 && at+d >= 0 && at+d < len(l.items) {
			return l.items[at+d].item
		}
	}
	return s.nextBlock(d)
}

// nextBlock is the first item of the next (d is 1) or previous (-1) block.
func (s *screen) nextBlock(d int) int {
	here := s.selected()
	if here == nil {
		return 0
	}
	for at := s.cursor + d; at >= 0 && at < len(s.items); at += d {
		if b := s.items[at].block; b != here.block {
			return slices.IndexFunc(s.items, func(l item) bool { return l.block == b })
		}
	}
	return s.cursor
}

// open goes to what the selected item is about.
func (s *screen) open() {
	l := s.selected()
	switch {
	case l.order != place.OrderKept:
		s.sh.Visit(place.Credentials, l.order)
		return
	case l.credential == "":
		s.sh.Visit(place.Requests, l.requests)
		return
	}
	s.sh.Visit(place.Credentials, place.Credential(l.credential))
}

func (s *screen) Commands() []shell.Command {
	nothing := ""
	if s.selected() == nil {
		nothing = "there is nothing to open yet"
	}
	return append([]shell.Command{
		{ID: "overview.open", Title: "open what the line is about", Short: "open", Key: shell.Keys("enter"), Disabled: nothing, Run: shell.Do(s.open)},
		{ID: "overview.block", Title: "go to the next block", Short: "next block", Key: shell.Keys("tab", "shift+tab", "right", "left", "l", "h"), Disabled: nothing},
		{ID: "overview.reload", Title: "reload", Key: shell.Keys("ctrl+r"), Run: s.reload},
	}, shell.MovementCommands()...)
}
