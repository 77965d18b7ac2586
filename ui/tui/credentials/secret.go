package credentials

import (
	"cmp"
	"strings"

	tea "charm.land/bubbletea/v2"

	"keydeck/model"
	"keydeck/ui/text"
	"keydeck/ui/tui/shell"
	"keydeck/ui/tui/wallet"
	"keydeck/ui/tui/widget"
)

// secretOnce shows a new credential's secret. The server never shows it again;
// the dashboard holds it until it ends, and shows it again when asked. It is
// masked until asked for, and copied without being shown. Leaving it when it is
// new asks once while a part of it that is secret was never copied.
type secretView struct {
	sh *shell.Shell
	wallet.Issued
	account  string // of its project
	selected int    // in parts
	shown    bool
	copied   map[string]bool // parts, by their labels
	warned   bool            // asked already
	held     bool            // it is shown again
}

func newSecret(sh *shell.Shell, in wallet.Issued) *secretView {
	sh.Wallet().Add(in, *sh.Project())
	return &secretView{sh: sh, Issued: in, account: sh.Project().AccountID, copied: map[string]bool{}}
}

// newSecretAgain shows a secret that is held still.
func heldSecret(sh *shell.Shell, k wallet.Key) *secretView {
	in := wallet.Issued{Credential: wallet.Credential{ID: k.ID, Name: k.Name, Kind: k.Kind}, Parts: k.Parts()}
	return &secretView{sh: sh, Issued: in, account: k.Account, copied: map[string]bool{}, held: true}
}

func (s *secretView) Title() string {
	if s.held {
		return "Held " + text.Kind(s.Kind) + ": " + s.Name
	}
	return "New " + text.Kind(s.Kind) + ": " + s.Name
}

func (s *secretView) Width(r shell.Rect) int { return min(r.W, 72) }

func (s *secretView) Update(msg tea.Msg) tea.Cmd {
	if k, ok := msg.(tea.KeyPressMsg); ok {
		switch k.String() {
		case "up", "k":
			s.selected = max(0, s.selected-1)
		case "down", "j", "tab":
			s.selected = min(len(s.Parts)-1, s.selected+1)
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
	part := s.Parts[s.selected].Label
	cmds := []shell.Command{
		{ID: "secret.copy", Title: "copy the " + part, Short: "copy " + part, Key: shell.Keys("y"), Run: s.copyPart},
		{ID: "secret.show", Title: show + " it", Short: show, Key: shell.Keys("v"), Run: func() tea.Cmd { s.shown = !s.shown; return nil }},
		{ID: "secret.try", Title: "copy a line that tries it", Short: "copy " + s.tryFormat(), Key: shell.Keys("c"), Run: s.copyTry},
	}
	if s.Kind == model.KindAPIKey {
		cmds = append(cmds, shell.Command{ID: "secret.call", Title: "make a call with it and look at its record", Short: "try it", Key: shell.Keys("t"), Run: s.try})
	}
	if len(s.Parts) > 1 {
		cmds = append(cmds, shell.Command{ID: "secret.next", Title: "choose a part", Short: "other", Key: shell.Keys("tab")})
	}
	return append(cmds, shell.Command{ID: "secret.done", Title: leave, Short: short, Key: shell.Keys("esc", "q"), Run: s.leave})
}

func (s *secretView) tryFormat() string {
	if s.Kind == model.KindJWTSecret {
		return "as Python"
	}
	return "as curl"
}

func (s *secretView) copyPart() tea.Cmd {
	part := s.Parts[s.selected]
	return s.markCopied(s.sh.Copy("the "+part.Label, part.Value), part)
}

// copyTry copies a line with every part in it.
func (s *secretView) copyTry() tea.Cmd {
	line := wallet.TryCommand(s.Issued, s.account, s.sh.URL(), cmp.Or(s.sh.Status().Service, "keydeck"))
	return s.markCopied(s.sh.Copy("the line", line), s.Parts...)
}

// tookOut notes which parts a copy holds, if it was made.
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
	for _, p := range s.Parts {
		if p.Secret() && !s.copied[p.Label] {
			labels = append(labels, p.Label)
		}
	}
	return labels
}

// risked asks once whether to leave what would be lost.
func (s *secretView) warn() bool {
	if len(s.uncopied()) == 0 || s.warned || s.held {
		return false
	}
	s.warned = true
	return true
}

// callIt leaves with a call. It does not ask: nothing is lost, the key is held.
func (s *secretView) try() tea.Cmd {
	k, ok := s.sh.Wallet().Key(s.ID)
	if !ok {
		return nil
	}
	s.sh.Close()
	return s.sh.Try(k)
}

func (s *secretView) leave() tea.Cmd {
	if s.warn() {
		return nil
	}
	s.sh.Close()
	return nil
}

func (s *secretView) labelWidth() (label int) {
	for _, p := range s.Parts {
		label = max(label, len(p.Label))
	}
	return label
}

func (s *secretView) View(r shell.Rect) string {
	st := s.sh.Theme()
	label := s.labelWidth()
	lines := append(s.statusLines(r.W), "")
	room := r.H - len(lines) - (len(s.Parts) - 1) // for the chosen part, where the others have a line each
	whole := 0
	for _, p := range s.Parts {
		whole += len(s.valueLines(p, r.W-label-4))
	}
	for i, p := range s.Parts {
		mark := "  "
		if i == s.selected && len(s.Parts) > 1 {
			mark = st.Accent.Render("▌ ")
		}
		value := s.valueLines(p, r.W-label-4)
		switch {
		case whole <= r.H-len(s.statusLines(r.W))-1:
		case i != s.selected:
			value = []string{s.masked(p, r.W-label-4)}
		case len(value) > room:
			value = append(value[:max(0, room-1):max(0, room-1)], "… no room for all of it")
		}
		for j, l := range value {
			name := ""
			if j == 0 {
				name = p.Label
			} else {
				mark = "  "
			}
			lines = append(lines, mark+st.Muted.Render(widget.Left(name, label))+"  "+st.Bold.Render(l))
		}
	}
	return strings.Join(append(lines, s.tryLines(r.W, r.H-len(lines))...), "\n")
}

// tryLines show the line that tries it in at most h lines.
func (s *secretView) tryLines(w, h int) []string {
	shown := wallet.TryPreview(s.Issued, s.account, s.sh.URL(), cmp.Or(s.sh.Status().Service, "keydeck"), w)
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

// standing says what was copied, and what was not yet.
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

// valueLines is a secret as it is shown: masked, or whole over as many lines as
// it takes. A kid is no secret.
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

// masked shows that a secret is there, and of what kind.
func (s *secretView) masked(p wallet.Part, w int) string {
	v, head := text.Visible(p.Value), ""
	if strings.HasPrefix(v, model.APIKeyPrefix) {
		head = model.APIKeyPrefix
	}
	return head + strings.Repeat("•", max(0, min(w, len(v))-len(head)))
}

// Press chooses a part of the secret.
func (s *secretView) Press(room shell.Rect, _, y int) tea.Cmd {
	at := len(s.statusLines(room.W)) + 1
	for i, p := range s.Parts {
		n := len(s.valueLines(p, room.W-s.labelWidth()-4))
		if y >= at && y < at+n {
			s.selected = i
		}
		at += n
	}
	return nil
}

// ShowsToast: in the box, beside the secret that it is about.
func (s *secretView) ShowsToast() bool { return true }
