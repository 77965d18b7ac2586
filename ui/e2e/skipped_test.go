package e2e

import (
	"io"
	"net/http"
	"path/filepath"
	"sync"
	"testing"
)

// TestSkippedAreCounted stalls the dashboard while the server answers more requests than
// may queue for it. The server answers all of them; the screen says how many it skipped,
// and why.
func TestSkippedAreCounted(t *testing.T) {
	const callers, each = 8, 1500 // 2,000 more than may queue
	f := &flow{dashboard: start(t, filepath.Join(t.TempDir(), "data"))}
	f.signIn()
	f.resize(140, 40)
	f.press("3")
	f.sees("› Requests", "following")
	f.press("s")
	f.sees("all projects", "following")
	if res, err := http.Get(f.status.URL + "/docs"); err == nil {
		_ = res.Body.Close()
	}
	f.sees("/docs") // the stream is open

	f.stall.Lock()
	var wg sync.WaitGroup
	for range callers {
		wg.Go(func() {
			c := &http.Client{Transport: &http.Transport{}}
			defer c.CloseIdleConnections()
			for range each {
				res, err := c.Get(f.status.URL + "/v1/healthz")
				if err != nil {
					t.Errorf("a request was not answered: %v", err)
					return
				}
				_, _ = io.Copy(io.Discard, res.Body)
				_ = res.Body.Close()
			}
		})
	}
	wg.Wait()
	f.stall.Unlock()
	f.sees("requests arrive faster than they can be shown")
	f.finds(`[\d,]+ skipped`)
}
