package model

// Carrier is where a route takes a credential.
type Carrier string

const (
	CarrierRaw        Carrier = "Authorization"
	CarrierBearer     Carrier = "Authorization: Bearer"
	CarrierAccountKey Carrier = "Authorization: ApiKey" // base64 of the account id, a colon and the key
	CarrierKeyHeader  Carrier = "x-api-key"
)

// Header is the name and the value of the header that carries a credential. For
// CarrierAccountKey the credential is account id and key, encoded.
func (c Carrier) Header(credential string) (name, value string) {
	switch c {
	case CarrierBearer:
		return "Authorization", "Bearer " + credential
	case CarrierAccountKey:
		return "Authorization", "ApiKey " + credential
	case CarrierKeyHeader:
		return string(c), credential
	}
	return "Authorization", credential
}

// Acceptance is a kind of credential that a route accepts, and where.
type Acceptance struct {
	Kind   Kind    `json:"kind"`
	Header Carrier `json:"header"`
}

// Route is how one route takes a credential, and what it asks for beside it. The server
// answers with all of them (GET /auth/routes/).
type Route struct {
	Family  string       `json:"family"` // "A" to "D"; "C" also for what Keydeck adds
	Method  string       `json:"method"`
	Route   string       `json:"route"`   // as documented, with its placeholders
	Accepts []Acceptance `json:"accepts"` // empty if nobody is asked for a credential
	Body    *Kind        `json:"body"`    // of the credential that it takes in its body, null for none
	Project bool         `json:"project"` // x-project-id is required
	Role    Role         `json:"role"`    // that a login needs at least in the project, "superuser", or "" for none
	Scope   string       `json:"scope"`   // that a project's credential needs, "" for none
}

// Accepted is how the route takes a kind of credential; false if it doesn't.
func (r *Route) Accepted(k Kind) (Carrier, bool) {
	for _, a := range r.Accepts {
		if a.Kind == k {
			return a.Header, true
		}
	}
	return "", false
}
