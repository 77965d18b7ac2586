package shell

// Preferences is what the dashboard remembers from one start to the next. It holds
// nothing secret. Each screen reads and writes its own members, in Update; the
// root writes the file.
type Preferences struct {
	Project string   `json:"project,omitempty"` // id of the one last looked at
	Theme   string   `json:"theme,omitempty"`   // "" follows the terminal
	Mouse   bool     `json:"mouse,omitempty"`
	Private bool     `json:"private,omitempty"`
	Filter  string   `json:"filter,omitempty"`  // of the requests
	History []string `json:"history,omitempty"` // filters, newest first
	Own     bool     `json:"own,omitempty"`     // show the dashboard's own calls
	Time    string   `json:"time,omitempty"`    // timeClock, timeAgo or timeUTC
	Columns []string `json:"columns"`           // of the requests; null: the usual ones
	PaneW   int      `json:"pane_w,omitempty"`  // how much wider the details are than usual
	PaneH   int      `json:"pane_h,omitempty"`  // and how much higher
	TokenW  int      `json:"token_w,omitempty"` // how much wider the workbench's left panes are than usual
	TokenH  int      `json:"token_h,omitempty"` // and how much higher its raw token

	// Sort has the order of each table that can be sorted, by its screen's name.
	Sort map[string]string `json:"sort,omitempty"`
}

// MaxPaneResize is how many cells a pane can be from its usual size.
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

// MaxHistory is how many filters are remembered.
const MaxHistory = 50
