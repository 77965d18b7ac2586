package assets

import "testing"

func TestYAMLToJSON(t *testing.T) {
	for name, test := range map[string]struct{ in, want string }{
		"members keep their order":   {"b: 1\na: 2\n", `{"b":1,"a":2}`},
		"nested":                     {"a:\n  b:\n    c: x\n  d: w\ne: z\n", `{"a":{"b":{"c":"x"},"d":"w"},"e":"z"}`},
		"sequence of mappings":       {"a:\n  - b: 1\n    c:\n      d: 2\n  - b: 3\n", `{"a":[{"b":1,"c":{"d":2}},{"b":3}]}`},
		"sequence in its key's line": {"a:\n- 1\n- x\nb: 2\n", `{"a":[1,"x"],"b":2}`},
		"sequence of sequences":      {"- - 1\n  - 2\n- 3\n", `[[1,2],3]`},
		"flow":                       {`a: {b: [1, x, "y, z", 'it''s'], "c d": {}, e: []}`, `{"a":{"b":[1,"x","y, z","it's"],"c d":{},"e":[]}}`},
		"scalars":                    {"- null\n- true\n- -1.5e3\n- 0.1.0\n- \"1\"\n- a:b\n- <x>\n", `[null,true,-1500,"0.1.0","1","a:b","<x>"]`},
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
	for name, in := range map[string]string{
		"nothing":       "# only a comment\n",
		"broken":        "a: {b: {} c: 1}\n",
		"alias":         "a: &x 1\nb: *x\n",
		"merge":         "a: {b: 1}\nc:\n  <<: {d: 1}\n",
		"duplicate key": "a: 1\nb: 2\na: 3\n",
		"not a number":  "a: .nan\n",
	} {
		t.Run(name, func(t *testing.T) {
			if got, err := yamlToJSON([]byte(in)); err == nil {
				t.Errorf("got %s, want an error", got)
			}
		})
	}
}
