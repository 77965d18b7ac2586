package tui

import (
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"

	"keydeck/model/inspect"
	"keydeck/model/inspect/jwt"
)

// TestPanesTileTheRoom: however large the window is, whatever is looked at, and
// however the panes were made larger or smaller, they stand beside each other in
// the room and each has a line for its name and one more.
func TestPanesTileTheRoom(t *testing.T) {
	for name, token := range map[string]string{"signed": hmacToken(longSecret), "pair": `{"apiKey":"` + noneToken + `","secretKey":"` + noneToken + `"}`,
		"JSON": jsonHeaders, "encrypted": sealed(strings.Repeat("x", 2000)), "key": fakeSecret, "nothing": "hello"} {
		t.Run(name, func(t *testing.T) {
			run(t, signed, func(r *rig) {
				r.keys("4")
				r.send(tea.PasteMsg{Content: token})
				s := bench(r)
				for _, size := range []Rect{{60, 18}, {72, 20}, {80, 24}, {119, 24}, {120, 18}, {140, 40}, {200, 50}, {400, 120}} {
					for _, grown := range []int{0, -maxResized, maxResized} {
						s.stored.TokenW, s.stored.TokenH = grown, grown
						r.root.Update(tea.WindowSizeMsg{Width: size.W, Height: size.H})
						taken := make([][]bool, s.body.H)
						for y := range taken {
							taken[y] = make([]bool, s.body.W)
						}
						for _, sl := range s.arrange(s.body) {
							if sl.h < 2 || sl.w < leastCol || sl.x < 0 || sl.x+sl.w > s.body.W || sl.y+sl.h > s.body.H {
								t.Fatalf("%v, grown %d: %s is at %+v in %v", size, grown, paneTitles[sl.pane], sl, s.body)
							}
							for y := sl.y; y < sl.y+sl.h; y++ {
								for x := sl.x; x < sl.x+sl.w; x++ {
									if taken[y][x] {
										t.Fatalf("%v, grown %d: %s covers another pane", size, grown, paneTitles[sl.pane])
									}
									taken[y][x] = true
								}
							}
						}
						checkFrame(t, r.root.View().Content, size)
					}
				}
			})
		})
	}
}

// TestRoomIsUsed: what one pane leaves goes to those that need it.
func TestRoomIsUsed(t *testing.T) {
	wide := rigOptions{signedIn: true, furnish: oneProject, w: 200, h: 50}
	run(t, wide, func(r *rig) {
		r.keys("4")
		token := sealed(strings.Repeat("x", 400))
		r.send(tea.PasteMsg{Content: token})
		whole := inspect.Decode(token)
		if got := bench(r).slotOf(paneToken).h; got <= bench(r).rawRows(78).n {
			t.Errorf("the raw token of %d lines has %d", bench(r).rawRows(78).n, got-1)
		}
		r.sees(whole.Text(jwt.SegmentTag), "how the content is encrypted")
		r.lacks("…")
		r.send(tea.PasteMsg{Content: jsonHeaders})
		r.sees("whom it is about", "when it ends")
		if s := bench(r); s.slotOf(paneFindings).h <= len(s.findingRows(s.slotOf(paneFindings).w)) {
			t.Errorf("the findings are cut while the claims have room:\n%s", r.screen())
		}
	})
}

// TestPanesStopAtTheirEnds: a size that does not show is not kept, and the first
// step back is seen, also of a size that a larger window had.
func TestPanesStopAtTheirEnds(t *testing.T) {
	run(t, signed, func(r *rig) {
		r.keys("4")
		aToken(r)
		s := bench(r)
		for range 40 {
			r.keys("]") // the claims
		}
		r.sees("that is as far as it goes")
		if got, want := s.slotOf(paneClaims).w, leastCol; got < want || got >= want+4 {
			t.Errorf("the claims have %d cells at the least, want %d or a little more", got, want)
		}
		s.stored.TokenW = maxResized
		before := s.slotOf(paneClaims).w
		r.keys("[")
		if got := s.slotOf(paneClaims).w; got != before+4 {
			t.Errorf("one step made %d cells of %d", got, before)
		}
	})
}
