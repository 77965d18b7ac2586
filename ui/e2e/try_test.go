package e2e

import (
	"path/filepath"
	"testing"
)

// TestFourKeypresses walks from a key that was just issued to its first request,
// that request's details and the token it brought, on the real server; then
// sends the request again without a credential.
func TestFourKeypresses(t *testing.T) {
	f := &flow{dashboard: start(t, filepath.Join(t.TempDir(), "data"))}
	f.signIn()
	f.press("n")
	f.sees("Issue a credential")
	f.press("ci-deploy", "enter")
	f.answer("New API key: ci-deploy", "y")
	f.press("t")
	f.sees("only ci-deploy", "details")
	f.finds(`▌[0-9:.]+  GET +/v1/token/get +200`)
	f.press("T")
	f.sees("NOT VERIFIED", "RS512", "Claims")
	f.press("enter")
	f.sees("accepted by this server", "service token of ci-deploy")

	f.press("3")
	f.sees("only ci-deploy")
	f.press("R")
	f.sees("Send again", "▌ API key ci-deploy", "Authorization: ApiKey base64(", "the login of "+email)
	f.press("tab", "tab", "tab", "tab")
	f.sees("▌ no credential")
	f.press("enter")
	f.sees("401 Unauthorized")
	f.press("enter")
	f.sees("all projects", "no credential was sent")
}
