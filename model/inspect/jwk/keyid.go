package jwk

import (
	"fmt"
	"slices"
	"strings"

	"keydeck/model/inspect/internal/display"
)

// ForKeyID returns the keys that a token with the kid may mean: those with that ID, or
// else those without an ID; without a kid, all of them.
func ForKeyID(keys []Key, kid string) []Key {
	if kid == "" {
		return keys
	}
	with := func(id string) []Key {
		return slices.DeleteFunc(slices.Clone(keys), func(k Key) bool { return k.ID != id })
	}
	if named := with(kid); len(named) > 0 {
		return named
	}
	return with("")
}

// NoneFor says that no key has the kid.
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

// MaxTries bounds how many keys are tried on one token, to bound the time. A token
// with a kid needs one.
const MaxTries = 100
