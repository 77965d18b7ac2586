package tui

import (
	"testing"
	"time"

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
		root := New(t.Context(), Options{Client: c, Environ: []string{"TERM=xterm-256color"}, Now: func() time.Time { return time.Unix(946684800, 0) }})
		root.signedIn, root.link, root.current = true, linkUp, screenToken
		s := newTokenScreen(root.desk).(*tokenScreen)
		root.pages[screenToken] = s
		root.resize(80, 24)
		s.showOne(lookAt(input, root.at))
		for _, size := range sizes {
			root.resize(size.W, size.H)
			for _, k := range []string{"tab", "end", "tab", "end", "tab", "end", "tab", "down", "tab", "down", "h", "esc", "Y", "esc", "e"} {
				root.Update(press(k))
				checkFrame(t, root.View().Content, size)
			}
			s.bench, root.overlays = nil, nil
		}
	})
}
