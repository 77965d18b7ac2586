package store

import (
	"context"
	"time"

	"keydeck/model"
)

// Requests is the request log's own database file, requests.db.
type Requests struct{}

func OpenRequests(ctx context.Context, o Options) (*Requests, error)                { panic("x") }
func (r *Requests) Close() error                                                    { panic("x") }
func (r *Requests) Insert(ctx context.Context, records []model.RequestRecord) error { panic("x") } // one transaction; a duplicate id is ignored
func (r *Requests) Query(ctx context.Context, f model.RequestFilter) ([]model.RequestRecord, error) {
	panic("x")
} // newest first, at most f.Limit
func (r *Requests) Since(ctx context.Context, after string, f model.RequestFilter, limit int) ([]model.RequestRecord, error) {
	panic("x")
} // oldest first, id > after
func (r *Requests) Prune(ctx context.Context, before time.Time, maxBytes int64) (int64, error) {
	panic("x")
} // by age and by size of the file, in bounded steps
