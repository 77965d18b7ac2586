package requests

import (
	"slices"
	"strings"

	"keydeck/model"
)

// maxRecords is how many records the requests screen holds. While it follows,
// older ones go as new ones come; what was paged in stays until then.
const maxRecords = 20_000

// slack is how many more there may be before the oldest go.
const trimSlack = maxRecords / 4

// records is a window on the request log, oldest first, and which of it passes
// the filter. Each record is tested once, when it comes in.
type records struct {
	all     []model.RequestRecord
	matches []int // indices into all, counted from base, rising
	base    int   // number of the first record: those before it are gone
	trimmed bool  // the oldest were let go, to stay within bounds
	match   func(*model.RequestRecord) bool
}

// len is the number of records that pass the filter; at gives the i-th of them.
func (b *records) len() int                      { return len(b.matches) }
func (b *records) at(i int) *model.RequestRecord { return &b.all[b.matches[i]-b.base] }

// add takes newer records in. It reports how many rows came below, and how
// many went away above.
func (b *records) add(more []model.RequestRecord) (added, gone int) {
	for i := range more {
		if len(b.all) > 0 && more[i].ID <= b.all[len(b.all)-1].ID {
			continue // seen already, before the connection was lost
		}
		b.all = append(b.all, more[i])
		if b.match(&more[i]) {
			b.matches = append(b.matches, b.base+len(b.all)-1)
			added++
		}
	}
	// Cutting a quarter at a time keeps the copying rare.
	if len(b.all) > maxRecords+trimSlack {
		cut := len(b.all) - maxRecords
		b.all = slices.Delete(b.all, 0, cut)
		b.base += cut
		b.trimmed = true
		gone, _ = slices.BinarySearch(b.matches, b.base)
		b.matches = slices.Delete(b.matches, 0, gone)
	}
	return added, gone
}

// room reports whether so many more fit without any going away above.
func (b *records) fits(n int) bool { return len(b.all)+n <= maxRecords+trimSlack }

// prepend takes older records in, given newest first as the server pages them,
// and reports how many rows came above.
func (b *records) prepend(older []model.RequestRecord) (added int) {
	var fresh []model.RequestRecord
	for _, r := range older {
		if len(b.all) == 0 || r.ID < b.all[0].ID {
			fresh = append(fresh, r)
		}
	}
	slices.Reverse(fresh)
	b.base -= len(fresh)
	var hits []int
	for i := range fresh {
		if b.match(&fresh[i]) {
			hits = append(hits, b.base+i)
		}
	}
	b.all = append(fresh, b.all...)
	b.matches = append(hits, b.matches...)
	return len(hits)
}

// sift tests everything again, with another filter.
func (b *records) refilter(pass func(*model.RequestRecord) bool) {
	b.match = pass
	b.matches = b.matches[:0:0]
	for i := range b.all {
		if pass(&b.all[i]) {
			b.matches = append(b.matches, b.base+i)
		}
	}
}

// ownCall reports a call that the dashboard or a command of this binary made
// over the socket for itself. Both marks are needed: anybody may send any user
// agent, but only the owner of the box comes from "local". What was sent again
// because somebody asked for it is what they want to see.
func ownCall(r *model.RequestRecord) bool {
	return r.RemoteIP == "local" && strings.HasPrefix(r.UserAgent, "keydeck") && !strings.HasSuffix(r.UserAgent, "(replay)")
}
