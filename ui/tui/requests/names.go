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
const maxUnnamed = 1000

// wantNames notes a project whose credentials are to be asked for: the log has
// ids, and no names.
func (s *screen) wantNames(project string) {
	if project != "" && len(s.unnamed) < maxUnnamed && !slices.Contains(s.unnamed, project) {
		s.unnamed = append(s.unnamed, project)
	}
}

// nextNames asks for the names of one project after the other, revoked and expired
// credentials included.
func (s *screen) nextNames() tea.Cmd {
	if s.namesQ.Pending || len(s.unnamed) == 0 {
		return nil
	}
	project := s.unnamed[0]
	s.unnamed, s.namesOf = s.unnamed[1:], project
	return shell.Ask(s.sh, s, &s.namesQ, func(ctx context.Context) ([]wallet.Credential, error) {
		return wallet.LoadCredentials(ctx, s.sh.Client(), project, "")
	})
}

// tookNames takes the answer to nextNames. Where no server has answered, they are
// asked for again within a second.
func (s *screen) tookNames(list []wallet.Credential, err error) tea.Cmd {
	switch {
	case shell.Unreachable(err):
		s.wantNames(s.namesOf)
		return nil
	case err == nil: // else the project is gone, or not the user's: hints must do
		s.named(list)
	}
	return s.nextNames()
}

// named takes over what credentials are called.
func (s *screen) named(list []wallet.Credential) {
	for _, c := range list {
		s.names[c.ID], s.known[c.ID] = c.Name, c
	}
	s.looks++
	if s.sifting.query.UsesNames() {
		s.sift()
	}
}

// nameAll asks for the names of those credentials that are not known yet, of each
// once.
func (s *screen) nameAll(list []model.RequestRecord) tea.Cmd {
	for i := range list {
		r := &list[i]
		login := r.Scheme == model.KindAccessToken || r.Scheme == model.KindRefreshToken
		if r.CredentialID == "" || r.ProjectID == "" || login || len(s.names) >= maxRecords {
			continue
		}
		if _, ok := s.names[r.CredentialID]; !ok {
			s.names[r.CredentialID] = ""
			s.wantNames(r.ProjectID)
		}
	}
	return s.nextNames()
}
