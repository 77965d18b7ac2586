// Package requestlog is the request log: a ring, a batched writer, retention, subscriptions.
package requestlog

import (
	"context"
	"log/slog"
	"time"

	"keydeck/backend/store"
	"keydeck/model"
)

type Options struct {
	Ring      int           // records in memory, 0: 65536
	Retention time.Duration // 0: 7 days
	MaxBytes  int64         // size cap of requests.db, 0: 1 GiB
	Now       func() time.Time
	Log       *slog.Logger
}

type Log struct{}

func Open(ctx context.Context, db *store.Requests, o Options) (*Log, error) { panic("x") }

// Append takes a record in and gives it its id. It never blocks and does no I/O; what the writer cannot keep up with is dropped and counted.
func (l *Log) Append(r model.RequestRecord) { panic("x") }

// Query reads the log, newest first, including everything appended before the call.
func (l *Log) Query(ctx context.Context, f model.RequestFilter) ([]model.RequestRecord, error) {
	panic("x")
}

// Subscribe follows the log from the record after the given id ("" for now on).
func (l *Log) Subscribe(f model.RequestFilter, after string) *Subscription { panic("x") }

func (l *Log) Stats() model.LogStats           { panic("x") }
func (l *Log) Close(ctx context.Context) error { panic("x") } // writes what is in the ring

type Subscription struct{}

// Next waits for records, then returns at most max of those that have come since, oldest first, and how many were skipped because the
// reader fell behind the ring. It gathers for a moment (about 100 ms) so that a busy log comes in batches.
func (s *Subscription) Next(ctx context.Context, max int) (batch []model.RequestRecord, skipped int64, err error) {
	panic("x")
}
func (s *Subscription) Close() { panic("x") }
