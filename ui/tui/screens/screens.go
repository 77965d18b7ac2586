// Package screens lists the dashboard's screens for its root, which imports none.
package screens

import (
	"keydeck/ui/tui/credentials"
	"keydeck/ui/tui/overview"
	"keydeck/ui/tui/place"
	"keydeck/ui/tui/projects"
	"keydeck/ui/tui/requests"
	"keydeck/ui/tui/shell"
	"keydeck/ui/tui/signin"
	"keydeck/ui/tui/tokens"
)

var All = shell.Screens{
	Makers: map[place.Screen]shell.Maker{
		place.SignIn:      signin.New,
		place.Projects:    projects.New,
		place.Members:     projects.NewMembers,
		place.Overview:    overview.New,
		place.Credentials: credentials.New,
		place.Requests:    requests.New,
		place.Tokens:      tokens.New,
	},
	Switcher: projects.NewSwitcher,
}
