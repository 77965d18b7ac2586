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
type past struct {
	next     string // id to go on from, "" for the oldest record here
	atStart  bool   // the oldest record there is, is here
	reaching bool   // older rows are wanted, and none has come yet
	fills    int    // pages fetched since then
	searched int64  // records that the server has looked at for pages that it could not fill
	stalled  bool   // it waits to be told to go on
}

const (
	olderRecords = 500 // what a page into the past brings
	maxFill      = 10  // pages that are fetched unasked when what came does not fill the list
)

// older takes a page of older records in, above the rows there are, and asks for
// the next where that is not enough.
func (s *screen) older(page model.RequestPage, err error) tea.Cmd {
	p := &s.past
	if err != nil {
		p.reaching, p.stalled = false, p.searched > 0
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
		p.reaching = false
	}
	switch {
	case s.records.len() >= s.rows() && !p.reaching, p.atStart:
		p.reaching, p.fills, p.searched = false, 0, 0
		return nil
	case page.Searched > 0: // it costs no room here
	case p.fills >= maxFill:
		p.stalled = s.canPage()
		p.reaching = false
		return nil
	default:
		p.fills++
	}
	return s.askOlder()
}

// reach asks for older rows.
func (s *screen) reach() tea.Cmd {
	if !s.canPage() {
		return nil
	}
	s.past.reaching, s.past.fills = true, 1
	return s.askOlder()
}

// further goes on looking where the search into the past has stopped.
func (s *screen) further() tea.Cmd {
	s.past.stalled = false
	return s.reach()
}

// stopSearch leaves the search into the past where it is.
func (s *screen) stopSearch() tea.Cmd {
	s.olderQ.Discard()
	s.past.stalled, s.past.reaching = true, false
	return nil
}

// searching reports a search into the past that takes more than one page.
func (s *screen) searching() bool { return s.past.searched > 0 && s.olderQ.Pending }

// askOlder asks for the page above the oldest record, if there is one.
func (s *screen) askOlder() tea.Cmd {
	if !s.canPage() {
		s.past.reaching = false
		return nil
	}
	before := s.past.next
	if before == "" {
		before = s.records.all[0].ID
	}
	return s.askPage(&s.olderQ, before, olderRecords)
}

func (s *screen) noRoom() bool { return len(s.records.all) >= 2*maxRecords }

func (s *screen) canPage() bool {
	return s.loaded && !s.past.atStart && !s.olderQ.Pending && (s.past.next != "" || len(s.records.all) > 0) && !s.noRoom()
}

// backTo says how far the way back has come, and past how many records.
func (s *screen) backTo() string {
	looked := max(s.past.searched, int64(len(s.records.all)))
	at, ok := idTime(s.past.next)
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
