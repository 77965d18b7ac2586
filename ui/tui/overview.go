package tui

import (
	"context"
	"slices"

	tea "charm.land/bubbletea/v2"

	"keydeck/model"
	"keydeck/ui/text"
)

// overviewScreen is what somebody sees first: what needs them, then what is
// going on, of the project being looked at or of all of theirs. Every line that
// can be chosen leads somewhere.
type overviewScreen struct {
	*desk
	data    model.Overview
	leads   []lead
	cursor  int // in leads
	loaded  bool
	problem string
	age     int // seconds since it was asked for

	looks int        // how many were taken
	kept  drawnChart // the chart of the last of them
	laid  layout     // all of it

	overviewQ question[model.Overview]
}

// overviewEvery is how often the overview is asked for while it is looked at,
// in seconds.
const overviewEvery = 2

func newOverview(d *desk) Screen { return &overviewScreen{desk: d} }

func (s *overviewScreen) Title() string { return "Overview" }
func (s *overviewScreen) Init() tea.Cmd { return s.reload() }

// showsAll reports that it is the overview of all projects.
func (s *overviewScreen) showsAll() bool { return s.project == nil }

func (s *overviewScreen) reload() tea.Cmd {
	s.age = 0
	project := s.projectID()
	return ask(s.desk, s, &s.overviewQ, func(ctx context.Context) (model.Overview, error) {
		o, err := s.client.Overview(ctx, project)
		return cleanOverview(o), err
	})
}

func (s *overviewScreen) Update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case shownMsg:
		return s.reload()
	case secondMsg:
		if s.age++; s.age >= overviewEvery && !s.overviewQ.waiting {
			return s.reload()
		}
	case answer[model.Overview]:
		if s.overviewQ.take(msg) {
			s.take(msg.value, msg.err)
		}
	case tea.KeyPressMsg:
		s.move(msg.Keystroke())
	}
	return nil
}

// take shows another look and keeps the cursor on its line.
func (s *overviewScreen) take(o model.Overview, err error) {
	if s.problem = meanwhile(err); err != nil {
		return
	}
	keep := ""
	if l := s.selected(); l != nil {
		keep = l.id
	}
	s.loaded, s.data = true, o
	s.looks++
	s.leads = s.gather()
	if at := slices.IndexFunc(s.leads, func(l lead) bool { return l.id == keep }); at >= 0 {
		s.cursor = at
	}
	s.cursor = max(0, min(s.cursor, len(s.leads)-1))
}

func (s *overviewScreen) selected() *lead {
	if s.cursor >= len(s.leads) {
		return nil
	}
	return &s.leads[s.cursor]
}

// move takes the cursor through the lines, from block to block, and to what
// stands beside it.
func (s *overviewScreen) move(key string) {
	to := s.cursor
	switch key {
	case "up", "k":
		to--
	case "down", "j":
		to++
	case "home":
		to = 0
	case "end", "G":
		to = len(s.leads) - 1
	case "right", "l":
		to = s.beside(1)
	case "left", "h":
		to = s.beside(-1)
	case "tab", "pgdown", "ctrl+f", "ctrl+d":
		to = s.nextBlock(1)
	case "shift+tab", "pgup", "ctrl+b", "ctrl+u":
		to = s.nextBlock(-1)
	}
	s.cursor = max(0, min(to, len(s.leads)-1))
}

// beside is the nearest line to the right (d is 1) or the left of the cursor, or
// that of the next block where nothing stands there.
func (s *overviewScreen) beside(d int) int {
	if s.selected() == nil {
		return 0
	}
	lines := s.lay(s.body)
	for _, l := range lines {
		at := slices.IndexFunc(l.leads, func(on spot) bool { return on.lead == s.cursor })
		if at >= 0 && at+d >= 0 && at+d < len(l.leads) {
			return l.leads[at+d].lead
		}
	}
	return s.nextBlock(d)
}

// nextBlock is the first line of the next block, or of the one before.
func (s *overviewScreen) nextBlock(d int) int {
	here := s.selected()
	if here == nil {
		return 0
	}
	for at := s.cursor + d; at >= 0 && at < len(s.leads); at += d {
		if b := s.leads[at].block; b != here.block {
			return slices.IndexFunc(s.leads, func(l lead) bool { return l.block == b })
		}
	}
	return s.cursor
}

// turnScope goes from the project to all of them, and back.
func (s *overviewScreen) turnScope() tea.Cmd {
	if s.project != nil {
		s.switchToAll()
		return nil
	}
	at := slices.IndexFunc(s.projects, func(p model.Project) bool { return p.ID == s.before })
	if at < 0 && len(s.projects) != 1 {
		s.goTo(goal{to: screenOverview, choose: true})
		return nil
	}
	s.switchTo(s.projects[max(0, at)])
	return nil
}

// openIt goes where the line under the cursor leads.
func (s *overviewScreen) openIt() tea.Cmd {
	l := *s.selected()
	if l.order != orderKept {
		s.visit(screenCredentials, l.order)
		return nil
	}
	if l.credential == "" {
		s.visit(screenRequests, l.requests)
		return nil
	}
	if l.project != "" && l.project != s.projectID() {
		at := slices.IndexFunc(s.projects, func(p model.Project) bool { return p.ID == l.project })
		if at < 0 {
			s.say(warned, "the project of "+l.words[1]+" is not in the list; 5 looks again")
			return nil
		}
		s.choose(s.projects[at])
	}
	s.visit(screenCredentials, credentialID(l.credential))
	return nil
}

func (s *overviewScreen) Commands() []Command {
	nothing := ""
	if s.selected() == nil {
		nothing = "there is nothing to go to yet"
	}
	scope, alone := "all projects", ""
	switch {
	case s.project == nil:
		scope = "one project"
	case !s.seesAll():
		alone = "this is the only project"
	}
	return append([]Command{
		{ID: "overview.open", Title: "go to what the line is about", Short: "open", Key: on("enter"), Disabled: nothing, Run: s.openIt},
		{ID: "overview.block", Title: "go to the next block", Short: "next block", Key: on("tab", "shift+tab", "right", "left", "l", "h"), Disabled: nothing},
		{ID: "overview.scope", Title: "show " + scope, Short: scope, Key: on("s"), Disabled: alone, Run: s.turnScope},
		{ID: "overview.reload", Title: "ask the server again", Key: on("ctrl+r"), Run: s.reload},
	}, movement()...)
}

func cleanOverview(o model.Overview) model.Overview {
	for i := range o.Busiest {
		c := &o.Busiest[i]
		visible(&c.CredentialID, &c.Name, &c.Hint)
	}
	for i := range o.Routes {
		visible(&o.Routes[i].Method, &o.Routes[i].Route)
	}
	for i := range o.Refusals {
		r := &o.Refusals[i]
		visible(&r.CredentialID, &r.Name, &r.Hint)
		r.Reason = model.Reason(text.Visible(string(r.Reason)))
	}
	for _, list := range [][]model.Attention{o.Expiring, o.Unused} {
		for i := range list {
			a := &list[i]
			visible(&a.CredentialID, &a.Name, &a.Hint, &a.ProjectID)
			a.Kind = model.Kind(text.Visible(string(a.Kind)))
		}
	}
	return o
}
