package cli

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"keydeck/model"
	"keydeck/model/inspect"
	"keydeck/model/inspect/jwk"
	"keydeck/model/inspect/jws"
	"keydeck/model/inspect/jwt"
	"keydeck/model/inspect/lint"
	"keydeck/model/inspect/strict"
	"keydeck/ui/text"
)

// decoded is one token as JSON. Line is left out if it is the only token.
type decoded struct {
	Line int `json:"line,omitempty"`
	jwt.Report
	Opened    *opened `json:"opened,omitempty"`
	NotOpened string  `json:"not_opened,omitempty"` // why none of the keys opened an encrypted token

	openErr error // NotOpened as an error
}

// decoder is the decode command with its flags.
type decoder struct {
	in   tokenInput
	keys keyFlags
}

func (a *App) jwtDecode() *cobra.Command {
	d := decoder{keys: keyFlags{opening: true}}
	cmd := &cobra.Command{Use: "decode [TOKEN|@FILE|-]", Short: "Say what is in a token, and verify nothing", Args: wantArgs(0, 1, "one token"),
		Long: "Take a token apart and say what stands in it, what time makes of it, and what deserves a second look. No key is used and no signature is checked: " +
			"the exit code is 0 if it could be read, also for an expired or a forged token, and 1 if it is broken. See jwt verify.\n" +
			"With a key it opens encrypted tokens (JWE), and is 1 for one that the key does not open.\n" + tokenInputHelp,
		Example: "keydeck jwt decode < token.txt\npbpaste | keydeck jwt decode --json\nkeydeck jwt decode @tokens.txt --json | jq .claims.sub",
		RunE:    func(cmd *cobra.Command, args []string) error { return d.run(cmd, a, args) }}
	d.keys.addSecretFlags(cmd)
	a.addJSONFlag(cmd, "j", "as JSON, times in UTC; of many tokens one line each")
	d.in.addFlags(cmd)
	return a.addUTCFlag(rejectUnsupported(cmd))
}

func (d *decoder) run(cmd *cobra.Command, a *App, args []string) error {
	if err := rejectEmpty(cmd, keySources...); err != nil {
		return err
	}
	keys, err := d.keys.load(cmd.Context(), a)
	if err != nil {
		return err
	}
	var count tally
	var openErr error // of the last token that no key opened
	err = d.in.each(cmd.Context(), a, cmd, args, func(p rawToken) error {
		out, err := d.decode(p, keys, a.Now())
		if err != nil {
			return err
		}
		if out.openErr != nil {
			openErr = out.openErr
		}
		count.add(!out.Broken() && out.openErr == nil)
		return a.printDecoded(out)
	})
	switch {
	case err != nil:
		return err
	case openErr != nil && count.bad+count.good == 1:
		return openErr
	case d.keys.given():
		return count.verdict(notAToken, "could not be read or opened")
	}
	return count.verdict(notAToken, "could not be read")
}

const notAToken = "this is no token of a known form, or a broken one"

// decode reads one token, and opens an encrypted one if there are keys.
func (d *decoder) decode(p rawToken, keys []jwk.Key, now time.Time) (decoded, error) {
	out := decoded{Line: p.line, Report: decodeRaw(p).Report(now)}
	single := p.line == 0
	if single {
		out.Findings = append(out.Findings, lint.Secret(out.Token)...)
	}
	if !d.keys.given() {
		return out, nil
	}
	if single && out.Kind == jwt.KindJWS {
		// With a key given, people would take what is shown as verified.
		return out, usagef("decode verifies nothing, and this token is not encrypted; use keydeck jwt verify --key FILE")
	}
	held, err := inspect.Open(out.Token, keys)
	if err != nil {
		out.openErr = fmt.Errorf("decrypt: %w", err)
		out.NotOpened = err.Error()
		return out, nil
	}
	out.Opened = reportOpened(held, now)
	out.Findings = append(out.Findings, held.Findings...)
	return out, nil
}

// tally counts good and bad tokens.
type tally struct{ good, bad int }

func (t *tally) add(good bool) {
	if good {
		t.good++
	} else {
		t.bad++
	}
}

// verdict is an error unless all tokens were good: one for a single token, else
// many, which says what the bad ones were not.
func (t *tally) verdict(one, many string) error {
	switch total := t.good + t.bad; {
	case t.bad == 0:
		return nil
	case total == 1:
		return errors.New(one)
	default:
		return fmt.Errorf("%s of %s %s", text.Count(int64(t.bad)), text.Plural(total, "token", "tokens"), many)
	}
}

func (a *App) printDecoded(d decoded) error {
	switch {
	case a.json && d.Line == 0:
		return a.printJSON(d)
	case a.json:
		return a.printJSONLine(d)
	case d.Line == 0:
		return a.printReport(d)
	}
	words := summary(d.Report)
	if d.Opened != nil {
		words = append(words, "opened with "+d.Opened.Key)
	}
	if d.NotOpened != "" {
		words = append(words, "not opened: "+d.NotOpened)
	}
	return a.printf("%s  [line %d]\n", strings.Join(words, "; "), d.Line)
}

// summary describes a token in a few words, for one line.
func summary(r jwt.Report) []string {
	words := []string{r.Description()}
	if r.Algorithm != "" {
		words = append(words, r.Algorithm)
	}
	if r.KeyID != "" {
		words = append(words, "kid "+r.KeyID)
	}
	if r.StaticKey != nil {
		words = append(words, r.StaticKey.Masked)
	}
	if r.Clocks != nil {
		words = append(words, string(r.Clocks.Verdict))
	}
	if r.Kind.IsToken() {
		words = append(words, string(jws.NotVerified))
	}
	if len(r.Problems) > 0 {
		words = append(words, r.Problems[0].String())
	}
	return words
}

func (a *App) printReport(d decoded) error {
	r := d.Report
	var b page
	line := func(format string, args ...any) { b.addf(format+"\n", args...) }
	line("%s", r.Description())
	if r.StaticKey != nil {
		line("")
		line("  key         %s", r.StaticKey.Masked)
		line("  checksum    %s", r.StaticKey.Checksum)
		if r.StaticKey.AccountID != "" {
			line("  account id  %s", r.StaticKey.AccountID)
		}
	}
	a.writeContents(&b, r)
	writeFindings(&b, "Findings", r.Findings)
	if d.Opened != nil {
		a.writeOpened(&b, d.Opened)
		if d.Opened.Token != nil {
			line("")
			line("The signature was not checked.")
		}
	}
	if r.Kind == jwt.KindJWS || r.Kind == jwt.KindJWSJSON {
		line("")
		known := slices.ContainsFunc(r.Findings, func(f jwt.Finding) bool { return f.Rule == "known_secret" })
		switch {
		case r.Unsigned():
			line("There is no signature to check.")
		case known:
			line("The signature fits that secret; it was not checked otherwise.")
		default:
			line("The signature was not checked.")
		}
	}
	return a.printPage(&b)
}

// writeContents writes header, claims, times and problems, and those of nested
// tokens.
func (a *App) writeContents(b *page, r jwt.Report) {
	section(b, "Header", r.Header)
	section(b, "Claims", r.Claims)
	a.writeNested(b, r.Nested)
	a.writeClocks(b, "Time", r.Clocks)
	if len(r.Problems) > 0 {
		b.addf("\nProblems\n")
		for _, p := range r.Problems {
			b.addf("  %s\n", p.String())
		}
	}
}

func (a *App) writeClocks(b *page, title string, c *jwt.Clocks) {
	if c == nil {
		return
	}
	b.addf("\n%s: %s\n", title, c.Verdict)
	for _, clock := range []*jwt.Clock{c.IssuedAt, c.NotBefore, c.ExpiresAt} {
		if clock != nil {
			if at := a.bothZones(clock.At); clock.AsSeconds.IsZero() {
				b.addf("  %-3s  %s  %s\n", clock.Claim, at, model.Distance(clock.At, c.Now))
			} else { // what verify makes of it, and what was meant
				b.addf("  %-3s  %s; in %s: %s  %s\n", clock.Claim, jwt.AfterYear9999, clock.Unit, at, model.Distance(clock.At, c.Now))
			}
		}
	}
	for _, hint := range c.Hints {
		b.addf("  %s\n", hint)
	}
}

func writeFindings(b *page, title string, findings []jwt.Finding) {
	if len(findings) == 0 {
		return
	}
	b.addf("\n%s\n", title)
	for _, f := range findings {
		b.addf("  %-6s  %s%s\n", f.Severity, f.Text, reference(f.Reference))
	}
}

// maxBroken limits how much is shown of a part that is not an object, in bytes.
const maxBroken = 1000

func section(b *page, title string, p jwt.Part) {
	if _, err := strict.ParseObject(p.Text, model.MaxJSONDepth); err != nil && strings.TrimSpace(p.Text) != "" {
		// The complete members follow below; this shows the broken text as
		// well.
		shown := text.Visible(p.Text)
		b.addf("\n%s, as far as they can be read\n  %s\n", title, strings.ToValidUTF8(shown[:min(len(shown), maxBroken)], ""))
	}
	if len(p.Members) == 0 {
		return
	}
	b.addf("\n%s\n", title)
	width := 0
	for _, m := range p.Members {
		width = max(width, len(text.Visible(m.Name)))
	}
	for _, m := range p.Members {
		shown, _ := m.Text()
		b.addf("  %-*s  %s\n", min(width, 24), m.Name, shown)
	}
}

func reference(r string) string {
	if r == "" {
		return ""
	}
	return "  [" + r + "]"
}
