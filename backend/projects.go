package backend

import (
	"context"
	"errors"
	"strings"
	"unicode"
	"unicode/utf8"

	"keydeck/backend/store"
	"keydeck/backend/vault"
	"keydeck/model"
)

const project = "Project"

// accountTries bounds the search for a free account id. There are two billion, so
// even a second try is rare.
const accountTries = 8

// withAccount runs write with new account ids until one is free.
func withAccount[T any](b *Backend, write func(account string) (T, error)) (T, error) {
	for try := 1; ; try++ {
		account, err := vault.NewAccountID(b.random)
		if err != nil {
			var none T
			return none, internal(err)
		}
		out, err := write(account)
		if errors.Is(err, store.ErrConflict) && try < accountTries {
			continue
		}
		return out, err
	}
}

// validName checks a name that people choose: 1 to 100 characters, none of them a
// control character.
func validName(name string) (string, error) {
	name = strings.TrimSpace(name)
	switch {
	case !utf8.ValidString(name) || strings.ContainsFunc(name, unicode.IsControl):
		return "", model.Invalid("name", "A name must not contain control characters.")
	case name == "":
		return "", model.Invalid("name", "A name must not be empty.")
	case utf8.RuneCountInString(name) > model.MaxNameChars:
		return "", model.Invalid("name", "A name has at most 100 characters.")
	}
	return name, nil
}

// projectFor finds a project in which a login has at least the role. A project of
// others looks exactly like one that does not exist.
func (b *Backend) projectFor(ctx context.Context, p Principal, id string, need model.Role) (store.Project, error) {
	if err := loginOnly(p); err != nil {
		return store.Project{}, err
	}
	id, err := canonicalID(id, project)
	if err != nil {
		return store.Project{}, err
	}
	row, err := b.db.Project(ctx, id, p.UserID)
	if err != nil {
		return store.Project{}, storeError(err, project)
	}
	if p.Superuser {
		row.Role = model.RoleOwner
	}
	switch {
	case row.Role == "":
		return store.Project{}, model.NotFound(project)
	case rank(row.Role) < rank(need):
		return store.Project{}, model.Forbidden(model.ReasonRole, "Your role in this project does not allow it; an owner can change it.")
	}
	return row, nil
}

func rank(r model.Role) int {
	switch r {
	case model.RoleOwner:
		return 3
	case model.RoleMember:
		return 2
	case model.RoleViewer:
		return 1
	}
	return 0
}

func projectView(p store.Project) model.Project {
	return model.Project{ID: p.ID, Name: p.Name, AccountID: p.AccountID, Role: p.Role,
		CreatedAt: model.At(p.CreatedAt), UpdatedAt: model.At(p.UpdatedAt)}
}

// Projects lists the user's projects, newest first; for a superuser, all projects.
func (b *Backend) Projects(ctx context.Context, p Principal, page model.PageRequest) (model.Page[model.Project], error) {
	if err := loginOnly(p); err != nil {
		return model.Page[model.Project]{}, err
	}
	page = page.Normal()
	list := b.db.Projects
	if p.Superuser {
		list = b.db.AllProjects
	}
	rows, total, err := list(ctx, p.UserID, page)
	if err != nil {
		return model.Page[model.Project]{}, storeError(err, "projects")
	}
	items := make([]model.Project, 0, len(rows))
	for _, row := range rows {
		if p.Superuser {
			row.Role = model.RoleOwner
		}
		items = append(items, projectView(row))
	}
	return model.NewPage(items, page, total), nil
}

// CreateProject makes a project owned by the user.
func (b *Backend) CreateProject(ctx context.Context, p Principal, name string) (model.Project, error) {
	if err := loginOnly(p); err != nil {
		return model.Project{}, err
	}
	name, err := validName(name)
	if err != nil {
		return model.Project{}, err
	}
	id, err := b.newID()
	if err != nil {
		return model.Project{}, internal(err)
	}
	by := b.by(p)
	row, err := withAccount(b, func(account string) (store.Project, error) {
		row := store.Project{ID: id, Name: name, AccountID: account, Role: model.RoleOwner, CreatedAt: by.At, UpdatedAt: by.At}
		return row, b.db.CreateProject(ctx, by, row, p.UserID)
	})
	if err != nil {
		return model.Project{}, storeError(err, project)
	}
	return projectView(row), nil
}

// RenameProject gives a project another name; owners only.
func (b *Backend) RenameProject(ctx context.Context, p Principal, id, name string) (model.Project, error) {
	row, err := b.projectFor(ctx, p, id, model.RoleOwner)
	if err != nil {
		return model.Project{}, err
	}
	if row.Name, err = validName(name); err != nil {
		return model.Project{}, err
	}
	by := b.by(p)
	row.UpdatedAt = by.At
	if err := b.db.RenameProject(ctx, by, row.ID, row.Name); err != nil {
		return model.Project{}, storeError(err, project)
	}
	return projectView(row), nil
}

// DeleteProject deletes a project; owners only. Its credentials are refused from
// the next request on; its log stays until retention drops it.
func (b *Backend) DeleteProject(ctx context.Context, p Principal, id string) (model.Revoked, error) {
	row, err := b.projectFor(ctx, p, id, model.RoleOwner)
	if err != nil {
		return model.Revoked{}, err
	}
	by := b.by(p)
	if err := b.db.DeleteProject(ctx, by, row.ID); err != nil {
		return model.Revoked{}, storeError(err, project)
	}
	return model.Revoked{ID: row.ID, DeactivatedAt: model.At(by.At)}, nil
}

// Members lists a project's members, oldest first.
func (b *Backend) Members(ctx context.Context, p Principal, projectID string, page model.PageRequest) (model.Page[model.Member], error) {
	row, err := b.projectFor(ctx, p, projectID, model.RoleViewer)
	if err != nil {
		return model.Page[model.Member]{}, err
	}
	page = page.Normal()
	items, total, err := b.db.Members(ctx, row.ID, page)
	if err != nil {
		return model.Page[model.Member]{}, storeError(err, "members")
	}
	return model.NewPage(items, page, total), nil
}

// AddMember invites an address into a project, or changes a member's role; owners
// only. The address may then sign in, even if sign-up is by invitation.
func (b *Backend) AddMember(ctx context.Context, p Principal, projectID, email string, role model.Role) (model.Member, error) {
	row, err := b.projectFor(ctx, p, projectID, model.RoleOwner)
	if err != nil {
		return model.Member{}, err
	}
	if email, err = NormalAddress(email); err != nil {
		return model.Member{}, err
	}
	if !role.Valid() {
		return model.Member{}, model.Invalid("role", "A role is owner, member or viewer.")
	}
	id, err := b.newID()
	if err != nil {
		return model.Member{}, internal(err)
	}
	m, err := b.db.AddMember(ctx, b.by(p), row.ID, store.User{ID: id, Email: email, TokenGrant: tokenGrant}, role)
	return m, conflict(err, "Member", lastOwner)
}

const lastOwner = "A project needs an owner; make somebody else owner first."

// RemoveMember removes a user from a project. Owners may remove anybody, members
// only themselves.
func (b *Backend) RemoveMember(ctx context.Context, p Principal, projectID, userID string) error {
	userID, err := canonicalID(userID, "Member")
	if err != nil {
		return err
	}
	need := model.RoleOwner
	if userID == p.UserID {
		need = model.RoleViewer
	}
	row, err := b.projectFor(ctx, p, projectID, need)
	if err != nil {
		return err
	}
	return conflict(b.db.RemoveMember(ctx, b.by(p), row.ID, userID), "Member", lastOwner)
}

// SameProject reports whether a login and a project's credential, sent in one
// request, may act together: the user must be in the credential's project.
func (b *Backend) SameProject(ctx context.Context, login, credential Principal) (bool, error) {
	_, err := b.projectFor(ctx, login, credential.ProjectID, model.RoleViewer)
	switch {
	case err == nil:
		return true, nil
	case model.CodeOf(err) == model.CodeNotFound:
		return false, nil
	}
	return false, err
}
