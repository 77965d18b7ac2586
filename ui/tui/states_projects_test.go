package tui

import "keydeck/model"

var projectStates = []state{
	{"projects", several, do()},
	{"projects-empty", rigOptions{signedIn: true}, do()},
	{"projects-loading", several, do("1", keepsSilent("GET /auth/projects/"), noProjectsYet, "5")},
	{"projects-error", several, do("1", refuses("GET /auth/projects/", databaseFull), noProjectsYet, "5")},
	{"projects-stale", several, do("1", refuses("GET /auth/projects/", databaseFull), "5")},
	{"projects-hostile", several.with(hostile), do("down")},
	{"projects-many", several.with(plenty), do("end")},
	{"projects-viewer", several.with(viewer), do()},
	{"projects-new", several, do("n", "web shop")},
	{"projects-new-wrong", several, do("n", "enter")},
	{"projects-made", several, do("n", "web shop", "enter")},
	{"projects-rename", several, do("r", " & co")},
	{"projects-rename-hostile", several.with(hostile), do("r")},
	{"projects-delete", several, do("x", "ac")},
	{"projects-delete-wrong", several, do("x", "ac", "enter")},
	{"projects-delete-hostile", several.with(hostile), do("x")},
}

// noProjectsYet is before the first answer of the server.
func noProjectsYet(r *rig) {
	r.root.projects = nil
	r.root.Show(screenProjects, newProjects(r.root.desk))
}

var memberStates = []state{
	{"members", busy, do("5", "m", "down")},
	{"members-empty", busy.with(func(f *fake) { f.members = nil }), do("5", "m")},
	{"members-loading", busy.with(keepsSilent("GET " + membersPath)), do("5", "m")},
	{"members-error", busy.with(refuses("GET "+membersPath, databaseFull)), do("5", "m")},
	{"members-stale", busy, do("5", "m", refuses("GET "+membersPath, databaseFull), "ctrl+r")},
	{"members-hostile", busy.with(hostile), do("5", "m")},
	{"members-many", busy.with(plenty, onlyOne), do("5", "m", "pgdown")},
	{"members-viewer", busy.with(viewer), do("5", "m", "n")},
	{"members-invite", busy, do("5", "m", "n", "eve@example.com", "tab", "right")},
	{"members-invite-wrong", busy, do("5", "m", "n", "eve", "enter")},
	{"members-role", busy, do("5", "m", "down", "r", "right")},
	{"members-remove", busy, do("5", "m", "end", "x")},
	{"members-remove-self", busy, do("5", "m", "x")},
	{"members-last-owner", busy.with(refuses("DELETE "+membersPath+uuid(1), &model.Error{Code: model.CodeConflict, Message: "a project needs an owner"})),
		do("5", "m", "x", "y")},
}

var membersPath = "/auth/projects/" + uuid(11) + "/members/"
