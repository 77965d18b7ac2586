package server

import (
	"path"
	"strings"
)

// canonicalPath gives the path under which the routing table knows p: families
// A and B are matched without regard to case and with a trailing slash, as ASP.NET
// Core and Express do; C and D to the letter. ok is false for a path that is
// certainly unknown: one that is not clean (empty segments, dots; never a
// redirect), or family B's under another service's name.
func canonicalPath(p, service string) (canonical string, ok bool) {
	if p == "" || p[0] != '/' {
		return p, false
	}
	trimmed := p
	if len(p) > 1 {
		trimmed = strings.TrimSuffix(p, "/")
	}
	if path.Clean(trimmed) != trimmed || trimmed == "/" && p != "/" {
		return p, false
	}
	// Family B first: its service may be called "auth" or "v1".
	if s, tenant, is := sessionKeyPath(trimmed); is {
		return "/" + s + "/" + tenant + "/v1/authenticateKeys", strings.EqualFold(s, service)
	}
	if lower := strings.ToLower(trimmed); strings.HasPrefix(lower, "/v1/") {
		return lower, true
	}
	return p, true
}

// sessionKeyPath takes /{service}/{tenant}/v1/authenticateKeys apart.
func sessionKeyPath(p string) (service, tenant string, ok bool) {
	const last = "authenticateKeys"
	p = strings.TrimSuffix(p, "/")
	if len(p) < len(last) || !strings.EqualFold(p[len(p)-len(last):], last) {
		return "", "", false // what almost every request is
	}
	seg := strings.Split(p, "/")
	if len(seg) != 5 || !strings.EqualFold(seg[3], "v1") || !strings.EqualFold(seg[4], last) {
		return "", "", false
	}
	return seg[1], seg[2], true
}

// familyOf says in whose shape an answer about an unknown path is written.
func familyOf(p, service string) family {
	if _, _, ok := sessionKeyPath(p); ok {
		return familyB
	}
	first, _, _ := strings.Cut(strings.TrimPrefix(p, "/"), "/")
	switch {
	case strings.EqualFold(first, "v1"):
		return familyA
	case first == "auth", first == "docs", first == "local", first == ".well-known":
		return familyC
	case strings.EqualFold(first, service):
		return familyB
	}
	return familyD
}
