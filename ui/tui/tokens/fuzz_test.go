package tokens

import (
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"keydeck/model/inspect/jwa"
	"keydeck/model/inspect/jwk"
	"keydeck/model/inspect/verdict"
	"keydeck/server/client"
	"keydeck/ui/tui"
	"keydeck/ui/tui/place"
	"keydeck/ui/tui/shell"
	"keydeck/ui/tui/tokens/reading"
	"keydeck/ui/tui/tuitest"
	"keydeck/ui/tui/tuitest/fake"
)

// FuzzWorkbench draws any paste in every pane, in the editor and in the history: no
// frame breaks its size or has an invisible character.
func FuzzWorkbench(f *testing.F) {
	for _, s := range []string{fake.ServiceToken(time.Hour), hmacToken("secret"), fake.Secret, jsonToken, "hello", "", "eyJhbGciOiJub25lIn0.e30.x.y",
		fake.SignedToken(map[string]any{"alg": fake.HostileText}, map[string]any{fake.HostileText: fake.HostileText, "exp": 1})} {
		f.Add(s)
	}
	c, err := client.New(client.Options{Socket: "/run/keydeck.sock", Transport: fake.New(time.Now)})
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, input string) {
		root := tui.New(t.Context(), tui.Options{Screens: only, Client: c, Environ: []string{"TERM=xterm-256color"}, Now: func() time.Time { return time.Unix(946684800, 0) }})
		root.State().Link = shell.LinkUp
		s := New(root.Shell()).(*screen)
		root.Show(place.Tokens, s)
		root.Update(tea.WindowSizeMsg{Width: 80, Height: 24})
		s.showToken(reading.Decode(input, root.State().Now))
		for _, size := range tuitest.Sizes {
			root.Update(tea.WindowSizeMsg{Width: size.W, Height: size.H})
			for _, k := range []string{"tab", "end", "tab", "end", "tab", "end", "tab", "down", "tab", "down", "h", "esc", "Y", "esc", "e"} {
				root.Update(tuitest.Key(k))
				tuitest.CheckFrame(t, root.View().Content, size)
			}
			s.editor, root.State().Overlays = nil, nil
		}
	})
}

// FuzzPanes is FuzzWorkbench without the frame, for many more inputs.
func FuzzPanes(f *testing.F) {
	f.Add(jsonToken)
	f.Add(fake.SignedToken(map[string]any{"alg": fake.HostileText}, map[string]any{fake.HostileText: fake.HostileText, "exp": 1}))
	c, err := client.New(client.Options{Socket: "/run/keydeck.sock", Transport: fake.New(time.Now)})
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, input string) {
		root := tui.New(t.Context(), tui.Options{Screens: only, Client: c, Environ: []string{"TERM=dumb"}, Now: func() time.Time { return time.Unix(946684800, 0) }})
		root.Update(tea.WindowSizeMsg{Width: 80, Height: 24})
		s := New(root.Shell()).(*screen)
		s.showToken(reading.Decode(input, root.State().Now))
		checkPanes(t, s)
	})
}

// FuzzOpened draws any content of an encrypted token: nothing on the panes or in the
// verdict is an invisible character.
func FuzzOpened(f *testing.F) {
	for _, s := range []string{fake.HostileText, hostileClaims(), noneToken, payloadToken(noneToken), jsonHeaders, "\xff\x1b", "{}", ""} {
		f.Add(s)
	}
	c, err := client.New(client.Options{Socket: "/run/keydeck.sock", Transport: fake.New(time.Now)})
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, plaintext string) {
		root := tui.New(t.Context(), tui.Options{Screens: only, Client: c, Environ: []string{"TERM=dumb"}, Now: func() time.Time { return time.Unix(946684800, 0) }})
		root.Update(tea.WindowSizeMsg{Width: 80, Height: 24})
		s := New(root.Shell()).(*screen)
		s.showToken(reading.Decode(sealed(plaintext), root.State().Now))
		with := verifier{kind: withSecret, opens: true, keys: []jwk.Key{{Family: jwa.FamilyHMAC, Secret: []byte(sealSecret)}}}
		keys := with.keySet()
		s.setOpened(s.token, keys.Open(s.token), true)
		if !s.token.IsOpen() || s.verdict().Grade == verdict.Good {
			t.Errorf("opened %t, %+v", s.token.IsOpen(), s.verdict())
		}
		checkPanes(t, s)
	})
}

// checkPanes checks everything that the workbench says for invisible characters.
func checkPanes(t *testing.T, s *screen) {
	t.Helper()
	lines := s.headLines(s.sh.Body())
	for p := range paneCount {
		r := s.rows(p, 40)
		for i := range min(r.n, 200) {
			lines = append(lines, r.at(i))
		}
	}
	for _, l := range lines {
		if c := tuitest.Invisible(l); c != 0 {
			t.Errorf("%q has the character %U", l, c)
		}
	}
}
