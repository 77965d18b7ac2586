package model

import (
	"encoding/json"
	"math"
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

func TestStaticKeyFormat(t *testing.T) {
	key := FormatKey(KindAPIKey, strings.Repeat("a", KeyRandomLen))
	if len(key) != 46 || !strings.HasPrefix(key, "sk_aaa") {
		t.Fatalf("key is %q", key)
	}
	// The check digits are CRC-32 (IEEE) of the first 40 characters in base62,
	// computed here by another program: python3 -c 'zlib.crc32(b"sk_"+b"a"*37)'.
	if got, want := key[40:], "0OWecF"; got != want {
		t.Errorf("check digits %q, want %q", got, want)
	}
	if got := CheckKey(key); got != "" {
		t.Errorf("a good key is %q", got)
	}
	for i := range len(key) {
		broken := []byte(key)
		broken[i]++
		if broken[i] == '[' || broken[i] == '{' || broken[i] == ':' {
			broken[i] = 'Q'
		}
		if CheckKey(string(broken)) == "" {
			t.Errorf("a typing error at %d goes unnoticed", i)
		}
	}
	for _, bad := range []string{"", "sk_", key + "a", key[1:], strings.ToUpper(key), strings.Replace(key, "a", "ä", 1), "sk_" + strings.Repeat("-", 43)} {
		if got := CheckKey(bad); got == "" {
			t.Errorf("CheckKey(%q) has no objection", bad)
		}
	}
}

func TestMask(t *testing.T) {
	key := FormatKey(KindAPIKey, strings.Repeat("k", KeyRandomLen))
	if got, want := Mask(key), "sk_kkkk…"+key[41:]; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	const token = "eyJhbGciOiJub25lIn0.eyJleHAiOjE3NjcyMjU2MDB9.c2ln"
	if got, want := Mask(token), "…jU2MDB9.c2ln"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	for _, secret := range []string{"", "sk_short", "a.b.c", strings.Repeat("0123456789abcdef", 4)} {
		if got := Mask(secret); got != "…" {
			t.Errorf("%q is shown as %q", secret, got)
		}
	}
}

func TestTimeHasThreeFractionDigits(t *testing.T) {
	tests := map[string]time.Time{
		`"2026-01-26T14:30:00.000Z"`: time.Date(2026, 1, 26, 15, 30, 0, 0, time.FixedZone("", 3600)),
		`"2026-01-26T14:30:00.120Z"`: time.Date(2026, 1, 26, 14, 30, 0, 120_999_999, time.UTC),
	}
	for want, at := range tests {
		got, err := json.Marshal(At(at))
		if err != nil || string(got) != want {
			t.Errorf("got %s, %v, want %s", got, err, want)
		}
		var back Time
		if err := json.Unmarshal(got, &back); err != nil || back != At(at) {
			t.Errorf("read back %v, %v, want %v", back, err, At(at))
		}
	}
	if _, err := json.Marshal(Time{time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC)}); err == nil {
		t.Error("the year 10000 was written")
	}
	if got := FromMillis(time.Unix(7, 1e6).UnixMilli()); !got.Equal(time.Unix(7, 1e6)) {
		t.Errorf("through milliseconds: %v", got)
	}
}

func TestPageArithmetic(t *testing.T) {
	tests := []struct {
		in     PageRequest
		want   PageRequest
		offset int64
	}{
		{PageRequest{}, PageRequest{1, 10}, 0},
		{PageRequest{3, 5}, PageRequest{3, 5}, 10},
		{PageRequest{2, 5000}, PageRequest{2, 1000}, 1000},
		{PageRequest{math.MaxInt, 1000}, PageRequest{math.MaxInt, 1000}, math.MaxInt64},
	}
	for _, tt := range tests {
		got := tt.in.Normal()
		if got != tt.want || got.Offset() != tt.offset {
			t.Errorf("%+v is %+v with offset %d, want %+v, %d", tt.in, got, got.Offset(), tt.want, tt.offset)
		}
	}
	page := NewPage[int](nil, PageRequest{1, 10}, 21)
	if page.Items == nil || page.Pagination.Pages != 3 {
		t.Errorf("got %+v", page)
	}
}

func TestRequestFilterMatch(t *testing.T) {
	at := At(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC))
	later := At(at.Add(time.Millisecond))
	r := RequestRecord{At: at, Method: "GET", Path: "/V1/Token/get", Status: 401, DurationUS: 1500, RemoteIP: "10.0.0.7",
		UserAgent: "curl/8.5", CredentialID: "c1", ProjectID: "p1", UserID: "u1", Reason: ReasonExpired}
	yes := []RequestFilter{
		{}, {Method: "get"}, {Status: 401}, {StatusClass: 4}, {Path: "/v1/"}, {CredentialID: "c1"}, {ProjectID: "p1"}, {Q: "CURL"},
		{Q: "expir"}, {Q: "10.0.0"}, {Since: &at}, {Until: &later}, {MinMillis: 1.5}, {Projects: []string{"p0", "p1"}},
	}
	for _, f := range yes {
		if !f.Match(&r) {
			t.Errorf("%+v does not match", f)
		}
	}
	no := []RequestFilter{
		{Method: "POST"}, {Status: 400}, {StatusClass: 5}, {Path: "v1"}, {CredentialID: "c2"}, {ProjectID: "p2"}, {Q: "wget"},
		{Since: &later}, {Until: &at}, {MinMillis: 1.6}, {Projects: []string{}}, {Projects: []string{}, UserID: "u1"},
	}
	for _, f := range no {
		if f.Match(&r) {
			t.Errorf("%+v matches", f)
		}
	}
	r.ProjectID = ""
	if f := (RequestFilter{Projects: []string{"p1"}, UserID: "u1"}); !f.Match(&r) {
		t.Error("a user does not see the own requests outside projects")
	}
}

func TestCodeOf(t *testing.T) {
	if got := CodeOf(json.Unmarshal([]byte("{"), new(int))); got != CodeInternal {
		t.Errorf("a foreign error is %q", got)
	}
	cause := &Error{Code: CodeInternal, Message: "inner"}
	err := &Error{Code: CodeUnavailable, Message: "outer", Cause: cause, Reason: ReasonUnavailable}
	if CodeOf(err) != CodeUnavailable || ReasonOf(err) != ReasonUnavailable || err.Error() != "outer: inner" {
		t.Errorf("got %v, %v, %v", CodeOf(err), ReasonOf(err), err)
	}
}

func TestCutText(t *testing.T) {
	for _, tt := range []struct {
		in    string
		limit int
		want  string
	}{
		{"abc", 3, "abc"}, {"abcd", 3, "abc"}, {"aé", 2, "a"}, {"é", 1, ""}, {"a\xffb", 10, "a\ufffdb"}, {"\xff\xff", 3, "\ufffd"}, {"", 5, ""},
	} {
		if got := CutText(tt.in, tt.limit); got != tt.want || !utf8.ValidString(got) {
			t.Errorf("CutText(%q, %d): got %q, want %q", tt.in, tt.limit, got, tt.want)
		}
	}
}
