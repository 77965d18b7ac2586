package tui

import (
	"encoding/hex"
	"errors"
	"maps"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"keydeck/model"
	"keydeck/model/inspect"
	"keydeck/server/client"
	"keydeck/ui/text"
)

// Everything that comes from the server passes through this file before a
// screen sees it: names, addresses, paths and user agents were chosen by
// strangers. What stays as it came are ids, times, numbers and secrets; secrets
// are shown through text.Visible and copied as they are.

func cleanUser(u model.User) model.User {
	u.Email, u.FullName = text.Visible(u.Email), text.Visible(u.FullName)
	return u
}

func cleanProject(p model.Project) model.Project {
	p.Name, p.AccountID, p.Role = text.Visible(p.Name), text.Visible(p.AccountID), model.Role(text.Visible(string(p.Role)))
	p.ID = text.Visible(p.ID)
	return p
}

func cleanStatus(s model.Status) model.Status {
	s.URL, s.Listen, s.Mail = text.Visible(s.URL), text.Visible(s.Listen), text.Visible(s.Mail)
	s.Service, s.Version, s.DataDir = text.Visible(s.Service), text.Visible(s.Version), text.Visible(s.DataDir)
	return s
}

func cleanMail(m model.Mail) model.Mail {
	m.To, m.Subject, m.Code = text.Visible(m.To), text.Visible(m.Subject), text.Visible(m.Code)
	return m
}

func cleanRecord(r *model.RequestRecord) {
	for _, s := range []*string{&r.ID, &r.Method, &r.Route, &r.Path, &r.RemoteIP, &r.UserAgent, &r.RequestID,
		&r.CredentialID, &r.CredentialHint, &r.ProjectID, &r.UserID} {
		*s = text.Visible(*s)
	}
	r.Scheme, r.Reason = model.Kind(text.Visible(string(r.Scheme))), model.Reason(text.Visible(string(r.Reason)))
}

func cleanInspection(in model.Inspection) model.Inspection {
	in.Message = text.Visible(in.Message)
	in.Kind, in.Reason = model.Kind(text.Visible(string(in.Kind))), model.Reason(text.Visible(string(in.Reason)))
	for _, s := range []**string{&in.Algorithm, &in.KID, &in.CredentialID, &in.CredentialName, &in.CredentialHint,
		&in.ProjectID, &in.AccountID, &in.UserID, &in.Key, &in.KeyState} {
		if *s != nil {
			v := text.Visible(**s)
			*s = &v
		}
	}
	in.Signature = model.Signature(text.Visible(string(in.Signature)))
	in.Scopes = text.VisibleAll(in.Scopes)
	return in
}

// words says an error to a person. The server's messages are fit to be shown;
// anything else is shown with what failed.
func words(err error) string {
	switch {
	case err == nil:
		return ""
	case lost(err):
		return "no server answers; try again"
	}
	return text.Visible(text.Plain(errMessage(err)))
}

// meanwhile is words for what is asked again by itself.
func meanwhile(err error) string {
	if lost(err) {
		return "no server answers; trying again"
	}
	return words(err)
}

func errMessage(err error) string {
	var e *model.Error
	switch {
	case !errors.As(err, &e):
		return err.Error()
	case e.Code == model.CodeRateLimited:
		return "too often; wait " + text.Countdown(e.RetryAfter)
	case e.Code == model.CodeInternal:
		return e.Message + " (a defect; the server's log says more)"
	}
	return e.Message
}

// member is one member of a token's header or claims, ready to be shown.
type member struct {
	name, value string
	at          *time.Time // of a claim that is an instant
	unit        string     // that at was read in, of a claim that makes no sense in seconds
	raw         string     // as it stands, to be copied: of a string what it says
	inner       *inner     // the token that it stands for
	ours        bool       // no member: what the workbench says
	veiled      bool       // personal or secret: not shown while the dashboard is private
}

// instants are the claims that hold seconds since 1970 (RFC 7519, section 4.1;
// OpenID Connect Core, section 2).
var instants = []string{"exp", "nbf", "iat", "auth_time", "updated_at"}

// cleanMembers takes a part of a pasted token over for showing, as much of it as
// anybody would read.
func cleanMembers(p inspect.Part) []member {
	out := make([]member, 0, min(len(p.Members), maxMembers))
	shown := 0
	for i, m := range p.Members {
		if i == maxMembers || shown > maxShown {
			rest := text.Plural(len(p.Members)-i, "more member", "more members")
			return append(out, member{name: "…", value: rest + "; copying gives them all", raw: p.Text})
		}
		c := member{name: text.Visible(start(m.Name, maxValue)), raw: m.Raw, veiled: m.Confidential()}
		if s, ok := m.Text(); ok {
			c.raw = s
		}
		c.value = text.Visible(start(c.raw, maxValue))
		if more := len(c.raw) - maxValue; more > 0 {
			c.value += "… and " + text.Count(int64(more)) + " bytes more; copying gives them all"
		}
		shown += len(c.name) + len(c.value)
		if slices.Contains(instants, m.Name) {
			c.at, c.unit = instantOf(m)
		}
		out = append(out, c)
	}
	return out
}

// instantOf reads a claim that holds seconds since 1970, nil if it cannot be read.
// What lies after the year 9999 and makes sense in a smaller unit comes with that.
func instantOf(m inspect.Member) (at *time.Time, unit string) {
	if at, ok := inspect.NumericDate(m.Raw); ok {
		return &at, ""
	}
	t := inspect.Token{Kind: inspect.KindJWS, Claims: inspect.Part{Object: inspect.Object{Members: []inspect.Member{m}}}}
	c := t.Clocks(time.Time{})
	for _, k := range []*inspect.Clock{c.ExpiresAt, c.NotBefore, c.IssuedAt} {
		if k != nil && !k.AsSeconds.IsZero() {
			return &k.At, k.Unit
		}
	}
	return nil, ""
}

// cleanPlaintext is what an encrypted token held that is neither claims nor a
// token: the lines of a text, or bytes in hex.
func cleanPlaintext(o inspect.Opened) []member {
	m := member{name: "text", raw: string(o.Plaintext), veiled: true}
	plain := o.Text()
	switch {
	case len(o.Plaintext) == 0:
		m.name, m.value, m.veiled = "nothing", "it is empty", false
		return []member{m}
	case plain == "":
		m.name, m.value = "bytes", hex.EncodeToString(o.Plaintext[:min(len(o.Plaintext), maxValue/2)])
	default:
		lines := strings.Split(start(strings.ReplaceAll(plain, "\r\n", "\n"), maxShown), "\n")
		m.value = strings.Join(text.VisibleAll(lines[:min(len(lines), maxMembers)]), "\n")
	}
	if len(o.Plaintext) > maxShown || plain == "" && len(o.Plaintext) > maxValue/2 || strings.Count(plain, "\n") >= maxMembers {
		m.value += "… copying gives all of it"
	}
	return []member{m}
}

// cleanOpener says with what key a token was opened, out of those of v.
func cleanOpener(o inspect.Opened, v *verifier) string {
	if o.KeyID != "" && len(v.keys) > 1 {
		return text.Visible("kid " + start(o.KeyID, 200) + ", " + o.Key)
	}
	return v.words()
}

func cleanDecryption(err error) string {
	return text.Visible(start(strings.TrimPrefix(err.Error(), "inspect: decrypt: "), 400))
}

// start is the first n bytes of s, or up to three less, so that no character is
// cut.
func start(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for i := n; i > n-utf8.UTFMax; i-- {
		if utf8.RuneStart(s[i]) {
			return s[:i]
		}
	}
	return s[:n]
}

// cleanVerification takes over what was made of a token with keys that somebody
// else wrote.
func cleanVerification(v inspect.Verification) inspect.Verification {
	visible(&v.Because, &v.KeyID, &v.Key, &v.Expect.Issuer, &v.Expect.Audience, &v.Expect.Type)
	checks := make([]inspect.Check, len(v.Checks))
	for i, c := range v.Checks {
		visible(&c.Claim, &c.Text)
		checks[i] = c
	}
	v.Checks = checks
	return v
}

func cleanTrace(t model.Trace) model.Trace {
	t.Inspection = cleanInspection(t.Inspection)
	for i := range t.Steps {
		s := &t.Steps[i]
		visible(&s.Family, &s.Method, &s.Route, &s.Header, &s.Message)
		s.Reason, s.Also = model.Reason(text.Visible(string(s.Reason))), text.VisibleAll(s.Also)
	}
	if t.Record != nil {
		cleanRecord(t.Record)
	}
	if t.Explanation != nil {
		visible(t.Explanation)
	}
	return t
}

func cleanOverview(o model.Overview) model.Overview {
	for i := range o.Busiest {
		c := &o.Busiest[i]
		visible(&c.CredentialID, &c.Name, &c.Hint)
	}
	for i := range o.Routes {
		visible(&o.Routes[i].Method, &o.Routes[i].Route)
	}
	for i := range o.Refusals {
		r := &o.Refusals[i]
		visible(&r.CredentialID, &r.Name, &r.Hint)
		r.Reason = model.Reason(text.Visible(string(r.Reason)))
	}
	for _, list := range [][]model.Attention{o.Expiring, o.Unused} {
		for i := range list {
			a := &list[i]
			visible(&a.CredentialID, &a.Name, &a.Hint, &a.ProjectID)
			a.Kind = model.Kind(text.Visible(string(a.Kind)))
		}
	}
	return o
}

func cleanUse(u model.CredentialUse) model.CredentialUse {
	visible(&u.CredentialID)
	for i := range u.Addresses {
		visible(&u.Addresses[i].RemoteIP)
	}
	return u
}

func cleanMember(m model.Member) model.Member {
	visible(&m.UserID, &m.Email, &m.FullName)
	m.Role = model.Role(text.Visible(string(m.Role)))
	return m
}

// cleanAnswer is an answer ready to be shown: the start of its body, then its
// headers. Both are whatever the server, or a caller before us, put there.
func cleanAnswer(got client.Replayed) (lines []string) {
	if body := strings.TrimRight(strings.ReplaceAll(string(got.Body), "\r\n", "\n"), "\n"); body != "" {
		for l := range strings.SplitSeq(body, "\n") {
			lines = append(lines, text.Visible(l))
		}
		lines = append(lines, "")
	}
	for _, name := range slices.Sorted(maps.Keys(got.Header)) {
		lines = append(lines, text.Visible(name+": "+strings.Join(got.Header[name], ", ")))
	}
	return lines
}

// visible makes each of the strings fit to be shown, in place.
func visible(list ...*string) {
	for _, s := range list {
		*s = text.Visible(*s)
	}
}
