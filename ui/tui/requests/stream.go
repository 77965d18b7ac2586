package requests

import (
	tea "charm.land/bubbletea/v2"

	"keydeck/model"
	"keydeck/ui/tui/shell"
)

// firstLoaded shows the first page and opens the stream after it. An empty log
// gives the stream no id to start after; batchArrived then loads what came in
// between.
func (s *screen) firstLoaded(page model.RequestPage, err error) tea.Cmd {
	if err != nil {
		s.problem = shell.RetryText(err)
		return nil
	}
	s.problem, s.loaded = "", true
	more := s.olderLoaded(page, nil)
	s.follow()
	s.goToWanted()
	if s.feed != nil {
		return more
	}
	after := ""
	if len(page.Items) > 0 {
		after = page.Items[0].ID
	}
	s.feed = newFeed(s.sh, s.serverFilter(), after)
	return tea.Batch(more, s.feed.run, s.feed.next(s))
}

func (s *screen) batchArrived(b batch) tea.Cmd {
	if b.feed != s.feed {
		return nil // of an earlier filter
	}
	opened := b.live && !s.live
	s.live, s.problem = b.live, shell.RetryText(b.err)
	s.countSkipped(b.skipped)
	s.addRecords(b.records)
	s.goToWanted()
	cmds := []tea.Cmd{s.feed.next(s)}
	if opened && len(s.records.all) == 0 && !s.firstCall.Pending {
		cmds = append(cmds, s.loadPage(&s.firstCall, "", firstPageSize, s.firstLoaded))
	}
	return tea.Batch(append(cmds, s.nameRecords(b.records))...)
}

// countSkipped counts records that came too fast to show, and explains that once.
func (s *screen) countSkipped(n int64) {
	if s.skipped += n; n > 0 && !s.skipNotified {
		s.skipNotified = true
		s.sh.Notify(shell.Warning, "requests arrive faster than they can be shown, so some are skipped here; the log has them all")
	}
}

// addRecords adds new records at the bottom. A paused list is not trimmed: when it
// is full, new records are only counted.
func (s *screen) addRecords(list []model.RequestRecord) {
	if s.paused && (s.overflowed || !s.records.fits(len(list))) {
		s.overflowed = s.overflowed || len(list) > 0
		for i := range list {
			if s.matches(&list[i]) {
				s.newRows++
			}
		}
		return
	}
	base := s.records.base
	added, gone := s.records.add(list)
	if s.records.base != base {
		s.paging = paging{} // the trimmed ones can be loaded again
		s.olderCall.Discard()
	}
	s.table.Shift(-gone)
	if s.paused {
		s.newRows += int64(added)
	} else {
		s.follow()
	}
}

// goToWanted selects the wanted record once it is here.
func (s *screen) goToWanted() {
	if s.wantedRequest == "" {
		return
	}
	for i := s.records.len() - 1; i >= 0; i-- {
		if s.records.at(i).RequestID == s.wantedRequest {
			s.wantedRequest, s.showDetails = "", true
			s.goTo(i)
			return
		}
	}
}
