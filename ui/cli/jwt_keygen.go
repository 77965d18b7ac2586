package cli

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"keydeck/model/inspect/jwa"
	"keydeck/model/inspect/jwk"
)

// The formats of a key.
const (
	formJWK    = "jwk"
	formPEM    = "pem"
	formBase64 = "base64"
	formHex    = "hex"
)

var forms = []string{formJWK, formPEM, formBase64, formHex}

// keygen is the keygen command with its flags.
type keygen struct {
	kid, out, form string
	public         bool
}

func (a *App) jwtKeygen() *cobra.Command {
	var g keygen
	cmd := &cobra.Command{Use: "keygen ALG", Short: "Make a key to sign with", Args: wantArgs(1, 1, "one algorithm: "+strings.Join(jwa.Algorithms, ", ")),
		Long: "Make a key for an algorithm: a secret as long as the hash, RSA of 2048 bits, or the algorithm's own curve or parameters. It goes to standard output, or to a new file that only you can read.",
		Example: "keydeck jwt keygen ES256 --out private.jwk --public > public.jwk\n" +
			"keydeck jwt keygen RS256 --format pem --out private.pem\n" +
			"keydeck jwt keygen HS256 --format base64 --out secret.txt",
		ValidArgsFunction: cobra.FixedCompletions(jwa.Algorithms, cobra.ShellCompDirectiveNoFileComp),
		RunE:              func(cmd *cobra.Command, args []string) error { return g.run(cmd, a, args[0]) }}
	cmd.Flags().StringVar(&g.kid, "kid", "", "the key's `ID` (default: its thumbprint, RFC 7638)")
	cmd.Flags().StringVarP(&g.out, "out", "o", "", "write it to a new `FILE` with mode 0600")
	cmd.Flags().StringVar(&g.form, "format", formJWK, "jwk; pem for all but secrets; base64 or hex for secrets")
	completeFlag(cmd, "format", forms...)
	cmd.Flags().BoolVar(&g.public, "public", false, "print the public half, while --out takes the private one")
	return cmd
}

func (g *keygen) run(cmd *cobra.Command, a *App, alg string) error {
	switch {
	case !slices.Contains(forms, g.form):
		return usagef("--format: %q: allowed are %s", g.form, strings.Join(forms, ", "))
	case g.public && g.out == "":
		return usagef("--public alone would throw the private half away; keep it in a file with --out")
	case g.public && jwa.FamilyOf(alg) == jwa.FamilyHMAC:
		return usagef("--public: a secret has no public half")
	}
	key, err := jwk.Generate(nil, alg)
	if err != nil {
		return Usage(err)
	}
	if cmd.Flags().Changed("kid") {
		key.ID = g.kid
	}
	text, err := writeKey(key, g.form, true)
	if err == nil && g.out != "" {
		err = writeNewFile(g.out, text)
	}
	if err != nil || g.out != "" && !g.public {
		return err
	}
	if g.public {
		if text, err = writeKey(key, g.form, false); err != nil {
			return err
		}
	}
	return a.print(string(text))
}

// writeKey encodes a key, with its private half if asked. Its errors are
// UsageErrors.
func writeKey(k jwk.Key, form string, private bool) ([]byte, error) {
	isSecret := k.Family == jwa.FamilyHMAC
	switch {
	case form == formPEM && isSecret:
		return nil, usagef("--format: PEM is not for secrets; allowed are %s, %s and %s", formJWK, formBase64, formHex)
	case form == formBase64 && isSecret:
		return []byte(base64.StdEncoding.EncodeToString(k.Secret) + "\n"), nil
	case form == formHex && isSecret:
		return []byte(hex.EncodeToString(k.Secret) + "\n"), nil
	case form == formBase64 || form == formHex:
		return nil, usagef("--format: %s is for secrets; allowed are %s and %s", form, formJWK, formPEM)
	case form == formPEM:
		text, err := k.PEM(private)
		return text, Usage(err)
	}
	raw, err := k.JWK(private)
	if err != nil {
		return nil, Usage(err)
	}
	var indented bytes.Buffer
	if err := json.Indent(&indented, raw, "", "  "); err != nil {
		return nil, fmt.Errorf("write the key: %w", err)
	}
	return []byte(escapeJSON(indented.String()) + "\n"), nil
}
