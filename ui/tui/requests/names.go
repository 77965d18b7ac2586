package requests

import (
	"context"
	"slices"

	tea "charm.land/bubbletea/v2"

	"keydeck/model"
	"keydeck/ui/tui/shell"
	"keydeck/ui/tui/wallet"
)

// maxUnnamed is how many projects may wait for their credentials to be asked for.
const maxNameQueue = 1000

// wantNames notes a project whose credentials are to be asked for: the log has
// ids, and no names.
func (s *screen) queueNames(project string) {
	if project != "" && len(s.nameQueue) < maxNameQueue && !slices.Contains(s.nameQueue, project) {
		s.nameQueue = append(s.nameQueue, project)
	}
}

// nextNames asks for the names of one project after the other, revoked and expired
// credentials included.
func (s *screen) loadNames() tea.Cmd {
	if s.namesCall.Pending || len(s.nameQueue) == 0 {
		return nil
	}
	project := s.nameQueue[0]
	s.nameQueue, s.nameProject = s.nameQueue[1:], project
	return shell.Ask(s.sh, s, &s.namesCall, func(ctx context.Context) ([]wallet.Credential, error) {
		return wallet.LoadCredentials(ctx, s.sh.Client(), project, "")
	})
}

// tookNames takes the answer to nextNames. Where no server has answered, they are
// asked for again within a second.
func (s *screen) namesLoaded(list []wallet.Credential, err error) tea.Cmd {
	switch {
	case shell.Unreachable(err):
		s.queueNames(s.nameProject)
		return nil
	case err == nil: // else the project is gone, or not the user's: hints must do
		s.addNames(list)
	}
	return s.loadNames()
}

// named takes over what credentials are called.
func (s *screen) addNames(list []wallet.Credential) {
	for _, c := range list {
		s.names[c.ID], s.credentials[c.ID] = c.Name, c
	}
	s.version++
	if s.filter.query.UsesNames() {
		s.refilter()
	}
}

// nameAll asks for the names of those credentials that are not known yet, of each
// once.
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
