package tui

import tea "charm.land/bubbletea/v2"

// goal is navigation as data.
type goal struct {
	to     screenID
	arg    any            // handed to a Scoped screen
	back   bool           // to where we came from; to does not count
	choose bool           // has a project chosen first, where none is
	stay   bool           // where the present screen is one of a project's, it is that screen
	fresh  bool           // forget the history: there is no way back from here
	then   func() tea.Cmd // what is done once there, nil for nothing
}

// needsProject reports a screen that shows one project and nothing without.
func (g goal) needsProject() bool { return g.choose || g.to == screenCredentials && !g.back }

// onlyCredential enters the screen with one credential's requests.
type onlyCredential struct{ id, name string }

// landing enters the screen with one credential's requests and goes to one of
// them, as soon as the log has it.
type landing struct {
	onlyCredential
	requestID string
}

// filteredBy enters the screen with a filter of the query language.
type filteredBy string

// screenID names a screen for navigation.
type screenID int

const (
	screenStart screenID = iota
	screenSignIn
	screenProjects
	screenCredentials
	screenRequests
	screenToken
	screenOverview
	screenMembers
)

// pasted enters the screen with a token, as if it had been pasted.
type pasted string

// whyRefused enters the screen with a record of the request log, to say why it
// was answered as it was.
type whyRefused string

// credentialOrder enters the credentials sorted, without those that no longer work.
type credentialOrder int

const (
	orderKept credentialOrder = iota // as it is
	soonestToExpire
	longestUnused
)

// credentialID enters the credentials at one of them.
type credentialID string
