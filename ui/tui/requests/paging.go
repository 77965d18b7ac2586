package requests

import (
	"fmt"
	"strconv"
	"time"

	tea "charm.land/bubbletea/v2"

	"keydeck/model"
	"keydeck/ui/text"
	"keydeck/ui/tui/shell"
)

// paging is the state of loading older records, page by page. A filter may match
// few of them: the server searches a bounded number of records for one page and
// says where it stopped. The screen goes on from there until the list is full, the
// log ends, or the user stops it. Records that only our part of the filter drops
// take memory, so of pages with those it loads just a few by itself.
type paging struct {
	next     string // id to go on from, "" for the oldest record loaded
	atStart  bool   // the oldest record of the log is loaded
	filling  bool   // older rows are wanted and none has come yet
	pages    int    // loaded since filling began
	searched int64  // records the server has searched for pages it could not fill
	stalled  bool   // until the user resumes it
}

const (
	olderPageSize = 500
	maxFillPages  = 10 // loaded unasked while the list is not full
)

// olderLoaded adds a page of older records above the list, and loads the next if
// that is not enough.
func (s *screen) olderLoaded(page model.RequestPage, err error) tea.Cmd {
	p := &s.paging
	if err != nil {
		p.filling, p.stalled = false, p.searched > 0
		s.sh.Notify(shell.Failure, "older requests: "+shell.ErrorText(err))
		return nil
	}
	p.atStart, p.next = page.NextBefore == nil, ""
	if page.NextBefore != nil {
		p.next = *page.NextBefore
	}
	p.searched += int64(page.Searched)
	before := s.records.len()
	added := s.records.prepend(page.Items)
	if before == 0 || !s.paused {
		s.table.Move(s.records.len()-1, s.records.len(), s.rows())
	} else {
		s.table.Shift(added)
	}
	if added > 0 {
		p.filling = false
	}
	switch {
	case s.records.len() >= s.rows() && !p.filling, p.atStart:
		p.filling, p.pages, p.searched = false, 0, 0
		return nil
	case page.Searched > 0: // it takes no memory here
	case p.pages >= maxFillPages:
		p.filling, p.stalled = false, s.canPage()
		return nil
	default:
		p.pages++
	}
	return s.loadOlderPage()
}

// loadOlder loads older records until a row of them shows.
func (s *screen) loadOlder() tea.Cmd {
	if !s.canPage() {
		return nil
	}
	s.paging.filling, s.paging.pages = true, 1
	return s.loadOlderPage()
}

func (s *screen) resumePaging() tea.Cmd {
	s.paging.stalled = false
	return s.loadOlder()
}

func (s *screen) stopPaging() {
	s.olderCall.Discard()
	s.paging.stalled, s.paging.filling = true, false
}

// searchingLog reports a search of the log that takes more than one page.
func (s *screen) searchingLog() bool { return s.paging.searched > 0 && s.olderCall.Pending }

// loadOlderPage loads the page before the oldest record, if there is one.
func (s *screen) loadOlderPage() tea.Cmd {
	if !s.canPage() {
		s.paging.filling = false
		return nil
	}
	before := s.paging.next
	if before == "" {
		before = s.records.all[0].ID
	}
	return s.loadPage(&s.olderCall, before, olderPageSize, s.olderLoaded)
}

func (s *screen) full() bool { return len(s.records.all) >= 2*maxRecords }

func (s *screen) canPage() bool {
	return s.loaded && !s.paging.atStart && !s.olderCall.Pending && (s.paging.next != "" || len(s.records.all) > 0) && !s.full()
}

// pagedBack says how far back paging has come, and over how many records.
func (s *screen) pagedBack() string {
	searched := max(s.paging.searched, int64(len(s.records.all)))
	at, ok := idTime(s.paging.next)
	if !ok && len(s.records.all) > 0 {
		at, ok = s.records.all[0].At.Time, true
	}
	if !ok {
		return text.Count(searched) + " requests"
	}
	return fmt.Sprintf("back to %s, %s", text.Moment(at, s.sh.Now()), text.Plural(int(searched), "request", "requests"))
}

// idTime is the time in a record's id, a UUIDv7 (RFC 9562, section 5.7).
func idTime(id string) (time.Time, bool) {
	if len(id) != 36 {
		return time.Time{}, false
	}
	ms, err := strconv.ParseInt(id[:8]+id[9:13], 16, 64)
	return time.UnixMilli(ms), err == nil
}
