package text

import "strings"

// Plain is a server's message without what only says which part of it has
// refused: the marks of pydantic's validators.
func Plain(message string) string {
	for _, mark := range []string{"value is not a valid email address: ", "Value error, "} {
		message = strings.ReplaceAll(message, mark, "")
	}
	return message
}
