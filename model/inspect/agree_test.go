package inspect

import (
	"strings"
	"testing"

	"keydeck/model"
	"keydeck/model/inspect/internal/tokentest"
	"keydeck/model/inspect/jwt"
	"keydeck/model/inspect/strict"
)

// agree compares what is displayed with how the server parses the token. A token that
// the server rejects must be shown with a Problem. One that it accepts must be shown
// with the same alg, typ and kid, and with no Problem in the header.
func agree(t *testing.T, raw string) {
	t.Helper()
	shown := DecodeExact(raw)
	if shown.Kind != jwt.KindJWS {
		return
	}
	read, err := strict.ReadCompact(raw)
	if err != nil {
		if len(shown.Problems) == 0 {
			t.Errorf("%q is shown without a problem; the server says %v", raw, err)
		}
		return
	}
	if shown.Algorithm != read.Header.Algorithm || shown.Type != read.Header.Type || shown.KeyID != read.Header.KeyID {
		t.Errorf("%q is shown with %q %q %q, the server reads %+v", raw, shown.Algorithm, shown.Type, shown.KeyID, read.Header)
	}
	for _, p := range shown.Problems {
		if p.Part == jwt.SegmentHeader {
			t.Errorf("%q is shown with the problem %q; the server accepts the header", raw, p)
		}
	}
	_, payloadErr := strict.Decode(jwt.SegmentPayload, read.Payload)
	text, _ := strict.Decode(jwt.SegmentPayload, read.Payload)
	if payloadErr == nil {
		_, payloadErr = strict.ReadObject(jwt.SegmentPayload, text)
	}
	_, signatureErr := strict.Decode(jwt.SegmentSignature, read.Signature)
	if bad := payloadErr != nil || signatureErr != nil || len(raw) > model.MaxTokenBytes; bad != (len(shown.Problems) > 0) {
		t.Errorf("%q is shown with the problems %v; the server says %v about the payload and %v about the signature", raw, shown.Problems, payloadErr, signatureErr)
	}
}

// agreement has headers, payloads and signatures (tails), which are tried in every
// combination.
var agreement = struct{ headers, payloads, tails []string }{
	headers: []string{
		`{"alg":"HS256","typ":"JWT","kid":"k"}`, `{"alg":"HS256"}`, `{"alg":"none"}`, `{}`, `[]`, ``, `null`, `{"alg":null}`, `{"alg":1}`, `{"alg":["HS256"]}`,
		`{"alg":"HS256","alg":"none"}`, `{"alg":"HS256","\u0061lg":"none"}`, `{"alg":"HS256","x":{"y":1,"y":2}}`, `{"alg":"HS256","kid":1}`, `{"alg":"HS256","kid":null}`,
		`{"alg":"HS256","typ":[]}`, `{"alg":"HS256","crit":[]}`, `{"alg":"HS256","crit":["exp"]}`, `{"alg":"HS256","b64":true}`, `{"alg":"HS256","b64":false}`, `{"alg":"HS256",}`,
		`{"alg":"HS256"} x`, ` {"alg":"HS256"} `, "{\"alg\":\"HS256\",\"kid\":\"\xff\"}", `{"alg":"HS256","kid":"\ud800"}`, `{"alg":"HS256","cty":"JWT"}`, `{"ALG":"HS256"}`,
		`{"alg":"HS256","x":` + strings.Repeat("[", 63) + strings.Repeat("]", 63) + `}`, `{"alg":"HS256","x":` + strings.Repeat("[", 64) + strings.Repeat("]", 64) + `}`, "\ufeff" + `{"alg":"HS256"}`,
	},
	payloads: []string{
		`{}`, `{"exp":1700000060,"sub":"me"}`, ``, `[]`, `hello`, `{"a":1,"a":2}`, `{"a":{"b":1,"b":2}}`, `{"exp":}`, "{\"a\":\"\n\"}", `{"exp":1e999}`,
		`eyJhbGciOiJIUzI1NiJ9.e30.AA`, ` {"a":1}`, `{"a":1}}`,
	},
	tails: []string{"", "AA", "AB", "A", "AAA", "AA==", "A+", "A/", "A\n", "A A", "?", "AA.", "AA.BB", "é", strings.Repeat("A", 64), strings.Repeat("A", model.MaxTokenBytes)},
}

func TestDisplayAgreesWithServer(t *testing.T) {
	for _, h := range agreement.headers {
		for _, p := range agreement.payloads {
			for _, tail := range agreement.tails {
				agree(t, tokentest.Base64URL(h)+"."+tokentest.Base64URL(p)+"."+tail)
			}
		}
	}
	for _, raw := range []string{"", ".", "..", "a.b", "a.b.c", "e30.e30.", "e30=.e30.AA", "e30.e30=.AA", "e3\n0.e30.AA", " e30.e30.AA", "e30.e30.AA\r\n", "e30.e30", "e30", tokentest.Sample, tokentest.Sample + "\x00"} {
		agree(t, raw)
	}
}

func FuzzDisplayAgreesWithServer(f *testing.F) {
	for i, h := range agreement.headers {
		f.Add(h, agreement.payloads[i%len(agreement.payloads)], agreement.tails[i%len(agreement.tails)], false)
	}
	f.Add("e30", "e30", "AA", true)
	f.Fuzz(func(t *testing.T, header, payload, signature string, encoded bool) {
		if !encoded {
			header, payload = tokentest.Base64URL(header), tokentest.Base64URL(payload)
		}
		agree(t, header+"."+payload+"."+signature)
	})
}
