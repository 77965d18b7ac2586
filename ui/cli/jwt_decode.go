package cli

import (
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"keydeck/model/inspect"
	"keydeck/ui/tui/text"
)

// decoded is one token of many, as JSON.
type decoded struct {
	Line int `json:"line"`
	inspect.Report
}

func (a *App) jwtDecode() *cobra.Command {
	var asJSON bool
	var in tokenInput
	cmd := &cobra.Command{Use: "decode [TOKEN|@FILE|-]", Short: "Say what is in a token, and verify nothing", Args: wantArgs(0, 1, "one token"),
		Long: "Take a token apart and say what stands in it, what time makes of it, and what deserves a second look. No key is used and no signature is checked: " +
			"the exit code is 0 if it could be read, also for an expired or a forged token, and 1 if it is broken. See jwt verify.\n" + tokenInputHelp,
		Example: "keydeck jwt decode < token.txt\npbpaste | keydeck jwt decode --json\nkeydeck jwt decode @tokens.txt --json | jq .claims.sub",
		RunE: func(cmd *cobra.Command, args []string) error {
			var count tally
			err := in.each(cmd.Context(), a, cmd, args, func(p pasted) error {
				token := decodePasted(p)
				if p.line == 0 {
					token.Findings = append(token.Findings, token.SecretFindings()...)
				}
				count.add(!token.Broken())
				return a.printDecoded(p, token.Report(a.Now()), asJSON)
			})
			if err != nil {
				return err
			}
			return count.verdict("this is no token of a known form, or a broken one", "could not be read")
		}}
	addJSONFlag(cmd, &asJSON, "as JSON, times in UTC; of many tokens one line each")
	in.addFlags(cmd)
	return a.addUTCFlag(refuseForeign(cmd))
}

// tally counts what was good and what was not.
type tally struct{ good, bad int }

func (t *tally) add(good bool) {
	if good {
		t.good++
	} else {
		t.bad++
	}
}

// verdict is an error unless all were good: one for a single token, else what the
// many were not.
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

func (a *App) printDecoded(p pasted, r inspect.Report, asJSON bool) error {
	switch {
	case asJSON && p.line == 0:
		return a.printJSON(r)
	case asJSON:
		return a.printJSONLine(decoded{p.line, r})
	case p.line == 0:
		return a.printReport(r)
	}
	return a.printf("%s  [line %d]\n", text.Visible(strings.Join(summary(r), "; ")), p.line)
}

// summary is a token in a few words, for one line.
func summary(r inspect.Report) []string {
	words := []string{r.Description()}
	if r.Algorithm != "" {
		words = append(words, r.Algorithm)
	}
	if r.KeyID != "" {
		words = append(words, "kid "+r.KeyID)
	}
	if r.APIKey != nil {
		words = append(words, r.APIKey.Masked)
	}
	if r.Clocks != nil {
		words = append(words, string(r.Clocks.Verdict))
	}
	if r.Kind.IsToken() {
		words = append(words, string(inspect.NotVerified))
	}
	if len(r.Problems) > 0 {
		words = append(words, r.Problems[0].String())
	}
	return words
}

func (a *App) printReport(r inspect.Report) error {
	var b strings.Builder
	line := func(format string, args ...any) { fmt.Fprintf(&b, format+"\n", args...) }
	line("%s", text.Visible(r.Description()))
	if r.APIKey != nil {
		line("")
		line("  key         %s", text.Visible(r.APIKey.Masked))
		line("  checksum    %s", text.Visible(string(r.APIKey.Checksum)))
		if r.APIKey.AccountID != "" {
			line("  account id  %s", text.Visible(r.APIKey.AccountID))
		}
	}
	a.writeContents(&b, r)
	writeFindings(&b, r.Findings)
	if r.Kind == inspect.KindJWS || r.Kind == inspect.KindJWSJSON {
		line("")
		if r.Unsigned() {
			line("There is no signature to check.")
		} else {
			line("The signature was not checked.")
		}
	}
	return a.printf("%s", b.String())
}

// writeContents writes header, claims, times and problems.
func (a *App) writeContents(b *strings.Builder, r inspect.Report) {
	section(b, "Header", r.Header)
	section(b, "Claims", r.Claims)
	for _, n := range r.Nested {
		fmt.Fprintf(b, "\nIn %s: %s\n", text.Visible(n.Where), text.Visible(n.Token.Description()))
		section(b, "Its header", n.Token.Header)
		section(b, "Its claims", n.Token.Claims)
	}
	if c := r.Clocks; c != nil {
		fmt.Fprintf(b, "\nTime: %s\n", c.Verdict)
		for _, clock := range []*inspect.Clock{c.IssuedAt, c.NotBefore, c.ExpiresAt} {
			if clock != nil {
				fmt.Fprintf(b, "  %-3s  %s  %s\n", text.Visible(clock.Claim), a.stamp(clock.At), distance(clock.At, c.Now))
			}
		}
		for _, hint := range c.Hints {
			fmt.Fprintf(b, "  %s\n", text.Visible(hint))
		}
	}
	if len(r.Problems) > 0 {
		b.WriteString("\nProblems\n")
		for _, p := range r.Problems {
			fmt.Fprintf(b, "  %s\n", text.Visible(p.String()))
		}
	}
}

func writeFindings(b *strings.Builder, findings []inspect.Finding) {
	if len(findings) == 0 {
		return
	}
	b.WriteString("\nFindings\n")
	for _, f := range findings {
		fmt.Fprintf(b, "  %-6s  %s%s\n", f.Severity, text.Visible(f.Text), reference(f.Reference))
	}
}

func section(b *strings.Builder, title string, p inspect.Part) {
	if len(p.Members) == 0 {
		return
	}
	fmt.Fprintf(b, "\n%s\n", title)
	width := 0
	for _, m := range p.Members {
		width = max(width, len(text.Visible(m.Name)))
	}
	for _, m := range p.Members {
		shown, _ := m.Text()
		fmt.Fprintf(b, "  %-*s  %s\n", min(width, 24), text.Visible(m.Name), text.Visible(shown))
	}
}

func reference(r string) string {
	if r == "" {
		return ""
	}
	return "  [" + text.Visible(r) + "]"
}
