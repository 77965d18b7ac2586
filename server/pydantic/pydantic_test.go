package pydantic

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"keydeck/model"
)

// What pydantic 2.13 says of these values.
func TestParseUUID(t *testing.T) {
	const id = "84fc585f-073e-4b30-8f74-e650d50c8622"
	for _, s := range []string{id, strings.ToUpper(id), strings.ReplaceAll(id, "-", ""), "{" + id + "}", "urn:uuid:" + id} {
		if got, why := parseUUID(s); got != id || why != "" {
			t.Errorf("parseUUID(%q): got %q, %q", s, got, why)
		}
	}
	refusals := []struct{ text, why string }{
		{"", "invalid length: expected length 32 for simple format, found 0"},
		{"abc", "invalid length: expected length 32 for simple format, found 3"},
		{"84fc585f073e4b308f74e650d50c86222", "invalid length: expected length 32 for simple format, found 33"},
		{"84fc585f-073e-4b30-8f74-e650d50c862", "invalid group length in group 4: expected 12, found 11"},
		{"84fc585-f073e-4b30-8f74-e650d50c8622", "invalid group length in group 0: expected 8, found 7"},
		{"84fc585f-073e4b30-8f74-e650d50c8622", "invalid group count: expected 5, found 4"},
		{id + "-", "invalid group count: expected 5, found 6"},
		{"{84fc585f073e4b308f74e650d50c8622}", "invalid group count: expected 5, found 1"},
		{id + "z", "invalid character: found `z` at 37"},
		{"é", "invalid character: found `é` at 1"},
		{"URN:UUID:" + id, "invalid character: found `U` at 1"},
	}
	for _, tt := range refusals {
		if _, why := parseUUID(tt.text); why != tt.why {
			t.Errorf("parseUUID(%q): got %q, want %q", tt.text, why, tt.why)
		}
	}
}

func TestCheckEmail(t *testing.T) {
	for _, s := range []string{"a@b.co", "ada.lovelace+x@example.com", "o'neil@ex-ample.org", "jörg@müller.de", "x@box.local", "x@a.test"} {
		if why := checkEmail(s); why != "" {
			t.Errorf("checkEmail(%q): got %q, want none", s, why)
		}
	}
	refusals := []struct{ text, why string }{
		{"", "An email address must have an @-sign."},
		{"ada", "An email address must have an @-sign."},
		{"@b.co", "There must be something before the @-sign."},
		{"a@", "There must be something after the @-sign."},
		{"a b@c.de", "The email address contains invalid characters before the @-sign: SPACE."},
		{"a@b@c.de", "The email address contains invalid characters before the @-sign: '@'."},
		{"a\r\nBcc: x@c.de", "The email address contains invalid characters before the @-sign: U+000D, U+000A, ':', SPACE."},
		{".a@c.de", "An email address cannot start with a period."},
		{"a.@c.de", "An email address cannot have a period immediately before the @-sign."},
		{"a..b@c.de", "An email address cannot have two periods in a row."},
		{"a@c_d.de", "The part after the @-sign contains invalid characters: '_'."},
		{"a@.de", "An email address cannot have a period immediately after the @-sign."},
		{"a@c.de.", "An email address cannot end with a period."},
		{"a@c..de", "An email address cannot have two periods in a row."},
		{"a@-c.de", "An email address cannot have a hyphen immediately after the @-sign."},
		{"a@c.de-", "An email address cannot end with a hyphen."},
		{"a@c-.de", "An email address cannot have a period and a hyphen next to each other."},
		{"a@localhost", "The part after the @-sign is not valid. It should have a period."},
		{"a@1.2.3.4", "The part after the @-sign is not valid. It is not within a valid top-level domain."},
		{strings.Repeat("a", 65) + "@c.de", "The email address is too long before the @-sign (1 character too many)."},
		{"a@" + strings.Repeat("b", 65) + ".de", "After the @-sign, periods cannot be separated by so many characters (2 characters too many)."},
		{"a@" + strings.Repeat("b.", 130) + "de", "The email address is too long (10 characters too many)."},
	}
	for _, tt := range refusals {
		if why := checkEmail(tt.text); why != tt.why {
			t.Errorf("checkEmail(%q): got %q, want %q", tt.text, why, tt.why)
		}
	}
}

// checked runs f over a request and returns the detail of the 422 as JSON, "" if
// nothing was wrong.
func checked(t *testing.T, target, body string, f func(*Request)) string {
	t.Helper()
	in := New(httptest.NewRequest(http.MethodPost, target, strings.NewReader(body)))
	f(in)
	err := in.Err()
	if err == nil {
		return ""
	}
	details, ok := errors.AsType[Errors](err)
	if !ok {
		return err.Error()
	}
	raw, err := json.Marshal(details)
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

// bodyOf reads the request's body.
func bodyOf(in *Request) *Body { return in.Body(io.ReadAll(in.http.Body)) }

func TestIntegersInBodies(t *testing.T) {
	const (
		parsing  = `"type":"int_parsing","loc":["body","n"],"msg":"Input should be a valid integer, unable to parse string as an integer"`
		notInt   = `"type":"int_type","loc":["body","n"],"msg":"Input should be a valid integer"`
		fraction = `"type":"int_from_float","loc":["body","n"],"msg":"Input should be a valid integer, got a number with a fractional part"`
		size     = `"type":"int_parsing_size","loc":["body","n"],"msg":"Unable to parse input string as an integer, exceeded maximum size"`
		low      = `"type":"greater_than_equal","loc":["body","n"],"msg":"Input should be greater than or equal to 1"`
		high     = `"type":"less_than_equal","loc":["body","n"],"msg":"Input should be less than or equal to 36500"`
	)
	tests := []struct {
		sent string
		want int
		err  string // without the input
	}{
		{`5`, 5, ""}, {`"5"`, 5, ""}, {`5.0`, 5, ""}, {`5e1`, 50, ""}, {`" +5 "`, 5, ""}, {`"1_000"`, 1000, ""}, {`"5.00"`, 5, ""}, {`"007"`, 7, ""},
		{`"abc"`, 0, parsing}, {`""`, 0, parsing}, {`"5.5"`, 0, parsing}, {`"1__0"`, 0, parsing}, {`"0x5"`, 0, parsing}, {`"1."`, 0, parsing},
		{`"５"`, 0, parsing}, {`"1e3"`, 0, parsing},
		{`true`, 0, notInt}, {`[]`, 0, notInt}, {`{}`, 0, notInt},
		{`5.5`, 0, fraction}, {`1e30`, 0, size}, {`"` + strings.Repeat("9", 5000) + `"`, 0, size},
		{`0`, 0, low}, {`-1`, 0, low}, {`"0"`, 0, low}, {`-99999999999999999999`, 0, low},
		{`36501`, 0, high}, {`99999999999999999999`, 0, high}, {`"99999999999999999999"`, 0, high},
	}
	for _, tt := range tests {
		var got *int
		err := checked(t, "/", `{"n":`+tt.sent+`}`, func(in *Request) { got = bodyOf(in).OptionalInt("n", 36500) })
		switch {
		case tt.err == "":
			if err != "" || got == nil || *got != tt.want {
				t.Errorf("%s: got %v %s, want %d", tt.sent, got, err, tt.want)
			}
		case !strings.HasPrefix(err, `[{`+tt.err+`,"input":`+tt.sent):
			t.Errorf("%.60s: got %.300s, want %s", tt.sent, err, tt.err)
		}
	}
	for _, sent := range []string{`{"n":null}`, `{}`} {
		var got *int
		if err := checked(t, "/", sent, func(in *Request) { got = bodyOf(in).OptionalInt("n", 2) }); err != "" || got != nil {
			t.Errorf("%s: got %v %s, want nil", sent, got, err)
		}
	}
}

func TestBodies(t *testing.T) {
	const object = `"msg":"Input should be a valid dictionary or object to extract fields from"`
	tests := []struct{ name, body, want string }{
		{"empty", ``, `[{"type":"missing","loc":["body"],"msg":"Field required","input":null}]`},
		{"null", `null`, `[{"type":"missing","loc":["body"],"msg":"Field required","input":null}]`},
		{"list", `[1]`, `[{"type":"model_attributes_type","loc":["body"],` + object + `,"input":[1]}]`},
		{"string", `"x"`, `[{"type":"model_attributes_type","loc":["body"],` + object + `,"input":"x"}]`},
		{"unreadable", `{"name": }`, `[{"type":"json_invalid","loc":["body",9],"msg":"JSON decode error","input":{},"ctx":{"error":"Expecting value"}}]`},
		{"both missing, in order", `{"other": 1}`, `[{"type":"missing","loc":["body","name"],"msg":"Field required","input":{"other":1}},` +
			`{"type":"missing","loc":["body","email"],"msg":"Field required","input":{"other":1}}]`},
		{"types", `{"name": 5, "email": null}`, `[{"type":"string_type","loc":["body","name"],"msg":"Input should be a valid string","input":5},` +
			`{"type":"string_type","loc":["body","email"],"msg":"Input should be a valid string","input":null}]`},
		{"short", `{"name": "", "email": "a@b.co"}`, `[{"type":"string_too_short","loc":["body","name"],"msg":"String should have at least 1 character","input":"","ctx":{"min_length":1}}]`},
		{"long", `{"name": "éééé", "email": "a@b.co"}`, `[{"type":"string_too_long","loc":["body","name"],"msg":"String should have at most 3 characters","input":"éééé","ctx":{"max_length":3}}]`},
		{"half a pair", `{"name": "\ud800", "email": "a@b.co"}`, `[{"type":"string_unicode","loc":["body","name"],"msg":"Input should be a valid string, unable to parse raw data as a unicode string","input":"` + "\ufffd" + `"}]`},
		{"no address", `{"name": "x", "email": "ada"}`, `[{"type":"value_error","loc":["body","email"],"msg":"value is not a valid email address: An email address must have an @-sign.","input":"ada","ctx":{"reason":"An email address must have an @-sign."}}]`},
		{"good", `{"name": "éé", "email": " a@b.co "}`, ""},
	}
	for _, tt := range tests {
		got := checked(t, "/", tt.body, func(in *Request) {
			b := bodyOf(in)
			b.Text("name", 1, 3)
			b.Email("email")
		})
		if got != tt.want {
			t.Errorf("%s:\n got %s\nwant %s", tt.name, got, tt.want)
		}
	}
}

func TestListsEnumsAndTimes(t *testing.T) {
	tests := []struct{ name, body, want string }{
		{"no list", `{"scopes":"x"}`, `[{"type":"list_type","loc":["body","scopes"],"msg":"Input should be a valid list","input":"x"}]`},
		{"items", `{"scopes":[1,"a",null,""]}`, `[{"type":"string_type","loc":["body","scopes",0],"msg":"Input should be a valid string","input":1},` +
			`{"type":"string_type","loc":["body","scopes",2],"msg":"Input should be a valid string","input":null},` +
			`{"type":"string_too_short","loc":["body","scopes",3],"msg":"String should have at least 1 character","input":"","ctx":{"min_length":1}}]`},
		{"role", `{"role":"king"}`, `[{"type":"enum","loc":["body","role"],"msg":"Input should be 'owner', 'member' or 'viewer'","input":"king","ctx":{"expected":"'owner', 'member' or 'viewer'"}}]`},
		{"role type", `{"role":5}`, `[{"type":"enum","loc":["body","role"],"msg":"Input should be 'owner', 'member' or 'viewer'","input":5,"ctx":{"expected":"'owner', 'member' or 'viewer'"}}]`},
		{"time type", `{"at":true}`, `[{"type":"datetime_type","loc":["body","at"],"msg":"Input should be a valid datetime","input":true}]`},
		{"time", `{"at":"x"}`, `[{"type":"datetime_from_date_parsing","loc":["body","at"],"msg":"Input should be a valid datetime or date, input is too short","input":"x","ctx":{"error":"input is too short"}}]`},
		{"good", `{"scopes":["a"],"role":"viewer","at":"2024-01-01T00:00:00Z"}`, ""},
		{"none", `{}`, ""},
	}
	for _, tt := range tests {
		got := checked(t, "/", tt.body, func(in *Request) {
			b := bodyOf(in)
			b.Strings("scopes", 64, 4)
			b.Enum("role", "member", "owner", "member", "viewer")
			b.OptionalTime("at")
		})
		if got != tt.want {
			t.Errorf("%s:\n got %s\nwant %s", tt.name, got, tt.want)
		}
	}
	many := checked(t, "/", `{"scopes":[`+strings.Repeat(`"a",`, 64)+`"a"]}`, func(in *Request) { bodyOf(in).Strings("scopes", 64, 1) })
	if want := `"type":"too_long","loc":["body","scopes"],"msg":"List should have at most 64 items after validation, not 65"`; !strings.Contains(many, want) {
		t.Errorf("too many: got %.300s, want %s", many, want)
	}
}

func TestQueryTimes(t *testing.T) {
	want := time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC)
	for _, s := range []string{"2024-01-01T00:00:00Z", "2024-01-01T01:00:00%2B01:00", "2024-01-01+00:00:00", "2024-01-01", "1704067200", "1704067200000", "1704067200.0"} {
		var got *model.Time
		if err := checked(t, "/?since="+s, "", func(in *Request) { got = in.QueryTime("since") }); err != "" || got == nil || !got.Equal(want) {
			t.Errorf("since=%s: got %v %s", s, got, err)
		}
	}
	for _, s := range []string{"", "x", "2024-13-01T00:00:00Z", "2024-02-30", "1e300", "-5", "nan", "0x10", "2024-01-01T00:00:00Zx"} {
		if err := checked(t, "/?since="+s, "", func(in *Request) { in.QueryTime("since") }); !strings.Contains(err, `"datetime_from_date_parsing","loc":["query","since"]`) {
			t.Errorf("since=%s: got %s, want a refusal", s, err)
		}
	}
}

func TestOneOf(t *testing.T) {
	tests := []struct{ body, want, err string }{
		{`{}`, "", ""},
		{`{"a":null}`, "", ""},
		{`{"a":null,"b":1}`, "b", ""},
		{`{"a":1,"c":2}`, "a", `[{"type":"value_error","loc":["body"],"msg":"Value error, send a, b or c, not both","input":{"a":1,"c":2},"ctx":{"error":{}}}]`},
		{`{"a":1,"b":2,"c":3}`, "a", `[{"type":"value_error","loc":["body"],"msg":"Value error, send a, b or c, not all","input":{"a":1,"b":2,"c":3},"ctx":{"error":{}}}]`},
		{``, "", `[{"type":"missing","loc":["body"],"msg":"Field required","input":null}]`},
	}
	for _, tt := range tests {
		var got string
		err := checked(t, "/", tt.body, func(in *Request) { got = bodyOf(in).OneOf("a", "b", "c") })
		if got != tt.want || err != tt.err {
			t.Errorf("%s: got %q %s, want %q %s", tt.body, got, err, tt.want, tt.err)
		}
	}
}

func TestValueError(t *testing.T) {
	body := New(httptest.NewRequest(http.MethodPost, "/", nil)).Body([]byte(`{"claims": {"exp": 1e10}}`), nil)
	tests := []struct {
		body        *Body
		field, want string
	}{
		{body, "claims.exp", `[{"type":"value_error","loc":["body","claims","exp"],"msg":"Value error, no","input":1e10,"ctx":{"error":{}}}]`},
		{body, "name.x", `[{"type":"value_error","loc":["body","name","x"],"msg":"Value error, no","input":null,"ctx":{"error":{}}}]`},
		{nil, "name", `[{"type":"value_error","loc":["body","name"],"msg":"Value error, no","input":null,"ctx":{"error":{}}}]`},
	}
	for _, tt := range tests {
		if got, err := json.Marshal(tt.body.ValueError(tt.field, "no")); err != nil || string(got) != tt.want {
			t.Errorf("%s: got %s (%v), want %s", tt.field, got, err, tt.want)
		}
	}
}

func TestQueryNumbers(t *testing.T) {
	tests := []struct {
		query string
		want  [2]int // page, limit
		err   string
	}{
		{"", [2]int{1, 10}, ""},
		{"page=2&limit=5", [2]int{2, 5}, ""},
		{"page=1&page=3", [2]int{3, 10}, ""},
		{"page=99999999999999999999", [2]int{1<<63 - 1, 10}, ""},
		{"page=abc", [2]int{}, `[{"type":"int_parsing","loc":["query","page"],"msg":"Input should be a valid integer, unable to parse string as an integer","input":"abc"}]`},
		{"page=", [2]int{}, `[{"type":"int_parsing","loc":["query","page"],"msg":"Input should be a valid integer, unable to parse string as an integer","input":""}]`},
		{"page=0&limit=-1", [2]int{}, `[{"type":"greater_than_equal","loc":["query","page"],"msg":"Input should be greater than or equal to 1","input":"0","ctx":{"ge":1}},` +
			`{"type":"greater_than_equal","loc":["query","limit"],"msg":"Input should be greater than or equal to 1","input":"-1","ctx":{"ge":1}}]`},
		{"page=%zz", [2]int{}, `[{"type":"int_parsing","loc":["query","page"],"msg":"Input should be a valid integer, unable to parse string as an integer","input":"%zz"}]`},
	}
	for _, tt := range tests {
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		r.URL.RawQuery = tt.query
		in := New(r)
		got := [2]int{in.QueryInt("page", 1, 1), in.QueryInt("limit", 10, 1)}
		err := ""
		if in.Err() != nil {
			raw, _ := json.Marshal(in.Err())
			err = string(raw)
		}
		if err != tt.err || err == "" && got != tt.want {
			t.Errorf("%s: got %v %s, want %v %s", tt.query, got, err, tt.want, tt.err)
		}
	}
	for query, want := range map[string]string{
		"min_ms=x": "float_parsing", "min_ms=": "float_parsing", "min_ms=0x1p3": "float_parsing", "min_ms=-1": "greater_than_equal",
		"min_ms=nan": "finite_number", "min_ms=inf": "finite_number", "min_ms=1e400": "finite_number",
	} {
		if err := checked(t, "/?"+query, "", func(in *Request) { in.QueryFloat("min_ms") }); !strings.Contains(err, fmt.Sprintf(`"type":%q,"loc":["query","min_ms"]`, want)) {
			t.Errorf("%s: got %s, want %s", query, err, want)
		}
	}
}

func TestIsJSON(t *testing.T) {
	for contentType, want := range map[string]bool{
		"": true, "application/json": true, "Application/JSON; charset=utf-8": true, "application/merge-patch+json": true,
		"text/plain": false, "application/x-www-form-urlencoded": false, "multipart/form-data; boundary=x": false, "text/json": false,
	} {
		if got := isJSON(contentType); got != want {
			t.Errorf("isJSON(%q): got %v, want %v", contentType, got, want)
		}
	}
}
