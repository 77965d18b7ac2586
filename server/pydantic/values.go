package pydantic

import (
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"keydeck/model"
)

// Values that a query string and a body have in common.

// laxInt is what pydantic takes for an integer in a string.
var laxInt = regexp.MustCompile(`^[+-]?[0-9]+(_[0-9]+)*(\.0+)?$`)

// maxDigits is the number of digits that Python converts to an integer at most.
const maxDigits = 4300

// integer reads s, which was sent as input. A most of math.MaxInt is no bound:
// larger numbers are cut to it.
func (r *Request) integer(loc []any, s string, input any, least, most int) int {
	s = strings.TrimSpace(s)
	if !laxInt.MatchString(s) {
		r.add("int_parsing", loc, "Input should be a valid integer, unable to parse string as an integer", input, nil)
		return 0
	}
	if len(s) > maxDigits {
		r.add("int_parsing_size", loc, "Unable to parse input string as an integer, exceeded maximum size", input, nil)
		return 0
	}
	s, _, _ = strings.Cut(strings.ReplaceAll(s, "_", ""), ".")
	n, _ := strconv.Atoi(s) // out of range it is the nearest int, which the bounds below check
	switch {
	case n < least:
		r.add("greater_than_equal", loc, fmt.Sprintf("Input should be greater than or equal to %d", least), input, map[string]any{"ge": least})
	case n > most:
		r.add("less_than_equal", loc, fmt.Sprintf("Input should be less than or equal to %d", most), input, map[string]any{"le": most})
	}
	return n
}

// number reads a JSON value as an integer.
func (r *Request) number(loc []any, v *Value, least, most int) int {
	switch v.kind {
	case kindInt:
		return r.integer(loc, v.raw, v.echo(), least, most)
	case kindString:
		return r.integer(loc, v.text, v.echo(), least, most)
	case kindFloat:
		f, _ := strconv.ParseFloat(v.raw, 64)
		switch {
		case math.Abs(f) >= 1<<63:
			r.add("int_parsing_size", loc, "Unable to parse input string as an integer, exceeded maximum size", v.echo(), nil)
		case f != math.Trunc(f):
			r.add("int_from_float", loc, "Input should be a valid integer, got a number with a fractional part", v.echo(), nil)
		default:
			return r.integer(loc, strconv.FormatFloat(f, 'f', 0, 64), v.echo(), least, most)
		}
	default:
		r.add("int_type", loc, "Input should be a valid integer", v.echo(), nil)
	}
	return 0
}

func (r *Request) float(loc []any, s string) float64 {
	trimmed := strings.TrimSpace(s)
	f, err := strconv.ParseFloat(trimmed, 64)
	switch {
	case err != nil && !math.IsInf(f, 0), strings.ContainsAny(trimmed, "xXpP_"):
		r.add("float_parsing", loc, "Input should be a valid number, unable to parse string as a number", s, nil)
	case math.IsInf(f, 0) || math.IsNaN(f):
		r.add("finite_number", loc, "Input should be a finite number", s, nil)
	case f < 0:
		r.add("greater_than_equal", loc, "Input should be greater than or equal to 0", s, map[string]any{"ge": 0})
	default:
		return f
	}
	return 0
}

// text reads a string of least to most characters; most 0 is no bound.
func (r *Request) text(loc []any, v *Value, least, most int) string {
	if v.kind != kindString {
		r.add("string_type", loc, "Input should be a valid string", v.echo(), nil)
		return ""
	}
	if v.lone {
		r.add("string_unicode", loc, "Input should be a valid string, unable to parse raw data as a unicode string", v.text, nil)
		return ""
	}
	n := utf8.RuneCountInString(v.text)
	switch {
	case n < least:
		r.add("string_too_short", loc, "String should have at least "+characters(least), v.echo(), map[string]any{"min_length": least})
	case most > 0 && n > most:
		r.add("string_too_long", loc, "String should have at most "+characters(most), v.echo(), map[string]any{"max_length": most})
	}
	return v.text
}

// notIn reports an input that is none of at least two values.
func (r *Request) notIn(values []string, loc []any, input any) {
	last := len(values) - 1
	expected := "'" + strings.Join(values[:last], "', '") + "' or '" + values[last] + "'"
	r.add("enum", loc, "Input should be "+expected, input, map[string]any{"expected": expected})
}

func characters(n int) string {
	if n == 1 {
		return "1 character"
	}
	return strconv.Itoa(n) + " characters"
}

// time reads RFC 3339 with or without a zone (UTC then), a bare date, or unix
// seconds (beyond 2e10: milliseconds), as pydantic does.
func (r *Request) time(loc []any, s string, input any) *model.Time {
	const watershed = 2e10
	s = strings.TrimSpace(s)
	if n, err := strconv.ParseFloat(s, 64); err == nil && !strings.ContainsAny(s, "xXpP_nN") {
		if math.Abs(n) > watershed {
			n /= 1000
		}
		if n >= 0 && n < maxUnix {
			return model.Ptr(time.UnixMilli(int64(math.Round(n * 1000))))
		}
		r.badTime(loc, input, "the unix time is out of range")
		return nil
	}
	for _, layout := range timeLayouts {
		if t, err := time.Parse(layout, s); err == nil {
			return model.Ptr(t)
		}
	}
	if len(s) < len(time.DateOnly) {
		r.badTime(loc, input, "input is too short")
	} else {
		r.badTime(loc, input, "not a time such as 2026-01-31T12:00:00Z")
	}
	return nil
}

// maxUnix is the end of the year 9999, the last that RFC 3339 can write.
const maxUnix = 253402300800

var timeLayouts = []string{
	time.RFC3339Nano, "2006-01-02 15:04:05.999999999Z07:00", "2006-01-02T15:04:05.999999999",
	"2006-01-02 15:04:05.999999999", "2006-01-02T15:04", "2006-01-02 15:04", time.DateOnly,
}

func (r *Request) badTime(loc []any, input any, why string) {
	r.add("datetime_from_date_parsing", loc, "Input should be a valid datetime or date, "+why, input, map[string]any{"error": why})
}
