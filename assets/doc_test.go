package assets_test

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"keydeck/model"
)

const root = ".." // of the module

// documented are the kinds of files whose references to documents are checked.
var documented = []string{".go", ".md", ".mod", ".py", ".sh", ".txt", ".txtar", ".yaml", ".yml", ""}

// maxDocument is the size in bytes from which a file is something else, such as the
// binary.
const maxDocument = 1 << 20

// References to documents, in text whose comment marks are blank.
var (
	docFile     = regexp.MustCompile(`[\w./-]*\w\.md\b`)
	docPath     = regexp.MustCompile(`\bassets/doc/[\w./-]*\w`)
	apiSections = regexp.MustCompile(`\bapi\.md,\s+sections?\s+(\d+(?:\.\d+)*)(?:\s+(?:to|and)\s+(\d+(?:\.\d+)*))?`)
	docTitle    = regexp.MustCompile(`([\w./-]*\w\.md),\s+([A-Z][\w ]*\w)`)
	adrNumber   = regexp.MustCompile(`\bADRs?\s+(\d+)`)
	adrAmong    = regexp.MustCompile(`\b(00\d\d)\b`) // in the ADRs themselves, which cite each other by number
	mdLink      = regexp.MustCompile(`\]\(([^)\s]+)\)`)

	commentMark = regexp.MustCompile(`(?m)^[ \t]*(//|#+)`)
	heading     = regexp.MustCompile(`(?m)^#+ (.+)$`)
	codeBlock   = regexp.MustCompile("(?ms)^```.*?^```$")
	repoPath    = regexp.MustCompile(`(?:^|[\s` + "`" + `(|])((?:\.ci|assets|backend|model|server|ui)/[\w./-]*\w|(?:go|main)\w*\.(?:go|mod))`)
)

// TestDocumentReferences finds references to documents, sections and ADRs that do not
// exist, in comments, messages, documents and scripts.
func TestDocumentReferences(t *testing.T) {
	files := 0
	err := filepath.WalkDir(root, func(name string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && (entry.Name() == ".git" || entry.Name() == "testdata" || entry.Name() == "swagger"):
			return fs.SkipDir
		case entry.IsDir() || !slices.Contains(documented, path.Ext(entry.Name())) || entry.Name() == "doc_test.go":
			return nil
		}
		if info, err := entry.Info(); err != nil || info.Size() > maxDocument {
			return err
		}
		files++
		source, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		checkReferences(t, filepath.ToSlash(name), string(source))
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if files < 300 {
		t.Errorf("only %d files were found", files)
	}
}

func checkReferences(t *testing.T, name, source string) {
	t.Helper()
	dir, text := path.Dir(name), commentMark.ReplaceAllString(source, "")
	bad := func(format string, args ...any) { t.Errorf("%s: "+format, append([]any{name}, args...)...) }

	for _, ref := range slices.Concat(docFile.FindAllString(text, -1), docPath.FindAllString(text, -1)) {
		isURL := strings.HasPrefix(ref, "//")
		if !isURL && locate(dir, ref) == "" {
			bad("there is no %s", ref)
		}
	}
	for _, m := range apiSections.FindAllStringSubmatch(text, -1) {
		for _, number := range m[1:] {
			if number != "" && !slices.ContainsFunc(headings(t, "assets/doc/api.md"), func(title string) bool {
				return strings.HasPrefix(title, number+" ") || strings.HasPrefix(title, number+". ")
			}) {
				bad("api.md has no section %s", number)
			}
		}
	}
	for _, m := range docTitle.FindAllStringSubmatch(text, -1) {
		if file := locate(dir, m[1]); file != "" && !slices.Contains(headings(t, file), m[2]) {
			bad("%s has no section %s", m[1], m[2])
		}
	}
	numbers := adrNumber.FindAllStringSubmatch(text, -1)
	if path.Base(dir) == "adr" {
		numbers = append(numbers, adrAmong.FindAllStringSubmatch(source, -1)...)
	}
	for _, m := range numbers {
		if found, _ := filepath.Glob(fmt.Sprintf("doc/adr/%04s-*.md", m[1])); len(found) != 1 {
			bad("there is no ADR %s", m[1])
		}
	}
	if path.Ext(name) == ".md" {
		for _, m := range mdLink.FindAllStringSubmatch(source, -1) {
			if why := brokenLink(t, name, m[1]); why != "" {
				bad("the link to %s is broken: %s", m[1], why)
			}
		}
	}
}

// locate finds the document that ref names in a file of dir, and returns its path from
// the root of the module; "" if there is none.
func locate(dir, ref string) string {
	for _, in := range []string{root, dir, path.Join(root, "assets/doc")} {
		if name := path.Join(in, ref); exists(name) {
			return strings.TrimPrefix(name, root+"/")
		}
	}
	return ""
}

// brokenLink says why a link in the document name leads nowhere; "" if it does not, or
// if it leads out of the repository.
func brokenLink(t *testing.T, name, link string) string {
	t.Helper()
	if strings.Contains(link, ":") {
		return ""
	}
	file, anchor, _ := strings.Cut(link, "#")
	target := name
	if file != "" {
		target = path.Join(path.Dir(name), file)
	}
	switch {
	case !exists(target):
		return "there is no such file"
	case anchor != "" && !slices.ContainsFunc(headings(t, strings.TrimPrefix(target, root+"/")), func(title string) bool { return slug(title) == anchor }):
		return "there is no such heading"
	}
	return ""
}

// slug is the anchor that GitHub gives a heading.
func slug(title string) string {
	title = regexp.MustCompile(`[^\p{L}\p{N}\s_-]`).ReplaceAllString(strings.ToLower(title), "")
	return strings.ReplaceAll(title, " ", "-")
}

// headings lists the headings of a document, which is named from the root.
func headings(t *testing.T, name string) []string {
	t.Helper()
	var titles []string
	for _, m := range heading.FindAllStringSubmatch(codeBlock.ReplaceAllString(read(t, name), ""), -1) {
		titles = append(titles, m[1])
	}
	return titles
}

func read(t *testing.T, name string) string {
	t.Helper()
	source, err := os.ReadFile(path.Join(root, name))
	if err != nil {
		t.Fatal(err)
	}
	return string(source)
}

func exists(name string) bool {
	_, err := os.Stat(name)
	return err == nil
}

// TestDocumentedPaths keeps the documents about the code true: the files and folders
// that they name exist.
func TestDocumentedPaths(t *testing.T) {
	pages, err := filepath.Glob("doc/*.md")
	if err != nil {
		t.Fatal(err)
	}
	decisions, err := filepath.Glob("doc/adr/*.md")
	if err != nil {
		t.Fatal(err)
	}
	names := []string{"README.md"}
	for _, name := range slices.Concat(pages, decisions) {
		names = append(names, path.Join("assets", filepath.ToSlash(name)))
	}
	for _, name := range names {
		for _, m := range repoPath.FindAllStringSubmatch(read(t, name), -1) {
			if !exists(path.Join(root, m[1])) {
				t.Errorf("%s: there is no %s", name, m[1])
			}
		}
	}
}

// TestReadmeIsShort keeps the manual out of the README.
func TestReadmeIsShort(t *testing.T) {
	if n := len(strings.Fields(read(t, "README.md"))); n > 900 {
		t.Errorf("README.md has %d words, want at most 900: move the rest to a page of assets/doc", n)
	}
}

// TestPictures checks that the documents show every picture of assets/doc/picture and
// no others, and that each is something a forge will show: well-formed SVG of less than
// a megabyte, without scripts and without anything from elsewhere.
func TestPictures(t *testing.T) {
	var shown []string
	pages, err := filepath.Glob("doc/*.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, page := range append(pages, "../README.md") {
		source, err := os.ReadFile(page)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range regexp.MustCompile(`!\[[^\]]*\]\(([^)\s]+)\)|<img [^>]*src="([^"]+)"`).FindAllStringSubmatch(string(source), -1) {
			shown = append(shown, path.Join(path.Dir(filepath.ToSlash(page)), m[1]+m[2]))
		}
	}
	pictures, err := filepath.Glob("doc/picture/*")
	if err != nil {
		t.Fatal(err)
	}
	for i := range pictures {
		pictures[i] = filepath.ToSlash(pictures[i])
		checkPicture(t, pictures[i])
	}
	for i := range shown {
		shown[i] = strings.TrimPrefix(shown[i], "../assets/")
	}
	slices.Sort(shown)
	if shown = slices.Compact(shown); !slices.Equal(shown, pictures) {
		t.Errorf("the documents show %q, and there are %q", shown, pictures)
	}
}

func checkPicture(t *testing.T, name string) {
	t.Helper()
	source, err := os.ReadFile(filepath.FromSlash(name))
	if err != nil {
		t.Fatal(err)
	}
	if len(source) >= maxDocument {
		t.Errorf("%s has %d bytes", name, len(source))
	}
	if external := regexp.MustCompile(`@import|url\([^#)][^)]*\)`).Find(source); external != nil {
		t.Errorf("%s refers to %s", name, external)
	}
	for in := xml.NewDecoder(strings.NewReader(string(source))); ; {
		token, err := in.Token()
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			t.Errorf("%s: %v", name, err)
			return
		}
		element, isStart := token.(xml.StartElement)
		if !isStart {
			continue
		}
		if slices.Contains([]string{"script", "foreignObject", "image"}, element.Name.Local) {
			t.Errorf("%s has a <%s>", name, element.Name.Local)
		}
		for _, a := range element.Attr {
			if strings.HasPrefix(a.Name.Local, "on") || a.Name.Local == "src" || a.Name.Local == "href" && !strings.HasPrefix(a.Value, "#") {
				t.Errorf("%s has %s=%q", name, a.Name.Local, a.Value)
			}
		}
	}
}

// TestADRIndex compares the index of the ADRs with the files: each once, in order,
// under its title and in its state.
func TestADRIndex(t *testing.T) {
	row := regexp.MustCompile(`(?m)^\| \[(\d{4})\]\(([^)]+)\) \| (.+) \| \d{4}-\d\d-\d\d \| (.+) \|$`)
	var listed, want []string
	for _, m := range row.FindAllStringSubmatch(read(t, "assets/doc/adr/README.md"), -1) {
		listed = append(listed, strings.Join(m[1:], " | "))
	}
	files, err := filepath.Glob("doc/adr/0*.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		lines := strings.SplitN(read(t, path.Join("assets", filepath.ToSlash(file))), "\n", 4)
		number, title, _ := strings.Cut(strings.TrimPrefix(lines[0], "# "), " ")
		state, _, _ := strings.Cut(strings.ToLower(lines[2]), ".")
		want = append(want, strings.Join([]string{number, filepath.Base(file), title, state}, " | "))
	}
	if !slices.Equal(listed, want) {
		t.Errorf("assets/doc/adr/README.md lists\n%s\nwant\n%s", strings.Join(listed, "\n"), strings.Join(want, "\n"))
	}
}

// TestAPIDocument compares api.md with what is served: every route and every reason
// is in it.
func TestAPIDocument(t *testing.T) {
	text := read(t, "assets/doc/api.md")
	for route, item := range load(t).Paths.Map() {
		for method := range item.Operations() {
			if name := method + " " + route; method != "OPTIONS" && !strings.Contains(text, "`"+name+"`") {
				t.Errorf("assets/doc/api.md has no `%s`", name)
			}
		}
	}
	for _, reason := range model.Reasons() {
		if !strings.Contains(text, "`"+string(reason)+"`") {
			t.Errorf("assets/doc/api.md has no reason `%s`", reason)
		}
	}
}
