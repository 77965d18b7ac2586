package tui

import (
	"context"
	"slices"

	tea "charm.land/bubbletea/v2"

	"keydeck/model"
)

// maxUnnamed is how many projects may wait for their credentials to be asked for.
const maxUnnamed = 1000

// wantNames notes a project whose credentials are to be asked for: the log has
// ids, and no names.
func (s *requestsScreen) wantNames(project string) {
	if project != "" && len(s.unnamed) < maxUnnamed && !slices.Contains(s.unnamed, project) {
		s.unnamed = append(s.unnamed, project)
	}
}

// nextNames asks for the names of one project after the other, revoked and expired
// credentials included.
func (s *requestsScreen) nextNames() tea.Cmd {
	if s.namesQ.waiting || len(s.unnamed) == 0 {
		return nil
	}
	project := s.unnamed[0]
	s.unnamed, s.namesOf = s.unnamed[1:], project
	return ask(s.desk, s, &s.namesQ, func(ctx context.Context) ([]credential, error) { return loadCredentials(ctx, s.client, project, "") })
}

// tookNames takes the answer to nextNames. Where no server has answered, they are
// asked for again within a second.
func (s *requestsScreen) tookNames(list []credential, err error) tea.Cmd {
	switch {
	case lost(err):
		s.wantNames(s.namesOf)
		return nil
	case err == nil: // else the project is gone, or not the user's: hints must do
		s.named(list)
	}
	return s.nextNames()
}

// named takes over what credentials are called.
func (s *requestsScreen) named(list []credential) {
	for _, c := range list {
		s.names[c.id], s.known[c.id] = c.name, c
	}
	s.looks++
	if s.sifting.query.UsesNames() {
		s.sift()
	}
}

// nameAll asks for the names of those credentials that are not known yet, of each
// once.
func (s *requestsScreen) nameAll(list []model.RequestRecord) tea.Cmd {
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
