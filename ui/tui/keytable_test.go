package tui

import (
	"bytes"
	"cmp"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"

	tea "charm.land/bubbletea/v2"

	"keydeck/model"
	"keydeck/ui/tui/query"
)

// TestKeyTable walks to every screen and overlay and gathers the commands there.
// commands.txt, by which a file of other keys is checked, and the key
// table of the documentation must list each of them (go test -run TestKeyTable
// -update writes both).
func TestKeyTable(t *testing.T) {
	var found []listedCommand
	add := func(place string, cmds []Command) {
		for _, c := range cmds {
			l := listedCommand{place, c.ID, c.Key.Keys(), c.Run == nil && c.Disabled == "", c.Title}
			if !slices.ContainsFunc(found, func(o listedCommand) bool { return o.place == l.place && o.id == l.id }) {
				found = append(found, l)
			}
		}
	}
	for _, st := range keyWalks {
		opts := st.opts
		opts.w, opts.h = 80, 24
		run(t, opts, func(r *rig) {
			st.walk(r)
			if r.root.Start() {
				return
			}
			place := r.root.Page().Title()
			if typed, ok := r.root.Page().(Typing); ok && typed.Typing() {
				place += typingPlace
			}
			add(place, r.root.Page().Commands())
			add(everywhere, r.root.Unbound())
			if top, ok := r.root.top(); ok {
				name := fmt.Sprintf("%T", top.Overlay)
				name = name[strings.LastIndexByte(name, '.')+1:]
				add(strings.ToLower(name[:1])+name[1:], top.Commands())
			}
			if r.root.signedIn && len(r.root.overlays) == 0 {
				add(everywhere, slices.DeleteFunc(slices.Clone(r.root.PaletteCommands()), func(c Command) bool { return !strings.HasPrefix(c.ID, "theme.") }))
			}
		})
	}
	slices.SortFunc(found, func(a, b listedCommand) int {
		return strings.Compare(a.place+"\t"+a.id, b.place+"\t"+b.id)
	})
	var table, doc bytes.Buffer
	doc.WriteString("# Keys of the dashboard\n\nWritten by `go test ./ui/tui -run TestKeyTable -update`. Other keys go into `keys.toml` in the data directory\n" +
		"(beside the login, for a server at a URL), one command a line, by its name: `requests.filter = \"F ctrl+g\"`. Names of keys are those of\nthis table; `\"\"` is none. " +
		"A key that the file chooses is taken from the command that has it by itself; a line that cannot be read, or that wants a key of a\nline above it, " +
		"is left out, and the rest holds. The dashboard says so when it starts, and `keydeck config keys` says all of it.\n")
	place := ""
	for _, c := range found {
		keys := strings.Join(c.keys, " ")
		if c.fixed {
			keys = "fixed " + keys
		}
		fmt.Fprintf(&table, "%s\t%s\t%s\t%s\n", c.place, c.id, keys, c.title)
		if c.place != place {
			place = c.place
			fmt.Fprintf(&doc, "\n## %s\n\n| keys | what | name |\n|---|---|---|\n", placeTitle(t, place))
		}
		name := "`" + c.id + "`"
		if c.fixed {
			name = "fixed"
		}
		fmt.Fprintf(&doc, "| %s | %s | %s |\n", keyCells(c.keys), strings.ReplaceAll(c.title, "|", `\|`), name)
	}
	doc.WriteString("\n## The filter of the requests\n\nTerms stand side by side and all must hold; `-` turns one round, a comma separates values of which one must hold,\n" +
		"quotes keep spaces and commas. `tab` completes, `↑` brings back earlier ones.\n\n| term | what it looks at |\n|---|---|\n")
	for _, f := range query.Fields() {
		fmt.Fprintf(&doc, "| `%s:` | %s |\n", f[0], f[1])
	}
	doc.WriteString("| `>100ms` `<1s` `>=2m` | how long it took |\n| anything else | any part of path, user agent, address, hint, reason or request id |\n")
	check := func(path string, want []byte) {
		if flag.Lookup("update").Value.String() == "true" {
			if err := os.WriteFile(path, want, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		if got, err := os.ReadFile(path); err != nil || !bytes.Equal(got, want) {
			t.Errorf("%s is out of date (%v); go test ./ui/tui -run TestKeyTable -update writes it", path, err)
		}
	}
	check("commands.txt", table.Bytes())
	check(filepath.FromSlash("../../assets/doc/keys.md"), doc.Bytes())
}

// typingPlace marks the commands of a screen where text is being typed: they are
// never there with its others.
const typingPlace = ", while typing"

// placeTitle names an overlay by what it is.
func placeTitle(t *testing.T, place string) string {
	t.Helper()
	titles := map[string]string{"confirm": "In a question", "secretOnce": "While a secret is shown", "issueForm": "While a credential is issued", "help": "In the help",
		"switcher": "While switching the project", "nameForm": "While a name is asked for", "replay": "While sending a request again", "exporting": "While exporting",
		"palette": "In the list of commands", "columnMenu": "While choosing columns", "memberForm": "While a member is invited or given a role",
		"revocation": "While a revocation is asked for by name", "rotateForm": "While a credential is rotated",
		"copyMenu": "While a part of a token is copied", "keyMaker": "While a key is made", "pastTokens": "Among the tokens looked at", "presetMenu": "Among the presets of tokens",
		"signForm": "While a token is signed", "tracing": "In a trace", "verifyForm": "While choosing what to verify with", "openForm": "While choosing what to open with"}
	if unicode.IsLower(rune(place[0])) && titles[place] == "" {
		t.Errorf("the overlay %s has no name in words", place)
	}
	return cmp.Or(titles[place], place)
}

func keyCells(keys []string) string {
	cells := make([]string, len(keys))
	for i, k := range keys {
		cells[i] = "`" + strings.ReplaceAll(keyName(k), "|", `\|`) + "`"
	}
	return strings.Join(cells, " ")
}

func TestOtherKeys(t *testing.T) {
	path := filepath.Join(t.TempDir(), "keys.toml")
	if err := os.WriteFile(path, []byte("help = \"H\"\ncredentials.issue = \"I\"\nwrong\nprivate = \"I\"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	run(t, rigOptions{signedIn: true, furnish: oneProject, Options: Options{KeysPath: path}}, func(r *rig) {
		r.root.Rebind()
		r.sees(`! keys: line 3: it must read: name = "key"; 1 more, all of them by: keydeck`, " config keys")
		r.keys("2", "n")
		r.lacks("Issue a credential")
		r.sees("I new", "H help")
		r.keys("I")
		r.sees("Issue a credential")
		r.keys("esc", "H")
		r.sees("Keys: Credentials")
	})
}

func TestPalette(t *testing.T) {
	run(t, rigOptions{signedIn: true, furnish: oneProject}, func(r *rig) {
		r.keys("3")
		r.wait(time.Second)
		r.keys(":")
		r.sees("Commands", "COMMAND", "filter the list")
		r.keys("nxtoldr")
		r.sees("go to the next older match", "not now: nothing is")
		r.keys("enter")
		r.sees("cannot go to the next older match: nothing is searched for")
		r.keys("ctrl+k", "filtlist", "enter")
		r.sees("filter status:4xx")
		r.keys("abc", "ctrl+a", "ctrl+k") // a line is being typed: it is that line's key
		r.lacks("COMMAND", "filter abc")
		r.keys("esc", ":", "zzzz")
		r.sees("No command has these letters.")
		r.keys("esc", ":", "themehigh", "enter")
		if r.root.stored.Theme != "contrast" {
			t.Errorf("the theme is %q, want contrast", r.root.stored.Theme)
		}
	})
}

// keyWalks lead to every screen and overlay, in each of the states that have
// commands of their own; Hints misses a command of a screen that none leads to.
var keyWalks = []state{
	{"signin-first", rigOptions{}.with(noUsers), do()},
	{"signin-code", rigOptions{}, do(fakeEmail, "enter", "042")},
	{"signin-mailbox", rigOptions{}, do(fakeEmail, "enter", "tab")},
	{"attached", rigOptions{signedIn: true, url: true, furnish: oneProject}, do()},
	{"quit", rigOptions{signedIn: true, furnish: oneProject, Options: Options{OwnsServer: true, Banner: "demo: nothing here is kept"}}, do("q")},
	{"private-request", signed, do("*", "3", time.Second, "enter")},
	{"help", signed, do("?")},
	{"palette", signed, do(":")},
	{"switcher", several, do("p")},
	{"overview", atHome, do("down", "down", "down")},
	{"projects-new", several, do("n", "web shop")},
	{"members", busy, do("5", "m", "down")},
	{"members-invite", busy, do("5", "m", "n", "eve@example.com", "tab", "right")},
	{"credentials-filter", signed, do("/", "api key")},
	{"credentials-nothing-kept", signed, do("/", "zzz", "enter")},
	{"credentials-chosen", busy, do("space", "space", "down", "space")},
	{"revoke", signed, do("down", "x")},
	{"rotate", busy, do("r")},
	{"rotated", busy, do("r", "enter")},
	{"issue", signed, do("n", "nightly-report", "tab", "right", "right", "tab")},
	{"secret-jwt", signed, do("n", "browser", "shift+tab", "right", "enter", "v")},
	{"requests-hostile", signed.with(hostile), do("3", time.Second, "home")},
	{"requests-filter", signed, do("3", time.Second, "f", "status:4", "tab")},
	{"requests-filtered", signed, do("3", time.Second, "f", "status:4xx -path:/auth", "enter")},
	{"requests-stalled", signed.with(func(f *fake) { busyLog(f, 7000) }), do("3", time.Second, "f", "id:"+uuid(1000), "enter", 2*time.Second)},
	{"requests-search", signed, do("3", time.Second, "/", "token")},
	{"requests-found", signed, do("3", time.Second, "/", "token", "enter")},
	{"requests-columns", signed, do("3", time.Second, "C", "space", "down", "down")},
	{"requests-read", signed, do("3", time.Second, "up", "enter", "enter", "tab", "tab")},
	{"export", signed, do("3", time.Second, "E")},
	{"replay", signed, do("3", time.Second, "home", "R")},
	{"replay-answer", signed, do("3", time.Second, "home", "R", tea.PasteMsg{Content: "Bearer x"}, "enter")},
	{"four-keypresses", signed, do("2", "n", "nightly", "enter", "t", 5*time.Second)},
	{"token-empty", signed, do("4")},
	{"token-typing", signed, do("4", "i", "eyJhbGciOi")},
	{"token", signed, do("4", aToken)},
	{"token-encrypted", signed, do("4", encrypted)},
	{"token-nested", signed, do("4", nested, "up")},
	{"token-nested-in", signed, do("4", nested, "up", "enter")},
	{"token-with", signed, do("4", aToken, "v")},
	{"token-open", signed, do("4", encrypted, "enter")},
	{"token-copy", signed, do("4", aToken, "down", "Y", "down")},
	{"token-history", signed, do("4", tea.PasteMsg{Content: fakeSecret}, 3*time.Minute, aToken, "h", "down")},
	{"token-trace", signed.with(aTrace), do("4", aToken, "T", "down")},
	{"token-edit", signed, do("4", aToken, "e")},
	{"token-sign", signed, do("4", "e", ctrl('s'))},
	{"token-presets", signed, do("4", "e", ctrl('o'), "down")},
	{"token-keygen", signed, do("4", "e", ctrl('g'), "down", "down", "down")},
}

var (
	encrypted = tea.PasteMsg{Content: "eyJhbGciOiJkaXIiLCJlbmMiOiJBMTI4R0NNIn0..AAAAAAAAAAAAAAAA.AAAA.AAAAAAAAAAAAAAAAAAAAAA"}
	nested    = tea.PasteMsg{Content: signedToken(map[string]any{"alg": "HS256"}, map[string]any{"act": fakeService(time.Hour)})}
)

func aTrace(f *fake) {
	f.trace.Steps = []model.TraceStep{{Family: "A", Method: "GET", Route: "/v1/token/get", Status: 200}, {Family: "D", Method: "GET", Route: "/", Status: 401}}
}
