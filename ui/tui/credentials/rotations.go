package credentials

import (
	"keydeck/model"
	"keydeck/ui/tui/wallet"
)

// birth is what a rotated credential and its successor have in common: the name,
// the kind, and the instant of the rotation, at which the one was changed and the
// other made.
type rotationKey struct {
	name string
	kind model.Kind
	at   int64 // milliseconds since 1970
}

// relate notes which credentials of the list share their name with another, and
// which of them follow on one another. A name alone does not say which is meant.
func linkRotations(list []wallet.Credential) {
	born, named := make(map[rotationKey]int, len(list)), make(map[string]int, len(list))
	for i := range list {
		c := &list[i]
		born[rotationKey{c.Folded, c.Kind, c.Created.UnixMilli()}] = i
		named[c.Folded]++
	}
	for i := range list {
		c := &list[i]
		if c.Twin = named[c.Folded] > 1; !c.Twin {
			continue
		}
		if j, ok := born[rotationKey{c.Folded, c.Kind, c.Updated.UnixMilli()}]; ok && list[j].Created.After(c.Created.Time) {
			c.Next, list[j].Before = wallet.IdTail(list[j].ID), wallet.IdTail(c.ID)
		}
	}
}
