package cli

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"

	"github.com/charmbracelet/x/ansi"
	"github.com/spf13/cobra"
	"golang.org/x/term"

	"keydeck/ui/text"
)

func isTerminal(f *os.File) bool { return term.IsTerminal(int(f.Fd())) }

// addJSONFlag adds --json, with the short form "j" where a command has it.
func (a *App) addJSONFlag(cmd *cobra.Command, short, usage string) *cobra.Command {
	cmd.Flags().BoolVarP(&a.json, "json", short, false, usage)
	return cmd
}

// report prints v with --json, else a note.
func (a *App) report(v any, format string, args ...any) error {
	if a.json {
		return a.printJSON(v)
	}
	a.notef(format, args...)
	return nil
}

// printJSON prints v as indented JSON. It leaves <, > and & readable, and
// escapes what could harm a terminal.
func (a *App) printJSON(v any) error { return a.writeJSON(v, "  ") }

// printJSONLine prints v as one line of JSON, for streams.
func (a *App) printJSONLine(v any) error { return a.writeJSON(v, "") }

func (a *App) writeJSON(v any, indent string) error {
	raw, err := marshal(v, indent)
	if err != nil {
		return fmt.Errorf("write the answer: %w", err)
	}
	return a.printf("%s", escapeJSON(raw))
}

// marshal writes v as JSON, with a line break at its end.
func marshal(v any, indent string) (string, error) {
	var b strings.Builder
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", indent)
	err := encoder.Encode(v)
	return b.String(), err
}

// quoteJSON writes a string, or several, as JSON.
func quoteJSON[T string | []string](s T) string {
	quoted, _ := marshal(s, "") // can't fail for strings
	return strings.TrimSuffix(quoted, "\n")
}

// escapeJSON escapes what encoding/json lets through and Visible would not:
// DEL, C1, bidirectional and zero-width characters. They occur only inside
// strings, where \u is the same character.
func escapeJSON(s string) string {
	var out strings.Builder
	for _, r := range s {
		switch {
		case r < 0x7f || text.Visible(string(r)) == string(r):
			out.WriteRune(r)
		case r <= 0xffff:
			fmt.Fprintf(&out, `\u%04x`, r)
		default:
			r -= 0x10000
			fmt.Fprintf(&out, `\u%04x\u%04x`, 0xd800+r>>10, 0xdc00+r&0x3ff)
		}
	}
	return out.String()
}

// table is aligned text: columns as wide as their widest cell, two spaces
// between them, none after the last.
type table struct {
	head []string
	rows [][]string
}

// add adds a row and makes it visible.
func (t *table) add(cells ...string) { t.rows = append(t.rows, text.VisibleAll(cells)) }

// printTable prints t, or v with --json. If t has no rows, it prints only the line none, on
// standard error, so that a script that counts lines gets the right number.
func (a *App) printTable(v any, t table, none string) error {
	if a.json {
		return a.printJSON(v)
	}
	if len(t.rows) == 0 {
		a.notef("%s", none)
		return nil
	}
	widths := make([]int, len(t.head))
	for _, row := range append([][]string{t.head}, t.rows...) {
		for i, c := range row {
			widths[i] = max(widths[i], ansi.StringWidth(c))
		}
	}
	line := func(row []string) string {
		var b strings.Builder
		for i, c := range row {
			b.WriteString(c)
			if i < len(row)-1 {
				b.WriteString(strings.Repeat(" ", widths[i]-ansi.StringWidth(c)+2))
			}
		}
		return strings.TrimRight(b.String(), " ")
	}
	head := line(t.head)
	if a.colours() {
		head = "\x1b[2m" + head + "\x1b[22m"
	}
	lines := []string{head}
	for _, row := range t.rows {
		lines = append(lines, line(row))
	}
	return a.printf("%s\n", strings.Join(lines, "\n"))
}

// printPairs prints names and values, aligned.
func (a *App) printPairs(pairs [][2]string) error {
	width := 0
	for _, p := range pairs {
		width = max(width, len(p[0]))
	}
	var b strings.Builder
	for _, p := range pairs {
		fmt.Fprintf(&b, "%-*s  %s\n", width, p[0], text.Visible(p[1]))
	}
	return a.printf("%s", b.String())
}

// orDash replaces an empty value with a dash.
func orDash(s string) string {
	if s == "" {
		return "-"
	}
	return s
}

// scopeWords lists scopes; nil means no restriction.
func scopeWords(scopes []string) string {
	if scopes == nil {
		return "all"
	}
	return orDash(strings.Join(scopes, ","))
}
