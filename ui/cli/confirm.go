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

// interactive reports whether standard input is a terminal, so that somebody
// can be asked.
func (a *App) interactive() bool {
	in, ok := a.Stdin.(*os.File)
	return ok && isTerminal(in)
}

// readLine prints the question on standard error and reads a line of standard
// input, without surrounding white space. The end of the input counts as an
// empty line.
func (a *App) readLine(ctx context.Context, question string) (string, error) {
	if question != "" {
		_, _ = io.WriteString(a.Stderr, text.Visible(question))
	}
	// A read from a terminal can't be cancelled: after ctx, the goroutine ends with
	// the input or with the process.
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

// errDeclined is the error when a question was not answered with yes.
var errDeclined = fmt.Errorf("nothing was changed")

func addYesFlag(cmd *cobra.Command, yes *bool) {
	cmd.Flags().BoolVarP(yes, "yes", "y", false, "do not ask")
}

// confirm asks for a yes. Without a terminal it does not ask.
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

// confirmName is confirm for what cannot be undone: one of the names must be
// typed, and without a terminal --yes is required. warning says what will
// happen.
func (a *App) confirmName(ctx context.Context, cmd string, yes bool, warning string, names ...string) error {
	switch {
	case yes:
		return nil
	case !a.interactive():
		return usagef("%s; %s asks first, and there is no terminal to ask on: add --yes", warning, cmd)
	}
	a.notef("%s", warning)
	answer, err := a.readLine(ctx, "type "+names[0]+" to go on: ")
	if err != nil {
		return err
	}
	for _, name := range names {
		// A name with characters that nobody can type may be typed as it is
		// shown.
		if answer == name || answer == text.Visible(name) {
			return nil
		}
	}
	return errDeclined
}
