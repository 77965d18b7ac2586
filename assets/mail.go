package assets

import "embed"

// Mail holds the mail templates (text/template), mail/NAME.txt. Each defines a template
// "subject"; the rest of the file is the text. backend/mail defines their data.
//
//go:embed mail/*.txt
var Mail embed.FS
