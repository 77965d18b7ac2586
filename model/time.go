package model

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"time"
)

// Layouts of the families. The number of fraction digits is fixed.
const (
	LayoutMillis = "2006-01-02T15:04:05.000Z"     // C, and A's expirationUtcTime
	LayoutTicks  = "2006-01-02T15:04:05.0000000Z" // A's utcNow and health time
	LayoutSecond = "2006-01-02T15:04:05Z"         // D
)

// ClockSkew is how far ahead of the server's clock another machine's may be: a token's
// nbf and iat may lie that far in the future. Its exp is exact.
const ClockSkew = 60 * time.Second

// Time is an instant with millisecond precision, always in UTC. On the wire it
// has exactly three fraction digits and a Z.
type Time struct{ time.Time }

// At converts t to UTC and truncates it to the millisecond.
func At(t time.Time) Time { return Time{t.UTC().Truncate(time.Millisecond)} }

// Ptr is At for members that can be null.
func Ptr(t time.Time) *Time { v := At(t); return &v }

// AtOrNil is At for times that may be missing.
func AtOrNil(t *time.Time) *Time {
	if t == nil {
		return nil
	}
	return Ptr(*t)
}

// FromMillis converts unix milliseconds, the form in the database.
func FromMillis(ms int64) Time { return Time{time.UnixMilli(ms).UTC()} }

func (t Time) String() string { return t.UTC().Format(LayoutMillis) }

// MarshalJSON writes the time with exactly three fraction digits.
func (t Time) MarshalJSON() ([]byte, error) {
	if y := t.UTC().Year(); y < 0 || y > 9999 {
		return nil, fmt.Errorf("model: year %d does not fit RFC 3339", y)
	}
	return []byte(`"` + t.String() + `"`), nil
}

// UnmarshalJSON reads any RFC 3339 time. null leaves t as it is.
func (t *Time) UnmarshalJSON(data []byte) error {
	if bytes.Equal(data, []byte("null")) {
		return nil
	}
	var s string
	if err := json.Unmarshal(data, &s); err != nil {
		return err
	}
	parsed, err := time.Parse(time.RFC3339Nano, s)
	if err != nil {
		return err
	}
	*t = At(parsed)
	return nil
}

// Every is a loop that runs at once and then once in each interval, until ctx is done.
func Every(ctx context.Context, interval time.Duration) func(yield func() bool) {
	return func(yield func() bool) {
		tick := time.NewTicker(interval)
		defer tick.Stop()
		for yield() {
			select {
			case <-tick.C:
			case <-ctx.Done():
				return
			}
		}
	}
}

// Optional distinguishes a member that was not sent from one that was null: Set is
// true if it was sent, Value is nil if it was null.
type Optional[T any] struct {
	Set   bool
	Value *T
}

// Some is a member that was sent with a value.
func Some[T any](v T) Optional[T] { return Optional[T]{Set: true, Value: &v} }

// MarshalJSON writes the value, or null.
func (o Optional[T]) MarshalJSON() ([]byte, error) { return json.Marshal(o.Value) }

// Null is a member that was sent as null.
func Null[T any]() Optional[T] { return Optional[T]{Set: true} }
