package assets_test

import (
	"bytes"
	"encoding/base64"
	"io/fs"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"keydeck/assets"
	"keydeck/model"
)

// The keys in the examples must pass the checks that the server makes without
// its database, so that a reader who copies one gets the documented answer.
func TestKeysInExamplesAreWellFormed(t *testing.T) {
	raw, err := os.ReadFile("openapi.yaml")
	if err != nil {
		t.Fatal(err)
	}
	text := string(raw)
	keys := regexp.MustCompile(`\bsk_[0-9A-Za-z]{20,}`).FindAllString(text, -1)
	for _, m := range regexp.MustCompile(`ApiKey ([A-Za-z0-9+/=]{20,})`).FindAllStringSubmatch(text, -1) {
		plain, err := base64.StdEncoding.DecodeString(m[1])
		_, key, _ := strings.Cut(string(plain), ":")
		if err != nil {
			t.Errorf("decode %s: %v", m[1], err)
		}
		keys = append(keys, key)
	}
	if len(keys) < 3 {
		t.Fatalf("got %d keys, want at least 3", len(keys))
	}
	for _, key := range keys {
		if got := model.CheckKey(key); got != "" {
			t.Errorf("%s is %s", key, got)
		}
	}
}

// hosts are the hosts that the bundle of Swagger UI names without asking them:
// XML namespaces, identifiers of JSON Schema and OpenAPI dialects, addresses in
// error messages and links, and the validator that initializer.js turns off.
var hosts = []string{
	"base", "datatracker.ietf.org", "example.com", "fb.me", "github.com", "instagram.com", "json-schema.org", "reactjs.org",
	"redux.js.org", "soundcloud.com", "spdx.org", "spec.openapis.org", "swagger.io", "twitter.com", "validator.swagger.io",
	"vladimirgorej.com", "www.facebook.com", "www.rfc-editor.org", "www.tiktok.com", "www.w3.org",
}

func TestSwaggerUIAsksNoOtherHost(t *testing.T) {
	read := func(name string) string {
		t.Helper()
		text, err := fs.ReadFile(assets.SwaggerUI, "swagger/"+name)
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	host := regexp.MustCompile(`(?:https?:|["'(=]\s*)//([A-Za-z0-9.-]+)`)

	for _, name := range []string{"index.html", "initializer.js"} {
		for _, m := range host.FindAllString(read(name), -1) {
			t.Errorf("%s names %s", name, m)
		}
	}
	for _, m := range host.FindAllStringSubmatch(strings.ReplaceAll(read("favicon.svg"), `xmlns="http://www.w3.org/2000/svg"`, ""), -1) {
		t.Errorf("favicon.svg names %s", m[1])
	}

	css := read("swagger-ui.css")
	for _, m := range regexp.MustCompile(`url\(\s*["']?(.{0,5})`).FindAllStringSubmatch(css, -1) {
		if m[1] != "data:" {
			t.Errorf("swagger-ui.css loads %q…", m[1])
		}
	}
	if strings.Contains(css, "@import") {
		t.Error("swagger-ui.css imports another style sheet")
	}

	for _, m := range regexp.MustCompile(`https?://([A-Za-z0-9.-]+)`).FindAllStringSubmatch(read("swagger-ui-bundle.js"), -1) {
		if !slices.Contains(hosts, m[1]) {
			t.Errorf("swagger-ui-bundle.js names the host %s, which nobody has looked at", m[1])
		}
	}
	if !strings.Contains(read("initializer.js"), "validatorUrl: null") {
		t.Error("initializer.js leaves the online validator on")
	}
}

func TestSwaggerUIFitsAStrictPolicy(t *testing.T) {
	page, err := fs.ReadFile(assets.SwaggerUI, "swagger/index.html")
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range regexp.MustCompile(`(?s)<script([^>]*)>(.*?)</script>`).FindAllSubmatch(page, -1) {
		if !bytes.Contains(m[1], []byte("src=")) || len(bytes.TrimSpace(m[2])) > 0 {
			t.Errorf("an inline script: %s", m[0])
		}
	}
	if m := regexp.MustCompile(`\son\w+=|javascript:`).Find(page); m != nil {
		t.Errorf("an inline handler: %s", m)
	}
	for _, m := range regexp.MustCompile(`(?:src|href)="([^"]*)"`).FindAllSubmatch(page, -1) {
		link := string(m[1])
		if link == "/openapi.json" {
			continue
		}
		name, ok := strings.CutPrefix(link, "/docs/")
		if !ok {
			t.Errorf("%s is not below /docs/", link)
			continue
		}
		if _, err := fs.Stat(assets.SwaggerUI, "swagger/"+name); err != nil {
			t.Errorf("%s: %v", link, err)
		}
	}
}

func TestSwaggerUICarriesItsLicence(t *testing.T) {
	for name, want := range map[string]string{
		"LICENSE":                          "Apache License",
		"NOTICE":                           "SmartBear",
		"swagger-ui-bundle.js.LICENSE.txt": "@license",
	} {
		text, err := fs.ReadFile(assets.SwaggerUI, "swagger/"+name)
		if err != nil || !bytes.Contains(text, []byte(want)) {
			t.Errorf("%s: %v, want a text with %q", name, err, want)
		}
	}
}
