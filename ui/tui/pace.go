package tui

import (
	"reflect"
	"sync"
	"time"

	tea "charm.land/bubbletea/v2"
)

// Bubble Tea's renderer polls at a fixed rate for something to draw: at 60 times a
// second the polls alone can take over 1 % of a core, and a key still waits up to
// 17 ms for its frame. pace makes it poll often while something happens, and seldom
// otherwise.
const (
	activeEvery = 2 * time.Millisecond   // a key is drawn within this
	idleAfter   = 12 * time.Millisecond  // of nothing new
	idleEvery   = 250 * time.Millisecond // for what the renderer writes by itself
)

// pace drives the ticker of a program's renderer. It is safe for concurrent use.
type pace struct {
	program *tea.Program

	mu     sync.Mutex
	active bool
	last   time.Time // something was drawn
	timer  *time.Timer
}

// speedUp makes the renderer poll often, since there is a new frame.
func (p *pace) speedUp() {
	t := tickerOf(p.program)
	if t == nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.last = time.Now()
	if !p.active {
		p.active = true
		t.Reset(activeEvery)
	}
	if p.timer == nil {
		p.timer = time.AfterFunc(idleAfter, func() { p.slowDown(t) })
		return
	}
	p.timer.Reset(idleAfter)
}

func (p *pace) slowDown(t *time.Ticker) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if time.Since(p.last) >= idleAfter {
		p.active = false
		t.Reset(idleEvery)
	}
}

// tickerOf is the ticker of the program's renderer. It is nil before the program runs,
// and if Bubble Tea moves it one day: the renderer then keeps its own rate. There is
// no public access to it (ADR 0023).
func tickerOf(p *tea.Program) *time.Ticker {
	f := reflect.ValueOf(p).Elem().FieldByName("ticker")
	if !f.IsValid() || f.Type() != reflect.TypeFor[*time.Ticker]() {
		return nil
	}
	return (*time.Ticker)(f.UnsafePointer())
}

// paced is the root model with frames drawn at once.
type paced struct {
	*Root
	pace *pace
}

func (m paced) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	_, cmd := m.Root.Update(msg)
	return m, cmd
}

func (m paced) View() tea.View {
	defer m.pace.speedUp()
	return m.Root.View()
}
