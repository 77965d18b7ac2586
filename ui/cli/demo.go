package cli

import (
	"fmt"

	"github.com/spf13/cobra"
)

// DemoConfig is the configuration of a demo.
type DemoConfig struct {
	Listen string // host:port
	Rate   int    // requests per second that the demo makes, 0 for none
}

// DemoScene is what somebody needs to know to use a demo without its dashboard.
type DemoScene struct {
	URL, Socket, Dir string
	Email            string // who is signed in
	Project, Account string // id and account id of the busiest project
	Key              string // is accepted
	Expired, Revoked string // are refused
	KID, Secret      string // a JWT secret
}

// The rates of a demo, in requests per second.
const (
	demoRate    = 40
	maxDemoRate = 1000
)

func (a *App) demoCommand() *cobra.Command {
	c := DemoConfig{Listen: "127.0.0.1:0", Rate: demoRate}
	var headless bool
	cmd := &cobra.Command{Use: "demo", Short: "Try everything on made-up projects with live traffic, then throw it away", Args: noArgs(),
		Long: "Start a server in a temporary directory, with projects, keys and four months of history, let callers of every kind call it,\n" +
			"and open the dashboard on it, signed in. Everything is removed at the end. No data directory is touched, and no KEYDECK_ variable is read.",
		Example: "keydeck demo\nkeydeck demo --rate 5\nkeydeck demo --headless --listen 127.0.0.1:8000",
		RunE: func(cmd *cobra.Command, _ []string) (err error) {
			if _, given := (flagValues{cmd.Flags()}).get("data"); given {
				return usagef("--data: a demo has its own directory and removes it at the end; leave --data out")
			}
			if c.Listen, err = parseListen(c.Listen); err != nil {
				return usagef("--listen: %w", err)
			}
			if c.Rate < 0 || c.Rate > maxDemoRate {
				return usagef("--rate: %d: allowed are 0 to %d requests a second", c.Rate, maxDemoRate)
			}
			if headless {
				return a.Demo(cmd.Context(), c, a.describeDemo)
			}
			if err := a.needTerminal("serve the demo without it with: keydeck demo --headless"); err != nil {
				return err
			}
			a.notef("making a server with four months of history, which takes a few seconds…")
			return a.Demo(cmd.Context(), c, nil)
		}}
	hidden := rawFlag{}
	cmd.Flags().Var(&hidden, dataSetting.name, "") // in place of the one that every command has
	_ = cmd.Flags().MarkHidden(dataSetting.name)
	cmd.Flags().StringVar(&c.Listen, "listen", c.Listen, "address to serve HTTP on")
	cmd.Flags().IntVar(&c.Rate, "rate", c.Rate, fmt.Sprintf("requests a second that the demo makes, 0 to %d", maxDemoRate))
	cmd.Flags().BoolVar(&headless, "headless", false, "without the dashboard: say where it serves and with which keys, until ctrl+c")
	return cmd
}

// describeDemo prints how to try a demo. The keys are shown whole: they end
// with the demo.
func (a *App) describeDemo(s DemoScene) {
	data := "--data " + s.Dir
	_ = a.printf("serving %s (socket %s)\n", s.URL, s.Socket)
	_ = a.printf("demo: everything here is thrown away when it ends, with ctrl+c\n\n")
	_ = a.printPairs([][2]string{
		{"dashboard", "keydeck attach " + data},
		{"signed in", s.Email + "; others get their codes with: keydeck mail " + data},
		{"project", s.Project},
		{"account", s.Account},
		{"good key", s.Key},
		{"expired key", s.Expired},
		{"revoked key", s.Revoked},
		{"JWT secret", s.Secret},
		{"its kid", s.KID},
	})
	_ = a.printf("\ncurl -i %s/ -H 'Authorization: %s'\n", s.URL, s.Key)
	_ = a.printf("curl -i %s/v1/datetime/utc-now -H \"Authorization: ApiKey $(printf %%s '%s:%s' | base64 -w 0)\"\n",
		s.URL, s.Account, s.Key)
}
