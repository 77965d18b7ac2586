package tokens

import (
	"cmp"
	"strconv"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"keydeck/ui/tui/shell"
	"keydeck/ui/tui/widget"
)

// preset is the text of a token like one of this server's own. $now and $exp stand for
// instants, $account, $kid and $url for what is the user's.
type preset struct {
	family, what   string
	ttl            time.Duration
	header, claims string
}

var presets = []preset{
	{"D", "a JWT that your own code signs with a JWT secret", 15 * time.Minute, `{
  "alg": "HS256",
  "typ": "JWT",
  "kid": "$kid"
}`, `{
  "sub": "user-1",
  "iat": $now,
  "exp": $exp
}`},
	{"B", "a session key, as authenticateKeys sells it", time.Hour, `{
  "alg": "HS256",
  "typ": "JWT",
  "kid": "session"
}`, `{
  "apiKey": {"CustomerId": "$account", "nNodeLicenseExpiry": "$exp", "iat": $now, "jti": "pair-1"},
  "secretKey": {"CustomerId": "$account", "nNodeLicenseExpiry": "$exp", "iat": $now, "jti": "pair-1"},
  "hostname": "host-1",
  "exp": $exp
}`},
	{"B", "one of the two keys of a pair", 365 * 24 * time.Hour, `{
  "alg": "HS256",
  "typ": "JWT",
  "kid": "pair"
}`, `{
  "CustomerId": "$account",
  "nNodeLicenseExpiry": "$exp",
  "iat": $now,
  "jti": "pair-1"
}`},
	{"C", "a login's access token", 15 * time.Minute, `{
  "alg": "RS512",
  "typ": "at+jwt",
  "kid": "signing-1"
}`, `{
  "iss": "$url",
  "aud": "$url",
  "sub": "user-1",
  "client_id": "keydeck",
  "sid": "session-1",
  "iat": $now,
  "nbf": $now,
  "exp": $exp,
  "jti": "token-1"
}`},
}

// setPreset puts a preset in the place of the text.
func (e *editor) setPreset(p preset) {
	account, kid := "ABC123", "the JWT secret's kid"
	if e.sh.Project() != nil {
		account = e.sh.Project().AccountID
	}
	if e.signer.secret != nil {
		kid = e.signer.secret.ID
	}
	now := e.sh.Now()
	values := strings.NewReplacer("$now", strconv.FormatInt(now.Unix(), 10), "$exp", strconv.FormatInt(now.Add(p.ttl).Unix(), 10),
		"$account", quoted(account), "$kid", quoted(kid), "$url", quoted(cmp.Or(e.sh.URL(), "https://issuer.example")))
	e.header.Set(values.Replace(p.header))
	e.claims.Set(values.Replace(p.claims))
}

// quoted is a text as it stands in a JSON string.
func quoted(s string) string { return strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(s) }

// presetMenu begins an edit with a preset.
type presetMenu struct{ menu }

func (e *editor) choosePreset() tea.Cmd {
	e.sh.Open(&presetMenu{menu{sh: e.sh, title: "Begin with", id: "preset", width: 66, hint: "choose one",
		action:  shell.Command{ID: "preset.take", Title: "put it in place of the text", Short: "take it", Key: shell.Keys("enter")},
		columns: []widget.Column{{Title: "FAMILY", Width: 6}, {Title: "WHAT", Width: 30, Flex: 1}}, count: func() int { return len(presets) }, most: len(presets),
		row: func(i int) []widget.Cell {
			return []widget.Cell{{Text: presets[i].family, Style: e.sh.Theme().AccentBold}, {Text: presets[i].what, Style: e.sh.Theme().Text}}
		},
		choose: e.replaceBy}})
	return nil
}

// replaceBy sets a preset. It asks first if something was changed.
func (e *editor) replaceBy(i int) tea.Cmd {
	set := func() tea.Cmd {
		e.setPreset(presets[i])
		return e.changed()
	}
	if !e.dirty() {
		return set()
	}
	e.sh.OpenGuarded(shell.NewConfirm(e.sh, "Put the preset in its place?", []string{"What was changed is lost."}, "put it there", set))
	return nil
}
