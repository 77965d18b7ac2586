package cli

import (
	"context"
	"fmt"
	"testing"

	"keydeck/model"
)

// TestSearchGoesOn: a page that the server could not fill is followed to the
// next, until there are as many records as were asked for, or no more.
func TestSearchGoesOn(t *testing.T) {
	next := func(s string) *string { return &s }
	pages := []model.RequestPage{
		{Items: []model.RequestRecord{{ID: "9"}}, NextBefore: next("7"), Searched: 3},
		{NextBefore: next("4"), Searched: 3},
		{Items: []model.RequestRecord{{ID: "3"}}, NextBefore: next("3")},
		{Items: []model.RequestRecord{{ID: "1"}}},
	}
	for _, tt := range []struct {
		limit int
		want  string
	}{
		{0, "9 3 after [ 100] [7 99] [4 99] "},
		{2, "9 3 after [ 2] [7 1] [4 1] "},
		{1, "9 after [ 1] "},
	} {
		asked := ""
		left := pages
		items, err := search(t.Context(), func(_ context.Context, f model.RequestFilter) (model.RequestPage, error) {
			asked += fmt.Sprintf("[%s %d] ", f.Before, f.Limit)
			page := left[0]
			left = left[1:]
			return page, nil
		}, model.RequestFilter{Limit: tt.limit})
		got := ""
		for _, r := range items {
			got += r.ID + " "
		}
		if got += "after " + asked; err != nil || got != tt.want {
			t.Errorf("limit %d: got %q (%v), want %q", tt.limit, got, err, tt.want)
		}
	}
}
