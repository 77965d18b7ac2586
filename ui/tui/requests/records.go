package requests

import (
	"slices"
	"strings"

	"keydeck/model"
)

// maxRecords bounds the records in memory. While the list follows the log, the
// oldest make room for new ones, trimSlack at a time to copy rarely.
const (
	maxRecords = 20_000
	trimSlack  = maxRecords / 4
)

// records is a window of the request log, oldest first, and which of it match the
// filter. Each record is tested once, when it is added.
type records struct {
	all     []model.RequestRecord
	matches []int // numbers of the matching records, ascending
	base    int   // number of all[0]; trimming raises it
	trimmed bool  // the oldest were dropped
	match   func(*model.RequestRecord) bool
}

// len is the number of matching records; at gives the i-th of them.
func (b *records) len() int                      { return len(b.matches) }
func (b *records) at(i int) *model.RequestRecord { return &b.all[b.matches[i]-b.base] }

// add appends newer records. It reports how many rows were added below and how
// many removed above.
func (b *records) add(more []model.RequestRecord) (added, gone int) {
	for i := range more {
		if len(b.all) > 0 && more[i].ID <= b.all[len(b.all)-1].ID {
			continue // known from before a reconnect
		}
		b.all = append(b.all, more[i])
		if b.match(&more[i]) {
			b.matches = append(b.matches, b.base+len(b.all)-1)
			added++
		}
	}
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

// fits reports whether n more records fit without trimming.
func (b *records) fits(n int) bool { return len(b.all)+n <= maxRecords+trimSlack }

// prepend adds older records, newest first as the server pages them, and reports
// how many rows were added above.
func (b *records) prepend(older []model.RequestRecord) int {
	var fresh []model.RequestRecord
	for _, r := range older {
		if len(b.all) == 0 || r.ID < b.all[0].ID {
			fresh = append(fresh, r)
		}
	}
	slices.Reverse(fresh)
	b.base -= len(fresh)
	added := b.find(fresh)
	b.all = append(fresh, b.all...)
	b.matches = append(added, b.matches...)
	return len(added)
}

// refilter tests all records with another filter.
func (b *records) refilter(match func(*model.RequestRecord) bool) {
	b.match = match
	b.matches = b.find(b.all)
}

// find gives the numbers of the matching records among the first ones.
func (b *records) find(first []model.RequestRecord) (numbers []int) {
	for i := range first {
		if b.match(&first[i]) {
			numbers = append(numbers, b.base+i)
		}
	}
	return numbers
}

// ownCall reports a call the dashboard or a command of this binary made over the
// socket. It needs both marks: anybody can send that user agent, but only the
// owner of the machine comes from "local". Replayed requests do not count.
func ownCall(r *model.RequestRecord) bool {
	return r.RemoteIP == "local" && strings.HasPrefix(r.UserAgent, "keydeck") && !strings.HasSuffix(r.UserAgent, "(replay)")
}
