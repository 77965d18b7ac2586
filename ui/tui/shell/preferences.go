package shell

import "time"

// Preferences are kept from one start to the next. They hold nothing secret. Each
// screen reads and writes its own members, in Update; the root writes the file.
type Preferences struct {
	Project string   `json:"project,omitempty"` // ID of the last one
	Theme   string   `json:"theme,omitempty"`   // "" follows the terminal
	Mouse   bool     `json:"mouse,omitempty"`
	Private bool     `json:"private,omitempty"`
	Filter  string   `json:"filter,omitempty"`  // of the requests
	History []string `json:"history,omitempty"` // filters, newest first
	Own     bool     `json:"own,omitempty"`     // show the dashboard's own calls
	Time    string   `json:"time,omitempty"`    // TimeLocal, TimeAgo or TimeUTC
	Columns []string `json:"columns"`           // of the requests; null: the default
	PaneW   int      `json:"pane_w,omitempty"`  // how much wider than by default the details are, in cells
	PaneH   int      `json:"pane_h,omitempty"`  // and how much higher
	TokenW  int      `json:"token_w,omitempty"` // how much wider than by default the workbench's left panes are
	TokenH  int      `json:"token_h,omitempty"` // and how much higher its raw token is

	// Sort is the order of each sortable table, by the screen's name.
	Sort map[string]string `json:"sort,omitempty"`
}

// MaxPaneResize is the most cells that a pane can differ from its default size.
const MaxPaneResize = 200

// The ways of showing time.
const (
	TimeLocal = ""
	TimeAgo   = "ago"
	TimeUTC   = "utc"
)

var TimeNames = map[string]string{TimeLocal: "the clock here", TimeAgo: "how long ago", TimeUTC: "UTC"}

func NextTime(t string) string {
	switch t {
	case TimeLocal:
		return TimeAgo
	case TimeAgo:
		return TimeUTC
	}
	return TimeLocal
}

// MaxHistory is the most filters kept.
const MaxHistory = 50

// ZoneNow is the time now, in the zone that times are shown in.
func (sh *Shell) ZoneNow() time.Time {
	if sh.Prefs().Time == TimeUTC {
		return sh.Now().UTC()
	}
	return sh.Now()
}
