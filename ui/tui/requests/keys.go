package requests

import (
	"slices"

	tea "charm.land/bubbletea/v2"

	"keydeck/model"
	"keydeck/ui/tui/place"
	"keydeck/ui/tui/shell"
	"keydeck/ui/tui/wallet"
)

func (s *screen) Commands() []shell.Command {
	if s.Typing() {
		return s.typingCommands()
	}
	common, token := s.requestCommands()
	if s.readingDetails() {
		return slices.Concat([]shell.Command{
			{ID: "details.leave", Title: "go back to the list", Short: "back to the list", Key: shell.Keys("esc", "enter"), Run: shell.Do(func() { s.detailsFocused = false })},
			{ID: "details.copy", Title: "copy the selected detail in full", Short: "copy this", Key: shell.Keys("y"), Run: s.copyDetail},
			{ID: "details.next", Title: "go to the next detail", Short: "next", Key: shell.Keys("tab"), Run: shell.Do(s.nextDetail)},
		}, common, token, shell.MovementCommands())
	}
	var cmds []shell.Command
	if s.paused {
		cmds = append(cmds, shell.Command{ID: "requests.follow", Title: "follow new requests again", Short: "follow", Key: shell.Keys("end", "G"),
			Run: s.resume})
	}
	if s.searchingLog() {
		cmds = append(cmds, shell.Command{ID: "requests.stop", Title: "stop searching further back", Short: "stop", Key: shell.Keys("esc"), Run: shell.Do(s.stopPaging)})
	}
	if s.paging.stalled {
		cmds = append(cmds, shell.Command{ID: "requests.further", Title: "search further back", Short: "further back", Key: shell.Keys("m"), Run: s.resumePaging})
	}
	detail, hint := "open the details", "details"
	if s.showDetails || s.sideBySide() {
		detail, hint = "read the details in full", "full details"
	}
	cmds = append(cmds, token...)
	choose, search := "", ""
	if s.selected() == nil {
		choose = "no request is selected"
	}
	if s.search.input.Value() == "" {
		search = "there is no search yet; / starts one"
	}
	cmds = append(cmds,
		shell.Command{ID: "requests.detail", Title: detail, Short: hint, Key: shell.Keys("enter"), Disabled: choose, Run: shell.Do(s.openDetails)},
		shell.Command{ID: "requests.filter", Title: "filter the list", Short: "filter", Key: shell.Keys("f"), Run: shell.Do(s.startFilter)},
		shell.Command{ID: "requests.search", Title: "search in the list", Short: "search", Key: shell.Keys("/"), Run: shell.Do(func() { s.search.typing = true })},
	)
	cmds = append(cmds, common...)
	cmds = append(cmds,
		shell.Command{ID: "requests.columns", Title: "choose the columns", Short: "columns", Key: shell.Keys("C"), Run: shell.Do(func() { s.sh.Open(&columnMenu{sh: s.sh, screen: s}) })},
		shell.Command{ID: "requests.time", Title: "show time as " + shell.TimeNames[shell.NextTime(s.sh.Prefs().Time)], Key: shell.Keys("t"), Run: shell.Do(s.cycleTime)},
		shell.Command{ID: "requests.export", Title: "export the matching requests", Short: "export", Key: shell.Keys("E"), Run: shell.Do(s.export)},
		shell.Command{ID: "requests.older", Title: "go to the next older match", Key: shell.Keys("n"), Disabled: search, Run: shell.Do(s.searchOlder)},
		shell.Command{ID: "requests.newer", Title: "go to the next newer match", Key: shell.Keys("N"), Disabled: search, Run: shell.Do(s.searchNewer)},
		shell.Command{ID: "requests.pause", Title: "pause or follow the log", Key: shell.Keys("space"), Run: s.togglePause},
		shell.Command{ID: "requests.own", Title: "show or hide the dashboard's own requests", Key: shell.Keys("o"), Run: shell.Do(s.toggleOwn)},
		shell.Command{ID: "pane.larger", Title: "make the details larger", Key: shell.Keys("["), Run: shell.Do(func() { s.resizePane(+1) })},
		shell.Command{ID: "pane.smaller", Title: "make the details smaller", Key: shell.Keys("]"), Run: shell.Do(func() { s.resizePane(-1) })},
	)
	switch {
	case s.searchingLog(): // esc is taken
	case s.showDetails && !s.sideBySide():
		cmds = append(cmds, shell.Command{ID: "requests.close", Title: "close the details", Key: shell.Keys("esc"), Run: shell.Do(s.closeDetails)})
	case s.search.input.Value() != "":
		cmds = append(cmds, shell.Command{ID: "search.drop", Title: "clear the search", Short: "clear search", Key: shell.Keys("esc"), Run: shell.Do(s.clearSearch)})
	case s.filter.input.Value() != "":
		cmds = append(cmds, shell.Command{ID: "filter.drop", Title: "clear the filter", Short: "clear filter", Key: shell.Keys("esc"), Run: s.clearFilter})
	case s.scope.ID != "":
		cmds = append(cmds, shell.Command{ID: "scope.drop", Title: "show the requests of every credential", Short: "show all", Key: shell.Keys("esc"), Run: s.dropScope})
	}
	return append(cmds, shell.MovementCommands()...)
}

// typingCommands are those of the filter or the search while it is typed.
func (s *screen) typingCommands() []shell.Command {
	if s.search.typing {
		return []shell.Command{
			{ID: "search.go", Title: "go to the nearest match", Short: "search", Key: shell.Keys("enter"), Run: shell.Do(s.submitSearch)},
			{ID: "search.drop", Title: "clear the search", Short: "cancel", Key: shell.Keys("esc"), Run: shell.Do(s.clearSearch)},
		}
	}
	earlier := ""
	if len(s.sh.Prefs().History) > 0 {
		earlier = "earlier"
	}
	return []shell.Command{
		{ID: "filter.keep", Title: "apply the filter", Short: "apply", Key: shell.Keys("enter"), Run: s.submitFilter},
		{ID: "filter.leave", Title: "cancel the change", Short: "cancel", Key: shell.Keys("esc"), Run: shell.Do(s.cancelFilter)},
		{ID: "filter.complete", Title: "complete the word", Short: "complete", Key: shell.Keys("tab")},
		{ID: "filter.history", Title: "bring back an earlier filter", Short: earlier, Key: shell.Keys("up", "down")},
	}
}

// requestCommands are those of the selected request, and of the token it brought.
func (s *screen) requestCommands() (common, token []shell.Command) {
	r := s.selected()
	choose, key := "", ""
	switch {
	case r == nil:
		choose, key = "no request is selected", "no request is selected"
	case r.Scheme == model.KindAccessToken || r.Scheme == model.KindRefreshToken:
		key = "a login made this call, not a credential"
	case r.CredentialID == "":
		key = "it came without a known credential"
	case r.ProjectID != s.sh.ProjectID() && s.sh.ProjectByID(r.ProjectID) == nil:
		key = "it belongs to a project that you cannot see"
	}
	common = []shell.Command{
		{ID: "requests.copy", Title: "copy it as a curl command, without the secret", Short: "curl", Key: shell.Keys("c"), Disabled: choose, Run: s.copyCurl},
		{ID: "requests.credential", Title: "go to its credential", Short: "credential", Key: shell.Keys("K"), Disabled: key, Run: shell.Do(s.openCredential)},
		{ID: "requests.why", Title: "explain the answer", Short: "why", Key: shell.Keys("w"), Disabled: choose, Run: s.why},
		{ID: "requests.replay", Title: "send it again, with a credential of your choice", Short: "replay", Key: shell.Keys("R"), Disabled: replayDenied(r),
			Run: shell.Do(func() { s.sh.Open(newReplay(s.sh, *s.selected())) })},
	}
	if t := s.sh.Wallet().Token(r); t != "" {
		token = append(token, shell.Command{ID: "requests.token", Title: "open the token it returned", Short: "token", Key: shell.Keys("T"),
			Run: shell.Do(func() { s.sh.Visit(place.Tokens, place.Token(t)) })})
	}
	return common, token
}

// openDetails shows the details, or focuses them if they are shown already.
func (s *screen) openDetails() {
	if s.showDetails || s.sideBySide() {
		s.focusDetails()
		return
	}
	s.showDetails = true
	s.keepCursorVisible()
}

func (s *screen) closeDetails() {
	s.showDetails = false
	s.keepCursorVisible()
}

// keepCursorVisible scrolls after the height of the list has changed.
func (s *screen) keepCursorVisible() {
	if s.paused {
		s.table.Move(s.table.Cursor, s.records.len(), s.rows())
	} else {
		s.follow()
	}
}

func (s *screen) copyCurl() tea.Cmd {
	return s.sh.Copy("the curl line", wallet.CurlCommand(s.selected(), s.sh.Access(s.selected()), s.sh.URL()))
}

func (s *screen) openCredential() {
	s.sh.Visit(place.Credentials, place.Credential(s.selected().CredentialID))
}

// dropScope shows the requests of every credential.
func (s *screen) dropScope() tea.Cmd {
	s.scope = place.RequestsOf{}
	return s.restart()
}

func (s *screen) togglePause() tea.Cmd {
	if s.paused {
		return s.resume()
	}
	s.paused = true
	return nil
}

func (s *screen) toggleOwn() {
	s.own = !s.own
	s.sh.Prefs().Own = s.own
	s.refilter()
}
