package requests

import (
	"slices"
	"testing"
	"time"

	"keydeck/model"
	"keydeck/ui/tui/tuitest"
	"keydeck/ui/tui/tuitest/fake"
)

// TestSearchGoesOnByItself follows a filter back to its only match, beyond what the
// server searches for one page.
func TestSearchGoesOnByItself(t *testing.T) {
	run(t, tuitest.Options{SignedIn: true, W: 110, H: 24, Seed: func(f *fake.Server) { fake.LogOf(f, 12_000); f.ScanLimit = 500 }}, func(r *tuitest.Rig) {
		r.Keys("3")
		r.Wait(time.Second)
		r.Keys("f", "item/0", "enter")
		r.Wait(2 * time.Second)
		r.Sees("/v1/item/0", "all 1 loaded")
		if r.Server.Scans < 20 {
			t.Errorf("%d pages were cut short: too few to prove anything", r.Server.Scans)
		}
		r.Keys("f", "ctrl+u", "nowhere", "enter")
		r.Wait(2 * time.Second)
		r.Sees("Nothing matches the filter")
		r.Lacks("yet", "further back")
	})
}

func TestSearchSaysHowFarAndStops(t *testing.T) {
	run(t, tuitest.Options{SignedIn: true, W: 110, H: 24, Seed: func(f *fake.Server) { fake.LogOf(f, 12_000); f.ScanLimit = 1000 }}, func(r *tuitest.Rig) {
		r.Server.SilentAfter = 4
		r.Keys("3")
		r.Wait(time.Second)
		r.Keys("f", "item/11999", "enter")
		r.Wait(2 * time.Second)
		r.Sees("/v1/item/11999", "searched back to 2024-06-10 ", ", 4,000 requests, esc stops", "esc stop")
		r.Keys("esc")
		r.Sees("/v1/item/11999", "m searches further back", "m further back")
		r.Lacks("esc stops")
		asked := r.Server.Scans
		r.Wait(5 * time.Second)
		if r.Server.Scans != asked {
			t.Error("it searches on after esc")
		}
		r.Server.Silent["GET /auth/requests/"] = false
		r.Keys("m")
		r.Wait(2 * time.Second)
		r.Sees("all 1 loaded")
		r.Lacks("further back", "esc stops")
		if r.Server.Scans != 11 {
			t.Errorf("%d pages were cut short, want 11 of 1,000 records, none of them twice", r.Server.Scans)
		}
	})
}

// TestOlderPagesHaveNoSeam checks that records which come while an older page is loaded
// leave no gap above it and repeat no row.
func TestOlderPagesHaveNoSeam(t *testing.T) {
	run(t, tuitest.Options{SignedIn: true, Seed: func(f *fake.Server) { fake.LogOf(f, 4000) }}, func(r *tuitest.Rig) {
		r.Keys("3")
		r.Wait(time.Second)
		s := r.Root.Page().(*screen)
		cmd := s.loadOlder() // asked, and not answered yet
		for from := 4000; len(s.records.all) <= maxRecords && from < 3*maxRecords; from += 1000 {
			s.addRecords(batchOf(from, 1000))
		}
		s.addRecords(batchOf(3*maxRecords, maxRecords+trimSlack)) // the oldest go
		r.Handle(cmd())
		r.Settle()
		ids := make([]string, s.records.len())
		for i := range ids {
			ids[i] = s.records.at(i).ID
		}
		if !slices.IsSorted(ids) || len(slices.Compact(slices.Clone(ids))) != len(ids) {
			t.Error("the rows are out of order, or some are there twice")
		}
		if ids[0] < fake.UUID(1000+3*maxRecords) {
			t.Errorf("%s came in above a gap", ids[0])
		}
	})
}

// TestPausedStaysWhereItIs checks that nothing on the screen goes while paused, however
// much comes, and that what has no room is counted and fetched later.
func TestPausedStaysWhereItIs(t *testing.T) {
	run(t, tuitest.Options{SignedIn: true, Seed: func(f *fake.Server) { fake.LogOf(f, 300) }}, func(r *tuitest.Rig) {
		r.Keys("3")
		r.Wait(time.Second)
		r.Keys("up", "up")
		s := r.Root.Page().(*screen)
		looked := *s.selected()
		var list []model.RequestRecord
		for from := 300; from < 300+3*maxRecords; from += 1000 {
			list = batchOf(from, 1000)
			s.addRecords(list)
		}
		if got := *s.selected(); got != looked {
			t.Errorf("the cursor is on %s, want %s", got.Path, looked.Path)
		}
		if n := len(s.records.all); n > maxRecords+trimSlack {
			t.Errorf("%d records are held, want at most %d", n, maxRecords+trimSlack)
		}
		r.Sees("paused", "60,000 new")
		r.Server.Log = append(r.Server.Log, list...)
		r.Keys("end")
		r.Wait(time.Second)
		r.Sees("following", list[len(list)-1].Path)
	})
}
