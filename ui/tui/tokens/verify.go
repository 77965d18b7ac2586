package tokens

import (
	"cmp"
	"context"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"keydeck/model"
	"keydeck/model/inspect/jwk"
	"keydeck/model/inspect/jwt"
	"keydeck/model/inspect/verdict"
	"keydeck/ui/tui/shell"
	"keydeck/ui/tui/tokens/reading"
)

// context is what a verdict depends on, apart from the token.
func (s *screen) context() *reading.Context {
	c := reading.Context{Now: s.sh.Now(), Moment: s.moment, Projects: s.sh.Projects(), Expect: s.verifier.expect.Settings()}
	if s.verifier.kind != withServer {
		c.Verifier = s.verifier.describe()
	}
	return &c
}

// verdict is that on the token that is shown.
func (s *screen) verdict() verdict.Verdict {
	c := s.context()
	switch {
	case s.openCall.Pending:
		c.Pending = "trying the key…"
	case s.askCall.Pending:
		c.Pending = "asking the server…"
	case s.verifyCall.Pending && s.token.Answer.Keys == nil:
		c.Pending = "trying the keys…"
	}
	return c.Verdict(s.token)
}

// verify asks this server, or tries the chosen keys.
func (s *screen) verify() tea.Cmd {
	shown := s.endTyping()
	switch {
	case s.token == nil:
		return nil
	case s.token.Encrypted():
		return tea.Batch(shown, s.chooseOpener())
	case s.verifier.kind == withServer:
		return tea.Batch(shown, s.askServer())
	}
	return tea.Batch(shown, s.verifyWithKeys())
}

// verifyWithKeys tries the chosen keys, off the Update loop.
func (s *screen) verifyWithKeys() tea.Cmd {
	t, keys, expect := s.token, s.verifier.keySet(), s.verifier.expect
	expect.Now = s.sh.Now()
	return shell.Background(s.sh, s, &s.verifyCall, func(context.Context) (reading.Answer, error) {
		return reading.Answer{Keys: keys.Verify(t, expect)}, nil
	}, shell.Quiet(func(a reading.Answer, err error) { s.setAnswer(t, a, err) }))
}

// reverify tries the keys again once a time of the token has come, with the leeway or
// without.
func (s *screen) reverify() tea.Cmd {
	if s.token == nil || s.token.Answer.Keys == nil || s.verifyCall.Pending || s.verifier.kind == withServer {
		return nil
	}
	now, from, leeway := s.sh.Now(), s.token.Answer.Keys.At, s.verifier.expect.Leeway
	c := s.token.Clocks(now)
	for _, k := range []*jwt.Clock{c.ExpiresAt, c.NotBefore, c.IssuedAt} {
		for _, shift := range []time.Duration{-leeway, 0, leeway} {
			if k != nil && from.Before(k.At.Add(shift)) && !now.Before(k.At.Add(shift)) {
				return s.verifyWithKeys()
			}
		}
	}
	return nil
}

func (s *screen) askServer() tea.Cmd {
	t, expect := s.token, s.verifier.expect
	in := model.InspectRequest{Token: t.Decoded.Raw}
	if t.Decoded.Kind == jwt.KindAPIKeyHeader {
		in = model.InspectRequest{Authorization: withScheme(t.Decoded.Raw)}
	}
	t.Answer.Problem = ""
	return shell.Ask(s.sh, s, &s.askCall, func(ctx context.Context) (reading.Answer, error) {
		got, err := s.sh.Client().Inspect(ctx, in)
		return reading.Answer{Server: &got, Expected: reading.CheckExpected(t, expect)}, err
	}, shell.Quiet(func(a reading.Answer, err error) { s.setAnswer(t, a, err) }))
}

// withScheme is a whole header value; the scheme may have been left out of the paste.
func withScheme(raw string) string {
	if strings.HasPrefix(raw, "ApiKey ") {
		return raw
	}
	return "ApiKey " + raw
}

// setAnswer keeps an answer with its token.
func (s *screen) setAnswer(t *reading.Token, a reading.Answer, err error) {
	switch {
	case model.CodeOf(err) == model.CodeTooLarge:
		a.Server = &model.Inspection{Kind: cmp.Or(t.Decoded.Credential, model.KindUnknown), Reason: model.ReasonTooLarge, Signature: model.SignatureNotChecked}
	case err != nil:
		a = reading.Answer{Problem: shell.ErrorText(err)}
	}
	a.At = s.sh.Now()
	t.Answer = a
}

// usesServer reports that this server verifies tokens, and nothing else is expected of
// them.
func (s *screen) usesServer() bool {
	return s.verifier.kind == withServer && s.verifier.expect.Issuer == "" && s.verifier.expect.Audience == ""
}

// resetVerifier drops the chosen keys and what they said of the token. It doesn't ask
// the server.
func (s *screen) resetVerifier() {
	s.verifier = verifier{encoding: jwk.EncodingPlain}
	s.askCall.Discard()
	s.verifyCall.Discard()
	if s.token != nil {
		s.token.Answer = reading.Answer{}
	}
	s.sh.Notify(shell.Success, "tokens are verified with this server's keys again; enter asks it")
}

// open tries the chosen key on an encrypted token, off the Update loop: a key made from
// a password takes a while. If it was chosen for another token and doesn't fit, that is
// not worth a word; asked is false then.
func (s *screen) open(asked bool) tea.Cmd {
	if s.token == nil || !s.token.Encrypted() || s.opener.keys == nil {
		return nil
	}
	t, keys := s.token, s.opener.keySet()
	return shell.Background(s.sh, s, &s.openCall, func(context.Context) (reading.Opened, error) { return keys.Open(t), nil },
		shell.Quiet(func(o reading.Opened, _ error) { s.setOpened(t, o, asked) }))
}

// setOpened shows what was in a token in the place of its claims.
func (s *screen) setOpened(t *reading.Token, o reading.Opened, asked bool) {
	if o.Err != "" && !asked {
		return
	}
	t.SetOpened(o)
	s.wrapped = [paneCount]wrapped{}
	if s.token == t {
		s.resetPanes()
	}
}
