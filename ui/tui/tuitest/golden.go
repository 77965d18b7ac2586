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

// Sizes are the window sizes that every state is drawn at. Golden files have the first.
var Sizes = []shell.Rect{{W: 80, H: 24}, {W: 60, H: 20}, {W: 140, H: 40}}

// Golden compares every state with its golden file (go test -run TestGolden/name
// -update writes it) and checks the rules at every size and in every theme (see
// checkRules and checkContent).
//
// A golden file is for a person to read: the words at 80x24, and beside each row the
// roles of its colours (see rolesOf). It has only what is particular to the state: the
// screen without the frame around it, or an overlay's box without its hints and without
// the screen behind it. Frame states have everything; the breadcrumbs, help lines and
// hints of the others are in TestHints.golden.
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

// noStrays reports golden files that belong to no state.
func noStrays(t *testing.T, states []State) {
	t.Helper()
	files, err := os.ReadDir("testdata/TestGolden")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		name := strings.TrimSuffix(f.Name(), ".golden")
		if !slices.ContainsFunc(states, func(st State) bool { return st.Name == name }) {
			t.Errorf("testdata/TestGolden/%s belongs to no state", f.Name())
		}
	}
}

// drawing is a frame in rolesTheme.
type drawing struct {
	name  string // of the state
	size  shell.Rect
	frame string
	cells [][]Cell
	own   [][]Cell // of the screen or overlay itself
	boxed bool     // own is the box of an overlay
	hints int      // rows of hints above the lower border of the box
}

// maxFoot is the number of rows at the bottom of a frame that a toast may take.
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

// split separates the hints of a box from the other rows.
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
