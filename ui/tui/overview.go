package tui

import (
	"context"
	"fmt"
	"slices"

	tea "charm.land/bubbletea/v2"

	"keydeck/model"
	"keydeck/ui/tui/query"
	"keydeck/ui/tui/text"
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

	overviewQ question[model.Overview]
}

// overviewEvery is how often the overview is asked for while it is looked at,
// in seconds.
const overviewEvery = 2

// block is a group of lines of the overview.
type block int

const (
	blockNeeds block = iota
	blockTraffic
	blockClasses
	blockKeys
	blockRoutes
)

// lead is a line of the overview, and where Enter goes from it: to a credential,
// or else to the requests that pass the filter.
type lead struct {
	id         string // the same at every look, so that the cursor stays on it
	block      block
	words      [4]string // as the block draws them
	bad        bool      // it is broken already, as opposed to about to be
	credential string
	project    string // of the credential, "" for the one being looked at
	requests   any    // what the requests screen is entered with
}

func newOverview(d *desk) Screen { return &overviewScreen{desk: d} }

func (s *overviewScreen) Title() string { return "Overview" }
func (s *overviewScreen) Init() tea.Cmd { return s.reload() }

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

// move takes the cursor through the lines, and from block to block.
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
	case "tab", "right", "l", "pgdown", "ctrl+f", "ctrl+d":
		to = s.nextBlock(1)
	case "shift+tab", "left", "h", "pgup", "ctrl+b", "ctrl+u":
		to = s.nextBlock(-1)
	}
	s.cursor = max(0, min(to, len(s.leads)-1))
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

// gather makes the lines that can be chosen, from top to bottom.
func (s *overviewScreen) gather() []lead {
	leads := s.needs()
	o := &s.data
	total := s.total()
	if total == 0 {
		return leads
	}
	leads = append(leads, lead{id: "traffic", block: blockTraffic, requests: filteredBy("")})
	for class := 1; class < len(o.Classes); class++ {
		if n := o.Classes[class]; n > 0 || class == 2 || class >= 4 {
			leads = append(leads, lead{id: fmt.Sprint("class", class), block: blockClasses, bad: class == 5 && n > 0,
				words: [4]string{fmt.Sprintf("%dxx", class), text.Count(n)}, requests: filteredBy(fmt.Sprintf("status:%dxx", class))})
		}
	}
	for _, c := range o.Busiest {
		l := lead{id: "key" + c.CredentialID, block: blockKeys, credential: c.CredentialID,
			words:    [4]string{orElse(c.Name, orElse(c.Hint, c.CredentialID)), c.Hint, text.Count(c.Requests), share(c.Requests, total)},
			requests: onlyCredential{c.CredentialID, orElse(c.Name, c.Hint)}}
		if s.project == nil {
			l.credential = "" // the overview of all projects does not say whose it is
		}
		leads = append(leads, l)
	}
	for _, r := range o.Routes {
		calls := "method:" + query.Quote(r.Method)
		if r.Route != "" {
			calls += " route:" + query.Quote(r.Route)
		}
		leads = append(leads, lead{id: "route" + r.Method + r.Route, block: blockRoutes,
			words:    [4]string{r.Method, orElse(r.Route, "no such path"), text.Count(r.Requests), share(r.Requests, total)},
			requests: filteredBy(calls)})
	}
	return leads
}

// needs are the lines of what somebody should look at, the most pressing first.
func (s *overviewScreen) needs() []lead {
	var leads []lead
	about := func(what string, a model.Attention, state string) {
		last := "never used"
		if a.LastUsedAt != nil {
			last = "used " + text.AgoWords(a.LastUsedAt.Time, s.at)
		}
		leads = append(leads, lead{id: what + a.CredentialID, block: blockNeeds, credential: a.CredentialID, project: a.ProjectID,
			words: [4]string{what, orElse(a.Name, a.Hint), state, last}})
	}
	if n := s.data.Log.Dropped; n > 0 {
		leads = append(leads, lead{id: "dropped", block: blockNeeds, bad: true, requests: filteredBy(""),
			words: [4]string{"dropped", "request log", text.Count(n) + " lost", "disk too slow"}})
	}
	for _, r := range s.data.Refusals {
		refused := "reason:" + query.Quote(string(r.Reason))
		if r.CredentialID != "" {
			refused += " key:" + query.Quote(r.CredentialID)
		}
		who := orElse(r.Name, orElse(r.Hint, "no known credential"))
		leads = append(leads, lead{id: "refused" + string(r.Reason) + r.CredentialID, block: blockNeeds, bad: true,
			words:    [4]string{"refused", who, text.Plural(int(r.Requests), "time", "times"), text.WhyShort(r.Reason)},
			requests: filteredBy(refused)})
	}
	for _, a := range s.data.Expiring {
		if a.ExpiresAt != nil {
			about("expires", a, "in "+text.Span(max(0, a.ExpiresAt.Sub(s.at))))
		}
	}
	for _, a := range s.data.Unused {
		state := "over 90 d"
		if a.LastUsedAt != nil {
			state = "for " + text.Ago(a.LastUsedAt.Time, s.at)
		}
		about("unused", a, state)
	}
	return leads
}

// total is how many requests the last hour had.
func (s *overviewScreen) total() (n int64) {
	for _, c := range s.data.Classes {
		n += c
	}
	return n
}

// share says a part of the whole in per cent.
func share(n, total int64) string {
	switch {
	case total <= 0:
		return ""
	case n > 0 && n*200 < total:
		return "<1 %"
	}
	return fmt.Sprintf("%d %%", (n*200+total)/(2*total))
}

// openIt goes where the line under the cursor leads.
func (s *overviewScreen) openIt() tea.Cmd {
	l := *s.selected()
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
	s.visit(screenCredentials, l.credential)
	return nil
}

func (s *overviewScreen) Commands() []Command {
	nothing := ""
	if s.selected() == nil {
		nothing = "there is nothing to go to yet"
	}
	return append([]Command{
		{ID: "overview.open", Title: "go to what the line is about", Short: "open", Key: on("enter"), Disabled: nothing, Run: s.openIt},
		{ID: "overview.block", Title: "go to the next block", Short: "next block", Key: on("tab", "shift+tab", "right", "left", "l", "h"), Disabled: nothing},
		{ID: "overview.reload", Title: "ask the server again", Key: on("ctrl+r"), Run: s.reload},
	}, movement()...)
}
