package tuitest

import (
	"slices"
	"strings"
	"time"

	"keydeck/model"
)

// manage answers what the overview, the credentials table and the members ask.
func (f *Fake) manage(call, id string, body map[string]any) (int, any) {
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
	case strings.HasPrefix(call, "POST /auth/api-keys/") && strings.HasSuffix(call, "/rotate"):
		old := strings.Split(call, "/")[3]
		grace, _ := body["grace_seconds"].(float64)
		for i, k := range f.Keys {
			if k.ID == old {
				end := model.Ptr(f.Now().Add(time.Duration(grace) * time.Second))
				f.Keys[i].ExpiresAt, f.Keys[i].UpdatedAt = end, now
				f.issued++
				k.ID, k.CreatedAt, k.FullKey = UUID(60+f.issued), now, Secret
				masked := k
				masked.FullKey = model.MaskAPIKey(Secret)
				f.Keys = append([]model.APIKey{masked}, f.Keys...)
				return 201, k
			}
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

// Busy fills in an hour of traffic, the use of every credential and three
// members.
func (f *Fake) Busy() {
	now := f.Now()
	ptr := func(d time.Duration) *model.Time { return model.Ptr(now.Add(d)) }
	const day = 24 * time.Hour
	f.Overview = model.Overview{At: model.At(now), PerSecond: 42.4, Today: 151204, Classes: [6]int64{0, 0, 148910, 0, 2290, 4}, P50: 310, P90: 820, P99: 1900,
		Busiest: []model.CredentialCount{
			{CredentialID: UUID(21), Name: "web-frontend", Hint: "sk_GDje…nJfJ8", Requests: 92233},
			{CredentialID: UUID(22), Name: "ci-deploy", Hint: "sk_9Qtz…b21Xc", Requests: 33120},
			{CredentialID: UUID(31), Name: "browser app", Hint: "0190…000031", Requests: 14003},
		},
		Routes: []model.RouteCount{
			{Method: "GET", Route: "/v1/datetime/utc-now", Requests: 87699},
			{Method: "GET", Route: "/", Requests: 46873},
			{Method: "DELETE", Route: "/auth/api-keys/{key_id}", Requests: 12},
		},
		Refusals: []model.RefusalCount{
			{Reason: model.ReasonExpired, CredentialID: UUID(23), Name: "reporting", Hint: "sk_pP0a…0Lm2z", Requests: 184},
			{Reason: model.ReasonUnknownKey, Requests: 9},
		},
		Expiring: []model.Attention{{CredentialID: UUID(22), Kind: model.KindAPIKey, Name: "ci-deploy", ProjectID: UUID(11), LastUsedAt: ptr(-3 * time.Minute), ExpiresAt: ptr(2*day + 4*time.Hour)}},
		Unused: []model.Attention{
			{CredentialID: UUID(41), Kind: model.KindKeyPair, Name: "partner SW", ProjectID: UUID(11), LastUsedAt: ptr(-112 * day)},
			{CredentialID: UUID(24), Kind: model.KindAPIKey, Name: "old-laptop", ProjectID: UUID(11)},
		},
		Log: model.LogStats{Recorded: 151300, Stored: 151288, Dropped: 12},
	}
	for i := range 60 {
		n := int64(1500 + 900*((i*7)%11) - 60*i)
		f.Overview.Minutes = append(f.Overview.Minutes, model.MinuteCount{At: model.At(now.Truncate(time.Minute).Add(time.Duration(i-59) * time.Minute)), Requests: n, Refused: n / 60, Failed: int64(i%23) / 22 * 2})
	}
	f.Uses = []model.CredentialUse{
		{CredentialID: UUID(21), RequestsToday: 92233, LastHour: 1234, LastUsedAt: ptr(0)},
		{CredentialID: UUID(22), RequestsToday: 33120, LastHour: 480, LastUsedAt: ptr(-3 * time.Minute)},
		{CredentialID: UUID(23), RequestsToday: 184, RefusedHour: 184},
		{CredentialID: UUID(31), RequestsToday: 14003, LastHour: 9, LastUsedAt: ptr(-12 * time.Second)},
	}
	f.Members = []model.Member{
		{UserID: UUID(1), Email: Email, FullName: "Ada", Role: model.RoleOwner, IsVerified: true, CreatedAt: model.At(now.Add(-40 * day))},
		{UserID: UUID(2), Email: "grace@example.com", Role: model.RoleMember, IsVerified: true, CreatedAt: model.At(now.Add(-9 * day))},
		{UserID: UUID(3), Email: "new@example.com", Role: model.RoleViewer, CreatedAt: model.At(now.Add(-time.Hour))},
	}
}

func BusyProject(f *Fake) {
	OneProject(f)
	f.Busy()
}
