package requests

import (
	"fmt"
	"testing"
	"time"

	"keydeck/model"
	"keydeck/ui/tui/shell"
	"keydeck/ui/tui/theme"
	"keydeck/ui/tui/tuitest/fake"
)

func everything(*model.RequestRecord) bool { return true }

func TestRecordsAreBoundedAndKeepTheirOrder(t *testing.T) {
	b := records{match: func(r *model.RequestRecord) bool { return r.Status == 200 }}
	total, gone := 0, 0
	for from := 0; from < 3*maxRecords; from += 1000 {
		a, g := b.add(batchOf(from, 1000))
		total, gone = total+a, gone+g
		if len(b.all) > maxRecords+maxRecords/4 {
			t.Fatalf("%d records are held, want at most %d", len(b.all), maxRecords+maxRecords/4)
		}
	}
	if b.len() != total-gone {
		t.Errorf("%d rows, want %d that came less %d that went", b.len(), total, gone)
	}
	for i := 1; i < b.len(); i++ {
		if b.at(i-1).ID >= b.at(i).ID || b.at(i).Status != 200 {
			t.Fatalf("row %d is %s after %s, status %d", i, b.at(i).ID, b.at(i-1).ID, b.at(i).Status)
		}
	}
}

func TestRecordsTakeNothingTwice(t *testing.T) {
	b := records{match: everything}
	b.add(batchOf(100, 10))
	if added, _ := b.add(batchOf(105, 10)); added != 5 {
		t.Errorf("added %d rows after a resume that overlaps, want 5", added)
	}
	older := batchOf(95, 10)
	for i, j := 0, len(older)-1; i < j; i, j = i+1, j-1 {
		older[i], older[j] = older[j], older[i]
	}
	if added := b.prepend(older); added != 5 {
		t.Errorf("added %d older rows that overlap, want 5", added)
	}
	if b.len() != 20 || b.at(0).ID != fake.UUID(1095) || b.at(19).ID != fake.UUID(1114) {
		t.Errorf("%d rows from %s to %s", b.len(), b.at(0).ID, b.at(b.len()-1).ID)
	}
	b.refilter(func(r *model.RequestRecord) bool { return r.ID == fake.UUID(1100) })
	if b.len() != 1 || b.at(0).ID != fake.UUID(1100) {
		t.Errorf("%d rows after sifting, want 1", b.len())
	}
}

func TestOwnCallsNeedBothMarks(t *testing.T) {
	for _, tt := range []struct {
		ip, agent string
		want      bool
	}{{"local", "keydeck/1", true}, {"10.0.0.7", "keydeck/1", false}, {"local", "curl/8", false}} {
		if got := ownCall(&model.RequestRecord{RemoteIP: tt.ip, UserAgent: tt.agent}); got != tt.want {
			t.Errorf("ownCall(%s, %s) = %v, want %v", tt.ip, tt.agent, got, tt.want)
		}
	}
}

// BenchmarkRequestsView shows that drawing costs what is visible: 200 and 20,000
// records are alike.
func BenchmarkRequestsView(b *testing.B) {
	for _, n := range []int{200, maxRecords} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			sh := shell.New(&shell.State{Theme: theme.Dark(), Now: time.Unix(1e6, 0).UTC(), Size: shell.Rect{W: 140, H: 40}, Body: shell.Rect{W: 140, H: 36}})
			s := New(sh).(*screen)
			s.records.add(batchOf(0, n))
			s.loaded, s.live = true, true
			s.follow()
			b.ReportAllocs()
			for b.Loop() {
				s.View(sh.Body())
			}
		})
	}
}

func BenchmarkRecordsAdd(b *testing.B) {
	r := records{match: everything}
	from := 0
	for b.Loop() {
		b.StopTimer()
		more := batchOf(from, 1000)
		from += 1000
		b.StartTimer()
		r.add(more)
	}
}
