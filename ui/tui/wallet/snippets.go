package wallet

import (
	"fmt"
	"net/http"
	"strings"

	"github.com/charmbracelet/x/ansi"

	"keydeck/model"
	"keydeck/ui/tui/widget"
)

// TryCommand is the shell command that tries a new credential: for an API key the call
// of family A that gets a token; for a pair the call of family B that gets a session
// key; for a JWT secret a Python program (PyJWT) that makes a JWT and uses it.
func TryCommand(in Issued, account, base, service string) string {
	value := func(label string) string {
		for _, part := range in.Parts {
			if part.Label == label {
				return part.Value
			}
		}
		return ""
	}
	switch in.Kind {
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
		return "curl " + quote(base+"/"+service+"/"+account+"/v1/authenticateKeys") + " \\\n" +
			"  -H 'Content-Type: application/json' \\\n" +
			"  -d " + quote(fmt.Sprintf(`{"apiKey": "%s", "secretKey": "%s"}`, value("apiKey"), value("secretKey"))) + "\n"
	}
	return "curl " + quote(base+"/v1/token/get") + " \\\n" +
		"  -H \"Authorization: ApiKey $(printf '%s' " + quote(account+":"+value("key")) + " | base64 | tr -d '\\n')\"\n"
}

// TryPreview is TryCommand without secrets, in lines of w cells.
func TryPreview(in Issued, account, base, service string, w int) []string {
	switch in.Kind {
	case model.KindJWTSecret:
		return widget.Wrap("a Python program (PyJWT) that makes a JWT with kid "+in.ID+" and calls "+base+"/ with it", w)
	case model.KindKeyPair:
		return WrapCommand(w, "curl "+base+"/"+service+"/"+account+"/v1/authenticateKeys", "-d '{\"apiKey\":\u00a0\"…\",\u00a0\"secretKey\":\u00a0\"…\"}'")
	}
	return WrapCommand(w, "curl "+base+"/v1/token/get",
		"-H \"Authorization: ApiKey $(printf '%s' '"+account+":sk_…' |\u00a0base64\u00a0…)\"")
}

// WrapCommand wraps a shell command into lines of w cells; each part starts a new line.
// Every line but the last ends in a backslash; a word longer than a line is continued
// without indentation. Lines are not broken at a no-break space, shown as a space.
func WrapCommand(w int, parts ...string) (out []string) {
	const more, indent = " \\", "    "
	for i, part := range parts {
		line := ""
		if i > 0 {
			line = "  "
		}
		empty := true
		for word := range strings.SplitSeq(part, " ") {
			if !empty && widget.Width(line+" "+word+more) > w && widget.Width(indent+word+more) <= w {
				out, line, empty = append(out, line+more), indent, true
			}
			if !empty {
				line += " "
			}
			for line, empty = line+word, false; widget.Width(line+more) > w; {
				head := ansi.Truncate(line, w-1, "")
				out, line = append(out, head+"\\"), strings.TrimPrefix(line, head)
			}
		}
		if i < len(parts)-1 {
			line += more
		}
		out = append(out, line)
	}
	for i := range out {
		out[i] = strings.ReplaceAll(out[i], "\u00a0", " ")
	}
	return out
}

// CurlCommand is a logged request as a curl command. The log has neither the secret,
// which is masked, nor the query.
func CurlCommand(r *model.RequestRecord, base string) string {
	line := "curl -i"
	if r.Method != http.MethodGet {
		line += " -X " + quote(r.Method)
	}
	line += " " + quote(base+r.Path)
	if take := AcceptedAt(r.Path); r.Scheme != "" && take.NoneReason == "" {
		masked := func([]byte) string { return maskedSecret }
		for _, h := range take.lines(Presented{Kind: r.Scheme, Value: maskedSecret}, r.ProjectID, masked) {
			line += " \\\n  -H " + quote(h[0]+": "+h[1])
		}
	}
	if r.UserAgent != "" {
		line += " \\\n  -A " + quote(r.UserAgent)
	}
	return line + "\n"
}

// maskedSecret stands for a secret.
const maskedSecret = "••••••"

// quote quotes s for a POSIX shell.
func quote(s string) string { return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'" }
