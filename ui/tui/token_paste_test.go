package tui

import (
	"context"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"keydeck/server/client"
)

// BenchmarkPaste is what the dashboard does with a paste on the workbench, and the
// frame after it: keys wait that long. What is done beside Update is not in it.
func BenchmarkPaste(b *testing.B) {
	for where, keys := range map[string][]string{"looking": nil, "typing": {"i", "x"}, "editing": {"e"}, "at a key": {"v", "tab"}, "in the filter": {"2", "/"}} {
		for name, input := range pastes() {
			b.Run(where+"/"+name, func(b *testing.B) {
				b.SetBytes(int64(len(input)))
				for b.Loop() {
					b.StopTimer()
					root := workbench(b)
					root.Update(tea.PasteMsg{Content: fakeService(time.Hour)})
					for _, k := range keys {
						root.Update(press(k))
					}
					b.StartTimer()
					root.Update(tea.PasteMsg{Content: input})
					root.View()
				}
			})
		}
	}
}

// workbench is a dashboard on the token screen, whose commands nobody runs.
func workbench(tb testing.TB) *Root {
	tb.Helper()
	c, err := client.New(client.Options{Socket: "/run/keydeck.sock", Transport: newFake(time.Now)})
	if err != nil {
		tb.Fatal(err)
	}
	root := New(context.Background(), Options{Screens: Screens, Client: c, Environ: []string{"TERM=xterm-256color"}})
	root.Update(tea.WindowSizeMsg{Width: 140, Height: 40})
	root.link = linkUp
	root.Show(screenToken, newTokenScreen(root.desk))
	return root
}
