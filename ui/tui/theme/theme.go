// Package theme holds the dashboard's colours: a palette of roles, and the
// styles made from it. No screen names a colour, and no colour says anything
// that a word beside it does not.
package theme

import (
	"image/color"

	"charm.land/lipgloss/v2"
)

// Palette gives each role its colour. nil is the terminal's own.
type Palette struct {
	Text, Muted, Faint color.Color // reading text, side notes, lines
	Accent             color.Color // the one colour: where you are, what you can press
	OK, Warn, Bad      color.Color
	Claims, Signature  color.Color // parts of a token, alike wherever they stand; the header's is Accent
	Selected           color.Color // background of the row under the cursor
	Dim                bool        // side notes and lines are dimmed, where no colour sets them apart
	Strong             bool        // the selected row is bold too
}

// Styles are ready to use and never change; a new background makes new ones.
type Styles struct {
	Text, Muted, Faint, Bold lipgloss.Style
	Accent, AccentBold       lipgloss.Style
	OK, Warn, Bad            lipgloss.Style
	Claims, Signature        lipgloss.Style // parts of a token; a word beside them says which
	Heading                  lipgloss.Style // column heads, section heads
	Key                      lipgloss.Style // a key to press, in hints
	Cursor                   lipgloss.Style // the cell under the text cursor
	Mark                     lipgloss.Style // what a search has found
	Border                   lipgloss.Style
	Selected                 color.Color // nil: no background, the mark and weight must do
	Strong                   bool        // the selected row is bold, for one where there is no background
}

// New makes the styles of a palette.
func New(p Palette) *Styles {
	fg := func(c color.Color) lipgloss.Style {
		if c == nil {
			return lipgloss.NewStyle()
		}
		return lipgloss.NewStyle().Foreground(c)
	}
	muted, faint := fg(p.Muted).Faint(p.Dim), fg(p.Faint).Faint(p.Dim)
	return &Styles{
		Text: fg(p.Text), Muted: muted, Faint: faint, Bold: fg(p.Text).Bold(true),
		Accent: fg(p.Accent), AccentBold: fg(p.Accent).Bold(true),
		OK: fg(p.OK), Warn: fg(p.Warn), Bad: fg(p.Bad), Claims: fg(p.Claims), Signature: fg(p.Signature),
		Heading: muted, Key: fg(p.Accent), Border: muted,
		Cursor: lipgloss.NewStyle().Reverse(true), Mark: lipgloss.NewStyle().Reverse(true).Bold(true),
		Selected: p.Selected, Strong: p.Strong || p.Selected == nil,
	}
}

// On puts the selection's background, or its weight, on a style.
func (s *Styles) On(st lipgloss.Style) lipgloss.Style {
	if s.Selected != nil {
		st = st.Background(s.Selected)
	}
	if s.Strong {
		st = st.Bold(true)
	}
	return st
}

// Neutral uses the terminal's own sixteen colours and is right on any
// background: it is what the first frame wears, before the terminal has said
// what its background is.
func Neutral() *Styles {
	return New(Palette{Dim: true, Accent: lipgloss.Cyan, OK: lipgloss.Green, Warn: lipgloss.Yellow, Bad: lipgloss.Red,
		Claims: lipgloss.Magenta, Signature: lipgloss.Blue})
}

// The greys of Dark and Light are of the 256-colour palette, so that they stay
// what they are in terminals that have no more.

// Dark is for dark backgrounds.
func Dark() *Styles {
	c := lipgloss.Color
	return New(Palette{
		Muted: c("#9e9e9e"), Faint: c("#585858"), Accent: c("#7cc4e8"),
		OK: c("#86c98a"), Warn: c("#e3b565"), Bad: c("#ee8080"), Claims: c("#c9a7f0"), Signature: c("#e79bc4"), Selected: c("#303030"),
	})
}

// Light is for light backgrounds.
func Light() *Styles {
	c := lipgloss.Color
	return New(Palette{
		Muted: c("#626262"), Faint: c("#b2b2b2"), Accent: c("#0f6690"),
		OK: c("#22702b"), Warn: c("#8a5a00"), Bad: c("#b3261e"), Claims: c("#6a3fa5"), Signature: c("#9c2a6c"), Selected: c("#e4e4e4"),
	})
}

// Contrast is for eyes and projectors that need it: the terminal's brightest
// colours, nothing dimmed, and the selected row set off by weight and a full
// background.
func Contrast(dark bool) *Styles {
	c := lipgloss.Color
	if dark {
		return New(Palette{
			Text: c("#ffffff"), Muted: c("#d7d7d7"), Faint: c("#afafaf"), Accent: c("#5fffff"),
			OK: c("#5fff5f"), Warn: c("#ffff5f"), Bad: c("#ff8787"), Claims: c("#d7afff"), Signature: c("#ffafff"), Selected: c("#00005f"), Strong: true,
		})
	}
	return New(Palette{
		Text: c("#000000"), Muted: c("#303030"), Faint: c("#585858"), Accent: c("#00005f"),
		OK: c("#005f00"), Warn: c("#5f3700"), Bad: c("#870000"), Claims: c("#5f0087"), Signature: c("#87005f"), Selected: c("#ffffaf"), Strong: true,
	})
}

// Mono has no colour at all: weight, dimming and words carry everything.
func Mono() *Styles { return New(Palette{Dim: true}) }
