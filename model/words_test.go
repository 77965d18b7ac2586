package model_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"strconv"
	"testing"
	"unicode/utf8"

	"keydeck/model"
)

// TestEveryReasonHasWords reads the reasons from the source, so that a new one
// can't be forgotten in the table of texts.
func TestEveryReasonHasWords(t *testing.T) {
	file, err := parser.ParseFile(token.NewFileSet(), "errors.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	found := 0
	ast.Inspect(file, func(n ast.Node) bool {
		spec, ok := n.(*ast.ValueSpec)
		if !ok || len(spec.Values) != 1 {
			return true
		}
		if kind, ok := spec.Type.(*ast.Ident); !ok || kind.Name != "Reason" {
			return true
		}
		value, err := strconv.Unquote(spec.Values[0].(*ast.BasicLit).Value)
		if err != nil {
			t.Fatal(err)
		}
		found++
		text := model.Reason(value).Text()
		if n := utf8.RuneCountInString(text.Label); n == 0 || n > 13 {
			t.Errorf("the label of %s, %q, does not fit the column of 13", value, text.Label)
		}
		if text.Past == "" {
			t.Errorf("the reason %s has no sentence", value)
		}
		return true
	})
	if want := len(model.Reasons()); found != want {
		t.Errorf("found %d reasons in the source, and %d with texts", found, want)
	}
}

func TestArticle(t *testing.T) {
	for noun, want := range map[string]string{
		"API key": "an API key", "JWT secret": "a JWT secret", "unknown credential": "an unknown credential",
		"RSA 2048 public key": "an RSA 2048 public key", "EC P-256 private key": "an EC P-256 private key",
		"Ed25519 public key": "an Ed25519 public key", "ML-DSA-65 public key": "an ML-DSA-65 public key",
		"secret of 32 bytes": "a secret of 32 bytes", "": "a ",
	} {
		if got := model.Article(noun); got != want {
			t.Errorf("Article(%q) = %q, want %q", noun, got, want)
		}
	}
}
