package backend

import (
	"fmt"
	"testing"
	"time"

	"keydeck/model"
)

// Every page size, the largest too, leads on to the next older page.
func TestPagingThroughTheLog(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	p, _ := w.owner()
	const records = 2*model.MaxRequestsPerGet + 5
	for range records {
		w.Record(model.RequestRecord{Method: "GET", Path: "/x", Status: 200})
	}
	for _, limit := range []int{999, model.MaxRequestsPerGet, model.MaxRequestsPerGet + 7} {
		seen := map[string]bool{}
		for f := (model.RequestFilter{Limit: limit, Path: "/x"}); ; {
			page, err := w.Requests(t.Context(), p, f)
			if err != nil {
				t.Fatal(err)
			}
			if len(page.Items) > model.MaxRequestsPerGet {
				t.Errorf("a page of %d", len(page.Items))
			}
			for _, r := range page.Items {
				seen[r.ID] = true
			}
			if page.NextBefore == nil {
				break
			}
			f.Before = *page.NextBefore
		}
		if len(seen) != records {
			t.Errorf("pages of %d lead to %d records, want %d", limit, len(seen), records)
		}
	}
}

// A filter that no record passes is answered with how far the search came, and
// the next request goes on from there.
func TestSearchingALargeLog(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	p, _ := w.owner()
	const records = 110_000
	batch := make([]model.RequestRecord, 0, records)
	for i := range records {
		at := w.Now().Add(time.Duration(i-records) * time.Millisecond)
		ms := at.UnixMilli()
		batch = append(batch, model.RequestRecord{ID: fmt.Sprintf("%08x-%04x-7000-8000-%012x", ms>>16, ms&0xffff, i), At: model.At(at), Path: "/x", Status: 200})
	}
	batch[1].Path = "/needle"
	if err := w.logDB.Insert(t.Context(), batch); err != nil {
		t.Fatal(err)
	}
	var pages []string
	for f := (model.RequestFilter{Q: "needle", Limit: 1}); len(pages) < 9; {
		page, err := w.Requests(t.Context(), p, f)
		if err != nil {
			t.Fatal(err)
		}
		pages = append(pages, fmt.Sprintf("%d of %d", len(page.Items), page.Searched))
		if page.NextBefore == nil {
			break
		}
		f.Before = *page.NextBefore
	}
	if got, want := fmt.Sprint(pages), "[0 of 50000 0 of 50000 1 of 0]"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
