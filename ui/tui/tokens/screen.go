// Package tokens is the token workbench: it decodes a token, says what there is to know
// about it, verifies, opens, edits and signs it, and traces what the server would
// answer to it.
package tokens

import (
	"context"
	"fmt"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"keydeck/model/inspect/jwa"
	"keydeck/ui/text"
	"keydeck/ui/tui/place"
	"keydeck/ui/tui/shell"
	"keydeck/ui/tui/tokens/reading"
	"keydeck/ui/tui/widget"
)

// screen is the workbench.
//
// A pasted token is decoded here at once and sent nowhere, since it may be meant for
// another server; Enter asks this one. Tokens and keys are kept in memory only, and are
// gone with the screen at the sign-out.
type screen struct {
	sh     *shell.Shell
	input  *widget.Input
	typing bool

	token    *reading.Token   // nil for none
	outer    []*reading.Token // that token is nested in, the outermost first
	history  []*reading.Token // newest first
	verifier verifier
	opener   verifier // of encrypted tokens
	editor   *editor  // nil unless a token is being edited

	focus   pane
	zoomed  bool
	scrolls [paneCount]scroll
	wrapped [paneCount]wrapped

	decodeCall shell.Call
	weakCall   shell.Call
	askCall    shell.Call
	verifyCall shell.Call
	openCall   shell.Call
}

// Bytes of an input.
const (
	maxTyped = 8 << 10  // decoded at every key
	bigToken = 64 << 10 // decoded off the Update loop
	maxToken = 2 << 20  // no token is longer
)

func New(sh *shell.Shell) shell.Screen {
	return &screen{sh: sh, focus: paneClaims, input: widget.NewInput("", "a token, a key, or a whole Authorization header", maxTyped)}
}

func (s *screen) Title() string { return "Token" }
func (s *screen) Init() tea.Cmd { return nil }
func (s *screen) Typing() bool  { return s.typing || s.editor != nil }

// Enter shows a token. One that is being edited is not lost.
func (s *screen) Enter(arg any) tea.Cmd {
	token, ok := arg.(place.Token)
	switch {
	case !ok:
		return nil
	case s.editor != nil && s.editor.dirty():
		s.sh.Notify(shell.Warning, "a token is being edited here; leave the edit first")
		return nil
	}
	return s.decode(string(token))
}

func (s *screen) Update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case shell.SecondMsg:
		return s.reverify()
	case tea.PasteMsg:
		if s.editor != nil {
			return s.editor.Update(msg)
		}
		return s.paste(msg)
	case tea.KeyPressMsg:
		return s.press(msg)
	}
	return nil
}

func (s *screen) press(msg tea.KeyPressMsg) tea.Cmd {
	switch {
	case s.editor != nil:
		return s.editor.Update(msg)
	case s.typing:
		if s.input.Update(msg) {
			s.decodeTyped()
		}
	default:
		s.move(msg.String())
	}
	return nil
}

// paste decodes what is pasted, or adds it to what is being typed.
func (s *screen) paste(msg tea.PasteMsg) tea.Cmd {
	if s.typing && s.input.Value() != "" && len(s.input.Value())+len(msg.Content) <= maxTyped {
		if s.input.Update(msg) {
			s.decodeTyped()
		}
		return nil
	}
	return s.decode(msg.Content)
}

// decode shows another token. A big one is decoded off the Update loop.
func (s *screen) decode(input string) tea.Cmd {
	s.typing, s.editor = false, nil
	s.setInput(strings.TrimSpace(input))
	now := s.sh.Now()
	switch {
	case strings.TrimSpace(input) == "":
		s.sh.Notify(shell.Warning, "the paste is empty")
		return nil
	case len(input) > maxToken:
		s.sh.Notify(shell.Failure, fmt.Sprintf("that is not a token: it has %s bytes", text.Count(int64(len(input)))))
		return nil
	case len(input) > bigToken:
		return shell.Background(s.sh, s, &s.decodeCall, func(context.Context) (*reading.Token, error) { return reading.Decode(input, now), nil },
			func(t *reading.Token, _ error) tea.Cmd { return s.show(t) })
	}
	s.decodeCall.Discard()
	return s.show(reading.Decode(input, now))
}

// setInput puts a token into the input, if it is short enough to be typed.
func (s *screen) setInput(token string) {
	if len(token) > maxTyped {
		token = ""
	}
	s.input.Set(token)
}

// show shows a token and puts it into the history.
func (s *screen) show(t *reading.Token) tea.Cmd {
	s.outer = nil
	s.remember(t)
	return s.showToken(t)
}

// showToken shows a token and does what asks nobody: it tries the chosen keys, and
// looks for a well-known secret.
func (s *screen) showToken(t *reading.Token) tea.Cmd {
	s.token = t
	s.resetPanes()
	s.discardCalls()
	var cmds []tea.Cmd
	if jwa.FamilyOf(t.Decoded.Algorithm) == jwa.FamilyHMAC && t.WeakSecret == nil {
		cmds = append(cmds, shell.Background(s.sh, s, &s.weakCall, func(context.Context) ([]reading.Finding, error) { return t.FindWeakSecret(), nil },
			shell.Quiet(func(found []reading.Finding, _ error) { t.WeakSecret = found })))
	}
	switch {
	case t.IsOpen():
	case t.Encrypted():
		cmds = append(cmds, s.open(false))
	case s.verifier.kind != withServer:
		cmds = append(cmds, s.verifyWithKeys())
	}
	return tea.Batch(cmds...)
}

// decodeTyped decodes what is typed, at every key.
func (s *screen) decodeTyped() {
	s.outer, s.token = nil, nil
	s.discardCalls()
	s.decodeCall.Discard()
	if strings.TrimSpace(s.input.Value()) != "" {
		s.token = reading.Decode(s.input.Value(), s.sh.Now())
		s.resetPanes()
	}
}

// resetPanes focuses the claims of a new token, or the verdict if it has none.
func (s *screen) resetPanes() {
	s.scrolls = [paneCount]scroll{}
	s.focus = paneClaims
	if len(s.token.Claims) == 0 {
		s.focus = paneVerdict
	}
	if len(s.token.Decoded.Signatures)+len(s.token.Decoded.Recipients) > 0 {
		return // in JSON form, which no server takes: one goes into a signature first
	}
	// On a claim of its own Enter asks, on a nested token it goes in.
	s.scrolls[paneClaims].cursor = max(0, slices.IndexFunc(s.token.Claims, func(m reading.Member) bool { return m.Nested == nil && !m.Remark }))
}

// enterNested shows the nested token under the cursor.
func (s *screen) enterNested() tea.Cmd {
	m := s.selected()
	if m == nil || m.Nested == nil {
		return nil
	}
	outer := s.token
	cmd := s.showToken(m.Nested.Token(s.sh.Now()))
	s.outer = append(s.outer, outer)
	return cmd
}

// leaveNested goes back to the token around this one.
func (s *screen) leaveNested() tea.Cmd {
	last := len(s.outer) - 1
	t := s.outer[last]
	s.outer = s.outer[:last]
	return s.showToken(t)
}

func (s *screen) startTyping() { s.typing = true }

// endTyping leaves the input; the token that was typed goes into the history.
func (s *screen) endTyping() tea.Cmd {
	if !s.typing {
		return nil
	}
	s.typing = false
	if s.token == nil {
		return nil
	}
	return s.show(s.token)
}

func (s *screen) clear() {
	s.input.Set("")
	s.token, s.outer = nil, nil
	s.decodeCall.Discard()
}

// discardCalls takes no more answers on another token.
func (s *screen) discardCalls() {
	s.askCall.Discard()
	s.verifyCall.Discard()
	s.openCall.Discard()
}
