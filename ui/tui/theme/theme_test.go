package theme_test

import (
	"fmt"
	"image/color"
	"math"
	"reflect"
	"strings"
	"testing"

	"charm.land/lipgloss/v2"
	"github.com/charmbracelet/x/exp/golden"

	"keydeck/ui/tui/theme"
)

// TestStyles pins what every style of every theme sends to a terminal. It is the
// only golden file with colours: those of the screens name roles.
func TestStyles(t *testing.T) {
	var out strings.Builder
	for _, th := range []struct {
		name   string
		styles *theme.Styles
	}{
		{"dark", theme.Dark()}, {"light", theme.Light()}, {"neutral", theme.Neutral()}, {"mono", theme.Mono()},
		{"contrast on dark", theme.Contrast(true)}, {"contrast on light", theme.Contrast(false)},
	} {
		fmt.Fprintln(&out, th.name)
		v := reflect.ValueOf(*th.styles)
		for i := range v.NumField() {
			if st, ok := v.Field(i).Interface().(lipgloss.Style); ok {
				fmt.Fprintf(&out, "  %-10s %q\n", v.Type().Field(i).Name, st.Render("x"))
			}
		}
		fmt.Fprintf(&out, "  %-10s %q\n", "selected", th.styles.On(th.styles.Text).Render("x"))
	}
	golden.RequireEqual(t, out.String())
}

// TestContrast computes how well what is read stands out from what it stands on:
// the backgrounds that terminals commonly have, and the selected row. 4.5:1 is
// what WCAG 2.2 asks for text (1.4.3), 7:1 for those who need more (1.4.6).
// Faint is for lines and for what lies under an overlay, never for words.
func TestContrast(t *testing.T) {
	dark, light := []string{"#000000", "#16161e", "#1e1e1e", "#282a36"}, []string{"#ffffff", "#fafafa", "#f5f5f5"}
	tests := []struct {
		name  string
		th    *theme.Styles
		under []string
		least float64
	}{
		{"dark", theme.Dark(), dark, 4.5},
		{"light", theme.Light(), light, 4.5},
		{"contrast on dark", theme.Contrast(true), dark[:3], 7},
		{"contrast on light", theme.Contrast(false), light, 7},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			grounds := []color.Color{tt.th.Selected}
			for _, hex := range tt.under {
				grounds = append(grounds, lipgloss.Color(hex))
			}
			for role, st := range map[string]lipgloss.Style{"text": tt.th.Text, "muted": tt.th.Muted, "accent": tt.th.Accent,
				"ok": tt.th.OK, "warn": tt.th.Warn, "bad": tt.th.Bad, "heading": tt.th.Heading, "key": tt.th.Key, "border": tt.th.Border,
				"claims": tt.th.Claims, "signature": tt.th.Signature} {
				fg := st.GetForeground()
				if _, own := fg.(lipgloss.NoColor); own {
					continue // the terminal's own
				}
				for _, bg := range grounds {
					if got := contrast(fg, bg); got < tt.least {
						t.Errorf("%s on %v has a contrast of %.2f:1, want %.1f:1", role, bg, got, tt.least)
					}
				}
			}
		})
	}
}

// contrast is the ratio of WCAG 2.2, from 1 to 21.
func contrast(a, b color.Color) float64 {
	la, lb := luminance(a), luminance(b)
	return (max(la, lb) + 0.05) / (min(la, lb) + 0.05)
}

// luminance is the relative luminance of WCAG 2.2, of sRGB.
func luminance(c color.Color) float64 {
	r, g, b, _ := c.RGBA()
	linear := func(v uint32) float64 {
		s := float64(v) / 0xffff
		if s <= 0.04045 {
			return s / 12.92
		}
		return math.Pow((s+0.055)/1.055, 2.4)
	}
	return 0.2126*linear(r) + 0.7152*linear(g) + 0.0722*linear(b)
}
