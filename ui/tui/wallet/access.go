package wallet

import (
	"encoding/base64"
	"net/http"
	"slices"
	"strings"

	"keydeck/model"
	"keydeck/ui/text"
)

// Access is how the route of a request takes a credential, as the server says. With it
// a replayed request is written the way its route wants, and a certain refusal is known
// before. It is zero for a request that no route takes.
type Access struct{ model.Route }

// AccessOf finds the route of a logged request.
func AccessOf(routes []model.Route, r *model.RequestRecord) Access {
	found := Access{}
	for _, route := range routes {
		if route.Route == r.Route && (found.Method == "" || route.Method == r.Method) {
			found.Route = route
		}
	}
	return found
}

// FirstCall is the first route that a kind of credential can be tried on, if possible one
// that takes it as it is in the header Authorization.
func FirstCall(routes []model.Route, kind model.Kind) (Access, bool) {
	if a, ok := callWith(routes, kind, model.CarrierRaw); ok {
		return a, true
	}
	return callWith(routes, kind, "")
}

// TokenCall is the first route that gives a service token for a kind of credential.
func TokenCall(routes []model.Route, kind model.Kind) (Access, bool) {
	return callWith(routes, kind, model.CarrierAccountKey)
}

// callWith is the first route that takes a kind of credential with a carrier ("" for
// any), is read, has a fixed path and asks for nothing else.
func callWith(routes []model.Route, kind model.Kind, carrier model.Carrier) (Access, bool) {
	for _, r := range routes {
		if c, ok := r.Accepted(kind); ok && (carrier == "" || c == carrier) && r.Method == http.MethodGet && !r.Project && r.Scope == "" && !strings.Contains(r.Route, "{") {
			return Access{r}, true
		}
	}
	return Access{}, false
}

// NoneReason is why the route accepts no credential in a header, "" if it does.
func (t *Access) NoneReason() string {
	switch {
	case t.Method == "":
		return "the server names no such route"
	case t.Body != nil:
		return "its credential is in its body, which the log does not keep"
	case len(t.Accepts) == 0:
		return "nobody is asked for a credential there"
	}
	return ""
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
func (t *Access) Headers(c Presented, project string) http.Header {
	h := http.Header{}
	for _, line := range t.lines(c, project, base64.StdEncoding.EncodeToString) {
		h.Set(line[0], line[1])
	}
	return h
}

// Masked is Headers for people, the credential's first and nothing encoded: c holds a
// placeholder instead of the secret.
func (t *Access) Masked(c Presented, project string) [][2]string {
	return t.lines(c, project, func(raw []byte) string { return "base64(" + string(raw) + ")" })
}

// lines are names and values.
func (t *Access) lines(c Presented, project string, encode func([]byte) string) (out [][2]string) {
	if c.Header[0] != "" {
		out = append(out, c.Header)
	} else if c.Kind != "" {
		carrier, ok := t.Accepted(c.Kind)
		value := c.Value
		switch {
		case ok && carrier == model.CarrierAccountKey:
			value = encode([]byte(c.Account + ":" + c.Value))
		case !ok && c.Kind.Spec().Collection == "": // where people put a token
			carrier = model.CarrierBearer
		}
		name, value := carrier.Header(value)
		out = append(out, [2]string{name, value})
	}
	if t.Project && project != "" {
		out = append(out, [2]string{"x-project-id", project})
	}
	return out
}

// Kinds lists what a route accepts, in words.
func (t *Access) Kinds() string {
	names := make([]string, 0, len(t.Accepts))
	for _, a := range t.Accepts {
		names = append(names, a.Kind.Name())
	}
	slices.Sort(names)
	return model.AnyOf(slices.Compact(names))
}

// Masked hides the secret that was pasted.
func (c Presented) Masked() Presented {
	if c.Header[0] == "" {
		c.Value = text.Visible(model.Mask(c.Value))
		return c
	}
	for _, scheme := range []string{"Bearer ", "ApiKey "} {
		if v := c.Header[1]; len(v) > len(scheme) && strings.EqualFold(v[:len(scheme)], scheme) {
			c.Header[1] = scheme + text.Visible(model.Mask(strings.TrimSpace(v[len(scheme):])))
			return c
		}
	}
	c.Header[1] = text.Visible(model.Mask(c.Header[1]))
	return c
}
