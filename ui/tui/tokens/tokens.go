package tokens

import (
	"context"
	"fmt"
	"strings"

	tea "charm.land/bubbletea/v2"

	"keydeck/model"
	"keydeck/model/inspect/jwa"
	"keydeck/model/inspect/lint"
	"keydeck/ui/text"
	"keydeck/ui/tui/place"
	"keydeck/ui/tui/shell"
	"keydeck/ui/tui/widget"
)

// screen is the workbench for tokens: it takes one apart, says what is to be
// said of it, verifies, edits, signs and traces it.
//
// A paste is taken apart here at once and sent nowhere: the token may be meant for
// another server. Enter asks this one. Tokens and keys are kept in memory only,
// and the screen with all of them goes at the sign-out.
type screen struct {
	sh     *shell.Shell
	input  *widget.Input
	typing bool

	look   *looked   // nil for none
	outer  []*looked // the tokens that it stands in, the outermost first
	past   []*looked // that were looked at, the newest first
	with   verifier
	opener verifier // of encrypted tokens
	bench  *editor  // while a token is edited

	focus  pane
	zoomed bool
	spots  [paneCount]scroll
	laid   [paneCount]laid

	lookQ  shell.Call[*looked]
	knownQ shell.Call[judged]
	askQ   shell.Call[judged]
	checkQ shell.Call[judged]
	openQ  shell.Call[opening]
}

func New(sh *shell.Shell) shell.Screen {
	return &screen{sh: sh, focus: paneClaims, input: widget.NewInput("", "a token, a key, or a whole Authorization header", maxTyped)}
}

func (s *screen) Title() string { return "Token" }
func (s *screen) Init() tea.Cmd { return nil }
func (s *screen) Typing() bool  { return s.typing || s.bench != nil }
func (s *screen) empty() bool   { return s.look == nil }

// Enter takes a token apart, or traces a request.
func (s *screen) Enter(arg any) tea.Cmd {
	switch arg := arg.(type) {
	case place.Token:
		return s.takeApart(string(arg))
	case place.Refusal:
		s.putAway()
		return s.traceRecord(string(arg))
	}
	return nil
}

func (s *screen) Update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case shell.SecondMsg:
		return s.recheck()
	case tea.PasteMsg:
		if s.bench != nil {
			return s.bench.Update(msg)
		}
		return s.paste(msg)
	case tea.KeyPressMsg:
		return s.keyed(msg)
	case shell.Done[*looked]:
		if s.lookQ.AcceptDone(msg) {
			return s.show(msg.Value)
		}
	case shell.Done[judged]:
		if s.checkQ.AcceptDone(msg) {
			s.take(msg.Value, msg.Err)
		} else if s.knownQ.AcceptDone(msg) && msg.Value.checked != nil {
			msg.Value.of.known = msg.Value.checked.notes
		}
	case shell.Done[opening]:
		if s.openQ.AcceptDone(msg) {
			s.wasOpened(msg.Value)
		}
	case shell.Result[judged]:
		if s.askQ.Accept(msg) {
			s.take(msg.Value, msg.Err)
		}
	case shell.Done[signedAnew], shell.Result[model.SignedToken]:
		if s.bench != nil {
			return s.bench.Update(msg)
		}
	}
	return nil
}

func (s *screen) keyed(msg tea.KeyPressMsg) tea.Cmd {
	switch {
	case s.bench != nil:
		return s.bench.Update(msg)
	case s.typing:
		if s.input.Update(msg) {
			s.decodeTyped()
		}
	default:
		s.move(msg.Keystroke())
	}
	return nil
}

// paste takes what is pasted for a token, or puts it into what is being typed.
func (s *screen) paste(msg tea.PasteMsg) tea.Cmd {
	if s.typing && s.input.Value() != "" && len(s.input.Value())+len(msg.Content) <= maxTyped {
		if s.input.Update(msg) {
			s.decodeTyped()
		}
		return nil
	}
	return s.takeApart(msg.Content)
}

// takeApart shows another token. A big one is taken apart off the Update loop.
func (s *screen) takeApart(input string) tea.Cmd {
	s.typing, s.bench = false, nil
	s.input.Set("")
	if len(input) <= maxTyped {
		s.input.Set(strings.TrimSpace(input))
	}
	now := s.sh.Now()
	switch {
	case strings.TrimSpace(input) == "":
		s.sh.Notify(shell.Warning, "what was pasted is empty")
		return nil
	case len(input) > maxToken:
		s.sh.Notify(shell.Failure, fmt.Sprintf("that is no token: %s bytes", text.Count(int64(len(input)))))
		return nil
	case len(input) > bigToken:
		return shell.Background(s.sh, s, &s.lookQ, func(context.Context) (*looked, error) { return lookAt(input, now), nil })
	}
	s.lookQ.Discard()
	return s.show(lookAt(input, now))
}

// show makes l the token that is looked at, and remembers it.
func (s *screen) show(l *looked) tea.Cmd {
	s.outer = nil
	s.remembered(l)
	return s.showOne(l)
}

// showOne is show for a token that need not be remembered. What asks nobody is
// done at once: the chosen keys are tried, and the well-known secrets.
func (s *screen) showOne(l *looked) tea.Cmd {
	s.look = l
	s.settle()
	s.stopAsking()
	var cmds []tea.Cmd
	if jwa.FamilyOf(l.token.Algorithm) == jwa.FamilyHMAC && l.known == nil {
		cmds = append(cmds, shell.Background(s.sh, s, &s.knownQ, func(context.Context) (judged, error) {
			return judged{of: l, checked: &checked{notes: append([]note{}, cleanFindings(lint.Secret(l.token))...)}}, nil
		}))
	}
	switch {
	case s.sealed() && !l.isOpen():
		cmds = append(cmds, s.openUp(false))
	case s.sealed():
	case s.with.kind != withServer:
		cmds = append(cmds, s.check())
	}
	return tea.Batch(cmds...)
}

// decodeTyped takes apart what is typed, at every key.
func (s *screen) decodeTyped() {
	s.outer, s.look = nil, nil
	s.stopAsking()
	s.lookQ.Discard()
	if strings.TrimSpace(s.input.Value()) != "" {
		s.look = lookAt(s.input.Value(), s.sh.Now())
		s.settle()
	}
}

// settle brings the panes to a token that is new: to its claims, or to what is
// known of what has none.
func (s *screen) settle() {
	s.spots = [paneCount]scroll{}
	s.focus = paneClaims
	if len(s.look.claims) == 0 {
		s.focus = paneVerdict
	}
	if len(s.look.token.Signatures)+len(s.look.token.Recipients) > 0 {
		return // in JSON form: nobody but the workbench takes it, one signature at a time
	}
	for i, m := range s.look.claims { // so that enter asks, and does not go into what stands first
		if m.inner == nil && !m.ours {
			s.spots[paneClaims].cursor = i
			break
		}
	}
}

// enterInner goes into the token that the chosen row stands for.
func (s *screen) enterInner() tea.Cmd {
	m := s.chosen()
	if m == nil || m.inner == nil {
		return nil
	}
	outer := s.look
	cmd := s.showOne(lookWithin(m.inner, s.sh.Now()))
	s.outer = append(s.outer, outer)
	return cmd
}

// leaveInner goes back to the token around this one.
func (s *screen) leaveInner() tea.Cmd {
	last := len(s.outer) - 1
	l := s.outer[last]
	s.outer = s.outer[:last]
	return s.showOne(l)
}

// start of typing.
func (s *screen) startTyping() tea.Cmd {
	s.typing = true
	return nil
}

// endTyping leaves the input; what was typed is a token that was looked at.
func (s *screen) endTyping() tea.Cmd {
	if !s.typing {
		return nil
	}
	s.typing = false
	if s.look == nil {
		return nil
	}
	return s.show(s.look)
}

func (s *screen) clear() tea.Cmd {
	s.input.Set("")
	s.look, s.outer = nil, nil
	s.lookQ.Discard()
	return nil
}

// putAway empties the workbench for something that has nothing to do with the
// token on it, which the history keeps. An edit is not lost for that.
func (s *screen) putAway() {
	if s.bench != nil {
		return
	}
	if s.typing && s.look != nil {
		s.remembered(s.look)
	}
	s.typing = false
	s.stopAsking()
	s.clear()
}

// stopAsking takes no answer any more to what was asked of another token.
func (s *screen) stopAsking() {
	s.askQ.Discard()
	s.checkQ.Discard()
	s.openQ.Discard()
}
