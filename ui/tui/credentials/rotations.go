package credentials

import (
	"keydeck/model"
	"keydeck/ui/tui/wallet"
)

// rotationKey is what a rotated credential and its successor share: name, kind,
// and the time of the rotation, when one was changed and the other created.
type rotationKey struct {
	project, name string
	kind          model.Kind
	at            int64 // milliseconds since 1970
}

// linkRotations notes which credentials share their name with another of the project, and which
// of them succeeded one another.
func linkRotations(list []wallet.Credential) {
	created, named := make(map[rotationKey]int, len(list)), make(map[[2]string]int, len(list))
	for i := range list {
		c := &list[i]
		created[rotationKey{c.Project, c.FoldedName, c.Kind, c.Created.UnixMilli()}] = i
		named[[2]string{c.Project, c.FoldedName}]++
	}
	for i := range list {
		c := &list[i]
		if c.SharesName = named[[2]string{c.Project, c.FoldedName}] > 1; !c.SharesName {
			continue
		}
		if j, ok := created[rotationKey{c.Project, c.FoldedName, c.Kind, c.Updated.UnixMilli()}]; ok && list[j].Created.After(c.Created.Time) {
			c.Successor, list[j].Predecessor = wallet.IDTail(list[j].ID), wallet.IDTail(c.ID)
		}
	}
}
