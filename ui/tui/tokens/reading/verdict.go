package reading

import (
	"time"

	"keydeck/model"
	"keydeck/model/inspect/jws"
	"keydeck/model/inspect/verdict"
)

// Context is what a verdict and its facts depend on, apart from the token.
type Context struct {
	Now      time.Time
	Moment   func(time.Time) string // an instant in words, as people here want it
	Projects []model.Project
	Verifier string       // what tokens are verified with, "" for this server
	Expect   jws.Settings // what is expected of tokens
	Pending  string       // what is being done with the token, "" for nothing
}

// ThisServer is what the dashboard calls the server that it is attached to.
const ThisServer = "this server"

// Verdict is the one on t at that moment.
func (c *Context) Verdict(t *Token) verdict.Verdict {
	unknown := func(w verdict.Word, why string) verdict.Verdict {
		return verdict.Verdict{Word: w, Grade: verdict.Warn, Parts: []verdict.Part{{Name: "asked", Grade: verdict.Warn, Text: why}}}
	}
	a := &t.Answer
	switch {
	case c.Pending != "" && t.Encrypted():
		return unknown(verdict.NotOpened, c.Pending)
	case t.Encrypted() && t.Opened != nil:
		return t.Opened.verdict()
	case c.Pending != "":
		return unknown(verdict.NotVerified, c.Pending)
	case a.Problem != "":
		return unknown(verdict.NotVerified, "the server could not be asked: "+a.Problem)
	}
	of := verdict.Case{Token: &t.times, Now: c.Now, Server: a.Server, Asked: ThisServer, Projects: c.Projects}
	if a.Keys != nil {
		of.Keys = &a.Keys.Verification
	}
	if a.Expected != nil {
		of.Checks, of.Expect = a.Expected.Checks, a.Expected.Settings
	}
	return verdict.Of(of)
}

// verdict on an encrypted token is never good: with the public key, or the shared one,
// anyone can have written it.
func (o *Opened) verdict() verdict.Verdict {
	part := verdict.Part{Name: "opened", Grade: verdict.Warn, Text: "that says nothing of who wrote it: " + o.holds}
	switch {
	case o.Err != "":
		part.Grade, part.Text = verdict.Bad, o.Err
		return verdict.Verdict{Word: verdict.CannotOpen, Grade: verdict.Bad, Parts: []verdict.Part{part}}
	case len(o.nested) > 0 && !o.Claims:
		part.Text = "that says nothing of who wrote it; enter goes in, where a signature may"
	}
	return verdict.Verdict{Word: verdict.NotVerified, Detail: ", opened with " + o.By, Grade: verdict.Warn, Parts: []verdict.Part{part}}
}

func deref(p *string) string {
	if p == nil {
		return ""
	}
	return *p
}
