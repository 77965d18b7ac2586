package tui

// Screens are all screens of the dashboard.
var Screens = screens{
	makers: map[screenID]maker{
		screenSignIn:      newSignIn,
		screenProjects:    newProjects,
		screenMembers:     newMembers,
		screenOverview:    newOverview,
		screenCredentials: newCredentials,
		screenRequests:    newRequests,
		screenToken:       newTokenScreen,
	},
	switcher: newSwitcher,
}
