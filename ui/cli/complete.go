package cli

import (
	"context"
	"regexp"
	"time"

	"github.com/spf13/cobra"

	"keydeck/server/client"
)

// completeFlag offers words for a flag.
func completeFlag(cmd *cobra.Command, flag string, words ...string) {
	// It fails for a flag that is not there or has words already: a defect that
	// TestCompletion finds.
	_ = cmd.RegisterFlagCompletionFunc(flag, cobra.FixedCompletions(words, cobra.ShellCompDirectiveNoFileComp))
}

// completionTimeout is how long somebody waits who has pressed tab.
const completionTimeout = 2 * time.Second

// completer gives the words for an argument: those that the server knows.
type completer func(ctx context.Context, s *server) ([]string, error)

// complete offers words for each argument in turn, nil for none, and never the
// names of files. Where no server answers or nobody is signed in there are none.
func (a *App) complete(arguments ...completer) cobra.CompletionFunc {
	return func(cmd *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
		const none = cobra.ShellCompDirectiveNoFileComp
		if len(args) >= len(arguments) || arguments[len(args)] == nil {
			return nil, none
		}
		s, err := a.connect(cmd)
		if err != nil {
			return nil, none
		}
		defer s.Close()
		ctx, cancel := context.WithTimeout(context.Background(), completionTimeout)
		defer cancel()
		words, err := arguments[len(args)](ctx, s)
		if err != nil {
			return nil, none
		}
		return words, none
	}
}

// completeProject offers projects for --project.
func (a *App) completeProject(cmd *cobra.Command) {
	projects := a.complete(projectWords)
	_ = cmd.RegisterFlagCompletionFunc("project", func(cmd *cobra.Command, _ []string, typed string) ([]string, cobra.ShellCompDirective) {
		return projects(cmd, nil, typed)
	})
}

// shellSafe are the names that mean nothing to a shell.
var shellSafe = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._@+-]*$`)

// shellWord is the name that somebody gave a thing, or its id where a shell would make
// something of the name: what completion prints ends up on a command line, and
// scripts of some shells even expand it on the way.
func shellWord(name, id string) string {
	if shellSafe.MatchString(name) {
		return name
	}
	return id
}

// fixedWords is a completer of fixedWords that are known.
func fixedWords(known ...string) completer {
	return func(context.Context, *server) ([]string, error) { return known, nil }
}

func projectWords(ctx context.Context, s *server) ([]string, error) {
	projects, err := client.All(ctx, s.Projects)
	out := make([]string, len(projects))
	for i, p := range projects {
		out[i] = shellWord(p.Name, p.AccountID)
	}
	return out, err
}

// keyWords are the names, or ids, of the active credentials of the project in ref.
func keyWords(ref *string) completer {
	return func(ctx context.Context, s *server) ([]string, error) {
		p, err := findProject(ctx, s, *ref)
		if err != nil {
			return nil, err
		}
		in, err := listCredentials(ctx, s, p.ID, "")
		var out []string
		for _, c := range in.credentials() {
			if c.active {
				out = append(out, shellWord(c.name, c.id))
			}
		}
		return out, err
	}
}

// memberWords are the addresses, or ids, of the members of the project in ref.
func memberWords(ref *string) completer {
	return func(ctx context.Context, s *server) ([]string, error) {
		p, err := findProject(ctx, s, *ref)
		if err != nil {
			return nil, err
		}
		members, err := readMembers(ctx, s, p.ID)
		out := make([]string, len(members))
		for i, m := range members {
			out[i] = shellWord(m.Email, m.UserID)
		}
		return out, err
	}
}
