package tui

import tea "charm.land/bubbletea/v2"

func (s *requestsScreen) Commands() []Command {
	if s.typing {
		return []Command{
			{ID: "filter.keep", Title: "keep the filter", Short: "keep", Key: on("enter"), Run: s.keepFilter},
			{ID: "filter.drop", Title: "drop the filter", Short: "show all", Key: on("esc"), Run: s.dropFilter},
		}
	}
	choose, key := "", ""
	switch r := s.selected(); {
	case r == nil:
		choose, key = "no request is chosen", "no request is chosen"
	case r.CredentialID == "":
		key = "the request has no known credential"
	case r.ProjectID != s.projectID():
		key = "its credential belongs to another project"
	}
	var cmds []Command
	if s.paused {
		cmds = append(cmds, Command{ID: "requests.follow", Title: "follow the newest again", Short: "follow", Key: on("end", "G", "f"),
			Run: func() tea.Cmd { s.follow(); return nil }})
	}
	detail, scope := "open the details", s.nextScope()
	if s.detail {
		detail = "close the details"
	}
	cmds = append(cmds,
		Command{ID: "requests.detail", Title: detail, Short: "details", Key: on("enter"), Disabled: choose, Run: s.toggleDetail},
		Command{ID: "requests.filter", Title: "filter the list", Short: "filter", Key: on("/"), Run: s.startFilter},
		Command{ID: "requests.copy", Title: "copy it as curl, the secret masked", Short: "curl", Key: on("c"), Disabled: choose, Run: s.copyCurl},
		Command{ID: "requests.credential", Title: "go to its credential", Short: "credential", Key: on("g"), Disabled: key, Run: s.openCredential},
		Command{ID: "requests.scope", Title: "show " + scope, Short: scope, Key: on("s"), Run: s.widen},
		Command{ID: "requests.pause", Title: "pause or follow", Key: on("space"), Run: s.togglePause},
		Command{ID: "requests.own", Title: "show or hide the dashboard's own calls", Key: on("o"), Run: s.toggleOwn},
	)
	switch {
	case s.detail:
		cmds = append(cmds, Command{ID: "requests.close", Title: "close the details", Key: on("esc"), Run: s.toggleDetail})
	case s.filter.Value() != "":
		cmds = append(cmds, Command{ID: "filter.drop", Title: "drop the filter", Short: "show all", Key: on("esc"), Run: s.dropFilter})
	}
	return append(cmds, movement()...)
}

func (s *requestsScreen) toggleDetail() tea.Cmd {
	s.detail = !s.detail
	if s.paused {
		s.table.Move(s.table.Cursor, s.records.len(), s.rows())
	} else {
		s.follow()
	}
	return nil
}

func (s *requestsScreen) startFilter() tea.Cmd { s.typing = true; return nil }
func (s *requestsScreen) keepFilter() tea.Cmd  { s.typing = false; return nil }

func (s *requestsScreen) dropFilter() tea.Cmd {
	s.typing = false
	s.filter.Set("")
	s.sift()
	return nil
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
		s.follow()
	} else {
		s.paused = true
	}
	return nil
}

func (s *requestsScreen) toggleOwn() tea.Cmd {
	s.own = !s.own
	s.sift()
	return nil
}
