package tokens

import (
	"cmp"
	"strconv"
	"strings"
	"time"

	"charm.land/lipgloss/v2"

	"keydeck/model"
	"keydeck/model/inspect/jws"
	"keydeck/model/inspect/jwt"
	"keydeck/ui/text"
	"keydeck/ui/tui/widget"
)

// grade of a verdict, for its colour.
type grade int

const (
	gradeGood  grade = iota // a key was used, and nothing speaks against the token
	gradeDoubt              // nobody knows, or something speaks against it
	gradeBad
)

// verdict is what is said of the token above everything else.
//
// VERIFIED is said exactly if a key has made the signature: if the server says so
// (model.SignatureGood), or if the chosen keys do (jws.Verified). Good is
// only what has nothing against it besides.
type verdict struct {
	word     string // VERIFIED, NOT VERIFIED, …
	by       string // why not
	why      string // a sentence
	grade    grade
	kid, key string // of what has made the signature: its id, and whose it is
}

func (s *screen) verdict() verdict {
	l := s.look
	switch {
	case l == nil:
		return verdict{word: "NOTHING TO VERIFY", grade: gradeDoubt}
	case s.sealed() && s.openQ.Pending:
		return verdict{word: "NOT OPENED", why: "trying the key…", grade: gradeDoubt}
	case s.sealed() && l.opened != nil:
		return l.openedVerdict()
	case s.askQ.Pending:
		return verdict{word: "NOT VERIFIED", why: "asking the server…", grade: gradeDoubt}
	case s.checkQ.Pending && l.checked == nil:
		return verdict{word: "NOT VERIFIED", why: "trying the keys…", grade: gradeDoubt}
	case l.problem != "":
		return verdict{word: "NOT VERIFIED", why: "the server could not be asked: " + l.problem, grade: gradeDoubt}
	case l.checked != nil:
		return s.checkedVerdict(l.checked)
	case l.server != nil:
		return s.serverVerdict(l.server)
	}
	return verdict{word: "NOT VERIFIED", why: "", grade: gradeDoubt}
}

// checkedVerdict is that of keys that were chosen.
func (s *screen) checkedVerdict(c *checked) verdict {
	switch c.Outcome {
	case jws.Verified:
		v := verdict{word: "VERIFIED", kid: c.KeyID, key: c.Key, grade: gradeGood}
		for _, check := range c.Checks {
			if !check.Good {
				v.grade, v.why = gradeDoubt, "and yet not good: "+s.metWords(check)
				break
			}
		}
		switch {
		case v.grade == gradeGood && !c.Good:
			v.grade, v.why = gradeDoubt, "and yet not good: a strict verifier refuses its form; the findings say why"
		case v.grade == gradeGood && s.over():
			v.grade, v.why = gradeDoubt, "expired, within the leeway"
		case v.grade == gradeGood:
			v.why = "good: " + expected(c.Expect)
		}
		return v
	case jws.BadSignature:
		return verdict{word: "BAD SIGNATURE", why: c.Because, grade: gradeBad}
	case jws.WrongKey:
		return verdict{word: "WRONG KIND OF KEY", why: c.Because, grade: gradeBad}
	case jws.CannotVerify:
		return verdict{word: "CANNOT VERIFY", why: "because " + c.Because, grade: gradeBad}
	case jws.NotVerified:
	}
	return verdict{word: "NOT VERIFIED", why: "no key was used", grade: gradeDoubt}
}

// over reports that the token's time has ended, by the clock alone.
func (s *screen) over() bool {
	return s.look.timed.Clocks(s.sh.Now()).Verdict == jwt.VerdictExpired
}

// serverVerdict is that of this server, and of what is expected besides: what does
// not meet that is not good, whatever the server says.
func (s *screen) serverVerdict(in *model.Inspection) verdict {
	v, h := s.serversOwn(in), s.look.held
	switch unmet := h.unmet(); {
	case h == nil:
	case unmet != "":
		v.grade, v.why = max(v.grade, gradeDoubt), "not as expected: "+unmet+"; "+v.why
	default:
		v.why = "as expected: " + fromWhom(h.expect) + "; " + v.why
	}
	return v
}

func (s *screen) serversOwn(in *model.Inspection) verdict {
	v := verdict{why: s.accepted(in)}
	isToken := s.look.token.Kind.IsToken()
	ended := in.ExpiresAt != nil && !s.sh.Now().Before(in.ExpiresAt.Time)
	switch {
	case in.Reason == model.ReasonTooLarge:
		v.word, v.by, v.why, v.grade = "REFUSED by this server", ": too large", cmp.Or(in.Message, takesNoLonger), gradeBad
	case in.Signature == model.SignatureGood && isToken:
		v.word, v.kid, v.key, v.grade = "VERIFIED", known(in.KID), cmp.Or(known(in.Key), "this server"), gradeGood
		if !in.Valid || ended || len(s.look.token.Problems) > 0 {
			v.grade = gradeDoubt
		}
	case in.Signature == model.SignatureBad:
		v.word, v.grade = "BAD SIGNATURE", gradeBad
	case isToken && in.Reason == model.ReasonBadAlgorithm:
		v.word, v.grade = "WRONG KIND OF KEY", gradeBad
	case isToken && in.Valid:
		v.word, v.grade = "NOT VERIFIED", gradeDoubt
	case isToken:
		v.word, v.grade = "CANNOT VERIFY", gradeBad
	case in.Valid && !ended:
		v.word, v.why, v.grade = "ACCEPTED by this server", s.whose(in), gradeGood
	case in.Valid:
		v.word, v.grade = "EXPIRED", gradeBad
	default:
		v.word, v.why, v.grade = "REFUSED by this server", s.refusal(in), gradeBad
	}
	return v
}

// accepted says what the server makes of the credential as a whole.
func (s *screen) accepted(in *model.Inspection) string {
	switch {
	case !in.Valid:
		return "REFUSED by this server: " + s.refusal(in)
	case in.ExpiresAt != nil && !s.sh.Now().Before(in.ExpiresAt.Time):
		return "EXPIRED: it was accepted when it was asked about; its time ended " + text.AgoWords(in.ExpiresAt.Time, s.sh.Now())
	}
	if s.withinLeeway() {
		return "ACCEPTED by this server, which allows clocks to differ by " + strconv.Itoa(int(model.ClockSkew/time.Second)) + " s: " + s.whose(in)
	}
	return "ACCEPTED by this server: " + s.whose(in)
}

// withinLeeway reports a token that has not begun by the clock here, and that the
// server takes all the same.
func (s *screen) withinLeeway() bool {
	timed := s.look.timed
	return timed.Clocks(s.sh.Now()).Verdict == jwt.VerdictNotYetValid && timed.Clocks(s.sh.Now().Add(model.ClockSkew)).Verdict != jwt.VerdictNotYetValid
}

func known(p *string) string {
	if p == nil {
		return ""
	}
	return *p
}

// refusal is the reason, and how old that reason is. A credential that is refused
// for another reason may be revoked besides, and so may the key that made it.
func (s *screen) refusal(in *model.Inspection) string {
	why := cmp.Or(text.Reason(in.Reason, in.Kind), in.Message)
	switch {
	case in.Reason == model.ReasonRevoked && in.RevokedAt != nil:
		return why + ", " + text.AgoWords(in.RevokedAt.Time, s.sh.Now())
	case in.Reason == model.ReasonExpired && in.ExpiresAt != nil:
		why += ", " + text.AgoWords(in.ExpiresAt.Time, s.sh.Now())
	}
	if in.RevokedAt != nil {
		why += "; and it, or its key, was revoked " + text.AgoWords(in.RevokedAt.Time, s.sh.Now())
	}
	return why
}

// whose says what it is and whom it stands for.
func (s *screen) whose(in *model.Inspection) string {
	out := text.Kind(in.Kind)
	if in.CredentialName != nil {
		out += " of " + *in.CredentialName
	}
	if in.AccountID != nil {
		out += ", account " + *in.AccountID
	}
	if in.ProjectID != nil {
		for _, p := range s.sh.Projects() {
			if p.ID == *in.ProjectID {
				out += ", project " + p.Name
			}
		}
	}
	return out
}

func (s *screen) gradeStyle(g grade) lipgloss.Style {
	return []lipgloss.Style{s.sh.Theme().OK, s.sh.Theme().Warn, s.sh.Theme().Bad}[g]
}

// verdictLines are the verdict in two lines of w cells: the word and the key, and
// at the end what the clock says; then the reason, and what the token is.
func (s *screen) verdictLines(w int) []string {
	st, v := s.sh.Theme(), s.verdict()
	second := " " + st.Text.Render(v.why)
	if v.why == "" && s.look != nil {
		second = " " + st.Key.Render("enter") + st.Muted.Render(" "+s.verifyWords())
	}
	right := ""
	if s.look != nil {
		right = st.Muted.Render(s.look.kindWords()) + " "
		if widget.Width(second)+widget.Width(right)+2 > w {
			right = ""
		}
	}
	return []string{s.verdictLine(v, w), widget.Ends(second, right, w)}
}

// verdictLine is the first of them: as much as there is room for, the word always.
func (s *screen) verdictLine(v verdict, w int) string {
	first := ""
	for _, try := range []struct {
		kid   int
		short bool
	}{{13, false}, {13, true}, {9, true}, {0, true}} {
		first = " " + s.gradeStyle(v.grade).Bold(true).Render(v.word) + s.sh.Theme().Text.Render(v.reasonIn(try.kid))
		clock := s.clockWords(try.short)
		if clock != "" {
			clock = "  " + clock + " "
		}
		line := widget.Ends(first, clock, w)
		if widget.Width(first)+widget.Width(clock) <= w || try.kid == 0 {
			return line
		}
	}
	return first
}

// reasonIn is what follows the word, with so many cells for the key's id.
func (v *verdict) reasonIn(kid int) string {
	switch {
	case v.kid == "" && v.key == "":
		return v.by
	case v.kid == "" || kid == 0 && v.key != "":
		return " by " + v.key
	case v.key == "":
		return " by kid " + widget.ClipMiddle(v.kid, max(kid, 9))
	}
	return " by kid " + widget.ClipMiddle(v.kid, kid) + " (" + v.key + ")"
}

// verifyWords say what enter would do.
func (s *screen) verifyWords() string {
	if m := s.chosen(); m != nil && m.inner != nil && !s.typing {
		if m.inner.said == "" {
			return "goes into " + m.inner.where
		}
		return "goes into the token " + m.inner.said
	}
	if s.sealed() {
		return "opens it with a key, a password or a shared secret"
	}
	if s.with.kind == withServer {
		return "asks this server, v verifies otherwise"
	}
	return "verifies it with " + s.with.words()
}

// clockWords say what the token's own clock says of it, in words and a span.
// in short it is the span alone.
func (s *screen) clockWords(short bool) string {
	st := s.sh.Theme()
	if s.look == nil {
		return ""
	}
	if !s.look.token.Kind.IsToken() && len(s.look.inner) == 0 {
		if in := s.look.server; in != nil && in.Valid {
			if in.ExpiresAt == nil {
				return st.Muted.Render("no expiry")
			}
			if in.ExpiresAt.After(s.sh.Now()) {
				return st.Text.Render("expires " + text.Distance(in.ExpiresAt.Time, s.sh.Now()))
			}
		}
		return ""
	}
	if len(s.look.token.Claims.Members) == 0 && (s.look.opened == nil || s.look.opened.timed == nil) {
		if in := s.mostUrgent(); in != nil {
			return st.Muted.Render(in.said+": ") + s.clockSays(&in.timed, short).render()
		}
	}
	switch k := s.look.token.Kind; {
	case s.look.isOpen():
		if s.look.opened.timed == nil {
			return ""
		}
	case k == jwt.KindJWE || k == jwt.KindJWEJSON:
		return st.Muted.Render("encrypted")
	case !k.IsToken():
		return ""
	}
	return s.clockSays(&s.look.timed, short).render()
}

// lifeline is the life of the token as a picture: where now is between issued
// and expires. It is two lines, the second with the times below the ends. There is
// none of times that make no sense in seconds: every verifier sees others.
func (s *screen) lifeline(w int) []string {
	if s.look == nil {
		return nil
	}
	c := s.look.timed.Clocks(s.sh.Now())
	start, word := c.IssuedAt, "issued"
	if start == nil {
		start, word = c.NotBefore, "begins"
	}
	if start == nil || c.ExpiresAt == nil || !start.At.Before(c.ExpiresAt.At) || !start.AsSeconds.IsZero() || !c.ExpiresAt.AsSeconds.IsZero() {
		return nil
	}
	st := s.sh.Theme()
	const label = 9
	span := w - 2*label - 4
	part := float64(s.sh.Now().UnixMilli()-start.At.UnixMilli()) / float64(max(1, c.ExpiresAt.At.UnixMilli()-start.At.UnixMilli()))
	pos := int(part * float64(span-1))
	var line string
	at := min(max(pos, 0), span-1)
	switch {
	case part < 0:
		at = 0
		line = st.Warn.Render("▲ ") + st.Faint.Render("├"+strings.Repeat("─", span-4)+"┤")
	case part >= 1:
		at = span - 1
		line = st.Faint.Render("├"+strings.Repeat("─", span-4)+"┤") + st.Bad.Render(" ▲")
	default:
		bar := st.OK
		if s.verdict().grade == gradeBad {
			bar = st.Muted
		}
		line = st.Muted.Render("├") + bar.Render(strings.Repeat("━", at)+"▲") + st.Faint.Render(strings.Repeat("─", max(0, span-at-3))) + st.Muted.Render("┤")
	}
	left, right := s.moment(start.At), s.moment(c.ExpiresAt.At)
	room := span
	if widget.Width(left)+widget.Width(right) >= span { // as far as below the word
		room = span + label
	}
	under := widget.Ends(left, right, room)
	if at > widget.Width(left)+1 && at+4 < span-widget.Width(right) {
		under = left + strings.Repeat(" ", at-widget.Width(left)) + "now" + strings.Repeat(" ", max(0, span-at-3-widget.Width(right))) + right
	}
	pad := strings.Repeat(" ", label)
	return []string{
		" " + st.Muted.Render(widget.Left(word, label-1)) + line + st.Muted.Render(" expires"),
		pad + st.Muted.Render(widget.Clip(under, w-label)),
	}
}
