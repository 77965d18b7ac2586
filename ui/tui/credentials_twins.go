package tui

import "keydeck/model"

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
