package cli

import (
	"context"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"keydeck/model"
)

func (a *App) keysShow() *cobra.Command {
	var project string
	cmd := &cobra.Command{Use: "show KEY", Short: "Show everything about a credential but its secret",
		Example: "keydeck keys show ci\nkeydeck keys show 0193c1a2-7f3b-7c4d-8e5f-60718293a4b5 --json",
		RunE: a.withServer(func(ctx context.Context, s *server, args []string) error {
			p, c, err := findCredential(ctx, s, project, args[0])
			if err != nil {
				return err
			}
			if a.json {
				return a.printJSON(c)
			}
			use, err := s.UseOf(ctx, p.ID, c.ID)
			if err != nil {
				return err
			}
			return a.printPairs([][2]string{
				{"name", c.Name}, {"kind", kindWord(c.Kind)}, {"state", a.stateSince(&c)}, {"hint", c.Hint()}, {"id", c.ID},
				{"project", p.Name + " (" + p.AccountID + ")"}, {"note", orDash(c.Note)}, {"owner", orDash(c.Owner)}, {"scopes", scopeWords(c.Scopes)},
				{"issued", a.when(&c.CreatedAt, "-") + by(c.CreatedBy)}, {"expires", a.when(c.ExpiresAt, "never")},
				{"last used", a.when(c.LastUsedAt, "never")}, {"today", fmt.Sprintf("%d requests", use.RequestsToday)},
			})
		})}
	a.takesCredential(cmd, &project)
	return a.addJSONFlag(cmd, "", "as the API shows it, as JSON")
}

// stateSince is the state of a credential, and since when it is paused.
func (a *App) stateSince(c *model.Credential) string {
	if c.State == model.StatePaused {
		return "paused since " + a.when(c.PausedAt, "-")
	}
	return string(c.State)
}

// by names who issued a credential, where that is known.
func by(who model.Actor) string {
	switch {
	case who.Hint == "":
		return ""
	case who.Kind == "user":
		return " by " + who.Hint
	}
	return " by the " + model.Kind(who.Kind).Name() + " " + who.Hint
}

// keyEdit is the edit command with its flags.
type keyEdit struct {
	project, name, note, owner, expires string
	scopes                              []string
	noScopes                            bool
}

func (a *App) keysEdit() *cobra.Command {
	var e keyEdit
	cmd := &cobra.Command{Use: "edit KEY", Short: "Change the name, note, owner, scopes or expiry of a credential",
		Long: "Change a credential that has not been revoked. The flags say what; everything else stays as it is, and so does the secret.\n" +
			"An empty --note or --owner removes it. --scope gives the whole new list; --no-scopes removes it, so that the credential is not restricted.",
		Example: "keydeck keys edit ci --note 'the deploy job' --owner 'platform team'\n" +
			"keydeck keys edit ci --expires 90d\n" +
			"keydeck keys edit ci --scope orders:read --scope catalog:read",
		RunE: func(cmd *cobra.Command, args []string) error {
			patch, err := e.patch(cmd.Flags().Changed, a.Now())
			if err != nil {
				return err
			}
			return a.withServer(func(ctx context.Context, s *server, args []string) error {
				_, c, err := findCredential(ctx, s, e.project, args[0])
				if err != nil {
					return err
				}
				if c, err = s.Edit(ctx, c.ID, patch); err != nil {
					return err
				}
				return a.report(c, "changed %s %s", kindWord(c.Kind), c.Name)
			})(cmd, args)
		}}
	a.takesCredential(cmd, &e.project)
	f := cmd.Flags()
	f.StringVar(&e.name, "name", "", "the new name")
	f.StringVar(&e.note, "note", "", "what it is for")
	f.StringVar(&e.owner, "owner", "", "whose it is")
	f.StringArrayVar(&e.scopes, "scope", nil, "restrict to a scope; may be given several times")
	f.BoolVar(&e.noScopes, "no-scopes", false, "remove the restriction to scopes")
	f.StringVar(&e.expires, "expires", "", "lifetime from now in days, such as 30d, or never")
	return a.addJSONFlag(cmd, "", "the changed credential as JSON")
}

// patch is what the given flags change.
func (e *keyEdit) patch(given func(flag string) bool, now time.Time) (p model.CredentialPatch, err error) {
	for _, text := range []struct {
		flag  string
		value string
		out   *model.Optional[string]
	}{{"name", e.name, &p.Name}, {"note", e.note, &p.Note}, {"owner", e.owner, &p.Owner}} {
		if given(text.flag) {
			*text.out = model.Some(text.value)
		}
	}
	switch {
	case given("scope") && e.noScopes:
		return p, usagef("--scope and --no-scopes are two things; choose one")
	case given("scope"):
		p.Scopes = model.Some(e.scopes)
	case e.noScopes:
		p.Scopes = model.Null[[]string]()
	}
	if given("expires") {
		days, err := parseExpiry(e.expires)
		if err != nil {
			return p, err
		}
		p.ExpiresAt = model.Null[model.Time]()
		if days != nil {
			p.ExpiresAt = model.Some(model.At(now.AddDate(0, 0, *days)))
		}
	}
	if !p.Name.Set && !p.Note.Set && !p.Owner.Set && !p.Scopes.Set && !p.ExpiresAt.Set {
		return p, usagef("nothing to change: give --name, --note, --owner, --scope, --no-scopes or --expires")
	}
	return p, nil
}

func (a *App) keysPause() *cobra.Command {
	return a.pauseCommand("pause", "Have a credential refused until it is resumed; it is refused from the next request on", "paused", true)
}

func (a *App) keysResume() *cobra.Command {
	return a.pauseCommand("resume", "Let a paused credential work again", "resumed", false)
}

func (a *App) pauseCommand(use, short, done string, pause bool) *cobra.Command {
	var project string
	cmd := &cobra.Command{Use: use + " KEY", Short: short,
		Example: "keydeck keys " + use + " ci",
		RunE: a.withServer(func(ctx context.Context, s *server, args []string) error {
			_, c, err := findCredential(ctx, s, project, args[0])
			if err != nil {
				return err
			}
			if c, err = s.Pause(ctx, c.ID, pause); err != nil {
				return err
			}
			return a.report(c, done+" %s %s", kindWord(c.Kind), c.Name)
		})}
	a.takesCredential(cmd, &project)
	return a.addJSONFlag(cmd, "", "the credential as JSON")
}
