package tui_test

import (
	"bytes"
	"context"
	"io"
	"slices"
	"sync"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"

	"keydeck/server/client"
	"keydeck/ui/tui"
	"keydeck/ui/tui/screens"
	"keydeck/ui/tui/tuitest/fake"
)

// TestTickerOf checks that the version of Bubble Tea in go.mod has its ticker where
// pace looks for it.
func TestTickerOf(t *testing.T) {
	p := tea.NewProgram(tui.New(t.Context(), tui.Options{Screens: screens.All, Client: fakeClient(t), Environ: []string{}}))
	if tui.HasTicker(p) {
		t.Error("there is a ticker before it runs")
	}
	s := startProgram(t, true)
	s.draws(t)
	if !tui.HasTicker(s.program) {
		t.Error("while it runs: no ticker; pace has no effect with this version of Bubble Tea")
	}
}

// TestPace checks that the renderer rests after a frame, and that the next message
// wakes it.
func TestPace(t *testing.T) {
	s := startProgram(t, true)
	s.draws(t)
	rests := s.rests
	for range 2 {
		for deadline := time.Now().Add(5 * time.Second); !rests(); {
			if time.Now().After(deadline) {
				t.Fatal("the renderer never rests")
			}
			time.Sleep(time.Millisecond)
		}
		s.program.Send(tea.WindowSizeMsg{Width: 90, Height: 24})
		for deadline := time.Now().Add(5 * time.Second); rests(); {
			if time.Now().After(deadline) {
				t.Fatal("a message does not wake the renderer")
			}
			time.Sleep(time.Millisecond)
		}
	}
}

// stage is a running program with its keyboard and its screen.
type stage struct {
	program *tea.Program
	rests   func() bool
	keys    *io.PipeWriter
	drawn   chan struct{} // gets a value for every output
	asks    chan struct{} // is closed once the address is asked for
	seen    bytes.Buffer  // until then
	once    sync.Once
}

func (s *stage) draws(tb testing.TB) {
	tb.Helper()
	select {
	case <-s.drawn:
	case <-time.After(10 * time.Second):
		tb.Fatal("nothing is drawn")
	}
}

// Write is the screen.
func (s *stage) Write(p []byte) (int, error) {
	if len(p) > 0 {
		if s.seen.Write(p); bytes.Contains(s.seen.Bytes(), []byte("Sign in")) {
			s.once.Do(func() { close(s.asks) })
			s.seen.Reset()
		}
		select {
		case s.drawn <- struct{}{}:
		default:
		}
	}
	return len(p), nil
}

// startProgram runs the dashboard, with the renderer at our pace or at its own.
func startProgram(tb testing.TB, ours bool) *stage {
	tb.Helper()
	c, err := client.New(client.Options{Socket: "/run/keydeck.sock", Transport: fake.New(time.Now)})
	if err != nil {
		tb.Fatal(err)
	}
	ctx, cancel := context.WithCancel(tb.Context())
	root := tui.New(ctx, tui.Options{Screens: screens.All, Client: c, Environ: []string{"TERM=xterm-256color"}})
	in, keys := io.Pipe()
	s := &stage{keys: keys, drawn: make(chan struct{}, 1), asks: make(chan struct{})}
	var model tea.Model = root
	attach := func(*tea.Program) {}
	if ours {
		model, attach, s.rests = tui.Paced(root)
	}
	s.program = tea.NewProgram(model, tea.WithContext(ctx), tea.WithoutSignalHandler(), tea.WithInput(in), tea.WithOutput(s),
		tea.WithEnvironment([]string{"TERM=xterm-256color"}), tea.WithColorProfile(colorprofile.ANSI256), tea.WithWindowSize(80, 24))
	attach(s.program)
	var ended sync.WaitGroup
	ended.Go(func() { _, _ = s.program.Run() })
	tb.Cleanup(func() { cancel(); ended.Wait(); _ = keys.Close() })
	return s
}

// BenchmarkKeyToFrame measures from a key to the change on the screen, through the
// whole program, with the renderer at our pace and at its own.
func BenchmarkKeyToFrame(b *testing.B) {
	for name, ours := range map[string]bool{"ours": true, "renderers": false} {
		b.Run(name, func(b *testing.B) {
			s := startProgram(b, ours)
			<-s.asks
			b.ResetTimer()
			var took []time.Duration
			keys := []string{"a", "\x7f"} // types a letter and deletes it
			for i := range b.N {
				b.StopTimer()
				time.Sleep(tui.RestAfter + 10*time.Millisecond) // at rest, as between the keys of a person
				select {
				case <-s.drawn:
				default:
				}
				b.StartTimer()
				from := time.Now()
				_, _ = s.keys.Write([]byte(keys[i%2]))
				s.draws(b)
				took = append(took, time.Since(from))
			}
			slices.Sort(took)
			b.ReportMetric(float64(took[len(took)*99/100]), "ns/p99")
		})
	}
}
