package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"keydeck/model"
	"keydeck/server/client"
)

// shell is an App with nothing behind it.
type shell struct {
	App
	out, err bytes.Buffer
}

func newShell(t *testing.T, vars map[string]string) *shell {
	t.Helper()
	s := &shell{}
	s.App = App{
		Version: "1.2.3", Env: env(vars), Environ: func() []string { return nil },
		Stdin: strings.NewReader(""), Stdout: &s.out, Stderr: &s.err,
		Now: func() time.Time { return time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC) },
		Serve: func(context.Context, Config, func(model.Status)) error {
			t.Error("served")
			return nil
		},
		Dashboard: func(context.Context, Config) error { t.Error("drawn"); return nil },
		Attach:    func(context.Context, *client.Client, string) error { t.Error("attached"); return nil },
	}
	return s
}

func TestRunExitCodes(t *testing.T) {
	tests := []struct {
		name string
		args []string
		code int
		err  string
	}{
		{"version", []string{"version"}, 0, ""},
		{"version flag", []string{"--version"}, 0, ""},
		{"help", []string{"help", "keys"}, 0, ""},
		{"help on nothing", []string{"help", "nosuch"}, 2, "keydeck: unknown command \"nosuch\"; see: keydeck --help\n"},
		{"help on nearly nothing", []string{"help", "keys", "lst"}, 2, "keydeck: unknown command \"lst\"; did you mean keydeck keys list?\n"},
		{"completion", []string{"completion", "bash"}, 0, ""},
		{"completion for nothing", []string{"completion", "foo"}, 2, "keydeck: unknown command \"foo\"; see: keydeck completion --help\n"},
		{"completion for two", []string{"completion", "bash", "zsh"}, 2, "keydeck: keydeck completion bash takes no arguments, got \"zsh\"\n"},
		{"unknown command", []string{"nope"}, 2, "keydeck: unknown command \"nope\"; see: keydeck --help\n"},
		{"unknown subcommand", []string{"keys", "lst"}, 2, "keydeck: unknown command \"lst\"; did you mean keydeck keys list?\n"},
		{"unknown flag", []string{"version", "--nope"}, 2, "keydeck: unknown flag: --nope; see: keydeck version --help\n"},
		{"missing argument", []string{"keys", "create"}, 2, "keydeck: keydeck keys create needs one name; see: keydeck keys create --help\n"},
		{"an argument too many", []string{"whoami", "\x1b[31m"}, 2, "keydeck: keydeck whoami takes no arguments, got \"\\x1b[31m\"\n"},
		{"no terminal", nil, 2, "keydeck: the dashboard needs a terminal, and there is none; run the server alone with: keydeck serve\n"},
		{"bad URL", []string{"whoami", "--server", "keys.example.com"}, 2, "keydeck: \"keys.example.com\" is not the URL of a server; it looks like http://127.0.0.1:8000\n"},
		{"no server", []string{"status"}, 1, "keydeck: no server runs on /nowhere; start one with: keydeck serve\n"},
		{"bad status", []string{"requests", "--status", "6xx"}, 2, "keydeck: --status: \"6xx\": want a status such as 404, or a class such as 4xx\n"},
		{"bad since", []string{"requests", "--since", "ever"}, 2, "keydeck: --since: \"ever\": want a time from 0s to 3650d, such as 90s, 30m, 12h or 7d\n"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := newShell(t, map[string]string{"KEYDECK_DATA": "/nowhere"})
			if got := s.Run(t.Context(), tt.args); got != tt.code {
				t.Errorf("exit code %d, want %d", got, tt.code)
			}
			if got := s.err.String(); got != tt.err {
				t.Errorf("said %q, want %q", got, tt.err)
			}
		})
	}
}

func TestServeSaysWhereInOneLine(t *testing.T) {
	s := newShell(t, map[string]string{"KEYDECK_DATA": "/data"})
	s.Serve = func(_ context.Context, c Config, ready func(model.Status)) error {
		if c.Data != "/data" || c.Listen != "127.0.0.1:9" || c.LogFormat != LogJSON {
			t.Errorf("served with %+v", c)
		}
		ready(model.Status{URL: "http://127.0.0.1:9", Socket: "/data/k\x1b.sock"})
		return errors.New("out of\nluck")
	}
	if code := s.Run(t.Context(), []string{"serve", "--listen", "127.0.0.1:9", "--log-format", "json"}); code != 1 {
		t.Errorf("exit code %d, want 1", code)
	}
	if got, want := s.out.String(), "serving http://127.0.0.1:9 (socket /data/k\\x1b.sock)\n"; got != want {
		t.Errorf("said %q, want %q", got, want)
	}
	if got, want := s.err.String(), "keydeck: out of\\nluck\n"; got != want {
		t.Errorf("said %q, want %q", got, want)
	}
}

func TestPrintTable(t *testing.T) {
	s := newShell(t, nil)
	tab := table{head: []string{"NAME", "N", "LAST"}}
	tab.add("東京", "1", "a\u202eb")
	tab.add("plain", "22", "")
	if err := s.printTable(nil, tab, "none"); err != nil {
		t.Fatal(err)
	}
	want := "NAME   N   LAST\n" +
		"東京   1   a\\u202eb\n" +
		"plain  22\n"
	if got := s.out.String(); got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
	s.out.Reset()
	if err := s.printTable(nil, table{head: []string{"NAME"}}, "nothing here"); err != nil || s.out.Len() > 0 || s.err.String() != "nothing here\n" {
		t.Errorf("empty table: %q, %q, %v", s.out.String(), s.err.String(), err)
	}
}

func TestPrintJSONIsHarmlessAndExact(t *testing.T) {
	s := newShell(t, nil)
	in := "<a&b> \x1b[31m \u202e \u200b \x7f \u009b \U000e0041 東京 é"
	if err := s.printJSON(map[string]string{"v": in}); err != nil {
		t.Fatal(err)
	}
	want := "{\n  \"v\": \"<a&b> \\u001b[31m \\u202e \\u200b \\u007f \\u009b \\udb40\\udc41 東京 é\"\n}\n"
	if got := s.out.String(); got != want {
		t.Errorf("got  %q\nwant %q", got, want)
	}
	var back map[string]string
	if err := json.Unmarshal(s.out.Bytes(), &back); err != nil || back["v"] != in {
		t.Errorf("read back %q, %v, want %q", back["v"], err, in)
	}
}

func TestChooseProject(t *testing.T) {
	shop, pay, twin := model.Project{ID: "0193aaaa", AccountID: "ABC123", Name: "Shop"}, model.Project{ID: "0193bbbb", AccountID: "PAY001", Name: "shop"}, model.Project{ID: "0193cccc", AccountID: "TWIN01", Name: "Shop"}
	tests := []struct {
		name string
		all  []model.Project
		ref  string
		want string // account id
		err  string
	}{
		{"none at all", nil, "", "", "keydeck projects create"},
		{"the only one", []model.Project{shop}, "", "ABC123", ""},
		{"which of two", []model.Project{shop, pay}, "", "", "choose one with --project: ABC123 (Shop), PAY001 (shop)"},
		{"by id", []model.Project{shop, pay}, "0193AAAA", "ABC123", ""},
		{"by account id", []model.Project{shop, pay}, "pay001", "PAY001", ""},
		{"by name, the exact one first", []model.Project{shop, pay}, "shop", "PAY001", ""},
		{"by name in other case", []model.Project{shop}, "SHOP", "ABC123", ""},
		{"a name of two", []model.Project{shop, twin}, "Shop", "", "name one by its account id"},
		{"a name of nobody", []model.Project{shop}, "x", "", `no project "x"; there is ABC123 (Shop)`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := chooseProject(tt.all, tt.ref)
			if got.AccountID != tt.want || (err == nil) != (tt.err == "") || err != nil && !strings.Contains(err.Error(), tt.err) {
				t.Errorf("got %s, %v, want %s, %q", got.AccountID, err, tt.want, tt.err)
			}
		})
	}
}

func TestProjectNamesAreAFew(t *testing.T) {
	var many []model.Project
	for range 20 {
		many = append(many, model.Project{AccountID: "ABC123", Name: "n"})
	}
	if got := projectNames(many); !strings.HasSuffix(got, "and 12 more (keydeck projects list)") {
		t.Errorf("got %s", got)
	}
}

func TestChooseCredential(t *testing.T) {
	all := []model.Credential{
		{Kind: model.KindAPIKey, ID: "1", Name: "ci", State: model.StatePaused}, {Kind: model.KindAPIKey, ID: "2", Name: "ci", State: model.StateRevoked},
		{Kind: model.KindAPIKey, ID: "3", Name: "twin", State: model.StateActive}, {Kind: model.KindKeyPair, ID: "4", Name: "twin", State: model.StateActive},
		{Kind: model.KindAPIKey, ID: "5", Name: "old", State: model.StateExpired},
	}
	tests := []struct{ ref, want, err string }{
		{"2", "2", ""}, {"ci", "1", ""}, {"old", "5", ""},
		{"twin", "", "3 (api-key), 4 (key-pair)"}, {"none", "", "keydeck keys list"},
	}
	for _, tt := range tests {
		got, err := chooseCredential(all, tt.ref)
		if got.ID != tt.want || (err == nil) != (tt.err == "") || err != nil && !strings.Contains(err.Error(), tt.err) {
			t.Errorf("%s: got %q, %v, want %q, %q", tt.ref, got.ID, err, tt.want, tt.err)
		}
	}
}

func TestNewestCode(t *testing.T) {
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	box := []model.Mail{
		{ID: "4", To: "a@example.com", Subject: "no code"},
		{ID: "3", To: "b@example.com", Code: "333333", ExpiresAt: model.Ptr(now.Add(time.Minute))},
		{ID: "2", To: "a@example.com", Code: "222222", ExpiresAt: model.Ptr(now)},
		{ID: "1", To: "a@example.com", Code: "111111", ExpiresAt: model.Ptr(now.Add(time.Second))},
	}
	tests := []struct {
		to, want string
		box      []model.Mail
	}{
		{"", "333333", box}, {"A@Example.com", "111111", box}, {"c@example.com", "", box},
		{"", "111111", without(box, box[1:2])}, {"", "", nil},
	}
	for _, tt := range tests {
		m, ok := newestCode(tt.box, tt.to, now)
		if m.Code != tt.want || ok != (tt.want != "") {
			t.Errorf("newestCode(%d mails, %q) = %q, %t, want %q", len(tt.box), tt.to, m.Code, ok, tt.want)
		}
	}
}

func TestParseExpiry(t *testing.T) {
	seven := 7
	tests := []struct {
		in   string
		want *int
		ok   bool
	}{
		{"never", nil, true}, {"7d", &seven, true}, {"7", &seven, true},
		{"0d", nil, false}, {"-1d", nil, false}, {"", nil, false}, {"1h", nil, false}, {"36501d", nil, false},
	}
	for _, tt := range tests {
		got, err := parseExpiry(tt.in)
		if (err == nil) != tt.ok || (got == nil) != (tt.want == nil) || got != nil && *got != *tt.want {
			t.Errorf("parseExpiry(%q) = %v, %v, want %v, ok %t", tt.in, got, err, tt.want, tt.ok)
		}
	}
}

func TestCleanCode(t *testing.T) {
	for in, want := range map[string]string{"042137": "042137", "042 137": "042137", "42137": "", "o42137": "", "": ""} {
		if got, err := parseCode(in); got != want && err == nil || (err == nil) != (want != "") {
			t.Errorf("cleanCode(%q) = %q, %v, want %q", in, got, err, want)
		}
	}
}

func TestHelpNamesEveryCommand(t *testing.T) {
	s := newShell(t, nil)
	if code := s.Run(t.Context(), []string{"--help"}); code != 0 {
		t.Fatalf("exit code %d", code)
	}
	for _, name := range []string{"serve", "attach", "status", "stop", "mail", "login", "logout", "whoami", "projects", "keys", "members", "requests", "jwt", "config", "version", "completion"} {
		if !strings.Contains(s.out.String(), "\n  "+name+" ") {
			t.Errorf("the help does not name %s:\n%s", name, s.out.String())
		}
	}
	if strings.Contains(s.out.String(), "\x1b") {
		t.Error("the help has colours where there is no terminal")
	}
	s.out.Reset()
	if code := s.Run(t.Context(), []string{"man"}); code != 0 || !strings.Contains(s.out.String(), ".TH KEYDECK 1") {
		t.Errorf("man: exit code %d, %.80q", code, s.out.String())
	}
}
