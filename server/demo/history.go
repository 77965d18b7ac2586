package demo

import (
	"context"
	"errors"
	"fmt"
	"math"
	"time"

	"keydeck/model"
)

const day = 24 * time.Hour

// An event is what happened some time ago. The owner is signed in when it begins.
type event struct {
	ago time.Duration
	run func(h *history) error
}

// events are the whole history, oldest first.
var events = []event{
	{120 * day, nameFirstProject},
	{120 * day, project(billing)},
	{120 * day, project(tools)},
	{120 * day, key(shop, "web shop", 0, "orders:read", "orders:write", "catalog:read")},
	{120 * day, key(shop, "legacy importer", 0, "catalog:write")}, // unused for months
	{120 * day, key(shop, "load test", 0)},                        // never used
	{120 * day, key(tools, "nightly backup", 0)},                  // used once
	{120 * day, credential(model.KindKeyPair, billing, "ledger appliance", 0)},
	{120 * day, firstCall("legacy importer")},
	{101 * day, firstCall("nightly backup")},
	{60 * day, key(shop, "mobile app", 365, "orders:read", "orders:write")},
	{60 * day, key(shop, "old CI", 0)},
	{60 * day, key(shop, "provisioning", 180, model.ScopeKeysWrite)},
	{60 * day, credential(model.KindJWTSecret, shop, "edge workers", 90, "catalog:read")},
	{60 * day, key(billing, "invoice worker", 365, "invoices:write")},
	{60 * day, key(tools, "grafana", 0, "metrics:read")},
	{60 * day, credential(model.KindJWTSecret, tools, "cron jobs", 0)},
	{60 * day, member(shop, "grace@example.com", model.RoleMember)},
	{60 * day, member(shop, "linus@example.com", model.RoleViewer)},
	{60 * day, member(billing, "grace@example.com", model.RoleOwner)},
	{60 * day, member(tools, "edsger@example.com", model.RoleMember)},
	{31 * day, key(shop, "summer campaign", 30)},                   // expired
	{28 * day, key(shop, "partner: Northwind", 30, "orders:read")}, // ends in two days
	{9 * day, project(pilot)},
	{9 * day, key(pilot, "pilot app", 0)},
	{9 * day, key(billing, "auditor 2026", 14, "invoices:read")}, // ends in five days
	{8 * day, func(h *history) error {
		_, err := h.past.owner.DeleteProject(h.ctx, h.projects[pilot].ID)
		return err
	}},
	{6 * day, (*history).lastWeek},
	{3 * time.Hour, func(h *history) error {
		old := h.credentials["old CI"]
		_, err := h.past.owner.Revoke(h.ctx, old.ProjectID, old.Kind, old.ID)
		return err
	}},
	{time.Hour, (*history).lastHour},
}

// history makes the past of a demo.
type history struct {
	*seed
	ctx       context.Context
	past      *pastServer
	generator *generator
	end       time.Time // now
	rate      int       // requests a second that the demo will make
}

// makeHistory fills an empty directory with a history that ends now. It returns what
// the traffic goes on with.
func makeHistory(ctx context.Context, dir string, now time.Time, rate int) (_ *seed, err error) {
	p, err := openPast(ctx, dir, now.Add(-events[0].ago))
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, p.backend.Close(ctx)) }()
	c := &seed{projects: map[string]model.Project{}, credentials: map[string]model.IssuedCredential{}}
	h := &history{seed: c, ctx: ctx, past: p, generator: generatorFor(c, pastURL, p.public, p.now), end: now, rate: rate}
	for i, e := range events {
		if i == 0 || e.ago != events[i-1].ago {
			p.move(now.Add(-e.ago))
			if err := signIn(ctx, p.owner); err != nil {
				return nil, err
			}
		}
		if c.routes == nil {
			if c.routes, err = p.owner.Routes(ctx); err != nil {
				return nil, err
			}
		}
		if err := e.run(h); err != nil {
			return nil, fmt.Errorf("%d hours ago: %w", int(e.ago.Hours()), err)
		}
	}
	return c, nil
}

// nameFirstProject names the project that the owner starts with.
func nameFirstProject(h *history) error {
	me, err := h.past.owner.Me(h.ctx)
	if err != nil {
		return err
	}
	h.projects[shop], err = h.past.owner.RenameProject(h.ctx, me.Projects[0].ID, shop)
	return err
}

func project(name string) func(*history) error {
	return func(h *history) (err error) {
		h.projects[name], err = h.past.owner.CreateProject(h.ctx, name)
		return err
	}
}

func member(project, email string, role model.Role) func(*history) error {
	return func(h *history) error {
		_, err := h.past.owner.AddMember(h.ctx, h.projects[project].ID, email, role)
		return err
	}
}

func key(project, name string, days int, scopes ...string) func(*history) error {
	return credential(model.KindAPIKey, project, name, days, scopes...)
}

// credential issues a credential; 0 days means that it never expires.
func credential(kind model.Kind, project, name string, days int, scopes ...string) func(*history) error {
	spec := model.CredentialSpec{Name: name, Scopes: scopes}
	if days > 0 {
		spec.ExpiresInDays = &days
	}
	return func(h *history) (err error) {
		h.credentials[name], err = h.past.owner.Issue(h.ctx, h.projects[project].ID, kind, spec)
		return err
	}
}

func firstCall(key string) func(*history) error {
	return func(h *history) error {
		_, err := h.generator.send(h.ctx, &scenario{name: "first call", agent: "curl/8.11.1", build: greet(key)}, dataCentre[0])
		return err
	}
}

// Volumes of the history, in requests: few enough to be made within seconds.
const (
	perHour       = 12   // in the days before the last hours
	maxPerMinute  = 2400 // at the end of the last hour
	logCheckEvery = 500  // requests between two checks that the log keeps up
)

// lastWeek makes the traffic of the days before the last hours.
func (h *history) lastWeek() error {
	for at := h.past.now(); at.Before(h.end.Add(-3 * time.Hour)); at = at.Add(time.Hour) {
		if err := h.calls(at, time.Hour, perHour); err != nil {
			return err
		}
	}
	return nil
}

// lastHour makes the traffic of the last hour, minute by minute: it rises slowly at
// first, up to the rate of the live traffic.
func (h *history) lastHour() error {
	const rise, floor = 11.0, 0.07 // minutes to grow e-fold; least share of the final rate
	level := float64(min(max(h.rate, 1)*60, maxPerMinute))
	for at := h.past.now(); at.Before(h.end); at = at.Add(time.Minute) {
		m := at.Sub(h.end).Minutes() + 1 // up to 0
		waves := 0.91 + 0.06*math.Sin(m/3) + 0.03*math.Sin(m*1.7)
		if err := h.calls(at, time.Minute, int(level*waves*max(floor, math.Exp(m/rise)))); err != nil {
			return err
		}
	}
	return nil
}

// calls makes n calls, spread evenly over a time.
func (h *history) calls(from time.Time, over time.Duration, n int) error {
	for i := range n {
		if i%logCheckEvery == 0 {
			if err := h.past.waitForLog(h.ctx); err != nil {
				return err
			}
		}
		h.past.move(from.Add(over * time.Duration(i) / time.Duration(n)))
		p, caller := h.generator.pick(scenarios)
		if _, err := h.generator.send(h.ctx, p, caller); err != nil {
			return err
		}
	}
	return nil
}
