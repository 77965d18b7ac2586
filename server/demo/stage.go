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

// An act is what happened at one time, told from now. The owner is signed in
// when it begins.
type act struct {
	ago  time.Duration
	play func(s *staging)
}

// acts are the history, oldest first.
var acts = []act{
	{120 * day, (*staging).found},
	{101 * day, func(s *staging) { s.once(hello(s.backups)) }},
	{60 * day, (*staging).grow},
	{31 * day, func(s *staging) { s.campaign = s.key(s.shop, "summer campaign", 30) }},
	{28 * day, func(s *staging) { s.partner = s.key(s.shop, "partner: Northwind", 30, "orders:read") }},
	{9 * day, (*staging).pilots},
	{8 * day, func(s *staging) { _, s.err = s.past.owner.DeleteProject(s.ctx, s.pilot.ID) }},
	{6 * day, (*staging).week},
	{3 * time.Hour, func(s *staging) { _, s.err = s.past.owner.RevokeAPIKey(s.ctx, s.shop.ID, s.oldCI.ID) }},
	{time.Hour, (*staging).hour},
}

// staging makes the history. The first error ends it: what comes after does
// nothing.
type staging struct {
	*cast
	ctx    context.Context
	past   *past
	troupe *troupe
	end    time.Time // now
	rate   int       // requests a second that are to come
	err    error
}

// stage fills an empty directory with a history that ends at now, and gives the
// cast that takes it from there.
func stage(ctx context.Context, dir string, now time.Time, rate int) (_ *cast, err error) {
	p, err := openPast(ctx, dir, now.Add(-acts[0].ago))
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, p.rules.Close(ctx)) }()
	c := &cast{}
	s := &staging{cast: c, ctx: ctx, past: p, troupe: troupeOn(c, pastURL, p.public, p.now), end: now, rate: rate}
	for _, a := range acts {
		p.move(now.Add(-a.ago))
		if err := signIn(ctx, p.owner); err != nil {
			return nil, err
		}
		if a.play(s); s.err != nil {
			return nil, fmt.Errorf("%d hours ago: %w", int(a.ago.Hours()), s.err)
		}
	}
	return c, nil
}

// found is the first day.
func (s *staging) found() {
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
	s.ledger = issue(s, s.billing, "ledger appliance", 0, nil, s.past.owner.CreateKeyPair)
	s.once(hello(s.importer))
}

// grow is when others came.
func (s *staging) grow() {
	s.mobile = s.key(s.shop, "mobile app", 365, "orders:read", "orders:write")
	s.oldCI = s.key(s.shop, "old CI", 0)
	s.provision = s.key(s.shop, "provisioning", 180, model.ScopeKeysWrite)
	s.edge = issue(s, s.shop, "edge workers", 90, []string{"catalog:read"}, s.past.owner.CreateJWTSecret)
	s.invoices = s.key(s.billing, "invoice worker", 365, "invoices:write")
	s.grafana = s.key(s.tools, "grafana", 0, "metrics:read")
	s.cron = issue(s, s.tools, "cron jobs", 0, nil, s.past.owner.CreateJWTSecret)
	s.member(s.shop, "grace@example.com", model.RoleMember)
	s.member(s.shop, "linus@example.com", model.RoleViewer)
	s.member(s.billing, "grace@example.com", model.RoleOwner)
	s.member(s.tools, "edsger@example.com", model.RoleMember)
}

// pilots is a project that did not last, and an audit.
func (s *staging) pilots() {
	s.pilot = s.project("Pilot")
	s.tester = s.key(s.pilot, "pilot app", 0)
	s.auditor = s.key(s.billing, "auditor 2026", 14, "invoices:read")
}

func (s *staging) project(name string) (made model.Project) {
	if s.err == nil {
		made, s.err = s.past.owner.CreateProject(s.ctx, name)
	}
	return made
}

func (s *staging) member(p model.Project, email string, role model.Role) {
	if s.err == nil {
		_, s.err = s.past.owner.AddMember(s.ctx, p.ID, email, role)
	}
}

// key issues an API key; 0 days is for ever.
func (s *staging) key(p model.Project, name string, days int, scopes ...string) model.APIKey {
	return issue(s, p, name, days, scopes, s.past.owner.CreateAPIKey)
}

func issue[T any](s *staging, p model.Project, name string, days int, scopes []string,
	create func(context.Context, string, model.CredentialSpec) (T, error),
) (made T) {
	if s.err != nil {
		return made
	}
	spec := model.CredentialSpec{Name: name, Scopes: scopes}
	if days > 0 {
		spec.ExpiresInDays = &days
	}
	made, s.err = create(s.ctx, p.ID, spec)
	return made
}

// once makes one call.
func (s *staging) once(a ask) {
	if s.err == nil {
		_, s.err = s.troupe.act(s.ctx, &part{name: "first call", agent: "curl/8.11.1", ask: always(func(*cast) ask { return a })}, dataCentre[0])
	}
}

// Volumes of the past, in requests: few enough to be made within seconds.
const (
	perHour     = 12   // in the days before
	mostAMinute = 2400 // at the end of the last hour
	gulp        = 500  // requests between two looks at the log
)

// week is the days before the last hours.
func (s *staging) week() {
	for at := s.past.now(); at.Before(s.end.Add(-3 * time.Hour)); at = at.Add(time.Hour) {
		s.calls(at, time.Hour, perHour)
	}
}

// hour is the last one, minute by minute: a rush that begins slowly and ends at
// the rate at which the live callers go on.
func (s *staging) hour() {
	const rush, calm = 11.0, 0.07 // in minutes, and of the rate that it ends with
	level := float64(min(max(s.rate, 1)*60, mostAMinute))
	for at := s.past.now(); at.Before(s.end); at = at.Add(time.Minute) {
		m := at.Sub(s.end).Minutes() + 1 // up to 0
		waves := 0.91 + 0.06*math.Sin(m/3) + 0.03*math.Sin(m*1.7)
		s.calls(at, time.Minute, int(level*waves*max(calm, math.Exp(m/rush))))
	}
}

// calls are n calls, spread over a time.
func (s *staging) calls(from time.Time, over time.Duration, n int) {
	for i := range n {
		if s.err == nil && i%gulp == 0 {
			s.err = s.past.settle(s.ctx)
		}
		if s.err != nil {
			return
		}
		s.past.move(from.Add(over * time.Duration(i) / time.Duration(n)))
		p, caller := s.troupe.pick(parts)
		_, s.err = s.troupe.act(s.ctx, p, caller)
	}
}
