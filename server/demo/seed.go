package demo

import (
	"keydeck/model"
	"keydeck/server/client"
)

// seed is the projects of a demo and their credentials, with the secrets that only
// the answers to their creation had.
type seed struct {
	shop, billing, tools, pilot model.Project

	// Of the shop.
	web, mobile, partner, provision  client.Issued // in use; the partner's ends in two days
	campaign, oldCI, importer, probe client.Issued // expired, revoked, unused for months, never used
	edge                             client.Issued

	// Of billing.
	invoices, auditor client.Issued // the auditor's ends in five days
	ledger            client.Issued

	// Of the tools.
	grafana client.Issued
	cron    client.Issued
	backups client.Issued // used once, a hundred days ago

	tester client.Issued // of a project that was deleted
}

// scene says how others can use the demo on a running server.
func (c *seed) scene(s model.Status) Scene {
	return Scene{
		URL: s.URL, Socket: s.Socket, Dir: s.DataDir, Email: owner,
		Project: c.shop.ID, Account: c.shop.AccountID,
		APIKey: c.web.Secrets[0], Expired: c.campaign.Secrets[0], Revoked: c.oldCI.Secrets[0],
		KID: c.edge.ID, Secret: c.edge.Secrets[0],
	}
}
