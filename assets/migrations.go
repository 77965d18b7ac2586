// Package assets embeds files into the binary.
package assets

import "embed"

// Migrations holds the schema of both databases as forward-only SQL files:
// migrations/state for keydeck.db, migrations/requests for requests.db. A file
// is named NNNN_words.sql, counted from 0001 without gaps, and is never edited
// once it has been released.
//
//go:embed migrations/state/*.sql migrations/requests/*.sql
var Migrations embed.FS
