package tokens

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	tea "charm.land/bubbletea/v2"

	"keydeck/model"
	"keydeck/model/inspect/jwt"
	"keydeck/model/inspect/verdict"
	"keydeck/ui/text"
	"keydeck/ui/tui/shell"
	"keydeck/ui/tui/widget"
)

// traceView shows what this server would answer to a credential on each route that
// takes one, and why.
type traceView struct {
	sh        *shell.Shell
	in        model.TraceRequest
	got       *model.Trace
	err       string
	tooLarge  bool // for any route
	table     widget.Table
	traceCall shell.Call
}

func (s *screen) traceToken() tea.Cmd {
	d := &s.token.Decoded
	in := model.TraceRequest{Token: d.Raw}
	if d.Kind == jwt.KindAPIKeyHeader {
		in = model.TraceRequest{Authorization: withScheme(d.Raw)}
	}
	t := &traceView{sh: s.sh, in: in}
	s.sh.Open(t)
	return t.ask()
}

func (t *traceView) ask() tea.Cmd {
	t.err = ""
	in := t.in
	return shell.Ask(t.sh, t, &t.traceCall, func(ctx context.Context) (model.Trace, error) {
		return t.sh.Client().Trace(ctx, in)
	}, shell.Quiet(t.traced))
}

func (t *traceView) Title() string          { return "What this server would answer" }
func (t *traceView) Width(r shell.Rect) int { return min(r.W, 118) }
func (t *traceView) Dismissable() bool      { return true }

func (t *traceView) steps() []model.TraceStep {
	if t.got == nil {
		return nil
	}
	return t.got.Steps
}

func (t *traceView) Update(msg tea.Msg) tea.Cmd {
	if k, ok := msg.(tea.KeyPressMsg); ok {
		t.move(k.String())
	}
	return nil
}

func (t *traceView) traced(got model.Trace, err error) {
	switch t.tooLarge = model.CodeOf(err) == model.CodeTooLarge; {
	case t.tooLarge:
	case err != nil:
		t.err = shell.ErrorText(err)
	default:
		t.got = &got
		t.table.Move(min(t.table.Cursor, max(0, len(t.steps())-1)), len(t.steps()), 1)
	}
}

func (t *traceView) move(key string) {
	if n := len(t.steps()); n > 0 {
		t.table.Key(key, n, max(1, t.rows(t.room())))
	}
}

func (t *traceView) room() shell.Rect {
	r := shell.OverlayArea(t.sh.Size())
	return shell.Rect{W: t.Width(r) - widget.BoxWidth, H: r.H}
}

func (t *traceView) Commands() []shell.Command {
	busy := ""
	if t.traceCall.Pending {
		busy = "the server is being asked"
	}
	cmds := []shell.Command{
		{ID: "trace.close", Title: "close", Short: "close", Key: shell.Keys("esc"), Run: shell.Do(t.sh.Close)},
		{ID: "trace.again", Title: "ask again", Short: "ask again", Key: shell.Keys("enter", "ctrl+r"), Disabled: busy, Run: t.ask},
	}
	if len(t.steps()) > 1 {
		cmds = append(cmds, shell.Command{ID: "trace.move", Title: "select a route", Short: "select", Key: shell.Keys("up", "down", "j", "k", "pgup", "pgdown", "home", "end")})
	}
	if t.got != nil {
		cmds = append(cmds, shell.Command{ID: "trace.copy", Title: "copy the table", Short: "copy", Key: shell.Keys("y"), Run: t.copyAll})
	}
	return cmds
}

func (t *traceView) copyAll() tea.Cmd {
	var out strings.Builder
	for _, s := range t.steps() {
		fmt.Fprintf(&out, "%s\t%s\t%s\t%d\t%s\t%s\n", s.Method, s.Route, s.Header, s.Status, cmp.Or(string(s.Reason), "accepted"), s.Message)
	}
	return t.sh.Copy("the trace", strings.TrimSpace(out.String()))
}

func (t *traceView) View(r shell.Rect) string {
	st := t.sh.Theme()
	switch {
	case t.err != "":
		return st.Bad.Render(strings.Join(widget.Wrap("× "+t.err, r.W), "\n"))
	case t.tooLarge:
		return st.Bad.Bold(true).Render("refused on every route: too large") + "\n\n" + st.Text.Render(strings.Join(widget.Wrap(verdict.TooLarge, r.W), "\n"))
	case t.got == nil:
		return st.Muted.Render("Asking the server…")
	case len(t.steps()) == 0:
		return st.Muted.Render("No route takes such a credential.")
	}
	return t.summary(r) + "\n\n" + t.tableView(r) + "\n" + t.footnote(r.W) + "\n" + strings.Join(t.stepLines(r.W), "\n")
}

// summary says how many routes let the credential in, and which of them are seen if
// there is no room for all.
func (t *traceView) summary(r shell.Rect) string {
	w, right := r.W, ""
	if n, h := len(t.steps()), t.rows(r); h < n {
		from := t.table.First(n, h)
		right = t.sh.Theme().Muted.Render(fmt.Sprintf("  %d–%d of %d", from+1, from+h, n))
		w -= widget.Width(right)
	}
	in := 0
	for _, s := range t.steps() {
		if s.Reason == "" {
			in++
		}
	}
	style, word := t.sh.Theme().Bad, "refused on every route"
	if in > 0 {
		style, word = t.sh.Theme().OK, fmt.Sprintf("accepted on %d of %s", in, text.Plural(len(t.steps()), "route", "routes"))
	}
	return widget.Left(style.Bold(true).Render(word)+t.sh.Theme().Muted.Render(widget.Clip(": "+t.got.Inspection.Kind.Name()+", sent now", w-widget.Width(word))), w) + right
}

const stepRows = 4 // of the chosen step, below the table

func (t *traceView) rows(r shell.Rect) int { return max(1, min(len(t.steps()), r.H-stepRows-5)) }

func (t *traceView) tableView(r shell.Rect) string {
	st := t.sh.Theme()
	cols := []widget.Column{{Title: "METHOD", Width: 6}, {Title: "ROUTE", Width: 18, Flex: 2, Max: 48}, {Title: "CODE", Width: 4, Right: true},
		{Title: "WHY", Width: 13}, {Title: "SENT AS", Width: 14, Flex: 1, Drop: 1}}
	return t.table.View(st, cols, len(t.steps()), func(i int) []widget.Cell {
		s := t.steps()[i]
		style, why := st.OK, "accepted"
		if s.Reason != "" {
			style, why = st.Bad, s.Reason.Label()
		}
		return []widget.Cell{{Text: s.Method, Style: st.Text}, {Text: s.Route, Style: st.Text}, {Text: codeOf(s), Style: style},
			{Text: why, Style: style}, {Text: s.Header, Style: st.Muted}}
	}, r.W, t.rows(r)+1)
}

// inBody reports a refusal in the body of an answer with a status of success, as the
// routes of family B give.
func inBody(s model.TraceStep) bool { return s.Reason != "" && s.Status < 400 }

// codeOf is the status, with a star if it doesn't tell the refusal.
func codeOf(s model.TraceStep) string {
	code := strconv.Itoa(s.Status)
	if inBody(s) {
		code += "*"
	}
	return code
}

// footnote says what the star behind a status means, "" if no row has one.
func (t *traceView) footnote(w int) string {
	if !slices.ContainsFunc(t.steps(), inBody) {
		return ""
	}
	return t.sh.Theme().Muted.Render(widget.Clip(" * the status is a success, but the body refuses: its status is false", w))
}

// stepLines explain the selected step.
func (t *traceView) stepLines(w int) []string {
	s := t.steps()[t.table.Cursor]
	const most = stepRows - 2 // of the message
	message := widget.Wrap(cmp.Or(s.Message, "Accepted."), w)
	if len(message) > most {
		message = append(message[:most-1:most-1], widget.Clip(strings.Join(message[most-1:], " "), w))
	}
	lines := []string{t.sh.Theme().Bold.Render(widget.Clip(s.Method+" "+s.Route, w))}
	for _, l := range message {
		lines = append(lines, t.sh.Theme().Text.Render(l))
	}
	also := "family " + s.Family + ", sent as " + s.Header
	if len(s.Also) > 0 {
		also += "; the same on " + strings.Join(s.Also, ", ")
	}
	return append(lines, t.sh.Theme().Muted.Render(widget.Clip(also, w)))
}

// Click chooses the route under the pointer.
func (t *traceView) Click(room shell.Rect, _, y int) (enter bool) {
	if row, ok := t.table.RowAt(y-2, len(t.steps()), t.rows(room)+1); ok {
		t.table.Move(row, len(t.steps()), t.rows(room))
	}
	return false
}
