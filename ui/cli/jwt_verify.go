package cli

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"keydeck/model"
	"keydeck/model/inspect"
	"keydeck/model/inspect/jwa"
	"keydeck/model/inspect/jwk"
	"keydeck/model/inspect/jws"
	"keydeck/model/inspect/jwt"
	"keydeck/model/inspect/lint"
	"keydeck/model/inspect/strict"
	"keydeck/model/inspect/verdict"
	"keydeck/ui/text"
)

// verifier is the verify command with its flags and keys.
type verifier struct {
	in           tokenInput
	keyFlags     keyFlags
	openingFlags keyFlags
	leeway, asOf string

	keys    []jwk.Key
	opening []jwk.Key // for encrypted tokens
	expect  jws.Expect
	allowed []string
	ownKey  bool      // use the token's own key
	at      time.Time // zero for the current time of each token
	server  *server   // if not nil, it judges instead
}

func (a *App) jwtVerify() *cobra.Command {
	var v verifier
	cmd := &cobra.Command{Use: "verify [TOKEN|@FILE|-]", Short: "Check signature, times and expectations; the exit code is the verdict", Args: verifyArgs,
		Long: "Verify a token with the keys that are given, or ask a Keydeck server with --server; --iss, --aud, --typ and --alg go with either. The exit code is 0 only if every token is good: signed with one of the keys, " +
			"well formed, in time, and as expected. It is 1 for any that is not, and 2 if it could not be judged.\n" +
			"A token's own jwk, jku, x5u and x5c are not used and nothing that it names is fetched. With --own-key its jwk or x5c is used: that tells whether it fits its own key, as a DPoP proof must, " +
			"and it is never good, for anyone can make such a token. An encrypted token is opened with --decrypt-key, and the signed token in it is verified; " +
			"it is never good, for a Keydeck server takes none.\n" + tokenInputHelp,
		Example: "keydeck jwt verify --key public.pem < token.txt\n" +
			"keydeck jwt verify --issuer https://accounts.example.com --aud my-app --alg RS256 < token.txt\n" +
			"keydeck jwt verify --secret-file secret.txt --leeway 30s @tokens.txt --json\n" +
			"keydeck jwt verify --server < token.txt",
		RunE: func(cmd *cobra.Command, args []string) error { return v.run(cmd, a, args) }}
	v.keyFlags.addFlags(cmd)
	cmd.Flags().BoolVar(&v.ownKey, "own-key", false, "verify with the key that the token itself brings, jwk or x5c; never good")
	v.openingFlags.addOpeningFlags(cmd)
	addOwnServerFlag(cmd, "ask the Keydeck server on the data directory, or the one at URL, what it makes of the token by its own keys and rules")
	cmd.Flags().StringVar(&v.leeway, "leeway", "0s", "`DURATION` by which clocks may differ, such as 30s")
	cmd.Flags().StringVar(&v.expect.Issuer, "iss", "", "the `ISSUER` that it must be from")
	cmd.Flags().StringVar(&v.expect.Audience, "aud", "", "the `AUDIENCE` that it must be for")
	cmd.Flags().StringVar(&v.expect.Type, "typ", "", "the `TYPE` that its header must name, such as at+jwt")
	cmd.Flags().StringSliceVar(&v.allowed, "alg", nil, "the `ALGORITHMS` that it may be signed with, such as RS256,ES256")
	completeFlag(cmd, "alg", jwa.Algorithms...)
	cmd.Flags().StringVar(&v.asOf, "at", "", "judge as of `TIME`: 2026-01-02T03:04:05Z, seconds since 1970, or -15m and +1h from now")
	cmd.Flags().BoolVar(&v.expect.NoExpiry, "allow-no-exp", false, "a token without exp may be good too; a Keydeck server takes none")
	cmd.Flags().BoolVar(&v.expect.Strict, "strict", false, "--leeway is for nbf and iat alone, not for exp, as at a Keydeck server")
	a.addJSONFlag(cmd, "j", "as JSON; of many tokens one line each")
	v.in.addFlags(cmd)
	return a.addUTCFlag(rejectUnsupported(cmd))
}

func (v *verifier) run(cmd *cobra.Command, a *App, args []string) error {
	if err := v.prepare(cmd, a); err != nil {
		return err
	}
	if v.server != nil {
		defer v.server.Close()
	}
	var count tally
	err := v.in.each(cmd.Context(), a, cmd, args, func(p rawToken) error {
		r, err := v.verify(cmd.Context(), a, p)
		if err != nil {
			return err
		}
		count.add(r.Good)
		return a.printVerified(r)
	})
	if err != nil {
		return err
	}
	return count.verdict("the token is not good", "are not good")
}

// verifyArgs is wantArgs with a hint for people who leave out the = of
// --server=URL.
func verifyArgs(cmd *cobra.Command, args []string) error {
	if slices.ContainsFunc(args, isURL) && cmd.Flags().Changed(serverFlag) {
		return usagef("--server takes its URL behind an equals sign: --server=URL")
	}
	return wantArgs(0, 1, "one token")(cmd, args)
}

// ownServer is the value of --server when it is given without a URL.
const ownServer = "the one on the data directory"

// addOwnServerFlag is addServerFlag for commands that by default ask no server.
func addOwnServerFlag(cmd *cobra.Command, usage string) {
	cmd.Flags().VarPF(&rawFlag{arg: "URL"}, serverFlag, "", usage).NoOptDefVal = ownServer
}

// connectOwn makes the client for --server, nil if the flag was not given.
// KEYDECK_SERVER says which server to ask, not whether to ask one.
func (a *App) connectOwn(cmd *cobra.Command) (*server, error) {
	if !cmd.Flags().Changed(serverFlag) {
		return nil, nil
	}
	return a.connect(cmd)
}

// prepare checks the flags and reads the keys.
func (v *verifier) prepare(cmd *cobra.Command, a *App) (err error) {
	if err := rejectEmpty(cmd, append([]string{serverFlag, "iss", "aud", "typ", "alg", "at", "leeway"}, keySources...)...); err != nil {
		return err
	}
	if cmd.Flags().Changed(serverFlag) {
		return v.prepareServer(cmd, a)
	}
	switch {
	case v.ownKey && v.openingFlags.given():
		return usagef("--own-key is for signed tokens, and --decrypt-key for encrypted ones; give one of them")
	case v.ownKey && v.keyFlags.given():
		return usagef("--own-key is the token's key, the others are yours; a token is verified with the one or with the others")
	case !v.ownKey && !v.keyFlags.given():
		return usagef("a key is needed: --key, --jwks, --issuer, --secret-file, --secret-env or --server; keydeck jwt decode shows a token without verifying it")
	}
	if v.expect.Leeway, err = text.ParseLeeway(v.leeway); err != nil {
		return usagef("--leeway: %q: %w", v.leeway, err)
	}
	if v.asOf != "" {
		if v.at, err = parseMoment(v.asOf, a.Now()); err != nil {
			return usagef("--at: %q: %w", v.asOf, err)
		}
	}
	if err := v.validateAllowed(); err != nil {
		return err
	}
	if v.expect.Issuer == "" && !cmd.Flags().Changed("iss") {
		v.expect.Issuer = v.keyFlags.issuer
	}
	if v.keys, err = v.keyFlags.load(cmd.Context(), a); err != nil {
		return err
	}
	v.openingFlags.encoding, v.openingFlags.password = v.keyFlags.encoding, v.keyFlags.password
	v.opening, err = v.openingFlags.load(cmd.Context(), a)
	return err
}

// prepareServer is prepare for --server, which goes with few other flags.
func (v *verifier) prepareServer(cmd *cobra.Command, a *App) (err error) {
	for _, name := range append(slices.Clone(keySources), "own-key", "leeway", "at", "strict", "allow-no-exp") {
		if cmd.Flags().Changed(name) {
			return usagef("--server judges by its own keys and rules; leave out --%s", name)
		}
	}
	if err := v.validateAllowed(); err != nil {
		return err
	}
	v.server, err = a.connectOwn(cmd)
	return Usage(err)
}

func (v *verifier) validateAllowed() error {
	for _, name := range v.allowed {
		if jwa.FamilyOf(name) == "" {
			return usagef("--alg: %q is not known here; known are %s", name, strings.Join(jwa.Algorithms, ", "))
		}
	}
	return nil
}

// parseMoment reads a time as people and tokens write it, or relative to now.
func parseMoment(v string, now time.Time) (time.Time, error) {
	if seconds, err := strconv.ParseUint(v, 10, 63); err == nil {
		if at, ok := strict.NumericDate(v); ok {
			return at, nil
		}
		return time.Time{}, fmt.Errorf("%d is no date in seconds since 1970", seconds)
	}
	for _, layout := range []string{time.RFC3339, "2006-01-02 15:04:05Z07:00"} {
		if at, err := time.Parse(layout, v); err == nil {
			return at, nil
		}
	}
	sign := time.Duration(1)
	distance := strings.TrimPrefix(v, "+")
	if rest, ok := strings.CutPrefix(v, "-"); ok {
		sign, distance = -1, rest
	}
	d, err := text.ParseDuration(strings.ReplaceAll(distance, " ", ""), 0, 36500*day)
	if err != nil {
		return time.Time{}, errors.New("want a time such as 2026-01-02T03:04:05Z, seconds since 1970, or a distance from now such as -15m or +1h")
	}
	return now.Add(sign * d), nil
}

// verify reaches a verdict on one token. It returns an error only if it can't.
func (v *verifier) verify(ctx context.Context, a *App, p rawToken) (verified, error) {
	token := decodeRaw(p)
	now := a.Now()
	if !v.at.IsZero() {
		now = v.at
	}
	r := verified{Line: p.line, Token: token.Report(now), Allowed: v.allowed}
	r.Findings = slices.Clone(token.Findings)
	if p.line == 0 {
		r.Findings = append(r.Findings, lint.Secret(token)...)
	}
	if v.server != nil {
		if err := v.ask(ctx, token, &r); err != nil {
			return r, err
		}
		r.require(jws.Expected(token, v.expect)...)
		r.Expect.LeewaySeconds = int64(model.ClockSkew / time.Second) // the server's own, for nbf and iat
		r.Expect.Issuer, r.Expect.Audience, r.Expect.Type = v.expect.Issuer, v.expect.Audience, v.expect.Type
		v.checkAlgorithm(token, &r)
	} else {
		v.judge(token, now, &r)
	}
	if hasOtherToken(p.text, token) {
		r.require(jws.Check{Claim: "input", Text: "another token stands beside it and was not judged; give each a line of its own"})
	}
	v.conclude(&token, now, &r)
	return r, nil
}

// conclude puts the verdict together. A danger is shown with a good one too.
func (v *verifier) conclude(token *jwt.Token, now time.Time, r *verified) {
	c := verdict.Case{Token: token, Now: now, Keys: &r.Verification}
	if r.Server != nil {
		c.Server, c.Asked, c.Checks = r.Server, v.server.Target(), r.Checks[1:]
	}
	said := verdict.Of(c)
	if i := slices.IndexFunc(r.Findings, func(f jwt.Finding) bool { return f.Severity == jwt.Danger }); r.Good && i >= 0 {
		said.Grade = verdict.Warn
		said.Parts = append(said.Parts, verdict.Part{Name: r.Findings[i].Rule, Grade: verdict.Warn, Text: "danger: " + r.Findings[i].Text})
	}
	r.Verdict, r.Word, r.Grade, r.Parts = said.String(), said.Word, said.Grade, said.Parts
}

// judge verifies with the keys that were given.
func (v *verifier) judge(token jwt.Token, now time.Time, r *verified) {
	expect := v.expect
	expect.Now = now
	r.At = &model.Time{Time: now}
	keys := v.keys
	if v.ownKey {
		var err error
		if keys, err = jws.HeaderKeys(token); err != nil {
			r.Outcome, r.Because, r.Checks = jws.CannotVerify, "the token's own key: "+errors.Unwrap(err).Error(), []jws.Check{}
			return
		}
	}
	if token.Kind == jwt.KindJWE && len(v.opening) > 0 {
		held, verdict, err := inspect.OpenAndVerify(token, v.opening, keys, expect)
		if r.Verification = verdict; err != nil {
			r.Because += ": " + err.Error()
		} else {
			r.Opened = reportOpened(held, now)
			r.Findings = append(r.Findings, held.Findings...)
		}
		if held.Nested != nil {
			token = *held.Nested // the verdict is on this one
		}
	} else {
		r.Verification = jws.Verify(token, keys, expect)
	}
	switch {
	case token.Kind == jwt.KindJWE && len(v.opening) == 0:
		r.Because += "; --decrypt-key opens it, to verify the signed token in it"
	case token.Raw == "" && len(token.Problems) > 0: // it was cut
		r.Because = token.Problems[0].String()
	}
	v.checkAlgorithm(token, r)
	r.Findings = append(r.Findings, lint.Keys(token, r.Verification, keys)...)
}

// checkAlgorithm checks the token against --alg.
func (v *verifier) checkAlgorithm(token jwt.Token, r *verified) {
	if v.allowed == nil {
		return
	}
	check := jws.Check{Claim: "alg", Good: slices.Contains(v.allowed, token.Algorithm), Text: "alg is " + orDash(token.Algorithm) + ", as allowed"}
	if !check.Good {
		check.Text = fmt.Sprintf("alg is %s, allowed: %s", orDash(token.Algorithm), strings.Join(v.allowed, ", "))
	}
	r.require(check)
}

// compactForm matches what could be a token in compact form; a host name
// matches too.
var compactForm = regexp.MustCompile(`[A-Za-z0-9_-]{6,}\.[A-Za-z0-9_-]*\.[A-Za-z0-9_-]*`)

// hasOtherToken reports whether the text holds a token besides the one that was
// found: the verdict on one must not pass for a verdict on both.
func hasOtherToken(pasted string, found jwt.Token) bool {
	const most = 100 // candidates; with more of them the input is a page, not a token
	if otherTokenBegins(pasted, found) {
		return true
	}
	for i, other := range compactForm.FindAllString(pasted, most) {
		if i == most-1 || !strings.Contains(found.Raw, other) && inspect.DecodeExact(other).Algorithm != "" {
			return true
		}
	}
	return false
}

// otherTokenBegins reports whether another token begins in the text around the
// one that was found, be it wrapped or escaped.
func otherTokenBegins(pasted string, found jwt.Token) bool {
	const begins = "eyJ" // {" in base64url
	const most = 100     // occurrences; with more of them the input is a page, not a token
	const header = 4 << 10
	if !found.Kind.IsToken() {
		return false
	}
	rest := strings.ReplaceAll(strings.Join(strings.Fields(pasted), ""), found.Raw, " ")
	for range most {
		i := strings.Index(rest, begins)
		if i < 0 {
			return false
		}
		rest = rest[i:]
		run := rest[:min(len(rest), header)]
		run = run[:len(run)-len(strings.TrimLeft(run, model.Base62+"-_."))]
		if inspect.DecodeExact(run).Algorithm != "" {
			return true
		}
		rest = rest[len(begins):]
	}
	return true
}

// ask asks the server for the verdict.
func (v *verifier) ask(ctx context.Context, token jwt.Token, r *verified) error {
	if token.Raw == "" && len(token.Problems) > 0 { // it was cut, so there is nothing to ask about
		r.Outcome, r.Because, r.Checks = jws.CannotVerify, token.Problems[0].String(), []jws.Check{}
		return nil
	}
	request := model.InspectRequest{Token: token.Raw}
	if token.Kind == jwt.KindAPIKeyHeader {
		request = model.InspectRequest{Authorization: token.Raw}
	}
	answer, err := v.server.Inspect(ctx, request)
	if refused, ok := errors.AsType[*model.Error](err); ok && (refused.Code == model.CodeTooLarge || refused.Code == model.CodeInvalid) {
		r.Outcome, r.Because, r.Checks = jws.CannotVerify, refused.Message, []jws.Check{}
		if refused.Code == model.CodeTooLarge {
			r.Because = verdict.TooLarge
		}
		return nil
	}
	if err != nil {
		return Usage(v.server.explain(ctx, err))
	}
	r.Server, r.Good, r.Because = &answer, answer.Valid && !token.Broken(), answer.Message
	r.Checks = []jws.Check{{Claim: "server", Good: answer.Valid, Text: answer.Message}}
	if answer.Valid && token.Broken() {
		r.Checks = append(r.Checks, jws.Check{Claim: "form", Text: token.Problems[0].String()})
	}
	if answer.KID != nil {
		r.KeyID = *answer.KID
	}
	if r.Key = v.server.Target(); answer.Key != nil {
		r.Key = *answer.Key
	}
	if r.Outcome = verdict.Outcome(&token, &answer); r.Outcome == jws.Verified || r.Outcome == jws.NotVerified {
		r.Because = ""
	}
	return nil
}
