package place

import tea "charm.land/bubbletea/v2"

// Destination is navigation as data.
type Destination struct {
	To            Screen
	Arg           any            // handed to a Scoped screen
	Back          bool           // to where we came from; to does not count
	ChooseProject bool           // has a project chosen first, where none is
	Stay          bool           // where the present screen is one of a project's, it is that screen
	Reset         bool           // forget the history: there is no way back from here
	Then          func() tea.Cmd // what is done once there, nil for nothing
}

// NeedsProject reports a screen that shows one project and nothing without.
func (g Destination) NeedsProject() bool { return g.ChooseProject || g.To == Credentials && !g.Back }

// RequestsOf enters the screen with one credential's requests.
type RequestsOf struct{ ID, Name string }

// RequestOf enters the screen with one credential's requests and goes to one of
// them, as soon as the log has it.
type RequestOf struct {
	RequestsOf
	RequestID string
}

// Filter enters the screen with a filter of the query language.
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

// Token enters the screen with a token, as if it had been pasted.
type Token string

// Refusal enters the screen with a record of the request log, to say why it
// was answered as it was.
type Refusal string

// Order enters the credentials sorted, without those that no longer work.
type Order int

const (
	OrderKept Order = iota // as it is
	SoonestToExpire
	LongestUnused
)

// Credential enters the credentials at one of them.
type Credential string
