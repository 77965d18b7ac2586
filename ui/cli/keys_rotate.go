package cli

import (
	"context"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"keydeck/model"
	"keydeck/ui/text"
)

// defaultGrace is the default grace period of a rotation, the same as in the
// dashboard: long enough to deploy the new key.
const defaultGrace = "1h"

func (a *App) keysRotate() *cobra.Command {
	var project, grace string
	cmd := &cobra.Command{Use: "rotate KEY", Short: "Issue a successor of a credential, and let the old one work for a grace period",
		Long: "Issue a new credential of the same kind, name, scopes and length of life. The old one ends after the grace period, and never later than it would have without.\n" +
			"Standard output gets the new secret alone, as from keydeck keys create, and everything else goes to standard error. Both happen or neither.\n" +
			"Afterwards two credentials have the name until the old one has ended: name one by its id.",
		Example: "KEY=$(keydeck keys rotate ci)\n" +
			"keydeck keys rotate ci --grace 24h\n" +
			"keydeck keys rotate 0193c1a2-7f3b-7c4d-8e5f-60718293a4b5 --grace 0s --json",
		RunE: a.withServer(func(ctx context.Context, s *server, args []string) error {
			wait, err := text.ParseDuration(grace, 0, model.MaxGraceSeconds*time.Second)
			if err != nil {
				return usagef("--grace: %q: %w", grace, err)
			}
			p, old, err := findCredential(ctx, s, project, args[0])
			if err != nil {
				return err
			}
			made, err := s.Rotate(ctx, p.ID, old.Kind, old.ID, wait)
			if err != nil {
				return err
			}
			if !a.json {
				a.notef("%s", a.oldKeyEnds(old, wait))
			}
			return a.printIssued(made, p)
		})}
	a.takesCredential(cmd, &project)
	cmd.Flags().StringVar(&grace, "grace", defaultGrace, "how long the old one still works, such as 30m, 24h or 7d; 0s ends it at once")
	return a.addJSONFlag(cmd, "", "the API's whole answer as JSON")
}

// oldKeyEnds says when the old credential of a rotation ends.
func (a *App) oldKeyEnds(old model.Credential, grace time.Duration) string {
	end := a.Now().Add(grace)
	if old.ExpiresAt != nil && old.ExpiresAt.Before(end) {
		end = old.ExpiresAt.Time
	}
	name := fmt.Sprintf("the old %s %s (%s)", kindWord(old.Kind), old.Name, old.ID)
	if grace == 0 {
		return name + " is refused from the next request on"
	}
	return name + " works until " + a.stamp(end)
}
