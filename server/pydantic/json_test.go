package pydantic

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"keydeck/model"
)

// What Python's json module says of these texts, position and words.
func TestParseJSONRefusals(t *testing.T) {
	tests := []struct {
		text string
		pos  int
		msg  string
	}{
		{``, 0, "Expecting value"},
		{" \n ", 3, "Expecting value"},
		{`nope`, 0, "Expecting value"},
		{`tru`, 0, "Expecting value"},
		{`-`, 0, "Expecting value"},
		{`{`, 1, "Expecting property name enclosed in double quotes"},
		{`{a:1}`, 1, "Expecting property name enclosed in double quotes"},
		{`{'a':1}`, 1, "Expecting property name enclosed in double quotes"},
		{`{,}`, 1, "Expecting property name enclosed in double quotes"},
		{`{"a":1,`, 7, "Expecting property name enclosed in double quotes"},
		{`{"a":1,}`, 7, "Expecting property name enclosed in double quotes"},
		{`{"a"`, 4, "Expecting ':' delimiter"},
		{`{"a" 1}`, 5, "Expecting ':' delimiter"},
		{`{"a":`, 5, "Expecting value"},
		{`{"a":1`, 6, "Expecting ',' delimiter"},
		{`{"a":1 "b":2}`, 7, "Expecting ',' delimiter"},
		{`[1 2]`, 3, "Expecting ',' delimiter"},
		{`[1,`, 3, "Expecting value"},
		{`[1,]`, 3, "Expecting value"},
		{`[,]`, 1, "Expecting value"},
		{`{} x`, 3, "Extra data"},
		{`01`, 1, "Extra data"},
		{`1.`, 1, "Extra data"},
		{`1e`, 1, "Extra data"},
		{"{\"a\":\"\x01\"}", 6, "Invalid control character at"},
		{`{"a":"\q"}`, 6, `Invalid \escape`},
		{`"\u12"`, 2, `Invalid \uXXXX escape`},
		{`"\u12G4"`, 2, `Invalid \uXXXX escape`},
		{`{"a":"x`, 5, "Unterminated string starting at"},
		{`"\`, 0, "Unterminated string starting at"},
		{`["é" 1]`, 5, "Expecting ',' delimiter"}, // characters are counted, not bytes
		{"[\"é\xff\"]", 3, "Invalid UTF-8"},
		{`NaN`, 0, "Expecting value"}, // Python takes it; no JSON answer could echo it
	}
	for _, tt := range tests {
		_, err := ParseJSON(tt.text)
		got, ok := errors.AsType[*SyntaxError](err)
		if !ok || got.Pos != tt.pos || got.Msg != tt.msg {
			t.Errorf("ParseJSON(%q): got %v, want %q at %d", tt.text, err, tt.msg, tt.pos)
		}
	}
}

func TestParseJSONValues(t *testing.T) {
	v, err := ParseJSON("\ufeff" + ` {"a": [1, -2.5e3, "x\n\u00e9\ud83d\ude00", true, null, {}], "b": 1, "b": 2, "c": "\ud800"} `)
	if err != nil {
		t.Fatal(err)
	}
	a, _ := v.Member("a")
	var kinds []kind
	for _, item := range a.items {
		kinds = append(kinds, item.kind)
	}
	want := []kind{kindInt, kindFloat, kindString, kindBool, kindNull, kindObject}
	for i := range want {
		if kinds[i] != want[i] {
			t.Errorf("item %d: got kind %d, want %d", i, kinds[i], want[i])
		}
	}
	if got := a.items[2].text; got != "x\né😀" {
		t.Errorf("string: got %q", got)
	}
	if b, _ := v.Member("b"); b.raw != "2" {
		t.Errorf("of two members: got %s, want the last", b.raw)
	}
	if c, _ := v.Member("c"); !c.lone || c.raw != `"\ud800"` {
		t.Errorf("half a surrogate pair: got %+v", c)
	}
	if _, ok := v.Member("d"); ok {
		t.Error("a member that is not there was found")
	}
}

func TestParseJSONDepth(t *testing.T) {
	nested := func(n int) string { return strings.Repeat("[", n) + strings.Repeat("]", n) }
	if _, err := ParseJSON(nested(model.MaxJSONDepth)); err != nil {
		t.Errorf("depth %d: got %v", model.MaxJSONDepth, err)
	}
	if _, err := ParseJSON(nested(model.MaxJSONDepth + 1)); model.CodeOf(err) != model.CodeTooLarge {
		t.Errorf("depth %d: got %v, want too large", model.MaxJSONDepth+1, err)
	}
	if _, err := ParseJSON(strings.Repeat(`{"a":`, 60000)); model.CodeOf(err) != model.CodeTooLarge {
		t.Errorf("very deep: got %v, want too large", err)
	}
}

func FuzzParseJSON(f *testing.F) {
	for _, seed := range []string{`{"a":[1,-2.5e3,"x\u00e9\ud83d\ude00",true,null]}`, `"\`, `{"a"`, "\ufeff1", `"\ud800"`, "\xff"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		v, err := ParseJSON(text)
		if err != nil {
			if bad, ok := errors.AsType[*SyntaxError](err); ok && (bad.Pos < 0 || bad.Pos > len(text)) {
				t.Fatalf("position %d in %d bytes", bad.Pos, len(text))
			}
			return
		}
		// What was taken, the standard library takes too, so it can be echoed.
		if !json.Valid([]byte(v.raw)) {
			t.Fatalf("took %q, which is no JSON", text)
		}
	})
}
