package model_test

import (
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// allowed lists the packages that a package may import, and those that only its tests
// may. "a/..." is package a and everything below it.
type allowed struct{ imports, tests string }

// shared is what every screen of the dashboard may import. No screen may import another.
const shared = "model model/inspect/... server/client ui/text ui/tui/list ui/tui/place ui/tui/query ui/tui/shell ui/tui/theme ui/tui/wallet ui/tui/widget"

// inspectTests may be imported by the tests below model/inspect: they put a token
// together as a caller would.
const inspectTests = "model/inspect/..."

// inspectBase is what the packages of model/inspect stand on.
const inspectBase = "model model/inspect/internal/ascii model/inspect/internal/display model/inspect/jwa model/inspect/strict"

// dashboard is what the tests of a screen need beside it: the root and a fake server.
const dashboard = "ui/tui ui/tui/tuitest ui/tui/tuitest/fake"

// packages says which packages of this project each package may import. A new
// package needs a line here.
var packages = map[string]allowed{
	".": {"backend backend/mail backend/vault model server/client server/daemon server/demo ui/cli ui/tui ui/tui/screens", ""},

	"assets": {"", "assets model"},
	"model":  {"", "model"},

	// From the bottom up; none imports one further down in this list.
	"model/inspect/internal/ascii":     {"", ""},
	"model/inspect/internal/display":   {"", ""},
	"model/inspect/strict":             {"model model/inspect/internal/ascii", ""},
	"model/inspect/jwa":                {"", ""},
	"model/inspect/internal/paste":     {"model model/inspect/internal/ascii model/inspect/jwa model/inspect/strict", inspectTests},
	"model/inspect/jwt":                {inspectBase + " model/inspect/internal/paste", inspectTests},
	"model/inspect/jwk":                {inspectBase + " model/inspect/jwt", inspectTests},
	"model/inspect/jws":                {inspectBase + " model/inspect/jwk model/inspect/jwt", inspectTests},
	"model/inspect/jwe":                {inspectBase + " model/inspect/jwk model/inspect/jwt", inspectTests},
	"model/inspect/lint":               {inspectBase + " model/inspect/internal/paste model/inspect/jwk model/inspect/jws model/inspect/jwt", inspectTests},
	"model/inspect/verdict":            {"model model/inspect/jws model/inspect/jwt", inspectTests},
	"model/inspect":                    {"model model/inspect/jwa model/inspect/jwe model/inspect/jwk model/inspect/jws model/inspect/jwt model/inspect/lint", inspectTests},
	"model/inspect/internal/tokentest": {"model model/inspect/jwa model/inspect/jwk model/inspect/jwt", ""},

	"backend":            {"backend/mail backend/requestlog backend/store/... backend/token backend/traffic backend/vault model model/inspect/strict", "assets"},
	"backend/mail":       {"assets model", ""},
	"backend/requestlog": {"backend/store model", ""},
	"backend/store/...":  {"assets backend/store/... model", ""},
	"backend/token":      {"model model/inspect/strict", inspectTests},
	"backend/traffic":    {"model", ""},
	"backend/vault":      {"model", ""},

	"server":          {"assets backend model server/pydantic", "server/client"},
	"server/client":   {"model", ""},
	"server/daemon":   {"backend model server server/client", ""},
	"server/demo":     {"backend model server server/client server/daemon", ""},
	"server/pydantic": {"model", ""},

	"ui/cli":    {"model model/inspect/... server/client ui/fetch ui/keymap ui/preset ui/text", ""},
	"ui/e2e":    {"", "backend model server/client server/daemon ui/cli ui/tui ui/tui/screens"},
	"ui/fetch":  {"model model/inspect/...", ""},
	"ui/keymap": {"", ""},
	"ui/preset": {"", ""},
	"ui/text":   {"model", ""},

	// The root knows the screens by their constructors, which it is given.
	"ui/tui":              {shared + " ui/keymap", "ui/tui ui/tui/screens ui/tui/tokens ui/tui/tuitest ui/tui/tuitest/fake"},
	"ui/tui/screens":      {"ui/tui/credentials ui/tui/overview ui/tui/place ui/tui/projects ui/tui/requests ui/tui/shell ui/tui/signin ui/tui/tokens", ""},
	"ui/tui/tuitest":      {shared + " ui/keymap ui/tui ui/tui/tuitest/fake", ""},
	"ui/tui/tuitest/fake": {"model", ""},

	"ui/tui/list":   {"ui/text ui/tui/shell ui/tui/theme ui/tui/widget", "ui/tui/list"},
	"ui/tui/place":  {"model", ""},
	"ui/tui/query":  {"model ui/text", ""},
	"ui/tui/shell":  {shared, ""},
	"ui/tui/theme":  {"", "ui/tui/theme"},
	"ui/tui/wallet": {"model server/client ui/text ui/tui/widget", "ui/tui/tuitest/fake"},
	"ui/tui/widget": {"ui/text ui/tui/theme", "ui/tui/widget"},

	"ui/tui/signin":      {shared, dashboard},
	"ui/tui/projects":    {shared, dashboard},
	"ui/tui/overview":    {shared, dashboard},
	"ui/tui/credentials": {shared, dashboard},
	"ui/tui/requests":    {shared, dashboard},
	"ui/tui/tokens/...":  {shared + " ui/fetch ui/preset ui/tui/tokens/...", dashboard},

	// What there is to say of a token knows neither the screen nor its colours.
	"ui/tui/tokens/reading": {"model model/inspect/... ui/text", ""},
}

// libraries says which packages may use a library, and which may only in their tests.
// A library that is not here may not be used at all; a package of the standard library
// that is not here may be used everywhere.
var libraries = map[string]allowed{
	"database/sql/...": {"backend/store/...", "."},
	"net/http/...":     {"server/... ui/...", ". assets"},

	"charm.land/...":                          {"ui/...", ""},
	"filippo.io/mldsa/...":                    {"model/inspect/internal/tokentest model/inspect/jwa model/inspect/jwk model/inspect/jws", "model/inspect/..."},
	"github.com/NimbleMarkets/ntcharts/...":   {"ui/tui/widget", ""},
	"github.com/c2sp/wycheproof/...":          {"model/inspect/internal/tokentest", "model/inspect/..."},
	"github.com/charmbracelet/...":            {"ui/...", ""},
	"github.com/chromedp/...":                 {"", "server"},
	"github.com/creack/pty/...":               {"", ". ui/cli"},
	"github.com/emersion/...":                 {"", ". backend/mail"}, // an SMTP server to send to
	"github.com/getkin/kin-openapi/...":       {"", "assets server"},
	"github.com/gofrs/flock/...":              {"server/client server/daemon", ""},
	"github.com/golang-jwt/jwt/...":           {"backend/token", ""},
	"github.com/google/uuid/...":              {"backend backend/requestlog backend/store/... ui/cli", ""},
	"github.com/muesli/...":                   {"ui/cli", ""},
	"github.com/prometheus/client_golang/...": {"server", ""},
	"github.com/rogpeppe/go-internal/...":     {"", "."},
	"github.com/sahilm/fuzzy/...":             {"ui/tui/...", ""},
	"github.com/spf13/...":                    {"ui/cli", ""},
	"github.com/wneessen/go-mail/...":         {"backend/mail", ""},
	"go.yaml.in/yaml/...":                     {"assets", ""},
	"golang.org/x/term/...":                   {". ui/cli ui/tui", ""},
	"modernc.org/sqlite/...":                  {"backend/store/...", "."},
}

// TestWalls checks the imports of every Go file, of tests and of other systems too,
// against the two tables. It reads the files itself: go test caches a result until a
// file or folder changes that the test opened, but doesn't see what a child process
// reads.
func TestWalls(t *testing.T) {
	files := 0
	err := filepath.WalkDir("..", func(name string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && name != ".." && (strings.ContainsRune("._", rune(entry.Name()[0])) || entry.Name() == "testdata"):
			return fs.SkipDir // as the go command does
		case entry.IsDir() || path.Ext(entry.Name()) != ".go":
			return nil
		}
		files++
		source, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, source, parser.ImportsOnly)
		if err != nil {
			return err
		}
		name, err = filepath.Rel("..", name)
		if err != nil {
			return err
		}
		for _, spec := range file.Imports {
			imported, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				return err
			}
			checkImport(t, filepath.ToSlash(name), imported)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if files < 300 {
		t.Errorf("only %d Go files were found", files)
	}
}

func checkImport(t *testing.T, file, imported string) {
	t.Helper()
	pkg := path.Dir(file)
	may, ok := lookup(packages, pkg)
	if !ok {
		t.Errorf("%s: package %s has no line in the table", file, pkg)
		return
	}
	users, known := lookup(libraries, imported)
	inner, ours := strings.CutPrefix(imported, "keydeck/")
	isTest := strings.HasSuffix(file, "_test.go")
	switch {
	case ours && !listed(may, inner, isTest):
		t.Errorf("%s imports %s; %s may import %q, its tests also %q", file, imported, pkg, may.imports, may.tests)
	case !ours && !known && strings.Contains(strings.Split(imported, "/")[0], "."):
		t.Errorf("%s imports %s, a library that has no line in the table", file, imported)
	case known && !listed(users, pkg, isTest):
		t.Errorf("%s imports %s, which is for %q, and for the tests of %q", file, imported, users.imports, users.tests)
	}
}

// lookup finds the line of a package: its own, or the innermost one that covers it.
func lookup(table map[string]allowed, pkg string) (allowed, bool) {
	if a, ok := table[pkg]; ok {
		return a, true
	}
	for dir := pkg; dir != "."; dir = path.Dir(dir) {
		if a, ok := table[dir+"/..."]; ok {
			return a, true
		}
	}
	return allowed{}, false
}

// listed reports whether pkg is among those of a.
func listed(a allowed, pkg string, inTest bool) bool {
	list := strings.Fields(a.imports)
	if inTest {
		list = append(list, strings.Fields(a.tests)...)
	}
	return slices.ContainsFunc(list, func(entry string) bool {
		tree, ok := strings.CutSuffix(entry, "/...")
		return pkg == tree || ok && strings.HasPrefix(pkg, tree+"/")
	})
}
