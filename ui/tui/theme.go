package tui

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"keydeck/ui/tui/shell"
	"keydeck/ui/tui/theme"
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
