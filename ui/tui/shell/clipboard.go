package shell

import (
	"encoding/base64"
	"fmt"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"keydeck/ui/text"
	"keydeck/ui/tui/widget"
)

// maxClipboard is the most base64 characters in one OSC 52 sequence; some terminals
// truncate longer ones in silence.
const maxClipboard = 74 << 10

// Copy puts s on the clipboard by OSC 52, which works over SSH too, and notifies how.
// Inside tmux the sequence is sent twice: bare for tmux itself, which takes it when
// set-clipboard is on, and wrapped for the terminal outside, which gets it when
// allow-passthrough is on. GNU screen only passes on what is wrapped.
func (sh *Shell) Copy(what, s string) tea.Cmd {
	encoded := base64.StdEncoding.EncodeToString([]byte(s))
	if len(encoded) > maxClipboard {
		sh.Notify(Failure, fmt.Sprintf("%s is too long for the terminal's clipboard (%s bytes)", what, text.Count(int64(len(s)))))
		return nil
	}
	seq, done := "\x1b]52;c;"+encoded+"\a", "copied "+what+": sent to the terminal (OSC 52)"
	if sh.state.Environ["TMUX"] != "" {
		seq += ansi.TmuxPassthrough(seq)
		const allow = " (tmux must allow it: set -g set-clipboard on)"
		for _, longer := range []string{"copied " + what + allow, "copied " + what + ": OSC 52" + allow, "copied " + what + ": sent to the terminal, OSC 52" + allow} {
			if widget.Width(longer)+toastMargin <= sh.state.Size.W {
				done = longer
			}
		}
	}
	if sh.state.Environ["TMUX"] == "" && sh.state.Environ["STY"] != "" {
		seq = ansi.ScreenPassthrough(seq, screenChunk)
	}
	sh.Notify(Success, done)
	return tea.Raw(seq)
}

// screenChunk is the most bytes that GNU screen passes on at once.
const screenChunk = 764

// toastMargin is the width of a space at each end of a toast, the mark, and the space
// after it.
const toastMargin = 4
