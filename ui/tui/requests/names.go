package requests

import (
	"context"
	"slices"

	tea "charm.land/bubbletea/v2"

	"keydeck/model"
	"keydeck/ui/tui/shell"
	"keydeck/ui/tui/wallet"
)

const maxNameQueue = 1000

// queueNames queues a project for loadNames: the log has ids of credentials and no
// names.
func (s *screen) queueNames(project string) {
	if project != "" && len(s.nameQueue) < maxNameQueue && !slices.Contains(s.nameQueue, project) {
		s.nameQueue = append(s.nameQueue, project)
	}
}

// loadNames loads the credentials of the next project in the queue, revoked and
// expired ones included.
func (s *screen) loadNames() tea.Cmd {
	if s.namesCall.Pending || len(s.nameQueue) == 0 {
		return nil
	}
	project := s.nameQueue[0]
	s.nameQueue, s.nameProject = s.nameQueue[1:], project
	return shell.Ask(s.sh, s, &s.namesCall, func(ctx context.Context) ([]wallet.Credential, error) {
		return wallet.LoadCredentials(ctx, s.sh.Client(), project, "")
	}, s.namesLoaded)
}

// namesLoaded handles the answer to loadNames. If no server answers, the next
// second tries again.
func (s *screen) namesLoaded(list []wallet.Credential, err error) tea.Cmd {
	switch {
	case shell.Unreachable(err):
		s.queueNames(s.nameProject)
		return nil
	case err == nil: // else the user has no access, and hints must do
		s.addNames(list)
	}
	return s.loadNames()
}

func (s *screen) addNames(list []wallet.Credential) {
	for _, c := range list {
		s.names[c.ID], s.credentials[c.ID] = c.Name, c
	}
	s.version++
	if s.filter.query.UsesNames() {
		s.refilter()
	}
}

// nameRecords loads the names of the records' credentials, of each once.
func (s *screen) nameRecords(list []model.RequestRecord) tea.Cmd {
	for i := range list {
		r := &list[i]
		login := r.Scheme == model.KindAccessToken || r.Scheme == model.KindRefreshToken
		if r.CredentialID == "" || r.ProjectID == "" || login || len(s.names) >= maxRecords {
			continue
		}
		if _, ok := s.names[r.CredentialID]; !ok {
			s.names[r.CredentialID] = ""
			s.queueNames(r.ProjectID)
		}
	}
	return s.loadNames()
}
