package client

import (
	"context"
	"strconv"

	"keydeck/model"
)

func pageQuery(p model.PageRequest) map[string]string {
	p = p.Normal()
	return map[string]string{"page": strconv.Itoa(p.Page), "limit": strconv.Itoa(p.Limit)}
}

// items makes a call that lists everything at once, without pages.
func items[T any](ctx context.Context, c *Client, in call) ([]T, error) {
	list, err := get[struct {
		Items []T `json:"items"`
	}](ctx, c, in)
	return list.Items, err
}

// All reads every page of a list, a thousand items at a time.
func All[T any](ctx context.Context, list func(context.Context, model.PageRequest) (model.Page[T], error)) ([]T, error) {
	items := []T{}
	for page := 1; ; page++ {
		got, err := list(ctx, model.PageRequest{Page: page, Limit: model.MaxPageLimit})
		if err != nil {
			return nil, err
		}
		items = append(items, got.Items...)
		if int64(page) >= got.Pagination.Pages {
			return items, nil
		}
	}
}
