package tui

import (
	"fmt"
	"net/http"
	"strings"

	"keydeck/model"
)

// The lines that people paste into another terminal to try a credential. Every
// value stands in single quotes, so that a shell takes it as it is.

// tryLine is the ready-to-run line for a new credential: for an API key the call
// of family A that gets a token; for a pair the call of family B that gets a
// session key; for a JWT secret a Python program (PyJWT) that makes a JWT and
// the curl line that uses it.
func tryLine(in issued, p model.Project, base, service string) string {
	value := func(label string) string {
		for _, part := range in.parts {
			if part.label == label {
				return part.value
			}
		}
		return ""
	}
	switch in.kind {
	case model.KindJWTSecret:
		return fmt.Sprintf(`python3 - <<'END'
import datetime, jwt, urllib.request
token = jwt.encode({"exp": datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(hours=1)},
    %q, algorithm="HS256", headers={"kid": %q})
print(token)
call = urllib.request.Request(%q, headers={"Authorization": "Bearer " + token})
print(urllib.request.urlopen(call).read().decode())
END
`, value("secret"), value("kid"), base+"/")
	case model.KindKeyPair:
		return "curl " + quote(base+"/"+service+"/"+p.AccountID+"/v1/authenticateKeys") + " \\\n" +
			"  -H 'Content-Type: application/json' \\\n" +
			"  -d " + quote(fmt.Sprintf(`{"apiKey": "%s", "secretKey": "%s"}`, value("apiKey"), value("secretKey"))) + "\n"
	}
	return "curl " + quote(base+"/v1/token/get") + " \\\n" +
		"  -H \"Authorization: ApiKey $(printf '%s' " + quote(p.AccountID+":"+value("key")) + " | base64 | tr -d '\\n')\"\n"
}

// tryShown is tryLine with the secrets left out, for the screen.
func tryShown(in issued, p model.Project, base, service string) string {
	switch in.kind {
	case model.KindJWTSecret:
		return "a Python program (PyJWT) that makes a JWT with\nkid " + in.id + "\nand calls " + base + "/ with it"
	case model.KindKeyPair:
		return "curl " + base + "/" + service + "/" + p.AccountID + "/v1/authenticateKeys \\\n" +
			`  -d '{"apiKey": "…", "secretKey": "…"}'`
	}
	return "curl " + base + "/v1/token/get \\\n" +
		`  -H "Authorization: ApiKey $(printf '%s' '` + p.AccountID + `:sk_…' | base64 …)"`
}

// requestLine is a logged request as curl. The log holds no secret, so its
// place is marked; what was after a question mark is not in the log either.
func requestLine(r *model.RequestRecord, base string) string {
	line := "curl -i"
	if r.Method != http.MethodGet {
		line += " -X " + quote(r.Method)
	}
	line += " " + quote(base+r.Path)
	if take := takingOf(r.Path); r.Scheme != "" && take.none == "" {
		masked := func([]byte) string { return maskedSecret }
		for _, h := range take.lines(carried{kind: r.Scheme, value: maskedSecret}, r.ProjectID, masked) {
			line += " \\\n  -H " + quote(h[0]+": "+h[1])
		}
	}
	if r.UserAgent != "" {
		line += " \\\n  -A " + quote(r.UserAgent)
	}
	return line + "\n"
}

// maskedSecret stands where a secret was.
const maskedSecret = "••••••"

// quote is a word of POSIX shell.
func quote(s string) string { return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'" }
