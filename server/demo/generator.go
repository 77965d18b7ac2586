package demo

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"sync"
	"time"

	"keydeck/model"
)

// A generator makes traffic: it picks a scenario, builds its request and sends it. It
// is safe for concurrent use, except pick.
type generator struct {
	seed *seed
	base string
	http *http.Client
	now  func() time.Time
	rand *rand.Rand

	mu     sync.Mutex
	tokens map[string]cachedToken
}

// cachedToken is a token that a client reuses until shortly before it expires.
type cachedToken struct {
	value string
	until time.Time
}

// callTime is the timeout of one call.
const callTime = 10 * time.Second

// maxInFlight is how many requests may be in flight. A server that can't keep up with
// the rate gets fewer requests, not a queue of them.
const maxInFlight = 8

// newGenerator makes a generator for a server in the present.
func newGenerator(c *seed, base string) *generator {
	transport := &http.Transport{MaxIdleConnsPerHost: maxInFlight, IdleConnTimeout: time.Minute}
	return generatorFor(c, base, transport, time.Now)
}

func generatorFor(c *seed, base string, transport http.RoundTripper, now func() time.Time) *generator {
	return &generator{
		seed: c, base: base, http: &http.Client{Transport: transport, Timeout: callTime}, now: now,
		rand:   rand.New(rand.NewPCG(2026, 7)), //nolint:gosec // which demo request comes next is not a secret
		tokens: map[string]cachedToken{},
	}
}

// cached returns a token of this name that lasts a while, or makes one that lasts
// for life.
func (t *generator) cached(name string, life time.Duration, make func() (string, error)) (string, error) {
	t.mu.Lock()
	old, ok := t.tokens[name]
	t.mu.Unlock()
	if ok && t.now().Add(renewBefore).Before(old.until) {
		return old.value, nil
	}
	until := t.now().Add(life)
	value, err := make()
	if err != nil {
		return "", err
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.tokens[name] = cachedToken{value, until}
	return value, nil
}

// pick chooses a scenario by its weight, and one of its addresses to call from.
func (t *generator) pick(scenarios []scenario) (p *scenario, from string) {
	total := 0
	for i := range scenarios {
		total += scenarios[i].weight
	}
	n := t.rand.IntN(total)
	for i := range scenarios {
		if n -= scenarios[i].weight; n < 0 {
			p = &scenarios[i]
			break
		}
	}
	return p, p.from[t.rand.IntN(len(p.from))]
}

// send makes one call and returns its status.
func (t *generator) send(ctx context.Context, p *scenario, from string) (status int, err error) {
	a, err := p.build(ctx, t)
	if err != nil {
		return 0, fmt.Errorf("%s: %w", p.name, err)
	}
	res, err := t.do(ctx, a, p.agent, from)
	if err != nil {
		return 0, fmt.Errorf("%s: %w", p.name, err)
	}
	defer func() { _ = res.Body.Close() }()
	_, err = io.Copy(io.Discard, res.Body)
	return res.StatusCode, err
}

func (t *generator) do(ctx context.Context, a call, agent, from string) (*http.Response, error) {
	r, err := a.request(ctx, t.base, agent, from)
	if err != nil {
		return nil, err
	}
	return t.http.Do(r)
}

// fetch makes a call for what a scenario needs to make its own call.
func (t *generator) fetch(ctx context.Context, a call, agent, from string, out any) error {
	res, err := t.do(ctx, a, agent, from)
	if err != nil {
		return err
	}
	defer func() { _ = res.Body.Close() }()
	if res.StatusCode != http.StatusOK {
		return fmt.Errorf("the server answers %s", res.Status)
	}
	if err := json.NewDecoder(res.Body).Decode(out); err != nil {
		return fmt.Errorf("read answer: %w", err)
	}
	return nil
}

// run makes rate requests a second, at random intervals as real clients do, until ctx
// ends, which is not an error.
func (t *generator) run(ctx context.Context, rate int) error {
	defer t.http.CloseIdleConnections()
	if rate == 0 {
		return nil
	}
	var all sync.WaitGroup
	defer all.Wait()
	free := make(chan struct{}, maxInFlight)
	failed := make(chan error, maxInFlight)
	wait := time.NewTimer(0)
	defer wait.Stop()
	next := time.Now()
	for {
		select {
		case <-ctx.Done():
			return nil
		case err := <-failed:
			return err
		case <-wait.C:
		}
		select {
		case free <- struct{}{}:
			p, from := t.pick(scenarios)
			all.Go(func() {
				defer func() { <-free }()
				// A call that a stopping server doesn't answer is not an error; a panic is.
				err := model.Recover(func() error { _, _ = t.send(ctx, p, from); return nil })
				if err != nil {
					failed <- err
				}
			})
		default: // maxInFlight requests wait for their answers
		}
		next = next.Add(time.Duration(t.rand.ExpFloat64() * float64(time.Second) / float64(rate)))
		if late := time.Since(next); late > time.Second {
			next = time.Now() // the machine slept: don't catch up
		}
		wait.Reset(max(0, time.Until(next)))
	}
}
