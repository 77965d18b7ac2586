package tui

import "testing"

func TestMembers(t *testing.T) {
	run(t, rigOptions{signedIn: true, furnish: busyProject}, func(r *rig) {
		r.keys("5", "m")
		r.sees("acme › Members", "ada@example.com", "owner", "you", "invited", "signed in")
		r.keys("n", "eve", "enter")
		r.sees("that is no e-mail address")
		r.keys("@example.com", "tab", "left", "enter")
		r.sees("eve@example.com is viewer now", "4 people")
		r.keys("end", "r", "right", "enter")
		r.sees("eve@example.com is member now")
		r.keys("x", "enter") // no is the default
		r.sees("4 people")
		r.keys("x", "y")
		r.sees("taken out of the project", "3 people")
		r.lacks("eve@example.com is")
		r.keys("esc")
		r.sees("› Projects")
	})
}

func TestMembersAreTheOwnersBusiness(t *testing.T) {
	run(t, rigOptions{signedIn: true, furnish: func(f *fake) { f.furnish(); f.busy() }}, func(r *rig) {
		r.root.user.IsSuperuser = false
		r.keys("down", "m", "n")
		r.sees("cannot invite somebody by e-mail: only an owner may")
	})
}
