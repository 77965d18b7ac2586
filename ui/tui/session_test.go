package tui_test

import (
	"testing"
	"testing/synctest"

	tea "charm.land/bubbletea/v2"

	"keydeck/server/client"
	"keydeck/ui/tui"
	"keydeck/ui/tui/screens"
	"keydeck/ui/tui/tuitest/fake"
)

// stuckSessions is a store on a disk that does not answer.
type stuckSessions struct {
	client.Sessions
	answers chan struct{}
}

func (s stuckSessions) Load() (*client.Session, error) {
	<-s.answers
	return s.Sessions.Load()
}

func TestUpdateWaitsForNoDisk(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := stuckSessions{client.NewMemory(), make(chan struct{})}
		c, err := client.New(client.Options{Socket: "/run/keydeck.sock", Transport: fake.New(nil), Sessions: store})
		if err != nil {
			t.Fatal(err)
		}
		root := tui.New(t.Context(), tui.Options{Client: c, Screens: screens.All})
		defer close(store.answers)
		steps := []func() tea.Cmd{root.Init}
		for range 4 {
			steps = append(steps, func() tea.Cmd { _, cmd := root.Update(tui.Second()); return cmd })
		}
		for i, step := range steps {
			returned := make(chan struct{})
			go func() { step(); close(returned) }()
			synctest.Wait()
			select {
			case <-returned:
			default:
				t.Fatalf("step %d waits for the stored login to be read", i)
			}
		}
	})
}
