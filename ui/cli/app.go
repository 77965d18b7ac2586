// Package cli is Keydeck's command line: what a script, a unit file or a person
// at a prompt runs. A command that talks to a server uses server/client, over
// the socket in the data directory or over a URL; main passes in what starts a
// server or shows a dashboard.
//
// Guarantees: results go to standard output, everything else to standard error;
// an error is one line that begins with "keydeck:"; the exit code is 0, 1 for
// something that failed, 2 for a wrong call. Foreign text is made visible
// before it is printed, except in JSON, where the encoding does that, and in a
// secret that was asked for by itself.
package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"keydeck/model"
	"keydeck/server/client"
)

// App is the command line. All fields are required.
type App struct {
	Version string

	// Checks validate the settings that only the server's packages understand,
	// by the setting's name. Their errors must not show a secret.
	Checks map[string]func(value string) error
	// Serve runs a server until ctx ends or it is told to stop. It calls ready
	// once, when the server accepts requests.
	Serve func(ctx context.Context, c Config, ready func(model.Status)) error
	// Dashboard runs a server with a dashboard, or only a dashboard if the data
	// directory is already being served.
	Dashboard func(ctx context.Context, c Config) error
	// Attach runs the dashboard on a server that is already running. The
	// dashboard keeps its state in dir, beside the login.
	Attach func(ctx context.Context, c *client.Client, dir string) error

	// Demo runs a server with a history and live traffic, shows it, and removes
	// it. If headless is not nil, it is called once instead of the dashboard.
	Demo func(ctx context.Context, c DemoConfig, headless func(DemoScene)) error

	Env            func(name string) (string, bool) // os.LookupEnv
	Environ        func() []string                  // os.Environ
	Stdin          io.Reader
	Stdout, Stderr io.Writer
	Now            func() time.Time

	utc, json bool // --utc and --json of the command that runs
}

// LogFormat is how a server writes its log lines: LogText or LogJSON.
type LogFormat string

const (
	LogText LogFormat = "text"
	LogJSON LogFormat = "json"
)

// Exit codes returned by Run.
const (
	exitOK    = 0
	exitError = 1
	exitUsage = 2
)

// UsageError is a wrong call: an unknown command or flag, or a bad value.
type UsageError struct{ err error }

func (e *UsageError) Error() string { return e.err.Error() }
func (e *UsageError) Unwrap() error { return e.err }

// Usage makes err a UsageError. nil stays nil.
func Usage(err error) error {
	if err == nil {
		return nil
	}
	return &UsageError{err}
}

func usagef(format string, args ...any) error { return &UsageError{fmt.Errorf(format, args...)} }

// Run runs one command line, given without the program's name, and returns its
// exit code.
func (a *App) Run(ctx context.Context, args []string) int {
	root := a.root()
	root.SetArgs(args)
	err := root.ExecuteContext(ctx)
	if err == nil {
		return exitOK
	}
	if ctx.Err() != nil && errors.Is(err, context.Canceled) {
		err = errors.New("interrupted")
	}
	a.notef("keydeck: %s%s", err, remedy(err))
	if _, usage := errors.AsType[*UsageError](err); usage {
		return exitUsage
	}
	return exitError
}

// remedy adds what to do about an operating system error that names the cause
// but not the cure.
func remedy(err error) string {
	if errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) {
		return "; make room on that disk, then try again"
	}
	return ""
}

func (a *App) root() *cobra.Command {
	root := &cobra.Command{
		Use:   "keydeck",
		Short: "Keys, tokens and sign-in by e-mail code, with a dashboard in the terminal",
		Long: "Keydeck serves an authentication API on an embedded database and shows it in a dashboard.\n" +
			"Without a command it does both; if a server holds the data directory already, the dashboard attaches to it.\n" +
			"Every flag can be set by an environment variable: --log-retention by KEYDECK_LOG_RETENTION. keydeck config shows what is in force.",
		Example: "keydeck\n" +
			"keydeck serve --listen 127.0.0.1:9000\n" +
			"keydeck login you@example.com\n" +
			"KEY=$(keydeck keys create ci)",
		Args: unknownCommand,
		RunE: a.runDashboard,
		// Run prints both.
		SilenceUsage: true, SilenceErrors: true,
	}
	root.Version = a.Version
	root.SetVersionTemplate("keydeck {{.Version}}\n")
	root.SetIn(a.Stdin)
	root.SetOut(a.Stdout)
	root.SetErr(a.Stderr)
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error {
		return usagef("%w; see: %s --help", err, cmd.CommandPath())
	})
	addSettings(root.PersistentFlags(), dataSetting)
	addSettings(root.Flags(), serverSettings...)
	root.AddGroup(
		&cobra.Group{ID: "server", Title: "Server"},
		&cobra.Group{ID: "account", Title: "Account and keys"},
		&cobra.Group{ID: "tools", Title: "Tools"},
	)
	root.AddCommand(
		grouped("server", a.serveCommand()), grouped("server", a.attachCommand()), grouped("server", a.statusCommand()),
		grouped("server", a.stopCommand()), grouped("server", a.configCommand()), grouped("server", a.demoCommand()),
		grouped("account", a.loginCommand()), grouped("account", a.logoutCommand()), grouped("account", a.whoamiCommand()),
		grouped("account", a.projectsCommand()), grouped("account", a.membersCommand()), grouped("account", a.keysCommand()),
		grouped("tools", a.mailCommand()), grouped("tools", a.requestsCommand()), grouped("tools", a.jwtCommand()),
		grouped("tools", a.versionCommand()),
		a.manCommand(),
	)
	root.SetHelpCommandGroupID("tools")
	root.SetCompletionCommandGroupID("tools")
	strictHelp(root)
	a.styleHelp(root)
	return root
}

func grouped(id string, cmd *cobra.Command) *cobra.Command {
	cmd.GroupID = id
	return cmd
}

// unknownCommand is the Args of commands that only have subcommands: any
// argument is an unknown command.
func unknownCommand(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	cmd.SuggestionsMinimumDistance = 2
	if near := cmd.SuggestionsFor(args[0]); len(near) > 0 {
		return usagef("unknown command %q; did you mean %s %s?", args[0], cmd.CommandPath(), near[0])
	}
	return usagef("unknown command %q; see: %s --help", args[0], cmd.CommandPath())
}

// wantArgs is the Args of a command that takes from least to most arguments.
// what describes them, for errors.
func wantArgs(least, most int, what string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		switch {
		case len(args) >= least && len(args) <= most:
			return nil
		case most == 0:
			return usagef("%s takes no arguments, got %q", cmd.CommandPath(), args[0])
		case len(args) > most:
			return usagef("%s takes %s only, got %q as well", cmd.CommandPath(), what, args[most])
		}
		return usagef("%s needs %s; see: %s --help", cmd.CommandPath(), what, cmd.CommandPath())
	}
}

func noArgs() cobra.PositionalArgs { return wantArgs(0, 0, "") }

// commandGroup makes a command that only has subcommands.
func commandGroup(use, short string, subs ...*cobra.Command) *cobra.Command {
	cmd := &cobra.Command{Use: use, Short: short, Args: unknownCommand, RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() }}
	cmd.AddCommand(subs...)
	return cmd
}

func (a *App) versionCommand() *cobra.Command {
	return &cobra.Command{Use: "version", Short: "Print the version", Args: noArgs(),
		RunE: func(*cobra.Command, []string) error { return a.printf("keydeck %s\n", a.Version) }}
}
