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
	"keydeck/ui/tui/widget"
)

// View draws the text on the left, what has changed against the original on the
// right, and below both the token as it becomes.
func (e *editor) View(r shell.Rect) string {
	raw := max(4, min(r.H/4, 9))
	top := r.H - raw
	var upper string
	if r.W < narrowW {
		changes := e.changes(r.W)
		n := min(len(changes), 3)
		upper = e.texts(r.W, top-n) + "\n" + strings.Join(changes[:n], "\n")
		if n == 0 {
			upper = e.texts(r.W, top)
		}
	} else {
		left := r.W * 11 / 20
		changes := e.changes(r.W - left - colGap)
		if room := top - 1; len(changes) > room {
			changes = append(changes[:room-1:room-1], "  "+e.sh.Theme().Muted.Render(text.Plural(len(changes)-room+1, "more line", "more lines")))
		}
		upper = widget.Beside(e.texts(left, top), e.head("Changed", false, r.W-left-colGap)+"\n"+strings.Join(changes, "\n"), left, colGap)
	}
	return widget.Fit(upper, r.W, top) + "\n" + widget.Fit(strings.Join(e.result(r.W, raw), "\n"), r.W, raw)
}

// head is the line above a part of the editor.
func (e *editor) head(title string, focused bool, w int) string {
	mark, name := " ", e.sh.Theme().Bold.Render(title)
	if focused {
		mark, name = e.sh.Theme().Accent.Render("▌"), e.sh.Theme().AccentBold.Underline(true).Render(title)
	}
	return mark + name + " " + e.sh.Theme().Faint.Render(strings.Repeat("─", max(0, w-widget.Width(title)-3))) + " "
}

// texts are the two areas, the header with as many lines as it needs.
func (e *editor) texts(w, h int) string {
	header := max(1, min(strings.Count(e.header.Value(), "\n")+1, (h-2)/2))
	if e.focus == 0 {
		header = max(header, (h-2)/2)
	}
	claims := max(1, h-2-header)
	return strings.Join([]string{
		e.head("Header", e.focus == 0, w), e.veiled(e.header.View(e.sh.Theme(), w-3, header, e.focus == 0), e.header.Value()),
		e.head("Claims", e.focus == 1, w), e.veiled(e.claims.View(e.sh.Theme(), w-3, claims, e.focus == 1), e.claims.Value()),
	}, "\n")
}

// memberLine is a line of an area on which a member begins.
var memberLine = regexp.MustCompile(`^\s*("(?:[^"\\]|\\.)*")\s*:\s*`)

// veiled is an area as it was drawn, set in. While the dashboard is private it
// shows only such values as are known to be harmless: of what cannot be told,
// because it is no JSON, stands within another value or is scrolled sideways,
// nothing is seen.
func (e *editor) veiled(drawn, value string) string {
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
		plain, from := stripped(l), 0
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
		now, err := strict.ParseObject(e.now()[i], model.MaxJSONDepth)
		if err != nil {
			lines = append(lines, "  "+st.Bad.Render(widget.Clip("× "+what+": "+text.Visible(err.Error()), w-2)))
			continue
		}
		was, _ := strict.ParseObject(e.was[i], model.MaxJSONDepth) // what is no object has no members
		for _, m := range now.Members[:min(len(now.Members), maxMembers)] {
			old, there := was.Get(m.Name)
			name := text.Visible(start(m.Name, 100))
			switch value := e.shown(m); {
			case e.was[i] == "":
			case !there:
				lines = append(lines, "  "+st.OK.Render("+ ")+st.Text.Render(widget.Clip(name+": "+value, w-5)))
			case old.Raw != m.Raw:
				lines = append(lines, "  "+st.Warn.Render("~ ")+st.Text.Render(widget.Clip(name+": "+value, w-5)),
					"    "+st.Muted.Render(widget.Clip("was "+e.shown(old), w-5)))
			}
		}
		for _, m := range was.Members[:min(len(was.Members), maxMembers)] {
			if _, there := now.Get(m.Name); !there {
				lines = append(lines, "  "+st.Bad.Render("- ")+st.Muted.Render(widget.Clip(text.Visible(start(m.Name, 100))+": "+e.shown(m), w-5)))
			}
		}
	}
	switch {
	case e.was[0] == "" && len(lines) == 0:
		return []string{"  " + st.Muted.Render("a new token: there is no original")}
	case len(lines) == 0:
		return []string{"  " + st.Muted.Render("nothing yet")}
	}
	return lines
}

// shown is a member's value as it may be seen.
func (e *editor) shown(m strict.Member) string {
	if e.sh.Prefs().Private && lint.Confidential(m) {
		return veiledValue
	}
	return text.Visible(start(m.Raw, 400))
}

// signerWords say what signs.
func (e *editor) signerWords() string {
	switch {
	case e.signer.secret != nil:
		return "JWT secret " + e.signer.secret.Name + ", by this server"
	case e.signer.key != nil:
		return text.Visible(e.signer.key.Describe())
	}
	return ""
}

// result is the token as it becomes, with who signs it.
func (e *editor) result(w, h int) []string {
	st := e.sh.Theme()
	token, isSigned := e.current()
	state := st.Warn.Bold(true).Render("NOT SIGNED")
	switch {
	case e.askQ.Pending:
		state += st.Muted.Render(" the server is asked to sign it")
	case e.err != "":
		state += " " + st.Bad.Render(e.err)
	case isSigned:
		state = st.OK.Bold(true).Render("SIGNED") + st.Text.Render(" with "+e.signerWords())
	case e.signer.secret != nil && e.token != "":
		state += st.Text.Render(" since it was changed; ") + st.Key.Render("ctrl+x") + st.Text.Render(" signs again")
	case e.signer.key == nil && e.signer.secret == nil:
		state += " " + st.Key.Render("ctrl+s") + st.Muted.Render(" chooses what signs it, ") + st.Key.Render("ctrl+g") + st.Muted.Render(" makes a key")
	}
	lines := []string{e.head("Token", false, w), "  " + widget.Clip(state, w-3)}
	parts := strings.SplitN(token, ".", 3)
	for i, p := range parts {
		if e.sh.Prefs().Private && p != "" {
			parts[i] = inPrivate
		}
	}
	styles := []part{partHeader, partClaims, partSignature}
	room := w - rawLabel - 1
	cut := make([][]string, 0, len(parts))
	for i, p := range parts {
		name := []string{"header", "claims", "signature"}[i]
		style := e.screen.partStyle(styles[i])
		rows := []string{}
		for from := 0; from < max(1, len(p)); from += room {
			piece := style.Render(p[from:min(len(p), from+room)])
			if p == "" {
				piece = st.Muted.Render("(none)")
			}
			rows = append(rows, " "+style.Bold(true).Render(widget.Left(name, rawLabel-1))+piece)
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
