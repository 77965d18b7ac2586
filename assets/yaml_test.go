package assets

import (
	"encoding/json"
	"strings"
	"testing"
)

func TestYAMLToJSON(t *testing.T) {
	for name, test := range map[string]struct{ in, want string }{
		"members keep their order":   {"b: 1\na: 2\n", `{"b":1,"a":2}`},
		"nested":                     {"a:\n  b:\n    c: x\n  d: w\ne: z\n", `{"a":{"b":{"c":"x"},"d":"w"},"e":"z"}`},
		"sequence of mappings":       {"a:\n  - b: 1\n    c:\n      d: 2\n  - b: 3\n", `{"a":[{"b":1,"c":{"d":2}},{"b":3}]}`},
		"sequence in its key's line": {"a:\n- 1\n- x\nb: 2\n", `{"a":[1,"x"],"b":2}`},
		"sequence of sequences":      {"- - 1\n  - 2\n- 3\n", `[[1,2],3]`},
		"flow":                       {`a: {b: [1, x, "y, z", 'it''s'], "c d": {}, e: []}`, `{"a":{"b":[1,"x","y, z","it's"],"c d":{},"e":[]}}`},
		"scalars":                    {"- null\n- true\n- -1.5e3\n- 0.1.0\n- \"1\"\n- a:b\n- <x>\n", `[null,true,-1.5e3,"0.1.0","1","a:b","<x>"]`},
		"literal":                    {"a: |\n  x: 1\n\n    # y\n  z\n\nb: |-\n  w\n", `{"a":"x: 1\n\n  # y\nz\n","b":"w"}`},
		"comments and empty lines":   {"# one\n\na: 1\n  # two\nb: 2\n", `{"a":1,"b":2}`},
		"quoted keys and escapes":    {`"200": "é\n…"`, `{"200":"é\n…"}`},
		"line ends of Windows":       {"a: 1\r\nb: |\r\n  x\r\n", `{"a":1,"b":"x\n"}`},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := yamlToJSON([]byte(test.in))
			if err != nil {
				t.Fatal(err)
			}
			if string(got) != test.want {
				t.Errorf("got  %s\nwant %s", got, test.want)
			}
		})
	}
}

func TestYAMLToJSONRefusesWhatItDoesNotRead(t *testing.T) {
	for name, test := range map[string]struct{ in, want string }{
		"nothing":                  {"# only a comment\n", "first column"},
		"indented document":        {"  a: 1\n", "first column"},
		"tab":                      {"a:\n\tb: 1\n", "line 2: a tab"},
		"anchor":                   {"a: &x 1\n", "line 1: "},
		"alias":                    {"a: *x\n", "line 1: "},
		"tag":                      {"a: !!str 1\n", "line 1: "},
		"folded block":             {"a: >-\n  x\n", "line 1: "},
		"plain over two lines":     {"a: x\n  y\n", "line 2: "},
		"flow over two lines":      {"a: [1,\n  2]\n", "line 1: a flow collection that does not end"},
		"quote over two lines":     {"a: \"x\n  y\"\n", "line 1: a quote that does not end"},
		"comment behind a value":   {"a: x # why\n", "line 1: "},
		"colon in a plain scalar":  {"a: x: y\n", "line 1: "},
		"duplicate key":            {"a: 1\nb: 2\na: 3\n", `line 3: the key "a" twice`},
		"duplicate key in flow":    {"a: {b: 1, b: 2}\n", "line 1: "},
		"key without a value":      {"a:\nb: 1\n", "line 1: a key without a value"},
		"entry without a value":    {"a:\n  -\n", "line 2: an entry without a value"},
		"comment behind a dash":    {"a:\n  - # why\n", "line 2: an entry without a value"},
		"number as a plain key":    {"200: x\n", "line 1: "},
		"octal or decimal":         {"a: 042137\n", "line 1: "},
		"yes":                      {"a: yes\n", "line 1: "},
		"deeper than its siblings": {"a: 1\n   b: 2\n", "line 2: wrong indentation"},
		"shallower than expected":  {"a:\n    b: 1\n  c: 2\n", "line 3: wrong indentation"},
		"after a flow value":       {"a: {} x\n", "line 1: "},
		"missing comma":            {"a: {b: {} c: 1}\n", "line 1: a comma is missing"},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := yamlToJSON([]byte(test.in))
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %s, %v; want an error with %q", got, err, test.want)
			}
		})
	}
}

func FuzzYAMLToJSON(f *testing.F) {
	f.Add("a:\n  - b: {c: [1, 'x']}\n")
	f.Add("a: |\n  x\n")
	f.Add("- - \"")
	f.Fuzz(func(t *testing.T, in string) {
		if got, err := yamlToJSON([]byte(in)); err == nil && !json.Valid(got) {
			t.Errorf("%q became %s", in, got)
		}
	})
}
