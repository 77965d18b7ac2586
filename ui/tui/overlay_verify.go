package tui

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"keydeck/model/inspect"
	"keydeck/ui/fetch"
	"keydeck/ui/tui/text"
	"keydeck/ui/tui/widget"
)

// verifyForm chooses what tokens are verified with, and what is expected of them.
type verifyForm struct {
	*desk
	screen *tokenScreen
	form   widget.Form
	key    keyField
	loadQ  question[verifier]
}

const (
	verifyWith = iota
	verifyKey
	verifyEncoding
	verifyIssuer
	verifyAudience
	verifyLeeway
)

var withChoices = []string{"server", "secret", "key", "URL", "issuer"}

// encodings of a secret, in the order in which they are offered.
var encodings = []inspect.Encoding{inspect.EncodingPlain, inspect.EncodingBase64, inspect.EncodingHex}

var encodingChoices = []string{"plain", "base64", "hex"}

// keyField is an input for a key or a secret. What is pasted keeps its line
// breaks, which a key in PEM needs, and is shown as dots, as is what is typed of a
// secret.
type keyField struct {
	*widget.Field
	pasted string
	masked bool
}

func newKeyField(label, value string) keyField {
	k := keyField{Field: &widget.Field{Label: label, Input: widget.NewInput("", "", 0)}}
	k.put(value)
	return k
}

// put fills the field.
func (k *keyField) put(s string) {
	k.pasted = ""
	k.Input.Set("")
	if strings.ContainsRune(s, '\n') || len(s) > maxTyped {
		k.pasted = s
	} else {
		k.Input.Set(s)
	}
}

func (k *keyField) value() string { return orElse(k.pasted, k.Input.Value()) }

// update takes a key or a paste.
func (k *keyField) update(msg tea.Msg) {
	k.Err = ""
	switch msg := msg.(type) {
	case tea.PasteMsg:
		content := strings.TrimRight(msg.Content, "\r\n")
		if strings.ContainsRune(content, '\n') || k.Input.Value() == "" {
			k.put(content)
			return
		}
	case tea.KeyPressMsg:
		if k.pasted == "" {
			break
		}
		if msg.Text == "" && msg.Keystroke() != "backspace" && msg.Keystroke() != "ctrl+u" {
			return
		}
		k.pasted = "" // a key takes the place of what was pasted
	}
	k.Input.Update(msg)
}

// takes updates the field by a key, but for those that lead to another field.
func (k *keyField) takes(msg tea.KeyPressMsg) bool {
	switch msg.Keystroke() {
	case "tab", "shift+tab", "up", "down":
		return false
	}
	k.update(msg)
	return true
}

// shown is the field as it is drawn: dots for what nobody should read.
func (k *keyField) shown() *widget.Field {
	f := *k.Field
	n := len([]rune(k.value()))
	if n == 0 || !k.masked && k.pasted == "" && !strings.HasPrefix(k.Input.Value(), "{") && !strings.HasPrefix(k.Input.Value(), "-----") {
		return &f
	}
	f.Input = widget.NewInput(strings.Repeat("•", min(n, 16))+" "+text.Plural(n, "character", "characters"), "", 0)
	return &f
}

func (s *tokenScreen) chooseVerifier() tea.Cmd {
	s.endTyping()
	f := &verifyForm{desk: s.desk, screen: s, key: newKeyField("Key", s.with.text)}
	leeway := ""
	if s.with.expect.Leeway > 0 {
		leeway = strconv.Itoa(int(s.with.expect.Leeway / time.Second))
	}
	f.form = widget.Form{Fields: []*widget.Field{
		verifyWith:     {Label: "With", Choices: withChoices, Chosen: int(s.with.kind)},
		verifyKey:      f.key.Field,
		verifyEncoding: {Label: "Encoding", Choices: encodingChoices, Chosen: max(0, slices.Index(encodings, s.with.encoding))},
		verifyIssuer:   {Label: "Issuer", Input: widget.NewInput(s.with.expect.Issuer, "any", 1000)},
		verifyAudience: {Label: "Audience", Input: widget.NewInput(s.with.expect.Audience, "any", 1000)},
		verifyLeeway:   {Label: "Leeway", Input: widget.NewInput(leeway, "0 seconds", 6), Note: "seconds, for clocks that differ"},
	}}
	f.adapt()
	s.open(f)
	return nil
}

func (f *verifyForm) Title() string    { return "Verify with" }
func (f *verifyForm) Typing() bool     { return f.form.Typing() && !f.loadQ.waiting }
func (f *verifyForm) width(r Rect) int { return min(r.W, 74) }
func (f *verifyForm) kind() withKind   { return withKind(f.form.Fields[verifyWith].Chosen) }

// adapt brings the fields up to what is chosen.
func (f *verifyForm) adapt() {
	fields, kind := f.form.Fields, f.kind()
	fields[verifyKey].Hidden = kind == withServer
	fields[verifyEncoding].Hidden = kind != withSecret
	for _, i := range []int{verifyIssuer, verifyAudience, verifyLeeway} {
		fields[i].Hidden = kind == withServer
	}
	f.key.masked = kind == withSecret
	fields[verifyKey].Label, f.key.Input.Placeholder, fields[verifyKey].Note = "Key", "paste one, or a file's path", "PEM, a JWK or a JWKS; it stays in memory only"
	switch kind {
	case withSecret:
		fields[verifyKey].Label, f.key.Input.Placeholder, fields[verifyKey].Note = "Secret", "", "it stays in memory, until you sign out"
	case withURL:
		fields[verifyKey].Label, f.key.Input.Placeholder, fields[verifyKey].Note = "JWKS", "https://issuer.example/jwks.json", "fetched once, when you press enter"
	case withIssuer:
		fields[verifyKey].Label, f.key.Input.Placeholder, fields[verifyKey].Note = "URL", "https://issuer.example", "its discovery document is fetched, and then the keys"
	case withServer, withKey:
	}
	fields[verifyWith].Note = map[withKind]string{withServer: "this server's signing keys and JWT secrets, by kid; left and right choose"}[kind]
}

func (f *verifyForm) Update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case done[verifier]:
		if f.loadQ.ended(msg) {
			return f.loaded(msg.value, msg.err)
		}
		return nil
	case tea.KeyPressMsg:
		if f.loadQ.waiting {
			return nil
		}
		if f.form.Focus == verifyKey && f.key.takes(msg) {
			return nil
		}
	case tea.PasteMsg:
		if f.kind() == withServer {
			f.form.Fields[verifyWith].Chosen = int(withKey)
			f.adapt()
		}
		if f.form.Focus <= verifyEncoding {
			f.form.Focus = verifyKey
			f.key.update(msg)
			return nil
		}
	}
	before := f.kind()
	f.form.Update(msg)
	if f.kind() != before && (before == withSecret || f.kind() == withSecret) {
		f.key.put("") // what was typed as dots must not come to be read
	}
	f.adapt()
	return nil
}

func (f *verifyForm) fields() *widget.Form { return unless(f.loadQ.waiting, &f.form) }

func (f *verifyForm) Commands() []Command {
	if f.loadQ.waiting {
		return []Command{{ID: "verify.stop", Title: "stop", Short: "stop", Key: on("esc"), Run: func() tea.Cmd { f.loadQ.forget(); return nil }}}
	}
	alone := ""
	if f.kind() == withServer {
		alone = "there is one only"
	}
	return []Command{
		{ID: "verify.cancel", Title: "cancel", Short: "cancel", Key: on("esc"), Run: func() tea.Cmd { f.close(); return nil }},
		{ID: "verify.next", Title: "next field", Short: "next field", Key: on("tab"), Disabled: alone},
		{ID: "verify.go", Title: "verify", Short: "verify", Key: on("enter"), Run: f.begin},
	}
}

func (f *verifyForm) begin() tea.Cmd {
	with := verifier{kind: f.kind(), text: f.key.value(), encoding: encodings[f.form.Fields[verifyEncoding].Chosen]}
	if with.kind == withServer {
		f.close()
		f.screen.with = verifier{encoding: inspect.EncodingPlain}
		return f.screen.verify()
	}
	leeway, err := seconds(f.form.Fields[verifyLeeway].Input.Value())
	if err != nil {
		f.form.Fields[verifyLeeway].Err = err.Error()
		return nil
	}
	if with.text == "" {
		f.form.Fields[verifyKey].Err = "this is needed"
		return nil
	}
	with.expect = inspect.Expect{Leeway: leeway, Issuer: f.form.Fields[verifyIssuer].Input.Value(), Audience: f.form.Fields[verifyAudience].Input.Value()}
	home, from := f.environ["HOME"], fetch.New("keydeck/"+orElse(f.options.Version, "dev"))
	return work(f.desk, f, &f.loadQ, func(ctx context.Context) (verifier, error) { return with.load(ctx, from, home) })
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
		f.form.Fields[verifyKey].Err = text.Visible(start(err.Error(), 300))
		return nil
	}
	f.close()
	f.screen.with = with
	if f.screen.empty() {
		f.say(said, "what comes is verified with "+with.words())
		return nil
	}
	return f.screen.check()
}

func (f *verifyForm) View(r Rect) string {
	drawn := widget.Form{Fields: append([]*widget.Field{}, f.form.Fields...), Focus: f.form.Focus}
	drawn.Fields[verifyKey] = f.key.shown()
	out := drawn.View(f.th, r.W, r.H-1)
	if f.loadQ.waiting {
		out += "\n" + f.th.Muted.Render("Reading the keys…")
	}
	return out
}
