// Package wallet has the credentials that the dashboard shows and sends: as they are
// listed, the secrets issued in this session (in memory only), and requests written
// with them.
package wallet

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"keydeck/model"
	"keydeck/server/client"
	"keydeck/ui/text"
)

// Credential is a credential of any kind, safe to be shown (text.Clean).
// It never holds a secret.
type Credential struct {
	ID, Name string
	Project  string // its ID
	Kind     model.Kind
	Hint     string // enough to recognise it
	Scopes   []string
	LastUsed *model.Time
	Expires  *model.Time
	Listed   model.CredentialState // when it was loaded
	Created  model.Time
	Updated  model.Time

	Note, Owner string
	IssuedBy    string // who issued it: an address, or a hint

	Today       int64  // calls of this day, when last loaded
	FoldedName  string // the name in lower case, to sort by
	SharesName  bool   // another has the same name
	Predecessor string // the end of the id of the one it followed on, "" for none
	Successor   string // the end of the id of the one that follows on it, "" for none
}

// State is the server's, brought up to now.
func (c *Credential) State(now time.Time) model.CredentialState { return c.Listed.At(now, c.Expires) }

// Paused reports whether it was paused and not resumed, even if it has expired since.
func (c *Credential) Paused() bool { return c.Listed == model.StatePaused }

// Ended reports whether it is revoked or expired: nothing makes it good again.
func (c *Credential) Ended(now time.Time) bool { return c.State(now).Ended() }

// Usable reports whether callers that present it are let in.
func (c *Credential) Usable(now time.Time) bool { return !c.Ended(now) && !c.Paused() }

func (c *Credential) ScopeWords() string {
	if len(c.Scopes) == 0 {
		return "all"
	}
	return strings.Join(c.Scopes, " ")
}

// FromModel makes a Credential of the server's.
func FromModel(c model.Credential) Credential {
	text.Clean(&c)
	return Credential{ID: c.ID, Project: c.ProjectID, Name: c.Name, FoldedName: strings.ToLower(c.Name), Kind: c.Kind, Hint: text.Visible(c.Hint()),
		Scopes: c.Scopes, LastUsed: c.LastUsedAt, Expires: c.ExpiresAt, Listed: c.State, Created: c.CreatedAt, Updated: c.UpdatedAt,
		Note: c.Note, Owner: c.Owner, IssuedBy: c.CreatedBy.Hint}
}

// LoadCredentials reads the credentials of a project, or of all of the user's for "", of
// one kind, or of all kinds for "", newest first.
func LoadCredentials(ctx context.Context, c *client.Client, project string, kind model.Kind) ([]Credential, error) {
	return shown(c.Credentials(ctx, model.CredentialFilter{ProjectID: project, Kind: kind}))
}

// LoadChanges is LoadCredentials for those that were issued or changed at a time or later.
func LoadChanges(ctx context.Context, c *client.Client, project string, since time.Time) ([]Credential, error) {
	return shown(c.CredentialsSince(ctx, project, since))
}

func shown(all []model.Credential, err error) ([]Credential, error) {
	out := make([]Credential, len(all))
	for i, cr := range all {
		out[i] = FromModel(cr)
	}
	return out, err
}

// Merge puts changed credentials in place of those with the same id, and new ones
// in order: the newest first.
func Merge(all, changed []Credential) []Credential {
	out, ids := slices.Clone(changed), make(map[string]bool, len(changed))
	for i := range changed {
		ids[changed[i].ID] = true
	}
	for _, c := range all {
		if !ids[c.ID] {
			c.Predecessor, c.Successor = "", ""
			out = append(out, c)
		}
	}
	slices.SortFunc(out, func(a, b Credential) int {
		return cmp.Or(b.Created.Compare(a.Created.Time), strings.Compare(b.ID, a.ID))
	})
	return out
}

// IDTail is the end of an ID: IDs of the same minute start alike.
func IDTail(id string) string {
	const tail = 6
	if len(id) <= tail {
		return id
	}
	return "…" + id[len(id)-tail:]
}

// Lineage names the predecessor and the successor, "" for a credential with neither.
func (c *Credential) Lineage() string {
	switch {
	case c.Successor != "" && c.Predecessor != "":
		return "successor of " + c.Predecessor + ", followed by " + c.Successor
	case c.Successor != "":
		return "followed by " + c.Successor
	case c.Predecessor != "":
		return "successor of " + c.Predecessor
	}
	return ""
}

// Identity describes a credential uniquely, whatever its name.
func (c *Credential) Identity(now time.Time) string {
	return JoinNonEmpty(c.Hint, c.Distinction(now))
}

// Distinction is identity without the hint.
func (c *Credential) Distinction(now time.Time) string {
	end := "never expires"
	if c.Expires != nil {
		if left := c.Expires.Sub(now); left > 0 {
			end = "expires in " + model.Span(left)
		} else {
			end = "expired"
		}
	}
	return JoinNonEmpty("id "+IDTail(c.ID), end, c.Lineage())
}

// JoinNonEmpty joins the parts that are not empty with commas.
func JoinNonEmpty(parts ...string) string {
	kept := parts[:0:0]
	for _, p := range parts {
		if p != "" {
			kept = append(kept, p)
		}
	}
	return strings.Join(kept, ", ")
}
