package preset

import (
	"encoding/json"
	"strings"
	"testing"
	"time"
)

func TestPresetsAreWholeJSON(t *testing.T) {
	const value = `a"b\$now`
	values := map[string]string{"account": value, "host": value, "pair": value, "session": value, "token": value, "url": value, "user": value}
	for _, p := range All {
		claims := p.Claims(time.Unix(1, 0), values)
		for _, s := range []string{p.Header(value), claims} {
			if !json.Valid([]byte(s)) || strings.Count(s, "$") != strings.Count(s, `\\$now`) {
				t.Errorf("%s, %s: %s", p.Family, p.What, s)
			}
		}
	}
}
