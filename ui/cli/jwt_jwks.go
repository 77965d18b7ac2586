package cli

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"keydeck/model/inspect/jwa"
	"keydeck/model/inspect/jwk"
	"keydeck/model/inspect/jwt"
	"keydeck/model/inspect/lint"
)

// listedKey is one key of the list, as JSON.
type listedKey struct {
	KeyID      string        `json:"kid"`
	Type       string        `json:"kty"`
	Algorithm  string        `json:"alg"`
	Use        string        `json:"use"`
	Key        string        `json:"key"` // in words
	Thumbprint string        `json:"thumbprint"`
	Source     string        `json:"source"`
	Findings   []jwt.Finding `json:"findings"`
}

// keySet is the jwks command with its flags.
type keySet struct {
	issuer, form       string
	list, set, private bool
	password           passwordFlags
}

func (a *App) jwtJWKS() *cobra.Command {
	var k keySet
	cmd := &cobra.Command{Use: "jwks [KEYFILE|URL]…", Short: "Make a JWKS of keys, or look at a published one", Args: jwksArgs,
		Long: "Of key files (PEM, DER, JWK, JWKS) make a JWKS of their public halves, for others to verify with; a key without kid gets its thumbprint (RFC 7638) for one. " +
			"Of a URL, an issuer or a server fetch the published set and list it: each key, and what about it deserves a second look. --list and --set say which of the two, for either.\n" +
			"Private halves and secrets are left out unless --private asks for them. With --format pem the keys are written as PEM instead.",
		Example: "keydeck jwt jwks public.pem old.jwk > jwks.json\n" +
			"keydeck jwt jwks https://issuer.example.com/jwks.json\n" +
			"keydeck jwt jwks --issuer https://accounts.example.com\nkeydeck jwt jwks --server",
		RunE: func(cmd *cobra.Command, args []string) error { return k.run(cmd, a, args) }}
	cmd.Flags().StringVar(&k.issuer, "issuer", "", "`URL` of an issuer, whose discovery document says where its keys are")
	addOwnServerFlag(cmd, "the published keys of the Keydeck server on the data directory, or of the one at URL")
	cmd.Flags().BoolVar(&k.list, "list", false, "list the keys of files too")
	cmd.Flags().BoolVar(&k.set, "set", false, "print a fetched set as JWKS too")
	cmd.Flags().BoolVar(&k.private, "private", false, "with private halves and secrets: not for others")
	cmd.Flags().StringVar(&k.form, "format", formJWK, "how keys are written: jwk for a set, pem for one block each")
	completeFlag(cmd, "format", formJWK, formPEM)
	k.password.addFlags(cmd)
	return a.addJSONFlag(cmd, "j", "the list as JSON; a JWKS is JSON always")
}

func (k *keySet) run(cmd *cobra.Command, a *App, args []string) error {
	switch {
	case k.list && k.set:
		return usagef("--list and --set are two things; choose one")
	case k.form != formJWK && k.form != formPEM:
		return usagef("--format: %q: allowed are %s and %s", k.form, formJWK, formPEM)
	case k.list && k.form == formPEM:
		return usagef("--list and --format pem are two things; choose one")
	}
	if err := rejectEmpty(cmd, serverFlag, "issuer", "password-file", "password-env"); err != nil {
		return err
	}
	keys, published, err := k.gather(cmd, a, args)
	switch {
	case err != nil:
		if cmd.Context().Err() != nil {
			return cmd.Context().Err()
		}
		return Usage(err)
	case len(keys) == 0:
		return usagef("no keys: name files, a URL, --issuer URL or --server")
	case k.form == formPEM:
		return a.printPEM(keys, k.private)
	case k.list || published && !k.set:
		return a.listKeys(keys, published)
	}
	return a.printSet(keys, k.private)
}

func jwksArgs(cmd *cobra.Command, args []string) error {
	if len(args) == 0 && !cmd.Flags().Changed("issuer") && !cmd.Flags().Changed(serverFlag) {
		return usagef("no keys: name files, a URL, --issuer URL or --server; see: %s --help", cmd.CommandPath())
	}
	return nil
}

// gather reads all keys, each once. published reports whether any of them were
// fetched.
func (k *keySet) gather(cmd *cobra.Command, a *App, args []string) (keys []jwk.Key, published bool, err error) {
	ctx := cmd.Context()
	for _, name := range args {
		more, err := a.readKeySet(ctx, name, &k.password)
		if err != nil {
			return nil, false, err
		}
		keys, published = append(keys, more...), published || isURL(name)
	}
	if k.issuer != "" {
		more, err := a.issuerKeys(ctx, k.issuer)
		if err != nil {
			return nil, false, err
		}
		keys, published = append(keys, more...), true
	}
	s, err := a.connectOwn(cmd)
	if err != nil {
		return nil, false, err
	}
	if s != nil {
		defer s.Close()
		more, err := a.serverKeys(ctx, s)
		if err != nil {
			return nil, false, err
		}
		keys, published = append(keys, more...), true
	}
	keys, err = dedupe(keys)
	return keys, published, err
}

func (a *App) serverKeys(ctx context.Context, s *server) ([]jwk.Key, error) {
	raw, err := s.JWKS(ctx)
	if err != nil {
		return nil, s.explain(ctx, err)
	}
	keys, skipped, err := jwk.Read(raw, s.Target())
	a.noteSkipped(skipped)
	return keys, err
}

// dedupe drops repeated keys. Two different keys with one kid are an error:
// nobody could tell which of them a token means.
func dedupe(keys []jwk.Key) ([]jwk.Key, error) {
	var out []jwk.Key
	prints, ids := map[string]bool{}, map[string]string{}
	for _, k := range keys {
		thumbprint := k.Thumbprint()
		if k.ID == "" {
			k.ID = thumbprint
		}
		if source, taken := ids[k.ID]; taken && !prints[thumbprint] {
			return nil, fmt.Errorf("two different keys have the kid %q: one of %s, one of %s", k.ID, source, k.Source)
		}
		if !prints[thumbprint] {
			out = append(out, k)
		}
		prints[thumbprint], ids[k.ID] = true, k.Source
	}
	return out, nil
}

// printSet prints a JWKS.
func (a *App) printSet(keys []jwk.Key, private bool) error {
	set := struct {
		Keys []json.RawMessage `json:"keys"`
	}{[]json.RawMessage{}}
	for _, k := range keys {
		if k.Family == jwa.FamilyHMAC && !private {
			a.notef("left out: %s: a secret must not be published; --private prints it", k.Source)
			continue
		}
		raw, err := k.JWK(private && (k.Private != nil || k.Family == jwa.FamilyHMAC))
		if err != nil {
			return Usage(err)
		}
		set.Keys = append(set.Keys, raw)
	}
	if len(set.Keys) == 0 {
		return usagef("there is no public key among them")
	}
	return a.printJSON(set)
}

// printPEM prints the keys as PEM blocks.
func (a *App) printPEM(keys []jwk.Key, private bool) error {
	var b strings.Builder
	var secrets []jwk.Key
	for _, k := range keys {
		if k.Family == jwa.FamilyHMAC {
			secrets = append(secrets, k)
			continue
		}
		text, err := k.PEM(private && k.Private != nil)
		if err != nil {
			return Usage(err)
		}
		b.Write(text)
	}
	if b.Len() == 0 {
		return usagef("there is no PEM form of a secret, and no other key among them")
	}
	for _, k := range secrets {
		a.notef("left out: %s: there is no PEM form of a secret", k.Source)
	}
	return a.print(b.String())
}

// listKeys lists keys. A private half among published keys is a finding.
func (a *App) listKeys(keys []jwk.Key, published bool) error {
	listed := make([]listedKey, len(keys))
	for i, k := range keys {
		listed[i] = listedKey{k.ID, keyType(k), k.Algorithm, k.Use, k.Describe(), k.Thumbprint(), k.Source, lint.Key(jwt.Token{}, k)}
		if published && (k.Private != nil || k.Family == jwa.FamilyHMAC) {
			listed[i].Findings = slices.Insert(listed[i].Findings, 0, jwt.Finding{Severity: jwt.Danger, Rule: "private_published",
				Text: "the private half is published: anyone can sign with it", Reference: "RFC 7517, section 9.2"})
		}
	}
	if a.json {
		return a.printJSON(items[listedKey]{listed})
	}
	t := table{head: []string{"KID", "KTY", "ALG", "USE", "KEY", "THUMBPRINT"}}
	var findings []jwt.Finding
	for i, k := range listed {
		t.add(k.KeyID, k.Type, orDash(k.Algorithm), orDash(k.Use), keys[i].Summary(), k.Thumbprint)
		for i := range k.Findings {
			k.Findings[i].Text = "kid " + k.KeyID + ": " + k.Findings[i].Text
		}
		findings = append(findings, k.Findings...)
	}
	if err := a.printTable(nil, t, "no keys"); err != nil {
		return err
	}
	var b page
	writeFindings(&b, "Findings", findings)
	return a.printPage(&b)
}

// keyType is kty (RFC 7518, section 6.1; RFC 8037, section 2; RFC 9964, section 3).
func keyType(k jwk.Key) string {
	return map[jwa.Family]string{jwa.FamilyHMAC: "oct", jwa.FamilyRSA: "RSA", jwa.FamilyEC: "EC", jwa.FamilyEd: "OKP", jwa.FamilyMLDSA: "AKP"}[k.Family]
}
