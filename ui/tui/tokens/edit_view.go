package tokens

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"

	"keydeck/model"
	"keydeck/model/inspect/lint"
	"keydeck/model/inspect/strict"
	"keydeck/ui/text"
	"keydeck/ui/tui/shell"
	"keydeck/ui/tui/tokens/reading"
	"keydeck/ui/tui/widget"

	"github.com/charmbracelet/x/ansi"
)

// View draws the text on the left, what has changed on the right, and below both the
// token.
func (e *editor) View(r shell.Rect) string {
	tokenH := max(4, min(r.H/4, 9))
	top := r.H - tokenH
	var upper string
	if r.W < narrowW {
		changes := e.changes(r.W)
		n := min(len(changes), 3)
		upper = e.areas(r.W, top-n) + "\n" + strings.Join(changes[:n], "\n")
		if n == 0 {
			upper = e.areas(r.W, top)
		}
	} else {
		left := r.W * 11 / 20
		changes := e.changes(r.W - left - colGap)
		if room := top - 1; len(changes) > room {
			changes = append(changes[:room-1:room-1], "  "+e.sh.Theme().Muted.Render(text.Plural(len(changes)-room+1, "more line", "more lines")))
		}
		upper = widget.Beside(e.areas(left, top), e.title("Changed", false, r.W-left-colGap)+"\n"+strings.Join(changes, "\n"), left, colGap)
	}
	return widget.Fit(upper, r.W, top) + "\n" + widget.Fit(strings.Join(e.tokenLines(r.W, tokenH), "\n"), r.W, tokenH)
}

func (e *editor) title(name string, focused bool, w int) string {
	style := e.sh.Theme().Bold
	if focused {
		style = e.sh.Theme().AccentBold.Underline(true)
	}
	return titleLine(e.sh.Theme(), style.Render(name), focused, "", w)
}

// areas are the two texts, the header with as many lines as it needs.
func (e *editor) areas(w, h int) string {
	header := max(1, min(strings.Count(e.header.Value(), "\n")+1, (h-2)/2))
	if e.focus == 0 {
		header = max(header, (h-2)/2)
	}
	claims := max(1, h-2-header)
	return strings.Join([]string{
		e.title("Header", e.focus == 0, w), e.hideValues(e.header.View(e.sh.Theme(), w-3, header, e.focus == 0), e.header.Value()),
		e.title("Claims", e.focus == 1, w), e.hideValues(e.claims.View(e.sh.Theme(), w-3, claims, e.focus == 1), e.claims.Value()),
	}, "\n")
}

// memberLine is a line of an area on which a member begins.
var memberLine = regexp.MustCompile(`^\s*("(?:[^"\\]|\\.)*")\s*:\s*`)

// hideValues indents an area. In private mode it shows only the values that are known to
// be harmless: nothing that is not JSON, stands in another value or is scrolled sideways.
func (e *editor) hideValues(drawn, value string) string {
	if !e.sh.Prefs().Private {
		return widget.Indent(drawn, 2)
	}
	harmless := map[string]bool{}
	object, err := strict.ParseObject(value, model.MaxJSONDepth)
	for _, m := range object.Members {
		harmless[m.Name] = err == nil && !lint.Confidential(m) && (harmless[m.Name] || !m.Duplicate)
	}
	lines := strings.Split(drawn, "\n")
	for i, l := range lines {
		plain, from := ansi.Strip(l), 0
		if at := memberLine.FindStringSubmatchIndex(plain); at != nil {
			var name string
			if json.Unmarshal([]byte(plain[at[2]:at[3]]), &name) == nil && harmless[name] {
				continue
			}
			from = at[1]
		} else if strings.Trim(plain, " {}") == "" {
			continue
		}
		lines[i] = widget.Mask(l, [][]int{{from, len(plain)}})
	}
	return widget.Indent(strings.Join(lines, "\n"), 2)
}

// changes are the members that differ from the original, each told by a sign: +
// is new, - is gone, ~ has another value.
func (e *editor) changes(w int) (lines []string) {
	st := e.sh.Theme()
	for i, what := range []string{"header", "claims"} {
		now, err := strict.ParseObject(e.text()[i], model.MaxJSONDepth)
		if err != nil {
			lines = append(lines, "  "+st.Bad.Render(widget.Clip("× "+what+": "+text.Visible(err.Error()), w-2)))
			continue
		}
		original, _ := strict.ParseObject(e.original[i], model.MaxJSONDepth) // without members if it is not an object
		for _, m := range now.Members[:min(len(now.Members), reading.MaxMembers)] {
			old, there := original.Get(m.Name)
			name := text.Visible(text.Prefix(m.Name, 100))
			switch value := e.shown(m); {
			case e.original[i] == "":
			case !there:
				lines = append(lines, "  "+st.OK.Render("+ ")+st.Text.Render(widget.Clip(name+": "+value, w-5)))
			case old.Raw != m.Raw:
				lines = append(lines, "  "+st.Warn.Render("~ ")+st.Text.Render(widget.Clip(name+": "+value, w-5)),
					"    "+st.Muted.Render(widget.Clip("was "+e.shown(old), w-5)))
			}
		}
		for _, m := range original.Members[:min(len(original.Members), reading.MaxMembers)] {
			if _, there := now.Get(m.Name); !there {
				lines = append(lines, "  "+st.Bad.Render("- ")+st.Muted.Render(widget.Clip(text.Visible(text.Prefix(m.Name, 100))+": "+e.shown(m), w-5)))
			}
		}
	}
	switch {
	case e.original[0] == "" && len(lines) == 0:
		return []string{"  " + st.Muted.Render("a new token, so there is nothing to compare with")}
	case len(lines) == 0:
		return []string{"  " + st.Muted.Render("nothing yet")}
	}
	return lines
}

// shown is a member's value as it may be seen.
func (e *editor) shown(m strict.Member) string {
	if e.sh.Prefs().Private && lint.Confidential(m) {
		return privateValue
	}
	return text.Visible(text.Prefix(m.Raw, 400))
}

func (e *editor) describeSigner() string {
	switch {
	case e.signer.secret != nil:
		return "JWT secret " + e.signer.secret.Name + ", by this server"
	case e.signer.key != nil:
		return text.Visible(e.signer.key.Describe())
	}
	return ""
}

// tokenLines are the token, and what signs it.
func (e *editor) tokenLines(w, h int) []string {
	st := e.sh.Theme()
	token, isSigned := e.current()
	state := st.Warn.Bold(true).Render("NOT SIGNED")
	switch {
	case e.askCall.Pending:
		state += st.Muted.Render(" asking the server to sign it")
	case e.err != "":
		state += " " + st.Bad.Render(e.err)
	case isSigned:
		state = st.OK.Bold(true).Render("SIGNED") + st.Text.Render(" with "+e.describeSigner())
	case e.signer.secret != nil && e.signed.token != "":
		state += st.Text.Render(" since it changed; ") + st.Key.Render("ctrl+x") + st.Text.Render(" signs again")
	case e.signer.key == nil && e.signer.secret == nil:
		state += " " + st.Key.Render("ctrl+s") + st.Muted.Render(" chooses what signs it, ") + st.Key.Render("ctrl+g") + st.Muted.Render(" generates a key")
	}
	lines := []string{e.title("Token", false, w), "  " + widget.Clip(state, w-3)}
	parts := strings.SplitN(token, ".", 3)
	for i, p := range parts {
		if e.sh.Prefs().Private && p != "" {
			parts[i] = privateToken
		}
	}
	tokenParts := []reading.Part{reading.HeaderPart, reading.ClaimsPart, reading.SignaturePart}
	room := w - segmentLabel - 1
	cut := make([][]string, 0, len(parts))
	for i, p := range parts {
		name := []string{"header", "claims", "signature"}[i]
		style := partStyle(st, tokenParts[i])
		rows := []string{}
		for from := 0; from < max(1, len(p)); from += room {
			piece := style.Render(p[from:min(len(p), from+room)])
			if p == "" {
				piece = st.Muted.Render("(none)")
			}
			rows = append(rows, " "+style.Bold(true).Render(widget.Left(name, segmentLabel-1))+piece)
			name = ""
		}
		cut = append(cut, rows)
	}
	// Each part shows its beginning; the longest one gives way.
	for free := max(3, h-len(lines)); len(slices.Concat(cut...)) > free; {
		longest := 0
		for i := range cut {
			if len(cut[i]) > len(cut[longest]) {
				longest = i
			}
		}
		last := len(cut[longest]) - 2
		cut[longest] = cut[longest][:last+1]
		cut[longest][last] = widget.Clip(cut[longest][last]+"……", w-1)
	}
	if h < len(lines)+3 {
		return append(lines, slices.Concat(cut...)[:max(0, h-len(lines))]...)
	}
	return append(lines, slices.Concat(cut...)...)
}
