package assets_test

import (
	"bytes"
	"encoding/json"
	"maps"
	"os"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"

	"keydeck/assets"
	"keydeck/model"
)

func load(t *testing.T) *openapi3.T {
	t.Helper()
	doc, err := openapi3.NewLoader().LoadFromFile("openapi.yaml")
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

type operation struct {
	name string // "GET /v1/healthz"
	path string
	*openapi3.Operation
}

func operations(t *testing.T, doc *openapi3.T) []operation {
	t.Helper()
	var out []operation
	for path, item := range doc.Paths.Map() {
		for method, op := range item.Operations() {
			out = append(out, operation{method + " " + path, path, op})
		}
	}
	slices.SortFunc(out, func(a, b operation) int { return strings.Compare(a.name, b.name) })
	if len(out) < 40 {
		t.Fatalf("got %d operations, want all of them", len(out))
	}
	return out
}

func TestOpenAPIIsValid(t *testing.T) {
	doc := load(t)
	// Validate checks the examples against their schemas too.
	if err := doc.Validate(t.Context(), openapi3.EnableExamplesValidation()); err != nil {
		t.Fatal(err)
	}
	if got := doc.OpenAPI; !strings.HasPrefix(got, "3.1.") {
		t.Errorf("got OpenAPI %s, want 3.1", got)
	}
}

func TestOpenAPIJSONIsTheSameDocument(t *testing.T) {
	text, err := assets.OpenAPIJSON()
	if err != nil {
		t.Fatal(err)
	}
	fromJSON, err := openapi3.NewLoader().LoadFromData(text)
	if err != nil {
		t.Fatal(err)
	}
	got, want := generic(t, fromJSON), generic(t, load(t))
	if !reflect.DeepEqual(got, want) {
		t.Error("the JSON is another document than the YAML")
	}

	// Members keep their order: paths as written, not sorted.
	order := []string{`"/v1/token/get"`, `"/{service}/{tenantid}/v1/authenticateKeys"`, `"/":`, `"/auth/verification/send-code"`, `"/.well-known/jwks.json"`, `"components"`}
	last := -1
	for _, s := range order {
		at := bytes.Index(text, []byte(s))
		if at <= last {
			t.Errorf("%s is at %d, want it behind %d", s, at, last)
		}
		last = at
	}

	again, err := assets.OpenAPIJSON()
	if err != nil || &again[0] != &text[0] {
		t.Errorf("the second call converted again, or failed: %v", err)
	}
}

func generic(t *testing.T, doc *openapi3.T) any {
	t.Helper()
	text, err := doc.MarshalJSON()
	if err != nil {
		t.Fatal(err)
	}
	var out any
	if err := json.Unmarshal(text, &out); err != nil {
		t.Fatal(err)
	}
	return out
}

func TestOperationsAreComplete(t *testing.T) {
	doc := load(t)
	var tags []string
	for _, tag := range doc.Tags {
		tags = append(tags, tag.Name)
	}
	ids := map[string]string{}
	for _, op := range operations(t, doc) {
		t.Run(op.name, func(t *testing.T) {
			if other, taken := ids[op.OperationID]; taken || op.OperationID == "" {
				t.Errorf("operationId %q is empty or also that of %s", op.OperationID, other)
			}
			ids[op.OperationID] = op.name
			if op.Summary == "" || op.Description == "" {
				t.Error("summary or description is missing")
			}
			if len(op.Tags) != 1 || !slices.Contains(tags, op.Tags[0]) {
				t.Errorf("got tags %q, want one of %q", op.Tags, tags)
			}
			if op.Security == nil {
				t.Error("security is missing: [] says that none is needed")
			}
			needsCredential := op.Security != nil && len(*op.Security) > 0
			if documents401 := op.Responses.Value("401") != nil; needsCredential && !documents401 {
				t.Error("needs a credential, but has no 401")
			}
			for _, status := range []string{"413", "415", "431"} {
				if op.Responses.Value(status) == nil {
					t.Errorf("has no %s", status)
				}
			}
			var declared []string
			for _, p := range op.Parameters {
				if p.Value.In == "path" {
					declared = append(declared, p.Value.Name)
				}
			}
			var inPath []string
			for _, m := range regexp.MustCompile(`\{(\w+)\}`).FindAllStringSubmatch(op.path, -1) {
				inPath = append(inPath, m[1])
			}
			if !slices.Equal(inPath, declared) {
				t.Errorf("got path parameters %q, want %q", declared, inPath)
			}
		})
	}
}

// An example is checked by visit, which gets the place, the schema and the value.
func eachExample(t *testing.T, doc *openapi3.T, visit func(where string, schema *openapi3.Schema, value any, asRequest bool)) {
	t.Helper()
	content := func(where string, c openapi3.Content, asRequest bool) {
		for mediaType, media := range c {
			where := where + " " + mediaType
			if media.Schema == nil {
				t.Errorf("%s has no schema", where)
				continue
			}
			if media.Example == nil && len(media.Examples) == 0 {
				t.Errorf("%s has no example", where)
			}
			if media.Example != nil {
				visit(where, media.Schema.Value, media.Example, asRequest)
			}
			for name, example := range media.Examples {
				visit(where+" "+name, media.Schema.Value, example.Value.Value, asRequest)
			}
		}
	}
	response := func(where string, r *openapi3.Response) {
		content(where, r.Content, false)
		if r.Headers["X-Request-Id"] == nil {
			t.Errorf("%s has no X-Request-Id", where)
		}
		for name, header := range r.Headers {
			where := where + " header " + name
			if header.Value.Example == nil {
				t.Errorf("%s has no example", where)
			}
			visit(where, header.Value.Schema.Value, header.Value.Example, false)
		}
	}
	for _, op := range operations(t, doc) {
		for _, p := range op.Parameters {
			where := op.name + " parameter " + p.Value.Name
			if p.Value.Example == nil || p.Value.Description == "" {
				t.Errorf("%s has no example or no description", where)
			}
			visit(where, p.Value.Schema.Value, p.Value.Example, true)
		}
		if op.RequestBody != nil {
			content(op.name+" request", op.RequestBody.Value.Content, true)
		}
		for status, r := range op.Responses.Map() {
			response(op.name+" "+status, r.Value)
		}
	}
	for name, r := range doc.Components.Responses {
		response("component "+name, r.Value)
	}
}

func TestExamplesFitTheirSchemas(t *testing.T) {
	seen := 0
	eachExample(t, load(t), func(where string, schema *openapi3.Schema, value any, asRequest bool) {
		seen++
		as := openapi3.VisitAsResponse()
		if asRequest {
			as = openapi3.VisitAsRequest()
		}
		if err := schema.VisitJSON(value, openapi3.EnableJSONSchema2020(), as); err != nil {
			t.Errorf("%s: %v", where, err)
		}
	})
	if seen < 500 {
		t.Errorf("got %d examples, want more", seen)
	}
}

// A strict schema is only worth something if it refuses: every example of an
// answer must be refused once it has one member too many or one too few.
func TestSchemasOfAnswersAreStrict(t *testing.T) {
	free := map[string]bool{"GET /openapi.json 200 application/json": true} // a whole OpenAPI document
	eachExample(t, load(t), func(where string, schema *openapi3.Schema, value any, asRequest bool) {
		object, ok := value.(map[string]any)
		if !ok || asRequest || free[where] {
			return
		}
		refused := func(change string, changed map[string]any) {
			if err := schema.VisitJSON(changed, openapi3.EnableJSONSchema2020(), openapi3.VisitAsResponse()); err == nil {
				t.Errorf("%s: accepted %s", where, change)
			}
		}
		more := maps.Clone(object)
		more["surplus"] = true
		refused("a member too many", more)
		if data, ok := object["data"].(map[string]any); ok {
			data = maps.Clone(data)
			data["surplus"] = true
			inside := maps.Clone(object)
			inside["data"] = data
			refused("a member too many in data", inside)
		}
		optional := map[string]bool{"detail": schema.Properties["traceId"] != nil, "errors": true} // of Problem
		for name := range object {
			if optional[name] {
				continue
			}
			less := maps.Clone(object)
			delete(less, name)
			refused("it without "+name, less)
		}
	})
}

// The document's members are those of the types that the server encodes.
func TestSchemasHaveTheMembersOfTheModel(t *testing.T) {
	schemas := load(t).Components.Schemas
	for name, v := range map[string]any{
		"User": model.User{}, "ProjectRef": model.ProjectRef{}, "Billing": model.Billing{}, "Project": model.Project{},
		"Member": model.Member{}, "Session": model.Session{}, "TokenPair": model.TokenPair{},
		"Revoked": model.Revoked{}, "Inspection": model.Inspection{},
		"Trace": model.Trace{}, "TraceStep": model.TraceStep{}, "SignRequest": model.SignRequest{}, "SignedToken": model.SignedToken{},
		"SigningKey": model.SigningKey{}, "JWK": model.JWK{}, "JWKS": model.JWKS{}, "Pagination": model.Pagination{},
		"RequestRecord": model.RequestRecord{}, "RequestPage": model.RequestPage{}, "Overview": model.Overview{}, "MinuteCount": model.MinuteCount{},
		"CredentialCount": model.CredentialCount{}, "RouteCount": model.RouteCount{}, "RefusalCount": model.RefusalCount{},
		"Attention": model.Attention{}, "LogStats": model.LogStats{}, "CredentialUse": model.CredentialUse{}, "AddressCount": model.AddressCount{},
		"APIKeyPage": model.Page[model.IssuedCredential]{}, "Route": model.Route{}, "Acceptance": model.Acceptance{}, "Credential": model.Credential{}, "CredentialPage": model.CredentialPage{},
		"CursorPagination": model.CursorPagination{},
	} {
		t.Run(name, func(t *testing.T) {
			if schemas[name] == nil {
				t.Fatal("no such schema")
			}
			var want, required []string
			for _, f := range reflect.VisibleFields(reflect.TypeOf(v)) {
				member, option, _ := strings.Cut(f.Tag.Get("json"), ",")
				want = append(want, member)
				if !strings.HasPrefix(option, "omit") {
					required = append(required, member)
				}
			}
			slices.Sort(want)
			slices.Sort(required)
			schema := schemas[name].Value
			if got := slices.Sorted(maps.Keys(schema.Properties)); !slices.Equal(got, want) {
				t.Errorf("properties:\ngot  %q\nwant %q", got, want)
			}
			if got := slices.Sorted(slices.Values(schema.Required)); !slices.Equal(got, required) {
				t.Errorf("required:\ngot  %q\nwant %q", got, required)
			}
		})
	}
}

// The document's members of each kind of credential are those of its own shape.
func TestSchemasHaveTheMembersOfTheKinds(t *testing.T) {
	schemas := load(t).Components.Schemas
	names := map[model.Kind]string{model.KindAPIKey: "APIKey", model.KindJWTSecret: "JWTSecret", model.KindKeyPair: "KeyPair"}
	for _, kind := range model.CredentialKinds {
		c := model.IssuedCredential{Credential: model.Credential{Kind: kind}, Secrets: make([]string, len(kind.Spec().Secrets))}
		raw, err := json.Marshal(c)
		var members map[string]any
		if err != nil || json.Unmarshal(raw, &members) != nil || schemas[names[kind]] == nil {
			t.Fatalf("%s: %s, %v, schema %q", kind, raw, err, names[kind])
		}
		schema := schemas[names[kind]].Value
		want := slices.Sorted(maps.Keys(members))
		if got := slices.Sorted(maps.Keys(schema.Properties)); !slices.Equal(got, want) {
			t.Errorf("%s has properties\n%q, want\n%q", kind, got, want)
		}
		if got := slices.Sorted(slices.Values(schema.Required)); !slices.Equal(got, want) {
			t.Errorf("%s requires\n%q, want\n%q", kind, got, want)
		}
	}
}

// Wherever the document lists kinds that are issued, it has all of them.
func TestKindsAreListedWhole(t *testing.T) {
	raw, err := os.ReadFile("openapi.yaml")
	if err != nil {
		t.Fatal(err)
	}
	lists := regexp.MustCompile(`enum: \[[^\]]*\bapi_key\b[^\]]*\]|(?m)(?:^ +- [a-z_]+\n)*^ +- api_key\n(?:^ +- [a-z_]+\n)*`).FindAllString(string(raw), -1)
	if len(lists) < 3 {
		t.Fatalf("only %d lists were found", len(lists))
	}
	for _, list := range lists {
		for _, kind := range model.CredentialKinds {
			if !regexp.MustCompile(`\b` + string(kind) + `\b`).MatchString(list) {
				t.Errorf("%s is not in %q", kind, list)
			}
		}
	}
}
