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

// past is how it stands with the way back through the log. Older records are
// asked for page by page. A filter may find few or none of them: the server
// looks at a bounded number for one page and says where it has stopped, and the
// screen goes on from there by itself until the list is full, the log ends, or
// it is told to stop. What the server finds and only this side's part of the
// filter drops takes room here, so of that it fetches no more than a few pages
// unasked.
type paging struct {
	next     string // id to go on from, "" for the oldest record here
	atStart  bool   // the oldest record there is, is here
	filling  bool   // older rows are wanted, and none has come yet
	pages    int    // pages fetched since then
	searched int64  // records that the server has looked at for pages that it could not fill
	stalled  bool   // it waits to be told to go on
}

const (
	olderPageSize = 500 // what a page into the past brings
	maxFillPages  = 10  // pages that are fetched unasked when what came does not fill the list
)

// older takes a page of older records in, above the rows there are, and asks for
// the next where that is not enough.
func (s *screen) olderLoaded(page model.RequestPage, err error) tea.Cmd {
	p := &s.paging
	if err != nil {
		p.filling, p.stalled = false, p.searched > 0
		s.sh.Notify(shell.Failure, "older records: "+shell.ErrorText(err))
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
	case page.Searched > 0: // it costs no room here
	case p.pages >= maxFillPages:
		p.stalled = s.canPage()
		p.filling = false
		return nil
	default:
		p.pages++
	}
	return s.loadOlderPage()
}

// reach asks for older rows.
func (s *screen) loadOlder() tea.Cmd {
	if !s.canPage() {
		return nil
	}
	s.paging.filling, s.paging.pages = true, 1
	return s.loadOlderPage()
}

// further goes on looking where the search into the past has stopped.
func (s *screen) resumePaging() tea.Cmd {
	s.paging.stalled = false
	return s.loadOlder()
}

// stopSearch leaves the search into the past where it is.
func (s *screen) stopPaging() tea.Cmd {
	s.olderCall.Discard()
	s.paging.stalled, s.paging.filling = true, false
	return nil
}

// searching reports a search into the past that takes more than one page.
func (s *screen) searchingLog() bool { return s.paging.searched > 0 && s.olderCall.Pending }

// askOlder asks for the page above the oldest record, if there is one.
func (s *screen) loadOlderPage() tea.Cmd {
	if !s.canPage() {
		s.paging.filling = false
		return nil
	}
	before := s.paging.next
	if before == "" {
		before = s.records.all[0].ID
	}
	return s.loadPage(&s.olderCall, before, olderPageSize)
}

func (s *screen) full() bool { return len(s.records.all) >= 2*maxRecords }

func (s *screen) canPage() bool {
	return s.loaded && !s.paging.atStart && !s.olderCall.Pending && (s.paging.next != "" || len(s.records.all) > 0) && !s.full()
}

// backTo says how far the way back has come, and past how many records.
func (s *screen) pagedBack() string {
	looked := max(s.paging.searched, int64(len(s.records.all)))
	at, ok := idTime(s.paging.next)
	if !ok && len(s.records.all) > 0 {
		at, ok = s.records.all[0].At.Time, true
	}
	if !ok {
		return text.Count(looked) + " records"
	}
	return fmt.Sprintf("back to %s, %s", text.Moment(at, s.sh.Now()), text.Plural(int(looked), "record", "records"))
}

// idTime is the time in a record's id, which is a UUIDv7 (RFC 9562, section 5.7).
func idTime(id string) (time.Time, bool) {
	if len(id) != 36 {
		return time.Time{}, false
	}
	ms, err := strconv.ParseInt(id[:8]+id[9:13], 16, 64)
	return time.UnixMilli(ms), err == nil
}
