package tui

import (
	"net/netip"
	"regexp"
	"strings"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"keydeck/model"
	"keydeck/ui/tui/shell"
	"keydeck/ui/tui/widget"
)

func (r *Root) togglePrivate() tea.Cmd {
	r.state.Prefs.Private = !r.state.Prefs.Private
	if r.state.Prefs.Private {
		r.sh.Notify(shell.Success, "private: hints, secrets and addresses are masked; copying still copies them")
	} else {
		r.sh.Notify(shell.Success, "nothing is masked any more")
	}
	return nil
}

// staticPrefixes are those of static keys, for a regular expression.
func staticPrefixes() string {
	var all []string
	for _, kind := range model.CredentialKinds {
		if prefix := kind.Spec().Prefix; prefix != "" {
			all = append(all, regexp.QuoteMeta(prefix))
		}
	}
	return strings.Join(all, "|")
}

// What privacy mode masks, anywhere on the screen: e-mail addresses, IPv4 addresses,
// static keys, JWTs, hints of all kinds and sign-in codes. IPv6 addresses look like
// times, so what has colons is parsed.
var (
	confidential = regexp.MustCompile(strings.Join([]string{
		`[^\s@│]+@[^\s@│]+`,
		`\b\d{1,3}(?:\.\d{1,3}){3}\b`,
		`\b(?:` + staticPrefixes() + `)[A-Za-z0-9•]*(?:…[A-Za-z0-9]*)?`,
		`\beyJ[A-Za-z0-9_.-]*(?:…[A-Za-z0-9_-]*)?`,
		`\bkid [0-9a-f]{4}…[0-9a-f]*`,
		`…[A-Za-z0-9_.-]{5,}`,
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
