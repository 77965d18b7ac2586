package cli

import (
	"context"
	"regexp"
	"time"

	"github.com/spf13/cobra"

	"keydeck/server/client"
)

// completeFlag completes a flag from a list of words.
func completeFlag(cmd *cobra.Command, flag string, words ...string) {
	// It fails for an unknown flag and for one that already has a completion: a
	// bug, which TestCompletion finds.
	_ = cmd.RegisterFlagCompletionFunc(flag, cobra.FixedCompletions(words, cobra.ShellCompDirectiveNoFileComp))
}

// completionTimeout limits how long pressing tab may take.
const completionTimeout = 2 * time.Second

// completer asks the server for the words that an argument may be.
type completer func(ctx context.Context, s *server) ([]string, error)

// complete completes each argument in turn, nil for none, and never from file
// names. If no server answers or nobody is signed in, there are no completions.
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

// completeProject completes --project.
func (a *App) completeProject(cmd *cobra.Command) {
	projects := a.complete(projectWords)
	_ = cmd.RegisterFlagCompletionFunc("project", func(cmd *cobra.Command, _ []string, typed string) ([]string, cobra.ShellCompDirective) {
		return projects(cmd, nil, typed)
	})
}

// shellSafe matches names that mean nothing special to a shell.
var shellSafe = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._@+-]*$`)

// shellWord is a thing's name, or its id if a shell would interpret the name:
// completions end up on a command line, and the scripts of some shells even
// expand them on the way.
func shellWord(name, id string) string {
	if shellSafe.MatchString(name) {
		return name
	}
	return id
}

// fixedWords completes from a fixed list.
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

// keyWords completes the names, or ids, of the active credentials of the
// project in ref.
func keyWords(ref *string) completer {
	return func(ctx context.Context, s *server) ([]string, error) {
		_, list, err := findCredentials(ctx, s, *ref, "")
		var out []string
		for _, c := range list {
			if c.IsActive {
				out = append(out, shellWord(c.Name, c.ID))
			}
		}
		return out, err
	}
}

// memberWords completes the addresses, or ids, of the members of the project in
// ref.
func memberWords(ref *string) completer {
	return func(ctx context.Context, s *server) ([]string, error) {
		_, members, err := findMembers(ctx, s, *ref)
		out := make([]string, len(members))
		for i, m := range members {
			out[i] = shellWord(m.Email, m.UserID)
		}
		return out, err
	}
}
