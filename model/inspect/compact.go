package inspect

import (
	"strings"

	"keydeck/model"
)

// compactAt reads the compact token that begins at i, over line breaks if it was
// wrapped. A token that stands in a text may be cut short, but its header must
// then name an algorithm. left is what patience gave for the whole text.
func compactAt(s string, i int, left *int) (candidate, int, bool) {
	w := wrapped{s: s, start: i, end: i + span(s[i:], inRun, len(s)), left: left}
	w.append(s[i:w.end], false)
	first, firstEnd, before := w.value(), w.end, *left
	if w.gather() {
		*left = before // what became a token is not read again
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

// patience is how many bytes may be gathered in vain in a text of n. Each of a
// hundred thousand beginnings may otherwise read on to the end of the text, and
// the time would be quadratic. What is no attack gathers nearly nothing in vain.
func patience(n int) int { return 2*n + 64<<10 }

// headerText decodes what can be decoded of the first segment, for a look at it.
func headerText(token string) string {
	const most = 4 << 10 // of a header that is still one
	head, _, _ := strings.Cut(token[:min(len(token), most)], ".")
	head = head[:span(head, isBase64URL, len(head))]
	if len(head) < len("eyJhbGciO") {
		return "" // no room for an alg
	}
	if len(head)%4 == 1 {
		head = head[:len(head)-1]
	}
	plain, err := lenientBase64.DecodeString(head)
	if err != nil {
		return ""
	}
	return string(plain)
}

// wrapped is a compact token in the making.
type wrapped struct {
	s          string
	start, end int
	text       strings.Builder // from the second piece on
	first      string
	dots       int
	lastDot    int // in text
	lastPiece  int // its length
	blanks     bool
	header     *Object
	left       *int // bytes that may yet be gathered in vain
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

func (w *wrapped) read() *Object {
	if w.header == nil {
		object, _ := ParseObject(headerText(w.value()), model.MaxJSONDepth)
		w.header = &object
	}
	return w.header
}

// want is how many dots the token has by its header.
func (w *wrapped) want() int {
	if _, encrypted := w.read().Get("enc"); encrypted {
		return len(jweSegments) - 1
	}
	return len(jwsSegments) - 1
}

// signatureChars are the lengths of signatures in base64url, by algorithm; of RSA
// for keys of 1024 to 8192 bits.
func signatureChars(algorithm string) []int {
	bytes := signatureAlgorithms[algorithm].sizes
	out := make([]int, len(bytes))
	for i, n := range bytes {
		out[i] = (n*8 + 5) / 6
	}
	return out
}

// missing is how many characters the last segment lacks to the next length that
// its algorithm may have; 0 if it has one, below 0 if that cannot be told.
func (w *wrapped) missing() int {
	m, ok := w.read().Get("alg")
	alg, isString := m.Text()
	if !ok || !isString || w.want() != 2 {
		return -1
	}
	have := w.len() - w.lastDot - 1
	for _, n := range signatureChars(alg) {
		if n >= have {
			return n - have
		}
	}
	return -1
}

// gather puts together what white space has taken apart, and reports whether a
// whole token came out.
func (w *wrapped) gather() bool {
	for w.dots < len(jweSegments) {
		complete := w.dots > 0 && w.dots == w.want()
		missing := -1
		if complete {
			if missing = w.missing(); missing == 0 {
				return true
			}
		}
		piece, end, broken, ok := w.next()
		switch {
		case !ok, complete && !w.continues(piece, end, broken, missing):
			return complete
		case !complete && !broken && len(piece) < 4 && !w.open(piece):
			return false // a word of prose
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

// open reports whether a dot stands at the seam, so that it is surely one.
func (w *wrapped) open(piece string) bool {
	return w.lastDot == w.len()-1 && w.dots > 0 || piece[0] == '.'
}

// next is the word behind the white space, if it may belong to the token: broken
// says that a line break is in between.
func (w *wrapped) next() (piece string, end int, broken, ok bool) {
	gap := span(w.s[w.end:], isASCIISpace, len(w.s))
	from := w.end + gap
	if gap == 0 || from == len(w.s) {
		return "", 0, false, false
	}
	end = from + span(w.s[from:], inRun, len(w.s))
	if end == from {
		return "", 0, false, false
	}
	piece = w.s[from:end]
	broken = strings.IndexByte(w.s[w.end:from], '\n') >= 0 || strings.IndexByte(w.s[w.end:from], '\r') >= 0
	if (looksLikeHeader(piece) || model.LooksLikeAPIKey(piece)) && !w.open(piece) {
		return "", 0, false, false
	}
	return piece, end, broken, true
}

// continues reports whether the word is more of a signature that could be whole
// already. With an algorithm whose signatures have few lengths that can be
// counted; else only a line that is full says that it goes on.
func (w *wrapped) continues(piece string, end int, broken bool, missing int) bool {
	const aLine = 40
	if span(piece, isBase64URL, len(piece)) != len(piece) {
		return false
	}
	full := broken && w.lastPiece >= aLine
	switch empty := w.lastDot == w.len()-1; {
	case missing > 0:
		return len(piece) == missing || len(piece) < missing && (full || empty && broken)
	case empty:
		alg, _ := w.read().Get("alg")
		return alg.Raw != `"none"` && broken
	}
	alone := end == len(w.s) || strings.IndexByte("\n\r\"'`", w.s[end]) >= 0
	return full && alone && w.lastPiece >= len(piece)
}
