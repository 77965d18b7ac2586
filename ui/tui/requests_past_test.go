package tui

import (
	"slices"
	"testing"
	"time"

	"keydeck/model"
)

// TestSearchGoesOnByItself: a filter of which the server finds nothing in what
// it looks at for one page is followed back to the one record that passes.
func TestSearchGoesOnByItself(t *testing.T) {
	run(t, rigOptions{signedIn: true, w: 110, h: 24, furnish: func(f *fake) { busyLog(f, 12_000); f.lookAt = 500 }}, func(r *rig) {
		r.keys("3")
		r.wait(time.Second)
		r.keys("f", "item/0", "enter")
		r.wait(2 * time.Second)
		r.sees("/v1/item/0", "all 1 loaded")
		if r.fake.searches < 20 {
			t.Errorf("%d pages were cut short: too few to prove anything", r.fake.searches)
		}
		r.keys("f", "ctrl+u", "nowhere", "enter")
		r.wait(2 * time.Second)
		r.sees("Nothing passes the filter")
		r.lacks("yet", "further back")
	})
}

func TestSearchSaysHowFarAndStops(t *testing.T) {
	run(t, rigOptions{signedIn: true, w: 110, h: 24, furnish: func(f *fake) { busyLog(f, 12_000); f.lookAt = 1000 }}, func(r *rig) {
		r.fake.holdAt = 4
		r.keys("3")
		r.wait(time.Second)
		r.keys("f", "item/11999", "enter")
		r.wait(2 * time.Second)
		r.sees("/v1/item/11999", "searched back to 2024-06-10 ", ", 4,000 records, esc stops", "esc stop")
		r.keys("esc")
		r.sees("/v1/item/11999", "searching further back: m", "m further back")
		r.lacks("esc stops")
		asked := r.fake.searches
		r.wait(5 * time.Second)
		if r.fake.searches != asked {
			t.Error("it searches on after esc")
		}
		r.fake.silent["GET /auth/requests/"] = false
		r.keys("m")
		r.wait(2 * time.Second)
		r.sees("all 1 loaded")
		r.lacks("further back", "esc stops")
		if r.fake.searches != 11 {
			t.Errorf("%d pages were cut short, want 11 of 1,000 records, none of them twice", r.fake.searches)
		}
	})
}

// TestOlderPagesHaveNoSeam: what comes live while a page into the past is on its
// way must not leave a gap above, nor a row twice.
func TestOlderPagesHaveNoSeam(t *testing.T) {
	run(t, rigOptions{signedIn: true, furnish: func(f *fake) { busyLog(f, 4000) }}, func(r *rig) {
		r.keys("3")
		r.wait(time.Second)
		s := r.root.Page().(*requestsScreen)
		cmd := s.reach() // asked, and not answered yet
		for from := 4000; len(s.records.all) <= maxRecords && from < 3*maxRecords; from += 1000 {
			s.takeIn(batchOf(from, 1000))
		}
		s.takeIn(batchOf(3*maxRecords, maxRecords+slack)) // the oldest go
		r.handle(cmd())
		r.settle()
		ids := make([]string, s.records.len())
		for i := range ids {
			ids[i] = s.records.at(i).ID
		}
		if !slices.IsSorted(ids) || len(slices.Compact(slices.Clone(ids))) != len(ids) {
			t.Error("the rows are out of order, or some are there twice")
		}
		if ids[0] < uuid(1000+3*maxRecords) {
			t.Errorf("%s came in above a gap", ids[0])
		}
	})
}

// TestPausedStaysWhereItIs: however much comes, nothing that is looked at goes;
// what finds no room is counted, and fetched when the newest are wanted again.
func TestPausedStaysWhereItIs(t *testing.T) {
	run(t, rigOptions{signedIn: true, furnish: func(f *fake) { busyLog(f, 300) }}, func(r *rig) {
		r.keys("3")
		r.wait(time.Second)
		r.keys("up", "up")
		s := r.root.Page().(*requestsScreen)
		looked := *s.selected()
		var list []model.RequestRecord
		for from := 300; from < 300+3*maxRecords; from += 1000 {
			list = batchOf(from, 1000)
			s.takeIn(list)
		}
		if got := *s.selected(); got != looked {
			t.Errorf("the cursor is on %s, want %s", got.Path, looked.Path)
		}
		if n := len(s.records.all); n > maxRecords+slack {
			t.Errorf("%d records are held, want at most %d", n, maxRecords+slack)
		}
		r.sees("paused", "60,000 new")
		r.fake.log = append(r.fake.log, list...)
		r.keys("end")
		r.wait(time.Second)
		r.sees("following", list[len(list)-1].Path)
	})
}
