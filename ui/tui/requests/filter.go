package requests

import (
	"errors"
	"reflect"
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

// filterBar is the filter and its input.
type filterBar struct {
	typing     bool
	input      *widget.Input
	query      query.Query  // of the list: the last text without an error
	applied    query.Query  // what the server was asked for
	before     string       // the text before it was edited
	err        *query.Error // of the text in the input
	historyPos int          // position in the history, 0 for before

	completeFrom int      // byte offset of the word being completed
	completions  []string // of that word
	completion   int      // index of the one in the input, -1 for none
}

func newFilterBar(s string) filterBar {
	b := filterBar{input: widget.NewInput("", "status:4xx method:POST path:/v1 >100ms", query.MaxLen)}
	b.set(s)
	return b
}

// set applies a filter without asking the server. One that does not parse counts
// as none.
func (b *filterBar) set(s string) {
	b.input.Set(s)
	if b.parse(); b.err != nil {
		b.input.Set("")
		b.parse()
	}
	b.applied = b.query
}

// parse parses the input. The query stays as it was on an error.
func (b *filterBar) parse() {
	q, err := query.Parse(b.input.Value())
	if b.err = nil; errors.As(err, &b.err) {
		return
	}
	b.query = q
}

// complete puts the next completion of the word before the cursor in.
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

func (s *screen) startFilter() {
	b := &s.filter
	b.typing, b.before, b.historyPos, b.completions = true, b.input.Value(), 0, nil
}

// submitFilter applies the typed filter.
func (s *screen) submitFilter() tea.Cmd {
	b := &s.filter
	if b.err != nil {
		s.sh.Notify(shell.Warning, "the filter has an error: "+b.err.Message)
		return nil
	}
	b.typing = false
	if f := strings.TrimSpace(b.input.Value()); f != "" {
		list := slices.DeleteFunc(slices.Clone(s.sh.Prefs().History), func(h string) bool { return h == f })
		s.sh.Prefs().History = append([]string{f}, list[:min(len(list), shell.MaxHistory-1)]...)
	}
	return s.applyFilter()
}

// applyFilter applies the filter in the input. It loads the log anew if the
// server's part of the filter has changed.
func (s *screen) applyFilter() tea.Cmd {
	b := &s.filter
	s.sh.Prefs().Filter = b.input.Value()
	s.version++
	before := s.serverFilter()
	b.applied = b.query
	if !reflect.DeepEqual(before, s.serverFilter()) {
		return s.restart()
	}
	s.refilter()
	s.paging.stalled = false
	if s.records.len() < s.rows() {
		return s.loadOlder()
	}
	return nil
}

// cancelFilter restores the filter before editing.
func (s *screen) cancelFilter() {
	b := &s.filter
	b.typing = false
	b.input.Set(b.before)
	b.parse()
	s.refilter()
}

func (s *screen) clearFilter() tea.Cmd {
	s.filter.input.Set("")
	s.filter.parse()
	return s.applyFilter()
}

// edit passes keys and pastes to the input being typed in.
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

// editFilter reports whether the text has changed.
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

// recallHistory puts the nth newest filter of the history into the input; 0 is the
// text before editing.
func (s *screen) recallHistory(n int) bool {
	b := &s.filter
	history := append([]string{b.before}, s.sh.Prefs().History...)
	if n < 0 || n >= len(history) {
		return false
	}
	b.historyPos, b.completions = n, nil
	b.input.Set(history[n])
	return true
}

// refilter applies the query to the records here and keeps the cursor on its
// record if it can.
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

// searchBar finds text in the list without hiding anything.
type searchBar struct {
	typing bool
	input  *widget.Input

	match           string // id of the record it has found
	position, total int    // of that record among the matches, from the newest
}

func newSearchBar() searchBar {
	return searchBar{input: widget.NewInput("", "text to find", 100)}
}

// submitSearch goes to the nearest match, from the selected row on.
func (s *screen) submitSearch() {
	s.search.typing = false
	s.version++
	if s.search.input.Value() != "" {
		s.findFrom(s.table.Cursor, -1)
	}
}

func (s *screen) clearSearch() {
	s.search.typing = false
	s.search.input.Set("")
	s.version++
}

func (s *screen) searchOlder() { s.findFrom(s.table.Cursor-1, -1) }
func (s *screen) searchNewer() { s.findFrom(s.table.Cursor+1, +1) }

// findFrom goes to the first match at row i or after it in steps.
func (s *screen) findFrom(i, step int) {
	part := strings.ToLower(s.search.input.Value())
	for ; i >= 0 && i < s.records.len(); i += step {
		if _, ok := s.columnWith(s.records.at(i), part); ok {
			s.goTo(i)
			s.countMatches(i, part)
			return
		}
	}
	word := "older"
	if step > 0 {
		word = "newer"
	}
	s.sh.Notify(shell.Warning, "no "+word+" match among the "+text.Plural(s.records.len(), "row", "rows")+" here")
}

// countMatches counts the matches and notes which of them row i is.
func (s *screen) countMatches(i int, part string) {
	b := &s.search
	b.match, b.position, b.total = s.records.at(i).ID, 0, 0
	for j := s.records.len() - 1; j >= 0; j-- {
		if _, ok := s.columnWith(s.records.at(j), part); ok {
			b.total++
			if j >= i {
				b.position++
			}
		}
	}
}

// matchText says which match is selected, "" if none is.
func (s *screen) matchText() string {
	if r := s.selected(); r == nil || r.ID != s.search.match {
		return ""
	}
	words := "match " + text.Count(int64(s.search.position)) + " of " + text.Count(int64(s.search.total))
	in, _ := s.columnWith(s.selected(), strings.ToLower(s.search.input.Value()))
	shown, _ := s.fitColumns(s.listWidth())
	if in != "" && !slices.ContainsFunc(shown, func(c column) bool { return c.id == in }) {
		words += ", in the " + fieldNames[in]
	}
	return words
}

// columnWith reports whether a record has the text, given in lower case, and the id
// of its column: "" for one that every list has, "request" for the request id,
// which has no column.
func (s *screen) columnWith(r *model.RequestRecord, part string) (column string, ok bool) {
	for _, f := range [...]struct{ column, value string }{{"", r.Path}, {"", r.Method}, {"key", s.keyName(r)}, {"address", r.RemoteIP},
		{"agent", r.UserAgent}, {"hint", r.CredentialHint}, {"request", r.RequestID}} {
		if text.ContainsFold(f.value, part) {
			return f.column, true
		}
	}
	var status [8]byte
	return "", strings.Contains(string(strconv.AppendInt(status[:0], int64(r.Status), 10)), part) ||
		r.Reason != "" && text.ContainsFold(r.Reason.Label(), part)
}

// fieldNames name what may match in a column that is not shown.
var fieldNames = map[string]string{"key": "name of the credential", "address": "address", "agent": "user agent", "hint": "hint", "request": "request id"}

// highlight is the text to set off in the rows: of the search, else the filter.
func (s *screen) highlight() string {
	if v := s.search.input.Value(); v != "" {
		return v
	}
	if words := s.filter.query.Text(); len(words) > 0 {
		return words[0]
	}
	return ""
}
