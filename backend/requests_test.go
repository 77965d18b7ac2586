package backend

import (
	"testing"

	"keydeck/model"
)

// Every page size, the largest too, leads on to the next older page.
func TestPagingThroughTheLog(t *testing.T) {
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
