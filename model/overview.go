package model

// Overview is the first look at a project, or at all projects of a login: what needs
// attention, and the traffic. It is built from memory and a few indexed reads; requests
// are counted over the last hour, or since the server started.
type Overview struct {
	At        Time              `json:"at"`
	PerSecond float64           `json:"per_second"` // requests a second over the last ten seconds
	Today     int64             `json:"today"`      // authenticated requests of this UTC day
	Minutes   []MinuteCount     `json:"minutes"`    // the last 60 minutes, oldest first; the last is not over
	Classes   [6]int64          `json:"classes"`    // last hour, by status class: index 4 is 4xx, index 0 is unused
	P50       int64             `json:"p50_us"`     // last hour, microseconds; 0 without requests
	P90       int64             `json:"p90_us"`
	P99       int64             `json:"p99_us"`
	Busiest   []CredentialCount `json:"busiest_credentials"` // last hour, at most 10
	Routes    []RouteCount      `json:"busiest_routes"`      // last hour, at most 10
	Refusals  []RefusalCount    `json:"refusals"`            // last hour, at most 10, most first
	Expiring  []Attention       `json:"expiring"`            // active credentials that expire within 7 days, soonest first, at most 20
	Unused    []Attention       `json:"unused"`              // active ones older than 90 days and unused for 90 days, longest unused first, at most 20

	// The full lengths of the three lists above; the first two are counted up to
	// MaxCounted.
	ExpiringTotal int `json:"expiring_total"`
	UnusedTotal   int `json:"unused_total"`
	RefusalsTotal int `json:"refusals_total"` // pairs of reason and credential

	Log LogStats `json:"log"`
}

// MaxCounted is where an overview stops counting credentials.
const MaxCounted = 10_000

// MinuteCount is one minute of the request log.
type MinuteCount struct {
	At       Time  `json:"at"`
	Requests int64 `json:"requests"`
	Refused  int64 `json:"refused"` // 4xx
	Failed   int64 `json:"failed"`  // 5xx
}

// CredentialCount is how many of the last hour's requests used a credential.
type CredentialCount struct {
	CredentialID string `json:"credential_id"`
	Name         string `json:"name"`
	Hint         string `json:"hint"`
	Requests     int64  `json:"requests"`
}

// RouteCount is how many of the last hour's requests went to a route.
type RouteCount struct {
	Method   string `json:"method"`
	Route    string `json:"route"`
	Requests int64  `json:"requests"`
}

// RefusalCount is how often in the last hour one credential ("" for none that was
// recognised) was refused for one reason.
type RefusalCount struct {
	Reason       Reason `json:"reason"`
	CredentialID string `json:"credential_id"`
	Name         string `json:"name"`
	Hint         string `json:"hint"`
	Requests     int64  `json:"requests"`
}

// Attention is a credential that needs attention.
type Attention struct {
	CredentialID string `json:"credential_id"`
	Kind         Kind   `json:"kind"`
	Name         string `json:"name"`
	Hint         string `json:"hint"`
	ProjectID    string `json:"project_id"`
	LastUsedAt   *Time  `json:"last_used_at"`
	ExpiresAt    *Time  `json:"expires_at"`
}

// CredentialUse is how much a credential is used: what a table of credentials shows,
// and what revoking it would break. Addresses is filled only if a single credential was
// asked for: most requests first, at most 20.
type CredentialUse struct {
	CredentialID  string         `json:"credential_id"`
	RequestsToday int64          `json:"requests_today"` // authenticated, this UTC day
	LastHour      int64          `json:"last_hour"`
	RefusedHour   int64          `json:"refused_last_hour"`
	LastUsedAt    *Time          `json:"last_used_at"`
	Addresses     []AddressCount `json:"addresses"`
}

// AddressCount is how many of the last hour's requests came from an address.
type AddressCount struct {
	RemoteIP string `json:"remote_ip"`
	Requests int64  `json:"requests"`
	LastAt   Time   `json:"last_at"`
}

// RotateSpec asks for a successor of a credential: a new one with the same kind, name,
// scopes and lifetime. The old one expires after GraceSeconds (0: at once; at most
// MaxGraceSeconds), but never later than it would have anyway.
type RotateSpec struct {
	GraceSeconds int `json:"grace_seconds"`
}

// MaxGraceSeconds is the longest grace period of a rotation: 30 days.
const MaxGraceSeconds = 30 * 86400
