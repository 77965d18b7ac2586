package server

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestInterop lets JWT libraries that we did not write verify our tokens and make
// tokens for us. PyJWT is Debian's python3-jwt; jsonwebtoken and jose are looked
// for in KEYDECK_TEST_NODE_PATH. In CI all three must be there.
func TestInterop(t *testing.T) {
	python := os.Getenv("KEYDECK_TEST_PYTHON")
	if python == "" {
		python = "python3"
	}
	libraries := []struct {
		name    string
		probe   []string
		command []string
	}{
		{"PyJWT", []string{python, "-c", "import jwt, cryptography"}, []string{python, "pyjwt.py"}},
		{"jsonwebtoken", []string{"node", "-e", "require('jsonwebtoken')"}, []string{"node", "jsonwebtoken.cjs"}},
		{"jose", []string{"node", "-e", "require('jose')"}, []string{"node", "--experimental-require-module", "jose.cjs"}},
	}
	b := newTestServer(t)
	p := b.person("owner@example.com")
	b.clock.Add(-time.Until(b.clock.Now())) // the libraries look at the real clock
	var issued struct{ Token string }
	decode(t, b.do("GET", "/v1/token/get", "", p.accountValue).body, &issued)
	served := httptest.NewServer(b.public)
	defer served.Close()

	for _, library := range libraries {
		t.Run(library.name, func(t *testing.T) {
			environment := append(os.Environ(), "NODE_PATH="+os.Getenv("KEYDECK_TEST_NODE_PATH"), "NO_PROXY=*",
				"BASE="+served.URL, "KID="+p.secret.ID, "SECRET="+p.secret.Secrets[0], "SERVICE_TOKEN="+issued.Token, "ACCOUNT="+p.project.AccountID)
			probe := exec.CommandContext(t.Context(), library.probe[0], library.probe[1:]...)
			probe.Env = environment
			if out, err := probe.CombinedOutput(); err != nil {
				if os.Getenv("CI") != "" {
					t.Fatalf("%s is missing: %v\n%s", library.name, err, out)
				}
				t.Skipf("%s is not installed here", library.name)
			}
			run := exec.CommandContext(t.Context(), library.command[0], library.command[1:]...)
			run.Env, run.Dir = environment, filepath.Join("testdata", "interop")
			var errors strings.Builder
			run.Stderr = &errors
			out, err := run.Output()
			if err != nil {
				t.Fatalf("%v\n%s", err, errors.String())
			}
			var made struct {
				Good    []string `json:"good"`
				Refused []string `json:"refused"`
				NoKID   []string `json:"no_kid"`
			}
			if err := json.Unmarshal(out, &made); err != nil || len(made.Good) == 0 || len(made.Refused) == 0 || len(made.NoKID) == 0 {
				t.Fatalf("%v in %s", err, out)
			}
			for want, tokens := range map[int][]string{
				http.StatusOK: made.Good, http.StatusUnauthorized: made.Refused, http.StatusInternalServerError: made.NoKID,
			} {
				for _, raw := range tokens {
					if got := b.do("GET", "/", "", "Authorization: Bearer "+raw); got.status != want {
						t.Errorf("got %d %s, want %d for %s", got.status, got.body, want, raw)
					}
				}
			}
		})
	}
}
