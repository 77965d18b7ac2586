package wallet

import (
	"fmt"
	"net/http"
	"strings"

	"github.com/charmbracelet/x/ansi"

	"keydeck/model"
	"keydeck/ui/tui/widget"
)

// TryCommand is the shell command that tries a new credential: its first call (see
// FirstCall); for a pair the call of family B that gets a session key; for a JWT secret
// a Python program (PyJWT) that makes a JWT and uses it.
func TryCommand(k Key, first Access, base, service string) string {
	switch k.Kind.Spec().Carried {
	case model.KindClientJWT:
		return fmt.Sprintf(`python3 - <<'END'
import datetime, jwt, urllib.request
token = jwt.encode({"exp": datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(hours=1)},
    %q, algorithm="HS256", headers={"kid": %q})
print(token)
call = urllib.request.Request(%q, headers={"Authorization": "Bearer " + token})
print(urllib.request.urlopen(call).read().decode())
END
`, k.Secrets[0], k.ID, base+"/")
	case model.KindSessionKey:
		return "curl " + quote(base+k.SessionPath(service)) + " \\\n" +
			"  -H 'Content-Type: application/json' \\\n" +
			"  -d " + quote(fmt.Sprintf(`{"apiKey": "%s", "secretKey": "%s"}`, k.Secrets[0], k.Secrets[1])) + "\n"
	}
	return "curl " + quote(base+first.Route.Route) + " -H " + k.header(first, k.Secrets[0], " | base64 | tr -d '\\n'") + "\n"
}

// header is the header of a first call as a word of a shell.
func (k *Key) header(first Access, secret, encode string) string {
	carrier, _ := first.Accepted(k.Kind)
	if carrier == model.CarrierAccountKey {
		return "\"Authorization: ApiKey $(printf '%s' " + quote(k.Account+":"+secret) + encode + ")\""
	}
	name, value := carrier.Header(secret)
	return quote(name + ": " + value)
}

// TryPreview is TryCommand without secrets, in lines of w cells. A key that is not issued
// yet has no id.
func TryPreview(k Key, first Access, base, service string, w int) []string {
	switch carried := k.Kind.Spec().Carried; {
	case carried == model.KindClientJWT && k.ID == "":
		return WrapCommand(w, "curl "+base+"/", "-H 'Authorization: Bearer <a JWT you sign with it>'")
	case carried == model.KindClientJWT:
		return widget.Wrap("a Python program (PyJWT) that makes a JWT with kid "+k.ID+" and calls "+base+"/ with it", w)
	case carried == model.KindSessionKey:
		return WrapCommand(w, "curl "+base+k.SessionPath(service), "-d '{\"apiKey\":\u00a0\"…\",\u00a0\"secretKey\":\u00a0\"…\"}'")
	}
	return WrapCommand(w, "curl "+base+first.Route.Route, "-H "+k.header(first, k.Kind.Spec().Prefix+"…", " |\u00a0base64\u00a0…"))
}

// WrapCommand wraps a shell command into lines of w cells. If it needs more than one, each
// part starts a new line; every line but the last ends in a backslash; a word longer than a line is continued
// without indentation. Lines are not broken at a no-break space, shown as a space.
func WrapCommand(w int, parts ...string) (out []string) {
	const more, indent = " \\", "    "
	if whole := strings.Join(parts, " "); widget.Width(whole) <= w {
		parts = []string{whole}
	}
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
func CurlCommand(r *model.RequestRecord, t Access, base string) string {
	line := "curl -i"
	if r.Method != http.MethodGet {
		line += " -X " + quote(r.Method)
	}
	line += " " + quote(base+r.Path)
	if r.Scheme != "" && t.NoneReason() == "" {
		masked := func([]byte) string { return maskedSecret }
		for _, h := range t.lines(Presented{Kind: r.Scheme, Value: maskedSecret}, r.ProjectID, masked) {
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
