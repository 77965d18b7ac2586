package tui

import "time"

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
