package lint

import (
	"encoding/json"

	"keydeck/model"
	"keydeck/model/inspect/strict"
)

// Confidential reports whether the member holds personal data, a card number or a
// secret, at any depth: what Token has a finding for. Screens hide the values of such
// claims while others are looking.
func Confidential(m strict.Member) bool {
	name, err := json.Marshal(m.Name)
	if err != nil { // no string fails
		return true
	}
	var p privacy
	for leaf := range strict.Leaves("{"+string(name)+":"+m.Raw+"}", model.MaxJSONDepth) {
		p.look(leaf)
	}
	isObject := len(m.Raw) > len("{}") && m.Raw[0] == '{'
	return p.personal != nil || p.card != nil || p.secret != nil || isObject && personalNames[foldName(m.Name)] != ""
}
