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
	typing bool
	input  *widget.Input
	query  query.Query  // what the list is sifted by: the last one without an error
	kept   query.Query  // what the server was asked by
	was    string       // the text before editing
	err    *query.Error // of the text in the input
	past   int          // place in the history while going through it, 0 for none

	from    int      // where the word that is completed begins
	choices []string // what it may become
	chosen  int      // the one that stands in the input, -1 for none
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
	b.kept = b.query
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
	if len(b.choices) == 0 {
		before := b.input.Before()
		b.from, b.choices = query.Complete(before, len(before), v)
		b.chosen = -1
		if len(b.choices) == 0 {
			return
		}
	}
	b.chosen = (b.chosen + 1) % len(b.choices)
	b.input.Complete(b.from, b.choices[b.chosen])
	if len(b.choices) == 1 {
		b.choices = nil
	}
}

func (s *screen) startFilter() tea.Cmd {
	b := &s.sifting
	b.typing, b.was, b.past, b.choices = true, b.input.Value(), 0, nil
	return nil
}

// keepFilter puts what was typed in force, and asks the server anew if its part
// is another one.
func (s *screen) keepFilter() tea.Cmd {
	b := &s.sifting
	if b.err != nil {
		s.sh.Notify(shell.Warning, "the filter cannot be read: "+b.err.Message)
		return nil
	}
	b.typing = false
	if f := strings.TrimSpace(b.input.Value()); f != "" {
		list := slices.DeleteFunc(slices.Clone(s.sh.Prefs().History), func(h string) bool { return h == f })
		s.sh.Prefs().History = append([]string{f}, list[:min(len(list), shell.MaxHistory-1)]...)
	}
	return s.refilter()
}

// refilter makes the filter in the bar the one that holds.
func (s *screen) refilter() tea.Cmd {
	b := &s.sifting
	s.sh.Prefs().Filter = b.input.Value()
	s.looks++
	before := s.asked()
	b.kept = b.query
	if after := s.asked(); !sameFilter(before, after) {
		return s.restart()
	}
	s.sift()
	s.past.stalled = false
	if s.records.len() < s.rows() {
		return s.reach()
	}
	return nil
}

func sameFilter(a, b model.RequestFilter) bool {
	return a.Method == b.Method && a.Status == b.Status && a.StatusClass == b.StatusClass && a.Path == b.Path && a.Route == b.Route &&
		a.CredentialID == b.CredentialID && a.ProjectID == b.ProjectID && a.Q == b.Q && a.MinMillis == b.MinMillis
}

// leaveFilter goes back to the filter before editing.
func (s *screen) leaveFilter() tea.Cmd {
	b := &s.sifting
	b.typing = false
	b.input.Set(b.was)
	b.parse()
	s.sift()
	return nil
}

func (s *screen) dropFilter() tea.Cmd {
	s.sifting.input.Set("")
	s.sifting.parse()
	return s.refilter()
}

// edit takes keys and pastes for what is being typed.
func (s *screen) edit(msg tea.Msg) {
	switch {
	case s.sifting.typing:
		if s.editFilter(msg) {
			s.sifting.parse()
			s.sift()
		}
	case s.finding.typing:
		if s.finding.input.Update(msg) {
			s.looks++
		}
	}
}

// editFilter reports whether the text has changed. Up and down go through the
// history, tab completes.
func (s *screen) editFilter(msg tea.Msg) bool {
	b := &s.sifting
	if k, ok := msg.(tea.KeyPressMsg); ok {
		switch k.Keystroke() {
		case "tab":
			b.complete(s.values())
			return true
		case "up":
			return s.recall(b.past + 1)
		case "down":
			return s.recall(b.past - 1)
		}
	}
	b.choices = nil
	return b.input.Update(msg)
}

// recall puts the nth filter of the history into the bar, counted from the
// newest; 0 is what was there before.
func (s *screen) recall(n int) bool {
	b, history := &s.sifting, s.sh.Prefs().History
	if n < 0 || n > len(history) {
		return false
	}
	b.past, b.choices = n, nil
	if n == 0 {
		b.input.Set(b.was)
	} else {
		b.input.Set(history[n-1])
	}
	return true
}

// sift applies another filter and keeps the cursor on its record where it can.
func (s *screen) sift() {
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

// searchBar looks for text in the list, without taking anything out of it.
type searchBar struct {
	typing bool
	input  *widget.Input

	at       string // id of the record that it has gone to
	nth, all int    // which of those that have the text it is, counted from the newest
}

func newSearchBar() searchBar {
	return searchBar{input: widget.NewInput("", "text to go to", 100)}
}

func (s *screen) startSearch() tea.Cmd { s.finding.typing = true; return nil }

// keepSearch goes to the nearest row that has the text, this one included.
func (s *screen) keepSearch() tea.Cmd {
	s.finding.typing = false
	s.looks++
	if s.finding.input.Value() == "" {
		return nil
	}
	return s.seek(s.table.Cursor, -1)
}

func (s *screen) dropSearch() tea.Cmd {
	s.finding.typing = false
	s.finding.input.Set("")
	s.looks++
	return nil
}

func (s *screen) searchOlder() tea.Cmd { return s.seek(s.table.Cursor-1, -1) }
func (s *screen) searchNewer() tea.Cmd { return s.seek(s.table.Cursor+1, +1) }

// seek goes to the first row from i on, in steps, that has the searched text.
func (s *screen) seek(i, step int) tea.Cmd {
	part := strings.ToLower(s.finding.input.Value())
	for ; i >= 0 && i < s.records.len(); i += step {
		if s.found(s.records.at(i), part) {
			s.goTo(i)
			s.number(i, part)
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
func (s *screen) number(i int, part string) {
	b := &s.finding
	b.at, b.nth, b.all = s.records.at(i).ID, 0, 0
	for j := s.records.len() - 1; j >= 0; j-- {
		if s.found(s.records.at(j), part) {
			b.all++
			if j >= i {
				b.nth++
			}
		}
	}
}

// match says which of the rows that have the searched text the cursor is on, as
// long as it is where the search has gone.
func (s *screen) match() string {
	if r := s.selected(); r == nil || r.ID != s.finding.at {
		return ""
	}
	words := "match " + text.Count(int64(s.finding.nth)) + " of " + text.Count(int64(s.finding.all))
	in, _ := s.foundIn(s.selected(), strings.ToLower(s.finding.input.Value()))
	shown, _ := s.fitting(s.listRoom())
	if in != "" && !slices.ContainsFunc(shown, func(c column) bool { return c.id == in }) {
		words += ", in the " + columnWords[in]
	}
	return words
}

// found reports a row that has the text, given in lower case, in what is known of
// it.
func (s *screen) found(r *model.RequestRecord, part string) bool {
	_, ok := s.foundIn(r, part)
	return ok
}

// foundIn is found, and says in what the text was: "" for what every list shows,
// else the id of its column, or "request" for what has none.
func (s *screen) foundIn(r *model.RequestRecord, part string) (column string, ok bool) {
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
var columnWords = map[string]string{"key": "name of the credential", "address": "address", "agent": "user agent", "hint": "hint", "request": "request id"}

// marked is what is set off in the rows: the searched text, else the filter's.
func (s *screen) marked() string {
	if v := s.finding.input.Value(); v != "" {
		return v
	}
	if words := s.sifting.query.Text(); len(words) > 0 {
		return words[0]
	}
	return ""
}
