package store

import (
	"context"
	"database/sql"
	"errors"

	"keydeck/model"
)

const (
	projectColumns = `p.id, p.name, p.account_id, coalesce(m.role, ''), p.created_at, p.updated_at`
	newestProject  = `p.created_at DESC, p.id DESC`
)

func scanProject(row scanner) (p Project, err error) {
	return p, row.Scan(&p.ID, &p.Name, &p.AccountID, &p.Role, at{&p.CreatedAt}, at{&p.UpdatedAt})
}

// Projects lists the projects a user is in, with the user's role, newest first.
func (s *Store) Projects(ctx context.Context, userID string, req model.PageRequest) ([]Project, int64, error) {
	return page(ctx, s.db, "list projects", req, scanProject, projectColumns,
		`FROM projects p JOIN members m ON m.project_id = p.id AND m.user_id = $1 WHERE p.deleted_at IS NULL`, newestProject, userID)
}

// AllProjects lists every project, for superusers, newest first. Role is the
// user's, "" if the user is not a member.
func (s *Store) AllProjects(ctx context.Context, userID string, req model.PageRequest) ([]Project, int64, error) {
	return page(ctx, s.db, "list all projects", req, scanProject, projectColumns,
		`FROM projects p LEFT JOIN members m ON m.project_id = p.id AND m.user_id = $1 WHERE p.deleted_at IS NULL`, newestProject, userID)
}

// ProjectIDs returns the ids of all projects that a user is in, in no order.
func (s *Store) ProjectIDs(ctx context.Context, userID string) ([]string, error) {
	ids, err := list(ctx, s.db.read, func(row scanner) (id string, err error) { return id, row.Scan(&id) },
		`SELECT p.id FROM projects p JOIN members m ON m.project_id = p.id WHERE m.user_id = $1 AND p.deleted_at IS NULL`, userID)
	return ids, fail(ctx, "list project ids", err)
}

// Project finds a project. Role is the user's, "" if the user is not a member.
// ErrNotFound.
func (s *Store) Project(ctx context.Context, id, userID string) (Project, error) {
	p, err := scanProject(s.db.read.QueryRowContext(ctx, `SELECT `+projectColumns+`
		FROM projects p LEFT JOIN members m ON m.project_id = p.id AND m.user_id = $2
		WHERE p.id = $1 AND p.deleted_at IS NULL`, id, userID))
	return p, fail(ctx, "find project", err)
}

// CreateProject writes a project and its first owner. ErrConflict: the id or the
// account id is taken (perhaps by a deleted project), or there is no such user.
func (s *Store) CreateProject(ctx context.Context, by By, p Project, ownerID string) error {
	return s.change(ctx, "create project", &by, func(ctx context.Context, tx *sql.Tx) ([]event, error) {
		return []event{p.event(model.ActionProjectCreated, nil, p.members())}, insertProject(ctx, tx, p, ownerID)
	})
}

// RenameProject changes the name. ErrNotFound.
func (s *Store) RenameProject(ctx context.Context, by By, id, name string) error {
	return s.change(ctx, "rename project", &by, func(ctx context.Context, tx *sql.Tx) ([]event, error) {
		p, err := liveProject(ctx, tx, id)
		if err != nil {
			return nil, err
		}
		before := p.members()
		p.Name = name
		_, err = tx.ExecContext(ctx, `UPDATE projects SET name = $2, updated_at = $3 WHERE id = $1`, id, name, millis(by.At))
		return []event{p.event(model.ActionProjectUpdated, before, p.members())}, err
	})
}

// DeleteProject hides a project for good. Its rows stay, and its account id stays
// taken. ErrNotFound, also if it is deleted already.
func (s *Store) DeleteProject(ctx context.Context, by By, id string) error {
	return s.change(ctx, "delete project", &by, func(ctx context.Context, tx *sql.Tx) ([]event, error) {
		p, err := liveProject(ctx, tx, id)
		if err != nil {
			return nil, err
		}
		_, err = tx.ExecContext(ctx, `UPDATE projects SET deleted_at = $2, updated_at = $2 WHERE id = $1`, id, millis(by.At))
		return []event{p.event(model.ActionProjectDeleted, p.members(), nil)}, err
	})
}

func (p *Project) event(action model.Action, before, after members) event {
	return event{action, model.Object{Kind: "project", ID: p.ID, Name: p.Name}, p.ID, before, after}
}

func (p *Project) members() members { return members{"name": p.Name, "account_id": p.AccountID} }

func scanMember(row scanner) (m model.Member, err error) {
	return m, row.Scan(&m.UserID, &m.Email, &m.FullName, &m.Role, &m.IsVerified, at{&m.CreatedAt.Time}, at{&m.UpdatedAt.Time})
}

// Members lists the members of a project, oldest first.
func (s *Store) Members(ctx context.Context, projectID string, req model.PageRequest) ([]model.Member, int64, error) {
	return page(ctx, s.db, "list members", req, scanMember,
		`m.user_id, u.email, u.full_name, m.role, u.is_verified, m.created_at, m.updated_at`,
		`FROM members m JOIN users u ON u.id = m.user_id JOIN projects p ON p.id = m.project_id
		WHERE m.project_id = $1 AND p.deleted_at IS NULL`, `m.created_at, m.user_id`, projectID)
}

// AddMember finds the user with the address u.Email, or makes one from u (active,
// not verified, not a superuser), and makes it a member with the role; a member
// gets the new role. ErrNotFound: there is no such project. ErrConflict: the
// project would have no owner.
func (s *Store) AddMember(ctx context.Context, by By, projectID string, u User, role model.Role) (model.Member, error) {
	var m model.Member
	err := s.change(ctx, "add member", &by, func(ctx context.Context, tx *sql.Tx) (events []event, err error) {
		if _, err := liveProject(ctx, tx, projectID); err != nil {
			return nil, err
		}
		user, err := userByEmail(ctx, tx, u.Email)
		if errors.Is(err, sql.ErrNoRows) {
			user = u
			user.IsActive, user.IsVerified, user.IsSuperuser = true, false, false
			if user.Tier == "" {
				user.Tier = newTier
			}
			user.CreatedAt, user.UpdatedAt = by.At, by.At
			events = append(events, user.event(model.ActionUserCreated, nil))
			err = insertUser(ctx, tx, user)
		}
		if err != nil {
			return nil, err
		}
		var was *model.Role
		if err := tx.QueryRowContext(ctx, `SELECT (SELECT role FROM members WHERE project_id = $1 AND user_id = $2)`,
			projectID, user.ID).Scan(&was); err != nil {
			return nil, err
		}
		e := event{model.ActionMemberAdded, user.object(), projectID, nil, members{"role": role}}
		if was != nil {
			e.action, e.before = model.ActionMemberUpdated, members{"role": *was}
		}
		if role != model.RoleOwner {
			if err := otherOwner(ctx, tx, projectID, user.ID); err != nil {
				return nil, err
			}
		}
		m = model.Member{UserID: user.ID, Email: user.Email, FullName: user.FullName, IsVerified: user.IsVerified}
		return append(events, e), tx.QueryRowContext(ctx, `
			INSERT INTO members (project_id, user_id, role, created_at, updated_at) VALUES ($1, $2, $3, $4, $4)
			ON CONFLICT (project_id, user_id) DO UPDATE SET role = excluded.role,
				updated_at = CASE WHEN members.role = excluded.role THEN members.updated_at ELSE excluded.updated_at END
			RETURNING role, created_at, updated_at`, projectID, user.ID, string(role), millis(by.At)).
			Scan(&m.Role, at{&m.CreatedAt.Time}, at{&m.UpdatedAt.Time})
	})
	return m, err
}

// RemoveMember ends a membership. ErrNotFound. ErrConflict: it is the last owner.
func (s *Store) RemoveMember(ctx context.Context, by By, projectID, userID string) error {
	return s.change(ctx, "remove member", &by, func(ctx context.Context, tx *sql.Tx) ([]event, error) {
		if _, err := liveProject(ctx, tx, projectID); err != nil {
			return nil, err
		}
		if err := otherOwner(ctx, tx, projectID, userID); err != nil {
			return nil, err
		}
		var role model.Role
		var u User
		err := tx.QueryRowContext(ctx, `DELETE FROM members WHERE project_id = $1 AND user_id = $2
			RETURNING role, user_id, (SELECT email FROM users WHERE id = user_id)`, projectID, userID).Scan(&role, &u.ID, &u.Email)
		return []event{{model.ActionMemberRemoved, u.object(), projectID, members{"role": role}, nil}}, err
	})
}

// liveProject is ErrNotFound for a project that does not exist or is deleted. Its
// Role is "".
func liveProject(ctx context.Context, tx *sql.Tx, id string) (Project, error) {
	return scanProject(tx.QueryRowContext(ctx, `
		SELECT id, name, account_id, '', created_at, updated_at FROM projects WHERE id = $1 AND deleted_at IS NULL`, id))
}

// otherOwner is ErrConflict if the user is the only owner of the project.
func otherOwner(ctx context.Context, tx *sql.Tx, projectID, userID string) error {
	var mine, others int
	err := tx.QueryRowContext(ctx, `
		SELECT coalesce(sum(CASE WHEN user_id = $2 THEN 1 ELSE 0 END), 0), coalesce(sum(CASE WHEN user_id = $2 THEN 0 ELSE 1 END), 0)
		FROM members WHERE project_id = $1 AND role = 'owner'`, projectID, userID).Scan(&mine, &others)
	if err == nil && mine > 0 && others == 0 {
		return ErrConflict
	}
	return err
}

func insertProject(ctx context.Context, tx *sql.Tx, p Project, ownerID string) error {
	if _, err := tx.ExecContext(ctx, `INSERT INTO projects (id, name, account_id, created_at, updated_at) VALUES ($1, $2, $3, $4, $5)`,
		p.ID, p.Name, p.AccountID, millis(p.CreatedAt), millis(p.UpdatedAt)); err != nil {
		return err
	}
	_, err := tx.ExecContext(ctx, `INSERT INTO members (project_id, user_id, role, created_at, updated_at) VALUES ($1, $2, $3, $4, $5)`,
		p.ID, ownerID, string(model.RoleOwner), millis(p.CreatedAt), millis(p.UpdatedAt))
	return err
}
