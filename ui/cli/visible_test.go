package cli

import (
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"keydeck/model"
	"keydeck/ui/text"
)

// TestSprintfMakesTextVisible gives text to sprintf in every form that it comes in.
func TestSprintfMakesTextVisible(t *testing.T) {
	const hostile = "a\x1b[31m\u202e\nb"
	for _, v := range []any{hostile, model.Kind(hostile), errors.New(hostile)} {
		if got, want := sprintf("%s|%d", v, 7), text.Visible(hostile)+"|7"; got != want {
			t.Errorf("%T: got %q, want %q", v, got, want)
		}
	}
	s := newShell(t, nil)
	table := table{head: []string{"A"}}
	table.add(hostile)
	for name, err := range map[string]error{
		"printf": s.printf("%s\n", hostile), "table": s.printTable(nil, table, ""), "pairs": s.printPairs([][2]string{{"a", hostile}}),
		"JSON": s.printJSON(map[string]string{"a": hostile}),
	} {
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	s.notef("%s", hostile)
	for line := range strings.Lines(s.out.String() + s.err.String()) {
		if line = strings.TrimSuffix(line, "\n"); text.Visible(line) != line || line == "b" {
			t.Errorf("printed: %q", line)
		}
	}
}

// TestOnlySprintfPrints reads the commands: what they say is formatted by sprintf, which
// makes it visible. Only these functions print something that is ready: the manual, keys
// and JSON.
func TestOnlySprintfPrints(t *testing.T) {
	ready := []string{"print.go", "help.go manCommand", "jwt_keygen.go run", "jwt_jwks.go printPEM"}
	own := []string{"print.go print", "print.go notef", "confirm.go readLine", "app.go root", "help.go colours", "serve.go needTerminal"}
	files, err := filepath.Glob("*.go")
	if err != nil || len(files) == 0 {
		t.Fatal(err)
	}
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, decl := range file.Decls {
			fn, ok := decl.(*ast.FuncDecl)
			if !ok {
				continue
			}
			in := name + " " + fn.Name.Name
			ast.Inspect(fn, func(n ast.Node) bool {
				s, ok := n.(*ast.SelectorExpr)
				if !ok {
					return true
				}
				x, _ := s.X.(*ast.Ident)
				switch of := s.Sel.Name; {
				case x != nil && x.Name == "fmt" && (strings.HasPrefix(of, "Print") || strings.HasPrefix(of, "Fprint")) && name != "print.go":
					t.Errorf("%s calls fmt.%s; sprintf, printf and notef make text visible", in, of)
				case (of == "Stdout" || of == "Stderr") && !slices.Contains(own, in):
					t.Errorf("%s uses %s; printf and notef make text visible", in, of)
				case of == "print" && !slices.Contains(ready, in) && !slices.Contains(ready, name):
					t.Errorf("%s prints what nobody made visible", in)
				}
				return true
			})
		}
	}
}
