package tui

import (
	"context"
	"slices"
	"strings"
	"time"

	"keydeck/model"
	"keydeck/server/client"
	"keydeck/ui/text"
)

// credential is what the three kinds have in common, clean and ready to be
// shown. It never holds a secret.
type credential struct {
	id, name string
	kind     model.Kind
	hint     string // enough to recognise it
	scopes   []string
	lastUsed *model.Time
	expires  *model.Time
	active   bool
	created  model.Time
	updated  model.Time

	today  int64  // calls of this day, as last heard
	folded string // the name in lower case, to sort by
	others string // what else of it can be searched, in lower case
	twin   bool   // another has the same name
	before string // the end of the id of the one it followed on, "" for none
	next   string // the end of the id of the one that follows on it, "" for none
}

// state in one word. The server's is_active covers both ends of a life; the
// expiry tells them apart, and keeps ticking between two looks at the server.
func (c *credential) state(now time.Time) string {
	over := c.expires != nil && !now.Before(c.expires.Time)
	switch {
	case over:
		return "expired"
	case !c.active:
		return "revoked"
	case c.expires != nil && c.expires.Sub(now) < 7*24*time.Hour:
		return "expires soon"
	}
	return "active"
}

func (c *credential) usable(now time.Time) bool {
	s := c.state(now)
	return s != "expired" && s != "revoked"
}

func (c *credential) scopeWords() string {
	if len(c.scopes) == 0 {
		return "all"
	}
	return strings.Join(c.scopes, " ")
}

// indexed gives the credential with what it is sorted and searched by.
func (c credential) indexed() credential {
	c.folded = strings.ToLower(c.name)
	c.others = strings.ToLower(strings.Join([]string{text.Kind(c.kind), c.hint, c.scopeWords(), c.id}, " "))
	return c
}

func fromAPIKey(k model.APIKey) credential {
	return credential{id: text.Visible(k.ID), name: text.Visible(k.Name), kind: model.KindAPIKey, hint: text.Visible(k.FullKey),
		scopes: text.VisibleAll(k.Scopes), lastUsed: k.LastUsedAt, expires: k.ExpiresAt, active: k.IsActive, created: k.CreatedAt, updated: k.UpdatedAt}.indexed()
}

func fromJWTSecret(s model.JWTSecret) credential {
	return credential{id: text.Visible(s.ID), name: text.Visible(s.Name), kind: model.KindJWTSecret, hint: shortID(text.Visible(s.KID)),
		scopes: text.VisibleAll(s.Scopes), lastUsed: s.LastUsedAt, expires: s.ExpiresAt, active: s.IsActive, created: s.CreatedAt, updated: s.UpdatedAt}.indexed()
}

func fromKeyPair(p model.KeyPair) credential {
	return credential{id: text.Visible(p.ID), name: text.Visible(p.Name), kind: model.KindKeyPair, hint: text.Visible(p.APIKey),
		scopes: text.VisibleAll(p.Scopes), lastUsed: p.LastUsedAt, expires: p.ExpiresAt, active: p.IsActive, created: p.CreatedAt, updated: p.UpdatedAt}.indexed()
}

// shortID keeps both ends of a UUID: those made in one minute begin alike.
func shortID(id string) string {
	if len(id) < 13 {
		return id
	}
	return id[:4] + "…" + id[len(id)-6:]
}

// loadCredentials gathers all three kinds, newest first.
func loadCredentials(ctx context.Context, c *client.Client, project string) ([]credential, error) {
	var out []credential
	keys, err := client.All(ctx, func(ctx context.Context, p model.PageRequest) (model.Page[model.APIKey], error) {
		return c.APIKeys(ctx, project, p)
	})
	if err != nil {
		return nil, err
	}
	for _, k := range keys {
		out = append(out, fromAPIKey(k))
	}
	secrets, err := client.All(ctx, func(ctx context.Context, p model.PageRequest) (model.Page[model.JWTSecret], error) {
		return c.JWTSecrets(ctx, project, p)
	})
	if err != nil {
		return nil, err
	}
	for _, s := range secrets {
		out = append(out, fromJWTSecret(s))
	}
	pairs, err := client.All(ctx, func(ctx context.Context, p model.PageRequest) (model.Page[model.KeyPair], error) {
		return c.KeyPairs(ctx, project, p)
	})
	if err != nil {
		return nil, err
	}
	for _, p := range pairs {
		out = append(out, fromKeyPair(p))
	}
	slices.SortStableFunc(out, func(a, b credential) int { return b.created.Compare(a.created.Time) })
	return out, nil
}

// revoke ends a credential of any kind.
func revoke(ctx context.Context, c *client.Client, project string, cr credential) (model.Revoked, error) {
	switch cr.kind {
	case model.KindJWTSecret:
		return c.RevokeJWTSecret(ctx, project, cr.id)
	case model.KindKeyPair:
		return c.RevokeKeyPair(ctx, project, cr.id)
	}
	return c.RevokeAPIKey(ctx, project, cr.id)
}

// issued is a new credential with what can be seen of it only now.
type issued struct {
	credential
	parts []secretPart
}

// secretPart is one secret value, as it came from the server: it is copied as
// it is and shown through text.Visible.
type secretPart struct{ label, value string }

// secret: all parts are but the key id, which is in every token.
func (p secretPart) secret() bool { return p.label != labelKID }

const labelKID = "kid"

// issue makes a credential of the given kind.
func issue(ctx context.Context, c *client.Client, project string, kind model.Kind, spec model.CredentialSpec) (issued, error) {
	switch kind {
	case model.KindJWTSecret:
		s, err := c.CreateJWTSecret(ctx, project, spec)
		return issuedSecret(s), err
	case model.KindKeyPair:
		p, err := c.CreateKeyPair(ctx, project, spec)
		return issuedPair(p), err
	}
	k, err := c.CreateAPIKey(ctx, project, spec)
	return issuedKey(k), err
}

// rotate makes a successor; the old one ends after the grace period.
func rotate(ctx context.Context, c *client.Client, project string, cr credential, grace time.Duration) (issued, error) {
	switch cr.kind {
	case model.KindJWTSecret:
		s, err := c.RotateJWTSecret(ctx, project, cr.id, grace)
		return issuedSecret(s), err
	case model.KindKeyPair:
		p, err := c.RotateKeyPair(ctx, project, cr.id, grace)
		return issuedPair(p), err
	}
	k, err := c.RotateAPIKey(ctx, project, cr.id, grace)
	return issuedKey(k), err
}

func issuedKey(k model.APIKey) issued {
	cr := fromAPIKey(k)
	cr.hint = text.Visible(model.MaskAPIKey(k.FullKey))
	return issued{cr, []secretPart{{"key", k.FullKey}}}
}

func issuedSecret(s model.JWTSecret) issued {
	return issued{fromJWTSecret(s), []secretPart{{"secret", s.Secret}, {labelKID, s.KID}}}
}

func issuedPair(p model.KeyPair) issued {
	cr := fromKeyPair(p)
	cr.hint = ""
	return issued{cr, []secretPart{{"apiKey", p.APIKey}, {"secretKey", p.SecretKey}}}
}

// idTail is the end of an id: ids made in one minute begin alike.
func idTail(id string) string {
	const tail = 6
	if len(id) <= tail {
		return id
	}
	return "…" + id[len(id)-tail:]
}

// lineage says what a rotation has made of the credential, "" for nothing.
func (c *credential) lineage() string {
	switch {
	case c.next != "" && c.before != "":
		return "successor of " + c.before + ", followed by " + c.next
	case c.next != "":
		return "followed by " + c.next
	case c.before != "":
		return "successor of " + c.before
	}
	return ""
}

// identity tells a credential from every other, of whatever name.
func (c *credential) identity(now time.Time) string {
	return joined(c.hint, c.whichOne(now))
}

// whichOne is identity without the hint.
func (c *credential) whichOne(now time.Time) string {
	end := "never expires"
	if c.expires != nil {
		if left := c.expires.Sub(now); left > 0 {
			end = "expires in " + text.Span(left)
		} else {
			end = "expired"
		}
	}
	return joined("id "+idTail(c.id), end, c.lineage())
}

// joined is a list in words, without what is empty.
func joined(parts ...string) string {
	kept := parts[:0:0]
	for _, p := range parts {
		if p != "" {
			kept = append(kept, p)
		}
	}
	return strings.Join(kept, ", ")
}
