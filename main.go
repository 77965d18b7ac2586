// Keydeck is a key-management dashboard for the terminal with its own auth
// server: one binary, one data directory. See README.md.
package main

import (
	"context"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"path/filepath"
	"runtime/debug"
	"syscall"
	"time"

	"golang.org/x/term"

	"keydeck/backend"
	"keydeck/backend/mail"
	"keydeck/backend/vault"
	"keydeck/model"
	"keydeck/server/client"
	"keydeck/server/daemon"
	"keydeck/server/demo"
	"keydeck/ui/cli"
	"keydeck/ui/tui"
	"keydeck/ui/tui/screens"
)

// version is set by release builds: go build -ldflags "-X main.version=1.2.3".
var version string

func main() { os.Exit(run()) }

func run() int {
	ctx, restore := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer restore()
	context.AfterFunc(ctx, func() {
		// A second signal ends the process at once, unless it comes right after the
		// first, as timeout(1) sends it.
		time.AfterFunc(2*time.Second, restore)
	})
	app := &cli.App{
		Version: buildVersion(), Checks: checks, Serve: serve, Dashboard: dashboard, Attach: attach, Demo: showDemo,
		Env: os.LookupEnv, Environ: os.Environ, Stdin: os.Stdin, Stdout: os.Stdout, Stderr: os.Stderr, Now: time.Now,
	}
	return app.Run(ctx, os.Args[1:])
}

// checks validate the settings that only the backend can parse.
var checks = map[string]func(string) error{
	"smtp": func(url string) error {
		_, err := mail.ParseURL(url)
		return err
	},
	"master-key": vault.CheckKey,
}

func daemonConfig(c cli.Config, log *slog.Logger) (daemon.Config, error) {
	out := daemon.Config{
		Dir: c.Data, Listen: c.Listen, TLS: c.TLS, PublicURL: c.PublicURL, Region: c.Region, Version: buildVersion(),
		CORSOrigins: c.CORSOrigins, TrustedProxies: c.TrustedProxies, Log: log,
		Backend: backend.Config{
			MasterKey: c.MasterKey, Service: c.Service, Admin: c.Admin, OpenSignup: c.OpenSignup,
			SessionTTL: c.SessionTTL, Retention: c.Retention, LogBytes: c.LogBytes,
		},
	}
	if c.SMTP != "" {
		smtp, err := mail.ParseURL(c.SMTP)
		if err != nil {
			return out, err
		}
		out.Backend.SMTP = &smtp
	}
	return out, nil
}

// serve is keydeck serve. It outlives its terminal, and the pipe of its output.
func serve(ctx context.Context, c cli.Config, ready func(model.Status)) error {
	signal.Ignore(syscall.SIGHUP, syscall.SIGPIPE)
	config, err := daemonConfig(c, logTo(os.Stderr, c.LogFormat))
	if err != nil {
		return err
	}
	return daemon.Run(ctx, config, ready)
}

func logTo(w io.Writer, format cli.LogFormat) *slog.Logger {
	if format == cli.LogJSON {
		return slog.New(slog.NewJSONHandler(w, nil))
	}
	return slog.New(slog.NewTextHandler(w, nil))
}

// dashboard is keydeck without a command: a server and its dashboard.
func dashboard(ctx context.Context, c cli.Config) error {
	hangup := make(chan os.Signal, 1)
	signal.Notify(hangup, syscall.SIGHUP)
	signal.Ignore(syscall.SIGPIPE)
	log := daemon.NewLogFile(filepath.Join(c.Data, "keydeck.log"))
	defer func() { _ = log.Close() }()
	config, err := daemonConfig(c, logTo(log, c.LogFormat))
	if err != nil {
		return err
	}
	return daemon.Foreground(ctx, config, daemon.Front{
		Hangup:  hangup,
		Present: func() bool { return term.IsTerminal(int(os.Stdin.Fd())) },
		Run: func(ctx context.Context, owned bool) error {
			local, err := cli.NewLocalClient(c.Data, buildVersion())
			if err != nil {
				return err
			}
			defer local.Close()
			return show(ctx, local, c.Data, owned)
		},
	})
}

// attach is keydeck attach: the dashboard alone. It ends with its terminal, and
// restores the terminal if that is still there.
func attach(ctx context.Context, c *client.Client, dir string) error {
	ctx, stop := signal.NotifyContext(ctx, syscall.SIGHUP)
	defer stop()
	signal.Ignore(syscall.SIGPIPE)
	return show(ctx, c, dir, false)
}

// show runs the dashboard. Its state and the user's key bindings are in dir.
func show(ctx context.Context, c *client.Client, dir string, owned bool) error {
	return tui.Run(ctx, tui.Options{Screens: screens.All, Client: c, Version: buildVersion(), OwnsServer: owned,
		StatePath: filepath.Join(dir, "dashboard.json"), KeysPath: filepath.Join(dir, "keys.toml")})
}

// showDemo is keydeck demo, which ends with its terminal.
func showDemo(ctx context.Context, c cli.DemoConfig, headless func(cli.DemoScene)) error {
	ctx, stop := signal.NotifyContext(ctx, syscall.SIGHUP)
	defer stop()
	signal.Ignore(syscall.SIGPIPE)
	// A second signal must not end the process before everything is removed.
	signal.Notify(make(chan os.Signal, 1), os.Interrupt, syscall.SIGTERM)
	config := demo.Config{Listen: c.Listen, Rate: c.Rate, Version: buildVersion()}
	return demo.Run(ctx, config, func(ctx context.Context, c *client.Client, s demo.Scene) error {
		if headless != nil {
			headless(cli.DemoScene(s))
			<-ctx.Done()
			return nil
		}
		return tui.Run(ctx, tui.Options{Screens: screens.All, Client: c, Version: buildVersion(), Banner: demo.Banner, OwnsServer: true})
	})
}

// buildVersion is the version of a release, or else what Go has recorded about the
// source.
func buildVersion() string {
	if version != "" {
		return version
	}
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" {
		return info.Main.Version
	}
	return "(devel)"
}
