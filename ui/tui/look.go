package tui

import (
	"net/netip"
	"regexp"
	"strings"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"keydeck/ui/tui/shell"
	"keydeck/ui/tui/theme"
	"keydeck/ui/tui/widget"
)

const themeAuto = ""

// themes by the name in the preferences.
var themes = map[string]struct {
	title string
	next  string
	make  func(dark bool) *theme.Styles
}{
	themeAuto: {"follow the terminal's background", "dark", func(dark bool) *theme.Styles {
		if dark {
			return theme.Dark()
		}
		return theme.Light()
	}},
	"dark":     {"for dark backgrounds", "light", func(bool) *theme.Styles { return theme.Dark() }},
	"light":    {"for light backgrounds", "16", func(bool) *theme.Styles { return theme.Light() }},
	"16":       {"the terminal's own sixteen colours", "contrast", func(bool) *theme.Styles { return theme.Neutral() }},
	"contrast": {"high contrast", "mono", theme.Contrast},
	"mono":     {"no colour", themeAuto, func(bool) *theme.Styles { return theme.Mono() }},
}

// applyTheme applies the chosen theme. NO_COLOR wins over every choice. The theme
// that follows the background is neutral until the terminal has reported it.
func (r *Root) applyTheme() {
	switch t := themes[r.state.Prefs.Theme]; {
	case r.noColor():
		r.state.Theme = theme.Mono()
	case r.dark == nil && r.state.Prefs.Theme == themeAuto:
		r.state.Theme = theme.Neutral()
	default:
		r.state.Theme = t.make(r.dark == nil || *r.dark)
	}
}

func (r *Root) setTheme(name string) tea.Cmd {
	r.state.Prefs.Theme = name
	r.applyTheme()
	if r.noColor() {
		r.sh.Notify(shell.Warning, "NO_COLOR is set, so there is none")
	} else {
		r.sh.Notify(shell.Success, "theme: "+themes[name].title)
	}
	return nil
}

func (r *Root) togglePrivate() tea.Cmd {
	r.state.Prefs.Private = !r.state.Prefs.Private
	if r.state.Prefs.Private {
		r.sh.Notify(shell.Success, "private: hints, secrets and addresses are masked; copying still copies them")
	} else {
		r.sh.Notify(shell.Success, "nothing is masked any more")
	}
	return nil
}

// What privacy mode masks, anywhere on the screen: e-mail addresses, IPv4 addresses,
// API keys, JWTs, hints of all kinds and sign-in codes. IPv6 addresses look like
// times, so what has colons is parsed.
var (
	confidential = regexp.MustCompile(strings.Join([]string{
		`[^\s@│]+@[^\s@│]+`,
		`\b\d{1,3}(?:\.\d{1,3}){3}\b`,
		`\bsk_[A-Za-z0-9•]*(?:…[A-Za-z0-9]*)?`,
		`\beyJ[A-Za-z0-9_.-]*(?:…[A-Za-z0-9_-]*)?`,
		`\bkid [0-9a-f]{4}…[0-9a-f]*`,
		`…[A-Za-z0-9_-]{5,}`,
		`\b\d{3} \d{3}\b`,
		`\b\d \d \d   \d \d \d\b`,
	}, "|"))
	colons = regexp.MustCompile(`[0-9a-fA-F:.]*:[0-9a-fA-F:.]*`)
)

// mask masks what is confidential in a frame after it is drawn, so that no screen can
// forget to. Every cell keeps its place and its style.
func mask(frame string) string {
	lines := strings.Split(frame, "\n")
	for i, l := range lines {
		lines[i] = maskLine(l)
	}
	return strings.Join(lines, "\n")
}

func maskLine(l string) string {
	plain := ansi.Strip(l)
	var spans [][]int
	spans = append(spans, confidential.FindAllStringIndex(plain, -1)...)
	for _, at := range colons.FindAllStringIndex(plain, -1) {
		if addr, err := netip.ParseAddr(plain[at[0]:at[1]]); err == nil && addr.Is6() {
			spans = append(spans, at)
		}
	}
	return widget.Mask(l, spans)
}

func environ(list []string) map[string]string {
	env := make(map[string]string, len(list))
	for _, kv := range list {
		k, v, _ := strings.Cut(kv, "=")
		env[k] = v
	}
	return env
}

// noColor follows no-color.org: any value that is not empty.
func (r *Root) noColor() bool { return r.state.Environ["NO_COLOR"] != "" }
