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

// shared is what the dashboard knows. It changes in Update only, by the root and
// by the methods of desk.
type shared struct {
	ctx     context.Context
	client  *client.Client
	version string
	environ map[string]string
	work    *sync.WaitGroup // what must come to its end before the dashboard does

	at   time.Time // of the message being handled; View knows no other clock
	th   *theme.Styles
	size Rect // the whole terminal
	body Rect // what a screen gets of it

	link     link
	status   model.Status // as last heard, over the socket only
	user     model.User
	signedIn bool
	notice   string // why the sign-in screen is up, "" when that is plain
	lastUser string // the address of a login that has ended by itself
	projects []model.Project
	project  *model.Project // the one being looked at, nil for none
	before   string         // id of the one that was looked at before it, "" for none

	stored stored // what survives a restart
	wallet wallet

	identityQ question[identity]
	tryQ      question[tried]

	overlays []overlayed
	toast    toast
	switched bool  // another project was chosen: its screens must be made anew
	goal     *goal // where a screen wants to go; the root takes it up after each Update
}

// desk is what a screen knows of the dashboard and may ask of the root.
type desk struct{ *shared }

// visit goes to a screen and remembers the present one.
func (d *desk) visit(to screenID, arg any) { d.goTo(goal{to: to, arg: arg}) }

// goTo says where to go; the root takes it up after the Update.
func (d *desk) goTo(g goal) { d.goal = &g }

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

// newDesk gives the desk of a dashboard. The root alone keeps what is shared.
func newDesk(s *shared) *desk { return &desk{s} }
