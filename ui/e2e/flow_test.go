// Package e2e drives the dashboard through the whole flow, as a stranger would:
// sign in, issue, call, watch, decode, revoke, be refused. TestFlow does it to the
// model on a real server in this process, TestInATerminal to the real binary in
// a real terminal.
//
// Nothing here waits for a time to pass where it can wait for a text to show.
package e2e

import (
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"

	"keydeck/server/client"
)

const (
	email  = "you@example.com"
	apiKey = `sk_[0-9A-Za-z]{43}`
)

// flow is a walk through the dashboard, with what was picked up on the way.
type flow struct {
	*dashboard
	key             string
	secret, kid     string // a JWT secret
	pair, partner   string // a key pair
	project         string
	account, bearer string
}

func TestFlow(t *testing.T) {
	data := filepath.Join(t.TempDir(), "data")
	f := &flow{dashboard: start(t, data)}
	f.signIn()
	f.issueKey()
	f.quit("q")

	f.dashboard = start(t, data)
	f.resume()
	f.issueOthers()
	f.lookUpProject()
	f.callEverything()
	f.resizeWhileFollowing()
	f.judgeToken()
	f.revokeKey()
	f.areRefused()
	f.signOut(data)
	f.quit("tab", "q") // in the mailbox, where q is no text

	f.dashboard = start(t, data)
	f.sees("Sign in", "E-mail")
}

// signIn is the first sign-in on a new server, with the code from the mailbox.
func (f *flow) signIn() {
	f.sees("Sign in", "● serving "+f.status.URL, "superuser")
	f.press(email, "enter")
	f.sees("another code in")
	code := f.finds(`(\d)(\d)(\d) (\d)(\d)(\d)  valid for`)
	f.press("tab", "enter")
	f.sees(strings.Join(code[:3], " ") + "   " + strings.Join(code[3:], " "))
	f.press("enter")
	f.sees("› Overview", "All is quiet")
	f.press("2")
	f.sees("› Credentials", "No credential yet")
}

// issueKey issues an API key, and reads it where it can be read this once.
func (f *flow) issueKey() {
	f.press("n")
	f.sees("Issue a credential")
	f.press("ci-deploy", "enter")
	f.sees("New API key: ci-deploy", "sk_•••")
	if screen, _ := f.frames.get(); regexp.MustCompile(apiKey).MatchString(screen) {
		f.t.Fatalf("the key is shown unasked:\n%s", screen)
	}
	f.answer("New API key: ci-deploy", "v")
	f.key = f.finds(apiKey)[0]
	f.press("esc")
	f.sees("Never copied")
	f.press("esc")
	f.finds(`ci-deploy +` + f.key[:4])
	f.lacks(f.key)
}

// resume: the login outlives the process, and so does the key.
func (f *flow) resume() {
	f.sees("› Overview")
	f.press("2")
	f.sees("› Credentials")
	f.finds(`ci-deploy .* never`)
}

// issueOthers issues a credential of each other kind and copies its parts,
// which shows none of them.
func (f *flow) issueOthers() {
	issue := func(name, kind, title, first, second string) (a, b string) {
		f.press("n")
		f.sees("Issue a credential")
		f.press(name, "shift+tab", kind, "enter")
		f.answer("New " + title + ": " + name)
		f.finds(first)
		a = f.copies()
		f.press("tab")
		f.finds(second)
		b = f.copies()
		f.press("esc")
		f.finds(name + ` +.*…\S+`) // the hint: at this width the kind has no column
		return a, b
	}
	f.secret, f.kid = issue("web", "right", "JWT secret", `▌ secret +••`, `▌ kid +[0-9a-f]{8}-`)
	f.pair, f.partner = issue("partner", "left", "key pair", `▌ apiKey +••`, `▌ secretKey +••`)
}

// lookUpProject reads both names of the project where there is room for them.
func (f *flow) lookUpProject() {
	f.press("5")
	f.sees("› Projects")
	f.resize(140, 40)
	f.project = f.finds(`\bid +([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})`)[0]
	f.account = f.finds(`\baccount +([A-Z0-9]{6})\b`)[0]
	f.resize(80, 24)
}

// arrives makes a call and waits until the requests screen, which follows, has
// one more row, and that this is the last.
func (f *flow) arrives(row string, want int, request string, parts ...string) []byte {
	f.t.Helper()
	screen, _ := f.frames.get()
	before := logged(screen)
	last := regexp.MustCompile(`▌[0-9:.]+ +` + row)
	body := call(f.t, want, f.status.URL, request, parts...)
	f.until("follow to another row "+row, func(screen string) bool { return logged(screen) == before+1 && last.MatchString(screen) })
	return body
}

// logged is how many rows the requests screen says it has.
func logged(screen string) int {
	if n := regexp.MustCompile(`(\d+) loaded`).FindStringSubmatch(screen); n != nil {
		rows, _ := strconv.Atoi(n[1])
		return rows
	}
	return 0
}

// callEverything calls every documented endpoint while the log is watched.
func (f *flow) callEverything() {
	f.press("3")
	f.sees("› Requests", "this project", "following", "No requests yet")
	f.press("s") // a call without a credential belongs to no project
	f.sees(" all projects  ", "following")

	withKey := apiKeyHeader(f.account, f.key)
	f.bearer = member(f.t, f.arrives(`GET +/v1/token/get +200 .*ci-deploy`, 200, "GET /v1/token/get?expirationInSeconds=3600", withKey), "token")
	f.arrives(`GET +/v1/datetime/utc-n\S+ +200 .*ci-deploy`, 200, "GET /v1/datetime/utc-now", withKey)
	f.arrives(`GET +/v1/datetime/utc-n\S+ +200 .*ci-deploy`, 200, "GET /v1/datetime/utc-now", "Authorization: Bearer "+f.bearer)
	f.arrives(`GET +/v1/healthz +200 .*–`, 200, "GET /v1/healthz")
	f.arrives(`GET +/ +200 .*ci-deploy`, 200, "GET /", "Authorization: "+f.key)
	f.arrives(`GET +/auth/api-keys/ +200 .*ci-deploy`, 200, "GET /auth/api-keys/", "x-api-key: "+f.key, "x-project-id: "+f.project)
	f.arrives(`GET +/ +200 .*web`, 200, "GET /", "Authorization: Bearer "+clientJWT(f.kid, f.secret))
	session := member(f.t, f.arrives(`POST +/keydeck/\S+ +200 .*partner`, 200, "POST /keydeck/"+f.account+"/v1/authenticateKeys",
		`@{"apiKey": "`+f.pair+`", "secretKey": "`+f.partner+`"}`), "sessionKey")
	f.arrives(`GET +/v1/datetime/utc-n\S+ +200 .*partner`, 200, "GET /v1/datetime/utc-now", "Authorization: "+session)

	f.press("up")
	f.sees("paused · 0 new")
	call(f.t, 200, f.status.URL, "GET /v1/healthz")
	f.sees("paused · 1 new")
	f.press("end")
	f.sees("following")
}

// resizeWhileFollowing: the log goes on at every size.
func (f *flow) resizeWhileFollowing() {
	f.resize(140, 40)
	f.arrives(`GET +/v1/healthz +200 `, 200, "GET /v1/healthz")
	f.sees("e2e/1") // the details stand beside the list
	f.resize(60, 20)
	f.arrives(`GET +/ +401 .*no cred`, 401, "GET /")
	f.sees("following")
	f.resize(80, 24)
}

// judgeToken pastes the service token, which is decoded without the server, and
// then asks the server.
func (f *flow) judgeToken() {
	f.press("4")
	f.sees("› Token", "Paste a token here")
	f.model.Send(tea.PasteMsg{Content: f.bearer})
	f.sees("NOT VERIFIED", "RS512")
	f.press("enter")
	f.sees("accepted by this server", "service token of ci-deploy, account "+f.account)
}

// revokeKey goes back to the credentials and revokes the API key, the oldest. It
// is in use, so its name must be typed.
func (f *flow) revokeKey() {
	f.press("2")
	f.finds(`web +.*…\S+`)
	f.press("end")
	f.finds(`▌ ?ci-deploy`)
	f.press("x")
	f.sees("Pause or revoke API key ci-deploy?", "From 127.0.0.1 (")
	f.answer("Type ci-deploy to go on", "esc")
	f.lacks("Pause or revoke API key ci-deploy?")
	f.finds(`ci-deploy .* 89 d`)
	f.press("x")
	f.sees("Pause or revoke API key ci-deploy?", "From 127.0.0.1 (")
	f.answer("Type ci-deploy to go on", "ci-deploy", "enter")
	f.finds(`ci-deploy .* revoked`)
}

// areRefused: what is revoked is refused at once, and what was made with it; the
// log says why, and the token screen, asked again, does too.
func (f *flow) areRefused() {
	f.press("3")
	f.sees("› Requests", "following")
	f.arrives(`GET +/ +401 .*ci-deploy +revoked`, 401, "GET /", "Authorization: "+f.key)
	f.arrives(`GET +/v1/token/get +401 .*ci-deploy +revoked`, 401, "GET /v1/token/get", apiKeyHeader(f.account, f.key))
	f.arrives(`GET +/v1/datetime/utc-n\S+ +401 .*ci-deploy +revoked`, 401, "GET /v1/datetime/utc-now", "Authorization: Bearer "+f.bearer)
	f.arrives(`GET +/auth/api-keys/ +401 .*ci-deploy +revoked`, 401, "GET /auth/api-keys/", "x-api-key: "+f.key, "x-project-id: "+f.project)
	f.arrives(`GET +/ +200 .*web`, 200, "GET /", "Authorization: Bearer "+clientJWT(f.kid, f.secret))

	f.press("4")
	f.sees("› Token", "accepted by this server") // what was said when it was asked
	f.press("enter")
	f.sees("REFUSED by this server", "revoked")
}

// signOut ends the login here and in the file.
func (f *flow) signOut(data string) {
	f.press("S")
	f.answer("Sign out?", "y")
	f.sees("Signed out.", "E-mail")
	kept, err := client.NewFile(filepath.Join(data, client.SessionFile), client.LocalSession).Load()
	if err != nil || kept != nil {
		f.t.Errorf("the login that is kept is %v, %v, want none", kept, err)
	}
}
