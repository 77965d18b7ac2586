package token

import (
	"strings"
	"testing"

	"keydeck/model"
)

const goodHeader = `{"alg":"HS256","typ":"JWT","kid":"k"}`

func TestParseHeader(t *testing.T) {
	tests := []struct {
		name, header string
		want         Header
	}{
		{"all", goodHeader, Header{Algorithm: "HS256", Type: "JWT", KeyID: "k", HasKeyID: true}},
		{"no kid", `{"alg":"HS256"}`, Header{Algorithm: "HS256"}},
		{"empty kid", `{"alg":"HS256","kid":""}`, Header{Algorithm: "HS256", HasKeyID: true}},
		{"escapes and white space", " {\n\"\\u0061lg\" : \"HS\\u0032\\u00356\" } ", Header{Algorithm: "HS256"}},
		{"none is Verify's to refuse", `{"alg":"none"}`, Header{Algorithm: "none"}},
		{"keys of its own are ignored", `{"alg":"HS256","jwk":{"kty":"oct","k":"AA"},"jku":"http://x","x5u":"http://x","x5c":["AA"]}`, Header{Algorithm: "HS256"}},
		{"names differ in case", `{"alg":"HS256","ALG":"none","Kid":"x"}`, Header{Algorithm: "HS256"}},
		{"deep enough", `{"alg":"HS256","x":` + strings.Repeat("[", 63) + strings.Repeat("]", 63) + `}`, Header{Algorithm: "HS256"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := ParseHeader(b64(tt.header) + "." + b64("{}") + ".AA")
			if err != nil || got != tt.want {
				t.Errorf("got %+v, %v, want %+v", got, err, tt.want)
			}
		})
	}
}

func TestParseHeaderMalformed(t *testing.T) {
	good := b64(goodHeader) + "." + b64("{}") + ".AA"
	header := func(h string) string { return b64(h) + "." + b64("{}") + ".AA" }
	tests := []struct{ name, raw string }{
		{"empty", ""},
		{"dots alone", ".."},
		{"one segment", b64(goodHeader)},
		{"two segments", b64(goodHeader) + "." + b64("{}")},
		{"four segments", good + ".AA"},
		{"five segments, a JWE", good + ".AA.AA"},
		{"empty header", "." + b64("{}") + ".AA"},
		{"empty payload", b64(goodHeader) + "..AA"},
		{"over 16 KiB", b64(goodHeader) + "." + strings.Repeat("A", model.MaxTokenBytes) + ".AA"},
		{"megabyte of dots", strings.Repeat(".", 1<<20)},
		{"padding", header(`{"alg":"HS256"} `) + "=="},
		{"padding in the header", b64(`{"alg":"HS256"} `) + "=" + "." + b64("{}") + ".AA"},
		{"standard alphabet", good + "+/"},
		{"line break behind", good + "\n"},
		{"line break inside", good[:4] + "\n" + good[4:]},
		{"carriage return inside", good[:4] + "\r" + good[4:]},
		{"blank in front", " " + good},
		{"tab inside", good[:4] + "\t" + good[4:]},
		{"NUL", good[:4] + "\x00" + good[4:]},
		{"not ASCII", good[:4] + "é" + good[4:]},
		{"Bearer left on", "Bearer " + good},
		{"impossible length", b64(`{"alg":"HS256"}`) + "A" + "." + b64("{}") + ".AA"},
		{"spare bits", b64(`{"alg":"HS256"} `)[:21] + "h" + "." + b64("{}") + ".AA"},
		{"not JSON", header("hello")},
		{"an array", header(`["alg","HS256"]`)},
		{"null", header("null")},
		{"a string", header(`"alg"`)},
		{"text behind", header(goodHeader + "x")},
		{"two objects", header(goodHeader + goodHeader)},
		{"NUL behind", header(goodHeader + "\x00")},
		{"invalid UTF-8", header("{\"alg\":\"HS256\",\"x\":\"\xff\"}")},
		{"lone surrogate", header(`{"alg":"HS256","kid":"\ud800"}`)},
		{"UTF-16", header("\xff\xfe{\x00}\x00")},
		{"byte order mark", header("\ufeff" + goodHeader)},
		{"too deep", header(`{"alg":"HS256","x":` + strings.Repeat("[", 64) + strings.Repeat("]", 64) + `}`)},
		{"alg missing", header(`{"typ":"JWT"}`)},
		{"alg null", header(`{"alg":null}`)},
		{"alg a number", header(`{"alg":256}`)},
		{"alg an array", header(`{"alg":["none","HS256"]}`)},
		{"alg twice", header(`{"alg":"none","alg":"HS256"}`)},
		{"alg twice, escaped", header(`{"alg":"HS256","\u0061lg":"none"}`)},
		{"kid twice", header(`{"alg":"HS256","kid":"a","kid":"k"}`)},
		{"unknown member twice", header(`{"alg":"HS256","x":1,"x":1}`)},
		{"nested member twice", header(`{"alg":"HS256","jwk":{"kty":"oct","kty":"RSA"}}`)},
		{"kid a number", header(`{"alg":"HS256","kid":1}`)},
		{"kid null", header(`{"alg":"HS256","kid":null}`)},
		{"kid an array", header(`{"alg":"HS256","kid":["k"]}`)},
		{"kid an object", header(`{"alg":"HS256","kid":{"$ne":""}}`)},
		{"kid true", header(`{"alg":"HS256","kid":true}`)},
		{"typ a number", header(`{"alg":"HS256","typ":1}`)},
		{"typ null", header(`{"alg":"HS256","typ":null}`)},
		{"crit", header(`{"alg":"HS256","crit":["exp"],"exp":1}`)},
		{"crit empty", header(`{"alg":"HS256","crit":[]}`)},
		{"crit null", header(`{"alg":"HS256","crit":null}`)},
		{"b64 false", header(`{"alg":"HS256","b64":false}`)},
		{"b64 false and critical", header(`{"alg":"HS256","b64":false,"crit":["b64"]}`)},
		{"b64 true", header(`{"alg":"HS256","b64":true}`)},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			h, err := ParseHeader(tt.raw)
			if got := reason(t, err); got != model.ReasonMalformed || h != (Header{}) {
				t.Errorf("ParseHeader = %+v, %q, want malformed", h, got)
			}
			if _, err := Verify(tt.raw, hmacID, rules); reason(t, err) != model.ReasonMalformed {
				t.Errorf("Verify says %v, want malformed", err)
			}
		})
	}
}

func FuzzParseHeader(f *testing.F) {
	for _, h := range []string{goodHeader, `{"alg":"HS256"}`, `{"alg":"none","crit":[]}`, `{"alg":"HS256","kid":1}`, `[`} {
		f.Add(b64(h) + ".e30.AA")
	}
	f.Add("..")
	f.Add("a.b.c.d.e")
	f.Fuzz(func(t *testing.T, raw string) {
		h, err := ParseHeader(raw)
		if err != nil {
			if reason(t, err) != model.ReasonMalformed || h != (Header{}) {
				t.Errorf("ParseHeader(%q) = %+v, %v", raw, h, err)
			}
			return
		}
		if strings.Count(raw, ".") != 2 || len(raw) > model.MaxTokenBytes || strings.ContainsAny(raw, "=+/ \t\r\n") {
			t.Errorf("took %q", raw)
		}
	})
}
