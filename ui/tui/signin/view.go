package signin

import (
	"errors"
	"slices"
	"strings"
	"time"

	"keydeck/model"
	"keydeck/ui/text"
	"keydeck/ui/tui/shell"
	"keydeck/ui/tui/widget"
)

func (s *screen) View(r shell.Rect) string {
	if !s.hasMailbox() {
		return "\n\n" + widget.Indent(s.formView(min(60, r.W-12)), 6)
	}
	left := max(26, min(44, r.W*2/5))
	margin := 2
	if r.W >= 76 {
		margin = 4
	}
	right := min(60, r.W-left-2*margin-3)
	return "\n\n" + widget.Indent(widget.Beside(s.formView(left), s.mailboxView(right, r.H-3), left, 4), margin)
}

// formView is the left side: the inputs and the status.
func (s *screen) formView(w int) string {
	st := s.sh.Theme()
	lines := []string{st.Bold.Render("Sign in"), widget.Rule(st, "", w)}
	if s.sh.Notice() != "" {
		for _, l := range widget.Wrap(s.sh.Notice(), w) {
			lines = append(lines, st.Warn.Render(l))
		}
		lines = append(lines, "")
	}
	label := func(name string, focused bool) string {
		if focused {
			return st.Accent.Render("▌ ") + st.Bold.Render(name)
		}
		return "  " + st.Muted.Render(name)
	}
	lines = append(lines, label("E-mail", !s.codeStep && !s.mailboxFocused), "  "+s.address.View(st, w-2, !s.codeStep && !s.mailboxFocused), "")
	if s.codeStep {
		lines = append(lines, label("Code", !s.mailboxFocused), "  "+s.code.Boxes(st, codeLen, !s.mailboxFocused), "")
	}
	lines = append(lines, s.statusLines(w)...)
	return strings.Join(lines, "\n")
}

// statusLines say what is running, what went wrong, or what to do next.
func (s *screen) statusLines(w int) []string {
	st, style := s.sh.Theme(), s.sh.Theme().Muted
	var msg string
	switch {
	case s.sendCall.Pending:
		msg = "Sending a code…"
	case s.codeCall.Pending:
		msg = "Checking the code…"
	case s.sh.Link() == shell.LinkLost && s.problem == "":
		msg, style = "No server answers at "+text.Visible(s.sh.Client().Target())+
			". Is the address right, and is keydeck serve running there? Trying again…", st.Bad
	case s.problem != "":
		msg, style = s.problem, st.Bad
	case !s.codeStep && s.sh.Client().IsLocal() && s.sh.Link() == shell.LinkUp && !s.sh.Status().HasUsers:
		msg = "This server is new. The first person to sign in here becomes its superuser."
	case s.codeStep && s.mailed && s.code.Value() == "":
		msg = s.waiting()
	}
	var lines []string
	for _, l := range widget.Wrap(msg, w-2) {
		lines = append(lines, "  "+style.Render(l))
	}
	if s.codeStep {
		if left := s.resendAt.Sub(s.sh.Now()); left > 0 {
			lines = append(lines, "", "  "+st.Muted.Render("another code in "+model.Span(left)))
		} else if !s.sendCall.Pending {
			lines = append(lines, "", "  "+st.Key.Render("ctrl+r")+st.Muted.Render(" sends another code"))
		}
	}
	return lines
}

// waiting says what became of the code that was asked for. The server tells nobody
// who is invited; but a mailbox beside the form that stays empty does.
func (s *screen) waiting() string {
	email := strings.TrimSpace(s.address.Value())
	switch {
	case !s.hasMailbox():
		return "If this address is invited, a code is on its way to it."
	case s.hasCode(email):
		return "The code is in the mailbox."
	case slices.ContainsFunc(s.mails.Items(), func(m model.Mail) bool { return strings.EqualFold(m.To, email) }):
		return "The code in the mailbox no longer works. Ask for another."
	case s.resendAt.Add(mailDelay - resendDelay).After(s.sh.Now()):
		return "Waiting for the code…"
	}
	return "No code has come: " + text.Visible(email) + " is not invited. An owner of a project can add the address (5, then m), or run: keydeck members add " + text.Visible(email)
}

// mailboxView is the local mailbox, newest mail first.
func (s *screen) mailboxView(w, h int) string {
	st := s.sh.Theme()
	lines := []string{st.Bold.Render("Local mailbox"), widget.Rule(st, "", w)}
	mails, at := s.mails.Items(), -1 // the selected one
	if len(mails) == 0 {
		for _, l := range widget.Wrap("Nothing here yet. No SMTP server is configured, so sign-in codes arrive here.", w) {
			lines = append(lines, st.Muted.Render(l))
		}
		return strings.Join(lines, "\n")
	}
	const each = 4
	room := max(1, (h-2)/each)
	if s.mailboxFocused {
		at = slices.IndexFunc(mails, func(m model.Mail) bool { return m.ID == s.mails.Selected().ID })
	}
	from := max(0, at-room+1)
	for i, m := range mails[from:min(len(mails), from+room)] {
		mark := "  "
		if from+i == at {
			mark = st.Accent.Render("▌ ")
		}
		style, age := st.Text, model.Distance(m.At.Time, s.sh.Now())
		if s.codeProblem(m) != "" {
			style = st.Muted
		}
		to := widget.Clip(m.To, w-3-widget.Width(age)) // leaves a cell between the two
		lines = append(lines,
			mark+widget.Ends(style.Render(to), st.Muted.Render(age), w-2),
			mark+st.Muted.Render(widget.Clip(m.Subject, w-2)),
			mark+s.codeLine(m), "")
	}
	return strings.Join(lines, "\n")
}

// codeLine is the code of a mail, or what became of it.
func (s *screen) codeLine(m model.Mail) string {
	switch why := s.codeProblem(m); {
	case why != "" && m.ExpiresAt == nil:
		return ""
	case why != "":
		return s.sh.Theme().Muted.Render(why)
	}
	code := m.Code
	if len(code) == codeLen {
		code = code[:3] + " " + code[3:]
	}
	if m.ExpiresAt == nil {
		return s.sh.Theme().AccentBold.Render(code)
	}
	return s.sh.Theme().AccentBold.Render(code) + s.sh.Theme().Muted.Render("  valid for "+model.Span(m.ExpiresAt.Sub(s.sh.Now())))
}

// retryAfter is how long the server wants us to wait, by default a minute.
func retryAfter(err error) time.Duration {
	if e, ok := errors.AsType[*model.Error](err); ok && e.RetryAfter > 0 {
		return e.RetryAfter
	}
	return time.Minute
}
