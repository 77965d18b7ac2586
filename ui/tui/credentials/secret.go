package credentials

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"keydeck/model"
	"keydeck/ui/text"
	"keydeck/ui/tui/shell"
	"keydeck/ui/tui/wallet"
	"keydeck/ui/tui/widget"
)

// secretView shows the secret of a credential that was issued in this session.
// The server shows it only once; the wallet keeps it until the dashboard quits.
// The secret is masked until asked for, and can be copied unseen. Leaving a new
// one warns once if a secret part of it was never copied.
type secretView struct {
	sh *shell.Shell
	wallet.Key
	parts    []wallet.Part
	selected int // index in parts
	shown    bool
	copied   map[string]bool // parts, by label
	warned   bool
	held     bool // shown again, from the wallet
}

func newSecret(sh *shell.Shell, k wallet.Key) *secretView {
	return &secretView{sh: sh, Key: k, parts: k.Parts(), copied: map[string]bool{}}
}

func (s *secretView) Title() string {
	if s.held {
		return "Held " + s.Kind.Name() + ": " + s.Name
	}
	return "New " + s.Kind.Name() + ": " + s.Name
}

func (s *secretView) Width(r shell.Rect) int { return min(r.W, 72) }

func (s *secretView) Update(msg tea.Msg) tea.Cmd {
	if k, ok := msg.(tea.KeyPressMsg); ok {
		switch k.String() {
		case "up", "k":
			s.selected = max(0, s.selected-1)
		case "down", "j", "tab":
			s.selected = min(len(s.parts)-1, s.selected+1)
		}
	}
	return nil
}

func (s *secretView) Commands() []shell.Command {
	show := "show"
	if s.shown {
		show = "hide"
	}
	leave, short := "done", "done"
	if s.warned {
		leave, short = "leave it uncopied", "leave"
	}
	part := s.parts[s.selected].Label
	cmds := []shell.Command{
		{ID: "secret.copy", Title: "copy the " + part, Short: "copy " + part, Key: shell.Keys("y"), Run: s.copyPart},
		{ID: "secret.show", Title: show + " it", Short: show, Key: shell.Keys("v"), Run: shell.Do(func() { s.shown = !s.shown })},
		{ID: "secret.try", Title: "copy a command that tries it", Short: "copy " + s.tryFormat(), Key: shell.Keys("c"), Run: func() tea.Cmd { return s.copyTry(s.sh.FirstCall(s.Kind)) }},
	}
	if _, ok := s.sh.FirstCall(s.Kind); ok {
		cmds = append(cmds, shell.Command{ID: "secret.call", Title: "make a call with it and show the request", Short: "try it", Key: shell.Keys("t"), Run: s.try})
	}
	if call, ok := s.sh.TokenCall(s.Kind); ok {
		cmds = append(cmds, shell.Command{ID: "secret.token", Title: "copy a command that gets a service token with it", Key: shell.Keys("a"), Short: "curl for a token",
			Run: func() tea.Cmd { return s.copyTry(call, true) }})
	}
	if len(s.parts) > 1 {
		cmds = append(cmds, shell.Command{ID: "secret.next", Title: "choose a part", Short: "other", Key: shell.Keys("tab")})
	}
	return append(cmds, shell.Command{ID: "secret.done", Title: leave, Short: short, Key: shell.Keys("esc", "q"), Run: shell.Do(s.leave)})
}

func (s *secretView) tryFormat() string {
	if s.Kind.Spec().Carried == model.KindClientJWT {
		return "as Python"
	}
	return "as curl"
}

func (s *secretView) copyPart() tea.Cmd {
	part := s.parts[s.selected]
	return s.markCopied(s.sh.Copy("the "+part.Label, part.Value), part)
}

// copyTry copies a command that makes a call with the credential, with every part in it.
func (s *secretView) copyTry(call wallet.Access, _ bool) tea.Cmd {
	line := wallet.TryCommand(s.Key, call, s.sh.URL(), s.sh.Service())
	return s.markCopied(s.sh.Copy("the command", line), s.parts...)
}

// markCopied notes which parts were copied, if they were.
func (s *secretView) markCopied(sent tea.Cmd, parts ...wallet.Part) tea.Cmd {
	if sent == nil {
		return nil
	}
	s.warned = false
	for _, p := range parts {
		s.copied[p.Label] = true
	}
	return sent
}

// uncopied are the labels of the secret parts that were never copied.
func (s *secretView) uncopied() (labels []string) {
	for _, p := range s.parts {
		if p.Secret() && !s.copied[p.Label] {
			labels = append(labels, p.Label)
		}
	}
	return labels
}

// try makes a call with the key. The wallet keeps it, so nothing is lost.
func (s *secretView) try() tea.Cmd {
	s.sh.Close()
	return s.sh.Try(s.Key)
}

// leave closes it, after a warning about parts that were never copied.
func (s *secretView) leave() {
	if len(s.uncopied()) > 0 && !s.warned && !s.held {
		s.warned = true
		return
	}
	s.sh.Close()
}

func (s *secretView) labelWidth() (label int) {
	for _, p := range s.parts {
		label = max(label, len(p.Label))
	}
	return label
}

func (s *secretView) View(r shell.Rect) string {
	st, label := s.sh.Theme(), s.labelWidth()
	lines := append(s.statusLines(r.W), "")
	for i, value := range s.values(r.W, r.H-len(lines)) {
		mark, name := "  ", s.parts[i].Label
		if i == s.selected && len(s.parts) > 1 {
			mark = st.Accent.Render("▌ ")
		}
		for _, l := range value {
			lines = append(lines, mark+st.Muted.Render(widget.Left(name, label))+"  "+st.Bold.Render(l))
			mark, name = "  ", ""
		}
	}
	return strings.Join(append(lines, s.tryLines(r.W, r.H-len(lines))...), "\n")
}

// values are the lines of each part in w cells. Where they need more than h
// lines, only the selected part is shown whole, as far as there is room.
func (s *secretView) values(w, h int) [][]string {
	w -= s.labelWidth() + 4
	values, total := make([][]string, len(s.parts)), 0
	for i, p := range s.parts {
		values[i] = s.valueLines(p, w)
		total += len(values[i])
	}
	if total <= h {
		return values
	}
	room := h - (len(s.parts) - 1)
	for i, p := range s.parts {
		if i != s.selected {
			values[i] = []string{s.masked(p, w)}
		} else if n := max(0, room-1); len(values[i]) > room {
			values[i] = append(values[i][:n:n], "… no room for all of it")
		}
	}
	return values
}

// tryLines show the command that tries it, in at most h lines.
func (s *secretView) tryLines(w, h int) []string {
	first, _ := s.sh.FirstCall(s.Kind)
	shown := wallet.TryPreview(s.Key, first, s.sh.URL(), s.sh.Service(), w)
	if len(shown) > h {
		return nil // c copies it all the same
	}
	out := make([]string, 0, len(shown)+1)
	if len(shown) < h {
		out = append(out, "")
	}
	for _, l := range shown {
		out = append(out, s.sh.Theme().Muted.Render(l))
	}
	return out
}

// statusLines say what was copied and what was not.
func (s *secretView) statusLines(w int) []string {
	st := s.sh.Theme()
	missing := strings.Join(s.uncopied(), " and ")
	const held = "K in the credentials shows it until you quit."
	style, msg := st.Text, "The server shows it only now; "+held+" Copying does not show it."
	switch {
	case s.warned:
		style, msg = st.Warn, "Never copied: the "+missing+". esc leaves; "+held
	case s.sh.Toast().Text != "" && len(s.copied) > 0 && s.sh.Toast().Level == shell.Success:
		style, msg = st.OK, "✓ "+s.sh.Toast().Text
	case missing == "":
		style, msg = st.Muted, "Copied. The server never shows it again; "+held
	case s.held:
		msg = "It is held until you quit. Copying does not show it."
	case len(s.copied) > 0:
		msg = "Not copied yet: the " + missing + ". The server shows it only now; " + held
	}
	lines := widget.Wrap(msg, w)
	for i, l := range lines {
		lines[i] = style.Render(l)
	}
	return lines
}

// valueLines is a part as it is shown: masked, or whole on as many lines as it
// takes. A kid is not secret.
func (s *secretView) valueLines(p wallet.Part, w int) []string {
	v := text.Visible(p.Value)
	switch {
	case !p.Secret():
		return []string{v}
	case s.shown && !s.sh.Prefs().Private:
		return widget.Wrap(v, w)
	}
	return []string{s.masked(p, w)}
}

// masked hides a secret but for the prefix of a static key.
func (s *secretView) masked(p wallet.Part, w int) string {
	v := text.Visible(p.Value)
	head := model.StaticKind(v).Spec().Prefix
	return head + strings.Repeat("•", max(0, min(w, len(v))-len(head)))
}

// Click selects the part under the pointer.
func (s *secretView) Click(room shell.Rect, _, y int) (enter bool) {
	at := len(s.statusLines(room.W)) + 1
	for i, lines := range s.values(room.W, room.H-at) {
		if y >= at && y < at+len(lines) {
			s.selected = i
		}
		at += len(lines)
	}
	return false
}

// ShowsToast keeps the toast about a copy in the box.
func (s *secretView) ShowsToast() bool { return true }
