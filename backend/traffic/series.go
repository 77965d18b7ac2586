package traffic

import "keydeck/model"

// stamp is the time of a record in unix milliseconds, seconds and minutes, and the
// current time in unix seconds.
type stamp struct{ millis, second, minute, now int64 }

// series counts by minute of the window, and keeps the sum.
type series struct {
	last int64 // the newest minute counted
	sum  int64
	each [window]uint32 // by minute % window
}

// add counts one. A nil series counts nothing.
func (s *series) add(w stamp) {
	if s == nil {
		return
	}
	if s.last >= w.now/60+window {
		*s = series{} // the clock was set back
	}
	s.advance(w.minute)
	if w.minute <= s.last-window {
		return
	}
	s.each[w.minute%window]++
	s.sum++
}

// advance moves the window forward, so that it ends with the minute.
func (s *series) advance(minute int64) {
	if minute <= s.last {
		return
	}
	if minute-s.last >= window {
		*s = series{last: minute}
		return
	}
	for m := s.last + 1; m <= minute; m++ {
		s.sum -= int64(s.each[m%window])
		s.each[m%window] = 0
	}
	s.last = minute
}

// total is the sum of the window that ends now, in unix seconds.
func (s *series) total(now int64) int64 {
	s.advance(now / 60)
	return s.sum
}

// empty reports whether nothing was counted in the window.
func (s *series) empty(now int64) bool { return s.total(now) == 0 }

// scope holds the counts of one project, of one login, or of all.
type scope struct {
	minutes [window]minute
	seconds [rateSlots]second
	latency histogram
}

type minute struct {
	at      int64     // unix minute
	classes [6]uint32 // requests by status class
}

type second struct {
	at       int64 // unix second
	requests uint32
}

// The rate is counted over rateSeconds whole seconds, in a ring with a few to spare.
const (
	rateSeconds = 10
	rateSlots   = 16
)

// add counts a request. A nil scope counts nothing.
func (s *scope) add(w stamp, r *model.RequestRecord) {
	if s == nil {
		return
	}
	// A slot that is later than now is from before the clock was set back.
	if m := &s.minutes[w.minute%window]; m.at == w.minute {
		m.classes[class(r.Status)]++
	} else if m.at < w.minute || m.at > w.now/60 {
		*m = minute{at: w.minute}
		m.classes[class(r.Status)]++
	}
	if n := &s.seconds[w.second%rateSlots]; n.at == w.second {
		n.requests++
	} else if n.at < w.second || n.at > w.now {
		*n = second{at: w.second, requests: 1}
	}
	if r.Route != streamRoute {
		s.latency.add(w, r.DurationUS)
	}
}

// class is 1 to 5, or 0 for anything that is not a status.
func class(status int) int {
	if c := status / 100; c >= 1 && c <= 5 {
		return c
	}
	return 0
}
