package cli

import (
	"strings"
	"time"

	"keydeck/model"
	"keydeck/model/inspect/jws"
	"keydeck/model/inspect/jwt"
	"keydeck/model/inspect/verdict"
)

// verified is a verdict as JSON. Findings include those of the key. Token is
// what the token says about itself, whatever the verdict.
type verified struct {
	Line    int            `json:"line,omitempty"`
	Verdict string         `json:"verdict"` // in one line
	Word    verdict.Word   `json:"word"`
	Grade   verdict.Grade  `json:"grade"`
	Parts   []verdict.Part `json:"parts"` // what it rests on
	jws.Verification
	At       *model.Time       `json:"at"`               // the time it was judged for, null for the server's clock
	Allowed  []string          `json:"allowed_alg"`      // null for any algorithm
	Server   *model.Inspection `json:"server"`           // null unless a server was asked
	Opened   *opened           `json:"opened,omitempty"` // what an encrypted token held; the verdict is on the token in it
	Findings []jwt.Finding     `json:"findings"`
	Token    jwt.Report        `json:"token"`
}

// require adds checks that must all be good.
func (r *verified) require(checks ...jws.Check) {
	for _, c := range checks {
		r.Checks = append(r.Checks, c)
		r.Good = r.Good && c.Good
	}
}

func (a *App) printVerified(r verified) error {
	switch {
	case a.json && r.Line == 0:
		return a.printJSON(r)
	case a.json:
		return a.printJSONLine(r)
	}
	var b page
	if a.writeVerdict(&b, r); r.Line != 0 {
		b.addf("  [line %d]\n", r.Line)
		return a.printPage(&b)
	}
	b.addf("\n")
	if len(r.Checks) > 0 {
		b.addf("\nChecks\n")
	}
	for _, c := range r.Checks {
		word := "good"
		if !c.Good {
			word = "NOT GOOD"
		}
		b.addf("  %-6s  %-8s  %s\n", c.Claim, word, c.Text)
	}
	a.writeExpected(&b, r)
	a.writeContents(&b, r.Token)
	writeFindings(&b, "Findings", r.Findings)
	if r.Opened != nil {
		a.writeOpened(&b, r.Opened)
	}
	return a.printPage(&b)
}

// writeVerdict writes the verdict, its word in the colour of its grade.
func (a *App) writeVerdict(b *page, r verified) {
	format, n := "%s%s", len(r.Word)
	if a.colours() {
		format = map[verdict.Grade]string{verdict.Good: "\x1b[32m", verdict.Warn: "\x1b[33m", verdict.Bad: "\x1b[31m"}[r.Grade] + "%s\x1b[39m%s"
	}
	b.addf(format, r.Verdict[:n], r.Verdict[n:])
}

// writeExpected writes what the token was checked against. If a server judged
// it, leeway and time are the server's.
func (a *App) writeExpected(b *page, r verified) {
	if r.At == nil && r.Server == nil {
		return // nothing was judged
	}
	b.addf("\nHeld against\n")
	line := func(name, value string) { b.addf("  %-6s  %s\n", name, value) }
	if r.At != nil {
		line("leeway", model.Span(time.Duration(r.Expect.LeewaySeconds)*time.Second))
	} else {
		line("leeway", model.Span(model.ClockSkew)+" for nbf and iat, none for exp: the server's own")
	}
	line("iss", orAny(r.Expect.Issuer))
	line("aud", orAny(r.Expect.Audience))
	line("typ", orAny(r.Expect.Type))
	line("alg", orAny(strings.Join(r.Allowed, ", ")))
	if r.At != nil {
		line("as of", a.stamp(r.At.Time))
	}
}

// orAny is the text of an expectation, or "any" if there is none.
func orAny(s string) string {
	if s == "" {
		return "any"
	}
	return s
}
