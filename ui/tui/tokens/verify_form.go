package tokens

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"keydeck/model/inspect/jwk"
	"keydeck/model/inspect/jws"
	"keydeck/ui/tui/shell"
	"keydeck/ui/tui/widget"
)

// verifyForm chooses what tokens are verified with, and what is expected of them.
type verifyForm struct {
	keyForm
	screen *screen
}

const (
	verifyIssuer = keyOwn + iota
	verifyAudience
	verifyLeeway
)

var withChoices = []string{"ring", "secret", "key", "own", "URL", "issuer"}

func (s *screen) chooseVerifier() tea.Cmd {
	shown := s.endTyping()
	f := &verifyForm{keyForm: keyForm{sh: s.sh, key: newKeyField("Key", s.with.text)}, screen: s}
	f.keyForm.adapt, f.keyForm.loaded, f.keyForm.makeRoom, f.keyForm.sameKey = f.adapt, f.loaded, f.makeRoom, f.sameKey
	leeway := ""
	if s.with.expect.Leeway > 0 {
		leeway = strconv.Itoa(int(s.with.expect.Leeway / time.Second))
	}
	f.form = widget.Form{Fields: []*widget.Field{
		keyWith:        {Label: "With", Choices: withChoices, Chosen: int(s.with.kind)},
		keyText:        f.key.Field,
		keyPassword:    f.passwordField(),
		keyEncoding:    {Label: "Encoding", Choices: encodingChoices, Chosen: max(0, slices.Index(encodings, s.with.encoding))},
		verifyIssuer:   {Label: "Issuer", Input: widget.NewInput(s.with.expect.Issuer, "any", 1000)},
		verifyAudience: {Label: "Audience", Input: widget.NewInput(s.with.expect.Audience, "any", 1000)},
		verifyLeeway:   {Label: "Leeway", Input: widget.NewInput(leeway, "0 seconds", 6), Note: "seconds, for clocks that differ"},
	}}
	f.adapt()
	s.sh.Open(f)
	return shown
}

func (f *verifyForm) Title() string  { return "Verify with" }
func (f *verifyForm) kind() withKind { return withKind(f.chosen()) }

// adapt brings the fields up to what is chosen.
func (f *verifyForm) adapt() {
	fields, kind := f.form.Fields, f.kind()
	fields[keyText].Hidden = kind == withServer || kind == withOwn
	fields[keyEncoding].Hidden = kind != withSecret
	fields[verifyLeeway].Hidden = kind == withServer // it has one of its own
	f.key.masked = kind == withSecret
	switch kind {
	case withSecret:
		f.label("Secret", "", "it stays in memory, until you sign out")
	case withURL:
		f.label("JWKS", "https://issuer.example/jwks.json", "fetched once, when you press enter")
	case withIssuer:
		f.label("URL", "https://issuer.example", "its discovery document is fetched, and then the keys")
	case withServer, withKey, withOwn:
		f.label("Key", keyPlaceholder, keyNote)
	}
	fields[keyWith].Note = map[withKind]string{withServer: "this server's signing keys and JWT secrets, by kid; left and right choose",
		withOwn: "the token's jwk or x5c, as of a DPoP proof: anyone can make such a token"}[kind]
}

// makeRoom takes a key that is pasted for the one to verify with.
func (f *verifyForm) makeRoom() bool {
	if f.form.Fields[keyText].Hidden {
		f.form.Fields[keyWith].Chosen = int(withKey)
		f.adapt()
	}
	return true
}

func (f *verifyForm) sameKey(before, now int) bool {
	return before == now || withKind(before) != withSecret && withKind(now) != withSecret
}

func (f *verifyForm) Commands() []shell.Command {
	if f.loadQ.Pending {
		return []shell.Command{{ID: "verify.stop", Title: "stop", Short: "stop", Key: shell.Keys("esc"), Run: func() tea.Cmd { f.loadQ.Discard(); return nil }}}
	}
	return []shell.Command{
		{ID: "verify.cancel", Title: "cancel", Short: "cancel", Key: shell.Keys("esc"), Run: func() tea.Cmd { f.sh.Close(); return nil }},
		{ID: "verify.next", Title: "next field", Short: "next field", Key: shell.Keys("tab")},
		{ID: "verify.go", Title: "verify", Short: "verify", Key: shell.Keys("enter"), Run: f.begin},
	}
}

func (f *verifyForm) begin() tea.Cmd {
	with := f.typed(f.kind())
	with.expect = jws.Expect{Issuer: f.form.Fields[verifyIssuer].Input.Value(), Audience: f.form.Fields[verifyAudience].Input.Value()}
	if with.kind == withServer {
		f.sh.Close()
		f.screen.with = verifier{encoding: jwk.EncodingPlain, expect: with.expect}
		return f.screen.verify()
	}
	leeway, err := seconds(f.form.Fields[verifyLeeway].Input.Value())
	if err != nil {
		f.form.Fields[verifyLeeway].Err = err.Error()
		return nil
	}
	if with.expect.Leeway = leeway; with.kind == withOwn {
		with.text = ""
		return f.loaded(with, nil)
	}
	return f.read(f, with)
}

// maxLeeway is more than any two clocks differ.
const maxLeeway = 24 * time.Hour

func seconds(s string) (time.Duration, error) {
	if s = strings.TrimSpace(s); s == "" {
		return 0, nil
	}
	n, err := strconv.Atoi(strings.TrimSpace(strings.TrimSuffix(s, "s")))
	if err != nil || n < 0 || time.Duration(n)*time.Second > maxLeeway {
		return 0, fmt.Errorf("a number of seconds from 0 to %d", int(maxLeeway/time.Second))
	}
	return time.Duration(n) * time.Second, nil
}

func (f *verifyForm) loaded(with verifier, err error) tea.Cmd {
	if err != nil {
		f.Refused(err)
		return nil
	}
	f.sh.Close()
	f.screen.with = with
	if f.screen.empty() {
		f.sh.Notify(shell.Success, "what comes is verified with "+with.words())
		return nil
	}
	return f.screen.check()
}

func (f *verifyForm) View(r shell.Rect) string {
	below := ""
	if f.loadQ.Pending {
		below = "Reading the keys…"
	}
	return f.view(r, below)
}
