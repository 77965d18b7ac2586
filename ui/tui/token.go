package tui

import (
	"context"
	"strings"

	tea "charm.land/bubbletea/v2"

	"keydeck/model"
	"keydeck/model/inspect"
	"keydeck/ui/tui/text"
	"keydeck/ui/tui/widget"
)

// tokenScreen says what is in a token, by itself, and what the server thinks of
// it, when it is asked. A paste is decoded here at once and sent nowhere: the
// token may be meant for another server. Enter asks this one.
type tokenScreen struct {
	*desk
	input  *widget.Input
	typing bool

	token   inspect.Token
	header  []member
	claims  []member
	verdict *model.Inspection // nil until the server has answered
	problem string            // why it could not
	offset  int               // of the scrolled text

	askQ question[model.Inspection]
}

func newTokenScreen(d *desk) Screen {
	// Decoding says what is wrong with a longer one; the server would not take it.
	return &tokenScreen{desk: d, input: widget.NewInput("", "a token, a key, or a whole Authorization header", 2*model.MaxTokenBytes)}
}

func (s *tokenScreen) Title() string { return "Token" }
func (s *tokenScreen) Init() tea.Cmd { return nil }
func (s *tokenScreen) Typing() bool  { return s.typing }
func (s *tokenScreen) empty() bool   { return s.token.Raw == "" }

// pasted enters the screen with a token, as if it had been pasted.
type pasted string

// Enter takes a token apart.
func (s *tokenScreen) Enter(arg any) tea.Cmd {
	if token, ok := arg.(pasted); ok {
		s.typing = false
		s.input.Set(string(token))
		s.decode()
	}
	return nil
}

func (s *tokenScreen) Update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case tea.PasteMsg:
		if !s.typing {
			s.input.Set("")
		}
		s.input.Update(msg)
		s.decode()
	case tea.KeyPressMsg:
		if s.typing {
			if s.input.Update(msg) {
				s.decode()
			}
			return nil
		}
		s.scroll(msg.Keystroke())
	case answer[model.Inspection]:
		if s.askQ.take(msg) {
			s.judged(msg.value, msg.err)
		}
	}
	return nil
}

// decode takes the input apart, here, and forgets what the server said of
// another.
func (s *tokenScreen) decode() {
	s.token = inspect.Decode(s.input.Value())
	s.header, s.claims = cleanMembers(s.token.Header), cleanMembers(s.token.Claims)
	s.verdict, s.problem, s.offset = nil, "", 0
	s.askQ = question[model.Inspection]{n: s.askQ.n + 1}
}

func (s *tokenScreen) askServer() tea.Cmd {
	s.typing = false
	if s.empty() {
		return nil
	}
	in := model.InspectRequest{Token: s.token.Raw}
	if s.token.Kind == inspect.KindAPIKeyHeader {
		in = model.InspectRequest{Authorization: withScheme(s.token.Raw)}
	}
	s.problem = ""
	return ask(s.desk, s, &s.askQ, func(ctx context.Context) (model.Inspection, error) {
		got, err := s.client.Inspect(ctx, in)
		return cleanInspection(got), err
	})
}

// withScheme is a whole header value; the scheme may have been left out when it
// was pasted.
func withScheme(raw string) string {
	if strings.HasPrefix(raw, "ApiKey ") {
		return raw
	}
	return "ApiKey " + raw
}

func (s *tokenScreen) judged(got model.Inspection, err error) {
	if err != nil {
		s.problem = words(err)
		return
	}
	s.verdict = &got
}

func (s *tokenScreen) scroll(key string) {
	page := max(1, s.body.H-4)
	switch key {
	case "up", "k":
		s.offset--
	case "down", "j":
		s.offset++
	case "pgup", "ctrl+b", "ctrl+u":
		s.offset -= page
	case "pgdown", "ctrl+f", "ctrl+d":
		s.offset += page
	case "home":
		s.offset = 0
	case "end", "G":
		s.offset = 1 << 20
	}
	s.offset = max(0, min(s.offset, s.lastOffset(s.body)))
}

func (s *tokenScreen) edit() tea.Cmd { s.typing = true; return nil }

func (s *tokenScreen) stopEditing() tea.Cmd { s.typing = false; return nil }

func (s *tokenScreen) clear() tea.Cmd {
	s.input.Set("")
	s.decode()
	s.token = inspect.Token{}
	return nil
}

func (s *tokenScreen) copyClaims() tea.Cmd { return s.copyOut("the claims", s.token.Claims.Text) }

func (s *tokenScreen) Commands() []Command {
	if s.typing {
		return []Command{
			{ID: "token.ask", Title: "ask the server about it", Short: "ask the server", Key: on("enter"), Run: s.askServer},
			{ID: "token.done", Title: "stop typing", Short: "done", Key: on("esc"), Run: s.stopEditing},
		}
	}
	none, claims := "", ""
	if s.empty() {
		none = "there is no token yet"
	}
	if s.token.Claims.Text == "" {
		claims = "there are no claims"
	}
	return []Command{
		{ID: "token.ask", Title: "ask the server about it", Short: "ask the server", Key: on("enter"), Disabled: none, Run: s.askServer},
		{ID: "token.edit", Title: "type or edit", Short: "edit", Key: on("e", "i"), Run: s.edit},
		{ID: "token.copy", Title: "copy the claims as JSON", Short: "copy claims", Key: on("y"), Disabled: claims, Run: s.copyClaims},
		{ID: "token.clear", Title: "clear", Short: "clear", Key: on("x"), Disabled: none, Run: s.clear},
		{ID: "move.scroll", Title: "scroll", Key: on("up", "down", "k", "j", "pgup", "pgdown", "home", "end", "G")},
	}
}

// shownInput is the token on one line; an API key is masked.
func (s *tokenScreen) shownInput(w int) string {
	if s.token.APIKey != nil {
		return text.Visible(s.token.APIKey.Masked)
	}
	return widget.ClipMiddle(text.Visible(s.token.Raw), w)
}
