package tui

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"keydeck/model"
	"keydeck/ui/tui/text"
	"keydeck/ui/tui/widget"
)

// secretOnce shows a new credential's secret, the only time it can be seen. It
// is masked until asked for, and copied without being shown. Leaving asks once
// when nothing was copied.
type secretOnce struct {
	*desk
	issued
	project model.Project
	pick    int // in parts
	shown   bool
	copied  bool
	warned  bool // asked already
}

func newSecretOnce(d *desk, in issued) *secretOnce {
	d.hold(in, *d.project)
	return &secretOnce{desk: d, issued: in, project: *d.project}
}

func (s *secretOnce) Title() string {
	return "New " + text.Kind(s.kind) + ": " + s.name
}

func (s *secretOnce) width(r Rect) int { return min(r.W, 72) }

func (s *secretOnce) Update(msg tea.Msg) tea.Cmd {
	if k, ok := msg.(tea.KeyPressMsg); ok {
		switch k.String() {
		case "up", "k":
			s.pick = max(0, s.pick-1)
		case "down", "j", "tab":
			s.pick = min(len(s.parts)-1, s.pick+1)
		}
	}
	return nil
}

func (s *secretOnce) Commands() []Command {
	show := "show"
	if s.shown {
		show = "hide"
	}
	leave := "done"
	if s.warned {
		leave = "leave it uncopied"
	}
	part := s.parts[s.pick].label
	cmds := []Command{
		{ID: "secret.copy", Title: "copy the " + part, Short: "copy " + part, Key: on("y"), Run: s.copyPart},
		{ID: "secret.show", Title: show + " it", Short: show, Key: on("v"), Run: func() tea.Cmd { s.shown = !s.shown; return nil }},
		{ID: "secret.try", Title: "copy a line that tries it", Short: "copy " + s.tryWord(), Key: on("c"), Run: s.copyTry},
	}
	if s.kind == model.KindAPIKey {
		cmds = append(cmds, Command{ID: "secret.call", Title: "make a call with it and look at its record", Short: "try it", Key: on("t"), Run: s.callIt})
	}
	if len(s.parts) > 1 {
		cmds = append(cmds, Command{ID: "secret.next", Title: "choose a part", Short: "other", Key: on("tab")})
	}
	return append(cmds, Command{ID: "secret.done", Title: leave, Short: leave, Key: on("esc", "q"), Run: s.leave})
}

func (s *secretOnce) tryWord() string {
	if s.kind == model.KindJWTSecret {
		return "as Python"
	}
	return "as curl"
}

func (s *secretOnce) copyPart() tea.Cmd {
	part := s.parts[s.pick]
	s.copied, s.warned = true, false
	return s.copyOut("the "+part.label, part.value)
}

func (s *secretOnce) copyTry() tea.Cmd {
	s.copied, s.warned = true, false
	return s.copyOut("the line", tryLine(s.issued, s.project, s.url(), orElse(s.status.Service, "keydeck")))
}

// callIt leaves with a first call, which asks once like leaving does.
func (s *secretOnce) callIt() tea.Cmd {
	if !s.copied && !s.warned {
		s.warned = true
		return nil
	}
	s.close()
	return s.try(s.held[0])
}

func (s *secretOnce) leave() tea.Cmd {
	if !s.copied && !s.warned {
		s.warned = true
		return nil
	}
	s.close()
	return nil
}

func (s *secretOnce) View(r Rect) string {
	st := s.th
	label := 0
	for _, p := range s.parts {
		label = max(label, len(p.label))
	}
	var lines []string
	switch {
	case s.warned:
		lines = append(lines, st.Warn.Render("Never copied, and never to be seen again: esc leaves."))
	case s.toast.text != "" && s.copied:
		lines = append(lines, st.OK.Render("✓ "+s.toast.text))
	case s.copied:
		lines = append(lines, st.Muted.Render("Copied. This is the only time it can be seen."))
	default:
		lines = append(lines, st.Text.Render("This is the only time it can be seen. Copying does not show it."))
	}
	lines = append(lines, "")
	for i, p := range s.parts {
		mark := "  "
		if i == s.pick && len(s.parts) > 1 {
			mark = st.Accent.Render("▌ ")
		}
		for j, l := range s.valueLines(p, r.W-label-4) {
			name := ""
			if j == 0 {
				name = p.label
			} else {
				mark = "  "
			}
			lines = append(lines, mark+st.Muted.Render(widget.Left(name, label))+"  "+st.Bold.Render(l))
		}
	}
	lines = append(lines, "")
	for l := range strings.SplitSeq(tryShown(s.issued, s.project, s.url(), orElse(s.status.Service, "keydeck")), "\n") {
		lines = append(lines, st.Muted.Render(widget.Clip(l, r.W)))
	}
	return strings.Join(lines, "\n")
}

// valueLines is a secret as it is shown: masked, or whole over as many lines as
// it takes. A kid is no secret.
func (s *secretOnce) valueLines(p secretPart, w int) []string {
	v := text.Visible(p.value)
	switch {
	case p.label == "kid":
		return []string{v}
	case s.shown && !s.stored.Private:
		return widget.Wrap(v, w)
	}
	masked := ""
	if strings.HasPrefix(v, model.APIKeyPrefix) {
		masked = model.APIKeyPrefix
	}
	return []string{masked + strings.Repeat("•", max(0, min(w, len(v))-len(masked)))}
}
