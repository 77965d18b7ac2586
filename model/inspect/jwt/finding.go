package jwt

// Severity of a finding.
type Severity string

const (
	Danger Severity = "danger" // no verifier should accept this
	Warn   Severity = "warn"   // some verifiers reject this, and they are right
	Note   Severity = "note"   // allowed, and worth knowing
)

// Finding is something about a token that deserves a second look. Rule is a stable
// name for scripts; Reference is where the reason is written down. Text is safe to
// show: what it quotes of the token is escaped.
type Finding struct {
	Severity  Severity `json:"severity"`
	Rule      string   `json:"rule"`
	Text      string   `json:"text"`
	Reference string   `json:"reference"`
}
