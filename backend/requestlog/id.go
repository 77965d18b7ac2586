package requestlog

import (
	"encoding/binary"
	"math/rand/v2"
	"strings"
	"time"

	"github.com/google/uuid"

	"keydeck/model"
)

// clock makes strictly increasing UUIDv7 ids (RFC 9562, section 5.7): 48 bits of
// milliseconds, 12 bits for fractions of one (section 6.2, method 3), 62 random
// bits. uuid.NewV7 also increases, but only within a process; this clock starts
// above the newest id on the disk, so new records never sort among old ones, even
// if the system's clock was set back.
type clock struct {
	last int64 // milliseconds<<12 | fraction of the last id
}

// clockAfter starts above an id, or at zero if that is not a UUIDv7.
func clockAfter(newest string) clock {
	id, err := uuid.Parse(newest)
	if err != nil || id.Version() != 7 {
		return clock{}
	}
	high := binary.BigEndian.Uint64(id[:8])
	return clock{last: int64(high>>16)<<12 | int64(high&0xfff)}
}

func (c *clock) next(now time.Time) string {
	// 1 ms is 3906 times 256 ns, which fits 12 bits.
	stamp := now.UnixMilli()<<12 | int64(now.Nanosecond()%1e6)>>8
	c.last = max(stamp, c.last+1)
	var id uuid.UUID
	binary.BigEndian.PutUint64(id[:8], uint64(c.last>>12)<<16|7<<12|uint64(c.last&0xfff))
	// The random bits only keep two processes apart, so they need no secure source.
	binary.BigEndian.PutUint64(id[8:], rand.Uint64()>>2|1<<63) //nolint:gosec // the id of a log record is not a secret
	return id.String()
}

// clean makes a record fit to be stored and shown: path and user agent within the
// limits of model, the time in UTC and to the millisecond, and text that every
// engine accepts (valid UTF-8 without NUL).
func clean(r *model.RequestRecord) {
	if !r.At.IsZero() {
		r.At = model.At(r.At.Time)
	}
	r.Path = text(r.Path, model.MaxLogPath)
	r.UserAgent = text(r.UserAgent, model.MaxLogUserAgent)
	for _, s := range [...]*string{&r.Method, &r.Route, &r.RemoteIP, &r.RequestID, &r.CredentialID, &r.CredentialHint,
		&r.ProjectID, &r.UserID, (*string)(&r.Scheme), (*string)(&r.Reason)} {
		*s = text(*s, maxLogMember)
	}
}

// maxLogMember bounds, in bytes, the members that model sets no limit for. Clients
// choose some of them (method, request id).
const maxLogMember = 256

// text cuts s to at most limit bytes of text that every engine accepts.
func text(s string, limit int) string {
	return strings.ReplaceAll(model.CutText(s, limit), "\x00", "\uFFFD")
}
