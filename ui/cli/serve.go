package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"keydeck/model"
	"keydeck/ui/text"
)

// config is the whole configuration of a command, checked.
func (a *App) config(cmd *cobra.Command) (Config, []Value, error) {
	settings := append([]setting{dataSetting}, serverSettings...)
	return load(settings, flagValues{cmd.Flags()}, a.Env, a.Checks)
}

func (a *App) runDashboard(cmd *cobra.Command, _ []string) error {
	c, values, err := a.config(cmd)
	if err != nil {
		return err
	}
	note, err := a.rejectIgnored(cmd.Context(), c, values)
	if err != nil {
		return err
	}
	if err := a.needTerminal("run the server alone with: keydeck serve"); err != nil {
		return err
	}
	if note != "" {
		a.notef("keydeck: %s", text.Visible(note))
	}
	return a.Dashboard(cmd.Context(), c)
}

// needTerminal rejects starting a dashboard where nobody could see it.
func (a *App) needTerminal(instead string) error {
	in, inOK := a.Stdin.(*os.File)
	out, outOK := a.Stdout.(*os.File)
	if inOK && outOK && isTerminal(in) && isTerminal(out) {
		return nil
	}
	return usagef("the dashboard needs a terminal, and there is none; %s", instead)
}

func (a *App) serveCommand() *cobra.Command {
	cmd := &cobra.Command{Use: "serve", Short: "Run the server alone", Args: noArgs(),
		Long: "Run the server alone, until keydeck stop, SIGTERM or ctrl+c.\n" +
			"One line on standard output says when it serves, and where; log lines go to standard error.",
		Example: "keydeck serve\nkeydeck serve --data /var/lib/keydeck --listen 127.0.0.1:9000 --log-format json",
		RunE: func(cmd *cobra.Command, _ []string) error {
			c, _, err := a.config(cmd)
			if err != nil {
				return err
			}
			return a.Serve(cmd.Context(), c, func(s model.Status) {
				_ = a.printf("serving %s (socket %s)\n", text.Visible(s.URL), text.Visible(s.Socket))
			})
		}}
	addSettings(cmd.Flags(), serverSettings...)
	return cmd
}

func (a *App) attachCommand() *cobra.Command {
	return &cobra.Command{Use: "attach [URL]", Short: "Open the dashboard on a server that runs already", Args: wantArgs(0, 1, "one URL"),
		Long:    "Open the dashboard on a server that runs already: the one on the data directory, or the one at the URL.",
		Example: "keydeck attach\nkeydeck attach https://keys.example.com",
		RunE: func(cmd *cobra.Command, args []string) error {
			var s *server
			data, err := a.data(cmd)
			if err == nil {
				if len(args) == 1 {
					s, err = a.connectURL(args[0])
				} else {
					s, err = a.connectLocal(data)
				}
			}
			if err != nil {
				return err
			}
			defer s.Close()
			if err := a.needTerminal("ask a server with: keydeck status"); err != nil {
				return err
			}
			if s.IsLocal() {
				if _, err := s.Status(cmd.Context()); err != nil {
					return s.explain(cmd.Context(), err)
				}
			}
			return a.Attach(cmd.Context(), s.Client, s.dir)
		}}
}

func (a *App) statusCommand() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{Use: "status", Short: "Say what the server on the data directory is doing", Args: noArgs(),
		RunE: a.withLocal(func(ctx context.Context, s *server, _ []string) error {
			status, err := s.Status(ctx)
			if err != nil {
				return err
			}
			if asJSON {
				return a.printJSON(status)
			}
			users := "yes"
			if !status.HasUsers {
				users = "none yet; the first sign-in here becomes superuser unless --admin names one"
			}
			return a.printPairs([][2]string{
				{"url", status.URL}, {"listen", status.Listen}, {"socket", status.Socket}, {"data", status.DataDir},
				{"process", fmt.Sprint(status.PID)}, {"version", status.Version},
				{"started", a.when(&status.StartedAt, "-")},
				{"mail", status.Mail}, {"signup", status.Signup}, {"service", status.Service}, {"region", orDash(status.Region)},
				{"users", users},
				{"requests", fmt.Sprintf("%d recorded, %d stored, %d dropped", status.Log.Recorded, status.Log.Stored, status.Log.Dropped)},
			})
		})}
	cmd.Flags().BoolVar(&asJSON, "json", false, "as JSON")
	return a.addUTCFlag(cmd)
}

// printPairs prints names and values, aligned.
func (a *App) printPairs(pairs [][2]string) error {
	width := 0
	for _, p := range pairs {
		width = max(width, len(p[0]))
	}
	var b strings.Builder
	for _, p := range pairs {
		fmt.Fprintf(&b, "%-*s  %s\n", width, p[0], text.Visible(p[1]))
	}
	return a.printf("%s", b.String())
}

// How long keydeck stop waits for the server to write everything to disk, and
// how often it checks.
const (
	stopTimeout      = 30 * time.Second
	stopPollInterval = 20 * time.Millisecond
)

func (a *App) stopCommand() *cobra.Command {
	return &cobra.Command{Use: "stop", Short: "Stop the server on the data directory, and wait until it has", Args: noArgs(),
		RunE: a.withLocal(func(ctx context.Context, s *server, _ []string) error {
			status, err := s.Status(ctx)
			if err != nil {
				return err
			}
			if err := s.Stop(ctx); err != nil {
				return err
			}
			if err := waitUntilGone(ctx, status.Socket); err != nil {
				return fmt.Errorf("process %d was told to stop, but has not yet: %w", status.PID, err)
			}
			a.notef("stopped (process %d)", status.PID)
			return nil
		})}
}

// waitUntilGone waits until nothing exists at path.
func waitUntilGone(ctx context.Context, path string) error {
	ctx, cancel := context.WithTimeout(ctx, stopTimeout)
	defer cancel()
	tick := time.NewTicker(stopPollInterval)
	defer tick.Stop()
	for {
		if _, err := os.Lstat(path); errors.Is(err, os.ErrNotExist) {
			return nil
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-tick.C:
		}
	}
}

func (a *App) versionCommand() *cobra.Command {
	return &cobra.Command{Use: "version", Short: "Print the version", Args: noArgs(),
		RunE: func(*cobra.Command, []string) error { return a.printf("keydeck %s\n", a.Version) }}
}
