package tui

import (
	"context"

	tea "charm.land/bubbletea/v2"

	"keydeck/model"
	"keydeck/ui/tui/widget"
)

// requestsScreen shows the request log as it grows, newest at the bottom. Any
// upward move stops following; End takes it up again.
type requestsScreen struct {
	*desk
	scope   onlyCredential // set: only that credential's
	all     bool           // of all projects
	own     bool           // the dashboard's own calls too
	detail  bool           // the pane below the list is open
	records records
	table   widget.Table
	paused  bool
	fresh   int64 // rows that came since the pause
	skipped int64
	live    bool // the stream is open
	loaded  bool
	problem string
	atStart bool // the oldest record there is, is here
	fills   int  // pages fetched unasked
	filter  *widget.Input
	typing  bool

	feed   *feed
	names  map[string]string // of the project's credentials, by id
	firstQ question[model.RequestPage]
	olderQ question[model.RequestPage]
	namesQ question[[]credential]
}

// onlyCredential enters the screen with one credential's requests.
type onlyCredential struct{ id, name string }

// page sizes: what the first look brings, and each one into the past.
const (
	firstRecords = 300
	olderRecords = 500
	maxFill      = 10 // pages that are fetched unasked when what came does not fill the list
)

func newRequests(d *desk) Screen {
	s := &requestsScreen{desk: d, all: d.project == nil, filter: widget.NewInput("", "path, address, agent, hint or reason", 100), names: map[string]string{}}
	s.records.pass = s.passes
	return s
}

func (s *requestsScreen) Title() string { return "Requests" }
func (s *requestsScreen) Typing() bool  { return s.typing }

func (s *requestsScreen) Init() tea.Cmd { return tea.Batch(s.restart(), s.loadNames()) }

// Enter shows one credential's requests only.
func (s *requestsScreen) Enter(arg any) tea.Cmd {
	only, ok := arg.(onlyCredential)
	if !ok || only == s.scope {
		return nil
	}
	s.scope, s.all = only, false
	return s.restart()
}

// Close ends the stream.
func (s *requestsScreen) Close() {
	if s.feed != nil {
		s.feed.stop()
		s.feed = nil
	}
}

// asked is what the server is asked for; what passes restricts further, here.
func (s *requestsScreen) asked() model.RequestFilter {
	f := model.RequestFilter{CredentialID: s.scope.id}
	if !s.all {
		f.ProjectID = s.projectID()
	}
	return f
}

func (s *requestsScreen) passes(r *model.RequestRecord) bool {
	f := model.RequestFilter{Q: s.filter.Value()}
	return (s.own || !ownCall(r)) && f.Match(r)
}

// restart begins anew with another question to the server: a look back, then
// the stream from there on.
func (s *requestsScreen) restart() tea.Cmd {
	s.Close()
	s.records = records{pass: s.passes}
	s.table, s.paused, s.fresh, s.skipped = widget.Table{}, false, 0, 0
	s.live, s.loaded, s.problem, s.atStart, s.fills = false, false, "", false, 0
	return s.askPage(&s.firstQ, "", firstRecords)
}

func (s *requestsScreen) askPage(q *question[model.RequestPage], before string, limit int) tea.Cmd {
	f := s.asked()
	f.Before, f.Limit = before, limit
	return ask(s.desk, s, q, func(ctx context.Context) (model.RequestPage, error) {
		page, err := s.client.Requests(ctx, f)
		for i := range page.Items {
			cleanRecord(&page.Items[i])
		}
		return page, err
	})
}

// loadNames asks what the project's credentials are called: the log has ids.
func (s *requestsScreen) loadNames() tea.Cmd {
	project := s.projectID()
	if project == "" {
		return nil
	}
	return ask(s.desk, s, &s.namesQ, func(ctx context.Context) ([]credential, error) { return loadCredentials(ctx, s.client, project) })
}

func (s *requestsScreen) Update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case secondMsg:
		if s.problem != "" && !s.loaded && !s.firstQ.waiting {
			return s.restart()
		}
	case answer[model.RequestPage]:
		switch {
		case s.firstQ.take(msg):
			return s.first(msg.value, msg.err)
		case s.olderQ.take(msg):
			return s.older(msg.value, msg.err)
		}
	case answer[[]credential]:
		if s.namesQ.take(msg) && msg.err == nil {
			for _, c := range msg.value {
				s.names[c.id] = c.name
			}
		}
	case batch:
		return s.take(msg)
	case tea.PasteMsg:
		s.edit(msg)
	case tea.KeyPressMsg:
		return s.move(msg)
	}
	return nil
}

// first takes the look back and opens the stream behind it. If the log was
// empty the stream has no place to begin at; what slips in between is fetched
// when the stream is open (see take).
func (s *requestsScreen) first(page model.RequestPage, err error) tea.Cmd {
	if err != nil {
		s.problem = words(err)
		return nil
	}
	s.problem, s.loaded = "", true
	more := s.older(page, nil)
	s.follow()
	if s.feed != nil {
		return more
	}
	after := ""
	if len(page.Items) > 0 {
		after = page.Items[0].ID
	}
	s.feed = newFeed(s.desk, s.asked(), after)
	return tea.Batch(more, s.feed.read, s.feed.next(s))
}

// older takes a page of older records in, above the rows there are. Where it
// leaves the list short, because little of it passes, it asks for the next.
func (s *requestsScreen) older(page model.RequestPage, err error) tea.Cmd {
	if err != nil {
		s.say(failed, "older records: "+words(err))
		return nil
	}
	s.atStart = page.NextBefore == nil
	before := s.records.len()
	added := s.records.prepend(page.Items)
	if before == 0 || !s.paused {
		s.table.Move(s.records.len()-1, s.records.len(), s.rows())
	} else {
		s.table.Shift(added)
	}
	if s.records.len() >= s.rows() || s.fills >= maxFill {
		return nil
	}
	s.fills++
	return s.askOlder()
}

// askOlder asks for the page above the oldest record, if there is one.
func (s *requestsScreen) askOlder() tea.Cmd {
	if !s.canPage() {
		return nil
	}
	return s.askPage(&s.olderQ, s.records.all[0].ID, olderRecords)
}

// take shows what the stream brought.
func (s *requestsScreen) take(b batch) tea.Cmd {
	if b.of != s.feed {
		return nil // of an older question
	}
	opened := b.live && !s.live
	s.live, s.problem = b.live, words(b.err)
	s.skipped += b.skipped
	added, gone := s.records.add(b.records)
	s.table.Shift(-gone)
	if s.paused {
		s.fresh += int64(added)
	} else {
		s.follow()
	}
	cmds := []tea.Cmd{s.feed.next(s)}
	if opened && len(s.records.all) == 0 && !s.firstQ.waiting {
		cmds = append(cmds, s.askPage(&s.firstQ, "", firstRecords))
	}
	if s.strange(b.records) && !s.namesQ.waiting {
		cmds = append(cmds, s.loadNames())
	}
	return tea.Batch(cmds...)
}

// strange reports a credential of this project whose name is not known yet, and
// remembers it, so that it is asked for once.
func (s *requestsScreen) strange(list []model.RequestRecord) (found bool) {
	for i := range list {
		r := &list[i]
		if r.CredentialID == "" || r.ProjectID != s.projectID() {
			continue
		}
		if _, ok := s.names[r.CredentialID]; !ok {
			s.names[r.CredentialID], found = "", true
		}
	}
	return found
}

// follow goes to the newest row and stays there.
func (s *requestsScreen) follow() {
	s.paused, s.fresh = false, 0
	s.table.Move(s.records.len()-1, s.records.len(), s.rows())
}

// move is the keys of the list. Going up pauses; getting near the oldest row
// asks for older ones.
func (s *requestsScreen) move(k tea.KeyPressMsg) tea.Cmd {
	if s.typing && k.Text != "" {
		s.edit(k)
		return nil
	}
	before := s.table.Cursor
	switch key := k.Keystroke(); {
	case key == "end", k.Text == "G":
		s.follow()
		return nil
	case !s.table.Key(key, s.records.len(), s.rows()):
		s.edit(k)
		return nil
	case s.table.Cursor < before || key == "up" || key == "k" || key == "home" || key == "pgup":
		s.paused = true
	}
	if s.paused && s.table.Cursor < s.rows() {
		return s.askOlder()
	}
	return nil
}

func (s *requestsScreen) canPage() bool {
	return s.loaded && !s.atStart && !s.olderQ.waiting && len(s.records.all) > 0 && len(s.records.all) < 2*maxRecords
}

func (s *requestsScreen) edit(msg tea.Msg) {
	if s.typing && s.filter.Update(msg) {
		s.sift()
	}
}

// sift applies another filter and keeps the cursor on its record where it can.
func (s *requestsScreen) sift() {
	keep := ""
	if r := s.selected(); r != nil {
		keep = r.ID
	}
	s.records.sift(s.passes)
	if !s.paused {
		s.follow()
		return
	}
	at := s.records.len() - 1
	for at > 0 && s.records.at(at).ID > keep {
		at--
	}
	s.table.Move(at, s.records.len(), s.rows())
}

func (s *requestsScreen) selected() *model.RequestRecord {
	if s.table.Cursor >= s.records.len() {
		return nil
	}
	return s.records.at(s.table.Cursor)
}
