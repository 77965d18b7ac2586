package tokens

import (
	"strings"

	"keydeck/model"
	"keydeck/model/inspect/strict"
)

// layoutJSON puts every member of an object on a line of its own, with its value as it
// stands. Any other text stays as it is.
func layoutJSON(s string) string {
	list, ok := memberTexts(s, ": ", nil)
	if !ok || len(list) == 0 {
		return s
	}
	return "{\n  " + strings.Join(list, ",\n  ") + "\n}"
}

// compactJSON takes the white space between members out again.
func compactJSON(s string) string {
	list, ok := memberTexts(s, ":", nil)
	if !ok {
		return s
	}
	return "{" + strings.Join(list, ",") + "}"
}

// setKey puts alg and kid into the text of a header, new ones in front.
func setKey(header, alg, kid string) string {
	values := map[string]string{"alg": `"` + alg + `"`, "kid": `"` + kid + `"`}
	list, ok := memberTexts(header, ": ", values)
	if !ok {
		return header
	}
	object, _ := strict.ParseObject(header, model.MaxJSONDepth)
	for _, name := range []string{"kid", "alg"} {
		if _, there := object.Get(name); !there {
			list = append([]string{`"` + name + `": ` + values[name]}, list...)
		}
	}
	return "{\n  " + strings.Join(list, ",\n  ") + "\n}"
}

// memberTexts are the members of an object as text, with their names as they are spelled
// and some values replaced; ok is false if s is not an object.
func memberTexts(s, colon string, values map[string]string) (list []string, ok bool) {
	object, err := strict.ParseObject(s, model.MaxJSONDepth)
	if err != nil {
		return nil, false
	}
	for _, m := range object.Members {
		value := m.Raw
		if v, set := values[m.Name]; set {
			value = v
		}
		name := strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(s[m.Offset:m.ValueOffset]), ":"))
		list = append(list, name+colon+value)
	}
	return list, true
}
