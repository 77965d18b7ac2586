package keymap

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

var fewCommands = []Command{
	{"Requests", "requests.filter", []string{"f"}, false, ""}, {"Requests", "requests.search", []string{"/"}, false, ""},
	{"Credentials", "credentials.filter", []string{"/"}, false, ""}, {Everywhere, "help", []string{"?", "f1"}, false, ""},
	{"Requests", "move.rows", []string{"up"}, true, ""}, {"confirm", "confirm.no", []string{"n", "esc"}, false, ""},
}

// TestChosenKeysWin checks that keys from the file win, and that a command which loses
// a key keeps its others.
func TestChosenKeysWin(t *testing.T) {
	m, _ := parse("credentials.filter = \"?\"\nrequests.filter = \"F\"\nrequests.search = \"F\"\nnonsense", fewCommands)
	wanted := Map{"credentials.filter": {"?"}, "help": {"f1"}, "requests.filter": {"F"}, "requests.search": nil}
	for id, want := range wanted {
		if got := m[id]; !slices.Equal(got, want) {
			t.Errorf("%s has %q, want %q", id, got, want)
		}
	}
	m, problems := parse(`go.overview = "2"`, commands())
	if len(m["go.overview"]) != 1 || m["go.credentials"] == nil || len(m["go.credentials"]) != 0 || len(problems) != 1 {
		t.Errorf("go.overview has %q, go.credentials %q, said is %q", m["go.overview"], m["go.credentials"], problems)
	}
}

func TestKeymapSaysWhatIsWrong(t *testing.T) {
	tests := []struct{ name, raw, want string }{
		{"good", "# mine\n\nrequests.filter = \"F ctrl+g\" # two\nhelp = \"\"\n", ""},
		{"unknown", "requests.filtre = \"F\"", "line 1: no command is called requests.filtre; did you mean requests.filter?"},
		{"half a name", "search = \"F\"", "line 1: no command is called search; did you mean requests.search?"},
		{"no name", "zzz = \"F\"", "line 1: no command is called zzz"},
		{"no line", "requests.filter F", `line 1: it must read: name = "key"`},
		{"no quotes", "requests.filter = F", `line 1: it must read: name = "key"`},
		{"more behind", `requests.filter = "F" G`, `line 1: it must read: name = "key"`},
		{"no key", `requests.filter = "hyper+F"`, "line 1: hyper+F is no key"},
		{"fixed", `move.rows = "w"`, "line 1: the keys of move.rows are fixed"},
		{"twice", "requests.filter = \"F\"\nrequests.filter = \"G\"", "line 2: requests.filter is there twice"},
		{"conflict here", `requests.filter = "/"`, "/ is requests.filter now, and requests.search loses it"},
		{"no conflict elsewhere", `requests.search = "f"` + "\n" + `requests.filter = "F"`, ""},
		{"conflict everywhere", `credentials.filter = "?"`, "? is credentials.filter now, and help loses it"},
		{"conflict with what is fixed", `requests.filter = "up"`, "up is requests.filter now, and move.rows loses it"},
		{"no conflict with an overlay", `help = "n"`, ""},
		{"given away", "requests.filter = \"/\"\nrequests.search = \"\"", ""},
		{"changed places", "requests.filter = \"/\"\nrequests.search = \"f\"", ""},
		{"both moved", "requests.filter = \"F\"\nrequests.search = \"F\"", "line 2: F is requests.filter already, so requests.search keeps its own keys"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, problems := parse(tt.raw, fewCommands)
			if got := strings.Join(problems, "; "); got != tt.want {
				t.Errorf("problems %q, want %q", got, tt.want)
			}
		})
	}
}

func TestCheckKeys(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "keys.toml")
	if got, err := Check(path); err != nil || got.Exists || got.Changed == nil || got.Problems == nil {
		t.Errorf("without a file: %+v, %v", got, err)
	}
	if err := os.WriteFile(path, []byte("help = \"H\"\nredraw = \"ctrl+l\"\nquit = \"\"\nhlep = \"?\"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	got, err := Check(path)
	if err != nil || !got.Exists {
		t.Fatalf("%+v, %v", got, err)
	}
	var changed []string
	for _, c := range got.Changed {
		changed = append(changed, fmt.Sprintf("%s %v was %v", c.Command, c.Keys, c.Otherwise))
	}
	if want := []string{"help [H] was [? f1]", "quit [] was [q ctrl+c]"}; !slices.Equal(changed, want) {
		t.Errorf("changed %q, want %q", changed, want)
	}
	if want := []string{"line 4: no command is called hlep; did you mean help?"}; !slices.Equal(got.Problems, want) {
		t.Errorf("problems %q, want %q", got.Problems, want)
	}
	if _, err := Check(dir); err == nil {
		t.Error("a directory is read as a file of keys")
	}
	if err := os.WriteFile(path, bytes.Repeat([]byte("#"), maxFile+1), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Check(path); err == nil || !strings.Contains(err.Error(), "larger than") {
		t.Errorf("a file that is too large: %v", err)
	}
}

func FuzzKeymap(f *testing.F) {
	f.Add("requests.filter = \"F ctrl+g\"\n# x\nhelp = \"\"")
	f.Fuzz(func(t *testing.T, raw string) {
		m, _ := parse(raw, fewCommands)
		for id, keys := range m {
			for _, k := range keys {
				if !isKey(k) {
					t.Errorf("%s is bound to %q", id, k)
				}
			}
		}
	})
}
