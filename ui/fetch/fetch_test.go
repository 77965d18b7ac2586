package fetch

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

const ed = `{"kty":"OKP","crv":"Ed25519","kid":"k1","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}`

// site is a server that answers by path; $URL in a body is its own.
func site(t *testing.T, secure bool, answers map[string]http.HandlerFunc) (*Client, string) {
	t.Helper()
	mux := http.NewServeMux()
	for path, answer := range answers {
		mux.HandleFunc(path, func(w http.ResponseWriter, r *http.Request) {
			for _, name := range []string{"Authorization", "Cookie"} {
				if r.Header.Get(name) != "" {
					t.Errorf("%s was sent", name)
				}
			}
			answer(w, r)
		})
	}
	c := New("keydeck/test")
	if !secure {
		s := httptest.NewServer(mux)
		t.Cleanup(s.Close)
		return c, s.URL
	}
	s := httptest.NewTLSServer(mux)
	t.Cleanup(s.Close)
	c.public.Transport = s.Client().Transport
	return c, s.URL
}

func says(body string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		scheme := "http://"
		if r.TLS != nil {
			scheme = "https://"
		}
		_, _ = fmt.Fprint(w, strings.ReplaceAll(body, "$URL", scheme+r.Host))
	}
}

func leads(to string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Location", to)
		w.WriteHeader(http.StatusFound)
	}
}

func TestJWKS(t *testing.T) {
	tests := []struct {
		name   string
		secure bool
		answer http.HandlerFunc
		err    string // "" for one key
	}{
		{"good, at this machine", false, says(`{"keys":[` + ed + `]}`), ""},
		{"good, over https", true, says(`{"keys":[` + ed + `]}`), ""},
		{"with white space around it", true, says("\n {\"keys\":[" + ed + "]}\n"), ""},
		{"a redirect to the same host", true, leads("/other"), ""},
		{"round and round", true, leads("/jwks"), "redirects more than 3 times"},
		{"a redirect elsewhere", true, leads("https://elsewhere.invalid/jwks"), `redirects to another host; if that is right, ask "https://elsewhere.invalid/jwks"`},
		{"a redirect to http", true, leads("http://127.0.0.1:1/jwks"), "redirects from https to"},
		{"a redirect to a file", true, leads("file:///etc/passwd"), "redirects from https to"},
		{"a redirect with a password", true, leads("https://user:hidden@elsewhere.invalid/"), "redirects to a URL with a user in it"},
		{"not there", true, http.NotFound, "it answers 404 Not Found; see whether the path is right"},
		{"not for everybody", true, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusUnauthorized) }, "without a credential"},
		{"a page", true, says("<html>hello"), `no JSON object but "text/html; charset=utf-8"`},
		{"keys in PEM", true, says("-----BEGIN PUBLIC KEY-----"), "no JSON object"},
		{"no set", true, says(ed), "no member keys"},
		{"a discovery document", true, says(`{"issuer":"x","jwks_uri":"y"}`), "ask its issuer instead"},
		{"empty set", true, says(`{"keys":[]}`), "no key in it"},
		{"broken", true, says(`{"keys":[`), "ends where a value should be at byte 9"},
		{"too long", true, says(`{"keys":[` + ed + strings.Repeat(" ", maxBytes) + `]}`), "longer than 1,048,576 bytes"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c, at := site(t, tt.secure, map[string]http.HandlerFunc{"/jwks": tt.answer, "/other": says(`{"keys":[` + ed + `]}`)})
			got, err := c.JWKS(t.Context(), at+"/jwks")
			if tt.err == "" {
				if err != nil || len(got.Keys) != 1 || got.Keys[0].ID != "k1" || got.Keys[0].Source != at+"/jwks" || got.URL != at+"/jwks" {
					t.Errorf("got %+v, %v", got, err)
				}
				return
			}
			if err == nil || !strings.Contains(err.Error(), tt.err) {
				t.Errorf("got %v, want %q", err, tt.err)
			}
			if err != nil && strings.Contains(err.Error(), "hidden") {
				t.Errorf("the error shows a password: %v", err)
			}
		})
	}
}

func TestParse(t *testing.T) {
	tests := []struct{ url, err string }{
		{"https://issuer.example.com/jwks", ""},
		{"http://127.0.0.1:8000/jwks", ""},
		{"http://127.8.9.1/jwks", ""},
		{"http://[::1]:8000/jwks", ""},
		{"http://localhost/jwks", ""},
		{"http://issuer.example.com/jwks", "use https"},
		{"http://localhost.example.com/jwks", "use https"},
		{"http://0.0.0.0/jwks", "use https"},
		{"http://169.254.169.254/latest", "use https"},
		{"file:///etc/passwd", "not a URL"},
		{"ftp://example.com/jwks", "https only"},
		{"example.com/jwks", "not a URL"},
		{"https://", "not a URL"},
		{"https://:8000/", "not a URL"},
		{"https://a:b@example.com/", "a user or a password"},
		{"https://example.com/#x", "fragment"},
		{"https://exa\x1bmple.com/", "not a URL"},
		{"", "not a URL"},
	}
	for _, tt := range tests {
		_, err := parse(tt.url)
		if (err == nil) != (tt.err == "") || err != nil && !strings.Contains(err.Error(), tt.err) {
			t.Errorf("%q: %v, want %q", tt.url, err, tt.err)
		}
		if err != nil && strings.Contains(err.Error(), "\x1b") {
			t.Errorf("%q: the error holds a control character", tt.url)
		}
	}
}

func TestIssuer(t *testing.T) {
	set := says(`{"keys":[` + ed + `]}`)
	document := says(`{"issuer":"$URL","jwks_uri":"$URL/jwks"}`)
	const oidc, oauth = "/.well-known/openid-configuration", "/.well-known/oauth-authorization-server"
	tests := []struct {
		name, path string
		answers    map[string]http.HandlerFunc
		err        string
	}{
		{"OpenID Connect", "", map[string]http.HandlerFunc{oidc: document}, ""},
		{"RFC 8414", "", map[string]http.HandlerFunc{oauth: document}, ""},
		{"OpenID Connect with a path", "/a", map[string]http.HandlerFunc{"/a" + oidc: says(`{"issuer":"$URL/a","jwks_uri":"$URL/jwks"}`)}, ""},
		{"RFC 8414 with a path", "/a", map[string]http.HandlerFunc{oauth + "/a": says(`{"issuer":"$URL/a","jwks_uri":"$URL/jwks"}`)}, ""},
		{"a slash at the end", "/", map[string]http.HandlerFunc{oidc: says(`{"issuer":"$URL/","jwks_uri":"$URL/jwks"}`)}, ""},
		{"a slash too many", "/", map[string]http.HandlerFunc{oidc: document}, "section 3.3"},
		{"of another", "", map[string]http.HandlerFunc{oidc: says(`{"issuer":"https://bank.example.com","jwks_uri":"$URL/jwks"}`)}, "section 3.3"},
		{"of nobody", "", map[string]http.HandlerFunc{oidc: says(`{"jwks_uri":"$URL/jwks"}`)}, "section 3.3"},
		{"of two", "", map[string]http.HandlerFunc{oidc: says(`{"issuer":"x","issuer":"$URL","jwks_uri":"$URL/jwks"}`)}, "twice"},
		{"without keys", "", map[string]http.HandlerFunc{oidc: says(`{"issuer":"$URL"}`)}, "no jwks_uri"},
		{"keys over http", "", map[string]http.HandlerFunc{oidc: says(`{"issuer":"$URL","jwks_uri":"http://example.com/jwks"}`)}, "use https"},
		{"keys on this machine", "", map[string]http.HandlerFunc{oidc: says(`{"issuer":"$URL","jwks_uri":"http://127.0.0.1:1/jwks"}`)}, "must not lead to this machine"},
		{"keys in a file", "", map[string]http.HandlerFunc{oidc: says(`{"issuer":"$URL","jwks_uri":"file:///etc/passwd"}`)}, "jwks_uri"},
		{"no document", "", nil, "has no discovery document"},
		{"down", "", map[string]http.HandlerFunc{oidc: func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusServiceUnavailable) }}, "it answers 503"},
		{"with a query", "/?x=1", map[string]http.HandlerFunc{oidc: document}, "has a query"},
		{"no host in its path", "//elsewhere.invalid", nil, "has no discovery document"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			answers := map[string]http.HandlerFunc{"/jwks": set}
			for path, answer := range tt.answers {
				answers[path] = answer
			}
			c, at := site(t, true, answers)
			got, err := c.Issuer(t.Context(), at+tt.path)
			if tt.err == "" {
				if err != nil || len(got.Keys) != 1 || got.Issuer != at+tt.path || got.Keys[0].Source != at+tt.path {
					t.Errorf("got %+v, %v", got, err)
				}
			} else if err == nil || !strings.Contains(err.Error(), tt.err) {
				t.Errorf("got %v, want %q", err, tt.err)
			}
		})
	}
}

// stalls is a server that never answers.
type stalls struct{}

func (stalls) RoundTrip(r *http.Request) (*http.Response, error) {
	<-r.Context().Done()
	return nil, r.Context().Err()
}

func TestPatienceEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := New("keydeck/test")
		c.public.Transport = stalls{}
		start := time.Now()
		_, err := c.JWKS(t.Context(), "https://example.com/jwks")
		if err == nil || !strings.Contains(err.Error(), "does not answer within 5s") || time.Since(start) != timeout {
			t.Errorf("after %s: %v", time.Since(start), err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if _, err := c.JWKS(ctx, "https://example.com/jwks"); !errors.Is(err, context.Canceled) {
			t.Errorf("cancelled: %v", err)
		}
	})
}

func TestUntrustedCertificate(t *testing.T) {
	_, at := site(t, true, map[string]http.HandlerFunc{"/jwks": says(`{"keys":[]}`)})
	if _, err := New("keydeck/test").JWKS(t.Context(), at+"/jwks"); err == nil || !strings.Contains(err.Error(), "certificate is not to be trusted") {
		t.Errorf("got %v", err)
	}
}

// A name that is of this machine by its looks alone is no way out over http.
func TestOnlyLoopback(t *testing.T) {
	for address, good := range map[string]bool{"127.0.0.1:80": true, "[::1]:80": true, "[::ffff:127.0.0.1]:80": true, "10.0.0.1:80": false, "[fe80::1]:80": false, "x": false} {
		if err := onlyLoopback("tcp", address, nil); (err == nil) != good {
			t.Errorf("%s: %v", address, err)
		}
	}
}

func TestNoProxy(t *testing.T) {
	t.Setenv("HTTP_PROXY", "http://127.0.0.1:1")
	t.Setenv("HTTPS_PROXY", "http://127.0.0.1:1")
	for _, c := range []*http.Client{New("x").public, New("x").local} {
		if c.Transport.(*http.Transport).Proxy != nil {
			t.Error("a proxy would be used")
		}
	}
}
