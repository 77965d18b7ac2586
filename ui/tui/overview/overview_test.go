package overview

import (
	"slices"
	"strings"
	"testing"
	"time"

	"keydeck/model"
	"keydeck/ui/tui/shell"
	"keydeck/ui/tui/theme"
	"keydeck/ui/tui/tuitest"
	"keydeck/ui/tui/tuitest/fake"
)

// TestOverviewKeepsItsPlace checks that the cursor stays on its line when lines appear
// or go above it, and that a failed refresh leaves the last data.
func TestOverviewKeepsItsPlace(t *testing.T) {
	run(t, tuitest.Options{SignedIn: true, AtOverview: true, Seed: fake.BusyProject}, func(r *tuitest.Rig) {
		r.Keys("down")
		r.Sees("▌expires  ci-deploy")
		r.Server.Mu.Lock()
		r.Server.Overview.Refusals, r.Server.Overview.Today = nil, 151999
		r.Server.Mu.Unlock()
		r.Wait(3 * time.Second)
		r.Sees("▌expires  ci-deploy", "151,999 today")
		r.Lacks("refused")
		r.Server.Mu.Lock()
		r.Server.Fail["GET /auth/overview"] = &model.Error{Code: model.CodeUnavailable, Message: "the database is full"}
		r.Server.Mu.Unlock()
		r.Wait(3 * time.Second)
		r.Sees("▌expires  ci-deploy", "× the database is full")
	})
}

func TestOverviewIsAskedForWhileSeenOnly(t *testing.T) {
	run(t, tuitest.Options{SignedIn: true, AtOverview: true, Seed: fake.BusyProject}, func(r *tuitest.Rig) {
		looks := func() (n int) {
			r.Server.Mu.Lock()
			defer r.Server.Mu.Unlock()
			for _, c := range r.Server.Calls {
				if c == "GET /auth/overview" {
					n++
				}
			}
			return n
		}
		before := looks()
		r.Wait(10 * time.Second)
		if n := looks() - before; n < 4 || n > 6 {
			t.Errorf("%d looks in ten seconds, want one every two", n)
		}
		r.Keys("4")
		before = looks()
		r.Wait(10 * time.Second)
		if n := looks() - before; n != 0 {
			t.Errorf("%d looks while the token screen was up, want none", n)
		}
	})
}

func TestShare(t *testing.T) {
	for _, tt := range []struct {
		n, total int64
		want     string
	}{{0, 0, ""}, {0, 10, "0 %"}, {1, 1000, "<1 %"}, {1, 3, "33 %"}, {2, 3, "67 %"}, {5, 5, "100 %"}} {
		if got := share(tt.n, tt.total); got != tt.want {
			t.Errorf("share(%d, %d) = %q, want %q", tt.n, tt.total, got, tt.want)
		}
	}
}

// TestOverviewFits checks that at every size all blocks are there, every line leads
// somewhere, and the cursor is visible wherever it is.
func TestOverviewFits(t *testing.T) {
	crowd := func(f *fake.Server) {
		fake.BusyProject(f)
		o := &f.Overview
		for i := range 20 {
			o.Expiring = append(o.Expiring, model.Attention{CredentialID: fake.UUID(300 + i), Name: "key that ends", ExpiresAt: model.Ptr(f.Now().Add(time.Hour))})
			o.Unused = append(o.Unused, model.Attention{CredentialID: fake.UUID(400 + i), Name: "key at rest"})
		}
		o.Classes[1], o.Classes[3] = 1, 1
	}
	for _, size := range []shell.Rect{{W: 60, H: 18}, {W: 66, H: 19}, {W: 70, H: 22}, {W: 80, H: 24}, {W: 89, H: 20}, {W: 100, H: 30}, {W: 119, H: 50}, {W: 120, H: 27}, {W: 120, H: 28}, {W: 128, H: 33}, {W: 140, H: 32}, {W: 200, H: 50}, {W: 300, H: 90}} {
		for name, seed := range map[string]func(*fake.Server){"busy": fake.BusyProject, "crowd": crowd, "stale crowd": crowd} {
			run(t, tuitest.Options{SignedIn: true, AtOverview: true, W: size.W, H: size.H, Seed: seed}, func(r *tuitest.Rig) {
				s := r.Root.Page().(*screen)
				room := r.Root.State().Body.H
				if name == "stale crowd" {
					s.problem = "the server is busy"
					room--
				}
				for s.cursor = range s.items {
					lines := s.lines(r.Root.State().Body)
					if len(lines) > room {
						t.Fatalf("%s at %v: %d lines, the room has %d", name, size, len(lines), room)
					}
					if !slices.ContainsFunc(lines, func(l line) bool {
						return strings.Contains(l.text, "▌") && slices.ContainsFunc(l.items, func(on itemPos) bool { return on.item == s.cursor })
					}) {
						t.Errorf("%s at %v: the cursor is not seen on line %d of %d", name, size, s.cursor, len(s.items))
					}
				}
				tuitest.CheckFrame(t, r.Root.View().Content, size)
				r.Sees("Needs you", "Requests, last hour", "2xx", "4xx", "5xx", "p50", "p90", "p99", "now", "Busiest keys", "Busiest routes")
			})
		}
	}
}

// TestOverviewSideways checks that left and right go to the block beside the cursor's.
func TestOverviewSideways(t *testing.T) {
	run(t, tuitest.Options{SignedIn: true, AtOverview: true, W: 140, H: 40, Seed: fake.BusyProject}, func(r *tuitest.Rig) {
		r.Keys("right")
		r.Sees("▌web-frontend")
		r.Keys("left")
		r.Sees("▌dropped")
		r.Keys("tab", "right") // nothing stands beside the chart: on to the next block
		r.Sees("▌2xx")
		r.Keys("right")
		r.Sees("▌4xx")
	})
}

func TestRate(t *testing.T) {
	for n, want := range map[float64]string{0: "0/s", 0.1 + 0.2: "0.3/s", 0.256: "0.26/s", 1.5: "1.5/s", 9.96: "10/s", 42.4: "42/s", 9999.4: "9999/s", 9999.5: "10k/s", 250_000: "250k/s", 999_600: "1M/s"} {
		if got := rate(n); got != want {
			t.Errorf("rate(%v) = %q, want %q", n, got, want)
		}
	}
}

// TestMinuteUnderWay checks that the current minute is not drawn as a quiet one.
func TestMinuteUnderWay(t *testing.T) {
	start := time.Date(2026, 1, 27, 12, 0, 0, 0, time.UTC)
	for _, tt := range []struct {
		passed    time.Duration
		n, of     int64
		perSecond float64
		want      float64
	}{{30 * time.Second, 300, 300, 7, 10}, {30 * time.Second, 3, 300, 7, 0.1}, {2 * time.Second, 5, 10, 42, 21}, {0, 0, 0, 42, 0}, {70 * time.Second, 60, 60, 9, 1}} {
		s := &screen{data: model.Overview{At: model.At(start.Add(tt.passed)), PerSecond: tt.perSecond,
			Minutes: []model.MinuteCount{{At: model.At(start.Add(-time.Minute)), Requests: 120}, {At: model.At(start), Requests: tt.of}}}}
		if got := s.minuteRate(1, tt.n); got != tt.want {
			t.Errorf("%d of %d after %v: %v a second, want %v", tt.n, tt.of, tt.passed, got, tt.want)
		}
		if got := s.minuteRate(0, 120); got != 2 {
			t.Errorf("a whole minute of 120: %v a second, want 2", got)
		}
	}
}

// BenchmarkOverviewView measures a frame: with nothing new, after a cursor move, and
// with new data.
func BenchmarkOverviewView(b *testing.B) {
	for name, before := range map[string]func(*screen){
		"same": func(*screen) {}, "moved": func(s *screen) { s.cursor = (s.cursor + 1) % len(s.items) }, "new": func(s *screen) { s.version++ },
	} {
		b.Run(name, func(b *testing.B) {
			sh := shell.New(&shell.State{Theme: theme.Dark(), Now: time.Now(), Body: shell.Rect{W: 200, H: 46}})
			f := fake.New(time.Now)
			fake.Traffic(f)
			s := &screen{sh: sh}
			s.dataLoaded(f.Overview, nil)
			for b.Loop() {
				before(s)
				_ = s.View(sh.Body())
			}
		})
	}
}

// TestManyOfAKindAreOneLine checks that many credentials that expire are one line, which
// hides no refusal, and that a few have a line each, with their times whole.
func TestManyOfAKindAreOneLine(t *testing.T) {
	expire := func(n, total int) func(*fake.Server) {
		return func(f *fake.Server) {
			fake.BusyProject(f)
			f.Overview.Expiring, f.Overview.ExpiringTotal = nil, total
			for i := range n {
				f.Overview.Expiring = append(f.Overview.Expiring, model.Attention{CredentialID: fake.UUID(300 + i), Name: "ends", ExpiresAt: model.Ptr(f.Now().Add(24*time.Hour - time.Minute))})
			}
		}
	}
	for _, tt := range []struct {
		n, total int
		want     []string
	}{
		{20, 20, []string{"expires  20 credentials", "within a day", "first in 23 h 59 min", "refused  reporting"}},
		{20, 200, []string{"expires  200 credentials", "within 7 d", "first in 23 h 59 min", "refused  reporting"}},
		{2, 2, []string{"expires  ends", "in 23 h 59 min  "}},
	} {
		for _, size := range []shell.Rect{{W: 80, H: 24}, {W: 120, H: 34}} {
			run(t, tuitest.Options{SignedIn: true, AtOverview: true, W: size.W, H: size.H, Seed: expire(tt.n, tt.total)}, func(r *tuitest.Rig) { r.Sees(tt.want...) })
		}
	}
}
