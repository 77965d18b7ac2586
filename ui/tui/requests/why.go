package requests

import (
	"context"
	"strconv"
	"strings"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"keydeck/model"
	"keydeck/ui/text"
	"keydeck/ui/tui/shell"
	"keydeck/ui/tui/widget"
)

// whyView says why a request was answered as it was, and how its credential stands now.
type whyView struct {
	sh         *shell.Shell
	record     model.RequestRecord
	credential string // its name, kind and hint
	got        *model.Trace
	err        string
	call       shell.Call
}

func (s *screen) why() tea.Cmd {
	r := s.selected()
	v := &whyView{sh: s.sh, record: *r, credential: s.credentialText(r)}
	s.sh.Open(v)
	return shell.Ask(s.sh, v, &v.call, func(ctx context.Context) (model.Trace, error) {
		return s.sh.Client().Trace(ctx, model.TraceRequest{RequestID: v.record.ID})
	}, shell.Quiet(v.answered))
}

func (v *whyView) answered(got model.Trace, err error) {
	if v.err = shell.ErrorText(err); err == nil {
		v.got = &got
	}
}

func (v *whyView) Title() string              { return "Why " + strconv.Itoa(v.record.Status) }
func (v *whyView) Width(r shell.Rect) int     { return min(r.W, 76) }
func (v *whyView) Dismissable() bool          { return true }
func (v *whyView) Update(msg tea.Msg) tea.Cmd { return nil }

func (v *whyView) Commands() []shell.Command {
	return []shell.Command{
		{ID: "why.close", Title: "close", Short: "close", Key: shell.Keys("esc", "enter", "q", "w"), Run: shell.Do(v.sh.Close)},
		{ID: "why.copy", Title: "copy the text", Short: "copy", Key: shell.Keys("y"), Run: v.copy},
	}
}

func (v *whyView) copy() tea.Cmd {
	return v.sh.Copy("the explanation", ansi.Strip(v.View(shell.Rect{W: 200, H: 20})))
}

func (v *whyView) View(r shell.Rect) string {
	st, rec := v.sh.Theme(), &v.record
	ago := ", " + model.Distance(answeredAt(rec), v.sh.Now())
	lines := []string{st.Bold.Render(widget.Clip(rec.Method+" "+rec.Path, r.W-widget.Width(ago))) + st.Muted.Render(ago)}
	switch {
	case v.err != "":
		return strings.Join(append(lines, st.Bad.Render(strings.Join(widget.Wrap("× "+v.err, r.W), "\n"))), "\n")
	case v.got == nil:
		return strings.Join(append(lines, st.Muted.Render("Asking the server…")), "\n")
	}
	explanation := text.Sentence(rec.Reason.Past(rec.Scheme))
	if v.got.Explanation != nil {
		explanation = *v.got.Explanation
	}
	for _, l := range widget.Wrap(explanation, r.W) {
		lines = append(lines, st.Text.Render(l))
	}
	for _, l := range widget.Wrap(v.state(), r.W) {
		lines = append(lines, st.Muted.Render(l))
	}
	return strings.Join(lines, "\n")
}

// state says which credential it was, and the times of it.
func (v *whyView) state() string {
	out, now, in := v.credential, v.sh.Now(), &v.got.Inspection
	if t := in.RevokedAt; t != nil {
		out += ", revoked " + model.Distance(t.Time, now)
	}
	if t := in.ExpiresAt; t != nil {
		word := ", expires "
		if !t.After(now) {
			word = ", expired "
		}
		out += word + model.Distance(t.Time, now)
	}
	if t := in.LastUsedAt; t != nil {
		out += ", last used " + model.Distance(t.Time, now)
	}
	return out
}
