package tokens

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"keydeck/model"
	"keydeck/model/inspect/jwt"
	"keydeck/model/inspect/verdict"
	"keydeck/ui/text"
	"keydeck/ui/tui/shell"
	"keydeck/ui/tui/widget"
)

// traceView shows what this server would answer to a credential on each route that
// takes one, and why; or why a request in the log was answered as it was.
type traceView struct {
	sh        *shell.Shell
	in        model.TraceRequest
	got       *model.Trace
	err       string
	tooLarge  bool // for any route
	table     widget.Table
	scroll    widget.Scroll // of the lines on a request
	traceCall shell.Call
}

func (s *screen) traceToken() tea.Cmd {
	d := &s.token.Decoded
	in := model.TraceRequest{Token: d.Raw}
	if d.Kind == jwt.KindAPIKeyHeader {
		in = model.TraceRequest{Authorization: withScheme(d.Raw)}
	}
	return s.trace(in)
}

func (s *screen) traceRequest(id string) tea.Cmd {
	return s.trace(model.TraceRequest{RequestID: id})
}

func (s *screen) trace(in model.TraceRequest) tea.Cmd {
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

func (t *traceView) Title() string {
	if t.in.RequestID != "" {
		return "Why was it answered so?"
	}
	return "What this server would answer"
}

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
		return
	}
	room := t.room()
	t.scroll.Key(key, len(t.recordLines(room.W)), room.H-1)
}

func (t *traceView) room() shell.Rect {
	r := shell.OverlayArea(t.sh.Size())
	return shell.Rect{W: t.Width(r) - widget.BoxWidth, H: r.H}
}

func (t *traceView) Commands() []shell.Command {
	busy := ""
	if t.traceCall.Pending {
		busy = "it is being asked"
	}
	cmds := []shell.Command{
		{ID: "trace.close", Title: "close", Short: "close", Key: shell.Keys("esc"), Run: shell.Do(t.sh.Close)},
		{ID: "trace.again", Title: "ask again", Short: "ask again", Key: shell.Keys("enter", "ctrl+r"), Disabled: busy, Run: t.ask},
	}
	if len(t.steps()) > 1 {
		cmds = append(cmds, shell.Command{ID: "trace.move", Title: "choose a route", Short: "choose", Key: shell.Keys("up", "down", "j", "k", "pgup", "pgdown", "home", "end")})
	}
	if t.got != nil {
		cmds = append(cmds, shell.Command{ID: "trace.copy", Title: "copy all of it", Short: "copy", Key: shell.Keys("y"), Run: t.copyAll})
	}
	return cmds
}

func (t *traceView) copyAll() tea.Cmd {
	var out strings.Builder
	for _, s := range t.steps() {
		fmt.Fprintf(&out, "%s\t%s\t%s\t%d\t%s\t%s\n", s.Method, s.Route, s.Header, s.Status, cmp.Or(string(s.Reason), "let in"), s.Message)
	}
	for _, l := range t.recordLines(100) {
		out.WriteString(strings.TrimRight(ansi.Strip(l), " ") + "\n")
	}
	return t.sh.Copy("the trace", strings.TrimSpace(out.String()))
}

func (t *traceView) View(r shell.Rect) string {
	st := t.sh.Theme()
	switch {
	case t.err != "":
		return st.Bad.Render(strings.Join(widget.Wrap("× "+t.err, r.W), "\n"))
	case t.tooLarge:
		return st.Bad.Bold(true).Render("refused everywhere: too large") + "\n\n" + st.Text.Render(strings.Join(widget.Wrap(verdict.TooLarge, r.W), "\n"))
	case t.got == nil:
		return st.Muted.Render("Asking the server…")
	case len(t.steps()) == 0:
		return t.visible(t.recordLines(r.W), r)
	}
	return t.summary(r) + "\n\n" + t.tableView(r) + "\n\n" + strings.Join(t.stepLines(r.W), "\n")
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
	style, word := t.sh.Theme().Bad, "refused everywhere"
	if in > 0 {
		style, word = t.sh.Theme().OK, fmt.Sprintf("let in on %d of %s", in, text.Plural(len(t.steps()), "route", "routes"))
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
		style, why := st.OK, "let in"
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

// stepLines explain the chosen step.
func (t *traceView) stepLines(w int) []string {
	s := t.steps()[t.table.Cursor]
	const most = stepRows - 2 // of the message
	message := widget.Wrap(cmp.Or(s.Message, "It is let in."), w)
	if len(message) > most {
		message = append(message[:most-1:most-1], widget.Clip(strings.Join(message[most-1:], " "), w))
	}
	lines := []string{t.sh.Theme().Bold.Render(widget.Clip(s.Method+" "+s.Route, w))}
	for _, l := range message {
		lines = append(lines, t.sh.Theme().Text.Render(l))
	}
	also := ""
	if inBody(s) {
		also = "* " + strconv.Itoa(s.Status) + ", refused in the body: status false; "
	}
	also += "family " + s.Family + ", sent as " + s.Header
	if len(s.Also) > 0 {
		also += "; the same on " + strings.Join(s.Also, ", ")
	}
	return append(lines, t.sh.Theme().Muted.Render(widget.Clip(also, w)))
}

// recordLines say what the log has of a request, and how its credential stands now.
func (t *traceView) recordLines(w int) []string {
	if t.got == nil || t.got.Record == nil {
		return []string{t.sh.Theme().Muted.Render("No route takes such a credential.")}
	}
	st, r, in := t.sh.Theme(), t.got.Record, t.got.Inspection
	style := st.OK
	if r.Status >= 400 {
		style = st.Bad
	}
	lines := []string{st.Bold.Render(widget.Clip(r.Method+" "+r.Path, w-8)) + st.Muted.Render(" → ") + style.Render(strconv.Itoa(r.Status)), ""}
	if t.got.Explanation != nil {
		for _, l := range widget.Wrap(*t.got.Explanation, w) {
			lines = append(lines, st.Text.Render(l))
		}
		lines = append(lines, "")
	}
	add := func(block string) { lines = append(lines, strings.Split(block, "\n")...) }
	add(shell.Pairs(t.sh, w, "Then, "+text.Moment(r.At.Time, t.sh.Now())+", "+model.Distance(r.At.Time, t.sh.Now()), [][2]string{
		{"why", cmp.Or(r.Reason.Past(r.Scheme), "it was let in")}, {"reason", cmp.Or(string(r.Reason), "none")}, {"sent", r.Scheme.Name()}, {"hint", r.CredentialHint},
	}))
	lines = append(lines, "")
	now := "it would be let in"
	if !in.Valid {
		now = cmp.Or(in.Reason.Past(in.Kind), cmp.Or(in.Message, "it would be refused"))
	}
	if neverFits(r.Reason) {
		now = "what was sent is never let in; the credential itself: " + now
		if in.Valid {
			now = "the credential itself is in force; what was sent is never let in"
		}
	}
	if r.CredentialID == "" {
		now = "the record names no credential of this server"
	}
	state := [][2]string{{"now", now}}
	if in.CredentialName != nil {
		state = append(state, [2]string{"name", *in.CredentialName})
	}
	for _, m := range []struct {
		name string
		at   *model.Time
	}{{"revoked", in.RevokedAt}, {"ends", in.ExpiresAt}, {"last used", in.LastUsedAt}} {
		if m.at != nil {
			state = append(state, [2]string{m.name, text.Moment(m.at.Time, t.sh.Now()) + ", " + model.Distance(m.at.Time, t.sh.Now())})
		}
	}
	add(shell.Pairs(t.sh, w, "The credential now", state))
	return lines
}

// neverFits reports that what was sent is refused forever, whatever becomes of the
// credential.
func neverFits(r model.Reason) bool {
	switch r {
	case model.ReasonBadSignature, model.ReasonBadAlgorithm, model.ReasonBadChecksum, model.ReasonMalformed, model.ReasonMissingKID,
		model.ReasonMissingExp, model.ReasonBadClaims, model.ReasonPairMismatch:
		return true
	}
	return false
}

// visible are the lines that fit; the last one says how many there are if they don't all
// fit.
func (t *traceView) visible(lines []string, r shell.Rect) string {
	if len(lines) <= r.H {
		return strings.Join(lines, "\n")
	}
	h := max(1, r.H-1)
	from := t.scroll.First(len(lines), h)
	mark := fmt.Sprintf("↑↓ lines %d–%d of %d", from+1, from+h, len(lines))
	return strings.Join(append(slices.Clone(t.scroll.Visible(lines, h)), t.sh.Theme().Muted.Render(widget.Clip(mark, r.W))), "\n")
}

// Click chooses the route under the pointer.
func (t *traceView) Click(room shell.Rect, _, y int) (enter bool) {
	if row, ok := t.table.RowAt(y-2, len(t.steps()), t.rows(room)+1); ok {
		t.table.Move(row, len(t.steps()), t.rows(room))
	}
	return false
}
