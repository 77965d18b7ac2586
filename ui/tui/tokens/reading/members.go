package reading

import (
	"encoding/hex"
	"slices"
	"strconv"
	"strings"
	"time"

	"keydeck/model/inspect"
	"keydeck/model/inspect/jwt"
	"keydeck/model/inspect/lint"
	"keydeck/model/inspect/strict"
	"keydeck/ui/text"
)

// Member is a member of the header or the claims.
type Member struct {
	Name, Value  string
	At           *time.Time // of a claim that is an instant
	Unit         string     // that At was read in, of a claim that makes no sense in seconds
	Raw          string     // to be copied: a string's text, or else JSON
	Nested       *Nested    // the token that the row stands for
	Remark       bool       // no member of the token, but said about it
	Confidential bool       // personal or secret: hidden in private mode
}

// timeClaims hold seconds since 1970 (RFC 7519, section 4.1; OpenID Connect Core,
// section 2).
var timeClaims = []string{"exp", "nbf", "iat", "auth_time", "updated_at"}

// members are a part's, as much of them as anybody would read.
func members(p jwt.Part) []Member {
	out := make([]Member, 0, min(len(p.Members), MaxMembers))
	shown := 0
	for i, m := range p.Members {
		if i == MaxMembers || shown > maxShown {
			rest := text.Plural(len(p.Members)-i, "more member", "more members")
			return append(out, Member{Name: "…", Value: rest + "; copying gives them all", Raw: p.Text})
		}
		c := Member{Name: text.Visible(text.Prefix(m.Name, maxValue)), Raw: m.Raw, Confidential: lint.Confidential(m)}
		if s, ok := m.Text(); ok {
			c.Raw = s
		}
		c.Value = text.Visible(text.Prefix(c.Raw, maxValue))
		if more := len(c.Raw) - maxValue; more > 0 {
			c.Value += "… and " + text.Count(int64(more)) + " bytes more; copying gives them all"
		}
		shown += len(c.Name) + len(c.Value)
		if slices.Contains(timeClaims, m.Name) {
			c.At, c.Unit = instant(m)
		}
		out = append(out, c)
	}
	return out
}

// instant reads a time claim, nil if it can't be read. A number too large for seconds
// comes with the unit in which it makes sense.
func instant(m strict.Member) (at *time.Time, unit string) {
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

// plaintextMember shows what an encrypted token held that is neither claims nor a
// token: the lines of a text, or bytes in hex.
func plaintextMember(o inspect.Opened) Member {
	m := Member{Name: "text", Raw: string(o.Plaintext), Confidential: true}
	plain := o.Text()
	switch {
	case len(o.Plaintext) == 0:
		return Member{Name: "nothing", Value: "empty"}
	case plain == "":
		m.Name, m.Value = "bytes", hex.EncodeToString(o.Plaintext[:min(len(o.Plaintext), maxValue/2)])
	default:
		lines := strings.Split(text.Prefix(strings.ReplaceAll(plain, "\r\n", "\n"), maxShown), "\n")
		m.Value = strings.Join(text.VisibleAll(lines[:min(len(lines), MaxMembers)]), "\n")
	}
	if len(o.Plaintext) > maxShown || plain == "" && len(o.Plaintext) > maxValue/2 || strings.Count(plain, "\n") >= MaxMembers {
		m.Value += "… copying gives all of it"
	}
	return m
}

// headerMembers are the header's. Where there are several signatures or recipients,
// each has a heading.
func headerMembers(t *jwt.Token) (out []Member) {
	add := func(of string, i int, what string, p jwt.Part) {
		out = append(out, Member{Name: of + " " + strconv.Itoa(i+1), Value: what, Raw: p.Text, Remark: true})
		out = append(out, members(p)...)
	}
	switch {
	case len(t.Signatures) > 1 || len(t.Signatures) == 1 && len(t.Signatures[0].Unprotected.Members) > 0:
		for i := range t.Signatures {
			s := &t.Signatures[i]
			if len(s.Protected.Members) > 0 || len(s.Unprotected.Members) == 0 {
				add("sign.", i, "protected", s.Protected)
			}
			if len(s.Unprotected.Members) > 0 {
				add("sign.", i, "not protected", s.Unprotected)
			}
		}
	case len(t.Recipients) > 1:
		add("for", 0, "with what all share", t.Header)
		for i := 1; i < len(t.Recipients); i++ {
			add("for", i, "its own", t.Recipients[i].Header)
		}
	default:
		out = members(t.Header)
	}
	return out[:min(len(out), MaxMembers)]
}
