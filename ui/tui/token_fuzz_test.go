package tui

import (
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"unicode"

	"keydeck/model/inspect/jwa"
	"keydeck/model/inspect/jwk"
	"keydeck/server/client"
)

// FuzzWorkbench draws whatever is pasted, in every pane, as it is edited, and in
// the history: no frame breaks its size or has a character that is not seen.
func FuzzWorkbench(f *testing.F) {
	for _, s := range []string{fakeService(time.Hour), hmacToken("secret"), fakeSecret, jsonToken, "hello", "", "eyJhbGciOiJub25lIn0.e30.x.y",
		signedToken(map[string]any{"alg": evil}, map[string]any{evil: evil, "exp": 1})} {
		f.Add(s)
	}
	c, err := client.New(client.Options{Socket: "/run/keydeck.sock", Transport: newFake(time.Now)})
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, input string) {
		root := New(t.Context(), Options{Screens: Screens, Client: c, Environ: []string{"TERM=xterm-256color"}, Now: func() time.Time { return time.Unix(946684800, 0) }})
		root.link = linkUp
		s := newTokenScreen(root.desk).(*tokenScreen)
		root.Show(screenToken, s)
		root.Update(tea.WindowSizeMsg{Width: 80, Height: 24})
		s.showOne(lookAt(input, root.at))
		for _, size := range sizes {
			root.Update(tea.WindowSizeMsg{Width: size.W, Height: size.H})
			for _, k := range []string{"tab", "end", "tab", "end", "tab", "end", "tab", "down", "tab", "down", "h", "esc", "Y", "esc", "e"} {
				root.Update(press(k))
				checkFrame(t, root.View().Content, size)
			}
			s.bench, root.overlays = nil, nil
		}
	})
}

// FuzzPanes is FuzzWorkbench without the frame around, for many more inputs: no row
// of any pane, and nothing of the verdict, has a character that is not seen.
func FuzzPanes(f *testing.F) {
	f.Add(jsonToken)
	f.Add(signedToken(map[string]any{"alg": evil}, map[string]any{evil: evil, "exp": 1}))
	c, err := client.New(client.Options{Socket: "/run/keydeck.sock", Transport: newFake(time.Now)})
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, input string) {
		root := New(t.Context(), Options{Screens: Screens, Client: c, Environ: []string{"TERM=dumb"}, Now: func() time.Time { return time.Unix(946684800, 0) }})
		root.Update(tea.WindowSizeMsg{Width: 80, Height: 24})
		s := newTokenScreen(root.desk).(*tokenScreen)
		s.showOne(lookAt(input, root.at))
		checkPanes(t, s)
	})
}

// FuzzOpened draws whatever an encrypted token held: no row of any pane, and
// nothing of the verdict, has a character that is not seen.
func FuzzOpened(f *testing.F) {
	for _, s := range []string{evil, hostileClaims(), noneToken, payloadToken(noneToken), jsonHeaders, "\xff\x1b", "{}", ""} {
		f.Add(s)
	}
	c, err := client.New(client.Options{Socket: "/run/keydeck.sock", Transport: newFake(time.Now)})
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, plaintext string) {
		root := New(t.Context(), Options{Screens: Screens, Client: c, Environ: []string{"TERM=dumb"}, Now: func() time.Time { return time.Unix(946684800, 0) }})
		root.Update(tea.WindowSizeMsg{Width: 80, Height: 24})
		s := newTokenScreen(root.desk).(*tokenScreen)
		s.showOne(lookAt(sealed(plaintext), root.at))
		with := verifier{kind: withSecret, opens: true, keys: []jwk.Key{{Family: jwa.FamilyHMAC, Secret: []byte(sealSecret)}}}
		s.wasOpened(with.open(s.look))
		if !s.look.isOpen() || s.verdict().grade == gradeGood {
			t.Errorf("opened %t, %+v", s.look.isOpen(), s.verdict())
		}
		checkPanes(t, s)
	})
}

// checkPanes holds all that the workbench says to characters that are seen.
func checkPanes(t *testing.T, s *tokenScreen) {
	t.Helper()
	lines := s.headLines(s.body)
	for p := range paneCount {
		r := s.rowsOf(p, 40)
		for i := range min(r.n, 200) {
			lines = append(lines, r.at(i))
		}
	}
	for _, l := range lines {
		for _, c := range stripped(l) {
			if unicode.In(c, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp, unicode.Co) {
				t.Errorf("%q has the character %U", l, c)
			}
		}
	}
}
