// Package pydantic validates a request exactly as FastAPI with pydantic 2 does in
// its lax mode: it takes the same values, and what it rejects it lists with the
// same types, positions and words, for the 422 answers that family C's clients
// parse.
package pydantic

import (
	"fmt"
	"net/http"
)

// A Detail is one validation error, with the members that pydantic gives it.
type Detail struct {
	Type  string         `json:"type"`
	Loc   []any          `json:"loc"`
	Msg   string         `json:"msg"`
	Input any            `json:"input"`
	Ctx   map[string]any `json:"ctx,omitempty"`
}

// Errors is every validation error of one request: the detail of a 422 answer.
type Errors []Detail

func (e Errors) Error() string {
	return fmt.Sprintf("%d validation errors, the first at %v: %s", len(e), e[0].Loc, e[0].Msg)
}

// A Request collects the validation errors of one HTTP request. Ask for path,
// query, header and body values in that order, which is the order that FastAPI
// reports in. Whatever it returns can be used; Err says in the end whether any of
// it was wrong.
type Request struct {
	http   *http.Request
	query  []Param
	errors Errors
	fatal  error // ends the validation: the body could not be read
}

// New begins to validate r.
func New(r *http.Request) *Request {
	return &Request{http: r, query: ParseQuery(r.URL.RawQuery)}
}

// Err is nil if nothing was wrong, Errors for validation errors, and otherwise
// the reason why the body could not be read.
func (r *Request) Err() error {
	switch {
	case r.fatal != nil:
		return r.fatal
	case len(r.errors) > 0:
		return r.errors
	}
	return nil
}

func (r *Request) add(kind string, loc []any, msg string, input any, ctx map[string]any) {
	r.errors = append(r.errors, Detail{Type: kind, Loc: loc, Msg: msg, Input: input, Ctx: ctx})
}

func (r *Request) missing(loc []any, input any) { r.add("missing", loc, "Field required", input, nil) }

// PathUUID returns a path parameter of type UUID in canonical form.
func (r *Request) PathUUID(name string) string {
	return r.UUID("path", name, r.http.PathValue(name))
}

// UUID returns s in canonical form. in says where it came from: path, query or
// header.
func (r *Request) UUID(in, name, s string) string {
	id, why := parseUUID(s)
	if why != "" {
		r.add("uuid_parsing", []any{in, name}, "Input should be a valid UUID, "+why, s, map[string]any{"error": why})
	}
	return id
}

// OptionalHeader returns a header, and whether there is one.
func (r *Request) OptionalHeader(name string) (string, bool) {
	values := r.http.Header.Values(name)
	if len(values) == 0 {
		return "", false
	}
	return values[0], true
}

// Header returns a required header, which may be empty. The name is reported as
// given.
func (r *Request) Header(name string) string {
	value, ok := r.OptionalHeader(name)
	if !ok {
		r.missing([]any{"header", name}, nil)
	}
	return value
}
