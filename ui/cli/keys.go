package cli

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"keydeck/model"
	"keydeck/server/client"
)

func (a *App) keysCommand() *cobra.Command {
	return a.addUTCFlag(addServerFlag(commandGroup("keys", "List, issue, edit, pause, rotate and revoke credentials of a project",
		a.keysList(), a.keysShow(), a.keysCreate(), a.keysEdit(), a.keysPause(), a.keysResume(), a.keysRotate(), a.keysRevoke(), a.keysSigning(), a.keysRotateSigning())))
}

// kinds are the values of --kind.
var kinds = func() (words []string) {
	for _, k := range model.CredentialKinds {
		words = append(words, kindWord(k))
	}
	return words
}()

// kindWord is a kind as people type it: "api-key".
func kindWord(k model.Kind) string { return strings.ReplaceAll(string(k), "_", "-") }

// parseKind reads --kind.
func parseKind(v string) (model.Kind, error) {
	if !slices.Contains(kinds, v) {
		return "", usagef("--kind: %q: allowed are %s", v, strings.Join(kinds, ", "))
	}
	return model.Kind(strings.ReplaceAll(v, "-", "_")), nil
}

func (a *App) addProjectFlag(cmd *cobra.Command, project *string) {
	cmd.Flags().StringVar(project, "project", "", "project by id, account id or name; may be left out if there is only one")
	a.completeProject(cmd)
}

// takesCredential gives a command a credential as its argument, and --project for where
// that is; see findCredential.
func (a *App) takesCredential(cmd *cobra.Command, project *string) {
	cmd.Args = wantArgs(1, 1, "the id or name of a credential")
	cmd.ValidArgsFunction = a.complete(keyWords(project))
	a.addProjectFlag(cmd, project)
}

func (a *App) keysList() *cobra.Command {
	var project, only string
	cmd := &cobra.Command{Use: "list", Short: "List the credentials of a project, masked", Args: noArgs(),
		RunE: a.withServer(func(ctx context.Context, s *server, _ []string) error {
			var kind model.Kind
			if only != "" {
				var err error
				if kind, err = parseKind(only); err != nil {
					return err
				}
			}
			p, list, err := findCredentials(ctx, s, project, kind)
			if err != nil {
				return err
			}
			t := table{head: []string{"NAME", "KIND", "STATE", "HINT", "SCOPES", "LAST USED", "EXPIRES", "ID"}}
			for _, c := range list {
				t.add(c.Name, kindWord(c.Kind), string(c.State), c.Hint(), scopeWords(c.Scopes), a.when(c.LastUsedAt, "never"), a.when(c.ExpiresAt, "never"), c.ID)
			}
			return a.printTable(byKind(list), t, "no credentials in "+p.Name+"; issue one with: keydeck keys create NAME")
		})}
	a.addProjectFlag(cmd, &project)
	cmd.Flags().StringVar(&only, "kind", "", "only one kind: "+strings.Join(kinds, ", "))
	completeFlag(cmd, "kind", kinds...)
	return a.addJSONFlag(cmd, "", "as JSON: a list of each kind, as the API has it, such as api_keys")
}

// findCredentials finds a project and lists its credentials of one kind, or of all
// kinds for "", by kind, each the newest first.
func findCredentials(ctx context.Context, s *server, project string, kind model.Kind) (model.Project, []model.Credential, error) {
	p, err := findProject(ctx, s, project)
	if err != nil {
		return p, nil, err
	}
	list, err := s.Credentials(ctx, model.CredentialFilter{ProjectID: p.ID, Kind: kind})
	slices.SortStableFunc(list, func(a, b model.Credential) int { return strings.Compare(string(a.Kind), string(b.Kind)) })
	return p, list, err
}

// byKind are credentials as the lists of their kinds have them, by the name of the
// list: "api_keys".
func byKind(list []model.Credential) map[string][]model.IssuedCredential {
	out := map[string][]model.IssuedCredential{}
	for _, c := range list {
		secrets := []string{c.Masked}
		if c.MaskedSecret != nil {
			secrets = append(secrets, *c.MaskedSecret)
		}
		name := strings.ReplaceAll(c.Kind.Spec().Collection, "-", "_")
		out[name] = append(out[name], model.IssuedCredential{Credential: c, Secrets: secrets})
	}
	return out
}

func (a *App) keysCreate() *cobra.Command {
	var project, expires string
	var scopes []string
	chosen := kinds[0]
	cmd := &cobra.Command{Use: "create NAME", Short: "Issue a credential; the secret goes to standard output, once", Args: wantArgs(1, 1, "one name"),
		Long: "Issue a credential. Standard output gets the secret alone, of a key pair the two keys on two lines. Everything else goes to standard error. It cannot be shown again.",
		Example: "KEY=$(keydeck keys create ci)\n" +
			"keydeck keys create deploy --expires 30d --scope keys:write\n" +
			"keydeck keys create browser --kind jwt-secret --json",
		RunE: a.withServer(func(ctx context.Context, s *server, args []string) error {
			kind, err := parseKind(chosen)
			if err != nil {
				return err
			}
			days, err := parseExpiry(expires)
			if err != nil {
				return err
			}
			p, err := findProject(ctx, s, project)
			if err != nil {
				return err
			}
			made, err := s.Issue(ctx, p.ID, kind, model.CredentialSpec{Name: args[0], ExpiresInDays: days, Scopes: scopes})
			if err != nil {
				return err
			}
			return a.printIssued(made, p)
		})}
	a.addProjectFlag(cmd, &project)
	cmd.Flags().StringVar(&chosen, "kind", chosen, "one of "+strings.Join(kinds, ", "))
	completeFlag(cmd, "kind", kinds...)
	cmd.Flags().StringVar(&expires, "expires", "never", "lifetime in days, such as 30d, or never")
	cmd.Flags().StringArrayVar(&scopes, "scope", nil, "restrict to a scope; may be given several times")
	return a.addJSONFlag(cmd, "", "the API's whole answer as JSON")
}

// parseExpiry reads --expires. It returns nil for never.
func parseExpiry(v string) (*int, error) {
	if v == "never" {
		return nil, nil
	}
	days, err := strconv.Atoi(strings.TrimSuffix(v, "d"))
	if err != nil || days < 1 || days > model.MaxExpiresInDays {
		return nil, usagef("--expires: %q: want days from 1d to %dd, or never", v, model.MaxExpiresInDays)
	}
	return &days, nil
}

// printIssued prints a new credential, for the only time.
func (a *App) printIssued(made model.IssuedCredential, p model.Project) error {
	if a.json {
		return a.printJSON(made)
	}
	note := ""
	if spec := made.Kind.Spec(); spec.Shown == "kid" {
		note = "kid " + made.ID + ", "
	} else if len(spec.Secrets) == 2 {
		note = spec.Secrets[0].Label + ", then " + spec.Secrets[1].Label + "; "
	}
	expiry := "never expires"
	if made.ExpiresAt != nil {
		expiry = "expires " + a.when(made.ExpiresAt, "")
	}
	a.notef("issued %s %s in %s (%s): %s%s; this is the only time it is shown", kindWord(made.Kind), made.Name,
		p.Name, p.AccountID, note, expiry)
	for _, secret := range made.Secrets {
		if err := a.printf("%s\n", secret); err != nil {
			return err
		}
	}
	return nil
}

func (a *App) keysRevoke() *cobra.Command {
	var project string
	var yes bool
	cmd := &cobra.Command{Use: "revoke KEY", Short: "Revoke a credential by its id or name; it is refused from the next request on",
		Long:    "Revoke a credential, and everything made with it. This cannot be undone. On a terminal it asks first; a script is not asked.",
		Example: "keydeck keys revoke ci\nkeydeck keys revoke ci --yes",
		RunE: a.withServer(func(ctx context.Context, s *server, args []string) error {
			p, c, err := findCredential(ctx, s, project, args[0])
			if err != nil {
				return err
			}
			if !c.State.Ended() {
				question := fmt.Sprintf("revoke %s %s of %s (%s, last used: %s)?", kindWord(c.Kind), c.Name, p.Name,
					c.Hint(), a.when(c.LastUsedAt, "never"))
				if err := a.confirm(ctx, yes, question); err != nil {
					return err
				}
			}
			revoked, err := s.Revoke(ctx, p.ID, c.Kind, c.ID)
			if err != nil {
				return err
			}
			return a.report(revoked, "revoked %s %s (%s)", kindWord(c.Kind), c.Name, a.when(&revoked.DeactivatedAt, ""))
		})}
	a.takesCredential(cmd, &project)
	addYesFlag(cmd, &yes)
	return a.addJSONFlag(cmd, "", "as JSON")
}

// findCredential finds a credential of a project; see findProject and
// chooseCredential.
func findCredential(ctx context.Context, s *server, project, ref string) (model.Project, model.Credential, error) {
	p, list, err := findCredentials(ctx, s, project, "")
	if err != nil {
		return p, model.Credential{}, err
	}
	c, err := chooseCredential(list, ref)
	return p, c, err
}

// chooseCredential finds a credential by its id, or by a name that only one credential
// has that has not ended. One that has ended may have the same name.
func chooseCredential(all []model.Credential, ref string) (model.Credential, error) {
	var named, living []model.Credential
	for _, c := range all {
		if strings.EqualFold(c.ID, ref) {
			return c, nil
		}
		if c.Name == ref {
			named = append(named, c)
			if !c.State.Ended() {
				living = append(living, c)
			}
		}
	}
	if len(living) > 0 {
		named = living
	}
	switch len(named) {
	case 0:
		return model.Credential{}, fmt.Errorf("no credential %q in this project; see: keydeck keys list", ref)
	case 1:
		return named[0], nil
	}
	ids := make([]string, len(named))
	for i, c := range named {
		ids[i] = c.ID + " (" + kindWord(c.Kind) + ")"
	}
	return model.Credential{}, usagef("%q is the name of several credentials; name one by its id: %s", ref, strings.Join(ids, ", "))
}

func (a *App) keysSigning() *cobra.Command {
	return a.signingCommand("signing", "List the server's signing keys", (*client.Client).SigningKeys)
}

func (a *App) keysRotateSigning() *cobra.Command {
	return a.signingCommand("rotate-signing", "Sign with the next key from now on; tokens of the old one stay good until they expire", (*client.Client).RotateSigning)
}

// signingCommand prints the signing keys that call returns.
func (a *App) signingCommand(use, short string, call func(*client.Client, context.Context) ([]model.SigningKey, error)) *cobra.Command {
	return a.addJSONFlag(&cobra.Command{Use: use, Short: short, Args: noArgs(),
		RunE: a.withServer(func(ctx context.Context, s *server, _ []string) error {
			keys, err := call(s.Client, ctx)
			if err != nil {
				return err
			}
			t := table{head: []string{"ID", "ALGORITHM", "STATE", "CREATED", "ACTIVE SINCE", "RETIRED", "LEAVES"}}
			for _, k := range keys {
				t.add(k.ID, k.Algorithm, string(k.State), a.when(&k.CreatedAt, "-"), a.when(k.ActivatedAt, "-"), a.when(k.RetiredAt, "-"), a.when(k.RemoveAt, "-"))
			}
			return a.printTable(items[model.SigningKey]{append([]model.SigningKey{}, keys...)}, t, "no signing keys")
		})}, "", "as JSON")
}
