package keymap

import (
	"errors"
	"os"
	"slices"
	"strings"
)

// Report is the effect of a file of keys. Its lists are never nil.
type Report struct {
	Exists   bool // there is a file
	Changed  []Changed
	Problems []string // what is wrong in the file, by line; those lines are left out
}

// Changed is a command whose keys differ from its defaults.
type Changed struct {
	Command   string   `json:"command"`
	Title     string   `json:"title"`
	Keys      []string `json:"keys"`
	Otherwise []string `json:"otherwise"` // its default keys
}

// Check reads a file of keys as the dashboard does. A missing file is not an error.
func Check(path string) (Report, error) {
	raw, err := readFile(path)
	if errors.Is(err, os.ErrNotExist) {
		return Report{Changed: []Changed{}, Problems: []string{}}, nil
	}
	if err != nil {
		return Report{}, err
	}
	return report(raw, commands()), nil
}

func report(raw string, all []Command) Report {
	m, problems := parse(raw, all)
	out := Report{Exists: true, Changed: []Changed{}, Problems: append([]string{}, problems...)}
	for _, c := range all {
		keys, ok := m[c.ID]
		known := slices.ContainsFunc(out.Changed, func(k Changed) bool { return k.Command == c.ID })
		if ok && !known && !slices.Equal(keys, c.Keys) {
			out.Changed = append(out.Changed, Changed{c.ID, c.Title, keys, append([]string{}, c.Keys...)})
		}
	}
	slices.SortFunc(out.Changed, func(a, b Changed) int { return strings.Compare(a.Command, b.Command) })
	return out
}

// didYouMean suggests the command with the ID closest to id, if one is close.
func didYouMean(id string, all []Command) string {
	best, least := "", len(id)/3+2
	for _, c := range all {
		if c.Fixed {
			continue
		}
		if strings.HasSuffix(c.ID, "."+id) {
			return "; did you mean " + c.ID + "?"
		}
		if n := edits(id, c.ID); n < least {
			best, least = c.ID, n
		}
	}
	if best == "" {
		return ""
	}
	return "; did you mean " + best + "?"
}

// edits is the Levenshtein distance of a and b, in bytes.
func edits(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		corner := row[0]
		row[0] = i + 1
		for j := range len(b) {
			change := corner
			if a[i] != b[j] {
				change++
			}
			corner = row[j+1]
			row[j+1] = min(change, corner+1, row[j]+1)
		}
	}
	return row[len(b)]
}
