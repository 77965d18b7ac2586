package cli

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"keydeck/model"
	"keydeck/model/inspect"
	"keydeck/ui/tui/text"
)

func (a *App) jwtCommand() *cobra.Command {
	return family("jwt", "Look at tokens", a.jwtDecode())
}

func (a *App) jwtDecode() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{Use: "decode [TOKEN|-]", Short: "Say what is in a token, without a server", Args: wantArgs(0, 1, "one token"),
		Long: "Take a token apart and say what stands in it, what time makes of it, and what deserves a second look. No server is asked and no signature is checked.\n" +
			"The token is the argument, or, safer, standard input: arguments are seen by others and kept by the shell.",
		Example: "keydeck jwt decode < token.txt\npbpaste | keydeck jwt decode --json",
		RunE: func(_ *cobra.Command, args []string) error {
			input := strings.Join(args, "")
			if input == "" || input == "-" {
				raw, err := io.ReadAll(io.LimitReader(a.Stdin, maxDecodeInput+1))
				if err != nil {
					return fmt.Errorf("read the token: %w", err)
				}
				input = string(raw)
			}
			if len(input) > maxDecodeInput {
				return fmt.Errorf("the token is longer than %d bytes", maxDecodeInput)
			}
			report := inspect.Decode(input).Report(a.Now())
			if asJSON {
				if err := a.printJSON(report); err != nil {
					return err
				}
			} else if err := a.printReport(report); err != nil {
				return err
			}
			if report.Kind == inspect.KindUnknown {
				return errors.New("this is no token of a known form")
			}
			return nil
		}}
	cmd.Flags().BoolVar(&asJSON, "json", false, "as JSON, times in UTC")
	return a.addUTCFlag(cmd)
}

// maxDecodeInput is far over what any server takes (model.MaxTokenBytes), so that
// what is too long for one can still be looked at.
const maxDecodeInput = 64 * model.MaxTokenBytes

func (a *App) printReport(r inspect.Report) error {
	var b strings.Builder
	line := func(format string, args ...any) { fmt.Fprintf(&b, format+"\n", args...) }
	line("%s", r.Description())
	if r.APIKey != nil {
		line("")
		line("  key         %s", text.Visible(r.APIKey.Masked))
		line("  checksum    %s", text.Visible(string(r.APIKey.Checksum)))
		if r.APIKey.AccountID != "" {
			line("  account id  %s", text.Visible(r.APIKey.AccountID))
		}
	}
	section(&b, "Header", r.Header)
	section(&b, "Claims", r.Claims)
	if c := r.Clocks; c != nil {
		line("")
		line("Time: %s", c.Verdict)
		for _, clock := range []*inspect.Clock{c.IssuedAt, c.NotBefore, c.ExpiresAt} {
			if clock != nil {
				line("  %-3s  %s  %s", text.Visible(clock.Claim), a.stamp(clock.At), distance(clock.At, c.Now))
			}
		}
		for _, hint := range c.Hints {
			line("  %s", text.Visible(hint))
		}
	}
	if len(r.Problems) > 0 {
		line("")
		line("Problems")
		for _, p := range r.Problems {
			line("  %s", text.Visible(p.String()))
		}
	}
	if len(r.Findings) > 0 {
		line("")
		line("Findings")
		for _, f := range r.Findings {
			line("  %-6s  %s%s", f.Severity, text.Visible(f.Text), reference(f.Reference))
		}
	}
	if r.Kind == inspect.KindJWS {
		line("")
		if r.Unsigned() {
			line("There is no signature to check.")
		} else {
			line("The signature was not checked.")
		}
	}
	return a.printf("%s", b.String())
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
