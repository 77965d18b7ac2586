package strict

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
)

func TestParseObjectRefuses(t *testing.T) {
	tests := []struct {
		name, text string
		offset     int
	}{
		{"empty", "", 0},
		{"white space only", " \n", 2},
		{"array", "[]", 0},
		{"string", `"a"`, 0},
		{"unclosed", `{"a":1`, 6},
		{"trailing comma", `{"a":1,}`, 7},
		{"leading comma", `{,"a":1}`, 1},
		{"no colon", `{"a" 1}`, 5},
		{"no value", `{"a":}`, 5},
		{"bare name", `{a:1}`, 1},
		{"single quotes", `{'a':1}`, 1},
		{"trailing text", `{"a":1}x`, 7},
		{"two objects", `{}{}`, 2},
		{"trailing NUL", "{}\x00", 2},
		{"byte order mark", "\ufeff{}", 0},
		{"comment", `{/**/}`, 1},
		{"leading zero", `{"a":01}`, 6},
		{"plus", `{"a":+1}`, 5},
		{"bare point", `{"a":1.}`, 7},
		{"bare exponent", `{"a":1e}`, 7},
		{"NaN", `{"a":NaN}`, 5},
		{"Infinity", `{"a":Infinity}`, 5},
		{"minus alone", `{"a":-}`, 6},
		{"capital literal", `{"a":True}`, 5},
		{"cut literal", `{"a":tru}`, 5},
		{"line break in string", "{\"a\":\"\n\"}", 6},
		{"NUL in string", "{\"a\":\"\x00\"}", 6},
		{"invalid UTF-8", "{\"a\":\"\xff\"}", 6},
		{"overlong UTF-8", "{\"a\":\"\xc0\x80\"}", 6},
		{"surrogate in UTF-8", "{\"a\":\"\xed\xa0\x80\"}", 6},
		{"bad escape", `{"a":"\x"}`, 6},
		{"short \\u", `{"a":"\u12"}`, 6},
		{"signed \\u", `{"a":"\u+123"}`, 6},
		{"lone high surrogate", `{"a":"\ud800"}`, 6},
		{"lone low surrogate", `{"a":"\udc00"}`, 6},
		{"surrogates swapped", `{"a":"\udc00\ud800"}`, 6},
		{"unclosed string", `{"a":"b`, 5},
		{"unclosed escape", `{"a":"\`, 6},
		{"unclosed array", `{"a":[1`, 7},
		{"array with trailing comma", `{"a":[1,]}`, 8},
		{"too deep", `{"a":[[[1]]]}`, 7},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := ParseObject(tt.text, 3)
			var got *SyntaxError
			if !errors.As(err, &got) {
				t.Fatalf("ParseObject(%q) = %v, want a *SyntaxError", tt.text, err)
			}
			if got.Offset != tt.offset {
				t.Errorf("offset %d (%s), want %d", got.Offset, got.Message, tt.offset)
			}
		})
	}
}

func TestParseObjectKeepsOrderAndText(t *testing.T) {
	text := ` { "b" : 1.50 , "\u0061" : "x\ud83d\ude00\n\"" , "c":{"d":[1, 2]} , "\t":null } `
	o, err := ParseObject(text, 64)
	if err != nil {
		t.Fatal(err)
	}
	want := []struct{ name, raw, text string }{
		{"b", "1.50", "1.50"},
		{"a", `"x\ud83d\ude00\n\""`, "x😀\n\""},
		{"c", `{"d":[1, 2]}`, `{"d":[1, 2]}`},
		{"\t", "null", "null"},
	}
	if len(o.Members) != len(want) {
		t.Fatalf("%d members, want %d", len(o.Members), len(want))
	}
	for i, w := range want {
		m := o.Members[i]
		got, _ := m.Text()
		if m.Name != w.name || m.Raw != w.raw || got != w.text {
			t.Errorf("member %d = %q %q %q, want %q", i, m.Name, m.Raw, got, w)
		}
		if text[m.Offset] != '"' || !strings.HasPrefix(text[m.ValueOffset:], m.Raw) {
			t.Errorf("member %d: offsets %d and %d point elsewhere", i, m.Offset, m.ValueOffset)
		}
	}
}

func TestParseObjectListsDuplicates(t *testing.T) {
	var many strings.Builder
	for i := range 20 {
		fmt.Fprintf(&many, `"k%d":0,`, i)
	}
	tests := []struct {
		name, text string
		want       []Duplicate
	}{
		{"none", `{"a":1,"A":2,"b":{"a":1}}`, nil},
		{"plain", `{"a":1,"a":2}`, []Duplicate{{"a", 7, 1}}},
		{"escaped", `{"alg":1,"\u0061lg":2}`, []Duplicate{{"alg", 9, 1}}},
		{"nested", `{"a":{"b":1,"b":2}}`, []Duplicate{{"b", 12, 2}}},
		{"in an array", `{"a":[{"b":1,"b":2}]}`, []Duplicate{{"b", 13, 3}}},
		{"three times", `{"a":1,"a":2,"a":3}`, []Duplicate{{"a", 7, 1}, {"a", 13, 1}}},
		{"among many", "{" + many.String() + `"k3":1,"z":1,"z":2}`, []Duplicate{{"k3", many.Len() + 1, 1}, {"z", many.Len() + 14, 1}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			o, err := ParseObject(tt.text, 64)
			if err != nil {
				t.Fatal(err)
			}
			if fmt.Sprint(o.Duplicates) != fmt.Sprint(tt.want) {
				t.Errorf("got %v, want %v", o.Duplicates, tt.want)
			}
		})
	}
}

// FuzzParseObject holds the scanner against the standard library's decoder: what
// it takes, the other takes too and reads alike.
func FuzzParseObject(f *testing.F) {
	for _, s := range []string{`{}`, `{"a":1}`, `{"a":"\ud83d\ude00","b":[true,false,null,-1.5e+3]}`, `{"a":"\ud800"}`, `{"a":{"b":{}}}`, "{\"\xff\":1}"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		o, err := ParseObject(text, 64)
		if err != nil {
			return
		}
		var want map[string]json.RawMessage
		if err := json.Unmarshal([]byte(text), &want); err != nil {
			t.Fatalf("accepted %q, encoding/json says %v", text, err)
		}
		if len(o.Duplicates) > 0 {
			return
		}
		if len(want) != len(o.Members) {
			t.Fatalf("%d members, encoding/json finds %d in %q", len(o.Members), len(want), text)
		}
		for _, m := range o.Members {
			if got, ok := want[m.Name]; !ok || string(got) != m.Raw {
				t.Fatalf("member %q is %q, encoding/json has %q", m.Name, m.Raw, got)
			}
			if got, isString := m.Text(); isString {
				var s string
				if err := json.Unmarshal([]byte(m.Raw), &s); err != nil || s != got {
					t.Fatalf("%s decodes to %q, encoding/json has %q (%v)", m.Raw, got, s, err)
				}
			}
		}
	})
}

// A number that ends with the text may have been cut, and is not shown for what it
// is not.
func TestCutNumberIsNoMember(t *testing.T) {
	for text, want := range map[string]int{
		`{"iss":"me","exp":18`: 1, `{"exp":1.`: 0, `{"exp":18,`: 1, `{"exp":18}`: 1, `{"a":true`: 1, `{"a":"x"`: 1, `{"a":[1`: 0, `{"a":-`: 0, `{"a":1e5`: 0,
	} {
		if object, _ := ParseObject(text, 8); len(object.Members) != want {
			t.Errorf("%s: %d members, want %d", text, len(object.Members), want)
		}
	}
}

// A line break within base64 is a fault, though the library passes over it.
func TestDecodeStrictRefusesLineBreaks(t *testing.T) {
	for segment, want := range map[string]string{
		"AA\nAA": "x: invalid base64 at byte 2", "AAA=": "x: base64 with padding at byte 3", "AB": "x: base64 with spare bits that are not zero at byte 1", "A": "x: invalid base64 at byte 1: a character is missing or one too many",
	} {
		if _, err := Decode("x", segment); err == nil || err.Error() != want {
			t.Errorf("%q: %v, want %q", segment, err, want)
		}
	}
}
