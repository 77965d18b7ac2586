package inspect

// Broken reports whether the token cannot be read as it stands: it is of no known
// form, or it has a Problem. That it is longer than a server takes breaks nothing.
func (t *Token) Broken() bool {
	for _, p := range t.Problems {
		if p.Part != "token" || !isSizeProblem(p) {
			return true
		}
	}
	return t.Kind == KindUnknown
}
