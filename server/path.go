package server

import (
	"path"
	"strings"
)

// canonicalPath returns the path under which the routing table knows p. Families A
// and B ignore case and a trailing slash, as ASP.NET Core and Express do; C and D
// are matched exactly. ok is false for a path that is certainly unknown: one that is
// not clean (empty segments, dots), for which others redirect, or family B's under
// the name of another service.
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

// sessionKeyPath parses /{service}/{tenant}/v1/authenticateKeys.
func sessionKeyPath(p string) (service, tenant string, ok bool) {
	const last = "authenticateKeys"
	p = strings.TrimSuffix(p, "/")
	if len(p) < len(last) || !strings.EqualFold(p[len(p)-len(last):], last) {
		return "", "", false // almost every request
	}
	seg := strings.Split(p, "/")
	if len(seg) != 5 || !strings.EqualFold(seg[3], "v1") || !strings.EqualFold(seg[4], last) {
		return "", "", false
	}
	return seg[1], seg[2], true
}

// familyOf chooses the family that answers for an unknown path.
func familyOf(p, service string) *family {
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
