package server

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	cdpruntime "github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// newBrowser starts a headless Chromium with a profile of its own. Without one
// the test is skipped; in CI it must be there.
func newBrowser(t *testing.T) context.Context {
	t.Helper()
	path := ""
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if found, err := exec.LookPath(name); err == nil {
			path = found
			break
		}
	}
	if path == "" {
		if os.Getenv("CI") != "" {
			t.Fatal("no Chromium is installed")
		}
		t.Skip("no Chromium is installed here")
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.UserDataDir(t.TempDir()))
	for _, flag := range []string{"disable-gpu", "disable-quic", "disable-background-networking", "disable-component-update", "disable-sync", "no-proxy-server"} {
		options = append(options, chromedp.Flag(flag, true))
	}
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	t.Cleanup(cancel)
	ctx, cancelAllocator := chromedp.NewExecAllocator(ctx, options...)
	t.Cleanup(cancelAllocator)
	ctx, cancelBrowser := chromedp.NewContext(ctx)
	t.Cleanup(cancelBrowser)
	return ctx
}

// watch gathers what a page asked for and what it complained about.
type watch struct {
	mu        sync.Mutex
	asked     []string
	complains []string
}

func watching(t *testing.T, ctx context.Context) *watch { //nolint:revive // t comes first in tests
	t.Helper()
	w := &watch{}
	err := chromedp.Listen(ctx, func(ev any) {
		w.mu.Lock()
		defer w.mu.Unlock()
		switch e := ev.(type) {
		case *network.EventRequestWillBeSent:
			w.asked = append(w.asked, e.Request.URL)
		case *cdpruntime.EventExceptionThrown:
			w.complains = append(w.complains, e.ExceptionDetails.Text)
		case *log.EventEntryAdded:
			if e.Entry.Level == log.EntryLevelError {
				w.complains = append(w.complains, e.Entry.Text+" "+e.Entry.URL)
			}
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	return w
}

// Swagger UI comes out of the binary, shows every tag of the document, and makes
// no request to anywhere else.
func TestSwaggerUIInABrowser(t *testing.T) {
	ctx := newBrowser(t)
	served := httptest.NewServer(newTestServer(t).public)
	defer served.Close()
	seen := watching(t, ctx)
	err := chromedp.Do(ctx, chromedp.Navigate(served.URL+"/docs"), chromedp.WaitVisible(".opblock"),
		chromedp.Click(".opblock-summary-control"), chromedp.WaitVisible(".opblock-body"))
	if err != nil {
		t.Fatalf("%v; asked for %v, complained %v", err, seen.asked, seen.complains)
	}
	operations, err := chromedp.Run(ctx, chromedp.Evaluate[int](`document.querySelectorAll(".opblock").length`))
	if err != nil {
		t.Fatal(err)
	}
	title, err := chromedp.Run(ctx, chromedp.Text(".info .title"))
	if err != nil {
		t.Fatal(err)
	}
	if operations < 30 || !strings.Contains(title, "Keydeck") {
		t.Errorf("%d operations are shown under %q", operations, title)
	}
	seen.mu.Lock()
	defer seen.mu.Unlock()
	for _, url := range seen.asked {
		if !strings.HasPrefix(url, served.URL) && !strings.HasPrefix(url, "data:") && !strings.HasPrefix(url, "blob:") {
			t.Errorf("a request left for %s", url)
		}
	}
	if len(seen.complains) > 0 {
		t.Errorf("the page complains: %v", seen.complains)
	}
}

// Family D's documented fetch, from a page of another origin.
func TestGreetingAcrossOriginsInABrowser(t *testing.T) {
	ctx := newBrowser(t)
	b := newTestServer(t)
	p := b.person("owner@example.com")
	api := httptest.NewServer(b.public)
	defer api.Close()
	page := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		_, _ = fmt.Fprint(w, "<!doctype html><title>another origin</title>")
	}))
	defer page.Close()

	if err := chromedp.Do(ctx, chromedp.Navigate(page.URL)); err != nil {
		t.Fatal(err)
	}
	fetch := func(authorization string) string {
		t.Helper()
		quoted, _ := json.Marshal(authorization)
		got, err := chromedp.Run(ctx, chromedp.Evaluate[string](fmt.Sprintf(`fetch(%q, {method: 'GET', headers: {"authorization": %s}})
			.then(r => r.json().then(j => r.status + " " + JSON.stringify(j))).catch(String)`, api.URL+"/", quoted), chromedp.EvalAwaitPromise))
		if err != nil {
			t.Fatal(err)
		}
		return got
	}
	soon := map[string]any{"exp": b.clock.Now().Add(time.Hour).Unix()}
	good := fetch("Bearer " + clientJWT(p.secret.Secrets[0], p.secret.ID, soon))
	bad := fetch("Bearer nonsense")
	noKID := fetch("Bearer " + clientJWT(p.secret.Secrets[0], "", soon))
	if !strings.HasPrefix(good, `200 {"message":"Oh, Hello","time":"`) {
		t.Errorf("got %s", good)
	}
	if !strings.HasPrefix(bad, `401 {"error":`) {
		t.Errorf("a refusal is not readable across origins: %s", bad)
	}
	if noKID != `500 {"error":"jwt token is missing 'kid' header parameter"}` {
		t.Errorf("without kid: %s", noKID)
	}
}
