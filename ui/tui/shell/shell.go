// Package shell is what the dashboard's screens share with its root: the interfaces of
// screens and overlays, calls to the server whose results come back to the asker, and
// requests to the root, such as to go to another screen or to show a toast. Screens
// read the State through a Shell; the root alone holds it. It changes in Update only,
// so a command must not read it, but for what never changes (the client, the context).
package shell

import (
	"cmp"
	"context"
	"sync"
	"time"

	tea "charm.land/bubbletea/v2"

	"keydeck/model"
	"keydeck/server/client"
	"keydeck/ui/text"
	"keydeck/ui/tui/place"
	"keydeck/ui/tui/theme"
	"keydeck/ui/tui/wallet"
	"keydeck/ui/tui/widget"
)

// LinkState is the state of the connection to the server.
type LinkState int

const (
	LinkStarting LinkState = iota // the server in this process is not up yet
	LinkWaiting                   // no answer yet
	LinkUp
	LinkLost
)

// State is the dashboard's state. It changes in Update only, by the root and by the
// methods of Shell.
type State struct {
	Context context.Context
	Client  *client.Client
	Version string
	Environ map[string]string
	Work    *sync.WaitGroup // what the end of the dashboard waits for

	Now   time.Time // of the message being handled; View knows no other clock
	Theme *theme.Styles
	Size  Rect // the whole terminal
	Body  Rect // what a screen gets of it

	Link     LinkState
	Status   model.Status // as last heard, over the socket only
	User     model.User
	SignedIn bool
	Notice   string // why the sign-in screen is up, "" when that is plain
	LastUser string // the address of a login that has ended by itself
	Projects []model.Project
	Routes   []model.Route  // of the server, as it said at the sign-in
	Project  *model.Project // the one being looked at, nil for none
	previous string         // id of the one that was looked at before it, "" for none

	Prefs  Preferences // what survives a restart
	Wallet wallet.Wallet

	IdentityCall Call
	Identified   func(Identity, error) tea.Cmd // the root's
	Switcher     func(*Shell, *ProjectQuestion) Overlay
	TryCall      Call

	Overlays    []Layer
	Toast       Toast
	Switched    bool               // another project was chosen: its screens must be made anew
	Destination *place.Destination // where a screen wants to go; the root takes it up after each Update
}

// Shell is what a screen knows of the dashboard and may ask of the root.
type Shell struct{ state *State }

// Visit goes to a screen; Back returns.
func (sh *Shell) Visit(to place.Screen, arg any) { sh.GoTo(place.Destination{To: to, Arg: arg}) }

// GoTo sets where the root goes after the Update.
func (sh *Shell) GoTo(g place.Destination) { sh.state.Destination = &g }

// Back goes to the previous screen.
func (sh *Shell) Back() { sh.state.Destination = &place.Destination{Back: true} }

// URL is the server's URL for HTTP clients.
func (sh *Shell) URL() string {
	if sh.state.Client.IsLocal() {
		return sh.state.Status.URL
	}
	return text.Visible(sh.state.Client.Target())
}

// Service is the name of the server in its paths.
func (sh *Shell) Service() string { return cmp.Or(sh.state.Status.Service, "keydeck") }

// ProjectID of the project being looked at, "" for none.
func (sh *Shell) ProjectID() string {
	if sh.state.Project == nil {
		return ""
	}
	return sh.state.Project.ID
}

// ProjectByID is one of the user's projects, nil if it is not among them.
func (sh *Shell) ProjectByID(id string) *model.Project {
	if id != "" && id == sh.ProjectID() {
		return sh.state.Project
	}
	for i := range sh.state.Projects {
		if sh.state.Projects[i].ID == id {
			return &sh.state.Projects[i]
		}
	}
	return nil
}

// ProjectName is the name of a project, or the end of its id if it is not among the
// user's.
func (sh *Shell) ProjectName(id string) string {
	if p := sh.ProjectByID(id); p != nil {
		return p.Name
	}
	return wallet.IDTail(id)
}

// WriteDenied says why the user may not change credentials of a project, "" if they may.
func (sh *Shell) WriteDenied(project string) string {
	p := sh.ProjectByID(project)
	switch {
	case sh.state.User.IsSuperuser, p != nil && p.Role != model.RoleViewer:
		return ""
	case p == nil:
		return "its project is not among yours"
	case sh.state.Project == nil:
		return "your role in " + widget.Clip(p.Name, 24) + " is viewer: you may only look"
	}
	return "your role here is viewer: you may only look"
}

// WriteDeniedEverywhere is WriteDenied for the project, or for each of all of them.
func (sh *Shell) WriteDeniedEverywhere() (why string) {
	if sh.state.Project != nil {
		return sh.WriteDenied(sh.ProjectID())
	}
	why = "there is no project yet; 5 and n make one"
	for i := range sh.state.Projects {
		if why = sh.WriteDenied(sh.state.Projects[i].ID); why == "" {
			return ""
		}
	}
	return why
}

// New makes the shell of a dashboard.
func New(s *State) *Shell { return &Shell{s} }

func (sh *Shell) Context() context.Context   { return sh.state.Context }
func (sh *Shell) Client() *client.Client     { return sh.state.Client }
func (sh *Shell) Version() string            { return sh.state.Version }
func (sh *Shell) Environ() map[string]string { return sh.state.Environ }
func (sh *Shell) Work() *sync.WaitGroup      { return sh.state.Work }
func (sh *Shell) Now() time.Time             { return sh.state.Now }
func (sh *Shell) Theme() *theme.Styles       { return sh.state.Theme }
func (sh *Shell) Size() Rect                 { return sh.state.Size }
func (sh *Shell) Body() Rect                 { return sh.state.Body }
func (sh *Shell) Link() LinkState            { return sh.state.Link }
func (sh *Shell) Status() model.Status       { return sh.state.Status }
func (sh *Shell) User() model.User           { return sh.state.User }
func (sh *Shell) Notice() string             { return sh.state.Notice }
func (sh *Shell) LastUser() string           { return sh.state.LastUser }
func (sh *Shell) Projects() []model.Project  { return sh.state.Projects }
func (sh *Shell) Project() *model.Project    { return sh.state.Project }
func (sh *Shell) Previous() string           { return sh.state.previous }
func (sh *Shell) Toast() Toast               { return sh.state.Toast }

// Prefs are for reading and writing, in Update; the root saves them.
func (sh *Shell) Prefs() *Preferences { return &sh.state.Prefs }

// Wallet holds the credentials that were issued in this session.
func (sh *Shell) Wallet() *wallet.Wallet { return &sh.state.Wallet }
