package demo

import (
	"keydeck/model"
)

// seed is the projects of a demo and their credentials, with the secrets that only
// the answers to their creation had.
type seed struct {
	shop, billing, tools, pilot model.Project

	// Of the shop.
	web, mobile, partner, provision  model.APIKey // in use; the partner's ends in two days
	campaign, oldCI, importer, probe model.APIKey // expired, revoked, unused for months, never used
	edge                             model.JWTSecret

	// Of billing.
	invoices, auditor model.APIKey // the auditor's ends in five days
	ledger            model.KeyPair

	// Of the tools.
	grafana model.APIKey
	cron    model.JWTSecret
	backups model.APIKey // used once, a hundred days ago

	tester model.APIKey // of a project that was deleted
}

// scene says how others can use the demo on a running server.
func (c *seed) scene(s model.Status) Scene {
	return Scene{
		URL: s.URL, Socket: s.Socket, Dir: s.DataDir, Email: owner,
		Project: c.shop.ID, Account: c.shop.AccountID,
		APIKey: c.web.FullKey, Expired: c.campaign.FullKey, Revoked: c.oldCI.FullKey,
		KID: c.edge.KID, Secret: c.edge.Secret,
	}
}
