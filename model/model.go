// Package model holds Keydeck's domain types, their JSON on the wire, and the errors
// that all packages use. It imports the standard library only, so that the server,
// its Go client and the dashboard share one vocabulary.
//
// Guarantees: JSON members are in the order of the struct fields, which is the order
// in the API's documentation; times are UTC; a nil pointer or nil slice is null, never
// a missing member. A secret, which must be shown or copied exactly as it is, has the
// tag visible:"-".
package model

import "math"

// Limits on everything that comes in (assets/doc/api.md, section 7). Sizes are in
// bytes unless the name says otherwise.
const (
	MaxHeaderBytes    = 16 << 10
	MaxBodyBytes      = 64 << 10
	MaxJSONDepth      = 64
	MaxTokenBytes     = 16 << 10
	MaxNameChars      = 100
	MaxNoteChars      = 500
	MaxRequestIDChars = 64
	MaxLogUserAgent   = 512
	MaxLogPath        = 1024
	MaxScopes         = 64
	MaxScopeChars     = 100
	MaxExpiresInDays  = 36500
	DefaultPageLimit  = 10
	MaxPageLimit      = 1000
	MaxRequestsPerGet = 1000
)

// PageRequest asks for one page of a list. Page counts from 1; Limit is capped at
// MaxPageLimit.
type PageRequest struct {
	Page  int
	Limit int
}

// Normal returns the request with the documented defaults and the cap applied.
func (p PageRequest) Normal() PageRequest {
	if p.Page < 1 {
		p.Page = 1
	}
	if p.Limit < 1 {
		p.Limit = DefaultPageLimit
	}
	p.Limit = min(p.Limit, MaxPageLimit)
	return p
}

// Offset is the number of rows before the page. It saturates instead of overflowing,
// so that an absurd page is empty.
func (p PageRequest) Offset() int64 {
	before := int64(p.Page) - 1
	if before > math.MaxInt64/int64(p.Limit) {
		return math.MaxInt64
	}
	return before * int64(p.Limit)
}

// Pagination describes the page that was served.
type Pagination struct {
	Page  int   `json:"page"`
	Limit int   `json:"limit"`
	Total int64 `json:"total"`
	Pages int64 `json:"pages"`
}

// Page is one page of a list. Items is never nil.
type Page[T any] struct {
	Items      []T        `json:"items"`
	Pagination Pagination `json:"pagination"`
}

// NewPage makes the page for req from its items and the number of all items.
func NewPage[T any](items []T, req PageRequest, total int64) Page[T] {
	if items == nil {
		items = []T{}
	}
	limit := int64(req.Limit)
	return Page[T]{Items: items, Pagination: Pagination{
		Page: req.Page, Limit: req.Limit, Total: total, Pages: (total + limit - 1) / limit,
	}}
}
