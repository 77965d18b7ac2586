package projects

import (
	"keydeck/model"
	"keydeck/ui/tui/place"
	"keydeck/ui/tui/tuitest"
	"keydeck/ui/tui/tuitest/fake"
)

var projectStates = []tuitest.State{
	{Name: "projects", Opts: tuitest.Several, Walk: tuitest.Steps()},
	{Name: "projects-empty", Opts: tuitest.Options{SignedIn: true}, Walk: tuitest.Steps()},
	{Name: "projects-loading", Opts: tuitest.Several, Walk: tuitest.Steps("1", fake.NeverAnswers("GET /auth/projects/"), noProjectsYet, "5")},
	{Name: "projects-error", Opts: tuitest.Several, Walk: tuitest.Steps("1", fake.Refuses("GET /auth/projects/", fake.DatabaseFull), noProjectsYet, "5")},
	{Name: "projects-stale", Opts: tuitest.Several, Walk: tuitest.Steps("1", fake.Refuses("GET /auth/projects/", fake.DatabaseFull), "5")},
	{Name: "projects-hostile", Opts: tuitest.Several.With(fake.Hostile), Walk: tuitest.Steps("down")},
	{Name: "projects-many", Opts: tuitest.Several.With(fake.LongLists), Walk: tuitest.Steps("end")},
	{Name: "projects-filter", Opts: tuitest.Several, Walk: tuitest.Steps("/", "bil")},
	{Name: "projects-filtered", Opts: tuitest.Several, Walk: tuitest.Steps("/", "qx7", "enter")},
	{Name: "projects-viewer", Opts: tuitest.Several.With(fake.Viewer), Walk: tuitest.Steps()},
	{Name: "projects-new", Opts: tuitest.Several, Walk: tuitest.Steps("n", "web shop")},
	{Name: "projects-new-wrong", Opts: tuitest.Several, Walk: tuitest.Steps("n", "enter")},
	{Name: "projects-made", Opts: tuitest.Several, Walk: tuitest.Steps("n", "web shop", "enter")},
	{Name: "project-details", Opts: tuitest.Several.With(fake.Hostile), Walk: tuitest.Steps("d")},
	{Name: "projects-rename", Opts: tuitest.Several, Walk: tuitest.Steps("r", " & co")},
	{Name: "projects-rename-hostile", Opts: tuitest.Several.With(fake.Hostile), Walk: tuitest.Steps("r")},
	{Name: "projects-delete", Opts: tuitest.Several, Walk: tuitest.Steps("x", "ac")},
	{Name: "projects-delete-wrong", Opts: tuitest.Several, Walk: tuitest.Steps("x", "ac", "enter")},
	{Name: "projects-delete-hostile", Opts: tuitest.Several.With(fake.Hostile), Walk: tuitest.Steps("x")},
}

// noProjectsYet is before the first answer of the server.
func noProjectsYet(r *tuitest.Rig) {
	r.Root.State().Projects = nil
	r.Root.Show(place.Projects, New(r.Root.Shell()))
}

var memberStates = []tuitest.State{
	{Name: "members", Opts: tuitest.Busy, Walk: tuitest.Steps("5", "m", "down")},
	{Name: "members-empty", Opts: tuitest.Busy.With(func(f *fake.Server) { f.Members = nil }), Walk: tuitest.Steps("5", "m")},
	{Name: "members-loading", Opts: tuitest.Busy.With(fake.NeverAnswers("GET " + membersPath)), Walk: tuitest.Steps("5", "m")},
	{Name: "members-error", Opts: tuitest.Busy.With(fake.Refuses("GET "+membersPath, fake.DatabaseFull)), Walk: tuitest.Steps("5", "m")},
	{Name: "members-stale", Opts: tuitest.Busy, Walk: tuitest.Steps("5", "m", fake.Refuses("GET "+membersPath, fake.DatabaseFull), "ctrl+r")},
	{Name: "members-hostile", Opts: tuitest.Busy.With(fake.Hostile), Walk: tuitest.Steps("5", "m")},
	{Name: "members-many", Opts: tuitest.Busy.With(fake.LongLists, fake.OnlyFirstProject), Walk: tuitest.Steps("5", "m", "pgdown")},
	{Name: "members-filter", Opts: tuitest.Busy, Walk: tuitest.Steps("5", "m", "/", "view")},
	{Name: "members-sorted", Opts: tuitest.Busy, Walk: tuitest.Steps("5", "m", "o", "O")},
	{Name: "members-viewer", Opts: tuitest.Busy.With(fake.Viewer), Walk: tuitest.Steps("5", "m", "n")},
	{Name: "members-invite", Opts: tuitest.Busy, Walk: tuitest.Steps("5", "m", "n", "eve@example.com", "tab", "right")},
	{Name: "members-invite-wrong", Opts: tuitest.Busy, Walk: tuitest.Steps("5", "m", "n", "eve", "enter")},
	{Name: "members-role", Opts: tuitest.Busy, Walk: tuitest.Steps("5", "m", "down", "r", "right")},
	{Name: "members-remove", Opts: tuitest.Busy, Walk: tuitest.Steps("5", "m", "end", "x")},
	{Name: "members-remove-self", Opts: tuitest.Busy, Walk: tuitest.Steps("5", "m", "x")},
	{Name: "members-last-owner", Opts: tuitest.Busy.With(fake.Refuses("DELETE "+membersPath+fake.UUID(1), &model.Error{Code: model.CodeConflict, Message: "a project needs an owner"})),
		Walk: tuitest.Steps("5", "m", "x", "y")},
}

var membersPath = "/auth/projects/" + fake.UUID(11) + "/members/"
