package paste

import (
	"encoding/base64"
	"slices"
	"strings"

	"keydeck/model"
	"keydeck/model/inspect/internal/ascii"
	"keydeck/model/inspect/jwa"
	"keydeck/model/inspect/strict"
)

// compactAt reads the compact token that begins at i, across line breaks if it was
// wrapped. Within other text a token may be cut short if its header names an
// algorithm. left is the rest of the gatherLimit of the text.
func compactAt(s string, i int, left *int) (candidate, int, bool) {
	w := wrapped{s: s, end: i + runSpan(s[i:]), left: left}
	w.append(s[i:w.end], false)
	first, firstEnd, before := w.value(), w.end, *left
	if w.gather() {
		*left = before // only failures count
		return candidate{value: w.value(), token: true, blanks: w.blanks}, w.end, true
	}
	dots := strings.Count(first, ".")
	if dots > 0 && dots == w.want()+1 {
		first = strings.TrimSuffix(first, ".") // the full stop of a sentence
	}
	if dots < 2 && !strings.Contains(headerText(first), `"alg"`) {
		return candidate{}, firstEnd, false
	}
	return candidate{value: first, token: true}, firstEnd, true
}

// gatherLimit is how many bytes may be gathered in vain in a text of n bytes.
// Otherwise each of a hundred thousand beginnings could read on to the end of the
// text, in quadratic time. A text that is not an attack needs hardly any.
func gatherLimit(n int) int { return 2*n + 64<<10 }

// headerText decodes as much of the first segment as possible, to take a look at it.
func headerText(token string) string {
	const most = 4 << 10 // no real header is longer
	head, _, _ := strings.Cut(token[:min(len(token), most)], ".")
	head = head[:ascii.Span(head, ascii.IsBase64URL, len(head))]
	if len(head) < len("eyJhbGciO") {
		return "" // too short for an alg
	}
	if len(head)%4 == 1 {
		head = head[:len(head)-1]
	}
	plain, err := base64.RawURLEncoding.DecodeString(head)
	if err != nil {
		return ""
	}
	return string(plain)
}

// Dots of a compact token.
const (
	jwsDots = 2
	jweDots = 4
)

// wrapped is a compact token that is put together from pieces.
type wrapped struct {
	s         string
	end       int
	text      strings.Builder // from the second piece on
	first     string
	dots      int
	lastDot   int // in text
	lastPiece int // its length
	blanks    bool
	header    *strict.Object
	left      *int // bytes that may still be gathered in vain
}

func (w *wrapped) value() string {
	if w.text.Len() == 0 {
		return w.first
	}
	return w.text.String()
}

func (w *wrapped) len() int { return max(len(w.first), w.text.Len()) }

func (w *wrapped) append(piece string, blanks bool) {
	if i := strings.LastIndexByte(piece, '.'); i >= 0 {
		w.lastDot = w.len() + i
		w.dots += strings.Count(piece, ".")
	}
	w.lastPiece = len(piece)
	w.blanks = w.blanks || blanks
	switch {
	case w.first == "":
		w.first = piece
		return
	case w.text.Len() == 0:
		w.text.WriteString(w.first)
	}
	w.text.WriteString(piece)
}

func (w *wrapped) read() *strict.Object {
	if w.header == nil {
		object, _ := strict.ParseObject(headerText(w.value()), model.MaxJSONDepth)
		w.header = &object
	}
	return w.header
}

// want is how many dots the token should have, going by its header.
func (w *wrapped) want() int {
	if _, encrypted := w.read().Get("enc"); encrypted {
		return jweDots
	}
	return jwsDots
}

// lastChars is the lengths, in base64url, that the last segment may have: of a
// signature by its algorithm (for RSA with keys of 1024 to 8192 bits), of an
// authentication tag by its encryption. It is empty if that is unknown.
func (w *wrapped) lastChars() []int {
	text := func(name string) string {
		m, _ := w.read().Get(name)
		s, _ := m.Text()
		return s
	}
	bytes := jwa.SignatureAlgorithms[text("alg")].Sizes
	if w.want() == jweDots {
		bytes = nil
		if enc, ok := jwa.ContentEncryptions[text("enc")]; ok {
			bytes = []int{enc.Tag}
		}
	}
	out := make([]int, len(bytes))
	for i, n := range bytes {
		out[i] = (n*8 + 5) / 6
	}
	return out
}

// gather joins what white space has split, and reports whether the result is a whole
// token.
func (w *wrapped) gather() bool {
	tried := false
	for w.dots <= jweDots {
		complete := w.dots > 0 && w.dots == w.want()
		if complete && !tried && w.finish() {
			return true
		}
		tried = tried || complete
		piece, end, broken, ok := w.next(w.end, w.seam())
		switch {
		case !ok, complete && !w.continues(piece, end, broken):
			return complete
		case !complete && !broken && len(piece) < 4 && !w.seam() && piece[0] != '.':
			return false // prose
		}
		if *w.left -= end - w.end; *w.left < 0 {
			return false
		}
		// What went before decides what is a header no more.
		w.append(piece, !broken)
		w.end = end
	}
	return false
}

// finish appends to the last segment as many words as it takes to reach a length that
// it may have, and reports whether it has one. The next word is then not part of the
// token.
func (w *wrapped) finish() bool {
	sizes := w.lastChars()
	if len(sizes) == 0 {
		return false
	}
	have, most := w.len()-w.lastDot-1, slices.Max(sizes)
	from, good := w.end, -1
	for words := 0; ; words++ {
		if slices.Contains(sizes, have) {
			good = words
		}
		piece, end, _, ok := w.next(from, true) // the length is a better sign than how the word begins
		if !ok || have+len(piece) > most || ascii.Span(piece, ascii.IsBase64URL, len(piece)) < len(piece) {
			return good >= 0 && w.take(good)
		}
		have, from = have+len(piece), end
	}
}

// take appends the words, and reports whether the limit allows it.
func (w *wrapped) take(words int) bool {
	for range words {
		piece, end, broken, _ := w.next(w.end, true)
		if *w.left -= end - w.end; *w.left < 0 {
			return false
		}
		w.append(piece, !broken)
		w.end = end
	}
	return true
}

// seam reports whether the token ends with a dot so far, so that more must follow.
func (w *wrapped) seam() bool { return w.dots > 0 && w.lastDot == w.len()-1 }

// next is the word after the white space at from, if it may belong to the token;
// broken says that there is a line break between them. A word that begins like a
// credential is a new one, unless there is a dot at the seam.
func (w *wrapped) next(from int, seam bool) (piece string, end int, broken, ok bool) {
	start := from + ascii.Span(w.s[from:], ascii.IsSpace, len(w.s))
	broken = strings.ContainsAny(w.s[from:start], "\n\r")
	if broken { // quoted by mail, with > at the beginning of every line
		start += ascii.Span(w.s[start:], isMailQuote, len(w.s))
	}
	if start == from || start == len(w.s) {
		return "", 0, false, false
	}
	end = start + runSpan(w.s[start:])
	if end == start {
		return "", 0, false, false
	}
	piece = w.s[start:end]
	if (LooksLikeHeader(piece) || model.StaticKind(piece) != "") && !seam && piece[0] != '.' {
		return "", 0, false, false
	}
	return piece, end, broken, true
}

func isMailQuote(c byte) bool { return c == '>' || ascii.IsSpace(c) }

// continues reports whether the word is more of a last segment that may be complete
// already and has no length to go by. Only a full line suggests that the segment goes
// on.
func (w *wrapped) continues(piece string, end int, broken bool) bool {
	const aLine = 40
	if ascii.Span(piece, ascii.IsBase64URL, len(piece)) != len(piece) {
		return false
	}
	if w.seam() { // the last segment is empty
		alg, _ := w.read().Get("alg")
		return alg.Raw != `"none"` && broken
	}
	alone := end == len(w.s) || strings.IndexByte("\n\r\"'`", w.s[end]) >= 0
	return broken && w.lastPiece >= aLine && alone && w.lastPiece >= len(piece)
}
