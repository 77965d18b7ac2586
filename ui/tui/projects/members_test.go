package projects

import (
	"testing"

	"keydeck/ui/tui/tuitest"
	"keydeck/ui/tui/tuitest/fake"
)

func TestMembers(t *testing.T) {
	run(t, tuitest.Options{SignedIn: true, Seed: fake.BusyProject}, func(r *tuitest.Rig) {
		r.Keys("5", "m")
		r.Sees("acme › Members", "ada@example.com", "owner", "you", "invited", "signed in")
		r.Keys("n", "eve", "enter")
		r.Sees("that is not an e-mail address")
		r.Keys("@example.com", "tab", "left", "enter")
		r.Sees("eve@example.com is viewer now", "4 people")
		r.Keys("end", "r", "right", "enter")
		r.Sees("eve@example.com is member now")
		r.Keys("x", "enter") // no is the default
		r.Sees("4 people")
		r.Keys("x", "y")
		r.Sees("taken out of the project", "3 people")
		r.Lacks("eve@example.com is")
		r.Keys("esc")
		r.Sees("› Projects")
	})
}

func TestMembersAreTheOwnersBusiness(t *testing.T) {
	run(t, tuitest.Options{SignedIn: true, Seed: func(f *fake.Server) { fake.TwoProjects(f); fake.Traffic(f) }}, func(r *tuitest.Rig) {
		r.Root.State().User.IsSuperuser = false
		r.Keys("down", "m", "n")
		r.Sees("cannot invite somebody by e-mail: only an owner may")
	})
}
