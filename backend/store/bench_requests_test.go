package store

import (
	"fmt"
	"os"
	"testing"
	"time"

	"keydeck/model"
)

// logSizes are how many records the benchmarks' log holds; KEYDECK_BENCH_MILLION=1
// adds a million, which takes a minute to write.
func logSizes() []int {
	if os.Getenv("KEYDECK_BENCH_MILLION") == "1" {
		return []int{20_000, 1_000_000}
	}
	return []int{20_000}
}

// BenchmarkPage is a page of the log for each kind of filter, as a request for
// it is answered: what no index answers looks at searchRows records at most.
// "to the end" goes on until the whole log has been searched.
func BenchmarkPage(b *testing.B) {
	const searchRows = 50_000
	for _, n := range logSizes() {
		r := openSQLiteRequests(b)
		for all := benchmarkRecords(n); len(all) > 0; all = all[min(len(all), 1000):] {
			if err := r.Insert(ctx, all[:min(len(all), 1000)]); err != nil {
				b.Fatal(err)
			}
		}
		since := model.Ptr(now.Add(time.Duration(n/2) * time.Millisecond))
		for _, c := range []struct {
			name string
			f    model.RequestFilter
		}{
			{"newest", model.RequestFilter{}},
			{"middle", model.RequestFilter{Before: requestID(now.Add(time.Duration(n/2)*time.Millisecond), n/2)}},
			{"until", model.RequestFilter{Until: since}},
			{"status", model.RequestFilter{Status: 404}},
			{"status that is nowhere", model.RequestFilter{Status: 500}},
			{"class", model.RequestFilter{StatusClass: 4}},
			{"good class", model.RequestFilter{StatusClass: 2}},
			{"path", model.RequestFilter{Path: "/auth"}},
			{"path that is nowhere", model.RequestFilter{Path: "/nowhere"}},
			{"key", model.RequestFilter{CredentialID: requestID(now, 42)}},
			{"key and status", model.RequestFilter{CredentialID: requestID(now, 42), StatusClass: 4}},
			{"project", model.RequestFilter{ProjectID: requestID(now, 3)}},
			{"project and status", model.RequestFilter{ProjectID: requestID(now, 9), StatusClass: 4}},
			{"visible", model.RequestFilter{Projects: []string{requestID(now, 3), requestID(now, 4)}, UserID: "u"}},
			{"reason", model.RequestFilter{Q: "expired"}},
			{"slow", model.RequestFilter{MinMillis: 100}},
			{"text", model.RequestFilter{Q: "firefox"}},
			{"text that is nowhere", model.RequestFilter{Q: "nowhere"}},
		} {
			b.Run(fmt.Sprintf("%s/%d", c.name, n), func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					if _, err := r.Search(ctx, c.f, searchRows); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
		b.Run(fmt.Sprintf("text that is nowhere, to the end/%d", n), func(b *testing.B) {
			for b.Loop() {
				for f := (model.RequestFilter{Q: "nowhere"}); ; {
					found, err := r.Search(ctx, f, searchRows)
					if err != nil {
						b.Fatal(err)
					}
					if f.Before = found.Stopped; f.Before == "" {
						break
					}
				}
			}
		})
	}
}
