package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"

	"github.com/spf13/cobra"

	"keydeck/model"
	"keydeck/server/client"
)

const serverFlag = "server"

// addServerFlag adds --server, for a server at a URL.
func addServerFlag(cmd *cobra.Command) *cobra.Command {
	cmd.PersistentFlags().Var(&rawFlag{arg: "URL"}, serverFlag, "server to talk to (or KEYDECK_SERVER); without it, the one on the data directory")
	return cmd
}

// server is the server that a command talks to.
type server struct {
	*client.Client
	data string // the data directory, "" for a server at a URL
	dir  string // where the login is kept
}

// connect makes the client for a command: of the server at --server, else of
// the one on the data directory. It does not connect yet.
func (a *App) connect(cmd *cobra.Command) (*server, error) {
	flags := flagValues{cmd.Flags()}
	url, given := flags.get(serverFlag)
	if (!given || url == ownServer) && cmd.Flags().Lookup(serverFlag) != nil {
		url, _ = a.Env("KEYDECK_SERVER")
	}
	if url != "" {
		return a.connectURL(url)
	}
	return a.local(cmd)
}

// data returns the data directory of a command.
func (a *App) data(cmd *cobra.Command) (string, error) {
	c, _, err := load([]setting{dataSetting}, flagValues{cmd.Flags()}, a.Env, nil)
	return c.Data, err
}

// local makes the client of the server on the data directory.
func (a *App) local(cmd *cobra.Command) (*server, error) {
	data, err := a.data(cmd)
	if err != nil {
		return nil, err
	}
	return a.connectLocal(data)
}

func (a *App) connectLocal(data string) (*server, error) {
	c, err := NewLocalClient(data, a.Version)
	if err != nil {
		return nil, err
	}
	return &server{c, data, data}, nil
}

// NewLocalClient makes the client of the server on a data directory, with the
// login that is kept there.
func NewLocalClient(data, version string) (*client.Client, error) {
	socket, err := client.FindSocket(data)
	if err != nil {
		return nil, err
	}
	return client.New(client.Options{Socket: socket, Dir: data, UserAgent: userAgent(version)})
}

// connectURL makes the client of a server at a URL, with the login that the
// user keeps for it.
func (a *App) connectURL(url string) (*server, error) {
	config, err := os.UserConfigDir()
	if err != nil {
		return nil, fmt.Errorf("find where logins are kept: %w", err)
	}
	dir := filepath.Join(config, "keydeck")
	c, err := client.New(client.Options{URL: url, Dir: dir, UserAgent: userAgent(a.Version)})
	if err != nil {
		return nil, Usage(err)
	}
	return &server{c, "", dir}, nil
}

func userAgent(version string) string { return "keydeck/" + version }

// withServer is the RunE of a command that talks to a server. It connects as
// connect does, and explains errors.
func (a *App) withServer(do serverFunc) func(*cobra.Command, []string) error {
	return runWith(a.connect, do)
}

// withLocal is withServer for what only the socket in the data directory can
// do.
func (a *App) withLocal(do serverFunc) func(*cobra.Command, []string) error {
	return runWith(a.local, do)
}

type serverFunc func(ctx context.Context, s *server, args []string) error

func runWith(connect func(*cobra.Command) (*server, error), do serverFunc) func(*cobra.Command, []string) error {
	return func(cmd *cobra.Command, args []string) error {
		s, err := connect(cmd)
		if err != nil {
			return err
		}
		defer s.Close()
		return s.explain(cmd.Context(), do(cmd.Context(), s, args))
	}
}

// explain turns an error of a server into advice on what to do.
func (s *server) explain(ctx context.Context, err error) error {
	e, ok := errors.AsType[*model.Error](err)
	if !ok {
		return err
	}
	if e.Reason == model.ReasonMissing && s.data != "" {
		// Without a login the server was not asked at all. If none is running,
		// say that: nobody can sign in without one.
		if _, statusErr := s.Status(ctx); statusErr != nil {
			return s.explain(ctx, statusErr)
		}
	}
	switch {
	case e.Code == model.CodeUnavailable && e.Cause != nil && s.data != "": // never reached
		return s.unreachable(e.Cause)
	case e.Code == model.CodeUnauthorized && e.Reason == model.ReasonMissing && s.data == "":
		return fmt.Errorf("not signed in at %s; run: keydeck login EMAIL --server %s", s.Target(), s.Target())
	case e.Code == model.CodeUnauthorized && s.data == "":
		return fmt.Errorf("%s (at %s)", e.Message, s.Target())
	case e.Cause == nil:
		return errors.New(e.Message)
	}
	return err
}

// unreachable explains why nobody answers on the data directory's socket.
func (s *server) unreachable(cause error) error {
	if errors.Is(cause, os.ErrPermission) {
		return fmt.Errorf("%s belongs to another user; run this as that user", s.data)
	}
	if errors.Is(cause, os.ErrNotExist) || errors.Is(cause, syscall.ECONNREFUSED) {
		return fmt.Errorf("no server runs on %s; start one with: keydeck serve", s.data)
	}
	return fmt.Errorf("the server on %s does not answer: %w", s.data, cause)
}
