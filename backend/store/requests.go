package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/google/uuid"

	"keydeck/model"
)

// Requests is the request log's own database file, requests.db. All methods
// are safe for concurrent use.
type Requests struct {
	db     *database
	insert *sql.Stmt
}

func openRequests(ctx context.Context, p *pending) (*Requests, error) {
	db, err := p.open(ctx)
	if err != nil {
		return nil, err
	}
	r := &Requests{db: db}
	r.insert, err = db.write.PrepareContext(ctx, `INSERT INTO requests (`+requestColumns+`)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17) ON CONFLICT (id) DO NOTHING`)
	if err != nil {
		return nil, errors.Join(fail(ctx, "prepare statements", err), db.Close())
	}
	return r, nil
}

// Close ends all connections. Every later call fails with ErrUnavailable.
func (r *Requests) Close() error { return r.db.Close() }

const requestColumns = `id, at, method, route, path, status, duration_us, bytes, remote_ip, user_agent, request_id,
	scheme, credential_id, credential_hint, project_id, user_id, reason`

func scanRequest(row scanner) (r model.RequestRecord, err error) {
	return r, row.Scan(&r.ID, at{&r.At.Time}, &r.Method, &r.Route, &r.Path, &r.Status, &r.DurationUS, &r.Bytes, &r.RemoteIP,
		&r.UserAgent, &r.RequestID, &r.Scheme, &r.CredentialID, &r.CredentialHint, &r.ProjectID, &r.UserID, &r.Reason)
}

// Insert writes records in one transaction. A record whose id exists is ignored,
// so a batch may be written again if it is not certain that it failed.
func (r *Requests) Insert(ctx context.Context, records []model.RequestRecord) error {
	if len(records) == 0 {
		return nil
	}
	return r.db.update(ctx, "insert requests", func(ctx context.Context, tx *sql.Tx) error {
		var s skew
		insert := tx.StmtContext(ctx, r.insert)
		for i := range records {
			q := &records[i]
			s.add(q)
			if _, err := insert.ExecContext(ctx, q.ID, millis(q.At.Time), q.Method, q.Route, q.Path, q.Status, q.DurationUS, q.Bytes,
				q.RemoteIP, q.UserAgent, q.RequestID, string(q.Scheme), q.CredentialID, q.CredentialHint, q.ProjectID, q.UserID,
				string(q.Reason)); err != nil {
				return err
			}
		}
		_, err := tx.ExecContext(ctx, `UPDATE skew SET
				lead = CASE WHEN lead < $1 THEN $1 ELSE lead END, lag = CASE WHEN lag < $2 THEN $2 ELSE lag END
			WHERE id = 1 AND (lead < $1 OR lag < $2)`, s.lead, s.lag)
		return err
	})
}

// Query reads the records that pass the filter, newest first: those older than
// f.Before, at most f.Limit of them (0: model.DefaultRequestLimit). The limit is
// capped at one more than model.MaxRequestsPerGet, so that callers can see
// whether there are more.
func (r *Requests) Query(ctx context.Context, f model.RequestFilter) ([]model.RequestRecord, error) {
	found, err := r.Search(ctx, f, 0)
	return found.Records, err
}

// Found is a page of records. If Stopped is not "", the search stopped at that id
// before the page was full: it has looked at Looked records, and at none that are
// older than the id.
type Found struct {
	Records []model.RequestRecord
	Stopped string
	Looked  int
}

// Search is Query, but looks at no more than the given number of records (0: any
// number). This bounds filters that no index answers: they test one record after
// the other, and perhaps none in the whole log passes.
func (r *Requests) Search(ctx context.Context, f model.RequestFilter, rows int) (Found, error) {
	limit := f.Limit
	if limit <= 0 {
		limit = model.DefaultRequestLimit
	}
	q := requestQuery{filter: f, limit: min(limit, model.MaxRequestsPerGet+1)}
	if err := r.loadSkew(ctx, &q); err != nil {
		return Found{}, err
	}
	if err := r.choosePath(ctx, &q, rows); err != nil {
		return Found{}, fail(ctx, "find a way through requests", err)
	}
	records, err := r.run(ctx, "query requests", &q)
	if err != nil || q.floor == "" || len(records) == q.limit {
		return Found{Records: records}, err
	}
	return Found{Records: records, Stopped: q.floor, Looked: rows}, nil
}

// choosePath picks the access path that gets furthest back with the given number
// of records, and sets the floor to the id that it reaches, "" for the end of
// the log.
func (r *Requests) choosePath(ctx context.Context, q *requestQuery, rows int) error {
	ways := q.accessPaths()
	q.by = ways[0]
	if rows <= 0 || q.allMatch() {
		return nil
	}
	floor := ""
	for i, by := range ways {
		try := requestQuery{filter: q.filter, skew: q.skew, by: by}
		text, args := try.buildFloor(rows)
		if text == "" {
			return nil
		}
		var reach string
		err := r.db.read.QueryRowContext(ctx, text, args...).Scan(&reach)
		if err != nil && !errors.Is(err, sql.ErrNoRows) {
			return err
		}
		if i == 0 || reach < floor {
			q.by, floor = by, reach
		}
		if floor == "" {
			break
		}
	}
	q.floor = floor
	return nil
}

// Since reads the records that pass the filter, oldest first: those with an id
// greater than after, at most limit of them. It ignores f.Before and f.Limit.
func (r *Requests) Since(ctx context.Context, after string, f model.RequestFilter, limit int) ([]model.RequestRecord, error) {
	f.Before = ""
	q := requestQuery{filter: f, ascending: true, after: after, limit: limit}
	q.by = q.accessPaths()[0]
	if err := r.loadSkew(ctx, &q); err != nil {
		return nil, err
	}
	return r.run(ctx, "query requests since an id", &q)
}

// loadSkew reads the skew, which turns a range of times into a range of ids.
func (r *Requests) loadSkew(ctx context.Context, q *requestQuery) error {
	if q.filter.Since == nil && q.filter.Until == nil {
		return nil
	}
	err := r.db.read.QueryRowContext(ctx, `SELECT lead, lag FROM skew WHERE id = 1`).Scan(&q.skew.lead, &q.skew.lag)
	return fail(ctx, "read the skew of requests", err)
}

func (r *Requests) run(ctx context.Context, verb string, q *requestQuery) ([]model.RequestRecord, error) {
	text, args := q.build()
	if text == "" || q.limit <= 0 {
		return []model.RequestRecord{}, nil
	}
	records, err := list(ctx, r.db.read, scanRequest, text, args...)
	return records, fail(ctx, verb, err)
}

// Newest is the greatest id in the log, "" if it is empty.
func (r *Requests) Newest(ctx context.Context) (id string, err error) {
	err = r.db.read.QueryRowContext(ctx, `SELECT id FROM requests ORDER BY id DESC LIMIT 1`).Scan(&id)
	if errors.Is(err, sql.ErrNoRows) {
		return "", nil
	}
	return id, fail(ctx, "find the newest request", err)
}

// pruneStep is how many records one transaction deletes, so that writers of new
// ones wait for milliseconds at most.
const pruneStep = 500

// Prune drops the records that arrived before the given time (the time in their
// id; the zero time drops none), then the oldest until the rest takes at most
// maxBytes (0 or less: any size). It works in steps of a few milliseconds, gives
// space back to the disk, and stops between two steps when ctx ends. It returns
// how many records it dropped.
func (r *Requests) Prune(ctx context.Context, before time.Time, maxBytes int64) (dropped int64, err error) {
	if !before.IsZero() {
		below := idFloor(millis(before))
		for {
			n, err := r.pruneOldest(ctx, below)
			dropped += n
			if err != nil {
				return dropped, err
			}
			if n < pruneStep {
				break
			}
		}
	}
	for maxBytes > 0 {
		var used int64
		if err := r.db.read.QueryRowContext(ctx, sqlBytesUsed).Scan(&used); err != nil {
			return dropped, fail(ctx, "measure the log", err)
		}
		if used <= maxBytes {
			break
		}
		n, err := r.pruneOldest(ctx, idAbove)
		dropped += n
		if err != nil {
			return dropped, err
		}
		if n == 0 {
			break
		}
	}
	return dropped, nil
}

// pruneOldest deletes the oldest records with an id below the given one, at most
// pruneStep of them.
func (r *Requests) pruneOldest(ctx context.Context, below string) (n int64, err error) {
	if err := ctx.Err(); err != nil {
		return 0, fail(ctx, "prune requests", err)
	}
	err = r.db.update(ctx, "prune requests", func(ctx context.Context, tx *sql.Tx) error {
		res, err := tx.ExecContext(ctx, `DELETE FROM requests WHERE id IN
			(SELECT id FROM requests WHERE id < $1 ORDER BY id LIMIT $2)`, below, pruneStep)
		if err != nil {
			return err
		}
		if n, err = res.RowsAffected(); err != nil || n == 0 {
			return err
		}
		_, err = tx.ExecContext(ctx, sqlReclaim)
		return err
	})
	return n, err
}

// skew is how far, in milliseconds, any record's own time was ahead of (lead) or
// behind (lag) the time in its id. Both are at least 0.
type skew struct{ lead, lag int64 }

func (s *skew) add(r *model.RequestRecord) {
	id, err := uuid.Parse(r.ID)
	if err != nil || id.Version() != 7 || id.String() != r.ID {
		// Such an id has no time, so no range of times gives a range of ids.
		s.lead, s.lag = math.MaxInt64, math.MaxInt64
		return
	}
	d := millis(r.At.Time) - idMillis(id)
	s.lead, s.lag = max(s.lead, d), max(s.lag, -d)
}

// idMillis is the time in a UUIDv7 (RFC 9562, section 5.7).
func idMillis(id uuid.UUID) int64 {
	var ms int64
	for _, b := range id[:6] {
		ms = ms<<8 | int64(b)
	}
	return ms
}

// idAbove is greater than every UUID.
const idAbove = "g"

// idFloor is not greater than any UUIDv7 of the time ms or later, and greater than
// any that is earlier.
func idFloor(ms int64) string {
	if ms <= 0 {
		return ""
	}
	if ms >= 1<<48 {
		return idAbove
	}
	return fmt.Sprintf("%08x-%04x", ms>>16, ms&0xffff)
}

// plus is a saturating sum: callers may ask for any time.
func plus(a, b int64) int64 {
	switch {
	case b > 0 && a > math.MaxInt64-b:
		return math.MaxInt64
	case b < 0 && a < math.MinInt64-b:
		return math.MinInt64
	}
	return a + b
}

// ceilMillis is the first whole millisecond that is not before t.
func ceilMillis(t time.Time) int64 {
	ms := t.UnixMilli()
	if t.After(time.UnixMilli(ms)) {
		ms++
	}
	return ms
}

// unique is the list without repetitions.
func unique(list []string) []string {
	list = slices.Clone(list)
	slices.Sort(list)
	return slices.Compact(list)
}
