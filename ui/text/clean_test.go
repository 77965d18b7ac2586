package text

import (
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"keydeck/model"
)

const hostile = "a\x1b[31m\u202eb"

func TestCleanReachesEveryString(t *testing.T) {
	type named string
	type nested struct {
		Text   string
		Secret string `visible:"-"`
	}
	type all struct {
		nested
		Plain     string
		Named     named
		Pointer   *string
		None      *string
		List      []named
		Array     [1]string
		Structs   []nested
		Map       map[named]nested
		Headers   map[string][]string
		Anything  any
		Nothing   any
		Bytes     []byte
		Raw       json.RawMessage
		At        time.Time
		unchanged string
	}
	s, raw := hostile, nested{hostile, hostile}
	v := all{raw, s, named(s), &s, nil, []named{named(s)}, [1]string{s}, []nested{raw}, map[named]nested{named(s): raw},
		map[string][]string{"k": {s}}, map[string]any{"k": s}, nil, []byte(s), json.RawMessage(s), time.Unix(0, 0), s}
	c, shown := Visible(hostile), nested{Visible(hostile), hostile}
	want := all{shown, c, named(c), &c, nil, []named{named(c)}, [1]string{c}, []nested{shown}, map[named]nested{named(c): shown},
		map[string][]string{"k": {c}}, map[string]any{"k": c}, nil, []byte(hostile), json.RawMessage(hostile), time.Unix(0, 0), hostile}
	if Clean(&v); !reflect.DeepEqual(v, want) {
		t.Errorf("Clean gave\n%+v, want\n%+v", v, want)
	}
	Clean((*all)(nil))
}

// rawMembers are the members of the model that are copied as they are.
var rawMembers = map[string]bool{
	"IssuedCredential.Secrets": true,
	"TokenPair.AccessToken":    true, "TokenPair.RefreshToken": true, "SignedToken.Token": true,
}

// TestCleanReachesTheModel fills every string of every type with a JSON form. A new
// type must be listed here, and a new member cannot be forgotten.
func TestCleanReachesTheModel(t *testing.T) {
	seen := map[string]bool{}
	for _, v := range []any{
		&model.User{}, &model.Project{}, &model.Member{}, &model.Session{}, &model.TokenPair{}, &model.Mail{}, &model.Status{},
		&model.IssuedCredential{}, &model.Route{}, &model.Page[model.Project]{}, &model.CredentialPage{}, &model.CredentialSpec{}, &model.CredentialPatch{},
		&model.Revoked{}, &model.InspectRequest{}, &model.SigningKey{}, &model.JWKS{}, &model.TraceRequest{}, &model.Trace{},
		&model.SignRequest{}, &model.SignedToken{}, &model.Overview{}, &model.CredentialUse{}, &model.RotateSpec{}, &model.RequestPage{}, &model.Event{},
	} {
		root := reflect.ValueOf(v).Elem()
		name, _, _ := strings.Cut(root.Type().Name(), "[")
		walk(t, root, name, seen, func(_ string, s reflect.Value) { s.SetString(hostile) })
		Clean(v)
		walk(t, root, name, nil, func(member string, s reflect.Value) {
			if want := rawMembers[member]; (s.String() == hostile) != want {
				t.Errorf("%s is %q; raw should be %v", member, s, want)
			}
		})
	}
	for _, name := range jsonTypes(t) {
		if !seen[name] {
			t.Errorf("model.%s is not among the types here", name)
		}
	}
}

// walk calls f for every string in v, by the type and field it is in. With seen, it
// makes what is nil or empty and notes the types.
func walk(t *testing.T, v reflect.Value, member string, seen map[string]bool, f func(member string, s reflect.Value)) {
	switch v.Kind() {
	case reflect.String:
		f(member, v)
	case reflect.Pointer:
		if seen != nil {
			v.Set(reflect.New(v.Type().Elem()))
		}
		walk(t, v.Elem(), member, seen, f)
	case reflect.Slice:
		if v.Type().Elem().Kind() == reflect.Uint8 {
			return
		}
		if seen != nil {
			v.Set(reflect.MakeSlice(v.Type(), 1, 1))
		}
		for i := range v.Len() {
			walk(t, v.Index(i), member, seen, f)
		}
	case reflect.Array:
		for i := range v.Len() {
			walk(t, v.Index(i), member, seen, f)
		}
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[model.Time]() {
			return
		}
		name, _, _ := strings.Cut(v.Type().Name(), "[")
		if seen != nil {
			seen[name] = true
		}
		for i := range v.NumField() {
			walk(t, v.Field(i), name+"."+v.Type().Field(i).Name, seen, f)
		}
	case reflect.Bool, reflect.Int, reflect.Int64, reflect.Float64:
	default:
		t.Errorf("%s is a %s, which this test does not fill", member, v.Kind())
	}
}

// jsonTypes are the structs of package model that have JSON members.
func jsonTypes(t *testing.T) (names []string) {
	t.Helper()
	files, err := filepath.Glob("../../model/*.go")
	if err != nil || len(files) == 0 {
		t.Fatal("no files of package model", err)
	}
	for _, file := range files {
		parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		ast.Inspect(parsed, func(n ast.Node) bool {
			spec, ok := n.(*ast.TypeSpec)
			if !ok {
				return true
			}
			if s, ok := spec.Type.(*ast.StructType); ok {
				for _, f := range s.Fields.List {
					if f.Tag != nil && strings.Contains(f.Tag.Value, "json:") {
						names = append(names, spec.Name.Name)
						break
					}
				}
			}
			return false
		})
	}
	return names
}
