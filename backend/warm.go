package backend

import (
	"context"
	"time"

	"keydeck/backend/store"
	"keydeck/backend/traffic"
	"keydeck/model"
)

// maxWarm is how many records of the last hour are read at the start. A busier
// server only counts the newest of them.
const maxWarm = 200_000

// warmTraffic counts the last hour of the log, up to the record with the id
// newest, which was the last one in the log when this server started. Records
// that come in meanwhile have greater ids, so nothing is counted twice.
func (b *Backend) warmTraffic(ctx context.Context, newest string) {
	began := time.Now()
	n, err := warm(ctx, b.logDB, b.traffic, newest, b.Now, maxWarm)
	switch {
	case ctx.Err() != nil:
	case err != nil:
		b.log.Warn("read the last hour of the request log; the overview begins without it", "records", n, "error", err)
	case n > 0:
		b.log.Debug("read the last hour of the request log", "records", n, "took", time.Since(began))
	}
}

func warm(ctx context.Context, log *store.Requests, into *traffic.Traffic, newest string, now func() time.Time, most int) (n int, err error) {
	// Any string between the id and the next greater one: Before excludes.
	before := newest + "0"
	since := model.At(now().Add(-time.Hour))
	for newest != "" && n < most {
		records, err := log.Query(ctx, model.RequestFilter{Since: &since, Before: before, Limit: min(model.MaxRequestsPerGet, most-n)})
		if err != nil {
			return n, err
		}
		for i := range records {
			into.Remember(&records[i], now())
		}
		n += len(records)
		if len(records) < model.MaxRequestsPerGet {
			break
		}
		before = records[len(records)-1].ID
	}
	return n, nil
}
