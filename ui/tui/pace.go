package tui

import (
	"reflect"
	"sync"
	"time"

	tea "charm.land/bubbletea/v2"
)

// Bubble Tea's renderer looks for something to draw at a fixed rate, also while
// there is nothing: at 60 looks a second the looks alone can take over 1 % of a
// core, and a key still waits up to 17 ms for its frame. pace makes it look often
// while something happens, and seldom otherwise.
const (
	frameEvery  = 2 * time.Millisecond   // a key is drawn within this
	restAfter   = 12 * time.Millisecond  // of nothing new
	glanceEvery = 250 * time.Millisecond // for what the renderer writes by itself
)

// pace drives the ticker of a program's renderer. It is safe for concurrent use.
type pace struct {
	program *tea.Program

	mu     sync.Mutex
	awake  bool
	last   time.Time // something was drawn
	rester *time.Timer
}

// quicken has the renderer look soon, since there is something new.
func (p *pace) quicken() {
	t := tickerOf(p.program)
	if t == nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.last = time.Now()
	if !p.awake {
		p.awake = true
		t.Reset(frameEvery)
	}
	if p.rester == nil {
		p.rester = time.AfterFunc(restAfter, func() { p.rest(t) })
		return
	}
	p.rester.Reset(restAfter)
}

func (p *pace) rest(t *time.Ticker) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if time.Since(p.last) >= restAfter {
		p.awake = false
		t.Reset(glanceEvery)
	}
}

// tickerOf is the ticker of the program's renderer: nil before the program runs,
// and nil if Bubble Tea keeps it elsewhere one day, in which case the renderer
// goes on at its own rate. There is no public way to it (ADR 0023).
func tickerOf(p *tea.Program) *time.Ticker {
	f := reflect.ValueOf(p).Elem().FieldByName("ticker")
	if !f.IsValid() || f.Type() != reflect.TypeFor[*time.Ticker]() {
		return nil
	}
	return (*time.Ticker)(f.UnsafePointer())
}

// paced is the root model whose frames are shown as soon as they are there.
type paced struct {
	*Root
	pace *pace
}

func (m paced) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	_, cmd := m.Root.Update(msg)
	return m, cmd
}

func (m paced) View() tea.View {
	defer m.pace.quicken()
	return m.Root.View()
}
