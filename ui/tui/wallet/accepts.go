package wallet

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

// scheme is how a credential is written into a request.
type scheme int

const (
	bare       scheme = iota // Authorization: <credential>
	bearer                   // Authorization: Bearer <credential>
	AccountKey               // Authorization: ApiKey base64(account_id:key)
	header                   // x-api-key: <credential>
)

// Accepts is what one route takes.
type Accepts struct {
	Schemes    map[model.Kind]scheme
	project    bool   // x-project-id is required beside it
	NoneReason string // why it takes no credential, where it takes none
}

// defaultScheme is how a credential is written where no route says otherwise.
func defaultScheme(k model.Kind) scheme {
	if k == model.KindAPIKey || k == model.KindSessionKey {
		return bare
	}
	return bearer
}

// AcceptedAt is what the route of a path takes. Families A and B are matched
// without regard to case, C and D to the letter.
func AcceptedAt(path string) Accepts {
	at := strings.TrimRight(path, "/")
	low := strings.ToLower(at)
	login := map[model.Kind]scheme{model.KindAccessToken: bearer}
	under := func(dir string) bool { return at == dir || strings.HasPrefix(at, dir+"/") }
	switch {
	case strings.HasSuffix(low, "/v1/authenticatekeys"), under("/auth/verification"):
		return Accepts{NoneReason: "its credential is in its body, which the log does not keep"}
	case low == TokenPath:
		return Accepts{Schemes: map[model.Kind]scheme{model.KindAPIKey: AccountKey}}
	case low == "/v1/datetime/utc-now":
		return Accepts{Schemes: map[model.Kind]scheme{model.KindAPIKey: AccountKey, model.KindServiceToken: bearer,
			model.KindAccessToken: bearer, model.KindSessionKey: bare}}
	case path == "/":
		return Accepts{Schemes: map[model.Kind]scheme{model.KindAPIKey: bare, model.KindClientJWT: bearer, model.KindSessionKey: bare}}
	case under("/auth/api-keys"), under("/auth/credentials"):
		return Accepts{project: true, Schemes: map[model.Kind]scheme{model.KindAPIKey: header, model.KindAccessToken: bearer, model.KindSessionKey: bare}}
	case under("/auth/jwt-secrets"), under("/auth/key-pairs"):
		return Accepts{project: true, Schemes: login}
	case under("/auth"):
		return Accepts{Schemes: login}
	}
	return Accepts{NoneReason: "nobody is asked for a credential there"}
}

// Presented is a credential on its way into a request. header is set instead of
// the rest where a person pasted a whole header and meant it as it is.
type Presented struct {
	Kind    model.Kind // "" for none
	Value   string
	Account string // of an API key, "" where it is not known
	Header  [2]string
}

// Headers are what a credential puts into a request for a route. project is for
// routes that want to be told which.
func (t Accepts) Headers(c Presented, project string) http.Header {
	h := http.Header{}
	for _, line := range t.lines(c, project, base64.StdEncoding.EncodeToString) {
		h.Set(line[0], line[1])
	}
	return h
}

// Masked is headers for people, the credential's own first. What is put in place
// of the secret in c stays readable.
func (t Accepts) Masked(c Presented, project string) [][2]string {
	return t.lines(c, project, func(raw []byte) string { return "base64(" + string(raw) + ")" })
}

// lines are names and values. The credential is written in the way that the route
// takes its kind, else in the kind's own.
func (t Accepts) lines(c Presented, project string, encode func([]byte) string) (out [][2]string) {
	if c.Header[0] != "" {
		out = append(out, c.Header)
	} else if c.Kind != "" {
		w, ok := t.Schemes[c.Kind]
		if !ok {
			w = defaultScheme(c.Kind)
		}
		out = append(out, w.write(c, encode))
	}
	if t.project && project != "" {
		out = append(out, [2]string{"x-project-id", project})
	}
	return out
}

func (w scheme) write(c Presented, encode func([]byte) string) [2]string {
	switch w {
	case bearer:
		return [2]string{"Authorization", "Bearer " + c.Value}
	case AccountKey:
		return [2]string{"Authorization", "ApiKey " + encode([]byte(c.Account+":"+c.Value))}
	case header:
		return [2]string{"x-api-key", c.Value}
	}
	return [2]string{"Authorization", c.Value}
}

// Kinds names what a route takes, in words.
func (t Accepts) Kinds() string {
	names := make([]string, 0, len(t.Schemes))
	for k := range t.Schemes {
		names = append(names, text.Kind(k))
	}
	slices.Sort(names)
	if n := len(names); n > 1 {
		return strings.Join(names[:n-1], ", ") + " or " + names[n-1]
	}
	return strings.Join(names, "")
}

// Masked is what can be shown of what was pasted.
func (c Presented) Masked() Presented {
	if c.Header[0] == "" {
		c.Value = text.Hint(c.Value)
		return c
	}
	for _, scheme := range []string{"Bearer ", "ApiKey "} {
		if v := c.Header[1]; len(v) > len(scheme) && strings.EqualFold(v[:len(scheme)], scheme) {
			c.Header[1] = scheme + text.Hint(strings.TrimSpace(v[len(scheme):]))
			return c
		}
	}
	c.Header[1] = text.Hint(c.Header[1])
	return c
}
