package cli

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"reflect"
	"strings"

	"github.com/charmbracelet/x/ansi"
	"github.com/spf13/cobra"
	"golang.org/x/term"

	"keydeck/ui/text"
)

func isTerminal(f *os.File) bool { return term.IsTerminal(int(f.Fd())) }

// sprintf is fmt.Sprintf for people: whatever in args is text becomes visible, an error in
// one line. All that the commands say goes through it.
func sprintf(format string, args ...any) string {
	for i, arg := range args {
		if err, ok := arg.(error); ok {
			args[i] = text.Visible(strings.TrimSpace(err.Error()))
		} else if v := reflect.ValueOf(arg); v.Kind() == reflect.String {
			args[i] = text.Visible(v.String())
		}
	}
	return fmt.Sprintf(format, args...)
}

// printf prints a result.
func (a *App) printf(format string, args ...any) error { return a.print(sprintf(format, args...)) }

// print prints what is fit to be shown: what sprintf has made, or JSON.
func (a *App) print(ready string) error {
	if _, err := io.WriteString(a.Stdout, ready); err != nil {
		return fmt.Errorf("write the answer: %w", err)
	}
	return nil
}

// page is a result of several lines.
type page struct{ text strings.Builder }

func (p *page) addf(format string, args ...any) { p.text.WriteString(sprintf(format, args...)) }

func (a *App) printPage(p *page) error { return a.print(p.text.String()) }

// notef prints a note on standard error. Nothing depends on its arrival.
func (a *App) notef(format string, args ...any) {
	_, _ = io.WriteString(a.Stderr, sprintf(format+"\n", args...))
}

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
	return a.print(escapeJSON(raw))
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
	return a.print(strings.Join(lines, "\n") + "\n")
}

// printPairs prints names and values, aligned.
func (a *App) printPairs(pairs [][2]string) error {
	width := 0
	for _, p := range pairs {
		width = max(width, len(p[0]))
	}
	var b page
	for _, p := range pairs {
		b.addf("%-*s  %s\n", width, p[0], p[1])
	}
	return a.printPage(&b)
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
