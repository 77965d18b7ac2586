// Package requests is the screen with the request log: the list as it grows, its
// filter and search, the details of a request, replaying one, and the export.
package requests

import (
	"context"
	"slices"

	tea "charm.land/bubbletea/v2"

	"keydeck/model"
	"keydeck/ui/tui/place"
	"keydeck/ui/tui/query"
	"keydeck/ui/tui/shell"
	"keydeck/ui/tui/wallet"
	"keydeck/ui/tui/widget"
)

// screen shows the request log, newest at the bottom, and follows it until the
// cursor moves up.
//
// The server tests its part of the filter (serverFilter); the screen tests all of
// it (matches) on each record. While a filter is typed, the list shows which of
// the loaded records match; Enter loads the log anew if the server's part has
// changed.
type screen struct {
	sh            *shell.Shell
	scope         place.RequestsOf // set: only that credential's
	own           bool             // the dashboard's own calls too
	showDetails   bool             // below the list
	detailTable   widget.Table     // the lines of the focused details
	skipNotified  bool
	filter        filterBar
	search        searchBar
	wantedRequest string // request id of the record to select when it comes

	list // what is loaded

	feed        *feed
	names       map[string]string            // of credentials, by id
	credentials map[string]wallet.Credential // by id
	nameQueue   []string                     // projects whose credentials are still to be loaded
	nameProject string                       // the project whose credentials are being loaded
	rowCache    widget.RowCache
	content     contentWidths
	version     int // counts changes of how rows look: names, highlights

	firstCall shell.Call
	olderCall shell.Call
	namesCall shell.Call
}

// list is what is loaded of the log, and where the screen is in it.
type list struct {
	records        records
	table          widget.Table
	paging         paging
	paused         bool
	detailsFocused bool
	newRows        int64 // since the pause
	overflowed     bool  // paused and full: new records are not added
	skipped        int64
	live           bool // the stream is open
	loaded         bool
	problem        string
}

const firstPageSize = 300

func New(sh *shell.Shell) shell.Screen {
	s := &screen{sh: sh, own: sh.Prefs().Own, names: map[string]string{}, credentials: map[string]wallet.Credential{}}
	s.filter, s.search = newFilterBar(sh.Prefs().Filter), newSearchBar()
	s.records.match = s.matches
	return s
}

func (s *screen) Title() string { return "Requests" }
func (s *screen) Typing() bool  { return s.filter.typing || s.search.typing }

func (s *screen) Init() tea.Cmd {
	s.queueNames(s.sh.ProjectID())
	return tea.Batch(s.restart(), s.loadNames())
}

// Enter shows one credential's requests, one request, or those that pass a filter.
func (s *screen) Enter(arg any) tea.Cmd {
	switch arg := arg.(type) {
	case place.Filter:
		s.filter.set(string(arg))
		s.scope = place.RequestsOf{}
	case place.RequestOf:
		s.filter.set("")
		s.wantedRequest = arg.RequestID
		s.scope = arg.RequestsOf
	case place.RequestsOf:
		if arg == s.scope && s.wantedRequest == "" {
			return nil
		}
		if arg.Only != "" {
			s.filter.set(string(arg.Only))
		}
		s.scope = place.RequestsOf{ID: arg.ID, Name: arg.Name}
	default:
		return nil
	}
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

func (s *screen) serverFilter() model.RequestFilter {
	f := model.RequestFilter{CredentialID: s.scope.ID, ProjectID: s.sh.ProjectID()}
	return s.filter.applied.Filter(f)
}

func (s *screen) matches(r *model.RequestRecord) bool {
	return (s.own || !ownCall(r)) && s.filter.query.Match(r, s.names[r.CredentialID])
}

// restart loads the log anew: the first page, then the stream.
func (s *screen) restart() tea.Cmd {
	s.Close()
	s.list = list{records: records{match: s.matches}}
	s.search.match = ""
	s.olderCall.Discard()
	return s.loadPage(&s.firstCall, "", firstPageSize, s.firstLoaded)
}

func (s *screen) loadPage(q *shell.Call, before string, limit int, loaded func(model.RequestPage, error) tea.Cmd) tea.Cmd {
	f := s.serverFilter()
	f.Before, f.Limit = before, limit
	return shell.Ask(s.sh, s, q, func(ctx context.Context) (model.RequestPage, error) {
		return s.sh.Client().Requests(ctx, f)
	}, func(page model.RequestPage, err error) tea.Cmd {
		return tea.Batch(loaded(page, err), s.nameRecords(page.Items))
	})
}

func (s *screen) Update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case shell.SecondMsg:
		if s.problem != "" && !s.loaded && !s.firstCall.Pending {
			return s.restart()
		}
		return s.loadNames()
	case tea.PasteMsg:
		s.edit(msg)
	case tea.KeyPressMsg:
		return s.handleKey(msg)
	}
	return nil
}

// handleKey moves in the list. Going up pauses it; near its top, older records are
// loaded.
func (s *screen) handleKey(k tea.KeyPressMsg) tea.Cmd {
	if s.Typing() {
		s.edit(k)
		return nil
	}
	if s.readingDetails() {
		s.scrollDetails(k.String())
		return nil
	}
	before := s.table.Cursor
	switch key := k.String(); {
	case key == "end", key == "G":
		return s.resume()
	case !s.table.Key(key, s.records.len(), s.rows()):
		return nil
	case s.table.Cursor < before || key == "up" || key == "k" || key == "home" || key == "g" || key == "pgup":
		s.paused = true
	}
	if s.paused && s.table.Cursor < s.rows() && !s.paging.stalled {
		return s.loadOlder()
	}
	return nil
}

// goTo selects a row and pauses.
func (s *screen) goTo(i int) {
	s.paused = true
	s.table.Move(i, s.records.len(), s.rows())
}

// follow selects the newest row, now and as new ones come.
func (s *screen) follow() {
	s.paused, s.newRows = false, 0
	s.table.Move(s.records.len()-1, s.records.len(), s.rows())
}

// resume follows again. If the list has overflowed, it is loaded anew.
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

// values are those of the records here, for completion.
func (s *screen) values() query.Values {
	v := query.Values{}
	add := func(field, value string) {
		if list := v[field]; value != "" && len(list) < 50 && !slices.Contains(list, value) {
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
	for _, list := range v {
		slices.Sort(list)
	}
	return v
}

// Click selects the row under the pointer.
func (s *screen) Click(_ shell.Rect, _, y int) (enter bool) {
	was := s.table.Cursor
	row, ok := s.table.RowAt(y-1, s.records.len(), s.rows()+1)
	if !ok || !s.loaded || s.Typing() || s.readingDetails() && !s.sideBySide() {
		return false
	}
	s.goTo(row)
	return row == was
}
