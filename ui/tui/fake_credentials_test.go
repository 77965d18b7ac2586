package tui

import (
	"fmt"
	"time"

	"keydeck/model"
)

// hundreds is a project with 900 keys more, one of which is busy.
func hundreds(f *fake) {
	now := f.now()
	for i := range 900 {
		k := model.APIKey{ID: uuid(200_000 + i), Name: fmt.Sprintf("svc-%04d-worker-of-the-night", i), FullKey: fmt.Sprintf("sk_%04d…%05d", i, i),
			IsActive: true, CreatedAt: model.At(now), UpdatedAt: model.At(now)}
		if i == 899 {
			k.LastUsedAt = model.Ptr(now.Add(-2 * time.Minute))
			f.uses = append(f.uses, model.CredentialUse{CredentialID: k.ID, LastHour: 2000, RequestsToday: 2000, LastUsedAt: k.LastUsedAt})
		}
		f.keys = append(f.keys, k)
	}
}

// twins gives all keys one long name; the second followed on the third.
func twins(f *fake) {
	for i := range f.keys {
		f.keys[i].Name = "billing-exporter-of-the-night-shift"
	}
	f.keys[2].UpdatedAt = f.keys[1].CreatedAt
}

// manyScopes makes the keys have more scopes than a form has room for.
func manyScopes(f *fake) {
	for i := range 30 {
		f.keys[0].Scopes = append(f.keys[0].Scopes, fmt.Sprintf("catalog:part-%02d:read", i))
	}
}
