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

// shown makes a credential of the server ready to be shown.
func shown(c client.Credential) credential {
	hint := text.Visible(c.Masked)
	if c.Kind == model.KindJWTSecret {
		hint = shortID(text.Visible(c.ID))
	}
	return credential{id: text.Visible(c.ID), name: text.Visible(c.Name), kind: c.Kind, hint: hint,
		scopes: text.VisibleAll(c.Scopes), lastUsed: c.LastUsed, expires: c.Expires, active: c.Active, created: c.Created, updated: c.Updated}.indexed()
}

// shortID keeps both ends of a UUID: those made in one minute begin alike.
func shortID(id string) string {
	if len(id) < 13 {
		return id
	}
	return id[:4] + "…" + id[len(id)-6:]
}

// loadCredentials reads a project's credentials of one kind, or of all kinds for
// "", newest first.
func loadCredentials(ctx context.Context, c *client.Client, project string, kind model.Kind) ([]credential, error) {
	list, err := c.Credentials(ctx, project, kind)
	if err != nil {
		return nil, err
	}
	all := list.All()
	out := make([]credential, len(all))
	for i, cr := range all {
		out[i] = shown(cr)
	}
	slices.SortStableFunc(out, func(a, b credential) int { return b.created.Compare(a.created.Time) })
	return out, nil
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

// newlyIssued is the answer to a new credential. A pair has no hint: it is in its
// parts.
func newlyIssued(in client.Issued, err error) (issued, error) {
	if err != nil {
		return issued{}, err
	}
	out := issued{credential: shown(in.Credential)}
	switch in.Kind {
	case model.KindJWTSecret:
		out.parts = []secretPart{{"secret", in.Secrets[0]}, {labelKID, in.ID}}
	case model.KindKeyPair:
		out.parts = []secretPart{{"apiKey", in.Secrets[0]}, {"secretKey", in.Secrets[1]}}
	default:
		out.hint = text.Visible(model.MaskAPIKey(in.Secrets[0]))
		out.parts = []secretPart{{"key", in.Secrets[0]}}
	}
	return out, nil
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
