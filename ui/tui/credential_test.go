package tui

import (
	"keydeck/model"
	"keydeck/server/client"
)

func fromAPIKey(k model.APIKey) credential {
	return shown(client.Credentials{APIKeys: []model.APIKey{k}}.All()[0])
}
