package fake

import (
	"slices"
	"strings"
	"time"

	"keydeck/model"
)

// manage answers what the overview, the credentials table and the members ask.
func (f *Server) manage(call, id string, body map[string]any) (int, any) {
	now := model.At(f.Now())
	switch {
	case call == "GET /auth/overview":
		return 200, f.Overview
	case call == "GET /auth/usage/":
		return 200, map[string]any{"items": f.Uses}
	case strings.HasPrefix(call, "GET /auth/usage/"):
		for _, u := range f.Uses {
			if u.CredentialID == id {
				u.Addresses = []model.AddressCount{{RemoteIP: "10.0.0.7", Requests: 1200, LastAt: now}, {RemoteIP: "203.0.113.9", Requests: 34, LastAt: now}}
				if u.LastHour == 0 {
					u.Addresses = nil
				}
				return 200, u
			}
		}
		return 200, model.CredentialUse{CredentialID: id}
	case strings.HasSuffix(call, "/rotate"):
		if old := f.credential(strings.Split(call, "/")[3]); old != nil {
			grace, _ := body["grace_seconds"].(float64)
			successor := *old
			old.ExpiresAt, old.UpdatedAt = model.Ptr(f.Now().Add(time.Duration(grace)*time.Second)), now
			return 201, f.issue(successor.Kind, successor)
		}
	case strings.HasSuffix(call, "/members/") && strings.HasPrefix(call, "GET"):
		return 200, page(f.Members)
	case strings.HasSuffix(call, "/members/"):
		email, _ := body["email"].(string)
		role, _ := body["role"].(string)
		at := slices.IndexFunc(f.Members, func(m model.Member) bool { return m.Email == email })
		if at < 0 {
			f.Members = append(f.Members, model.Member{UserID: UUID(200 + len(f.Members)), Email: email, CreatedAt: now})
			at = len(f.Members) - 1
		}
		f.Members[at].Role = model.Role(role)
		return 200, f.Members[at]
	case strings.Contains(call, "/members/") && strings.HasPrefix(call, "DELETE"):
		f.Members = slices.DeleteFunc(f.Members, func(m model.Member) bool { return m.UserID == id })
		return 200, map[string]any{}
	}
	return 404, nil
}
