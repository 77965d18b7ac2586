package tui

import (
	"context"
	"sync"
	"time"

	tea "charm.land/bubbletea/v2"

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

// goal is navigation as data.
type goal struct {
	to    screenID
	arg   any            // handed to a Scoped screen
	back  bool           // to where we came from; to does not count
	stay  bool           // where the present screen is one of a project's, it is that screen
	fresh bool           // forget the history: there is no way back from here
	then  func() tea.Cmd // what is done once there, nil for nothing
}

// needsProject reports a screen that shows one project and nothing without.
func (g goal) needsProject() bool { return g.to == screenCredentials && !g.back }

// visit goes to a screen and remembers the present one.
func (d *desk) visit(to screenID, arg any) { d.goal = &goal{to: to, arg: arg} }

// back goes to where we came from.
func (d *desk) back() { d.goal = &goal{back: true} }

// weight of a toast.
type weight int

const (
	said   weight = iota // it is done
	warned               // it is not quite as wished
	failed
)

// toast is a short message in the help line's place.
type toast struct {
	weight weight
	text   string
	until  time.Time
}

// toastFor is how long a toast stays.
const toastFor = 4 * time.Second

// say shows a toast. The text must be clean (text.Visible).
func (d *desk) say(w weight, s string) {
	d.toast = toast{w, s, d.at.Add(toastFor)}
}

// warnAtStart shows a toast long enough for a first frame to be read.
func (d *desk) warnAtStart(s string) {
	d.toast = toast{warned, text.Visible(s), d.at.Add(3 * toastFor)}
}

// graceFor is how long an overlay that can do harm does not listen after it
// has opened: a key that was already on its way was meant for something else.
const graceFor = 300 * time.Millisecond

// Overlay floats over the screen and gets all keys.
type Overlay interface {
	Update(tea.Msg) tea.Cmd
	View(Rect) string // its content; the root draws the box and the key hints
	Title() string
	Commands() []Command
}

type overlayed struct {
	Overlay
	opened time.Time
	grace  bool
}

// open puts an overlay on top.
func (d *desk) open(o Overlay) {
	d.overlays = append(d.overlays, overlayed{Overlay: o, opened: d.at})
}

// openGuarded is open for overlays that can do harm, or that open by themselves.
func (d *desk) openGuarded(o Overlay) {
	d.overlays = append(d.overlays, overlayed{Overlay: o, opened: d.at, grace: true})
}

// close takes the top overlay away.
func (d *desk) close() {
	if n := len(d.overlays); n > 0 {
		d.overlays = d.overlays[:n-1]
	}
}

// closeAll takes all overlays away; what they have under way ends.
func (d *desk) closeAll() {
	for _, o := range d.overlays {
		if c, ok := o.Overlay.(Closer); ok {
			c.Close()
		}
	}
	d.overlays = nil
}

func (d *desk) top() (overlayed, bool) {
	if n := len(d.overlays); n > 0 {
		return d.overlays[n-1], true
	}
	return overlayed{}, false
}

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
