package query

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"keydeck/model"
)

func rec() *model.RequestRecord {
	return &model.RequestRecord{ID: "0190aa", Method: "POST", Route: "/auth/api-keys/", Path: "/auth/api-keys/", Status: 403, DurationUS: 150_000, RemoteIP: "10.0.0.7",
		UserAgent: "curl/8.5 (x64)", RequestID: "7f1c", Scheme: model.KindAPIKey, CredentialID: "id-1", CredentialHint: "sk_GDje…nJfJ8", Reason: model.ReasonScope}
}

func TestMatch(t *testing.T) {
	tests := []struct {
		q    string
		want bool
	}{
		{"", true},
		{"   ", true},
		{"status:403", true}, {"status:4xx", true}, {"status:4XX", true}, {"status:404", false}, {"status:2xx,4xx", true}, {"-status:4xx", false},
		{"method:post", true}, {"method:GET", false}, {"-method:GET", true}, {"METHOD:POST", true},
		{"path:/auth", true}, {"path:/AUTH", true}, {"path:api-keys", false}, {"-path:/v1/healthz", true},
		{"route:/auth/api", true}, {"route:=/auth/api-keys/", true}, {"route:=/auth/api", false}, {"route:=/", false}, {"route:/", true}, {"-route:=/", true},
		{"path:=/auth/api-keys/", true}, {"path:=/auth", false}, {"reason:=scope", true}, {"ip:=10.0.0.7", true}, {"ip:=10.0.0", false},
		{"key:sk_GDje", true}, {"key:id-1", true}, {"key:deploy", true}, {"key:sk_9", false}, {"-key:deploy", false},
		{"ip:10.0", true}, {"ip:127.0.0.1", false},
		{"reason:scope", true}, {"reason:expired,scope", true}, {"reason:expired", false},
		{"kind:api_key", true}, {"kind:api-key", true}, {"agent:CURL", true}, {"id:0190", true}, {"id:7f", true},
		{">100ms", true}, {">150ms", false}, {">=150ms", true}, {"<0.2s", true}, {"<150000us", false}, {"<=150", true}, {"->100ms", false}, {">1m", false},
		{"curl", true}, {"CURL", true}, {"-curl", false}, {`"8.5 (x64)"`, true}, {`agent:"8.5 (x64)"`, true}, {"wget", false},
		{"status:4xx curl >100ms -path:/v1", true}, {"status:4xx wget", false},
		{"http://x", false}, {"::1", false}, {`"status:403"`, false},
	}
	for _, tt := range tests {
		q, err := Parse(tt.q)
		if err != nil {
			t.Errorf("Parse(%q): %v", tt.q, err)
			continue
		}
		if got := q.Match(rec(), "ci-deploy"); got != tt.want {
			t.Errorf("%q matches: %v, want %v", tt.q, got, tt.want)
		}
	}
}

func TestErrorsSayWhere(t *testing.T) {
	tests := []struct {
		q, want  string
		pos, end int
	}{
		{"curl stats:4xx", "there is no field stats", 5, 14},
		{"status:4y", "4y is not a status", 0, 9},
		{"status:200,9xx", "9xx is not a status", 0, 14},
		{"status:", "status: needs a value", 0, 7},
		{"path:a,,b", "path: needs a value", 0, 9},
		{"a -", "a minus needs something", 2, 3},
		{`x "open`, "the quote is not closed", 2, 7},
		{`""`, "nothing between the quotes", 0, 2},
		{">fast", "> needs a duration", 0, 5},
		{">=NaN", ">= needs a duration", 0, 5},
		{"<1e999s", "< needs a duration", 0, 7},
		{">-5ms", "> needs a duration", 0, 5},
		{strings.Repeat("x", MaxLen+1), "at most 1000", MaxLen, MaxLen + 1},
	}
	for _, tt := range tests {
		_, err := Parse(tt.q)
		var e *Error
		if !errors.As(err, &e) || !strings.Contains(e.Message, tt.want) || e.Pos != tt.pos || e.End != tt.end {
			t.Errorf("Parse(%.20q) = %v, want %q at %d to %d", tt.q, err, tt.want, tt.pos, tt.end)
		}
	}
}

func TestFilterIsWhatTheServerCanTest(t *testing.T) {
	tests := []struct {
		q    string
		want model.RequestFilter
	}{
		{"status:4xx method:POST path:/v1 >100ms curl", model.RequestFilter{StatusClass: 4, Method: "POST", Path: "/v1", MinMillis: 100, Q: "curl"}},
		{"status:404 status:4xx", model.RequestFilter{Status: 404}},
		{"-status:404 status:4xx,5xx <1s key:x -ip:1 kind:api_key -curl", model.RequestFilter{}},
		{"ip:127.0.0.1", model.RequestFilter{Q: "127.0.0.1"}},
		{"reason:bad-checksum agent:curl", model.RequestFilter{Q: "bad_checksum"}},
		{"reason:typing", model.RequestFilter{}},
		{"typing", model.RequestFilter{}},
		{"key:01900000-0000-7000-8000-00000000002A", model.RequestFilter{CredentialID: "01900000-0000-7000-8000-00000000002a"}},
		{`path:/a\x1b café`, model.RequestFilter{}},
		{"method:GET route:=/", model.RequestFilter{Method: "GET", Route: "/"}},
		{"route:/v1 path:=/v1/healthz", model.RequestFilter{Path: "/v1/healthz"}},
		{"one two", model.RequestFilter{Q: "one"}},
	}
	for _, tt := range tests {
		q, err := Parse(tt.q)
		if err != nil {
			t.Fatalf("Parse(%q): %v", tt.q, err)
		}
		got := q.Filter(model.RequestFilter{})
		if got.Status != tt.want.Status || got.StatusClass != tt.want.StatusClass || got.Method != tt.want.Method || got.Path != tt.want.Path || got.Route != tt.want.Route ||
			got.CredentialID != tt.want.CredentialID || got.Q != tt.want.Q || got.MinMillis != tt.want.MinMillis {
			t.Errorf("%q asks the server for %+v, want %+v", tt.q, got, tt.want)
		}
	}
}

func TestComplete(t *testing.T) {
	seen := Values{"key": {"ci-deploy", "web shop"}, "method": {"GET", "PUT"}}
	tests := []struct {
		s    string
		pos  int
		from int
		want []string
	}{
		{"st", 2, 0, []string{"status:"}},
		{"curl -r", 7, 5, []string{"-route:", "-reason:"}},
		{"method:p", 8, 0, []string{"method:POST", "method:PATCH", "method:PUT"}},
		{"key:w", 5, 0, []string{`key:"web shop"`}},
		{`key:"web`, 8, 0, []string{`key:"web shop"`}},
		{"status:4xx,5", 12, 0, []string{"status:4xx,5xx", "status:4xx,500"}},
		{"status:4xx ip", 2, 0, []string{"status:"}},
		{"nope:x", 6, 0, nil},
		{"reason:bad_ch", 13, 0, []string{"reason:bad_checksum"}},
		{"-reason:typ", 11, 0, []string{"-reason:bad_checksum"}},
	}
	for _, tt := range tests {
		from, got := Complete(tt.s, tt.pos, seen)
		if from != tt.from || !slices.Equal(got, tt.want) {
			t.Errorf("Complete(%q, %d) = %d %q, want %d %q", tt.s, tt.pos, from, got, tt.from, tt.want)
		}
	}
	if _, all := Complete("", 0, nil); len(all) != len(fields) {
		t.Errorf("%d completions of nothing, want every field", len(all))
	}
}

// TestPlainWords checks that the words of the WHY column can be typed into the filter.
func TestPlainWords(t *testing.T) {
	r := &model.RequestRecord{Reason: model.ReasonBadChecksum}
	for q, want := range map[string]bool{`reason:"typing error"`: true, "reason:typing": true, "typing error": true, "reason:bad_checksum": true,
		"reason:bad-checksum": true, "reason:error": false, "reason:=typing": false, `reason:="typing error"`: true} {
		parsed, err := Parse(q)
		if err != nil {
			t.Fatal(err)
		}
		if got := parsed.Match(r, ""); got != want {
			t.Errorf("%s matches %s: %v, want %v", q, r.Reason, got, want)
		}
		for f := parsed.Filter(model.RequestFilter{}); want && !f.Match(r); {
			t.Fatalf("%s: the server would refuse it by %+v", q, f)
		}
	}
	for choice, want := range map[string]string{"reason:bad_checksum": "typing error", "-reason:expired,missing_kid": "no kid", "reason:expired": "", "ip:x": ""} {
		if got := About(choice); got != want {
			t.Errorf("About(%s) = %q, want %q", choice, got, want)
		}
	}
}

func TestQuoteReadsBack(t *testing.T) {
	for _, v := range []string{"plain", "two words", `a"b`, `back\slash`, "a,b", "a:b", "-x", ">1", "café"} {
		q, err := Parse("agent:" + Quote(v))
		if err != nil || len(q.terms) != 1 || !slices.Equal(q.terms[0].values, []string{v}) {
			t.Errorf("Quote(%q) = %s reads back as %+v, %v", v, Quote(v), q.terms, err)
		}
	}
}

// FuzzQuery checks that any input is parsed, or rejected with a position inside it, and
// that the server's part passes all that the whole filter passes.
func FuzzQuery(f *testing.F) {
	for _, s := range []string{"status:4xx method:POST path:/v1 key:sk_GDje ip:127.0.0.1 reason:expired >100ms <1s text -path:/v1/healthz",
		`"a b" -"c\"d"`, "key:a,b,\"c,d\"", "->=1.5s", "route:=/auth/api-keys/ path:=/ -route:=/x", "-", `"`, "a:b:c", "\xff \u202e", "status:1xx"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		q, err := Parse(s)
		if err != nil {
			var e *Error
			if !errors.As(err, &e) || e.Pos < 0 || e.End < e.Pos || e.End > len(s) || e.Message == "" {
				t.Fatalf("Parse(%q) = %#v", s, err)
			}
			return
		}
		server := q.Filter(model.RequestFilter{})
		for _, r := range []*model.RequestRecord{rec(), {}, {Path: s, UserAgent: s, Status: 200, DurationUS: 1}} {
			if q.Match(r, "ci-deploy") && !server.Match(r) {
				t.Fatalf("%q: the server would refuse %+v by %+v", s, r, server)
			}
		}
		for pos := range len(s) + 1 {
			if from, _ := Complete(s, pos, nil); from < 0 || from > pos {
				t.Fatalf("Complete(%q, %d) begins at %d", s, pos, from)
			}
		}
	})
}
