package tui

import (
	"encoding/base64"
	"net/http"
	"slices"
	"strings"

	"keydeck/model"
	"keydeck/ui/text"
)

// How the routes of the four families take a credential (api.md, sections 2 to
// 6). The server decides; this is so that what is sent again is sent the way its
// route wants it, and so that a refusal that is certain can be told before.

// way is how a credential is written into a request.
type way int

const (
	wayBare    way = iota // Authorization: <credential>
	wayBearer             // Authorization: Bearer <credential>
	wayAccount            // Authorization: ApiKey base64(account_id:key)
	wayHeader             // x-api-key: <credential>
)

// taking is what one route takes.
type taking struct {
	ways    map[model.Kind]way
	project bool   // x-project-id is required beside it
	none    string // why it takes no credential, where it takes none
}

// ownWay is how a credential is written where no route says otherwise.
func ownWay(k model.Kind) way {
	if k == model.KindAPIKey || k == model.KindSessionKey {
		return wayBare
	}
	return wayBearer
}

// takingOf is what the route of a path takes. Families A and B are matched
// without regard to case, C and D to the letter.
func takingOf(path string) taking {
	at := strings.TrimRight(path, "/")
	low := strings.ToLower(at)
	login := map[model.Kind]way{model.KindAccessToken: wayBearer}
	under := func(dir string) bool { return at == dir || strings.HasPrefix(at, dir+"/") }
	switch {
	case strings.HasSuffix(low, "/v1/authenticatekeys"), under("/auth/verification"):
		return taking{none: "its credential is in its body, which the log does not keep"}
	case low == tokenPath:
		return taking{ways: map[model.Kind]way{model.KindAPIKey: wayAccount}}
	case low == "/v1/datetime/utc-now":
		return taking{ways: map[model.Kind]way{model.KindAPIKey: wayAccount, model.KindServiceToken: wayBearer,
			model.KindAccessToken: wayBearer, model.KindSessionKey: wayBare}}
	case path == "/":
		return taking{ways: map[model.Kind]way{model.KindAPIKey: wayBare, model.KindClientJWT: wayBearer, model.KindSessionKey: wayBare}}
	case under("/auth/api-keys"):
		return taking{project: true, ways: map[model.Kind]way{model.KindAPIKey: wayHeader, model.KindAccessToken: wayBearer, model.KindSessionKey: wayBare}}
	case under("/auth/jwt-secrets"), under("/auth/key-pairs"):
		return taking{project: true, ways: login}
	case under("/auth"):
		return taking{ways: login}
	}
	return taking{none: "nobody is asked for a credential there"}
}

// carried is a credential on its way into a request. header is set instead of
// the rest where a person pasted a whole header and meant it as it is.
type carried struct {
	kind    model.Kind // "" for none
	value   string
	account string // of an API key, "" where it is not known
	header  [2]string
}

// headers are what a credential puts into a request for a route. project is for
// routes that want to be told which.
func (t taking) headers(c carried, project string) http.Header {
	h := http.Header{}
	for _, line := range t.lines(c, project, base64.StdEncoding.EncodeToString) {
		h.Set(line[0], line[1])
	}
	return h
}

// written is headers for people, the credential's own first. What is put in place
// of the secret in c stays readable.
func (t taking) written(c carried, project string) [][2]string {
	return t.lines(c, project, func(raw []byte) string { return "base64(" + string(raw) + ")" })
}

// lines are names and values. The credential is written in the way that the route
// takes its kind, else in the kind's own.
func (t taking) lines(c carried, project string, encode func([]byte) string) (out [][2]string) {
	if c.header[0] != "" {
		out = append(out, c.header)
	} else if c.kind != "" {
		w, ok := t.ways[c.kind]
		if !ok {
			w = ownWay(c.kind)
		}
		out = append(out, w.write(c, encode))
	}
	if t.project && project != "" {
		out = append(out, [2]string{"x-project-id", project})
	}
	return out
}

func (w way) write(c carried, encode func([]byte) string) [2]string {
	switch w {
	case wayBearer:
		return [2]string{"Authorization", "Bearer " + c.value}
	case wayAccount:
		return [2]string{"Authorization", "ApiKey " + encode([]byte(c.account+":"+c.value))}
	case wayHeader:
		return [2]string{"x-api-key", c.value}
	}
	return [2]string{"Authorization", c.value}
}

// kinds names what a route takes, in words.
func (t taking) kinds() string {
	names := make([]string, 0, len(t.ways))
	for k := range t.ways {
		names = append(names, text.Kind(k))
	}
	slices.Sort(names)
	if n := len(names); n > 1 {
		return strings.Join(names[:n-1], ", ") + " or " + names[n-1]
	}
	return strings.Join(names, "")
}

// masked is what can be shown of what was pasted.
func (c carried) masked() carried {
	if c.header[0] == "" {
		c.value = text.Hint(c.value)
		return c
	}
	for _, scheme := range []string{"Bearer ", "ApiKey "} {
		if v := c.header[1]; len(v) > len(scheme) && strings.EqualFold(v[:len(scheme)], scheme) {
			c.header[1] = scheme + text.Hint(strings.TrimSpace(v[len(scheme):]))
			return c
		}
	}
	c.header[1] = text.Hint(c.header[1])
	return c
}
