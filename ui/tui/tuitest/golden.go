package tuitest

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/exp/golden"

	"keydeck/ui/tui"
	"keydeck/ui/tui/shell"
)

// Sizes are the windows that every state is drawn in. Golden files are of the
// first.
var Sizes = []shell.Rect{{W: 80, H: 24}, {W: 60, H: 20}, {W: 140, H: 40}}

// Golden compares every state with its golden file (go test -run TestGolden/name
// -update writes it), and holds each of its drawings, at every size and in every
// theme, to the rules (see checkRules and checkContent).
//
// A golden file is for a person to read: the words at 80x24, and beside each row
// the roles it is painted in (see rolesOf). It has what the state alone shows: the
// screen without the frame around it, or the overlay's box without its hints and
// what lies under it. States with Frame set have everything; the header, the help
// line and the hints of the others are in TestHints.golden.
func Golden(t *testing.T, screens shell.Screens, states []State) {
	noStrays(t, states)
	var seen sync.Map
	for _, st := range states {
		t.Run(st.Name, func(t *testing.T) {
			t.Parallel()
			var at80 *drawing
			for _, size := range Sizes {
				st.run(t, screens, size, func(r *Rig) {
					d := draw(r, st)
					checkRules(t, r, d, &seen)
					if at80 == nil {
						at80 = d
						return
					}
					checkContent(t, at80, d)
				})
			}
			golden.RequireEqual(t, at80.golden())
		})
	}
}

// noStrays finds golden files that no state has.
func noStrays(t *testing.T, states []State) {
	t.Helper()
	files, err := os.ReadDir("testdata/TestGolden")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		name := strings.TrimSuffix(f.Name(), ".golden")
		if !slices.ContainsFunc(states, func(st State) bool { return st.Name == name }) {
			t.Errorf("testdata/TestGolden/%s is of no state", f.Name())
		}
	}
}

// drawing is a frame in rolesTheme.
type drawing struct {
	name  string // of the state
	size  shell.Rect
	frame string
	cells [][]Cell
	own   [][]Cell // those of the screen or overlay itself
	boxed bool     // own is an overlay's
	hints int      // how many rows of hints the box has, above its lower border
}

// maxFoot is how many rows of the screen a toast takes, with its own.
const maxFoot = 2

func draw(r *Rig, st State) *drawing {
	state := r.Root.State()
	state.Theme = rolesTheme
	d := &drawing{name: st.Name, size: state.Size, frame: r.Root.View().Content}
	d.cells = Cells(d.frame, d.size)
	top, over := r.Root.Shell().Top()
	switch {
	case st.Frame && over:
		d.own = d.cells
	case st.Frame:
		d.own = slices.Concat(d.cells[:tui.HeadRows], d.cells[len(d.cells)-maxFoot:])
	case over:
		box := r.Root.OverlayBox(top.Overlay)
		d.boxed, d.hints = true, len(box.Hints)
		for y, row := range d.cells {
			var inside []Cell
			for x := range row {
				if box.Contains(x, y) {
					inside = append(inside, row[x])
				}
			}
			if inside != nil {
				d.own = append(d.own, inside)
			}
		}
	case state.Toast.Text != "":
		d.own = d.cells[tui.HeadRows:]
	default:
		d.own = d.cells[tui.HeadRows : len(d.cells)-1]
	}
	return d
}

func (d *drawing) String() string { return fmt.Sprintf("%s %dx%d", d.name, d.size.W, d.size.H) }

func (d *drawing) words() string { return ansi.Strip(d.frame) }

// split parts the hints of a box from the other rows.
func (d *drawing) split() (rows, hints [][]Cell) {
	if !d.boxed {
		return d.own, nil
	}
	border := len(d.own) - 1
	first := border - d.hints
	return slices.Concat(d.own[:first], d.own[border:]), d.own[first:border]
}

// golden is the text of the state's golden file.
func (d *drawing) golden() string {
	rows, _ := d.split()
	var out strings.Builder
	for _, row := range rows {
		line := textOf(row)
		if roles := rolesOf(row); roles != "" {
			line += " ┆ " + roles
		}
		out.WriteString(strings.TrimRight(line, " ") + "\n")
	}
	return strings.TrimRight(out.String(), "\n") + "\n"
}

func textOf(row []Cell) (text string) {
	for i := range row {
		text += row[i].Text
	}
	return text
}
