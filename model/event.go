package model

import "encoding/json"

// Event is one change of what the server keeps: who did it, to what, from where.
// Before and After are JSON objects of the public members that matter, never of a
// secret; Before is null at a creation, After at a deletion.
type Event struct {
	ID        string          `json:"id"`  // UUIDv7
	Seq       int64           `json:"seq"` // the order of events, from 1; there may be gaps
	At        Time            `json:"at"`
	Action    Action          `json:"action"`
	Actor     Actor           `json:"actor"`
	Object    Object          `json:"object"`
	ProjectID string          `json:"project_id"` // "" for none
	RemoteIP  string          `json:"remote_ip"`  // "local" for the socket, "" if nobody asked
	RequestID string          `json:"request_id"`
	Before    json.RawMessage `json:"before"`
	After     json.RawMessage `json:"after"`
}

// Actor is who caused an event: the kind is "user", "server" if nobody asked, or the
// Kind of a project's credential. Hint is the user's address or the part of the
// credential that may be shown.
type Actor struct {
	Kind string `json:"kind"`
	ID   string `json:"id"`
	Hint string `json:"hint"`
}

// Object is what an event happened to: the kind is the Kind of a credential,
// "project", "user" (also of a membership), "session" or "signing_key".
type Object struct {
	Kind string `json:"kind"`
	ID   string `json:"id"`
	Name string `json:"name"`
}

// Action is what happened in an event. Its first word tells what kind of thing it
// happened to, "key" for an API key.
type Action string

// Action is what happened to a credential of the kind: "created", "updated",
// "rotated" (it has got a successor), "paused", "resumed" or "revoked".
func (k Kind) Action(verb string) Action { return Action(k.Spec().Event + "." + verb) }

// Actions, but for those of credentials.
const (
	ActionProjectCreated Action = "project.created"
	ActionProjectUpdated Action = "project.updated"
	ActionProjectDeleted Action = "project.deleted"

	ActionMemberAdded   Action = "member.added"
	ActionMemberUpdated Action = "member.updated"
	ActionMemberRemoved Action = "member.removed"

	ActionUserCreated Action = "user.created"
	ActionUserUpdated Action = "user.updated"

	ActionSessionStarted   Action = "session.started"
	ActionSessionRefreshed Action = "session.refreshed"
	ActionSessionEnded     Action = "session.ended"
	ActionSessionReuse     Action = "session.reuse_detected" // a used refresh token came back, and the session has ended

	ActionSigningKeyCreated Action = "signing_key.created"
	ActionSigningKeyRotated Action = "signing_key.rotated"
	ActionSigningKeyRemoved Action = "signing_key.removed"
)
