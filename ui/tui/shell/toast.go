package shell

import "time"

// Level of a toast.
type Level int

const (
	Success Level = iota
	Warning
	Failure
)

// Toast is a short message in place of the help line.
type Toast struct {
	Level Level
	Text  string
	Until time.Time
}

const ToastDuration = 4 * time.Second

// Notify shows a toast. The text must be clean (text.Visible).
func (sh *Shell) Notify(w Level, s string) {
	sh.state.Toast = Toast{w, s, sh.state.Now.Add(ToastDuration)}
}
