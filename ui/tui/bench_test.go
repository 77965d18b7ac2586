package tui

import (
	"fmt"
	"testing"
	"time"

	"keydeck/model"
	"keydeck/server/client"
)

// busyRoot is the dashboard at its fullest: a project of 10,000 keys, and as many
// requests as the screen holds, made with all of them.
func busyRoot(b testing.TB, records int) (*Root, *requestsScreen) {
	b.Helper()
	f := newFake(time.Now)
	many(10_000)(f)
	c, err := client.New(client.Options{Socket: "/run/keydeck.sock", Transport: f})
	if err != nil {
		b.Fatal(err)
	}
	root := New(b.Context(), Options{Client: c, Environ: []string{"TERM=xterm-256color"}})
	root.resize(140, 40)
	root.signedIn, root.project, root.link = true, &f.projects[0], linkUp
	keys := newCredentials(root.desk).(*credentialsScreen)
	list := make([]credential, 0, len(f.keys))
	for _, k := range f.keys {
		list = append(list, fromAPIKey(k))
	}
	keys.takeUses(f.uses)
	keys.take(list, nil)
	requests := newRequests(root.desk).(*requestsScreen)
	requests.named(list)
	log := batchOf(0, records)
	for i := range log {
		log[i].CredentialID = list[i%len(list)].id
	}
	requests.loaded, requests.live = true, true
	requests.past.atStart = true
	requests.records.prepend(newestFirst(log))
	requests.follow()
	root.pages[screenCredentials], root.pages[screenRequests] = keys, requests
	return root, requests
}

func newestFirst(list []model.RequestRecord) []model.RequestRecord {
	out := make([]model.RequestRecord, len(list))
	for i := range list {
		out[len(list)-1-i] = list[i]
	}
	return out
}

// BenchmarkKeyPress is a key to its whole frame, with 10,000 keys and with as
// many requests as the screen holds. 16 ms are the room of a frame.
func BenchmarkKeyPress(b *testing.B) {
	for _, c := range []struct {
		name   string
		at     screenID
		before []string
		keys   []string // pressed in turn
	}{
		{"credentials/move", screenCredentials, nil, []string{"down", "down", "up"}},
		{"credentials/page", screenCredentials, nil, []string{"pgdown", "pgup"}},
		{"credentials/ends", screenCredentials, nil, []string{"end", "home"}},
		{"credentials/filter", screenCredentials, []string{"/"}, []string{"k", "e", "7", "backspace", "backspace", "backspace"}},
		{"credentials/sort", screenCredentials, nil, []string{"s"}},
		{"credentials/turn", screenCredentials, nil, []string{"o"}},
		{"credentials/inactive", screenCredentials, nil, []string{"a"}},
		{"credentials/choose", screenCredentials, nil, []string{"space"}},
		{"credentials/choose all", screenCredentials, nil, []string{"A"}},
		{"credentials/chosen", screenCredentials, []string{"A"}, []string{"down", "up"}},
		{"requests/move", screenRequests, nil, []string{"up", "down"}},
		{"requests/page", screenRequests, nil, []string{"pgup", "pgup", "pgdown"}},
		{"requests/ends", screenRequests, nil, []string{"home", "end"}},
		{"requests/filter", screenRequests, []string{"f"}, []string{"i", "t", "e", "backspace", "backspace", "backspace"}},
		{"requests/filter by key", screenRequests, []string{"f", "k", "e", "y", ":"}, []string{"k", "7", "backspace", "backspace"}},
		{"requests/complete", screenRequests, []string{"f", "k", "e", "y", ":", "k"}, []string{"tab"}},
		{"requests/search", screenRequests, []string{"/", "z", "z", "enter"}, []string{"n"}},
		{"requests/own", screenRequests, nil, []string{"o"}},
		{"requests/palette", screenRequests, []string{":"}, []string{"a", "backspace"}},
	} {
		b.Run(c.name, func(b *testing.B) {
			root, _ := busyRoot(b, 2*maxRecords)
			root.current = c.at
			for _, k := range c.before {
				root.Update(press(k))
			}
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				root.Update(press(c.keys[i%len(c.keys)]))
				root.View()
			}
		})
	}
}

// BenchmarkTail is what a batch of the live tail costs to its frame, by how much
// is here already: the last three must be alike.
func BenchmarkTail(b *testing.B) {
	for _, n := range []int{100, 10_000, maxRecords, 2 * maxRecords} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			root, s := busyRoot(b, n)
			root.current = screenRequests
			b.ReportAllocs()
			for b.Loop() {
				s.looks++ // no row is drawn from memory
				root.View()
			}
		})
	}
}
