package tui

import (
	"time"

	tea "charm.land/bubbletea/v2"
)

// More states for the golden files: the requests at work, and what floats over
// every screen.
func init() {
	signed := rigOptions{signedIn: true, furnish: oneProject}
	at := func(keys ...string) func(*rig) {
		return func(r *rig) {
			r.keys("3")
			r.wait(time.Second)
			r.keys(keys...)
		}
	}
	states = append(states, []struct {
		name string
		opts rigOptions
		walk func(*rig)
	}{
		{"requests-filter", signed, at("f", "status:4", "tab")},
		{"requests-filter-wrong", signed, at("f", "GET stats:4xx")},
		{"requests-filtered", signed, at("f", "status:4xx -path:/auth", "enter")},
		{"requests-nothing", signed, at("f", "status:2xx status:4xx", "enter")},
		{"requests-stalled", rigOptions{signedIn: true, furnish: func(f *fake) { busyLog(f, 7000) }}, func(r *rig) {
			at("f", "id:"+uuid(1000), "enter")(r)
			r.wait(2 * time.Second)
		}},
		{"requests-search", signed, at("/", "token")},
		{"requests-found", signed, at("/", "token", "enter")},
		{"requests-columns", signed, at("C", "space", "down", "down")},
		{"requests-utc", signed, at("t", "t", "enter", "[", "[")},
		{"requests-export", signed, at("E")},
		{"replay", signed, at("home", "R")},
		{"replay-answer", signed, func(r *rig) {
			at("home", "R")(r)
			r.send(tea.PasteMsg{Content: "Bearer x"})
			r.keys("enter")
		}},
		{"four-keypresses", signed, func(r *rig) {
			r.keys("2", "n", "nightly", "enter", "y", "t")
			r.wait(5 * time.Second)
		}},
		{"palette", signed, func(r *rig) { r.keys(":") }},
		{"palette-why-not", signed, at(":", "older match")},
		{"private", signed, func(r *rig) {
			r.keys("*")
			at("enter")(r)
		}},
	}...)
}
