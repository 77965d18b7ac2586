package demo

import (
	"keydeck/model"
	"keydeck/server/client"
)

// Names of the projects.
const (
	shop    = "Storefront"
	billing = "Billing"
	tools   = "Internal tools"
	pilot   = "Pilot" // deleted
)

// seed is the projects of a demo and their credentials, by name, with the secrets
// that only the answers to their creation had.
type seed struct {
	projects    map[string]model.Project
	credentials map[string]client.Issued
}

// secret is a credential's only secret, or the API key of a pair.
func (c *seed) secret(name string) string { return c.credentials[name].Secrets[0] }

// scene says how others can use the demo on a running server.
func (c *seed) scene(s model.Status) Scene {
	return Scene{
		URL: s.URL, Socket: s.Socket, Dir: s.DataDir, Email: owner,
		Project: c.projects[shop].ID, Account: c.projects[shop].AccountID,
		APIKey: c.secret("web shop"), Expired: c.secret("summer campaign"), Revoked: c.secret("old CI"),
		KID: c.credentials["edge workers"].ID, Secret: c.secret("edge workers"),
	}
}
