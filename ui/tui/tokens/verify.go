package tokens

import (
	"cmp"
	"context"
	"encoding/asn1"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"keydeck/model"
	"keydeck/model/inspect"
	"keydeck/model/inspect/jwk"
	"keydeck/model/inspect/jws"
	"keydeck/model/inspect/jwt"
	"keydeck/model/inspect/lint"
	"keydeck/ui/fetch"
	"keydeck/ui/text"
	"keydeck/ui/tui/shell"
)

// withKind is what tokens are verified with.
type withKind int

const (
	withServer withKind = iota // this server's key ring
	withSecret
	withKey // PEM, DER, a JWK or a JWKS, as text or as a file's path
	withOwn // the key that the token brings
	withURL // of a JWKS
	withIssuer
)

// verifier is what tokens are verified with, and what is expected of them. Keys
// are kept in memory only and go with the screen, at the latest at the sign-out.
type verifier struct {
	kind     withKind
	text     string // what was typed or pasted
	password string // of a key that one encrypts
	encoding jwk.Encoding
	keys     []jwk.Key
	skipped  []string // clean
	expect   jws.Expect
	opens    bool // it is to open encrypted tokens, not to verify
}

// words say what it is.
func (v *verifier) words() string {
	switch v.kind {
	case withOwn:
		return "the key that the token brings"
	case withSecret:
		return fmt.Sprintf("a secret (%s)", v.encoding)
	case withKey, withURL, withIssuer:
		if len(v.keys) == 1 {
			return text.Visible(v.keys[0].Describe() + ", " + v.keys[0].Source)
		}
		if len(v.keys) > 0 {
			return text.Visible(text.Plural(len(v.keys), "key", "keys") + ", " + v.keys[0].Source)
		}
	}
	return "this server's key ring"
}

// expected says what was expected, to stand beside the verdict.
func expected(e jws.Settings) string {
	return fromWhom(e) + " · leeway " + text.Span(time.Duration(e.LeewaySeconds)*time.Second)
}

// fromWhom is expected where the leeway is the server's own.
func fromWhom(e jws.Settings) string {
	return "iss " + cmp.Or(e.Issuer, "any") + " · aud " + cmp.Or(e.Audience, "any")
}

// maxKeyFile bounds a file of keys.
const maxKeyFile = 8 << 20

// load reads the keys: off the Update loop, for it may read a file or ask a server
// elsewhere.
func (v verifier) load(ctx context.Context, f *fetch.Client, home string) (verifier, error) {
	where := strings.TrimSpace(v.text)
	var skipped []string
	var err error
	switch v.kind {
	case withServer, withOwn:
	case withSecret:
		var k jwk.Key
		k, err = jwk.ReadSecret(v.text, v.encoding)
		k.Source = "the secret that was typed"
		v.keys = []jwk.Key{k}
	case withURL:
		var set fetch.Set
		set, err = f.JWKS(ctx, where)
		v.keys, skipped = set.Keys, set.Skipped
	case withIssuer:
		var set fetch.Set
		set, err = f.Issuer(ctx, where)
		v.keys, skipped = set.Keys, set.Skipped
		if v.expect.Issuer == "" {
			v.expect.Issuer = where
		}
	case withKey:
		data, source := []byte(where), "the key that was pasted"
		if !isKeyText(where) {
			source = "file " + where
			data, err = readKeyFile(where, home)
		}
		if err == nil && v.password != "" {
			data, err = inspect.Unlock(data, []byte(v.password))
		}
		if err == nil {
			read := jwk.Read
			if v.opens {
				read = jwk.ReadForDecryption
			}
			v.keys, skipped, err = read(data, source)
		}
	}
	v.skipped = text.VisibleAll(skipped[:min(len(skipped), maxNotes)])
	return v, err
}

// isKeyText tells a key from a file's name.
func isKeyText(s string) bool {
	return strings.HasPrefix(s, "{") || strings.HasPrefix(s, "-----") || strings.ContainsRune(s, '\n') || isDERText(s)
}

// leastDER is shorter than any key, in bytes.
const leastDER = 32

// isDERText reports DER in base64 without PEM's lines around it: the first bytes
// tell a sequence, and that it is as long as the text. No name of a file does that
// by chance.
func isDERText(s string) bool {
	s = strings.TrimRight(strings.Join(strings.Fields(s), ""), "=")
	enc := base64.RawStdEncoding
	if strings.ContainsAny(s, "-_") {
		enc = base64.RawURLEncoding
	}
	der, err := enc.DecodeString(s)
	var sequence asn1.RawValue
	if err != nil {
		return false // a file's name
	}
	rest, err := asn1.Unmarshal(der, &sequence)
	return err == nil && len(rest) == 0 && sequence.Tag == asn1.TagSequence && sequence.IsCompound && len(der) >= leastDER
}

func readKeyFile(path, home string) ([]byte, error) {
	if rest, ok := strings.CutPrefix(path, "~"); ok && strings.HasPrefix(rest, string(filepath.Separator)) {
		path = filepath.Join(home, rest)
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("read the key: %w", err)
	}
	defer func() { _ = f.Close() }()
	if stat, err := f.Stat(); err != nil || !stat.Mode().IsRegular() {
		return nil, fmt.Errorf("read the key: %s is no file", path)
	}
	data, err := io.ReadAll(io.LimitReader(f, maxKeyFile+1))
	if err != nil {
		return nil, fmt.Errorf("read the key: %w", err)
	}
	return data, nil
}

// checked is what keys say of a token.
type checked struct {
	jws.Verification
	by    string // with what
	at    time.Time
	notes []note // about the keys
}

// check holds the token against the chosen keys, off the Update loop.
func (s *screen) check() tea.Cmd {
	l, with, now := s.look, s.with, s.sh.Now()
	return shell.Background(s.sh, s, &s.checkQ, func(context.Context) (judged, error) {
		return judged{of: l, checked: with.verify(l.token, now)}, nil
	})
}

// judged is an opinion on a token.
type judged struct {
	of      *looked
	checked *checked
	server  *model.Inspection
	held    *held // beside the server's
}

// held is what a token was held against besides what the server says of it.
type held struct {
	expect jws.Settings
	checks []jws.Check
}

// holdAgainst holds a token against an expected issuer and audience; nil if none is.
func holdAgainst(t jwt.Token, e jws.Expect) *held {
	if e.Issuer == "" && e.Audience == "" {
		return nil
	}
	h := &held{jws.Settings{Issuer: e.Issuer, Audience: e.Audience}, jws.Expected(t, e)}
	text.Clean(&h.expect)
	text.Clean(h.checks)
	return h
}

// unmet is the first expectation that is not met, "" for none.
func (h *held) unmet() string {
	if h == nil {
		return ""
	}
	for _, c := range h.checks {
		if !c.Good {
			return c.Text
		}
	}
	return ""
}

func (v *verifier) verify(t jwt.Token, now time.Time) *checked {
	e := v.expect
	e.Now = now
	var got jws.Verification
	var err error
	keys := v.keys
	if v.kind == withOwn {
		keys, err = jws.HeaderKeys(t)
	}
	if err != nil {
		got = jws.Verification{Outcome: jws.CannotVerify, Because: err.Error()}
	} else {
		got = jws.Verify(t, keys, e)
	}
	text.Clean(&got)
	out := &checked{Verification: got, by: v.words(), at: now}
	switch used := got.By(); {
	case used != nil:
		out.notes = cleanFindings(lint.Key(t, *used))
	case len(keys) == 1:
		out.notes = cleanFindings(lint.Key(t, keys[0]))
	}
	for _, s := range v.skipped {
		out.notes = append(out.notes, note{"note", "a key was left out: " + s, "", jwt.Note})
	}
	return out
}

// verify asks this server, or tries the keys that were chosen.
func (s *screen) verify() tea.Cmd {
	shown := s.endTyping()
	switch {
	case s.empty():
		return nil
	case s.sealed():
		return tea.Batch(shown, s.chooseOpener())
	case s.with.kind == withServer:
		return tea.Batch(shown, s.askServer())
	}
	return tea.Batch(shown, s.check())
}

// recheck tries the keys again once time has made something else of the token.
func (s *screen) recheck() tea.Cmd {
	if s.empty() || s.look.checked == nil || s.checkQ.Pending || s.with.kind == withServer {
		return nil
	}
	from, c := s.look.checked.at, s.look.timed.Clocks(s.sh.Now())
	for _, k := range []*jwt.Clock{c.ExpiresAt, c.NotBefore, c.IssuedAt} {
		for _, leeway := range []time.Duration{-s.with.expect.Leeway, 0, s.with.expect.Leeway} {
			if k != nil && from.Before(k.At.Add(leeway)) && !s.sh.Now().Before(k.At.Add(leeway)) {
				return s.check()
			}
		}
	}
	return nil
}

func (s *screen) askServer() tea.Cmd {
	l := s.look
	in := model.InspectRequest{Token: l.token.Raw}
	if l.token.Kind == jwt.KindAPIKeyHeader {
		in = model.InspectRequest{Authorization: withScheme(l.token.Raw)}
	}
	l.problem = ""
	e := s.with.expect
	return shell.Ask(s.sh, s, &s.askQ, func(ctx context.Context) (judged, error) {
		got, err := s.sh.Client().Inspect(ctx, in)
		text.Clean(&got) // judged keeps it in an unexported field
		return judged{of: l, server: &got, held: holdAgainst(l.token, e)}, err
	})
}

// withScheme is a whole header value; the scheme may have been left out when it
// was pasted.
func withScheme(raw string) string {
	if strings.HasPrefix(raw, "ApiKey ") {
		return raw
	}
	return "ApiKey " + raw
}

// take keeps an opinion with the token that it is on; only the last one counts.
func (s *screen) take(got judged, err error) {
	l := got.of
	if l == nil {
		l = s.look
	}
	if l == nil {
		return
	}
	l.server, l.checked, l.held, l.problem, l.answered = nil, got.checked, got.held, "", s.sh.Now()
	switch {
	case tooLong(err):
		l.server = &model.Inspection{Kind: model.Kind(cmp.Or(string(l.token.Credential), string(model.KindUnknown))), Reason: model.ReasonTooLarge, Signature: model.SignatureNotChecked, Message: takesNoLonger}
	case err != nil:
		l.problem = shell.ErrorText(err)
	case got.server != nil:
		l.server = got.server
	}
}

// takesNoLonger is what a server makes of a token that is over model.MaxTokenBytes.
const takesNoLonger = "this server takes no token over 16 KiB: every route answers 431 to it in a header, 413 in a body"

// tooLong reports the server's refusal of a token for its length, which is an
// answer to what it was asked.
func tooLong(err error) bool {
	var e *model.Error
	return errors.As(err, &e) && e.Code == model.CodeTooLarge
}
