package demo

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"keydeck/model"
	"keydeck/server/client"
)

// A scenario is one kind of call that is made again and again.
type scenario struct {
	name   string
	weight int // relative frequency
	status int // of the answer
	reason model.Reason
	agent  string
	from   []string // addresses, from the blocks for documentation (RFC 5737, RFC 3849)
	build  builder
}

// A call is the part of a request that differs between scenarios.
type call struct {
	method, path, body string
	header             [][2]string // names and values
}

func get(path string) call { return call{method: http.MethodGet, path: path} }

func (c call) with(name, value string) call {
	c.header = append(slices.Clip(c.header), [2]string{name, value})
	return c
}

type builder func(ctx context.Context, t *generator) (call, error)

// always builds a call that needs nothing but the seed.
func always(make func(c *seed) call) builder {
	return func(_ context.Context, t *generator) (call, error) { return make(t.seed), nil }
}

func greet(key string) builder {
	return always(func(c *seed) call { return c.withKey(get("/"), shop, key) })
}

func utcNow(project, key string) builder {
	return always(func(c *seed) call {
		return c.withKey(get("/v1/datetime/utc-now"), project, key)
	})
}

func visit(path string) builder { return always(func(*seed) call { return get(path) }) }

// unissuedKey is a well-formed key that was never issued.
var unissuedKey = model.FormatKey(model.KindAPIKey, strings.Repeat("0", model.KeyRandomLen))

// mistyped changes the last character of a key.
func mistyped(key string) string {
	body, last := key[:len(key)-1], key[len(key)-1:]
	if last == "0" {
		return body + "1"
	}
	return body + "0"
}

var (
	dataCentre = []string{"203.0.113.10", "203.0.113.11", "203.0.113.12"}
	phones     = []string{"198.51.100.7", "198.51.100.23", "198.51.100.42", "198.51.100.99", "198.51.100.180", "2001:db8:4::17", "2001:db8:9::5"}
	scanner    = []string{"192.0.2.66"}

	invoiceHost = []string{"203.0.113.40"}
	ledgerHost  = []string{"203.0.113.55"}
)

const (
	invoiceAgent = "invoice-worker/2.0"
	ledgerAgent  = "ledger-appliance/11.3"
)

// scenarios is all of the traffic. The weights add up to about a thousand.
var scenarios = []scenario{
	// Accepted.
	{"web shop", 260, 200, "", "shop-web/4.2.0", dataCentre, greet("web shop")},
	{"mobile app", 170, 200, "", "Storefront/7.1 (iPhone)", phones, greet("mobile app")},
	{"partner", 70, 200, "", "python-requests/2.32.3", []string{"203.0.113.201"}, utcNow(shop, "partner: Northwind")},
	{"edge worker", 110, 200, "", "edge-worker/1.9", []string{"2001:db8:1::a", "2001:db8:1::b"}, clientJWT("edge workers")},
	{"service token", 90, 200, "", invoiceAgent, invoiceHost, serviceToken},
	{"session key", 50, 200, "", ledgerAgent, ledgerHost, sessionKey},
	{"grafana", 40, 200, "", "Grafana/11.4.0", []string{"203.0.113.80"}, greet("grafana")},
	{"cron", 20, 200, "", "curl/8.11.1", []string{"203.0.113.81"}, clientJWT("cron jobs")},
	{"public keys", 15, 200, "", "jose4j/0.9.6", []string{"203.0.113.90"}, visit("/.well-known/jwks.json")},
	{"health", 20, 200, "", "kube-probe/1.34", []string{"203.0.113.2"}, visit("/v1/healthz")},
	{"list of keys", 8, 200, "", "terraform/1.10.3", []string{"203.0.113.15"}, always(func(c *seed) call {
		return c.withKey(get("/auth/api-keys/").with("x-project-id", c.projects[shop].ID), shop, "provisioning")
	})},

	// Refused.
	{"expired key", 35, 401, model.ReasonExpired, "campaign-landing/1.0", []string{"203.0.113.120"}, greet("summer campaign")},
	{"revoked key", 28, 401, model.ReasonRevoked, "old-ci/0.8", []string{"203.0.113.130"}, greet("old CI")},
	{"expired JWT", 10, 401, model.ReasonExpired, "edge-worker/1.7", []string{"2001:db8:1::c"}, expiredJWT},
	{"forged JWT", 8, 401, model.ReasonBadSignature, "edge-worker/1.9", scanner, forgedJWT},
	{"JWT without kid", 6, 500, model.ReasonMissingKID, "edge-worker/0.1-dev", []string{"2001:db8:1::d"}, anonymousJWT},
	{"unknown key", 10, 401, model.ReasonUnknownKey, "Go-http-client/1.1", scanner, always(func(c *seed) call { return c.withKeyValue(get("/"), shop, unissuedKey) })},
	{"mistyped key", 5, 401, model.ReasonBadChecksum, "PostmanRuntime/7.43", []string{"198.51.100.77"}, always(func(c *seed) call {
		return c.withKeyValue(get("/"), shop, mistyped(c.secret("web shop")))
	})},
	{"no credential", 8, 401, model.ReasonMissing, "curl/8.11.1", []string{"198.51.100.77"}, visit("/")},
	{"wrong account", 4, 403, model.ReasonWrongAccount, "python-requests/2.32.3", []string{"203.0.113.201"}, utcNow(billing, "partner: Northwind")},
	{"deleted project", 5, 403, model.ReasonProjectGone, "pilot-app/0.3", []string{"203.0.113.140"}, utcNow(pilot, "pilot app")},
	{"scope missing", 8, 403, model.ReasonScope, "shop-web/4.2.0", dataCentre, always(func(c *seed) call {
		a := call{method: http.MethodPost, path: "/auth/api-keys/", body: `{"name":"one more"}`}
		return c.withKey(a.with("x-project-id", c.projects[shop].ID), shop, "web shop")
	})},
	{"too long a token", 4, 400, model.ReasonInvalidInput, "invoice-worker/1.4", []string{"203.0.113.40"}, always(func(c *seed) call {
		return c.withKey(get("/v1/token/get?expirationInSeconds=86400"), billing, "invoice worker")
	})},
	{"unknown path", 12, 404, model.ReasonNoRoute, "Mozilla/5.0 zgrab/0.x", scanner, visit("/wp-login.php")},
	{"wrong method", 4, 405, model.ReasonMethod, "shop-web/4.2.0", dataCentre, always(func(c *seed) call {
		return c.withKey(call{method: http.MethodPut, path: "/"}, shop, "web shop")
	})},
}

// jwtLife is how long a JWT that a client signs is valid. Clients renew a token
// renewBefore its end.
const (
	jwtLife     = 5 * time.Minute
	renewBefore = time.Minute
)

// clientJWT sends a JWT signed with a JWT secret, which the client reuses.
func clientJWT(secret string) builder {
	return func(_ context.Context, t *generator) (call, error) {
		token, err := t.cached(secret, jwtLife, func() (string, error) {
			return sign(t.seed.credentials[secret].ID, t.seed.secret(secret), t.now().Add(jwtLife)), nil
		})
		return t.seed.bearer(token), err
	}
}

func expiredJWT(_ context.Context, t *generator) (call, error) {
	return t.seed.bearer(sign(t.seed.credentials["edge workers"].ID, t.seed.secret("edge workers"), t.now().Add(-2*time.Minute))), nil
}

func forgedJWT(_ context.Context, t *generator) (call, error) {
	return t.seed.bearer(sign(t.seed.credentials["edge workers"].ID, "not the secret of anybody, but long enough", t.now().Add(jwtLife))), nil
}

func anonymousJWT(_ context.Context, t *generator) (call, error) {
	return t.seed.bearer(sign("", t.seed.secret("edge workers"), t.now().Add(jwtLife))), nil
}

// bearer greets with a JWT that a client signed.
func (c *seed) bearer(token string) call { return c.with(get("/"), model.KindClientJWT, "", token) }

func sign(kid, secret string, ends time.Time) string {
	return client.SignJWT(kid, secret, map[string]int64{"exp": ends.Unix()})
}

// serviceToken asks for the time with a service token, fetched with an API key.
func serviceToken(ctx context.Context, t *generator) (call, error) {
	token, err := t.cached("service token", 15*time.Minute, func() (string, error) {
		var got struct {
			Token string `json:"token"`
		}
		fetch := t.seed.withKey(get("/v1/token/get"), billing, "invoice worker")
		err := t.fetch(ctx, fetch, invoiceAgent, invoiceHost[0], &got)
		return got.Token, err
	})
	return t.seed.with(get("/v1/datetime/utc-now"), model.KindServiceToken, "", token), err
}

// sessionKey asks for the time with a session key, fetched with a key pair.
func sessionKey(ctx context.Context, t *generator) (call, error) {
	key, err := t.cached("session key", time.Hour, func() (string, error) {
		var got struct {
			SessionKey string `json:"sessionKey"`
		}
		pair := t.seed.credentials["ledger appliance"].Secrets
		fetch := call{method: http.MethodPost, path: "/keydeck/" + t.seed.projects[billing].AccountID + "/v1/authenticateKeys",
			body: fmt.Sprintf(`{"apiKey":%q,"secretKey":%q}`, pair[0], pair[1])}
		err := t.fetch(ctx, fetch, ledgerAgent, ledgerHost[0], &got)
		return got.SessionKey, err
	})
	return t.seed.with(get("/v1/datetime/utc-now"), model.KindSessionKey, "", key), err
}

// request makes the HTTP request.
func (c call) request(ctx context.Context, base, agent, from string) (*http.Request, error) {
	r, err := http.NewRequestWithContext(ctx, c.method, base+c.path, bytes.NewReader([]byte(c.body)))
	if err != nil {
		return nil, fmt.Errorf("make request: %w", err)
	}
	for _, h := range c.header {
		r.Header.Set(h[0], h[1])
	}
	if c.body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	r.Header.Set("User-Agent", agent)
	r.Header.Set("X-Forwarded-For", from)
	return r, nil
}
