package cli

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"keydeck/model"
	"keydeck/server/client"
	"keydeck/ui/text"
)

func (a *App) projectsCommand() *cobra.Command {
	return a.addUTCFlag(addServerFlag(commandGroup("projects", "List, make, rename and delete projects",
		a.projectsList(), a.projectsCreate(), a.projectsRename(), a.projectsDelete())))
}

func (a *App) projectsList() *cobra.Command {
	return a.addJSONFlag(&cobra.Command{Use: "list", Short: "List your projects", Args: noArgs(),
		RunE: a.withServer(func(ctx context.Context, s *server, _ []string) error {
			projects, err := client.All(ctx, s.Projects)
			if err != nil {
				return err
			}
			t := table{head: []string{"NAME", "ACCOUNT", "ROLE", "CREATED", "ID"}}
			for _, p := range projects {
				t.add(p.Name, p.AccountID, orDash(string(p.Role)), a.when(&p.CreatedAt, "-"), p.ID)
			}
			return a.printTable(items[model.Project]{projects}, t, "no projects; make one with: keydeck projects create NAME")
		})}, "", "as JSON")
}

// items is a whole list as JSON.
type items[T any] struct {
	Items []T `json:"items"`
}

func (a *App) projectsCreate() *cobra.Command {
	return a.addJSONFlag(&cobra.Command{Use: "create NAME", Short: "Make a project", Args: wantArgs(1, 1, "one name"),
		RunE: a.withServer(func(ctx context.Context, s *server, args []string) error {
			p, err := s.CreateProject(ctx, args[0])
			if err != nil {
				return err
			}
			if a.json {
				return a.printJSON(p)
			}
			return a.printf("%s  %s  %s\n", p.AccountID, p.ID, p.Name)
		})}, "", "as JSON")
}

func (a *App) projectsRename() *cobra.Command {
	return &cobra.Command{Use: "rename PROJECT NAME", Short: "Give a project another name", Args: wantArgs(2, 2, "a project and a name"),
		ValidArgsFunction: a.complete(projectWords),
		RunE: a.withServer(func(ctx context.Context, s *server, args []string) error {
			p, err := findProject(ctx, s, args[0])
			if err != nil {
				return err
			}
			renamed, err := s.RenameProject(ctx, p.ID, args[1])
			if err != nil {
				return err
			}
			a.notef("renamed %s to %s", p.Name, renamed.Name)
			return nil
		})}
}

func (a *App) projectsDelete() *cobra.Command {
	var yes bool
	cmd := &cobra.Command{Use: "delete PROJECT", Short: "Delete a project; all its keys are refused from then on", Args: wantArgs(1, 1, "a project"),
		Long: "Delete a project, by its id, account id or name. All its keys are refused from then on. This cannot be undone.\n" +
			"On a terminal it asks for the project's name or account id first; a script must say --yes.",
		Example: "keydeck projects delete Billing\nkeydeck projects delete Billing --yes",
		RunE: a.withServer(func(ctx context.Context, s *server, args []string) error {
			p, list, err := findCredentials(ctx, s, args[0], "")
			if err != nil {
				return err
			}
			what := fmt.Sprintf("%s (%s), with %s", p.Name, p.AccountID, countKeys(list))
			if err := a.confirmName(ctx, "keydeck projects delete", yes, "this deletes "+what, p.Name, p.AccountID); err != nil {
				return err
			}
			if _, err := s.DeleteProject(ctx, p.ID); err != nil {
				return err
			}
			a.notef("deleted %s", what)
			return nil
		})}
	addYesFlag(cmd, &yes)
	cmd.ValidArgsFunction = a.complete(projectWords)
	return cmd
}

// countKeys says how many credentials there are, and how many of them are active.
func countKeys(all []model.Credential) string {
	active := 0
	for _, c := range all {
		if c.IsActive {
			active++
		}
	}
	if len(all) == 0 {
		return "no keys"
	}
	return fmt.Sprintf("%s, %s active", text.Plural(len(all), "key", "keys"), text.Count(int64(active)))
}

// findProject finds a project by its id, account id or name. "" finds the only
// project, if there is only one.
func findProject(ctx context.Context, s *server, ref string) (model.Project, error) {
	projects, err := client.All(ctx, s.Projects)
	if err != nil {
		return model.Project{}, err
	}
	return chooseProject(projects, ref)
}

func chooseProject(projects []model.Project, ref string) (model.Project, error) {
	if len(projects) == 0 {
		return model.Project{}, errors.New("there is no project; make one with: keydeck projects create NAME")
	}
	if ref == "" {
		if len(projects) == 1 {
			return projects[0], nil
		}
		return model.Project{}, usagef("there are several projects; choose one with --project: %s", projectNames(projects))
	}
	// An id names one project; a name may name several.
	for _, same := range []func(p model.Project) bool{
		func(p model.Project) bool { return strings.EqualFold(p.ID, ref) || p.AccountID == strings.ToUpper(ref) },
		func(p model.Project) bool { return p.Name == ref },
		func(p model.Project) bool { return strings.EqualFold(p.Name, ref) },
	} {
		found := slices.DeleteFunc(slices.Clone(projects), func(p model.Project) bool { return !same(p) })
		switch len(found) {
		case 0:
		case 1:
			return found[0], nil
		default:
			return model.Project{}, usagef("%q is the name of several projects; name one by its account id: %s", ref, projectNames(found))
		}
	}
	return model.Project{}, fmt.Errorf("no project %q; there is %s", ref, projectNames(projects))
}

// projectNames lists projects for an error: a few, not a thousand.
func projectNames(projects []model.Project) string {
	const most = 8
	names := make([]string, 0, most+1)
	for i, p := range projects {
		if i == most {
			names = append(names, fmt.Sprintf("and %d more (keydeck projects list)", len(projects)-most))
			break
		}
		names = append(names, fmt.Sprintf("%s (%s)", p.AccountID, p.Name))
	}
	return strings.Join(names, ", ")
}
