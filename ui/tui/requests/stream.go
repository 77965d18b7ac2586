package requests

import (
	"slices"

	tea "charm.land/bubbletea/v2"

	"keydeck/model"
	"keydeck/ui/tui/query"
	"keydeck/ui/tui/shell"
)

// first takes the look back and opens the stream behind it. If the log was
// empty the stream has no place to begin at; what slips in between is fetched
// when the stream is open (see take).
func (s *screen) first(page model.RequestPage, err error) tea.Cmd {
	if err != nil {
		s.problem = shell.RetryText(err)
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
	s.feed = newFeed(s.sh, s.asked(), after)
	return tea.Batch(more, s.feed.read, s.feed.next(s))
}

// take shows what the stream brought.
func (s *screen) take(b batch) tea.Cmd {
	if b.of != s.feed {
		return nil // of an older question
	}
	opened := b.live && !s.live
	s.live, s.problem = b.live, shell.RetryText(b.err)
	s.skip(b.skipped)
	s.takeIn(b.records)
	s.land()
	cmds := []tea.Cmd{s.feed.next(s)}
	if opened && len(s.records.all) == 0 && !s.firstQ.Pending {
		cmds = append(cmds, s.askPage(&s.firstQ, "", firstRecords))
	}
	return tea.Batch(append(cmds, s.nameAll(b.records))...)
}

// skip counts what came too fast to be shown, and explains that once.
func (s *screen) skip(n int64) {
	if s.skipped += n; n > 0 && !s.told {
		s.told = true
		s.sh.Notify(shell.Warning, "requests come faster than they can be shown, so some are skipped here; none was held up, and the log has them")
	}
}

// takeIn adds new records below the others. While paused nothing goes for them:
// when there is no more room they are counted, and left to the log.
func (s *screen) takeIn(list []model.RequestRecord) {
	if s.paused && (s.full || !s.records.room(len(list))) {
		s.full = s.full || len(list) > 0
		for i := range list {
			if s.passes(&list[i]) {
				s.fresh++
			}
		}
		return
	}
	base := s.records.base
	added, gone := s.records.add(list)
	if s.records.base != base {
		s.past = past{} // the oldest went, and can be asked for again
		s.olderQ.Discard()
	}
	s.table.Shift(-gone)
	if s.paused {
		s.fresh += int64(added)
	} else {
		s.follow()
	}
}

// land goes to the record that is wanted, if it has come.
func (s *screen) land() {
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

func has(list []string, s string) bool { return slices.Contains(list, s) }

// sorted puts the values of every field in order.
func sorted(v query.Values) query.Values {
	for _, list := range v {
		slices.Sort(list)
	}
	return v
}
