package cli

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"keydeck/ui/text"
)

// interactive reports whether somebody sits at standard input who can be asked.
func (a *App) interactive() bool {
	in, ok := a.Stdin.(*os.File)
	return ok && isTerminal(in)
}

// readLine asks on standard error and reads a line of standard input, without
// white space around it; the end of the input is an empty line.
func (a *App) readLine(ctx context.Context, question string) (string, error) {
	if question != "" {
		_, _ = fmt.Fprint(a.Stderr, question)
	}
	line := make(chan string, 1)
	go func() {
		answer, _ := bufio.NewReader(io.LimitReader(a.Stdin, 1<<10)).ReadString('\n')
		line <- strings.TrimSpace(answer)
	}()
	select {
	case <-ctx.Done():
		return "", ctx.Err()
	case answer := <-line:
		return answer, nil
	}
}

// errDeclined is a question that was answered with no.
var errDeclined = fmt.Errorf("nothing was changed")

func addYesFlag(cmd *cobra.Command, yes *bool) {
	cmd.Flags().BoolVarP(yes, "yes", "y", false, "do not ask")
}

// confirm asks for a yes. A script, which has no terminal, is not asked.
func (a *App) confirm(ctx context.Context, yes bool, question string) error {
	if yes || !a.interactive() {
		return nil
	}
	answer, err := a.readLine(ctx, question+" [y/N] ")
	if err != nil {
		return err
	}
	if answer = strings.ToLower(answer); answer != "y" && answer != "yes" {
		return errDeclined
	}
	return nil
}

// confirmName is confirm for what cannot be had back: one of the names must be
// typed, and a script must say --yes. warning is what will happen.
func (a *App) confirmName(ctx context.Context, cmd string, yes bool, warning string, names ...string) error {
	switch {
	case yes:
		return nil
	case !a.interactive():
		return usagef("%s; %s asks first, and there is no terminal to ask on: add --yes", warning, cmd)
	}
	a.notef("%s", warning)
	answer, err := a.readLine(ctx, "type "+text.Visible(names[0])+" to go on: ")
	if err != nil {
		return err
	}
	for _, name := range names {
		// A name with characters that nobody can type is typed as it is shown.
		if answer == name || answer == text.Visible(name) {
			return nil
		}
	}
	return errDeclined
}
