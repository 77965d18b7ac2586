package requests

import (
	"errors"
	"slices"
	"strconv"
	"strings"

	tea "charm.land/bubbletea/v2"

	"keydeck/model"
	"keydeck/ui/text"
	"keydeck/ui/tui/query"
	"keydeck/ui/tui/shell"
	"keydeck/ui/tui/widget"
)

// filterBar is the filter as it is typed and as it holds.
type filterBar struct {
	typing     bool
	input      *widget.Input
	query      query.Query  // what the list is sifted by: the last one without an error
	applied    query.Query  // what the server was asked by
	before     string       // the text before editing
	err        *query.Error // of the text in the input
	historyPos int          // place in the history while going through it, 0 for none

	completeFrom int      // where the word that is completed begins
	completions  []string // what it may become
	completion   int      // the one that stands in the input, -1 for none
}

func newFilterBar(s string) filterBar {
	b := filterBar{input: widget.NewInput("", "status:4xx method:POST path:/v1 >100ms", query.MaxLen)}
	b.set(s)
	return b
}

// set puts a filter in force without asking anybody; one that cannot be read is
// none.
func (b *filterBar) set(s string) {
	b.input.Set(s)
	if b.parse(); b.err != nil {
		b.input.Set("")
		b.parse()
	}
	b.applied = b.query
}

// parse reads the input; the query stays what it was if that cannot be read.
func (b *filterBar) parse() {
	q, err := query.Parse(b.input.Value())
	if b.err = nil; errors.As(err, &b.err) {
		return
	}
	b.query = q
}

// complete begins or goes on with completing the word before the cursor.
func (b *filterBar) complete(v query.Values) {
	if len(b.completions) == 0 {
		before := b.input.Before()
		b.completeFrom, b.completions = query.Complete(before, len(before), v)
		b.completion = -1
		if len(b.completions) == 0 {
			return
		}
	}
	b.completion = (b.completion + 1) % len(b.completions)
	b.input.Complete(b.completeFrom, b.completions[b.completion])
	if len(b.completions) == 1 {
		b.completions = nil
	}
}

func (s *screen) startFilter() tea.Cmd {
	b := &s.filter
	b.typing, b.before, b.historyPos, b.completions = true, b.input.Value(), 0, nil
	return nil
}

// keepFilter puts what was typed in force, and asks the server anew if its part
// is another one.
func (s *screen) submitFilter() tea.Cmd {
	b := &s.filter
	if b.err != nil {
		s.sh.Notify(shell.Warning, "the filter cannot be read: "+b.err.Message)
		return nil
	}
	b.typing = false
	if f := strings.TrimSpace(b.input.Value()); f != "" {
		list := slices.DeleteFunc(slices.Clone(s.sh.Prefs().History), func(h string) bool { return h == f })
		s.sh.Prefs().History = append([]string{f}, list[:min(len(list), shell.MaxHistory-1)]...)
	}
	return s.applyFilter()
}

// refilter makes the filter in the bar the one that holds.
func (s *screen) applyFilter() tea.Cmd {
	b := &s.filter
	s.sh.Prefs().Filter = b.input.Value()
	s.version++
	before := s.serverFilter()
	b.applied = b.query
	if after := s.serverFilter(); !sameFilter(before, after) {
		return s.restart()
	}
	s.refilter()
	s.paging.stalled = false
	if s.records.len() < s.rows() {
		return s.loadOlder()
	}
	return nil
}

func sameFilter(a, b model.RequestFilter) bool {
	return a.Method == b.Method && a.Status == b.Status && a.StatusClass == b.StatusClass && a.Path == b.Path && a.Route == b.Route &&
		a.CredentialID == b.CredentialID && a.ProjectID == b.ProjectID && a.Q == b.Q && a.MinMillis == b.MinMillis
}

// leaveFilter goes back to the filter before editing.
func (s *screen) cancelFilter() tea.Cmd {
	b := &s.filter
	b.typing = false
	b.input.Set(b.before)
	b.parse()
	s.refilter()
	return nil
}

func (s *screen) clearFilter() tea.Cmd {
	s.filter.input.Set("")
	s.filter.parse()
	return s.applyFilter()
}

// edit takes keys and pastes for what is being typed.
func (s *screen) edit(msg tea.Msg) {
	switch {
	case s.filter.typing:
		if s.editFilter(msg) {
			s.filter.parse()
			s.refilter()
		}
	case s.search.typing:
		if s.search.input.Update(msg) {
			s.version++
		}
	}
}

// editFilter reports whether the text has changed. Up and down go through the
// history, tab completes.
func (s *screen) editFilter(msg tea.Msg) bool {
	b := &s.filter
	if k, ok := msg.(tea.KeyPressMsg); ok {
		switch k.Keystroke() {
		case "tab":
			b.complete(s.values())
			return true
		case "up":
			return s.recallHistory(b.historyPos + 1)
		case "down":
			return s.recallHistory(b.historyPos - 1)
		}
	}
	b.completions = nil
	return b.input.Update(msg)
}

// recall puts the nth filter of the history into the bar, counted from the
// newest; 0 is what was there before.
func (s *screen) recallHistory(n int) bool {
	b, history := &s.filter, s.sh.Prefs().History
	if n < 0 || n > len(history) {
		return false
	}
	b.historyPos, b.completions = n, nil
	if n == 0 {
		b.input.Set(b.before)
	} else {
		b.input.Set(history[n-1])
	}
	return true
}

// sift applies another filter and keeps the cursor on its record where it can.
func (s *screen) refilter() {
	keep := ""
	if r := s.selected(); r != nil {
		keep = r.ID
	}
	s.records.refilter(s.matches)
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

// searchBar looks for text in the list, without taking anything out of it.
type searchBar struct {
	typing bool
	input  *widget.Input

	match           string // id of the record that it has gone to
	position, total int    // which of those that have the text it is, counted from the newest
}

func newSearchBar() searchBar {
	return searchBar{input: widget.NewInput("", "text to go to", 100)}
}

func (s *screen) startSearch() tea.Cmd { s.search.typing = true; return nil }

// keepSearch goes to the nearest row that has the text, this one included.
func (s *screen) submitSearch() tea.Cmd {
	s.search.typing = false
	s.version++
	if s.search.input.Value() == "" {
		return nil
	}
	return s.findFrom(s.table.Cursor, -1)
}

func (s *screen) clearSearch() tea.Cmd {
	s.search.typing = false
	s.search.input.Set("")
	s.version++
	return nil
}

func (s *screen) searchOlder() tea.Cmd { return s.findFrom(s.table.Cursor-1, -1) }
func (s *screen) searchNewer() tea.Cmd { return s.findFrom(s.table.Cursor+1, +1) }

// seek goes to the first row from i on, in steps, that has the searched text.
func (s *screen) findFrom(i, step int) tea.Cmd {
	part := strings.ToLower(s.search.input.Value())
	for ; i >= 0 && i < s.records.len(); i += step {
		if s.contains(s.records.at(i), part) {
			s.goTo(i)
			s.countMatches(i, part)
			return nil
		}
	}
	word := "older"
	if step > 0 {
		word = "newer"
	}
	s.sh.Notify(shell.Warning, "no "+word+" row of the "+text.Count(int64(s.records.len()))+" here has that")
	return nil
}

// number counts the rows that have the text, and which of them row i is.
func (s *screen) countMatches(i int, part string) {
	b := &s.search
	b.match, b.position, b.total = s.records.at(i).ID, 0, 0
	for j := s.records.len() - 1; j >= 0; j-- {
		if s.contains(s.records.at(j), part) {
			b.total++
			if j >= i {
				b.position++
			}
		}
	}
}

// match says which of the rows that have the searched text the cursor is on, as
// long as it is where the search has gone.
func (s *screen) matchText() string {
	if r := s.selected(); r == nil || r.ID != s.search.match {
		return ""
	}
	words := "match " + text.Count(int64(s.search.position)) + " of " + text.Count(int64(s.search.total))
	in, _ := s.columnWith(s.selected(), strings.ToLower(s.search.input.Value()))
	shown, _ := s.fitColumns(s.listWidth())
	if in != "" && !slices.ContainsFunc(shown, func(c fittedColumn) bool { return c.id == in }) {
		words += ", in the " + fieldNames[in]
	}
	return words
}

// found reports a row that has the text, given in lower case, in what is known of
// it.
func (s *screen) contains(r *model.RequestRecord, part string) bool {
	_, ok := s.columnWith(r, part)
	return ok
}

// foundIn is found, and says in what the text was: "" for what every list shows,
// else the id of its column, or "request" for what has none.
func (s *screen) columnWith(r *model.RequestRecord, part string) (column string, ok bool) {
	for _, f := range [...]struct{ column, value string }{{"", r.Path}, {"", r.Method}, {"key", s.keyName(r)}, {"address", r.RemoteIP},
		{"agent", r.UserAgent}, {"hint", r.CredentialHint}, {"request", r.RequestID}} {
		if text.ContainsFold(f.value, part) {
			return f.column, true
		}
	}
	var status [8]byte
	return "", strings.Contains(string(strconv.AppendInt(status[:0], int64(r.Status), 10)), part) ||
		r.Reason != "" && text.ContainsFold(text.ReasonLabel(r.Reason), part)
}

// columnWords are what is found in no column, or in one that is not shown.
var fieldNames = map[string]string{"key": "name of the credential", "address": "address", "agent": "user agent", "hint": "hint", "request": "request id"}

// marked is what is set off in the rows: the searched text, else the filter's.
func (s *screen) highlight() string {
	if v := s.search.input.Value(); v != "" {
		return v
	}
	if words := s.filter.query.Text(); len(words) > 0 {
		return words[0]
	}
	return ""
}
