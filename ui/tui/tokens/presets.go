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

// preset is the text of a token as one of this server's families has it. $now and
// $exp stand for instants, $account and $project for those that are looked at.
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

// preset puts the text of a preset in place of the present one.
func (e *editor) preset(i int) {
	p := presets[i]
	account, kid := "ABC123", "the JWT secret's kid"
	if e.sh.Project() != nil {
		account = e.sh.Project().AccountID
	}
	if e.signer.secret != nil {
		kid = e.signer.secret.ID
	}
	put := strings.NewReplacer("$now", strconv.FormatInt(e.sh.Now().Unix(), 10), "$exp", strconv.FormatInt(e.sh.Now().Add(p.ttl).Unix(), 10),
		"$account", quoted(account), "$kid", quoted(kid), "$url", quoted(cmp.Or(e.sh.URL(), "https://issuer.example")))
	e.header.Set(put.Replace(p.header))
	e.claims.Set(put.Replace(p.claims))
}

// quoted is a text as it stands within a JSON string.
func quoted(s string) string { return strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(s) }

// presetMenu begins an edit anew.
type presetMenu struct {
	sh    *shell.Shell
	edit  *editor
	table widget.Table
}

func (e *editor) choosePreset() tea.Cmd {
	e.sh.Open(&presetMenu{sh: e.sh, edit: e})
	return nil
}

func (m *presetMenu) Title() string          { return "Begin with" }
func (m *presetMenu) Width(r shell.Rect) int { return min(r.W, 66) }
func (m *presetMenu) Dismissable() bool      { return true }

func (m *presetMenu) Update(msg tea.Msg) tea.Cmd {
	if k, ok := msg.(tea.KeyPressMsg); ok {
		m.table.Key(k.Keystroke(), len(presets), len(presets))
	}
	return nil
}

func (m *presetMenu) Commands() []shell.Command {
	return []shell.Command{
		{ID: "preset.cancel", Title: "cancel", Short: "cancel", Key: shell.Keys("esc"), Run: func() tea.Cmd { m.sh.Close(); return nil }},
		{ID: "preset.choose", Title: "choose one", Short: "choose", Key: shell.Keys("up", "down")},
		{ID: "preset.take", Title: "put it in place of the text", Short: "take it", Key: shell.Keys("enter"), Run: m.take},
	}
}

// take asks before what was changed is lost.
func (m *presetMenu) take() tea.Cmd {
	m.sh.Close()
	chosen, e := m.table.Cursor, m.edit
	put := func() tea.Cmd {
		e.preset(chosen)
		return e.changed()
	}
	if !e.dirty() {
		return put()
	}
	e.sh.OpenGuarded(shell.NewConfirm(e.sh, "Put the preset in its place?", []string{"What was changed is lost."}, "put it there", put))
	return nil
}

func (m *presetMenu) View(r shell.Rect) string {
	cols := []widget.Column{{Title: "FAMILY", Width: 6}, {Title: "WHAT", Width: 30, Flex: 1}}
	return m.table.View(m.sh.Theme(), cols, len(presets), func(i int) []widget.Cell {
		return []widget.Cell{{Text: presets[i].family, Style: m.sh.Theme().AccentBold}, {Text: presets[i].what, Style: m.sh.Theme().Text}}
	}, r.W, len(presets)+1, true)
}

// Press takes the preset under the pointer.
func (m *presetMenu) Press(_ shell.Rect, _, y int) tea.Cmd {
	row, ok := m.table.RowAt(y, len(presets), len(presets)+1)
	if !ok {
		return nil
	}
	m.table.Move(row, len(presets), len(presets))
	return m.take()
}
