package tokens

import (
	"encoding/hex"
	"errors"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"keydeck/model/inspect"
	"keydeck/model/inspect/jwe"
	"keydeck/model/inspect/jwt"
	"keydeck/model/inspect/lint"
	"keydeck/model/inspect/strict"
	"keydeck/ui/text"
)

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
func cleanMembers(p jwt.Part) []member {
	out := make([]member, 0, min(len(p.Members), maxMembers))
	shown := 0
	for i, m := range p.Members {
		if i == maxMembers || shown > maxShown {
			rest := text.Plural(len(p.Members)-i, "more member", "more members")
			return append(out, member{name: "…", value: rest + "; copying gives them all", raw: p.Text})
		}
		c := member{name: text.Visible(start(m.Name, maxValue)), raw: m.Raw, veiled: lint.Confidential(m)}
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
func instantOf(m strict.Member) (at *time.Time, unit string) {
	if at, ok := strict.NumericDate(m.Raw); ok {
		return &at, ""
	}
	t := jwt.Token{Kind: jwt.KindJWS, Claims: jwt.Part{Object: strict.Object{Members: []strict.Member{m}}}}
	c := t.Clocks(time.Time{})
	for _, k := range []*jwt.Clock{c.ExpiresAt, c.NotBefore, c.IssuedAt} {
		if k != nil && !k.AsSeconds.IsZero() {
			return &k.At, string(k.Unit)
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
	if refused, ok := errors.AsType[*jwe.Error](err); ok {
		err = refused.Reason
	}
	return text.Visible(start(err.Error(), 400))
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
