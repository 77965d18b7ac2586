package tui

import (
	"context"
	"sync"
	"time"

	"keydeck/model"
	"keydeck/server/client"
	"keydeck/ui/text"
	"keydeck/ui/tui/theme"
)

// link is how it stands with the server.
type link int

const (
	linkStarting link = iota // the server in this process is not up yet
	linkWaiting              // nothing has been heard yet
	linkUp
	linkLost
)

// desk is what all screens share and what they may ask of the root. It is read
// and changed in Update only.
type desk struct {
	ctx     context.Context
	client  *client.Client
	options Options
	now     func() time.Time
	environ map[string]string

	at   time.Time // of the message being handled; View knows no other clock
	th   *theme.Styles
	size Rect // the whole terminal
	body Rect // what a screen gets of it

	link     link
	met      bool         // a server has answered since the start
	asked    time.Time    // when the server was first asked for anything
	status   model.Status // as last heard, over the socket only
	user     model.User
	signedIn bool
	notice   string // why the sign-in screen is up, "" when that is plain
	lastUser string // the address of a login that has ended by itself
	projects []model.Project
	project  *model.Project // the one being looked at, nil for none
	before   string         // id of the one that was looked at before it, "" for none

	refused time.Time // when the kept login last was, while nobody is signed in

	identityQ question[identity]
	signOutQ  question[none]
	pingQ     question[model.User]
	probeQ    question[client.Replayed]
	goneQ     question[[]model.Project]

	stored  stored // what survives a restart
	written []byte // of it, to the file
	held    []heldKey
	tokens  []heldToken
	tryQ    question[tried]
	keymap  keymap
	dark    *bool // the terminal's background, nil until it has said

	overlays []overlayed
	work     *sync.WaitGroup // what must come to its end before the dashboard does
	toast    toast
	switched bool  // another project was chosen: its screens must be made anew
	goal     *goal // where a screen wants to go; the root takes it up after each Update
}

// visit goes to a screen and remembers the present one.
func (d *desk) visit(to screenID, arg any) { d.goal = &goal{to: to, arg: arg} }

// back goes to where we came from.
func (d *desk) back() { d.goal = &goal{back: true} }

// url is where HTTP clients reach the server.
func (d *desk) url() string {
	if d.client.IsLocal() {
		return d.status.URL
	}
	return text.Visible(d.client.Target())
}

// projectID of the project being looked at, "" for none.
func (d *desk) projectID() string {
	if d.project == nil {
		return ""
	}
	return d.project.ID
}

// mayWrite says why the user may not change credentials of the project, "" if
// they may.
func (d *desk) mayWrite() string {
	switch {
	case d.project == nil:
		return "choose a project first"
	case d.project.Role == model.RoleViewer && !d.user.IsSuperuser:
		return "your role here is viewer: it may look, not change"
	}
	return ""
}
