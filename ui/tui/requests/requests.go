package requests

import (
	"context"

	tea "charm.land/bubbletea/v2"

	"keydeck/model"
	"keydeck/ui/tui/place"
	"keydeck/ui/tui/query"
	"keydeck/ui/tui/shell"
	"keydeck/ui/tui/wallet"
	"keydeck/ui/tui/widget"
)

// screen shows the request log as it grows, newest at the bottom. Any
// upward move stops following; End takes it up again.
//
// The filter is in two parts: asked is what the server tests, passes is the
// whole of it, tested here once for each record that comes. While a filter is
// typed the list shows what of the records here would pass; Enter asks the
// server anew where its part has changed.
type screen struct {
	sh             *shell.Shell
	scope          place.RequestsOf // set: only that credential's
	all            bool             // of all projects
	own            bool             // the dashboard's own calls too
	showDetails    bool             // the pane below the list is open
	detailTable    widget.Table     // of the lines of the details, while they have the keys
	records        records
	table          widget.Table
	paused         bool
	skipNotified   bool  // it was said that some are skipped
	detailsFocused bool  // the details have the keys
	newRows        int64 // rows that came since the pause
	overflowed     bool  // and so many that the newest are not taken in any more
	skipped        int64
	live           bool // the stream is open
	loaded         bool
	problem        string

	paging paging // the way back through the log

	filter        filterBar
	search        searchBar
	wantedRequest string // request id of the record to go to when it comes

	feed        *feed
	names       map[string]string            // of the project's credentials, by id
	credentials map[string]wallet.Credential // those of them that the server told of
	nameQueue   []string                     // projects whose credentials are to be asked for
	nameProject string                       // the project whose credentials are being asked for
	rowCache    widget.RowCache
	content     contentWidths
	version     int // counts what changes the look of rows: names, marks
	firstCall   shell.Call[model.RequestPage]
	olderCall   shell.Call[model.RequestPage]
	namesCall   shell.Call[[]wallet.Credential]
}

// firstRecords is what the first look brings.
const firstPageSize = 300

func New(sh *shell.Shell) shell.Screen {
	s := &screen{sh: sh, all: sh.Project() == nil, own: sh.Prefs().Own, names: map[string]string{}, credentials: map[string]wallet.Credential{}}
	s.filter = newFilterBar(sh.Prefs().Filter)
	s.search = newSearchBar()
	s.records.match = s.matches
	return s
}

func (s *screen) Title() string { return "Requests" }
func (s *screen) Typing() bool  { return s.filter.typing || s.search.typing }

func (s *screen) Init() tea.Cmd {
	s.queueNames(s.sh.ProjectID())
	return tea.Batch(s.restart(), s.loadNames())
}

// Enter shows one credential's requests only.
func (s *screen) Enter(arg any) tea.Cmd {
	only, ok := arg.(place.RequestsOf)
	if to, landed := arg.(place.RequestOf); landed {
		only, ok = to.RequestsOf, true
		s.wantedRequest = to.RequestID
		s.filter.set("")
	}
	if text, filtered := arg.(place.Filter); filtered {
		s.scope, s.all = place.RequestsOf{}, s.sh.Project() == nil
		s.filter.set(string(text))
		s.version++
		return s.restart()
	}
	if !ok || only == s.scope && s.wantedRequest == "" {
		return nil
	}
	s.scope, s.all = only, only.ID == "" // a call without a credential is in no project
	s.version++
	return s.restart()
}

// Close ends the stream.
func (s *screen) Close() {
	if s.feed != nil {
		s.feed.stop()
		s.feed = nil
	}
}

// asked is what the server is asked for; what passes restricts further, here.
func (s *screen) serverFilter() model.RequestFilter {
	f := model.RequestFilter{CredentialID: s.scope.ID}
	if !s.all {
		f.ProjectID = s.sh.ProjectID()
	}
	return s.filter.applied.Filter(f)
}

func (s *screen) matches(r *model.RequestRecord) bool {
	return (s.own || !ownCall(r)) && s.filter.query.Match(r, s.names[r.CredentialID])
}

// restart begins anew with another question to the server: a look back, then
// the stream from there on.
func (s *screen) restart() tea.Cmd {
	s.Close()
	s.records = records{match: s.matches}
	s.table, s.paused, s.newRows, s.overflowed, s.skipped = widget.Table{}, false, 0, false, 0
	s.live, s.loaded, s.problem, s.detailsFocused = false, false, "", false
	s.search.match = ""
	s.paging = paging{}
	s.olderCall.Discard()
	return s.loadPage(&s.firstCall, "", firstPageSize)
}

func (s *screen) loadPage(q *shell.Call[model.RequestPage], before string, limit int) tea.Cmd {
	f := s.serverFilter()
	f.Before, f.Limit = before, limit
	return shell.Ask(s.sh, s, q, func(ctx context.Context) (model.RequestPage, error) {
		return s.sh.Client().Requests(ctx, f)
	})
}

func (s *screen) Update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case shell.SecondMsg:
		if s.problem != "" && !s.loaded && !s.firstCall.Pending {
			return s.restart()
		}
		return s.loadNames()
	case shell.Result[model.RequestPage]:
		switch {
		case s.firstCall.Accept(msg):
			return tea.Batch(s.firstLoaded(msg.Value, msg.Err), s.nameRecords(msg.Value.Items))
		case s.olderCall.Accept(msg):
			return tea.Batch(s.olderLoaded(msg.Value, msg.Err), s.nameRecords(msg.Value.Items))
		}
	case shell.Result[[]wallet.Credential]:
		if s.namesCall.Accept(msg) {
			return s.namesLoaded(msg.Value, msg.Err)
		}
	case batch:
		return s.batchArrived(msg)
	case tea.PasteMsg:
		s.edit(msg)
	case tea.KeyPressMsg:
		return s.handleKey(msg)
	}
	return nil
}

// move is the keys of the list. Going up pauses; getting near the oldest row
// asks for older ones.
func (s *screen) handleKey(k tea.KeyPressMsg) tea.Cmd {
	if s.Typing() {
		s.edit(k)
		return nil
	}
	if s.readingDetails() {
		s.scrollDetails(k.Keystroke())
		return nil
	}
	before := s.table.Cursor
	switch key := k.Keystroke(); {
	case key == "end", k.Text == "G":
		return s.resume()
	case !s.table.Key(key, s.records.len(), s.rows()):
		return nil
	case s.table.Cursor < before || key == "up" || key == "k" || key == "home" || key == "pgup":
		s.paused = true
	}
	if s.paused && s.table.Cursor < s.rows() && !s.paging.stalled {
		return s.loadOlder()
	}
	return nil
}

// goTo puts the cursor on a row and stops following.
func (s *screen) goTo(i int) {
	s.paused = true
	s.table.Move(i, s.records.len(), s.rows())
}

// follow goes to the newest row and stays there.
func (s *screen) follow() {
	s.paused, s.newRows = false, 0
	s.table.Move(s.records.len()-1, s.records.len(), s.rows())
}

// resume follows again. Where the newest were not taken in any more it begins
// anew: the log has them.
func (s *screen) resume() tea.Cmd {
	if s.overflowed {
		return s.restart()
	}
	s.follow()
	return nil
}

func (s *screen) selected() *model.RequestRecord {
	if s.table.Cursor >= s.records.len() {
		return nil
	}
	return s.records.at(s.table.Cursor)
}

// values are what the records here hold, for completion.
func (s *screen) values() query.Values {
	v := query.Values{}
	add := func(field, value string) {
		if list := v[field]; value != "" && len(list) < 50 && !has(list, value) {
			v[field] = append(list, value)
		}
	}
	for _, name := range s.names {
		add("key", name)
	}
	for i := len(s.records.all) - 1; i >= max(0, len(s.records.all)-2000); i-- {
		r := &s.records.all[i]
		add("method", r.Method)
		add("path", r.Path)
		add("route", r.Route)
		add("key", r.CredentialHint)
		add("ip", r.RemoteIP)
		add("reason", string(r.Reason))
		add("kind", string(r.Scheme))
		add("agent", r.UserAgent)
	}
	return sorted(v)
}

// Click chooses a request.
func (s *screen) Click(_, y int) tea.Cmd {
	if row, ok := s.table.RowAt(y-1, s.records.len(), s.rows()+1); ok && s.loaded && !s.Typing() && (!s.readingDetails() || s.sideBySide()) {
		s.goTo(row)
	}
	return nil
}

// ShowsAll reports that it shows the requests of all projects.
func (s *screen) ShowsAll() bool { return s.sh.Project() == nil || s.all && s.scope.ID == "" }
