package requests

import (
	"slices"
	"testing"
	"time"

	"keydeck/model"
	"keydeck/ui/tui/tuitest"
)

// TestSearchGoesOnByItself: a filter of which the server finds nothing in what
// it looks at for one page is followed back to the one record that passes.
func TestSearchGoesOnByItself(t *testing.T) {
	run(t, tuitest.Options{SignedIn: true, W: 110, H: 24, Furnish: func(f *tuitest.Fake) { tuitest.BusyLog(f, 12_000); f.LookAt = 500 }}, func(r *tuitest.Rig) {
		r.Keys("3")
		r.Wait(time.Second)
		r.Keys("f", "item/0", "enter")
		r.Wait(2 * time.Second)
		r.Sees("/v1/item/0", "all 1 loaded")
		if r.Fake.Searches < 20 {
			t.Errorf("%d pages were cut short: too few to prove anything", r.Fake.Searches)
		}
		r.Keys("f", "ctrl+u", "nowhere", "enter")
		r.Wait(2 * time.Second)
		r.Sees("Nothing passes the filter")
		r.Lacks("yet", "further back")
	})
}

func TestSearchSaysHowFarAndStops(t *testing.T) {
	run(t, tuitest.Options{SignedIn: true, W: 110, H: 24, Furnish: func(f *tuitest.Fake) { tuitest.BusyLog(f, 12_000); f.LookAt = 1000 }}, func(r *tuitest.Rig) {
		r.Fake.HoldAt = 4
		r.Keys("3")
		r.Wait(time.Second)
		r.Keys("f", "item/11999", "enter")
		r.Wait(2 * time.Second)
		r.Sees("/v1/item/11999", "searched back to 2024-06-10 ", ", 4,000 records, esc stops", "esc stop")
		r.Keys("esc")
		r.Sees("/v1/item/11999", "searching further back: m", "m further back")
		r.Lacks("esc stops")
		asked := r.Fake.Searches
		r.Wait(5 * time.Second)
		if r.Fake.Searches != asked {
			t.Error("it searches on after esc")
		}
		r.Fake.Silent["GET /auth/requests/"] = false
		r.Keys("m")
		r.Wait(2 * time.Second)
		r.Sees("all 1 loaded")
		r.Lacks("further back", "esc stops")
		if r.Fake.Searches != 11 {
			t.Errorf("%d pages were cut short, want 11 of 1,000 records, none of them twice", r.Fake.Searches)
		}
	})
}

// TestOlderPagesHaveNoSeam: what comes live while a page into the past is on its
// way must not leave a gap above, nor a row twice.
func TestOlderPagesHaveNoSeam(t *testing.T) {
	run(t, tuitest.Options{SignedIn: true, Furnish: func(f *tuitest.Fake) { tuitest.BusyLog(f, 4000) }}, func(r *tuitest.Rig) {
		r.Keys("3")
		r.Wait(time.Second)
		s := r.Root.Page().(*screen)
		cmd := s.loadOlder() // asked, and not answered yet
		for from := 4000; len(s.records.all) <= maxRecords && from < 3*maxRecords; from += 1000 {
			s.addRecords(tuitest.BatchOf(from, 1000))
		}
		s.addRecords(tuitest.BatchOf(3*maxRecords, maxRecords+trimSlack)) // the oldest go
		r.Handle(cmd())
		r.Settle()
		ids := make([]string, s.records.len())
		for i := range ids {
			ids[i] = s.records.at(i).ID
		}
		if !slices.IsSorted(ids) || len(slices.Compact(slices.Clone(ids))) != len(ids) {
			t.Error("the rows are out of order, or some are there twice")
		}
		if ids[0] < tuitest.UUID(1000+3*maxRecords) {
			t.Errorf("%s came in above a gap", ids[0])
		}
	})
}

// TestPausedStaysWhereItIs: however much comes, nothing that is looked at goes;
// what finds no room is counted, and fetched when the newest are wanted again.
func TestPausedStaysWhereItIs(t *testing.T) {
	run(t, tuitest.Options{SignedIn: true, Furnish: func(f *tuitest.Fake) { tuitest.BusyLog(f, 300) }}, func(r *tuitest.Rig) {
		r.Keys("3")
		r.Wait(time.Second)
		r.Keys("up", "up")
		s := r.Root.Page().(*screen)
		looked := *s.selected()
		var list []model.RequestRecord
		for from := 300; from < 300+3*maxRecords; from += 1000 {
			list = tuitest.BatchOf(from, 1000)
			s.addRecords(list)
		}
		if got := *s.selected(); got != looked {
			t.Errorf("the cursor is on %s, want %s", got.Path, looked.Path)
		}
		if n := len(s.records.all); n > maxRecords+trimSlack {
			t.Errorf("%d records are held, want at most %d", n, maxRecords+trimSlack)
		}
		r.Sees("paused", "60,000 new")
		r.Fake.Log = append(r.Fake.Log, list...)
		r.Keys("end")
		r.Wait(time.Second)
		r.Sees("following", list[len(list)-1].Path)
	})
}
