package demo

import (
	"context"
	"errors"
	"fmt"
	"math"
	"time"

	"keydeck/model"
	"keydeck/server/client"
)

const day = 24 * time.Hour

// An event is what happened some time ago. The owner is signed in when it begins.
type event struct {
	ago time.Duration
	run func(s *history)
}

// events are the whole history, oldest first.
var events = []event{
	{120 * day, (*history).firstDay},
	{101 * day, func(s *history) { s.callOnce(greet(s.backups)) }},
	{60 * day, (*history).growth},
	{31 * day, func(s *history) { s.campaign = s.key(s.shop, "summer campaign", 30) }},
	{28 * day, func(s *history) { s.partner = s.key(s.shop, "partner: Northwind", 30, "orders:read") }},
	{9 * day, (*history).pilots},
	{8 * day, func(s *history) { _, s.err = s.past.owner.DeleteProject(s.ctx, s.pilot.ID) }},
	{6 * day, (*history).lastWeek},
	{3 * time.Hour, func(s *history) { _, s.err = s.past.owner.Revoke(s.ctx, s.shop.ID, model.KindAPIKey, s.oldCI.ID) }},
	{time.Hour, (*history).lastHour},
}

// history makes the past of a demo. After the first error its methods do nothing.
type history struct {
	*seed
	ctx       context.Context
	past      *pastServer
	generator *generator
	end       time.Time // now
	rate      int       // requests a second that the demo will make
	err       error
}

// makeHistory fills an empty directory with a history that ends now. It returns what
// the traffic goes on with.
func makeHistory(ctx context.Context, dir string, now time.Time, rate int) (_ *seed, err error) {
	p, err := openPast(ctx, dir, now.Add(-events[0].ago))
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, p.backend.Close(ctx)) }()
	c := &seed{}
	s := &history{seed: c, ctx: ctx, past: p, generator: generatorFor(c, pastURL, p.public, p.now), end: now, rate: rate}
	for _, a := range events {
		p.move(now.Add(-a.ago))
		if err := signIn(ctx, p.owner); err != nil {
			return nil, err
		}
		if a.run(s); s.err != nil {
			return nil, fmt.Errorf("%d hours ago: %w", int(a.ago.Hours()), s.err)
		}
	}
	return c, nil
}

// firstDay makes the projects and their first credentials.
func (s *history) firstDay() {
	me, err := s.past.owner.Me(s.ctx)
	if s.err = err; err != nil {
		return
	}
	s.shop, s.err = s.past.owner.RenameProject(s.ctx, me.Projects[0].ID, "Storefront")
	s.billing = s.project("Billing")
	s.tools = s.project("Internal tools")
	s.web = s.key(s.shop, "web shop", 0, "orders:read", "orders:write", "catalog:read")
	s.importer = s.key(s.shop, "legacy importer", 0, "catalog:write")
	s.probe = s.key(s.shop, "load test", 0)
	s.backups = s.key(s.tools, "nightly backup", 0)
	s.ledger = s.issue(s.billing, model.KindKeyPair, "ledger appliance", 0, nil)
	s.callOnce(greet(s.importer))
}

// growth is when others joined.
func (s *history) growth() {
	s.mobile = s.key(s.shop, "mobile app", 365, "orders:read", "orders:write")
	s.oldCI = s.key(s.shop, "old CI", 0)
	s.provision = s.key(s.shop, "provisioning", 180, model.ScopeKeysWrite)
	s.edge = s.issue(s.shop, model.KindJWTSecret, "edge workers", 90, []string{"catalog:read"})
	s.invoices = s.key(s.billing, "invoice worker", 365, "invoices:write")
	s.grafana = s.key(s.tools, "grafana", 0, "metrics:read")
	s.cron = s.issue(s.tools, model.KindJWTSecret, "cron jobs", 0, nil)
	s.member(s.shop, "grace@example.com", model.RoleMember)
	s.member(s.shop, "linus@example.com", model.RoleViewer)
	s.member(s.billing, "grace@example.com", model.RoleOwner)
	s.member(s.tools, "edsger@example.com", model.RoleMember)
}

// pilots makes a project that is soon deleted, and an auditor's key.
func (s *history) pilots() {
	s.pilot = s.project("Pilot")
	s.tester = s.key(s.pilot, "pilot app", 0)
	s.auditor = s.key(s.billing, "auditor 2026", 14, "invoices:read")
}

func (s *history) project(name string) (made model.Project) {
	if s.err == nil {
		made, s.err = s.past.owner.CreateProject(s.ctx, name)
	}
	return made
}

func (s *history) member(p model.Project, email string, role model.Role) {
	if s.err == nil {
		_, s.err = s.past.owner.AddMember(s.ctx, p.ID, email, role)
	}
}

// key issues an API key; 0 days means that it never expires.
func (s *history) key(p model.Project, name string, days int, scopes ...string) client.Issued {
	return s.issue(p, model.KindAPIKey, name, days, scopes)
}

func (s *history) issue(p model.Project, kind model.Kind, name string, days int, scopes []string) client.Issued {
	none := client.Issued{Secrets: make([]string, 2)} // can be used like any other
	if s.err != nil {
		return none
	}
	spec := model.CredentialSpec{Name: name, Scopes: scopes}
	if days > 0 {
		spec.ExpiresInDays = &days
	}
	made, err := s.past.owner.Issue(s.ctx, p.ID, kind, spec)
	if s.err = err; err != nil {
		return none
	}
	return made
}

// callOnce makes one call.
func (s *history) callOnce(a call) {
	if s.err == nil {
		_, s.err = s.generator.send(s.ctx, &scenario{name: "first call", agent: "curl/8.11.1", build: always(func(*seed) call { return a })}, dataCentre[0])
	}
}

// Volumes of the history, in requests: few enough to be made within seconds.
const (
	perHour       = 12   // in the days before the last hours
	maxPerMinute  = 2400 // at the end of the last hour
	logCheckEvery = 500  // requests between two checks that the log keeps up
)

// lastWeek makes the traffic of the days before the last hours.
func (s *history) lastWeek() {
	for at := s.past.now(); at.Before(s.end.Add(-3 * time.Hour)); at = at.Add(time.Hour) {
		s.calls(at, time.Hour, perHour)
	}
}

// lastHour makes the traffic of the last hour, minute by minute: it rises slowly at
// first, up to the rate of the live traffic.
func (s *history) lastHour() {
	const rise, floor = 11.0, 0.07 // minutes to grow e-fold; least share of the final rate
	level := float64(min(max(s.rate, 1)*60, maxPerMinute))
	for at := s.past.now(); at.Before(s.end); at = at.Add(time.Minute) {
		m := at.Sub(s.end).Minutes() + 1 // up to 0
		waves := 0.91 + 0.06*math.Sin(m/3) + 0.03*math.Sin(m*1.7)
		s.calls(at, time.Minute, int(level*waves*max(floor, math.Exp(m/rise))))
	}
}

// calls makes n calls, spread evenly over a time.
func (s *history) calls(from time.Time, over time.Duration, n int) {
	for i := range n {
		if s.err == nil && i%logCheckEvery == 0 {
			s.err = s.past.waitForLog(s.ctx)
		}
		if s.err != nil {
			return
		}
		s.past.move(from.Add(over * time.Duration(i) / time.Duration(n)))
		p, caller := s.generator.pick(scenarios)
		_, s.err = s.generator.send(s.ctx, p, caller)
	}
}
