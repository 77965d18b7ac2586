package tui

// Screens are the constructors of all screens, by place.
var Screens = map[screenID]maker{
	screenSignIn:      newSignIn,
	screenProjects:    newProjects,
	screenMembers:     newMembers,
	screenOverview:    newOverview,
	screenCredentials: newCredentials,
	screenRequests:    newRequests,
	screenToken:       newTokenScreen,
}
