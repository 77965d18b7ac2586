package tui

import (
	"context"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"keydeck/model"
	"keydeck/ui/tui/text"
	"keydeck/ui/tui/widget"
)

// credentialsScreen is one table over a project's API keys, JWT secrets and key
// pairs: where they are issued, looked at and revoked.
type credentialsScreen struct {
	*desk
	all      []credential
	shown    []credential // of all, those that pass the filter
	table    widget.Table
	loaded   bool
	problem  string
	inactive bool // show those that no longer work too
	filter   *widget.Input
	typing   bool // in the filter
	age      int  // seconds since the list was asked for

	listQ   question[[]credential]
	issueQ  question[issued]
	revokeQ question[model.Revoked]
	form    *issueForm // while a new one is asked for
	goTo    string     // id to put the cursor on, once it is in the list
}

// refreshEvery is how often the list is asked for while it is looked at, in
// seconds: last use and revocations elsewhere show within that time.
const refreshEvery = 5

func newCredentials(d *desk) Screen {
	return &credentialsScreen{desk: d, inactive: true, filter: widget.NewInput("", "any part of a row", 100)}
}

func (s *credentialsScreen) Title() string { return "Credentials" }
func (s *credentialsScreen) Init() tea.Cmd { return s.reload() }
func (s *credentialsScreen) Typing() bool  { return s.typing }

// Enter puts the cursor on a credential, given its id.
func (s *credentialsScreen) Enter(arg any) tea.Cmd {
	if id, ok := arg.(string); ok {
		s.filter.Set("")
		s.inactive, s.goTo = true, id
		s.sift()
	}
	return nil
}

func (s *credentialsScreen) reload() tea.Cmd {
	s.age = 0
	project := s.projectID()
	return ask(s.desk, s, &s.listQ, func(ctx context.Context) ([]credential, error) { return loadCredentials(ctx, s.client, project) })
}

func (s *credentialsScreen) rows() int { return max(1, s.body.H-2) }

func (s *credentialsScreen) selected() *credential {
	if s.table.Cursor >= len(s.shown) {
		return nil
	}
	return &s.shown[s.table.Cursor]
}

func (s *credentialsScreen) Update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case shownMsg:
		return s.reload()
	case secondMsg:
		if s.age++; s.age >= refreshEvery && !s.listQ.waiting || s.problem != "" && !s.listQ.waiting {
			return s.reload()
		}
	case answer[[]credential]:
		if s.listQ.take(msg) {
			s.take(msg.value, msg.err)
		}
	case answer[issued]:
		if s.issueQ.take(msg) {
			return s.issued(msg)
		}
	case answer[model.Revoked]:
		if s.revokeQ.take(msg) {
			return s.revoked(msg.err)
		}
	case tea.PasteMsg:
		s.edit(msg)
	case tea.KeyPressMsg:
		if s.typing && msg.Text != "" {
			s.edit(msg)
		} else if !s.table.Key(msg.Keystroke(), len(s.shown), s.rows()) && s.typing {
			s.edit(msg)
		}
	}
	return nil
}

func (s *credentialsScreen) edit(msg tea.Msg) {
	if s.typing && s.filter.Update(msg) {
		s.sift()
	}
}

func (s *credentialsScreen) take(list []credential, err error) {
	s.problem = words(err)
	if err != nil {
		return
	}
	s.loaded, s.all = true, list
	s.sift()
}

// sift makes the list of what is shown and keeps the cursor on its credential.
func (s *credentialsScreen) sift() {
	keep := s.goTo
	if cur := s.selected(); keep == "" && cur != nil {
		keep = cur.id
	}
	s.shown = s.shown[:0:0]
	for _, c := range s.all {
		if (s.inactive || c.usable(s.at)) && c.contains(s.filter.Value(), s.at) {
			s.shown = append(s.shown, c)
		}
	}
	at := slices.IndexFunc(s.shown, func(c credential) bool { return c.id == keep })
	if at >= 0 && keep == s.goTo {
		s.goTo = ""
	}
	if at < 0 {
		at = s.table.Cursor
	}
	s.table.Move(at, len(s.shown), s.rows())
}

func (s *credentialsScreen) issueNew() tea.Cmd {
	s.form = newIssueForm(s.desk, func(kind model.Kind, spec model.CredentialSpec) tea.Cmd {
		project := s.projectID()
		return ask(s.desk, s, &s.issueQ, func(ctx context.Context) (issued, error) { return issue(ctx, s.client, project, kind, spec) })
	})
	s.open(s.form)
	return nil
}

// issued takes the answer to a new credential: the form gives way to the
// secret. The form stays up for as long as the answer is out, so that the only
// sight of a secret cannot be lost by going elsewhere.
func (s *credentialsScreen) issued(a answer[issued]) tea.Cmd {
	if a.err != nil {
		s.form.refused(a.err)
		return nil
	}
	s.close()
	s.openGuarded(newSecretOnce(s.desk, a.value))
	s.goTo = a.value.id
	return s.reload()
}

func (s *credentialsScreen) revokeIt() tea.Cmd {
	c := *s.selected()
	project := s.projectID()
	s.openGuarded(&confirm{
		desk:  s.desk,
		title: "Revoke " + text.Kind(c.kind) + " " + c.name + "?",
		lines: []string{s.lastUse(c), effect(c.kind), "", "This cannot be undone."},
		yes:   "revoke",
		run: func() tea.Cmd {
			return ask(s.desk, s, &s.revokeQ, func(ctx context.Context) (model.Revoked, error) { return revoke(ctx, s.client, project, c) })
		},
	})
	return nil
}

func (s *credentialsScreen) lastUse(c credential) string {
	if c.lastUsed == nil {
		return "It was never used."
	}
	return "It was last used " + text.AgoWords(c.lastUsed.Time, s.at) + "."
}

// effect says what a revocation ends.
func effect(k model.Kind) string {
	switch k {
	case model.KindJWTSecret:
		return "Every JWT signed with it is refused from the next request on."
	case model.KindKeyPair:
		return "The pair, and every session key made from it, is refused from the next request on."
	}
	return "The key, and every token made with it, is refused from the next request on."
}

func (s *credentialsScreen) revoked(err error) tea.Cmd {
	if err != nil {
		s.say(failed, "not revoked: "+words(err))
		return nil
	}
	s.say(said, "revoked; it is refused from now on")
	return s.reload()
}

func (s *credentialsScreen) requests() tea.Cmd {
	c := s.selected()
	s.visit(screenRequests, onlyCredential{c.id, c.name})
	return nil
}

func (s *credentialsScreen) toggleInactive() tea.Cmd {
	s.inactive = !s.inactive
	s.sift()
	return nil
}

func (s *credentialsScreen) startFilter() tea.Cmd { s.typing = true; return nil }
func (s *credentialsScreen) keepFilter() tea.Cmd  { s.typing = false; return nil }

func (s *credentialsScreen) dropFilter() tea.Cmd {
	s.typing = false
	s.filter.Set("")
	s.sift()
	return nil
}

func (s *credentialsScreen) copyID() tea.Cmd { return s.copyOut("the id", s.selected().id) }

func (s *credentialsScreen) Commands() []Command {
	if s.typing {
		return []Command{
			{ID: "filter.keep", Title: "keep the filter", Short: "keep", Key: on("enter"), Run: s.keepFilter},
			{ID: "filter.drop", Title: "drop the filter", Short: "show all", Key: on("esc"), Run: s.dropFilter},
		}
	}
	c := s.selected()
	choose, end, nothing := "", s.mayWrite(), ""
	if len(s.all) == 0 {
		nothing = "there is none yet"
	}
	if c == nil {
		choose, end = "no credential is chosen", "no credential is chosen"
	} else if end == "" && !c.usable(s.at) {
		end = "it is " + c.state(s.at) + " already"
	}
	shown := "hide revoked and expired ones"
	short := "hide inactive"
	if !s.inactive {
		shown, short = "show revoked and expired ones too", "show inactive"
	}
	cmds := []Command{
		{ID: "credentials.issue", Title: "issue a credential", Short: "new", Key: on("n"), Disabled: s.mayWrite(), Run: s.issueNew},
		{ID: "credentials.revoke", Title: "revoke it", Short: "revoke", Key: on("x"), Disabled: end, Run: s.revokeIt},
		{ID: "credentials.requests", Title: "see its requests", Short: "requests", Key: on("enter"), Disabled: choose, Run: s.requests},
		{ID: "credentials.copy", Title: "copy its id", Key: on("y"), Disabled: choose, Run: s.copyID},
		{ID: "credentials.filter", Title: "filter the list", Short: "filter", Key: on("/"), Disabled: nothing, Run: s.startFilter},
		{ID: "credentials.inactive", Title: shown, Short: short, Key: on("a"), Disabled: nothing, Run: s.toggleInactive},
		{ID: "credentials.reload", Title: "ask the server again", Key: on("ctrl+r"), Run: s.reload},
	}
	if strings.TrimSpace(s.filter.Value()) != "" {
		cmds = append(cmds, Command{ID: "filter.drop", Title: "drop the filter", Short: "show all", Key: on("esc"), Run: s.dropFilter})
	}
	return append(cmds, movement()...)
}
