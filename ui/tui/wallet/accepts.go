package wallet

import (
	"encoding/base64"
	"net/http"
	"slices"
	"strings"

	"keydeck/model"
	"keydeck/ui/text"
)

// How the routes of the four families take a credential. The server decides; with this
// a replayed request is written the way its route wants, and a certain refusal is
// known before.

// scheme is a way to write a credential into a request.
type scheme int

const (
	bare       scheme = iota // Authorization: <credential>
	bearer                   // Authorization: Bearer <credential>
	AccountKey               // Authorization: ApiKey base64(account_id:key)
	header                   // x-api-key: <credential>
)

// Accepts is what one route accepts.
type Accepts struct {
	Schemes    map[model.Kind]scheme
	project    bool   // x-project-id is required beside it
	NoneReason string // why it accepts no credential; "" if it does
}

// defaultScheme is for routes that do not accept the kind.
func defaultScheme(k model.Kind) scheme {
	if k == model.KindAPIKey || k == model.KindSessionKey {
		return bare
	}
	return bearer
}

// AcceptedAt is what the route of a path accepts. Families A and B are matched without
// regard to case, C and D exactly.
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

// Presented is a credential for a request. Header is set instead of the rest if a
// whole header was pasted.
type Presented struct {
	Kind    model.Kind // "" for none
	Value   string
	Account string // of an API key, "" where it is not known
	Header  [2]string
}

// Headers are the headers of a request with the credential. The project's ID is added
// for routes that require it.
func (t Accepts) Headers(c Presented, project string) http.Header {
	h := http.Header{}
	for _, line := range t.lines(c, project, base64.StdEncoding.EncodeToString) {
		h.Set(line[0], line[1])
	}
	return h
}

// Masked is Headers for people, the credential's first and nothing encoded: c holds a
// placeholder instead of the secret.
func (t Accepts) Masked(c Presented, project string) [][2]string {
	return t.lines(c, project, func(raw []byte) string { return "base64(" + string(raw) + ")" })
}

// lines are names and values.
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

// Kinds lists what a route accepts, in words.
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

// Masked hides the secret that was pasted.
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
