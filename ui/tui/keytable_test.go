package tui_test

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
	"keydeck/ui/keymap"
	"keydeck/ui/tui"
	"keydeck/ui/tui/query"
	"keydeck/ui/tui/shell"
	"keydeck/ui/tui/tuitest"
	"keydeck/ui/tui/tuitest/fake"
)

// TestKeyTable walks to every screen and overlay and gathers the commands there.
// commands.txt, which key files are checked against, and the key table of the
// documentation must list each of them (go test -run TestKeyTable -update writes both).
func TestKeyTable(t *testing.T) {
	var found []keymap.Command
	add := func(place string, cmds []shell.Command) {
		for _, c := range cmds {
			l := keymap.Command{Place: place, ID: c.ID, Keys: c.Key.Keys(), Fixed: c.Run == nil && c.Disabled == "", Title: c.Title}
			if !slices.ContainsFunc(found, func(o keymap.Command) bool { return o.Place == l.Place && o.ID == l.ID }) {
				found = append(found, l)
			}
		}
	}
	for _, st := range keyWalks {
		opts := st.Opts
		opts.W, opts.H = 80, 24
		run(t, opts, func(r *tuitest.Rig) {
			st.Walk(r)
			if r.Root.Start() {
				return
			}
			place := r.Root.Page().Title()
			if typed, ok := r.Root.Page().(shell.Typing); ok && typed.Typing() {
				place += typingPlace
			}
			add(place, r.Root.Page().Commands())
			add(keymap.Everywhere, r.Root.Unbound())
			if top, ok := r.Root.Shell().Top(); ok {
				name := fmt.Sprintf("%T", top.Overlay)
				name = name[strings.LastIndexByte(name, '.')+1:]
				add(strings.ToLower(name[:1])+name[1:], top.Commands())
			}
			if r.Root.State().SignedIn && len(r.Root.State().Overlays) == 0 {
				add(keymap.Everywhere, slices.DeleteFunc(slices.Clone(r.Root.PaletteCommands()), func(c shell.Command) bool { return !strings.HasPrefix(c.ID, "theme.") }))
			}
		})
	}
	slices.SortFunc(found, func(a, b keymap.Command) int {
		return strings.Compare(a.Place+"\t"+a.ID, b.Place+"\t"+b.ID)
	})
	var table, doc bytes.Buffer
	doc.WriteString("# Keys of the dashboard\n\nWritten by `go test ./ui/tui -run TestKeyTable -update`. Other keys go into `keys.toml` in the data directory\n" +
		"(beside the login, for a server at a URL), one command a line, by its name: `requests.filter = \"F ctrl+g\"`. Names of keys are those of\nthis table; `\"\"` is none. " +
		"A key that the file chooses is taken from the command that has it by itself; a line that cannot be read, or that wants a key of a\nline above it, " +
		"is left out, and the rest holds. The dashboard says so when it starts, and `keydeck config keys` says all of it.\n")
	place := ""
	for _, c := range found {
		keys := strings.Join(c.Keys, " ")
		if c.Fixed {
			keys = "fixed " + keys
		}
		fmt.Fprintf(&table, "%s\t%s\t%s\t%s\n", c.Place, c.ID, keys, c.Title)
		if c.Place != place {
			place = c.Place
			fmt.Fprintf(&doc, "\n## %s\n\n| keys | what | name |\n|---|---|---|\n", placeTitle(t, place))
		}
		name := "`" + c.ID + "`"
		if c.Fixed {
			name = "fixed"
		}
		fmt.Fprintf(&doc, "| %s | %s | %s |\n", keyCells(c.Keys), strings.ReplaceAll(c.Title, "|", `\|`), name)
	}
	doc.WriteString("\n## The filter of the requests\n\nTerms stand side by side and all must match; `-` excludes what matches a term, a comma separates alternatives,\n" +
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
	check(filepath.FromSlash("../keymap/commands.txt"), table.Bytes())
	check(filepath.FromSlash("../../assets/doc/keys.md"), doc.Bytes())
}

// typingPlace marks the commands of a screen where text is being typed: they are
// never there with its others.
const typingPlace = ", while typing"

// placeTitle names an overlay by what it is.
func placeTitle(t *testing.T, place string) string {
	t.Helper()
	titles := map[string]string{"confirm": "In a question", "secretView": "While a secret is shown", "issueForm": "While a credential is issued", "help": "In the help",
		"switcher": "While switching the project", "nameForm": "While a name is asked for", "replay": "While sending a request again", "exportForm": "While exporting",
		"palette": "In the list of commands", "columnMenu": "While choosing columns", "memberForm": "While a member is invited or given a role",
		"details": "In the details of a project", "editForm": "While a credential is edited", "detailsView": "In the details of a credential", "revokeForm": "While pausing or revoking", "rotateForm": "While a credential is rotated",
		"copyMenu": "While a part of a token is copied", "keyGenerator": "While a key is made", "historyMenu": "Among the tokens looked at", "presetMenu": "Among the presets of tokens",
		"signForm": "While a token is signed", "traceView": "In a trace", "whyView": "While a request is explained", "verifyForm": "While choosing what to verify with", "openForm": "While choosing what to open with"}
	if unicode.IsLower(rune(place[0])) && titles[place] == "" {
		t.Errorf("the overlay %s has no name in words", place)
	}
	return cmp.Or(titles[place], place)
}

func keyCells(keys []string) string {
	cells := make([]string, len(keys))
	for i, k := range keys {
		cells[i] = "`" + strings.ReplaceAll(shell.KeyName(k), "|", `\|`) + "`"
	}
	return strings.Join(cells, " ")
}

func TestOtherKeys(t *testing.T) {
	path := filepath.Join(t.TempDir(), "keys.toml")
	if err := os.WriteFile(path, []byte("help = \"H\"\ncredentials.issue = \"I\"\nwrong\nprivate = \"I\"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	run(t, tuitest.Options{SignedIn: true, Seed: fake.OneProject, Options: tui.Options{KeysPath: path}}, func(r *tuitest.Rig) {
		r.Root.Rebind()
		r.Sees(`! keys: line 3: it must read: name = "key"; 1 more, all of them by: keydeck`, " config keys")
		r.Keys("2", "n")
		r.Lacks("Issue a credential")
		r.Sees("I new", "H help")
		r.Keys("I")
		r.Sees("Issue a credential")
		r.Keys("esc", "H")
		r.Sees("Keys: Credentials")
	})
}

func TestPalette(t *testing.T) {
	run(t, tuitest.Options{SignedIn: true, Seed: fake.OneProject}, func(r *tuitest.Rig) {
		r.Keys("3")
		r.Wait(time.Second)
		r.Keys(":")
		r.Sees("Commands", "COMMAND", "filter the list")
		r.Keys("next older")
		r.Sees("go to the next older match", "not now: there is no search")
		r.Keys("enter")
		r.Sees("cannot go to the next older match: there is no search yet")
		r.Keys("ctrl+k", "filter list", "enter")
		r.Sees("filter status:4xx")
		r.Keys("abc", "ctrl+a", "ctrl+k") // a line is being typed: it is that line's key
		r.Lacks("COMMAND", "filter abc")
		r.Keys("esc", ":", "zzzz")
		r.Sees("No command, project or key has that in its name.")
		r.Keys("esc", ":", "theme high", "enter")
		if r.Root.State().Prefs.Theme != "contrast" {
			t.Errorf("the theme is %q, want contrast", r.Root.State().Prefs.Theme)
		}
	})
}

// keyWalks lead to every screen and overlay, in each state that has commands of its
// own. Hints fails for a command that no walk leads to.
var keyWalks = []tuitest.State{
	{Name: "signin-first", Opts: tuitest.Options{}.With(fake.NoUsers), Walk: tuitest.Steps()},
	{Name: "signin-code", Opts: tuitest.Options{}, Walk: tuitest.Steps(fake.Email, "enter", "042")},
	{Name: "signin-mailbox", Opts: tuitest.Options{}, Walk: tuitest.Steps(fake.Email, "enter", "tab")},
	{Name: "attached", Opts: tuitest.Options{SignedIn: true, Remote: true, Seed: fake.OneProject}, Walk: tuitest.Steps()},
	{Name: "project-details", Opts: tuitest.Several, Walk: tuitest.Steps("d")},
	{Name: "credential-edit", Opts: tuitest.Busy, Walk: tuitest.Steps("e")},
	{Name: "credential-details", Opts: tuitest.Busy, Walk: tuitest.Steps("d")},
	{Name: "quit", Opts: tuitest.Options{SignedIn: true, Seed: fake.OneProject, Options: tui.Options{OwnsServer: true, Banner: "demo: nothing here is kept"}}, Walk: tuitest.Steps("q")},
	{Name: "private-request", Opts: tuitest.SignedIn, Walk: tuitest.Steps("*", "3", time.Second, "enter")},
	{Name: "help", Opts: tuitest.SignedIn, Walk: tuitest.Steps("?")},
	{Name: "palette", Opts: tuitest.SignedIn, Walk: tuitest.Steps(":")},
	{Name: "switcher", Opts: tuitest.Several, Walk: tuitest.Steps("p")},
	{Name: "overview", Opts: tuitest.AtOverview, Walk: tuitest.Steps("down", "down", "down")},
	{Name: "projects-new", Opts: tuitest.Several, Walk: tuitest.Steps("n", "web shop")},
	{Name: "projects-filter", Opts: tuitest.Several, Walk: tuitest.Steps("/", "bil")},
	{Name: "projects-filtered", Opts: tuitest.Several, Walk: tuitest.Steps("/", "bil", "enter")},
	{Name: "members-filter", Opts: tuitest.Busy, Walk: tuitest.Steps("5", "m", "/", "view")},
	{Name: "members-filtered", Opts: tuitest.Busy, Walk: tuitest.Steps("5", "m", "/", "view", "enter")},
	{Name: "members", Opts: tuitest.Busy, Walk: tuitest.Steps("5", "m", "down")},
	{Name: "members-invite", Opts: tuitest.Busy, Walk: tuitest.Steps("5", "m", "n", "eve@example.com", "tab", "right")},
	{Name: "credentials-filter", Opts: tuitest.SignedIn, Walk: tuitest.Steps("/", "api key")},
	{Name: "credentials-nothing-kept", Opts: tuitest.SignedIn, Walk: tuitest.Steps("/", "zzz", "enter")},
	{Name: "credentials-chosen", Opts: tuitest.Busy, Walk: tuitest.Steps("space", "space", "down", "space")},
	{Name: "revoke", Opts: tuitest.SignedIn, Walk: tuitest.Steps("down", "x")},
	{Name: "revoke-several", Opts: tuitest.SignedIn, Walk: tuitest.Steps("A", "x")},
	{Name: "rotate", Opts: tuitest.Busy, Walk: tuitest.Steps("r")},
	{Name: "rotated", Opts: tuitest.Busy, Walk: tuitest.Steps("r", "enter")},
	{Name: "issue", Opts: tuitest.SignedIn, Walk: tuitest.Steps("n", "nightly-report", "tab", "right", "right", "tab")},
	{Name: "secret-jwt", Opts: tuitest.SignedIn, Walk: tuitest.Steps("n", "browser", "shift+tab", "right", "enter", "v")},
	{Name: "requests-hostile", Opts: tuitest.SignedIn.With(fake.Hostile), Walk: tuitest.Steps("3", time.Second, "home")},
	{Name: "requests-filter", Opts: tuitest.SignedIn, Walk: tuitest.Steps("3", time.Second, "f", "status:4", "tab")},
	{Name: "requests-filtered", Opts: tuitest.SignedIn, Walk: tuitest.Steps("3", time.Second, "f", "status:4xx -path:/auth", "enter")},
	{Name: "requests-stalled", Opts: tuitest.SignedIn.With(func(f *fake.Server) { fake.LogOf(f, 7000) }), Walk: tuitest.Steps("3", time.Second, "f", "id:"+fake.UUID(1000), "enter", 2*time.Second)},
	{Name: "requests-search", Opts: tuitest.SignedIn, Walk: tuitest.Steps("3", time.Second, "/", "token")},
	{Name: "requests-found", Opts: tuitest.SignedIn, Walk: tuitest.Steps("3", time.Second, "/", "token", "enter")},
	{Name: "requests-why", Opts: tuitest.SignedIn, Walk: tuitest.Steps("3", time.Second, "w")},
	{Name: "requests-columns", Opts: tuitest.SignedIn, Walk: tuitest.Steps("3", time.Second, "C", "space", "down", "down")},
	{Name: "requests-read", Opts: tuitest.SignedIn, Walk: tuitest.Steps("3", time.Second, "up", "enter", "enter", "tab", "tab")},
	{Name: "export", Opts: tuitest.SignedIn, Walk: tuitest.Steps("3", time.Second, "E")},
	{Name: "replay", Opts: tuitest.SignedIn, Walk: tuitest.Steps("3", time.Second, "home", "R")},
	{Name: "replay-answer", Opts: tuitest.SignedIn, Walk: tuitest.Steps("3", time.Second, "home", "R", tea.PasteMsg{Content: "Bearer x"}, "enter")},
	{Name: "four-keypresses", Opts: tuitest.SignedIn, Walk: tuitest.Steps("2", "n", "nightly", "enter", "t", 5*time.Second)},
	{Name: "token-empty", Opts: tuitest.SignedIn, Walk: tuitest.Steps("4")},
	{Name: "token-typing", Opts: tuitest.SignedIn, Walk: tuitest.Steps("4", "i", "eyJhbGciOi")},
	{Name: "token", Opts: tuitest.SignedIn, Walk: tuitest.Steps("4", tuitest.PasteToken)},
	{Name: "token-encrypted", Opts: tuitest.SignedIn, Walk: tuitest.Steps("4", encrypted)},
	{Name: "token-nested", Opts: tuitest.SignedIn, Walk: tuitest.Steps("4", nested, "up")},
	{Name: "token-nested-in", Opts: tuitest.SignedIn, Walk: tuitest.Steps("4", nested, "up", "enter")},
	{Name: "token-with", Opts: tuitest.SignedIn, Walk: tuitest.Steps("4", tuitest.PasteToken, "v")},
	{Name: "token-open", Opts: tuitest.SignedIn, Walk: tuitest.Steps("4", encrypted, "enter")},
	{Name: "token-copy", Opts: tuitest.SignedIn, Walk: tuitest.Steps("4", tuitest.PasteToken, "down", "Y", "down")},
	{Name: "token-history", Opts: tuitest.SignedIn, Walk: tuitest.Steps("4", tea.PasteMsg{Content: fake.Secret}, 3*time.Minute, tuitest.PasteToken, "h", "down")},
	{Name: "token-trace", Opts: tuitest.SignedIn.With(aTrace), Walk: tuitest.Steps("4", tuitest.PasteToken, "T", "down")},
	{Name: "token-edit", Opts: tuitest.SignedIn, Walk: tuitest.Steps("4", tuitest.PasteToken, "e")},
	{Name: "token-sign", Opts: tuitest.SignedIn, Walk: tuitest.Steps("4", "e", tuitest.Ctrl('s'))},
	{Name: "token-presets", Opts: tuitest.SignedIn, Walk: tuitest.Steps("4", "e", tuitest.Ctrl('o'), "down")},
	{Name: "token-keygen", Opts: tuitest.SignedIn, Walk: tuitest.Steps("4", "e", tuitest.Ctrl('g'), "down", "down", "down")},
}

var (
	encrypted = tea.PasteMsg{Content: "eyJhbGciOiJkaXIiLCJlbmMiOiJBMTI4R0NNIn0..AAAAAAAAAAAAAAAA.AAAA.AAAAAAAAAAAAAAAAAAAAAA"}
	nested    = tea.PasteMsg{Content: fake.SignedToken(map[string]any{"alg": "HS256"}, map[string]any{"act": fake.ServiceToken(time.Hour)})}
)

func aTrace(f *fake.Server) {
	f.Trace.Steps = []model.TraceStep{{Family: "A", Method: "GET", Route: "/v1/token/get", Status: 200}, {Family: "D", Method: "GET", Route: "/", Status: 401}}
}
