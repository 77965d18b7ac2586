package tui

import (
	tea "charm.land/bubbletea/v2"

	"keydeck/model"
)

func (s *requestsScreen) Commands() []Command {
	switch {
	case s.sifting.typing:
		earlier := ""
		if len(s.stored.History) > 0 {
			earlier = "earlier"
		}
		return []Command{
			{ID: "filter.keep", Title: "keep the filter", Short: "keep", Key: on("enter"), Run: s.keepFilter},
			{ID: "filter.leave", Title: "leave the filter as it was", Short: "leave", Key: on("esc"), Run: s.leaveFilter},
			{ID: "filter.complete", Title: "complete the word", Short: "complete", Key: on("tab")},
			{ID: "filter.history", Title: "go through earlier filters", Short: earlier, Key: on("up", "down")},
		}
	case s.finding.typing:
		return []Command{
			{ID: "search.go", Title: "go to what has it", Short: "go", Key: on("enter"), Run: s.keepSearch},
			{ID: "search.drop", Title: "drop the search", Short: "drop", Key: on("esc"), Run: s.dropSearch},
		}
	}
	r := s.selected()
	choose, key := "", ""
	switch {
	case r == nil:
		choose, key = "no request is chosen", "no request is chosen"
	case r.Scheme == model.KindAccessToken || r.Scheme == model.KindRefreshToken:
		key = "it is a login's own call, so there is no credential to go to"
	case r.CredentialID == "":
		key = "the request has no known credential"
	case r.ProjectID != s.projectID():
		key = "its credential belongs to another project"
	}
	var cmds []Command
	if s.paused {
		cmds = append(cmds, Command{ID: "requests.follow", Title: "follow the newest again", Short: "follow", Key: on("end", "G"),
			Run: s.resume})
	}
	if s.searching() {
		cmds = append(cmds, Command{ID: "requests.stop", Title: "stop searching further back", Short: "stop", Key: on("esc"), Run: s.stopSearch})
	}
	if s.past.stalled {
		cmds = append(cmds, Command{ID: "requests.further", Title: "search further back", Short: "further back", Key: on("m"), Run: s.further})
	}
	detail, scope := "open the details", s.nextScope()
	if s.detail {
		detail = "close the details"
	}
	if token := s.tokenOf(r); token != "" {
		cmds = append(cmds, Command{ID: "requests.token", Title: "take the token it brought apart", Short: "token", Key: on("T"),
			Run: func() tea.Cmd { s.visit(screenToken, pasted(token)); return nil }})
	}
	search := ""
	if s.finding.input.Value() == "" {
		search = "nothing is searched for; / begins"
	}
	cmds = append(cmds,
		Command{ID: "requests.detail", Title: detail, Short: "details", Key: on("enter"), Disabled: choose, Run: s.toggleDetail},
		Command{ID: "requests.filter", Title: "filter the list", Short: "filter", Key: on("f"), Run: s.startFilter},
		Command{ID: "requests.search", Title: "search in the list", Short: "search", Key: on("/"), Run: s.startSearch},
		Command{ID: "requests.copy", Title: "copy it as curl, the secret masked", Short: "curl", Key: on("c"), Disabled: choose, Run: s.copyCurl},
		Command{ID: "requests.credential", Title: "go to its credential", Short: "credential", Key: on("g"), Disabled: key, Run: s.openCredential},
		Command{ID: "requests.why", Title: "say why it was answered so, and how its credential stands now", Key: on("w"), Disabled: choose,
			Run: func() tea.Cmd { s.visit(screenToken, whyRefused(s.selected().ID)); return nil }},
		Command{ID: "requests.replay", Title: "send it again, with another credential", Short: "replay", Key: on("R"), Disabled: noReplay(r), Run: s.replay},
		Command{ID: "requests.scope", Title: "show " + scope, Short: scope, Key: on("s"), Run: s.widen},
		Command{ID: "requests.columns", Title: "choose the columns", Short: "columns", Key: on("C"), Run: s.chooseColumns},
		Command{ID: "requests.time", Title: "show time as " + s.nextTime(), Key: on("t"), Run: s.turnTime},
		Command{ID: "requests.export", Title: "write what passes the filter to a file", Short: "export", Key: on("E"), Run: s.export},
		Command{ID: "requests.older", Title: "go to the next older match", Key: on("n"), Disabled: search, Run: s.searchOlder},
		Command{ID: "requests.newer", Title: "go to the next newer match", Key: on("N"), Disabled: search, Run: s.searchNewer},
		Command{ID: "requests.pause", Title: "pause or follow", Key: on("space"), Run: s.togglePause},
		Command{ID: "requests.own", Title: "show or hide the dashboard's own calls", Key: on("o"), Run: s.toggleOwn},
		Command{ID: "pane.larger", Title: "make the details larger", Key: on("["), Run: func() tea.Cmd { s.resizePane(+1); return nil }},
		Command{ID: "pane.smaller", Title: "make the details smaller", Key: on("]"), Run: func() tea.Cmd { s.resizePane(-1); return nil }},
	)
	switch {
	case s.searching(): // esc is taken
	case s.detail:
		cmds = append(cmds, Command{ID: "requests.close", Title: "close the details", Key: on("esc"), Run: s.toggleDetail})
	case s.finding.input.Value() != "":
		cmds = append(cmds, Command{ID: "search.drop", Title: "drop the search", Short: "unmark", Key: on("esc"), Run: s.dropSearch})
	case s.sifting.input.Value() != "":
		cmds = append(cmds, Command{ID: "filter.drop", Title: "drop the filter", Short: "show all", Key: on("esc"), Run: s.dropFilter})
	}
	return append(cmds, movement()...)
}

func (s *requestsScreen) replay() tea.Cmd {
	s.open(newReplay(s.desk, *s.selected()))
	return nil
}

func (s *requestsScreen) toggleDetail() tea.Cmd {
	s.detail = !s.detail
	s.refit()
	return nil
}

// refit keeps the cursor visible when the list has another height.
func (s *requestsScreen) refit() {
	if s.paused {
		s.table.Move(s.table.Cursor, s.records.len(), s.rows())
	} else {
		s.follow()
	}
}

func (s *requestsScreen) copyCurl() tea.Cmd {
	return s.copyOut("the curl line", requestLine(s.selected(), s.url()))
}

func (s *requestsScreen) openCredential() tea.Cmd {
	s.visit(screenCredentials, s.selected().CredentialID)
	return nil
}

// nextScope is what s would show: from one credential to its project, and then
// back and forth between the project and all of them.
func (s *requestsScreen) nextScope() string {
	if s.scope.id == "" && !s.all {
		return "all projects"
	}
	return "this project"
}

func (s *requestsScreen) widen() tea.Cmd {
	switch {
	case s.scope.id != "":
		s.scope = onlyCredential{}
	case s.project == nil:
		s.say(warned, "no project is chosen, so all are shown")
		return nil
	default:
		s.all = !s.all
	}
	return s.restart()
}

func (s *requestsScreen) togglePause() tea.Cmd {
	if s.paused {
		return s.resume()
	}
	s.paused = true
	return nil
}

func (s *requestsScreen) toggleOwn() tea.Cmd {
	s.own = !s.own
	s.stored.Own = s.own
	s.sift()
	return nil
}
