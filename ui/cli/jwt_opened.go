package cli

import (
	"time"

	"keydeck/model/inspect"
	"keydeck/model/inspect/jwt"
)

// opened is the content of an encrypted token.
type opened struct {
	KeyID    string        `json:"kid,omitempty"`
	Key      string        `json:"key"`                // the key that opened it, in words
	Text     string        `json:"text"`               // "" if the content is not text
	Claims   *jwt.Part     `json:"claims"`             // null unless it held bare claims
	Clocks   *jwt.Clocks   `json:"clocks"`             // of bare claims
	Findings []jwt.Finding `json:"findings,omitempty"` // of bare claims
	Nested   []jwt.Nested  `json:"nested,omitempty"`   // in bare claims
	Token    *jwt.Report   `json:"token,omitempty"`    // null unless it held a token
}

func reportOpened(held inspect.Opened, now time.Time) *opened {
	o := &opened{KeyID: held.KeyID, Key: held.Key, Text: held.Text()}
	switch {
	case held.Nested != nil:
		r := held.Nested.Report(now)
		o.Token = &r
	case held.Claims != nil:
		r := held.Claims.Report(now)
		o.Claims, o.Clocks, o.Findings, o.Nested = &r.Claims, r.Clocks, r.Findings, r.Nested
	}
	return o
}

func (a *App) writeOpened(b *page, o *opened) {
	b.addf("\nOpened with %s; that says nothing of who wrote it\n", o.Key)
	switch {
	case o.Token != nil:
		b.addf("\n%s\n", o.Token.Description())
		a.writeContents(b, *o.Token)
		writeFindings(b, "Findings", o.Token.Findings)
	case o.Claims != nil:
		section(b, "Claims", *o.Claims)
		a.writeNested(b, o.Nested)
		a.writeClocks(b, "Time", o.Clocks)
		writeFindings(b, "Findings", o.Findings)
	default:
		b.addf("  %s\n", o.Text)
	}
}

// writeNested writes nested tokens, and those nested in them.
func (a *App) writeNested(b *page, nested []jwt.Nested) {
	for _, n := range nested {
		b.addf("\nIn %s: %s\n", n.Where, n.Token.Description())
		section(b, "Its header", n.Token.Header)
		section(b, "Its claims", n.Token.Claims)
		a.writeClocks(b, "Its time", n.Clocks)
		writeFindings(b, "Its findings", n.Token.Findings)
		a.writeNested(b, n.Token.Nested)
	}
}
