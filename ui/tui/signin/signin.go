// Package signin is the screen for signing in with a code sent by e-mail. It shows
// the local mailbox beside the form where the server keeps one.
package signin

import (
	"context"
	"slices"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"keydeck/model"
	"keydeck/ui/text"
	"keydeck/ui/tui/list"
	"keydeck/ui/tui/shell"
	"keydeck/ui/tui/widget"
)

// codeLen is the number of digits in a sign-in code.
const codeLen = 6

// mailDelay is how long a code may take to the local mailbox: the server sends it right
// after it has answered.
const mailDelay = 3 * time.Second

// resendDelay is how soon the server sends another code to an address.
const resendDelay = time.Minute

// screen asks for the address, then for the code.
type screen struct {
	sh             *shell.Shell
	address        *widget.Input
	code           *widget.Input
	codeStep       bool      // for the code; else for the address
	mailed         bool      // a code was sent to the address
	mailboxFocused bool      // the mailbox has the focus
	resendAt       time.Time // from when on another code may be asked for
	problem        string

	mails *list.List[model.Mail] // newest first

	sendCall shell.Call
	codeCall shell.Call
}

func New(sh *shell.Shell) shell.Screen {
	s := &screen{sh: sh, address: widget.NewInput(sh.LastUser(), "you@example.com", 254), code: widget.NewInput("", "", codeLen)}
	s.mails = list.New(sh, s, list.Config[model.Mail]{
		ID:    func(m *model.Mail) string { return m.ID },
		Load:  func(bool) tea.Cmd { return s.loadMail() },
		Every: func(int) int { return 1 },
	})
	return s
}

func (s *screen) Title() string { return "Sign in" }
func (s *screen) Typing() bool  { return !s.mailboxFocused }
func (s *screen) Init() tea.Cmd { return s.mails.Reload() }

func (s *screen) hasMailbox() bool { return s.sh.Client().IsLocal() && s.sh.Status().LocalMailbox }

func (s *screen) loadMail() tea.Cmd {
	if !s.hasMailbox() {
		return nil
	}
	return s.mails.Ask(s.sh.Client().Mail)
}

func (s *screen) Update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case shell.SecondMsg:
		return s.mails.Update(msg)
	case tea.PasteMsg:
		s.edit(msg)
	case tea.KeyPressMsg:
		if s.mailboxFocused {
			return s.mails.Update(msg)
		}
		s.edit(msg)
	}
	return nil
}

// edit passes a key or a paste to the current input. The code takes only digits, so
// it can be pasted with the text around it.
func (s *screen) edit(msg tea.Msg) {
	s.mailboxFocused = false
	input := s.address
	if s.codeStep {
		input = s.code
		switch m := msg.(type) {
		case tea.PasteMsg:
			input.Set("")
			msg = tea.PasteMsg{Content: digits(m.Content)}
			s.problem = ""
		case tea.KeyPressMsg:
			if m.Text != "" && digits(m.Text) == "" {
				return
			}
		}
	}
	if input.Update(msg) {
		s.problem = ""
	}
}

func digits(in string) string {
	return strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, in)
}

func (s *screen) send() tea.Cmd {
	email := strings.TrimSpace(s.address.Value())
	switch {
	case s.sendCall.Pending:
		return nil
	case !strings.Contains(strings.Trim(email, "@"), "@"):
		s.problem = "That is not an e-mail address; one looks like you@example.com."
		return nil
	}
	s.problem = ""
	return shell.Ask(s.sh, s, &s.sendCall, shell.ErrorOnly(func(ctx context.Context) error { return s.sh.Client().SendCode(ctx, email) }), s.codeSent)
}

func (s *screen) codeSent(_ shell.None, err error) tea.Cmd {
	switch {
	case model.CodeOf(err) == model.CodeRateLimited:
		// An earlier code may have come: it can be used meanwhile.
		s.codeStep, s.resendAt = true, s.sh.Now().Add(retryAfter(err))
		s.problem = "It is too soon for another code."
		if s.hasCode(strings.TrimSpace(s.address.Value())) {
			s.problem = "A code is on its way already; use that one, or wait for another."
		}
	case err != nil:
		s.problem = text.Sentence(shell.ErrorText(err))
	default:
		s.codeStep, s.mailed, s.resendAt = true, true, s.sh.Now().Add(resendDelay)
		s.code.Set("")
	}
	return s.mails.Reload()
}

// hasCode reports whether the mailbox has a working code for an address.
func (s *screen) hasCode(email string) bool {
	return slices.ContainsFunc(s.mails.Items(), func(m model.Mail) bool { return strings.EqualFold(m.To, email) && s.codeProblem(m) == "" })
}

// codeProblem says why the code of a mail does not work, "" if it does. The server
// removes a code that no longer works from the mail.
func (s *screen) codeProblem(m model.Mail) string {
	switch {
	case m.ExpiresAt != nil && !s.sh.Now().Before(m.ExpiresAt.Time):
		return "expired"
	case m.Code == "" && m.ExpiresAt != nil:
		return "used or replaced"
	case m.Code == "":
		return "no code"
	}
	return ""
}

func (s *screen) check() tea.Cmd {
	email, code := strings.TrimSpace(s.address.Value()), s.code.Value()
	switch {
	case s.codeCall.Pending:
		return nil
	case len(code) != codeLen:
		s.problem = "The code has six digits."
		return nil
	}
	s.problem = ""
	return shell.Ask(s.sh, s, &s.codeCall, shell.ErrorOnly(func(ctx context.Context) error { return s.sh.Client().SignIn(ctx, email, code) }), s.codeChecked)
}

func (s *screen) codeChecked(_ shell.None, err error) tea.Cmd {
	switch {
	case err == nil:
		return s.sh.Resume()
	case model.CodeOf(err) == model.CodeUnauthorized:
		s.problem = "That code is wrong or has expired. Check it, or ask for another."
		s.code.Set("")
	case model.CodeOf(err) == model.CodeRateLimited:
		s.problem = "Too many attempts. Wait " + model.Span(retryAfter(err)) + "."
	default:
		s.problem = text.Sentence(shell.ErrorText(err))
	}
	return nil
}

// focusMailbox begins with the newest mail. The cursor stays on its mail when others come.
func (s *screen) focusMailbox() {
	s.mailboxFocused = true
	s.mails.SelectFirst()
}

// useMail fills in address and code of the selected mail, for the user to send.
func (s *screen) useMail() {
	m := s.mails.Selected()
	s.address.Set(m.To)
	s.code.Set(digits(m.Code))
	s.codeStep, s.mailboxFocused, s.problem = true, false, ""
}

func (s *screen) backToAddress() {
	s.codeStep, s.mailed, s.problem = false, false, ""
	s.code.Set("")
}

func (s *screen) Commands() []shell.Command {
	noCode := "there is no mail"
	if m := s.mails.Selected(); m != nil {
		noCode = ""
		switch why := s.codeProblem(*m); why {
		case "":
		case "no code":
			noCode = "it has no code"
		default:
			noCode = "its code is " + why
		}
	}
	if s.mailboxFocused {
		return []shell.Command{
			{ID: "mailbox.use", Title: "fill in the code", Short: "fill in the code", Key: shell.Keys("enter"), Disabled: noCode, Run: shell.Do(s.useMail)},
			{ID: "mailbox.move", Title: "select a mail", Key: shell.Keys("up", "down", "k", "j"), Run: nil},
			{ID: "mailbox.leave", Title: "back to the field", Short: "back", Key: shell.Keys("tab", "shift+tab", "esc"), Run: shell.Do(func() { s.mailboxFocused = false })},
		}
	}
	cmds := []shell.Command{{ID: "signin.send", Title: "send a sign-in code", Short: "send me a code", Key: shell.Keys("enter"), Run: s.send}}
	if s.codeStep {
		wait := ""
		if left := s.resendAt.Sub(s.sh.Now()); left > 0 {
			wait = "wait " + model.Span(left)
		}
		cmds = []shell.Command{
			{ID: "signin.check", Title: "sign in with the code", Short: "sign in", Key: shell.Keys("enter"), Run: s.check},
			{ID: "signin.resend", Title: "send another code", Short: "another code", Key: shell.Keys("ctrl+r"), Disabled: wait, Run: s.send},
			{ID: "signin.address", Title: "change the address", Short: "change address", Key: shell.Keys("esc"), Run: shell.Do(s.backToAddress)},
		}
	}
	if s.hasMailbox() {
		cmds = append(cmds, shell.Command{ID: "signin.mailbox", Title: "go to the local mailbox", Short: "mailbox", Key: shell.Keys("tab"), Run: shell.Do(s.focusMailbox)})
	}
	return cmds
}
