package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/spf13/cobra"

	"keydeck/model"
)

func (a *App) statusCommand() *cobra.Command {
	cmd := &cobra.Command{Use: "status", Short: "Say what the server on the data directory is doing", Args: noArgs(),
		RunE: a.withLocal(func(ctx context.Context, s *server, _ []string) error {
			status, err := s.Status(ctx)
			if err != nil {
				return err
			}
			if a.json {
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
	return a.addUTCFlag(a.addJSONFlag(cmd, "", "as JSON"))
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
	for range model.Every(ctx, stopPollInterval) {
		if _, err := os.Lstat(path); errors.Is(err, os.ErrNotExist) {
			return nil
		}
	}
	return ctx.Err()
}
