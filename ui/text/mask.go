package text

import (
	"regexp"

	"keydeck/model"
)

// members are those of the server's answers whose secrets need not have a form.
var members = regexp.MustCompile(`("(?:secret|refresh_token)": ?)"[^"]+"`)

// MaskSecrets replaces the secrets in a line of an answer with hints.
func MaskSecrets(line string) string {
	return model.MaskSecrets(members.ReplaceAllString(line, `$1"…"`))
}
