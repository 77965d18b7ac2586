package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"keydeck/model"
	"keydeck/model/inspect"
	"keydeck/model/inspect/jwa"
	"keydeck/model/inspect/jwk"
	"keydeck/model/inspect/jws"
	"keydeck/model/inspect/jwt"
	"keydeck/model/inspect/strict"
)

// signed is a new token as JSON.
type signed struct {
	Token  string   `json:"token"`
	Header jwt.Part `json:"header"`
	Claims jwt.Part `json:"claims"`
}

// signer is the sign command with its flags.
type signer struct {
	keys                         keyFlags
	claims                       string
	preset                       string
	alg, kid, typ                string
	iss, sub, jti, exp, nbf, iat string
	aud, claim, headers          []string
	jwtSecret, project           string
	out                          string
	given                        func(flag string) bool
}

func (a *App) jwtSign() *cobra.Command {
	var s signer
	cmd := &cobra.Command{Use: "sign [CLAIMS|@FILE|-]", Short: "Make a token, signed with a key of yours", Args: wantArgs(0, 1, "one set of claims"),
		Long: "Sign claims with a private key or a secret. The claims are a JSON object, from --claims or the argument: the JSON itself, @FILE, or - for standard input. They are signed " +
			"in their order and with their numbers as they stand; white space between them is left out. The other flags set single claims, over those of --claims.\n" +
			"Without --alg the key says which; else it is HS256 for a secret, RS256 for an RSA key, and the only one that fits for the others. Nothing is added that was not asked for, " +
			"but typ JWT and the key's own kid in the header; --typ '' and --kid '' leave them out. A token that verify would refuse for its form or its key is not signed, and none at all with alg none.\n" +
			"With --jwt-secret the Keydeck server on the data directory, or the one at --server=URL, signs with one of a project's JWT secrets, which stays there; the header is then the server's.",
		Example: "keydeck jwt sign --key private.pem --sub 42 --exp 15m --iat\n" +
			"keydeck jwt sign --secret-env JWT_SECRET --kid $JWT_KID --preset D\n" +
			"keydeck jwt sign --key private.jwk --claims @claims.json --claim admin=true --claim 'name=\"42\"'\n" +
			"keydeck jwt sign --jwt-secret web --sub 42 --iat --exp 15m",
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := rejectEmpty(cmd, append([]string{"claims", "preset", "alg", "algorithm", "out", "jwt-secret", "project", serverFlag}, keySources...)...); err != nil {
				return err
			}
			s.given = cmd.Flags().Changed
			if len(args) > 0 {
				if s.given("claims") {
					return usagef("the claims are in --claims or in the argument, not in both")
				}
				s.claims = args[0]
			}
			sign := s.signLocally
			if s.given("jwt-secret") {
				sign = s.signOnServer
			} else if s.given(serverFlag) || s.given("project") {
				return usagef("--server and --project go with --jwt-secret, which names what the server signs with")
			}
			token, err := sign(cmd, a)
			if err != nil {
				return err
			}
			a.warnOfTimes(token)
			a.warnOfForm(token)
			return a.printSigned(token, s.out)
		}}
	s.keys.addSecretFlags(cmd)
	f := cmd.Flags()
	f.StringVar(&s.jwtSecret, "jwt-secret", "", "`NAME` or id of a project's JWT secret that the server signs with")
	a.addProjectFlag(cmd, &s.project)
	addOwnServerFlag(cmd, "with --jwt-secret: the Keydeck server on the data directory, or the one at URL")
	f.StringVar(&s.claims, "claims", "", "the claims: `JSON`, @FILE or -")
	f.StringArrayVar(&s.headers, "header", nil, "members of the header: `JSON`, @FILE, or NAME=VALUE as for --claim; may be given several times")
	f.StringVar(&s.preset, "preset", "", "claims and header of a token of this server's: "+presetNames())
	completeFlag(cmd, "preset", "B", "C", "D")
	f.StringVar(&s.alg, "alg", "", "the `ALGORITHM` to sign with")
	f.StringVarP(&s.alg, "algorithm", "A", "", "the same as --alg")
	f.Lookup("algorithm").Hidden = true
	completeFlag(cmd, "alg", jwa.Algorithms...)
	f.StringVar(&s.kid, "kid", "", "the key's `ID`: names it in the header, and of several keys the one to sign with")
	f.StringVar(&s.typ, "typ", "JWT", "`TYPE` of the token in the header")
	f.StringVar(&s.iss, "iss", "", "the `ISSUER`")
	f.StringVar(&s.sub, "sub", "", "the `SUBJECT`")
	f.StringArrayVar(&s.aud, "aud", nil, "the `AUDIENCE`; may be given several times")
	f.StringVar(&s.jti, "jti", "", "the token's own `ID`")
	f.StringVar(&s.exp, "exp", "", "when it expires: `TIME` from now such as 15m or 30d, 2026-01-02T03:04:05Z, or seconds since 1970")
	f.StringVar(&s.nbf, "nbf", "", "from when on it is good: `TIME` as for --exp; 0s is now")
	f.StringVar(&s.iat, "iat", "", "when it was issued: now, or =`TIME`")
	f.Lookup("iat").NoOptDefVal = "0s"
	f.StringArrayVar(&s.claim, "claim", nil, "one more claim, `NAME=VALUE`: JSON where the value reads as JSON (true, 42, [1]), else text")
	f.StringVarP(&s.out, "out", "o", "", "write it to a new `FILE` with mode 0600 instead of standard output")
	a.addJSONFlag(cmd, "j", "as JSON, with header and claims beside it")
	return rejectUnsupported(cmd)
}

// warnOfTimes warns of times in a new token that are not dates: it is signed as
// asked, but others will read them differently.
func (a *App) warnOfTimes(token string) {
	claims := inspect.DecodeExact(token).Claims
	for _, name := range []string{"iat", "nbf", "exp"} {
		m, ok := claims.Get(name)
		if !ok {
			continue
		}
		if _, isDate := strict.NumericDate(m.Raw); !isDate {
			a.notef("warning: %s is no date before the year 10000 in seconds since 1970; some take such a token for one without %s, others refuse it", name, name)
		}
	}
}

// warnOfForm warns of anything else in a new token that verify would reject.
func (a *App) warnOfForm(token string) {
	for _, c := range jws.Verify(inspect.DecodeExact(token), nil, jws.Expect{Now: a.Now()}).Checks {
		switch c.Claim {
		case "exp", "nbf", "iat": // these are as asked
		default:
			if !c.Good {
				a.notef("warning: verify will not call it good: %s", c.Text)
			}
		}
	}
}

func (a *App) printSigned(token, out string) error {
	if out != "" {
		return writeNewFile(out, []byte(token+"\n"))
	}
	if !a.json {
		return a.printf("%s\n", token)
	}
	t := inspect.DecodeExact(token)
	return a.printJSON(signed{token, t.Header, t.Claims})
}

// signLocally signs with the keys that were given.
func (s *signer) signLocally(cmd *cobra.Command, a *App) (string, error) {
	keys, err := s.keys.load(cmd.Context(), a)
	if err != nil {
		return "", err
	}
	token, err := s.sign(a, keys)
	return token, Usage(err)
}

// sign builds the token.
func (s *signer) sign(a *App, keys []jwk.Key) (string, error) {
	if len(keys) == 0 {
		return "", errors.New("a key is needed: --key, --secret-file, --secret-env or --jwt-secret; keydeck jwt keygen makes one")
	}
	header, claims, err := presetOf(s.preset, a.Now())
	if err != nil {
		return "", err
	}
	if err := s.setHeader(&header); err != nil {
		return "", err
	}
	key, err := s.chooseKey(keys, header.text("alg"))
	if err != nil {
		return "", err
	}
	if header.text("alg") == "" {
		header.putFirst("alg", quoteJSON(cmp.Or(key.Algorithm, key.Usual().Name)))
	}
	if key.ID != "" && !s.given("kid") && !header.has("kid") {
		header.put("kid", quoteJSON(key.ID))
	}
	if s.preset == "D" && !header.has("kid") {
		return "", errors.New("--preset D: family D finds the secret by its kid; name it with --kid")
	}
	if err := s.setClaims(a, &claims); err != nil {
		return "", err
	}
	token, err := jws.Sign(header.String(), claims.String(), key)
	if err != nil {
		return "", fmt.Errorf("sign: %w", err)
	}
	if kid := header.text("kid"); kid != "" && len(jwk.ForKeyID([]jwk.Key{key}, kid)) == 0 {
		a.notef("warning: verify will refuse it with this key: %s", jwk.NoneFor(kid, []jwk.Key{key}))
	}
	return token, nil
}

// signOnServer has the server sign with a JWT secret.
func (s *signer) signOnServer(cmd *cobra.Command, a *App) (string, error) {
	for _, name := range []string{"key", "secret-file", "secret-env", "secret-encoding", "password-file", "password-env", "alg", "algorithm", "kid", "typ", "header"} {
		if s.given(name) {
			return "", usagef("--jwt-secret: key and header are the server's; leave out --%s", name)
		}
	}
	if s.preset != "" && s.preset != "D" {
		return "", usagef("--jwt-secret: the server signs tokens of family D alone with it; use --preset D")
	}
	_, claims, err := presetOf(s.preset, a.Now())
	if err == nil {
		err = s.setClaims(a, &claims)
	}
	if err != nil {
		return "", Usage(err)
	}
	if !claims.has("exp") {
		return "", usagef("--jwt-secret: the server signs nothing without exp; add --exp 15m")
	}
	server, err := a.connect(cmd)
	if err != nil {
		return "", Usage(err)
	}
	defer server.Close()
	ctx := cmd.Context()
	token, err := signWith(ctx, server, s.project, s.jwtSecret, claims)
	return token, Usage(server.explain(ctx, err))
}

func signWith(ctx context.Context, s *server, project, secret string, claims jsonObject) (string, error) {
	p, list, err := findCredentials(ctx, s, project, model.KindJWTSecret)
	if err != nil {
		return "", err
	}
	c, err := chooseCredential(list, secret)
	if err != nil {
		return "", err
	}
	signed, err := s.SignJWT(ctx, p.ID, c.ID, model.SignRequest{Claims: []byte(claims.String())})
	return signed.Token, err
}

// setHeader applies the flags to the preset's header.
func (s *signer) setHeader(header *jsonObject) error {
	whole := false // a whole header was given, so nothing is added to it
	for _, v := range s.headers {
		if !strings.HasPrefix(v, "@") && !strings.HasPrefix(strings.TrimSpace(v), "{") {
			if err := header.putPair("--header", v); err != nil {
				return err
			}
			continue
		}
		whole = true
		raw, err := argument(v, nil)
		if err == nil {
			err = header.merge("--header", raw)
		}
		if err != nil {
			return err
		}
	}
	if s.alg != "" {
		header.putFirst("alg", quoteJSON(s.alg))
	}
	switch {
	case s.given("typ") && s.typ == "":
		header.drop("typ")
	case s.given("typ") || !header.has("typ") && !whole:
		header.put("typ", quoteJSON(s.typ))
	}
	switch {
	case s.given("kid") && s.kid == "":
		header.drop("kid")
	case s.given("kid"):
		header.put("kid", quoteJSON(s.kid))
	}
	return nil
}

// setClaims applies --claims, then the flags for single claims, to the preset's
// claims.
func (s *signer) setClaims(a *App, claims *jsonObject) error {
	if s.claims != "" {
		raw, err := argument(s.claims, a.Stdin)
		if err == nil {
			err = claims.merge("--claims", raw)
		}
		if err != nil {
			return err
		}
	}
	for _, c := range []struct{ name, value string }{{"iss", s.iss}, {"sub", s.sub}, {"jti", s.jti}} {
		if s.given(c.name) {
			claims.put(c.name, quoteJSON(c.value))
		}
	}
	if len(s.aud) > 0 {
		claims.put("aud", audience(s.aud))
	}
	if err := s.setTimes(a, claims); err != nil {
		return err
	}
	for _, pair := range s.claim {
		if err := claims.putPair("--claim", pair); err != nil {
			return err
		}
	}
	if len(*claims) == 0 && s.claims == "" {
		return errors.New("there is nothing to sign: give --claims, --preset or single claims such as --sub and --exp")
	}
	return nil
}

// setTimes applies --iat, --nbf and --exp.
func (s *signer) setTimes(a *App, claims *jsonObject) error {
	for _, c := range []struct{ name, value string }{{"iat", s.iat}, {"nbf", s.nbf}, {"exp", s.exp}} {
		if !s.given(c.name) {
			continue
		}
		at, err := parseMoment(c.value, a.Now())
		if err != nil {
			return fmt.Errorf("--%s: %q: %w", c.name, c.value, err)
		}
		claims.put(c.name, fmt.Sprint(at.Unix()))
	}
	return nil
}

// audience is aud as JSON: a string, or an array of several (RFC 7519, section
// 4.1.3).
func audience(aud []string) string {
	if len(aud) == 1 {
		return quoteJSON(aud[0])
	}
	return quoteJSON(aud)
}

// chooseKey chooses the key to sign with: the one that --kid names, or the only
// one that can sign.
func (s *signer) chooseKey(keys []jwk.Key, alg string) (jwk.Key, error) {
	var can []jwk.Key
	for _, k := range keys {
		if s.kid != "" && k.ID == s.kid {
			return k, nil
		}
		if k.Private != nil || k.Family == jwa.FamilyHMAC {
			can = append(can, k)
		}
	}
	if family := jwa.FamilyOf(alg); len(can) > 1 && family != "" {
		can = slices.DeleteFunc(can, func(k jwk.Key) bool {
			return k.Family != family || k.Algorithm != "" && k.Algorithm != alg
		})
	}
	switch {
	case len(can) > 1:
		return jwk.Key{}, fmt.Errorf("%d of the keys could sign it; name one with --kid", len(can))
	case len(can) == 1:
		return can[0], nil
	}
	return keys[0], nil // a public key: Sign says what is missing
}

// writeNewFile writes a new file that only its owner may read. It does not
// overwrite an existing one.
func writeNewFile(name string, content []byte) error {
	file, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, os.ErrExist) {
		return usagef("--out: %s is there already and is not overwritten; remove it first or name another", name)
	}
	if err != nil {
		return Usage(fmt.Errorf("--out: %w", err))
	}
	_, err = file.Write(content)
	if err = errors.Join(err, file.Close()); err != nil {
		return fmt.Errorf("write %s: %w", name, err)
	}
	return nil
}
