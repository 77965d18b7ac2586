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
)

// troupe plays the parts of a cast: it picks one, makes its request and sends it.
// It is safe for concurrent use, but for pick.
type troupe struct {
	cast *cast
	base string
	http *http.Client
	now  func() time.Time
	dice *rand.Rand

	mu     sync.Mutex
	tokens map[string]held
}

// held is a token that a caller uses until it is old.
type held struct {
	value string
	until time.Time
}

// callTime bounds one call of the demo's server.
const callTime = 10 * time.Second

// callers is how many requests may be under way. A server that is slower than
// the rate gets fewer, not a queue of them.
const callers = 8

// newTroupe calls a server in the present.
func newTroupe(c *cast, base string) *troupe {
	transport := &http.Transport{MaxIdleConnsPerHost: callers, IdleConnTimeout: time.Minute}
	return troupeOn(c, base, transport, time.Now)
}

func troupeOn(c *cast, base string, transport http.RoundTripper, now func() time.Time) *troupe {
	return &troupe{
		cast: c, base: base, http: &http.Client{Transport: transport, Timeout: callTime}, now: now,
		dice:   rand.New(rand.NewPCG(2026, 7)), //nolint:gosec // which demo request comes next is no secret
		tokens: map[string]held{},
	}
}

func (t *troupe) kept(name string) (string, bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	h, ok := t.tokens[name]
	return h.value, ok && t.now().Add(ahead).Before(h.until)
}

func (t *troupe) keep(name, value string, until time.Time) string {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.tokens[name] = held{value, until}
	return value
}

// pick chooses a part by its weight, and an address that it calls from.
func (t *troupe) pick(parts []part) (p *part, from string) {
	total := 0
	for i := range parts {
		total += parts[i].weight
	}
	n := t.dice.IntN(total)
	for i := range parts {
		if n -= parts[i].weight; n < 0 {
			p = &parts[i]
			break
		}
	}
	return p, p.from[t.dice.IntN(len(p.from))]
}

// act makes one call and gives its status.
func (t *troupe) act(ctx context.Context, p *part, from string) (status int, err error) {
	a, err := p.ask(ctx, t)
	if err != nil {
		return 0, fmt.Errorf("%s: %w", p.name, err)
	}
	res, err := t.send(ctx, a, p.agent, from)
	if err != nil {
		return 0, fmt.Errorf("%s: %w", p.name, err)
	}
	defer func() { _ = res.Body.Close() }()
	_, err = io.Copy(io.Discard, res.Body)
	return res.StatusCode, err
}

func (t *troupe) send(ctx context.Context, a ask, agent, from string) (*http.Response, error) {
	r, err := a.request(ctx, t.base, agent, from)
	if err != nil {
		return nil, err
	}
	return t.http.Do(r)
}

// fetch asks for what a caller needs to make its own call.
func (t *troupe) fetch(ctx context.Context, a ask, agent, from string, out any) error {
	res, err := t.send(ctx, a, agent, from)
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

// play makes rate requests a second, at moments of chance as callers do, until
// ctx ends, which is no error.
func (t *troupe) play(ctx context.Context, rate int) error {
	defer t.http.CloseIdleConnections()
	if rate == 0 {
		return nil
	}
	var all sync.WaitGroup
	defer all.Wait()
	free := make(chan struct{}, callers)
	failed := make(chan error, callers)
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
			p, from := t.pick(parts)
			all.Go(func() {
				defer func() { <-free }()
				// What a server that is being stopped does not answer is nobody's failure;
				// what panics is.
				err := guard(func() error { _, _ = t.act(ctx, p, from); return nil })
				if err != nil {
					failed <- err
				}
			})
		default: // all callers wait for an answer
		}
		next = next.Add(time.Duration(t.dice.ExpFloat64() * float64(time.Second) / float64(rate)))
		if late := time.Since(next); late > time.Second {
			next = time.Now() // the machine slept: what was missed is not made up for
		}
		wait.Reset(max(0, time.Until(next)))
	}
}
