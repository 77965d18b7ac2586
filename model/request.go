package model

import (
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// RequestRecord is one line of the request log. It never contains a secret, a query
// string or a body. DurationUS is in microseconds; Bytes is the size of the answer's
// body. Reason is "" unless the request was refused.
type RequestRecord struct {
	ID             string `json:"id"` // UUIDv7: sorts by arrival in the log
	At             Time   `json:"at"`
	Method         string `json:"method"`
	Route          string `json:"route"` // the pattern, such as /auth/api-keys/{key_id}; "" if none matched
	Path           string `json:"path"`
	Status         int    `json:"status"`
	DurationUS     int64  `json:"duration_us"`
	Bytes          int64  `json:"bytes"`
	RemoteIP       string `json:"remote_ip"`
	UserAgent      string `json:"user_agent"`
	RequestID      string `json:"request_id"`
	Scheme         Kind   `json:"scheme"` // kind of the credential presented, "" for none
	CredentialID   string `json:"credential_id"`
	CredentialHint string `json:"credential_hint"`
	ProjectID      string `json:"project_id"`
	UserID         string `json:"user_id"`
	Reason         Reason `json:"reason"`
}

// RequestFilter selects records. Zero members don't restrict. Status and Route match
// exactly; StatusClass 4 is 4xx. Path matches the start of the path, and Q any part of
// the path, user agent, address, hint, reason or request id; both ignore ASCII case.
// Projects restricts to the listed projects (nil: all), so that users only see their
// own.
type RequestFilter struct {
	Method       string
	Status       int
	StatusClass  int
	Path         string
	Route        string
	CredentialID string
	ProjectID    string
	Q            string
	Since        *Time
	Until        *Time
	MinMillis    float64
	Projects     []string
	UserID       string // with Projects: this user's records that belong to no project are visible too

	Before string // keyset: only records older than this id
	Limit  int    // 0: DefaultRequestLimit; at most MaxRequestsPerGet
}

// ReplayMark ends the User-Agent of a request that the dashboard replays. The
// server leaves the dashboard's own reads out of the request log, but records
// these.
const ReplayMark = " (replay)"

// DefaultRequestLimit is how many records a request for the log returns.
const DefaultRequestLimit = 100

// RequestPage is a page of the log, newest first. NextBefore is the Before for the next
// older page, null at the end. If the server stopped searching before the page was full,
// Searched is how many records it looked at, else 0.
type RequestPage struct {
	Items      []RequestRecord `json:"items"`
	NextBefore *string         `json:"next_before"`
	Searched   int             `json:"searched,omitempty"`
}

// Match reports whether r passes the filter. It ignores Before and Limit, which are for
// paging.
func (f *RequestFilter) Match(r *RequestRecord) bool {
	switch {
	case f.Method != "" && LowerASCII(f.Method) != LowerASCII(r.Method),
		f.Status != 0 && f.Status != r.Status,
		f.StatusClass != 0 && f.StatusClass != r.Status/100,
		f.Path != "" && !HasPrefixFold(r.Path, f.Path),
		f.Route != "" && f.Route != r.Route,
		f.CredentialID != "" && f.CredentialID != r.CredentialID,
		f.ProjectID != "" && f.ProjectID != r.ProjectID,
		f.Since != nil && r.At.Before(f.Since.Time),
		f.Until != nil && !r.At.Before(f.Until.Time),
		f.MinMillis > 0 && float64(r.DurationUS) < f.MinMillis*1000,
		f.Projects != nil && !f.visible(r),
		f.Q != "" && !f.contains(r):
		return false
	}
	return true
}

func (f *RequestFilter) visible(r *RequestRecord) bool {
	if f.UserID != "" && r.UserID == f.UserID && r.ProjectID == "" {
		return true
	}
	return slices.Contains(f.Projects, r.ProjectID)
}

func (f *RequestFilter) contains(r *RequestRecord) bool {
	q := LowerASCII(f.Q)
	return slices.ContainsFunc([]string{r.Path, r.UserAgent, r.RemoteIP, r.CredentialHint, string(r.Reason), r.RequestID},
		func(s string) bool { return strings.Contains(LowerASCII(s), q) })
}

// Query returns the filter's public members as query parameters of
// GET /auth/requests/.
func (f *RequestFilter) Query() map[string]string {
	q := map[string]string{"method": f.Method, "path": f.Path, "route": f.Route, "credential_id": f.CredentialID,
		"project_id": f.ProjectID, "q": f.Q, "before": f.Before}
	switch {
	case f.Status != 0:
		q["status"] = strconv.Itoa(f.Status)
	case f.StatusClass != 0:
		q["status"] = strconv.Itoa(f.StatusClass) + "xx"
	}
	if f.Since != nil {
		q["since"] = f.Since.String()
	}
	if f.Until != nil {
		q["until"] = f.Until.String()
	}
	if f.MinMillis > 0 {
		q["min_ms"] = strconv.FormatFloat(f.MinMillis, 'f', -1, 64)
	}
	if f.Limit > 0 {
		q["limit"] = strconv.Itoa(f.Limit)
	}
	maps.DeleteFunc(q, func(_, v string) bool { return v == "" })
	return q
}

// HasPrefixFold reports whether s begins with prefix, as LowerASCII folds them.
func HasPrefixFold(s, prefix string) bool {
	return len(s) >= len(prefix) && LowerASCII(s[:len(prefix)]) == LowerASCII(prefix)
}

// CutText returns at most limit bytes of s, in whole characters. Bytes that are not
// UTF-8 become U+FFFD.
func CutText(s string, limit int) string {
	if len(s) > limit+utf8.UTFMax {
		s = strings.Clone(s[:limit+utf8.UTFMax]) // frees the rest
	}
	s = strings.ToValidUTF8(s, "\ufffd")
	for len(s) > limit {
		_, size := utf8.DecodeLastRuneInString(s)
		s = s[:len(s)-size]
	}
	return s
}

// IsUUID reports whether s has the form of a UUID, as no name has.
func IsUUID(s string) bool {
	if len(s) != 36 {
		return false
	}
	for i := range len(s) {
		if dash := i == 8 || i == 13 || i == 18 || i == 23; dash != (s[i] == '-') {
			return false
		}
	}
	return strings.Trim(s, "0123456789abcdefABCDEF-") == ""
}

// LowerASCII folds A-Z only, as the database's LIKE does, and leaves every other
// byte as it is.
func LowerASCII(s string) string {
	for i := 0; i < len(s); i++ {
		if c := s[i]; 'A' <= c && c <= 'Z' {
			b := []byte(s)
			for ; i < len(b); i++ {
				if c := b[i]; 'A' <= c && c <= 'Z' {
					b[i] = c + 'a' - 'A'
				}
			}
			return string(b)
		}
	}
	return s
}
