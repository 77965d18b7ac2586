package tui

import (
	"context"
	"fmt"
	"strings"

	tea "charm.land/bubbletea/v2"

	"keydeck/model"
	"keydeck/model/inspect/jwa"
	"keydeck/model/inspect/lint"
	"keydeck/ui/text"
	"keydeck/ui/tui/widget"
)

// tokenScreen is the workbench for tokens: it takes one apart, says what is to be
// said of it, verifies, edits, signs and traces it.
//
// A paste is taken apart here at once and sent nowhere: the token may be meant for
// another server. Enter asks this one. Tokens and keys are kept in memory only,
// and the screen with all of them goes at the sign-out.
type tokenScreen struct {
	*desk
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
	spots  [paneCount]place
	laid   [paneCount]laid

	lookQ  question[*looked]
	knownQ question[judged]
	askQ   question[judged]
	checkQ question[judged]
	openQ  question[opening]
}

func newTokenScreen(d *desk) Screen {
	return &tokenScreen{desk: d, focus: paneClaims, input: widget.NewInput("", "a token, a key, or a whole Authorization header", maxTyped)}
}

func (s *tokenScreen) Title() string { return "Token" }
func (s *tokenScreen) Init() tea.Cmd { return nil }
func (s *tokenScreen) Typing() bool  { return s.typing || s.bench != nil }
func (s *tokenScreen) empty() bool   { return s.look == nil }

// Enter takes a token apart, or traces a request.
func (s *tokenScreen) Enter(arg any) tea.Cmd {
	switch arg := arg.(type) {
	case pasted:
		return s.takeApart(string(arg))
	case whyRefused:
		s.putAway()
		return s.traceRecord(string(arg))
	}
	return nil
}

func (s *tokenScreen) Update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case secondMsg:
		return s.recheck()
	case tea.PasteMsg:
		if s.bench != nil {
			return s.bench.Update(msg)
		}
		return s.paste(msg)
	case tea.KeyPressMsg:
		return s.keyed(msg)
	case done[*looked]:
		if s.lookQ.ended(msg) {
			return s.show(msg.value)
		}
	case done[judged]:
		if s.checkQ.ended(msg) {
			s.take(msg.value, msg.err)
		} else if s.knownQ.ended(msg) && msg.value.checked != nil {
			msg.value.of.known = msg.value.checked.notes
		}
	case done[opening]:
		if s.openQ.ended(msg) {
			s.wasOpened(msg.value)
		}
	case answer[judged]:
		if s.askQ.take(msg) {
			s.take(msg.value, msg.err)
		}
	case done[signedAnew], answer[model.SignedToken]:
		if s.bench != nil {
			return s.bench.Update(msg)
		}
	}
	return nil
}

func (s *tokenScreen) keyed(msg tea.KeyPressMsg) tea.Cmd {
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
func (s *tokenScreen) paste(msg tea.PasteMsg) tea.Cmd {
	if s.typing && s.input.Value() != "" && len(s.input.Value())+len(msg.Content) <= maxTyped {
		if s.input.Update(msg) {
			s.decodeTyped()
		}
		return nil
	}
	return s.takeApart(msg.Content)
}

// takeApart shows another token. A big one is taken apart off the Update loop.
func (s *tokenScreen) takeApart(input string) tea.Cmd {
	s.typing, s.bench = false, nil
	s.input.Set("")
	if len(input) <= maxTyped {
		s.input.Set(strings.TrimSpace(input))
	}
	now := s.at
	switch {
	case strings.TrimSpace(input) == "":
		s.say(warned, "what was pasted is empty")
		return nil
	case len(input) > maxToken:
		s.say(failed, fmt.Sprintf("that is no token: %s bytes", text.Count(int64(len(input)))))
		return nil
	case len(input) > bigToken:
		return work(s.desk, s, &s.lookQ, func(context.Context) (*looked, error) { return lookAt(input, now), nil })
	}
	s.lookQ.forget()
	return s.show(lookAt(input, now))
}

// show makes l the token that is looked at, and remembers it.
func (s *tokenScreen) show(l *looked) tea.Cmd {
	s.outer = nil
	s.remembered(l)
	return s.showOne(l)
}

// showOne is show for a token that need not be remembered. What asks nobody is
// done at once: the chosen keys are tried, and the well-known secrets.
func (s *tokenScreen) showOne(l *looked) tea.Cmd {
	s.look = l
	s.settle()
	s.stopAsking()
	var cmds []tea.Cmd
	if jwa.FamilyOf(l.token.Algorithm) == jwa.FamilyHMAC && l.known == nil {
		cmds = append(cmds, work(s.desk, s, &s.knownQ, func(context.Context) (judged, error) {
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
func (s *tokenScreen) decodeTyped() {
	s.outer, s.look = nil, nil
	s.stopAsking()
	s.lookQ.forget()
	if strings.TrimSpace(s.input.Value()) != "" {
		s.look = lookAt(s.input.Value(), s.at)
		s.settle()
	}
}

// settle brings the panes to a token that is new: to its claims, or to what is
// known of what has none.
func (s *tokenScreen) settle() {
	s.spots = [paneCount]place{}
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
func (s *tokenScreen) enterInner() tea.Cmd {
	m := s.chosen()
	if m == nil || m.inner == nil {
		return nil
	}
	outer := s.look
	cmd := s.showOne(lookWithin(m.inner, s.at))
	s.outer = append(s.outer, outer)
	return cmd
}

// leaveInner goes back to the token around this one.
func (s *tokenScreen) leaveInner() tea.Cmd {
	last := len(s.outer) - 1
	l := s.outer[last]
	s.outer = s.outer[:last]
	return s.showOne(l)
}

// start of typing.
func (s *tokenScreen) startTyping() tea.Cmd {
	s.typing = true
	return nil
}

// endTyping leaves the input; what was typed is a token that was looked at.
func (s *tokenScreen) endTyping() tea.Cmd {
	if !s.typing {
		return nil
	}
	s.typing = false
	if s.look == nil {
		return nil
	}
	return s.show(s.look)
}

func (s *tokenScreen) clear() tea.Cmd {
	s.input.Set("")
	s.look, s.outer = nil, nil
	s.lookQ.forget()
	return nil
}

// putAway empties the workbench for something that has nothing to do with the
// token on it, which the history keeps. An edit is not lost for that.
func (s *tokenScreen) putAway() {
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
func (s *tokenScreen) stopAsking() {
	s.askQ.forget()
	s.checkQ.forget()
	s.openQ.forget()
}
