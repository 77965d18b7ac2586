package requests

import (
	"fmt"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"keydeck/model"
	"keydeck/server/client"
	"keydeck/ui/tui"
	"keydeck/ui/tui/place"
	"keydeck/ui/tui/shell"
	"keydeck/ui/tui/tuitest"
	"keydeck/ui/tui/tuitest/fake"
	"keydeck/ui/tui/wallet"
)

// busyRoot is the dashboard at its fullest: a project of 10,000 keys, and as many
// requests, made with all of them, as the screen holds.
func busyRoot(b testing.TB, records int) (*tui.Root, *screen) {
	b.Helper()
	f := fake.New(time.Now)
	fake.ManyKeys(10_000)(f)
	c, err := client.New(client.Options{Socket: "/run/keydeck.sock", Transport: f})
	if err != nil {
		b.Fatal(err)
	}
	root := tui.New(b.Context(), tui.Options{Screens: only, Client: c, Environ: []string{"TERM=xterm-256color"}})
	root.Update(tea.WindowSizeMsg{Width: 140, Height: 40})
	root.State().Project, root.State().Link = &f.Projects[0], shell.LinkUp
	list := make([]wallet.Credential, 0, len(f.Credentials))
	for _, k := range f.Credentials {
		list = append(list, wallet.FromModel(k))
	}
	requests := New(root.Shell()).(*screen)
	requests.addNames(list)
	log := batchOf(0, records)
	for i := range log {
		log[i].CredentialID = list[i%len(list)].ID
	}
	requests.loaded, requests.live = true, true
	requests.paging.atStart = true
	requests.records.prepend(newestFirst(log))
	requests.follow()
	root.Show(place.Requests, requests)
	return root, requests
}

// BenchmarkKeyPress is a key to its whole frame, with 10,000 keys and with as
// many requests as the screen holds. 16 ms are the room of a frame.
func BenchmarkKeyPress(b *testing.B) {
	for _, c := range []struct {
		name   string
		before []string
		keys   []string // pressed in turn
	}{
		{"requests/move", nil, []string{"up", "down"}},
		{"requests/page", nil, []string{"pgup", "pgup", "pgdown"}},
		{"requests/ends", nil, []string{"home", "end"}},
		{"requests/filter", []string{"f"}, []string{"i", "t", "e", "backspace", "backspace", "backspace"}},
		{"requests/filter by key", []string{"f", "k", "e", "y", ":"}, []string{"k", "7", "backspace", "backspace"}},
		{"requests/complete", []string{"f", "k", "e", "y", ":", "k"}, []string{"tab"}},
		{"requests/search", []string{"/", "z", "z", "enter"}, []string{"n"}},
		{"requests/own", nil, []string{"o"}},
		{"requests/palette", []string{":"}, []string{"a", "backspace"}},
	} {
		b.Run(c.name, func(b *testing.B) {
			root, _ := busyRoot(b, 2*maxRecords)
			for _, k := range c.before {
				root.Update(tuitest.Key(k))
			}
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				root.Update(tuitest.Key(c.keys[i%len(c.keys)]))
				root.View()
			}
		})
	}
}

// BenchmarkTail measures a batch of the live tail and its frame by how many records
// there are: the last three must be alike.
func BenchmarkTail(b *testing.B) {
	for _, n := range []int{100, 10_000, maxRecords, 2 * maxRecords} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			root, s := busyRoot(b, n)
			b.ReportAllocs()
			for b.Loop() {
				s.version++ // no row is drawn from memory
				root.View()
			}
		})
	}
}

func newestFirst(list []model.RequestRecord) []model.RequestRecord {
	out := make([]model.RequestRecord, len(list))
	for i := range list {
		out[len(list)-1-i] = list[i]
	}
	return out
}

func batchOf(from, n int) []model.RequestRecord {
	out := make([]model.RequestRecord, n)
	for i := range out {
		out[i] = fake.Record(from+i, time.Unix(int64(from+i), 0), "GET", fmt.Sprintf("/v1/item/%d", from+i), 200+(from+i)%2, 22, "")
	}
	return out
}
