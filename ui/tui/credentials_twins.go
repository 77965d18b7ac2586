package tui

import (
	"strings"
	"time"

	"keydeck/model"
	"keydeck/ui/text"
)

// birth is what a rotated credential and its successor have in common: the name,
// the kind, and the instant of the rotation, at which the one was changed and the
// other made.
type birth struct {
	name string
	kind model.Kind
	at   int64 // milliseconds since 1970
}

// relate notes which credentials of the list share their name with another, and
// which of them follow on one another. A name alone does not say which is meant.
func relate(list []credential) {
	born, named := make(map[birth]int, len(list)), make(map[string]int, len(list))
	for i := range list {
		c := &list[i]
		born[birth{c.folded, c.kind, c.created.UnixMilli()}] = i
		named[c.folded]++
	}
	for i := range list {
		c := &list[i]
		if c.twin = named[c.folded] > 1; !c.twin {
			continue
		}
		if j, ok := born[birth{c.folded, c.kind, c.updated.UnixMilli()}]; ok && list[j].created.After(c.created.Time) {
			c.next, list[j].before = idTail(list[j].id), idTail(c.id)
		}
	}
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
