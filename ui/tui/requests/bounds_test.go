package requests

import (
	"fmt"
	"testing"
	"time"

	"keydeck/server/client"
	"keydeck/ui/tui/tuitest/fake"
)

// TestHeldIsBounded checks that a million requests with as many credentials, addresses
// and paths leave no more in memory than allowed, while following, while paused, and
// while nobody fetches them.
func TestHeldIsBounded(t *testing.T) {
	const million, step = 1_000_000, 5_000
	root, s := busyRoot(t, 100)
	s.feed = newFeed(root.Shell(), s.serverFilter(), "")
	defer s.Close()
	check := func(when string) {
		t.Helper()
		for _, c := range []struct {
			what     string
			got, max int
		}{
			{"records", len(s.records.all), maxRecords + trimSlack},
			{"room for records", cap(s.records.all), 2 * (maxRecords + trimSlack)},
			{"rows", len(s.records.matches), maxRecords + trimSlack},
			{"names", len(s.names), maxRecords},
			{"waiting records", len(s.feed.batch.records), maxQueue},
		} {
			if c.got > c.max {
				t.Fatalf("%s: %d %s are held, want at most %d", when, c.got, c.what, c.max)
			}
		}
	}
	list := batchOf(0, step)
	for from := 1000; from < million; from += step {
		for i := range list {
			n := from + i
			list[i].ID, list[i].CredentialID = fake.UUID(1000+n), fmt.Sprint("key ", n)
			list[i].RemoteIP, list[i].Path = fmt.Sprint("192.0.2.", n), fmt.Sprint("/", n)
		}
		s.paused = from > million/2
		s.batchArrived(batch{feed: s.feed, records: list, live: true})
		root.View()
		check(fmt.Sprint("after ", from+step))
	}
	if s.newRows < million/2-2*maxRecords {
		t.Errorf("%d new ones are counted while paused, want about %d", s.newRows, million/2)
	}

	rec := fake.Record(1, time.Now(), "GET", "/", 200, 0, "")
	for range million {
		s.feed.batch.add(client.Event{Record: &rec})
	}
	check("nobody fetches")
	if got := int64(len(s.feed.batch.records)) + s.feed.batch.skipped; got != million {
		t.Errorf("%d of %d are there or counted as skipped", got, million)
	}
}
