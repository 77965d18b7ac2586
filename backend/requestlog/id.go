package requestlog

import (
	"encoding/binary"
	"math/rand/v2"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"

	"keydeck/model"
)

// clock makes UUIDv7 ids (RFC 9562, section 5.7) that increase strictly: 48
// bits of milliseconds, 12 bits that count within one (method 3 of section
// 6.2: fractions of it), 62 random bits. uuid.NewV7 does the same with a
// memory that ends with the process; this one starts above the newest id on
// the disk, so a clock that was set back cannot put new records among old ones.
type clock struct {
	last int64 // milliseconds<<12 | fraction of the last id
}

// clockAfter starts above an id; anything but a UUIDv7 starts at zero.
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
	// The random bits keep two processes apart; nobody needs to be unable to
	// guess them, so no system call is spent on them.
	binary.BigEndian.PutUint64(id[8:], rand.Uint64()>>2|1<<63) //nolint:gosec // the id of a log record is no secret
	return id.String()
}

// clean makes a record fit to be stored and shown: sizes as in api.md, section
// 7, the time in UTC and to the millisecond, and text that every engine takes
// (valid UTF-8 without NUL).
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

// maxLogMember bounds, in bytes, the members that api.md does not, some of
// which a client chooses (method, request id).
const maxLogMember = 256

// text cuts s to at most limit bytes, between two characters.
func text(s string, limit int) string {
	if len(s) > limit {
		end := limit
		for end > limit-utf8.UTFMax && !utf8.RuneStart(s[end]) {
			end--
		}
		s = strings.Clone(s[:end]) // lets go of the rest
	}
	if !utf8.ValidString(s) {
		s = strings.ToValidUTF8(s, "\uFFFD")
	}
	return strings.ReplaceAll(s, "\x00", "\uFFFD")
}
