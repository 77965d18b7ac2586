package server

import (
	"net/http"
	"net/http/httptest"
	"testing"
)

// discard is a ResponseWriter that keeps nothing.
type discard struct{ header http.Header }

func (d *discard) Header() http.Header         { return d.header }
func (d *discard) Write(p []byte) (int, error) { return len(p), nil }
func (d *discard) WriteHeader(int)             {}

func benchmark(b *testing.B, target string, header func(person) string) {
	bed := newTestServer(b)
	line := header(bed.person("ada@example.com"))
	b.ReportAllocs()
	b.RunParallel(func(pb *testing.PB) {
		r := httptest.NewRequest(http.MethodGet, target, nil)
		r.Header.Set("Authorization", line)
		for pb.Next() {
			bed.public.ServeHTTP(&discard{header: http.Header{}}, r)
		}
	})
}

// GET / with an API key through the whole handler: grammar, memory, answer,
// metrics, request log.
func BenchmarkGreeting(b *testing.B) {
	benchmark(b, "/", func(p person) string { return p.key.Secrets[0] })
}

func BenchmarkUTCNow(b *testing.B) {
	benchmark(b, "/v1/datetime/utc-now", func(p person) string { return p.accountValue[len("Authorization: "):] })
}
