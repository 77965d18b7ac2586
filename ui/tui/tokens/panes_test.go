package tokens

import (
	"math"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"

	"keydeck/model/inspect"
	"keydeck/model/inspect/jwt"
	"keydeck/ui/tui/shell"
	"keydeck/ui/tui/tuitest"
	"keydeck/ui/tui/tuitest/fake"
)

// TestPanesTileTheRoom checks that the panes fill the room without gaps at every size,
// for every token, and after any resizing, and that each has a line for its title and
// one more.
func TestPanesTileTheRoom(t *testing.T) {
	for name, token := range map[string]string{"signed": hmacToken(longSecret), "pair": `{"apiKey":"` + noneToken + `","secretKey":"` + noneToken + `"}`,
		"JSON": jsonHeaders, "encrypted": sealed(strings.Repeat("x", 2000)), "key": fake.Secret, "nothing": "hello"} {
		t.Run(name, func(t *testing.T) {
			run(t, tuitest.SignedIn, func(r *tuitest.Rig) {
				r.Keys("4")
				r.Send(tea.PasteMsg{Content: token})
				s := workbench(r)
				for _, size := range []shell.Rect{{W: 60, H: 18}, {W: 72, H: 20}, {W: 80, H: 24}, {W: 119, H: 24}, {W: 120, H: 18}, {W: 140, H: 40}, {W: 200, H: 50}, {W: 400, H: 120}} {
					for _, grown := range []int{0, -shell.MaxPaneResize, shell.MaxPaneResize} {
						s.sh.Prefs().TokenW, s.sh.Prefs().TokenH = grown, grown
						r.Root.Update(tea.WindowSizeMsg{Width: size.W, Height: size.H})
						taken := make([][]bool, s.sh.Body().H)
						for y := range taken {
							taken[y] = make([]bool, s.sh.Body().W)
						}
						for _, f := range s.layout() {
							if f.h < 2 || f.w < minColumnW || f.x < 0 || f.x+f.w > s.sh.Body().W || f.y+f.h > s.sh.Body().H {
								t.Fatalf("%v, grown %d: %s is at %+v in %v", size, grown, paneTitles[f.pane], f, s.sh.Body())
							}
							for y := f.y; y < f.y+f.h; y++ {
								for x := f.x; x < f.x+f.w; x++ {
									if taken[y][x] {
										t.Fatalf("%v, grown %d: %s covers another pane", size, grown, paneTitles[f.pane])
									}
									taken[y][x] = true
								}
							}
						}
						tuitest.CheckFrame(t, r.Root.View().Content, size)
					}
				}
			})
		})
	}
}

// TestRoomIsUsed checks that room which one pane leaves goes to those that need it.
func TestRoomIsUsed(t *testing.T) {
	wide := tuitest.Options{SignedIn: true, Seed: fake.OneProject, W: 200, H: 50}
	run(t, wide, func(r *tuitest.Rig) {
		r.Keys("4")
		token := sealed(strings.Repeat("x", 400))
		r.Send(tea.PasteMsg{Content: token})
		whole := inspect.Decode(token)
		if got := workbench(r).frameOf(paneToken).h; got <= workbench(r).tokenRows(78, math.MaxInt).n {
			t.Errorf("the raw token of %d lines has %d", workbench(r).tokenRows(78, math.MaxInt).n, got-1)
		}
		r.Sees(whole.Text(jwt.SegmentTag), "how the content is encrypted")
		r.Lacks("…")
		r.Send(tea.PasteMsg{Content: jsonHeaders})
		r.Sees("who it is about", "when it expires")
		if s := workbench(r); s.frameOf(paneFindings).h <= len(s.findingRows(s.frameOf(paneFindings).w)) {
			t.Errorf("the findings are cut while the claims have room:\n%s", r.Screen())
		}
	})
}

// TestPanesStopAtTheirEnds checks that a size which does not show is not kept, so that
// the first step back is visible.
func TestPanesStopAtTheirEnds(t *testing.T) {
	run(t, tuitest.SignedIn, func(r *tuitest.Rig) {
		r.Keys("4")
		tuitest.PasteToken(r)
		s := workbench(r)
		for range 40 {
			r.Keys("]") // the claims
		}
		r.Sees("that is the limit")
		if got, want := s.frameOf(paneClaims).w, minColumnW; got < want || got >= want+4 {
			t.Errorf("the claims have %d cells at the least, want %d or a little more", got, want)
		}
		s.sh.Prefs().TokenW = shell.MaxPaneResize
		before := s.frameOf(paneClaims).w
		r.Keys("[")
		if got := s.frameOf(paneClaims).w; got != before+4 {
			t.Errorf("one step made %d cells of %d", got, before)
		}
	})
}
