package jwk

import (
	"fmt"
	"slices"
	"strings"

	"keydeck/model/inspect/internal/display"
)

// ForKeyID are the keys that the token's kid leaves: those with that ID, else
// those without any. A key of another name is not what the token asks for. With
// no kid they are all.
func ForKeyID(keys []Key, kid string) []Key {
	if kid == "" {
		return keys
	}
	if named := withID(keys, kid); len(named) > 0 {
		return named
	}
	return slices.DeleteFunc(slices.Clone(keys), func(k Key) bool { return k.ID != "" })
}

// NoneFor says that the kid is that of no key.
func NoneFor(kid string, keys []Key) string {
	const shown = 5
	ids := make([]string, 0, shown+1)
	for _, k := range keys {
		if len(ids) == shown {
			ids = append(ids, "…")
			break
		}
		if k.ID != "" {
			ids = append(ids, display.Escape(display.Short(k.ID)))
		}
	}
	if len(keys) == 1 {
		return fmt.Sprintf("its kid %s is not that of the key (%s)", display.Quote(kid), ids[0])
	}
	return fmt.Sprintf("its kid %s names none of the %d keys (%s)", display.Quote(kid), len(keys), strings.Join(ids, ", "))
}

// withID are the keys whose ID is the token's kid.
func withID(keys []Key, kid string) []Key {
	var named []Key
	for _, k := range keys {
		if kid != "" && k.ID == kid {
			named = append(named, k)
		}
	}
	return named
}

// MaxTries bounds how many keys one token is tried with, so that it ends in sensible
// time. A token with a kid needs one.
const MaxTries = 100
