package cli

import (
	"context"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"keydeck/model"
	"keydeck/server/client"
)

func (a *App) membersCommand() *cobra.Command {
	return a.addUTCFlag(addServerFlag(commandGroup("members", "List, add and remove the members of a project, and change their roles",
		a.membersList(), a.membersAdd(), a.membersRole(), a.membersRemove())))
}

var roles = []string{string(model.RoleOwner), string(model.RoleMember), string(model.RoleViewer)}

// rolesHelp says what each role may do.
const rolesHelp = "An owner may do everything, a member may issue and revoke keys, a viewer may look."

func knownRole(what, role string) error {
	if model.Role(role).Valid() {
		return nil
	}
	return usagef("%s: %q: allowed are %s", what, role, strings.Join(roles, ", "))
}

func (a *App) membersList() *cobra.Command {
	var project string
	cmd := &cobra.Command{Use: "list", Short: "List the members of a project", Args: noArgs(),
		Long:    "List the members of a project with their roles, oldest first.\n" + rolesHelp,
		Example: "keydeck members list\nkeydeck members list --project Billing --json",
		RunE: a.withServer(func(ctx context.Context, s *server, _ []string) error {
			p, members, err := findMembers(ctx, s, project)
			if err != nil {
				return err
			}
			t := table{head: []string{"EMAIL", "ROLE", "NAME", "SIGNED IN", "SINCE", "ID"}}
			for _, m := range members {
				signedIn := "never"
				if m.IsVerified {
					signedIn = "yes"
				}
				t.add(m.Email, string(m.Role), orDash(m.FullName), signedIn, a.when(&m.CreatedAt, "-"), m.UserID)
			}
			return a.printTable(items[model.Member]{members}, t, "no members in "+p.Name)
		})}
	a.addProjectFlag(cmd, &project)
	return a.addJSONFlag(cmd, "", "as JSON")
}

func (a *App) membersAdd() *cobra.Command {
	var project string
	role := string(model.RoleMember)
	cmd := &cobra.Command{Use: "add EMAIL", Short: "Let somebody into a project; who has no account gets one at the first sign-in", Args: wantArgs(1, 1, "an e-mail address"),
		Long:    "Let somebody into a project. No mail is sent: tell them to sign in.\n" + rolesHelp,
		Example: "keydeck members add colleague@example.com\nkeydeck members add auditor@example.com --role viewer --project Billing",
		RunE: a.withServer(func(ctx context.Context, s *server, args []string) error {
			email, err := parseEmail(args[0])
			if err != nil || email == "" {
				return usagef("%q is not an e-mail address; one looks like you@example.com", args[0])
			}
			if err := knownRole("--role", role); err != nil {
				return err
			}
			p, members, err := findMembers(ctx, s, project)
			if err != nil {
				return err
			}
			// The API would change the role, which is more than was asked for.
			if m, err := chooseMember(members, email); err == nil && string(m.Role) != role {
				return fmt.Errorf("%s is in %s already, as %s; change that with: keydeck members role %s %s",
					m.Email, p.Name, m.Role, m.Email, role)
			}
			m, err := s.AddMember(ctx, p.ID, email, model.Role(role))
			if err != nil {
				return err
			}
			return a.reportMember(m, p)
		})}
	a.addProjectFlag(cmd, &project)
	cmd.Flags().StringVar(&role, "role", role, "one of "+strings.Join(roles, ", "))
	completeFlag(cmd, "role", roles...)
	cmd.ValidArgsFunction = a.complete()
	return a.addJSONFlag(cmd, "", "as JSON")
}

func (a *App) membersRole() *cobra.Command {
	var project string
	cmd := &cobra.Command{Use: "role MEMBER ROLE", Short: "Give a member another role", Args: wantArgs(2, 2, "a member and a role"),
		Long:    "Give a member, by address or id, another role.\n" + rolesHelp,
		Example: "keydeck members role colleague@example.com owner",
		RunE: a.withServer(func(ctx context.Context, s *server, args []string) error {
			if err := knownRole("role", args[1]); err != nil {
				return err
			}
			p, members, err := findMembers(ctx, s, project)
			if err != nil {
				return err
			}
			m, err := chooseMember(members, args[0])
			if err != nil {
				return err
			}
			if m, err = s.AddMember(ctx, p.ID, m.Email, model.Role(args[1])); err != nil {
				return err
			}
			return a.reportMember(m, p)
		})}
	a.addProjectFlag(cmd, &project)
	cmd.ValidArgsFunction = a.complete(memberWords(&project), fixedWords(roles...))
	return a.addJSONFlag(cmd, "", "as JSON")
}

func (a *App) membersRemove() *cobra.Command {
	var project string
	var yes bool
	cmd := &cobra.Command{Use: "remove MEMBER", Short: "Remove somebody from a project; keys they issued stay", Args: wantArgs(1, 1, "a member"),
		Long:    "Remove a member, by address or id, from a project. Keys that they issued keep working. On a terminal it asks first; a script is not asked.",
		Example: "keydeck members remove colleague@example.com",
		RunE: a.withServer(func(ctx context.Context, s *server, args []string) error {
			p, members, err := findMembers(ctx, s, project)
			if err != nil {
				return err
			}
			m, err := chooseMember(members, args[0])
			if err != nil {
				return err
			}
			if err := a.confirm(ctx, yes, fmt.Sprintf("remove %s (%s) from %s?", m.Email, m.Role, p.Name)); err != nil {
				return err
			}
			if err := s.RemoveMember(ctx, p.ID, m.UserID); err != nil {
				return err
			}
			return a.report(m, "removed %s from %s (%s)", m.Email, p.Name, p.AccountID)
		})}
	a.addProjectFlag(cmd, &project)
	addYesFlag(cmd, &yes)
	cmd.ValidArgsFunction = a.complete(memberWords(&project))
	return a.addJSONFlag(cmd, "", "as JSON: who was removed")
}

func (a *App) reportMember(m model.Member, p model.Project) error {
	return a.report(m, "%s is %s in %s (%s)", m.Email, m.Role, p.Name, p.AccountID)
}

func findMembers(ctx context.Context, s *server, project string) (model.Project, []model.Member, error) {
	p, err := findProject(ctx, s, project)
	if err != nil {
		return p, nil, err
	}
	members, err := client.All(ctx, func(ctx context.Context, page model.PageRequest) (model.Page[model.Member], error) {
		return s.Members(ctx, p.ID, page)
	})
	return p, members, err
}

// chooseMember finds a member by address or id.
func chooseMember(members []model.Member, ref string) (model.Member, error) {
	for _, m := range members {
		if strings.EqualFold(m.Email, ref) || strings.EqualFold(m.UserID, ref) {
			return m, nil
		}
	}
	return model.Member{}, fmt.Errorf("%q is not a member of this project; see: keydeck members list", ref)
}
