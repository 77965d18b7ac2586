package tui

import (
	"slices"
	"strings"
	"time"

	"keydeck/model"
)

// manage answers what the overview, the credentials table and the members ask.
func (f *fake) manage(call, id string, body map[string]any) (int, any) {
	now := model.At(f.now())
	switch {
	case call == "GET /auth/overview":
		return 200, f.overview
	case call == "GET /auth/usage/":
		return 200, map[string]any{"items": f.uses}
	case strings.HasPrefix(call, "GET /auth/usage/"):
		for _, u := range f.uses {
			if u.CredentialID == id {
				u.Addresses = []model.AddressCount{{RemoteIP: "10.0.0.7", Requests: 1200, LastAt: now}, {RemoteIP: "203.0.113.9", Requests: 34, LastAt: now}}
				if u.LastHour == 0 {
					u.Addresses = nil
				}
				return 200, u
			}
		}
		return 200, model.CredentialUse{CredentialID: id}
	case strings.HasPrefix(call, "POST /auth/api-keys/") && strings.HasSuffix(call, "/rotate"):
		old := strings.Split(call, "/")[3]
		grace, _ := body["grace_seconds"].(float64)
		for i, k := range f.keys {
			if k.ID == old {
				end := model.Ptr(f.now().Add(time.Duration(grace) * time.Second))
				f.keys[i].ExpiresAt, f.keys[i].UpdatedAt = end, now
				f.issued++
				k.ID, k.CreatedAt, k.FullKey = uuid(60+f.issued), now, fakeSecret
				masked := k
				masked.FullKey = model.MaskAPIKey(fakeSecret)
				f.keys = append([]model.APIKey{masked}, f.keys...)
				return 201, k
			}
		}
	case strings.HasSuffix(call, "/members/") && strings.HasPrefix(call, "GET"):
		return 200, page(f.members)
	case strings.HasSuffix(call, "/members/"):
		email, _ := body["email"].(string)
		role, _ := body["role"].(string)
		at := slices.IndexFunc(f.members, func(m model.Member) bool { return m.Email == email })
		if at < 0 {
			f.members = append(f.members, model.Member{UserID: uuid(200 + len(f.members)), Email: email, CreatedAt: now})
			at = len(f.members) - 1
		}
		f.members[at].Role = model.Role(role)
		return 200, f.members[at]
	case strings.Contains(call, "/members/") && strings.HasPrefix(call, "DELETE"):
		f.members = slices.DeleteFunc(f.members, func(m model.Member) bool { return m.UserID == id })
		return 200, map[string]any{}
	}
	return 404, nil
}

// busy fills in an hour of traffic, the use of every credential and three
// members.
func (f *fake) busy() {
	now := f.now()
	ptr := func(d time.Duration) *model.Time { return model.Ptr(now.Add(d)) }
	const day = 24 * time.Hour
	f.overview = model.Overview{At: model.At(now), PerSecond: 42.4, Today: 151204, Classes: [6]int64{0, 0, 148910, 0, 2290, 4}, P50: 310, P90: 820, P99: 1900,
		Busiest: []model.CredentialCount{
			{CredentialID: uuid(21), Name: "web-frontend", Hint: "sk_GDje…nJfJ8", Requests: 92233},
			{CredentialID: uuid(22), Name: "ci-deploy", Hint: "sk_9Qtz…b21Xc", Requests: 33120},
			{CredentialID: uuid(31), Name: "browser app", Hint: "0190…000031", Requests: 14003},
		},
		Routes: []model.RouteCount{
			{Method: "GET", Route: "/v1/datetime/utc-now", Requests: 87699},
			{Method: "GET", Route: "/", Requests: 46873},
			{Method: "DELETE", Route: "/auth/api-keys/{key_id}", Requests: 12},
		},
		Refusals: []model.RefusalCount{
			{Reason: model.ReasonExpired, CredentialID: uuid(23), Name: "reporting", Hint: "sk_pP0a…0Lm2z", Requests: 184},
			{Reason: model.ReasonUnknownKey, Requests: 9},
		},
		Expiring: []model.Attention{{CredentialID: uuid(22), Kind: model.KindAPIKey, Name: "ci-deploy", ProjectID: uuid(11), LastUsedAt: ptr(-3 * time.Minute), ExpiresAt: ptr(2*day + 4*time.Hour)}},
		Unused: []model.Attention{
			{CredentialID: uuid(41), Kind: model.KindKeyPair, Name: "partner SW", ProjectID: uuid(11), LastUsedAt: ptr(-112 * day)},
			{CredentialID: uuid(24), Kind: model.KindAPIKey, Name: "old-laptop", ProjectID: uuid(11)},
		},
		Log: model.LogStats{Recorded: 151300, Stored: 151288, Dropped: 12},
	}
	for i := range 60 {
		n := int64(1500 + 900*((i*7)%11) - 60*i)
		f.overview.Minutes = append(f.overview.Minutes, model.MinuteCount{At: model.At(now.Truncate(time.Minute).Add(time.Duration(i-59) * time.Minute)), Requests: n, Refused: n / 60, Failed: int64(i%23) / 22 * 2})
	}
	f.uses = []model.CredentialUse{
		{CredentialID: uuid(21), RequestsToday: 92233, LastHour: 1234, LastUsedAt: ptr(0)},
		{CredentialID: uuid(22), RequestsToday: 33120, LastHour: 480, LastUsedAt: ptr(-3 * time.Minute)},
		{CredentialID: uuid(23), RequestsToday: 184, RefusedHour: 184},
		{CredentialID: uuid(31), RequestsToday: 14003, LastHour: 9, LastUsedAt: ptr(-12 * time.Second)},
	}
	f.members = []model.Member{
		{UserID: uuid(1), Email: fakeEmail, FullName: "Ada", Role: model.RoleOwner, IsVerified: true, CreatedAt: model.At(now.Add(-40 * day))},
		{UserID: uuid(2), Email: "grace@example.com", Role: model.RoleMember, IsVerified: true, CreatedAt: model.At(now.Add(-9 * day))},
		{UserID: uuid(3), Email: "new@example.com", Role: model.RoleViewer, CreatedAt: model.At(now.Add(-time.Hour))},
	}
}

func busyProject(f *fake) {
	oneProject(f)
	f.busy()
}
