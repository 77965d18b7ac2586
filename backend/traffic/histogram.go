package traffic

import "math/bits"

// histogram counts durations in buckets whose width grows: there are eight for each
// doubling, so a bucket is at most an eighth of its value wide. It covers 0 µs to
// about four minutes; longer durations count as the longest.
//
// It has thirteen steps of five minutes, because one histogram for each minute
// would take five times the memory. They cover the hour and at most five minutes
// more.
type histogram struct {
	steps [histogramSteps]struct {
		at     int64 // unix minute / stepMinutes
		counts [buckets]uint32
	}
}

const (
	stepMinutes    = 5
	histogramSteps = window/stepMinutes + 1
	buckets        = 208
)

func (h *histogram) add(w stamp, us int64) {
	at := w.minute / stepMinutes
	s := &h.steps[at%histogramSteps]
	if s.at != at {
		if s.at > at && s.at <= w.now/60/stepMinutes {
			return
		}
		s.at, s.counts = at, [buckets]uint32{}
	}
	s.counts[bucket(us)]++
}

// addTo adds the counts of the window that ends at the unix second now to sum.
func (h *histogram) addTo(sum *[buckets]int64, now int64) {
	end := now / 60 / stepMinutes
	for i := range h.steps {
		if s := &h.steps[i]; s.at > end-histogramSteps && s.at <= end {
			for b, n := range &s.counts {
				sum[b] += int64(n)
			}
		}
	}
}

// bucket is the bucket of a duration. Below 16 µs, each has its own.
func bucket(us int64) int {
	if us < 0 {
		return 0
	}
	const exact = 8
	shift := max(0, bits.Len64(uint64(us))-4) // so that us>>shift is below 16
	return min(shift*exact+int(us>>shift), buckets-1)
}

// middle is the duration that a bucket stands for, in microseconds.
func middle(b int) int64 {
	if b < 16 {
		return int64(b)
	}
	shift := b/8 - 1
	return int64(b-shift*8)<<shift + 1<<shift/2
}

// percentile is the duration within which so many percent of the requests were
// answered, 0 if there were none.
func percentile(counts *[buckets]int64, percent int64) int64 {
	var total int64
	for _, n := range counts {
		total += n
	}
	rank := (total*percent + 99) / 100
	if rank == 0 {
		return 0
	}
	for b, n := range counts {
		if rank -= n; rank <= 0 {
			return middle(b)
		}
	}
	return middle(buckets - 1)
}
