package tui

import (
	"context"
	"slices"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"keydeck/model"
	"keydeck/ui/text"
	"keydeck/ui/tui/widget"
)

// codeLen is the number of digits in a sign-in code.
const codeLen = 6

// resendAfter is how soon the server sends another code to one address.
const resendAfter = time.Minute

// signInScreen asks for the address, then for the code. The local mailbox stands
// beside it where the server keeps one.
type signInScreen struct {
	*desk
	address *widget.Input
	code    *widget.Input
	asking  bool      // for the code; else for the address
	mailed  bool      // a code was sent to the address
	inBox   bool      // the mailbox has the focus
	resend  time.Time // from when on another code may be asked for
	problem string

	mails []model.Mail
	pick  int // in mails

	sendQ question[none]
	codeQ question[none]
	mailQ question[[]model.Mail]
}

func newSignIn(d *desk) Screen {
	return &signInScreen{desk: d, address: widget.NewInput(d.lastUser, "you@example.com", 254), code: widget.NewInput("", "", codeLen)}
}

func (s *signInScreen) Title() string { return "Sign in" }
func (s *signInScreen) Typing() bool  { return !s.inBox }
func (s *signInScreen) Init() tea.Cmd { return s.lookForMail() }

func (s *signInScreen) mailbox() bool { return s.client.IsLocal() && s.status.LocalMailbox }

func (s *signInScreen) lookForMail() tea.Cmd {
	if !s.mailbox() || s.mailQ.waiting {
		return nil
	}
	return ask(s.desk, s, &s.mailQ, func(ctx context.Context) ([]model.Mail, error) {
		mails, err := s.client.Mail(ctx)
		for i := range mails {
			mails[i] = cleanMail(mails[i])
		}
		return mails, err
	})
}

func (s *signInScreen) Update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case secondMsg:
		return s.lookForMail()
	case answer[[]model.Mail]:
		if s.mailQ.take(msg) && msg.err == nil {
			s.mails = msg.value
			s.pick = max(0, min(s.pick, len(s.mails)-1))
		}
	case answer[none]:
		switch {
		case s.sendQ.take(msg):
			return s.sent(msg.err)
		case s.codeQ.take(msg):
			return s.checked(msg.err)
		}
	case tea.PasteMsg:
		s.typed(msg)
	case tea.KeyPressMsg:
		if s.inBox {
			s.browse(msg.String())
			return nil
		}
		s.typed(msg)
	}
	return nil
}

// typed takes text into the field that is asked for. Of what goes into the code
// only the digits stay, so a code can be pasted with its spaces or its sentence.
func (s *signInScreen) typed(msg tea.Msg) {
	s.inBox = false
	if !s.asking {
		if s.address.Update(msg) {
			s.problem = ""
		}
		return
	}
	switch m := msg.(type) {
	case tea.PasteMsg:
		s.code.Set(digits(m.Content))
		s.problem = ""
		return
	case tea.KeyPressMsg:
		if m.Text != "" && digits(m.Text) == "" {
			return
		}
	}
	if s.code.Update(msg) {
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

func (s *signInScreen) browse(key string) {
	switch key {
	case "up", "k":
		s.pick = max(0, s.pick-1)
	case "down", "j":
		s.pick = max(0, min(len(s.mails)-1, s.pick+1))
	}
}

func (s *signInScreen) next() tea.Cmd {
	if s.asking {
		return s.check()
	}
	return s.send()
}

func (s *signInScreen) send() tea.Cmd {
	email := strings.TrimSpace(s.address.Value())
	switch {
	case s.sendQ.waiting:
		return nil
	case !strings.Contains(strings.Trim(email, "@"), "@"):
		s.problem = "That is no e-mail address yet; it looks like you@example.com."
		return nil
	}
	s.problem = ""
	return ask(s.desk, s, &s.sendQ, only(func(ctx context.Context) error { return s.client.SendCode(ctx, email) }))
}

func (s *signInScreen) sent(err error) tea.Cmd {
	switch {
	case model.CodeOf(err) == model.CodeRateLimited:
		// There may be a code already: it can be typed in while the wait goes on.
		s.asking, s.resend = true, s.at.Add(retryAfter(err))
		s.problem = "It is too soon for another code."
		if s.codeFor(strings.TrimSpace(s.address.Value())) {
			s.problem = "A code is on its way already; use that one, or wait for another."
		}
	case err != nil:
		s.problem = text.Sentence(words(err))
	default:
		s.asking, s.mailed, s.resend = true, true, s.at.Add(resendAfter)
		s.code.Set("")
	}
	return s.lookForMail()
}

// codeFor reports a code in the mailbox that an address can sign in with.
func (s *signInScreen) codeFor(email string) bool {
	return slices.ContainsFunc(s.mails, func(m model.Mail) bool { return strings.EqualFold(m.To, email) && s.dead(m) == "" })
}

// dead says why the code of a mail does not sign in, "" if it does. The server
// takes the code out of the mail once it no longer works.
func (s *signInScreen) dead(m model.Mail) string {
	switch {
	case m.ExpiresAt != nil && !s.at.Before(m.ExpiresAt.Time):
		return "expired"
	case m.Code == "" && m.ExpiresAt != nil:
		return "used or replaced"
	case m.Code == "":
		return "no code"
	}
	return ""
}

func (s *signInScreen) check() tea.Cmd {
	email, code := strings.TrimSpace(s.address.Value()), s.code.Value()
	switch {
	case s.codeQ.waiting:
		return nil
	case len(code) != codeLen:
		s.problem = "The code has six digits."
		return nil
	}
	s.problem = ""
	return ask(s.desk, s, &s.codeQ, only(func(ctx context.Context) error { return s.client.SignIn(ctx, email, code) }))
}

func (s *signInScreen) checked(err error) tea.Cmd {
	switch {
	case err == nil:
		return s.resume()
	case model.CodeOf(err) == model.CodeUnauthorized:
		s.problem = "That code is not right, or it is over. Check it, or ask for another."
		s.code.Set("")
	case model.CodeOf(err) == model.CodeRateLimited:
		s.problem = "Too many tries: wait " + text.Countdown(retryAfter(err)) + "."
	default:
		s.problem = text.Sentence(words(err))
	}
	return nil
}

// useMail takes address and code out of the chosen mail. Enter then sends them:
// it is still the user who signs in.
func (s *signInScreen) useMail() tea.Cmd {
	m := s.mails[s.pick]
	s.address.Set(m.To)
	s.code.Set(digits(m.Code))
	s.asking, s.inBox, s.problem = true, false, ""
	return nil
}

func (s *signInScreen) toAddress() tea.Cmd {
	s.asking, s.mailed, s.problem = false, false, ""
	s.code.Set("")
	return nil
}

func (s *signInScreen) Commands() []Command {
	noCode := "there is no mail"
	if len(s.mails) > 0 {
		noCode = ""
		switch why := s.dead(s.mails[s.pick]); why {
		case "":
		case "no code":
			noCode = "there is no code in it"
		default:
			noCode = "its code is " + why
		}
	}
	if s.inBox {
		return []Command{
			{ID: "mailbox.use", Title: "fill the code in", Short: "fill the code in", Key: on("enter"), Disabled: noCode, Run: s.useMail},
			{ID: "mailbox.move", Title: "choose a mail", Key: on("up", "down", "k", "j"), Run: nil},
			{ID: "mailbox.leave", Title: "back to the field", Short: "back", Key: on("tab", "shift+tab", "esc"), Run: s.leaveBox},
		}
	}
	var cmds []Command
	if s.asking {
		wait := ""
		if left := s.resend.Sub(s.at); left > 0 {
			wait = "wait " + text.Countdown(left)
		}
		cmds = []Command{
			{ID: "signin.check", Title: "sign in with the code", Short: "sign in", Key: on("enter"), Run: s.check},
			{ID: "signin.resend", Title: "send another code", Short: "another code", Key: on("ctrl+r"), Disabled: wait, Run: s.send},
			{ID: "signin.address", Title: "change the address", Short: "change address", Key: on("esc"), Run: s.toAddress},
		}
	} else {
		cmds = []Command{{ID: "signin.send", Title: "send a sign-in code", Short: "send me a code", Key: on("enter"), Run: s.next}}
	}
	if s.mailbox() {
		cmds = append(cmds, Command{ID: "signin.mailbox", Title: "go to the local mailbox", Short: "mailbox", Key: on("tab"), Run: s.enterBox})
	}
	return cmds
}

func (s *signInScreen) enterBox() tea.Cmd { s.inBox = true; return nil }
func (s *signInScreen) leaveBox() tea.Cmd { s.inBox = false; return nil }

func cleanMail(m model.Mail) model.Mail {
	m.To, m.Subject, m.Code = text.Visible(m.To), text.Visible(m.Subject), text.Visible(m.Code)
	return m
}
