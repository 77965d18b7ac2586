package store

import (
	"cmp"
	"context"
	"database/sql"
	"database/sql/driver"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"time"

	"github.com/google/uuid"

	"keydeck/model"
)

// By is who changes something, from where and when. Without an Actor it is the server
// itself, unless the change finds out whose login it is about.
type By struct {
	model.Actor
	RemoteIP, RequestID string
	At                  time.Time
}

// orUser completes a By without an actor.
func (by *By) orUser(u User) {
	by.Actor = cmp.Or(by.Actor, model.Actor{Kind: "user", ID: u.ID, Hint: u.Email})
}

// event is one change in the making.
type event struct {
	action        model.Action
	object        model.Object
	projectID     string
	before, after members
}

// members are the public members of what was changed, a JSON object; nil is null.
type members map[string]any

// Value implements driver.Valuer.
func (m members) Value() (driver.Value, error) {
	if m == nil {
		return nil, nil
	}
	text, err := json.Marshal(m)
	return string(text), err
}

// change runs fn in one write transaction, and writes the events that it returns in
// the same one, but not those whose members are the same before and after: nothing has
// changed. Every method that changes what people or programs can see or do goes
// through it. fn may complete by.
func (s *Store) change(ctx context.Context, verb string, by *By, fn func(ctx context.Context, tx *sql.Tx) ([]event, error)) error {
	var last int64
	committing := false
	err := s.db.update(ctx, verb, func(ctx context.Context, tx *sql.Tx) error {
		events, err := fn(ctx, tx)
		if err != nil {
			return err
		}
		by.Kind = cmp.Or(by.Kind, "server")
		for _, e := range events {
			if reflect.DeepEqual(e.before, e.after) {
				continue
			}
			id, err := uuid.NewV7()
			if err != nil {
				return fmt.Errorf("make id: %w", err)
			}
			if err := tx.StmtContext(ctx, s.insertEvent).QueryRowContext(ctx, id.String(), millis(by.At), string(e.action), by.Kind, by.ID, by.Hint,
				e.object.Kind, e.object.ID, e.object.Name, e.projectID, by.RemoteIP, by.RequestID, e.before, e.after).Scan(&last); err != nil {
				return err
			}
		}
		committing = true
		return nil
	})
	if committing && s.onChange != nil {
		s.onChange(ctx, last, err)
	}
	return err
}

// OnChange has f called after each change, before the method that made it returns,
// perhaps by several goroutines at once. seq is the number of the change's last
// event. It is 0 if there was nothing to change: what the method found may be the
// work of another one that has not called f yet. With err, it is unknown whether the
// change was committed. Call OnChange before anything is changed.
func (s *Store) OnChange(f func(ctx context.Context, seq int64, err error)) { s.onChange = f }

const (
	insertEvent = `
		INSERT INTO events (id, at, action, actor_kind, actor_id, actor_hint, object_kind, object_id, object_name, project_id,
			remote_ip, request_id, before, after)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, nullif($10, ''), $11, $12, $13, $14)
		RETURNING seq`
	selectEvents = `
		SELECT seq, id, at, action, actor_kind, actor_id, actor_hint, object_kind, object_id, object_name, coalesce(project_id, ''),
			remote_ip, request_id, before, after
		FROM events WHERE seq > $1 ORDER BY seq LIMIT $2`
)

func scanEvent(row scanner) (e model.Event, err error) {
	return e, row.Scan(&e.Seq, &e.ID, at{&e.At.Time}, &e.Action, &e.Actor.Kind, &e.Actor.ID, &e.Actor.Hint,
		&e.Object.Kind, &e.Object.ID, &e.Object.Name, &e.ProjectID, &e.RemoteIP, &e.RequestID, (*[]byte)(&e.Before), (*[]byte)(&e.After))
}

// Events reads at most limit events after the one with the number seq, in order.
func (s *Store) Events(ctx context.Context, seq int64, limit int) ([]model.Event, error) {
	events, err := list(ctx, prepared{s.events}, scanEvent, "", seq, limit)
	return events, fail(ctx, "list events", err)
}

// NewestEvent is the number of the newest event, 0 if there is none.
func (s *Store) NewestEvent(ctx context.Context) (seq int64, err error) {
	err = s.db.read.QueryRowContext(ctx, `SELECT coalesce(max(seq), 0) FROM events`).Scan(&seq)
	return seq, fail(ctx, "find the newest event", err)
}

// Follow hands effect the next events, at most limit, of the durable follower name,
// and keeps its place when effect succeeds. It returns how many there were. If the
// process dies in between, the next call hands out the same events: effect sees each
// at least once, in order.
func (s *Store) Follow(ctx context.Context, name string, limit int, effect func([]model.Event) error) (int, error) {
	return s.follow(ctx, name, limit, effect, nil)
}

// follow is Follow; inside runs in the transaction that keeps the place, so its
// effect on the database happens exactly once.
func (s *Store) follow(ctx context.Context, name string, limit int, outside func([]model.Event) error,
	inside func(ctx context.Context, tx *sql.Tx, events []model.Event) error) (int, error) {
	var place int64
	err := s.db.read.QueryRowContext(ctx, `SELECT seq FROM followers WHERE name = $1`, name).Scan(&place)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return 0, fail(ctx, "find a follower", err)
	}
	events, err := s.Events(ctx, place, limit)
	if err != nil || len(events) == 0 {
		return 0, err
	}
	if outside != nil {
		if err := outside(events); err != nil {
			return 0, err
		}
	}
	err = s.db.update(ctx, "move a follower", func(ctx context.Context, tx *sql.Tx) error {
		// Of two that follow under one name, the second one moves nothing.
		err := affected(tx.ExecContext(ctx, `
			INSERT INTO followers (name, seq) VALUES ($1, $2)
			ON CONFLICT (name) DO UPDATE SET seq = excluded.seq WHERE followers.seq = $3`, name, events[len(events)-1].Seq, place))
		if err != nil || inside == nil {
			return err
		}
		return inside(ctx, tx, events)
	})
	return len(events), err
}
