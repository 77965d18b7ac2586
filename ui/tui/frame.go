package tui

import (
	"fmt"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"
	"charm.land/lipgloss/v2"
	"github.com/charmbracelet/x/ansi"

	"keydeck/ui/tui/shell"
	"keydeck/ui/tui/widget"
)

// The frame around a screen: breadcrumb and server, tabs, a rule; the help line
// below.
const (
	HeadRows = 3
	footRows = 1
	minW     = 60
	minH     = 18
)

func bodyOf(size shell.Rect) shell.Rect {
	return shell.Rect{W: size.W, H: max(0, size.H-HeadRows-footRows)}
}

// View draws everything. Only the root returns a tea.View.
func (r *Root) View() tea.View {
	frame := r.draw()
	if r.state.Prefs.Private {
		frame = mask(frame)
	}
	v := tea.NewView(frame)
	v.AltScreen = true
	if r.state.Prefs.Mouse {
		v.MouseMode = tea.MouseModeCellMotion
	}
	v.WindowTitle = "Keydeck"
	if r.state.Project != nil {
		v.WindowTitle += " - " + r.state.Project.Name
	}
	return v
}

func (r *Root) draw() string {
	w, h := r.state.Size.W, r.state.Size.H
	switch {
	case r.quiet || w == 0 || h == 0:
		return ""
	case r.cramped():
		return r.tooSmall(w, h)
	}
	foot := r.footer(w)
	frame := strings.Join([]string{
		r.header(w),
		r.tabLine(w),
		widget.Rule(r.state.Theme, "", w),
		widget.Fit(r.Page().View(r.state.Body), r.state.Body.W, r.state.Body.H-(lipgloss.Height(foot)-footRows)),
		foot,
	}, "\n")
	if len(r.state.Overlays) == 0 {
		return frame
	}
	canvas := lipgloss.NewCanvas(w, h)
	layers := []*lipgloss.Layer{lipgloss.NewLayer(r.backdrop(frame)).Z(0)}
	for i, o := range r.state.Overlays {
		box := r.OverlayBox(o.Overlay)
		if box.x < minBeside {
			layers = append(layers, lipgloss.NewLayer(widget.Fit("", w, box.h)).Y(box.y).Z(i+1))
		}
		layers = append(layers, lipgloss.NewLayer(box.view).X(box.x).Y(box.y).Z(i+1))
	}
	return strings.ReplaceAll(canvas.Compose(lipgloss.NewCompositor(layers...)).Render(), "\r\n", "\n")
}

// minBeside is how many cells are worth showing beside an overlay: fewer are stray
// letters, and are cleared.
const minBeside = 8

// backdrop dims the frame under an overlay.
func (r *Root) backdrop(frame string) string {
	lines := strings.Split(ansi.Strip(frame), "\n")
	for i, l := range lines {
		lines[i] = r.state.Theme.Faint.Render(l)
	}
	return strings.Join(lines, "\n")
}

// cramped reports a window that is too small to show what a key would do.
func (r *Root) cramped() bool {
	return r.state.Size.W > 0 && r.state.Size.H > 0 && (r.state.Size.W < minW || r.state.Size.H < minH)
}

// confirmingQuit reports that the question is open whether to quit.
func (r *Root) confirmingQuit() bool {
	top, _ := r.sh.Top()
	c, ok := top.Overlay.(*shell.Confirm)
	return ok && c.Quits
}

// confirmingExit reports that the question is open whether to quit or to suspend,
// which a window of any size shows.
func (r *Root) confirmingExit() bool {
	top, _ := r.sh.Top()
	return r.confirmingQuit() || isSuspension(top.Overlay)
}

// tooSmall is the view of a cramped window.
func (r *Root) tooSmall(w, h int) string {
	lines := []string{fmt.Sprintf("Keydeck needs %dx%d,", minW, minH), fmt.Sprintf("this is %dx%d.", w, h),
		"Make the window larger", "or press q to quit."}
	if r.confirmingExit() {
		top, _ := r.sh.Top()
		c := top.Overlay.(*shell.Confirm)
		lines = append([]string{c.Question, "y " + c.Yes + ", n no", ""}, widget.Wrap(strings.Join(c.Lines, " "), w)...)
	}
	return widget.Fit(strings.Join(lines, "\n"), w, h)
}

// overlayW is the width of an overlay that does not choose its own.
const overlayW = 76

// overlayBox is the drawn box of an overlay, with its margin and its position.
type overlayBox struct {
	view       string
	x, y, w, h int
	content    shell.Rect        // of the overlay's content, which begins contentX and contentY in
	Hints      [][]shell.Command // on the lines above the lower border
}

const (
	contentX = 4 // air, border, two cells of the box
	contentY = 2 // border, an empty line
)

// OverlayBox draws the box of an overlay with its key hints at the bottom, on two lines
// where they need them.
func (r *Root) OverlayBox(o shell.Overlay) overlayBox {
	room := shell.OverlayArea(r.state.Size)
	w := min(room.W, overlayW)
	if s, ok := o.(interface{ Width(shell.Rect) int }); ok {
		w = s.Width(room)
	}
	inner := shell.Rect{W: w - widget.BoxWidth, H: room.H}
	rows := shell.HintRows(r.bind(o.Commands()), inner.W)
	inner.H -= len(rows) - 1
	hints := ""
	for _, row := range rows {
		hints += "\n" + shell.HelpLine(r.state.Theme, row, inner.W)
	}
	content := o.View(inner)
	content = widget.Fit(content, inner.W, min(inner.H, lipgloss.Height(content)))
	p := overlayBox{view: widget.Margin(widget.Box(r.state.Theme, o.Title(), "\n"+content+"\n"+hints, w)), content: inner, Hints: rows}
	p.w, p.h = lipgloss.Width(p.view), lipgloss.Height(p.view)
	p.x, p.y = (r.state.Size.W-p.w)/2, max(0, (r.state.Size.H-p.h)/2)
	return p
}

func (r *Root) header(w int) string {
	sep := r.state.Theme.Faint.Render(" › ")
	crumbs := " " + r.state.Theme.AccentBold.Render("Keydeck")
	_, beside := r.badges(w)
	for _, word := range beside {
		crumbs += " " + r.state.Theme.Warn.Render(word)
	}
	if scope := r.scope(); scope != "" {
		crumbs += sep + r.state.Theme.Text.Render(widget.Clip(scope, 28))
	}
	if t := r.Page().Title(); t != "" {
		crumbs += sep + r.state.Theme.Bold.Render(t)
	}
	right := r.link() + " "
	if widget.Width(crumbs)+widget.Width(right)+2 > w {
		right = r.shortLink() + " "
	}
	return widget.Ends(crumbs, "  "+right, w) // a crumb that is cut keeps its distance
}

// shortLink is link without the address.
func (r *Root) shortLink() string {
	switch r.state.Link {
	case shell.LinkStarting, shell.LinkWaiting:
		return r.state.Theme.Warn.Render("○") + r.state.Theme.Muted.Render(" starting")
	case shell.LinkLost:
		return r.state.Theme.Bad.Render("× lost")
	}
	return r.state.Theme.OK.Render("●") + r.state.Theme.Muted.Render(" serving")
}

// link is the state of the connection, as a mark and in words.
func (r *Root) link() string {
	switch r.state.Link {
	case shell.LinkStarting:
		return r.state.Theme.Warn.Render("○") + " " + r.state.Theme.Muted.Render("starting the server")
	case shell.LinkWaiting:
		return r.state.Theme.Warn.Render("○") + " " + r.state.Theme.Muted.Render("connecting")
	case shell.LinkLost:
		if !r.everConnected {
			return r.state.Theme.Bad.Render("× no server answers, trying again")
		}
		return r.state.Theme.Bad.Render("× connection lost, trying again")
	}
	if !r.state.Client.IsLocal() {
		return r.state.Theme.OK.Render("●") + " " + r.state.Theme.Muted.Render("connected to "+r.sh.URL())
	}
	return r.state.Theme.OK.Render("●") + " " + r.state.Theme.Muted.Render("serving "+r.sh.URL())
}

func tabLabel(i int) string { return fmt.Sprintf(" %d %s ", i+1, tabs[i].title) }

func (r *Root) tabLine(w int) string {
	left := ""
	if r.state.SignedIn {
		for i, t := range tabs {
			label := tabLabel(i)
			if t.id == r.current {
				left += " " + r.state.Theme.AccentBold.Underline(true).Render(strings.TrimSpace(label)) + " "
			} else {
				left += r.state.Theme.Muted.Render(label)
			}
		}
		left = ansi.Truncate(left, w, "") // in the narrowest window the blank at the end has no room
	}
	right, _ := r.badges(w)
	switch email := r.state.User.Email; {
	case right != "":
		right = r.state.Theme.Warn.Render(right) + " "
	case r.state.SignedIn && widget.Width(left)+widget.Width(email)+3 <= w:
		right = r.state.Theme.Muted.Render(email) + " "
	}
	return widget.Ends(left, right, w)
}

// badges say that this is a demo and that secrets are masked. One stands on the line
// of the tabs if it has room; the others are a word each beside the program's name.
func (r *Root) badges(w int) (onTabs string, beside []string) {
	room := w - 3
	if r.state.SignedIn {
		for i := range tabs {
			room -= widget.Width(tabLabel(i))
		}
	}
	var all [][]string // each long and short
	if r.state.Prefs.Private {
		all = append(all, []string{"private, * shows", "private"})
	}
	if banner := r.options.Banner; banner != "" {
		short, _, _ := strings.Cut(banner, ":")
		all = append(all, []string{banner, short})
	}
	for _, words := range all {
		at := slices.IndexFunc(words, func(s string) bool { return widget.Width(s) <= room })
		if at >= 0 && onTabs == "" {
			onTabs = words[at]
		} else {
			beside = append(beside, words[len(words)-1])
		}
	}
	return onTabs, beside
}

// overlayShowsToast reports that the top overlay shows the toast itself.
func (r *Root) overlayShowsToast() bool {
	top, _ := r.sh.Top()
	o, ok := top.Overlay.(interface{ ShowsToast() bool })
	return ok && o.ShowsToast()
}

// toastRows is the most lines of a toast: the help line's and the one above it.
const toastRows = 2

// footer is the help line, or a toast in its place.
func (r *Root) footer(w int) string {
	if r.state.Toast.Text != "" && !r.overlayShowsToast() {
		style, mark := r.state.Theme.OK, "✓ "
		switch r.state.Toast.Level {
		case shell.Warning:
			style, mark = r.state.Theme.Warn, "! "
		case shell.Failure:
			style, mark = r.state.Theme.Bad, "× "
		}
		lines := widget.Wrap(mark+r.state.Toast.Text, w-2)
		if len(lines) > toastRows {
			lines = append(lines[:toastRows-1:toastRows-1], widget.Clip(strings.Join(lines[toastRows-1:], " "), w-2))
		}
		for i, l := range lines {
			lines[i] = widget.Left(" "+style.Render(l), w)
		}
		return strings.Join(lines, "\n")
	}
	return widget.Left(" "+shell.HelpLine(r.state.Theme, r.hintCommands(), w-2), w)
}

// hintCommands are the candidates for the help line.
func (r *Root) hintCommands() []shell.Command {
	if t, ok := r.Page().(shell.Typing); ok && t.Typing() {
		help := shell.Command{Short: "help", Key: shell.Keys("f1"), Run: r.help}
		quit := shell.Command{Short: "quit", Key: shell.Keys("ctrl+c"), Run: r.interrupt}
		return slices.Concat(r.screenCommands(), []shell.Command{quit, help})
	}
	return slices.Concat(r.screenCommands(), r.globalCommands())
}

// scope names what the screen shows: a project or all of them.
func (r *Root) scope() string {
	s, ok := r.Page().(interface{ Scope() string })
	switch {
	case !r.state.SignedIn:
		return ""
	case ok:
		return s.Scope()
	case r.state.Project != nil:
		return r.state.Project.Name
	case len(r.state.Projects) == 0:
		return ""
	}
	return shell.AllProjects
}

// Hints are the commands whose keys are on the screen: those of the top overlay, or
// those on the help line.
func (r *Root) Hints() []shell.Command {
	if top, ok := r.sh.Top(); ok {
		return slices.Concat(r.OverlayBox(top.Overlay).Hints...)
	}
	if r.state.Toast.Text != "" {
		return nil
	}
	return shell.HintedCommands(r.hintCommands(), r.state.Size.W-2)
}
