package tui

import (
	"slices"

	tea "charm.land/bubbletea/v2"

	"keydeck/model"
	"keydeck/ui/tui/query"
)

// first takes the look back and opens the stream behind it. If the log was
// empty the stream has no place to begin at; what slips in between is fetched
// when the stream is open (see take).
func (s *requestsScreen) first(page model.RequestPage, err error) tea.Cmd {
	if err != nil {
		s.problem = meanwhile(err)
		return nil
	}
	s.problem, s.loaded = "", true
	more := s.older(page, nil)
	s.follow()
	s.land()
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

// older takes a page of older records in, above the rows there are. Where none
// of it passes, or too little to fill the list, it asks for the next, up to a
// bound: behind it may be a million records that do not pass either.
func (s *requestsScreen) older(page model.RequestPage, err error) tea.Cmd {
	if err != nil {
		s.reaching = false
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
	if added > 0 {
		s.reaching = false
	}
	switch {
	case s.records.len() >= s.rows() && !s.reaching:
		s.fills = 0
		return nil
	case s.fills >= maxFill:
		s.stalled = s.canPage()
		s.reaching = false
		return nil
	}
	s.fills++
	return s.askOlder()
}

// reach asks for older rows.
func (s *requestsScreen) reach() tea.Cmd {
	if !s.canPage() {
		return nil
	}
	s.reaching, s.fills = true, 1
	return s.askOlder()
}

// further goes on looking where the search into the past has stopped.
func (s *requestsScreen) further() tea.Cmd {
	s.stalled = false
	return s.reach()
}

// askOlder asks for the page above the oldest record, if there is one.
func (s *requestsScreen) askOlder() tea.Cmd {
	if !s.canPage() {
		s.reaching = false
		return nil
	}
	return s.askPage(&s.olderQ, s.records.all[0].ID, olderRecords)
}

func (s *requestsScreen) full() bool { return len(s.records.all) >= 2*maxRecords }

func (s *requestsScreen) canPage() bool {
	return s.loaded && !s.atStart && !s.olderQ.waiting && len(s.records.all) > 0 && !s.full()
}

// take shows what the stream brought.
func (s *requestsScreen) take(b batch) tea.Cmd {
	if b.of != s.feed {
		return nil // of an older question
	}
	opened := b.live && !s.live
	s.live, s.problem = b.live, meanwhile(b.err)
	s.skipped += b.skipped
	base := s.records.base
	added, gone := s.records.add(b.records)
	if s.records.base != base {
		s.atStart = false // the oldest went, and can be asked for again
	}
	s.table.Shift(-gone)
	if s.paused {
		s.fresh += int64(added)
	} else {
		s.follow()
	}
	s.land()
	cmds := []tea.Cmd{s.feed.next(s)}
	if opened && len(s.records.all) == 0 && !s.firstQ.waiting {
		cmds = append(cmds, s.askPage(&s.firstQ, "", firstRecords))
	}
	if s.strange(b.records) && !s.namesQ.waiting {
		cmds = append(cmds, s.loadNames())
	}
	return tea.Batch(cmds...)
}

// land goes to the record that is wanted, if it has come.
func (s *requestsScreen) land() {
	if s.wanted == "" {
		return
	}
	for i := s.records.len() - 1; i >= 0; i-- {
		if s.records.at(i).RequestID == s.wanted {
			s.wanted, s.detail = "", true
			s.goTo(i)
			return
		}
	}
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

func has(list []string, s string) bool { return slices.Contains(list, s) }

// sorted puts the values of every field in order.
func sorted(v query.Values) query.Values {
	for _, list := range v {
		slices.Sort(list)
	}
	return v
}
