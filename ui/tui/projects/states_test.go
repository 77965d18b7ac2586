package projects

import (
	"keydeck/model"
	"keydeck/ui/tui/place"
	"keydeck/ui/tui/tuitest"
)

var projectStates = []tuitest.State{
	{Name: "projects", Opts: tuitest.Several, Walk: tuitest.Do()},
	{Name: "projects-empty", Opts: tuitest.Options{SignedIn: true}, Walk: tuitest.Do()},
	{Name: "projects-loading", Opts: tuitest.Several, Walk: tuitest.Do("1", tuitest.KeepsSilent("GET /auth/projects/"), noProjectsYet, "5")},
	{Name: "projects-error", Opts: tuitest.Several, Walk: tuitest.Do("1", tuitest.Refuses("GET /auth/projects/", tuitest.DatabaseFull), noProjectsYet, "5")},
	{Name: "projects-stale", Opts: tuitest.Several, Walk: tuitest.Do("1", tuitest.Refuses("GET /auth/projects/", tuitest.DatabaseFull), "5")},
	{Name: "projects-hostile", Opts: tuitest.Several.With(tuitest.Hostile), Walk: tuitest.Do("down")},
	{Name: "projects-many", Opts: tuitest.Several.With(tuitest.Plenty), Walk: tuitest.Do("end")},
	{Name: "projects-viewer", Opts: tuitest.Several.With(tuitest.Viewer), Walk: tuitest.Do()},
	{Name: "projects-new", Opts: tuitest.Several, Walk: tuitest.Do("n", "web shop")},
	{Name: "projects-new-wrong", Opts: tuitest.Several, Walk: tuitest.Do("n", "enter")},
	{Name: "projects-made", Opts: tuitest.Several, Walk: tuitest.Do("n", "web shop", "enter")},
	{Name: "projects-rename", Opts: tuitest.Several, Walk: tuitest.Do("r", " & co")},
	{Name: "projects-rename-hostile", Opts: tuitest.Several.With(tuitest.Hostile), Walk: tuitest.Do("r")},
	{Name: "projects-delete", Opts: tuitest.Several, Walk: tuitest.Do("x", "ac")},
	{Name: "projects-delete-wrong", Opts: tuitest.Several, Walk: tuitest.Do("x", "ac", "enter")},
	{Name: "projects-delete-hostile", Opts: tuitest.Several.With(tuitest.Hostile), Walk: tuitest.Do("x")},
}

// noProjectsYet is before the first answer of the server.
func noProjectsYet(r *tuitest.Rig) {
	r.Root.State().Projects = nil
	r.Root.Show(place.Projects, New(r.Root.Shell()))
}

var memberStates = []tuitest.State{
	{Name: "members", Opts: tuitest.Busy, Walk: tuitest.Do("5", "m", "down")},
	{Name: "members-empty", Opts: tuitest.Busy.With(func(f *tuitest.Fake) { f.Members = nil }), Walk: tuitest.Do("5", "m")},
	{Name: "members-loading", Opts: tuitest.Busy.With(tuitest.KeepsSilent("GET " + membersPath)), Walk: tuitest.Do("5", "m")},
	{Name: "members-error", Opts: tuitest.Busy.With(tuitest.Refuses("GET "+membersPath, tuitest.DatabaseFull)), Walk: tuitest.Do("5", "m")},
	{Name: "members-stale", Opts: tuitest.Busy, Walk: tuitest.Do("5", "m", tuitest.Refuses("GET "+membersPath, tuitest.DatabaseFull), "ctrl+r")},
	{Name: "members-hostile", Opts: tuitest.Busy.With(tuitest.Hostile), Walk: tuitest.Do("5", "m")},
	{Name: "members-many", Opts: tuitest.Busy.With(tuitest.Plenty, tuitest.OnlyOne), Walk: tuitest.Do("5", "m", "pgdown")},
	{Name: "members-viewer", Opts: tuitest.Busy.With(tuitest.Viewer), Walk: tuitest.Do("5", "m", "n")},
	{Name: "members-invite", Opts: tuitest.Busy, Walk: tuitest.Do("5", "m", "n", "eve@example.com", "tab", "right")},
	{Name: "members-invite-wrong", Opts: tuitest.Busy, Walk: tuitest.Do("5", "m", "n", "eve", "enter")},
	{Name: "members-role", Opts: tuitest.Busy, Walk: tuitest.Do("5", "m", "down", "r", "right")},
	{Name: "members-remove", Opts: tuitest.Busy, Walk: tuitest.Do("5", "m", "end", "x")},
	{Name: "members-remove-self", Opts: tuitest.Busy, Walk: tuitest.Do("5", "m", "x")},
	{Name: "members-last-owner", Opts: tuitest.Busy.With(tuitest.Refuses("DELETE "+membersPath+tuitest.UUID(1), &model.Error{Code: model.CodeConflict, Message: "a project needs an owner"})),
		Walk: tuitest.Do("5", "m", "x", "y")},
}

var membersPath = "/auth/projects/" + tuitest.UUID(11) + "/members/"
