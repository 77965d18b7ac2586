package cli

import (
	"os"
	"runtime"

	"github.com/spf13/cobra"

	"keydeck/model"
)

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
		a.notef("keydeck: %s", note)
	}
	return a.Dashboard(cmd.Context(), c)
}

// needTerminal rejects starting a dashboard where nobody could see it.
func (a *App) needTerminal(instead string) error {
	in, inOK := a.Stdin.(*os.File)
	out, outOK := a.Stdout.(*os.File)
	if inOK && outOK && isTerminal(in) && isTerminal(out) {
		return a.capable(instead)
	}
	return usagef("the dashboard needs a terminal, and there is none; %s", instead)
}

// capable rejects terminals that can't draw a dashboard. On Windows they have no TERM.
func (a *App) capable(instead string) error {
	term, _ := a.Env("TERM")
	if term == "dumb" || term == "" && runtime.GOOS != "windows" {
		return usagef("the dashboard cannot be drawn on this terminal (TERM is %q); %s", term, instead)
	}
	return nil
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
				_ = a.printf("serving %s (socket %s)\n", s.URL, s.Socket)
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
