package tui_test

import (
	"context"
	"io"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"keydeck/server/client"
	"keydeck/ui/tui"
	"keydeck/ui/tui/place"
	"keydeck/ui/tui/screens"
	"keydeck/ui/tui/shell"
	"keydeck/ui/tui/tokens"
	"keydeck/ui/tui/tuitest"
	"keydeck/ui/tui/tuitest/fake"
)

// BenchmarkPasteRead measures a paste on its way through Bubble Tea's reader.
func BenchmarkPasteRead(b *testing.B) {
	for name, input := range hugePastes() {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(input)))
			for b.Loop() {
				in, keys := io.Pipe()
				go func() { _, _ = io.Copy(keys, strings.NewReader("\x1b[200~"+input+"\x1b[201~")) }()
				p := tea.NewProgram(untilPaste{}, tea.WithInput(tui.FilterPastes(in)), tea.WithOutput(io.Discard), tea.WithoutRenderer(), tea.WithoutSignalHandler())
				if _, err := p.Run(); err != nil {
					b.Fatal(err)
				}
				_ = keys.Close()
			}
		})
	}
}

type untilPaste struct{}

func (untilPaste) Init() tea.Cmd { return nil }

func (untilPaste) View() tea.View { return tea.View{} }

func (m untilPaste) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	if _, ok := msg.(tea.PasteMsg); ok {
		return m, tea.Quit
	}
	return m, nil
}

// BenchmarkPaste measures how long a paste on the workbench, and the frame after it,
// keep keys waiting. Commands are not included.
func BenchmarkPaste(b *testing.B) {
	for where, keys := range map[string][]string{"looking": nil, "typing": {"i", "x"}, "editing": {"e"}, "at a key": {"v", "tab"}, "in the filter": {"2", "/"}} {
		for name, input := range hugePastes() {
			b.Run(where+"/"+name, func(b *testing.B) {
				b.SetBytes(int64(len(input)))
				for b.Loop() {
					b.StopTimer()
					root := workbench(b)
					root.Update(tea.PasteMsg{Content: fake.ServiceToken(time.Hour)})
					for _, k := range keys {
						root.Update(tuitest.Key(k))
					}
					b.StartTimer()
					root.Update(tea.PasteMsg{Content: input})
					root.View()
				}
			})
		}
	}
}

// workbench is a dashboard on the token screen. Nobody runs its commands.
func workbench(tb testing.TB) *tui.Root {
	tb.Helper()
	c, err := client.New(client.Options{Socket: "/run/keydeck.sock", Transport: fake.New(time.Now)})
	if err != nil {
		tb.Fatal(err)
	}
	root := tui.New(context.Background(), tui.Options{Screens: screens.All, Client: c, Environ: []string{"TERM=xterm-256color"}})
	root.Update(tea.WindowSizeMsg{Width: 140, Height: 40})
	root.State().Link = shell.LinkUp
	root.Show(place.Tokens, tokens.New(root.Shell()))
	return root
}

// hugePastes are megabytes pasted by mistake or in malice.
func hugePastes() map[string]string {
	out := fake.HugeTokens()
	out["lines of one"] = strings.Repeat("a\n", 100_000)
	out["token in lines of one"] = strings.Join(strings.Split(out["one long value"][:100_000], ""), "\n")
	out["zero width"] = strings.Repeat("\u200b", 1<<20/3)
	out["no UTF-8"] = strings.Repeat("\xff", 1<<20)
	out["escape bytes"] = strings.Repeat("\x1b", 1<<20)
	out["colours"] = strings.Repeat("\x1b[31ma", 1<<20/6)
	return out
}
