package demo

import (
	"encoding/base64"
	"strings"

	"keydeck/model"
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
	credentials map[string]model.IssuedCredential
	routes      []model.Route
}

// secret is a credential's only secret, or the API key of a pair.
func (c *seed) secret(name string) string { return c.credentials[name].Secrets[0] }

// with puts a credential where the call's route takes its kind, or as a bare
// Authorization value if it takes none. account is for an API key.
func (c *seed) with(a call, kind model.Kind, account, credential string) call {
	path, _, _ := strings.Cut(a.path, "?")
	carrier := model.CarrierRaw
	for i := range c.routes {
		if r := &c.routes[i]; r.Method == a.method && r.Route == path {
			if accepted, ok := r.Accepted(kind); ok {
				carrier = accepted
			}
		}
	}
	if carrier == model.CarrierAccountKey {
		credential = base64.StdEncoding.EncodeToString([]byte(account + ":" + credential))
	}
	return a.with(carrier.Header(credential))
}

// withKey puts the API key of a name into a call, under the account of the project
// where the route wants one.
func (c *seed) withKey(a call, project, name string) call {
	return c.withKeyValue(a, project, c.secret(name))
}

func (c *seed) withKeyValue(a call, project, key string) call {
	return c.with(a, model.KindAPIKey, c.projects[project].AccountID, key)
}

// scene says how others can use the demo on a running server.
func (c *seed) scene(s model.Status) Scene {
	return Scene{
		URL: s.URL, Socket: s.Socket, Dir: s.DataDir, Email: owner,
		Project: c.projects[shop].ID, Account: c.projects[shop].AccountID,
		Key: c.secret("web shop"), Expired: c.secret("summer campaign"), Revoked: c.secret("old CI"),
		KID: c.credentials["edge workers"].ID, Secret: c.secret("edge workers"),
	}
}
