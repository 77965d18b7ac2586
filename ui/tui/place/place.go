// Package place names the dashboard's screens and says as plain data where to go, so
// that a screen can lead to another without importing it.
package place

import tea "charm.land/bubbletea/v2"

// Destination is navigation as data.
type Destination struct {
	To    Screen
	Arg   any            // one of the types below, for a screen that takes it; nil for none
	Back  bool           // to the previous screen; To does not count
	Stay  bool           // stay on the current screen, in another scope
	Reset bool           // clear the history, so that there is no way back
	Then  func() tea.Cmd // runs on arrival; nil for nothing
}

// RequestsOf shows the requests of one credential; Only narrows them further.
type RequestsOf struct {
	ID, Name string
	Only     Filter
}

// RequestOf shows the requests of one credential and goes to one of them as soon as
// the log has it.
type RequestOf struct {
	RequestsOf
	RequestID string
}

// Filter shows the requests that match a filter of the query language.
type Filter string

// Screen names a screen for navigation.
type Screen int

const (
	Start Screen = iota
	SignIn
	Projects
	Credentials
	Requests
	Tokens
	Overview
	Members
)

// Token opens a token as if it had been pasted.
type Token string

// Order shows the credentials that still work, sorted.
type Order int

const (
	OrderKept Order = iota // unchanged
	SoonestToExpire
	LongestUnused
)

// Credential selects a credential, by its ID.
type Credential string
