package model_test

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"
	"time"

	"keydeck/model"
)

// TestIssuedCredentialShapes has family C's shape of each kind, to the letter, and reads
// it back. A new kind must be listed.
func TestIssuedCredentialShapes(t *testing.T) {
	at := model.At(time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC))
	const tail = `"scopes":["a<b"],"last_used_at":null,"expires_at":"2026-01-02T03:04:05.000Z","is_active":true,"created_at":"2026-01-02T03:04:05.000Z","updated_at":"2026-01-02T03:04:05.000Z"}`
	shapes := map[model.Kind]string{
		model.KindAPIKey:    `{"id":"1","prefix":"sk_ab","name":"n","full_key":"one",` + tail,
		model.KindJWTSecret: `{"id":"1","kid":"1","name":"n","secret":"one",` + tail,
		model.KindKeyPair:   `{"id":"1","name":"n","api_key":"one","secret_key":"two",` + tail,
	}
	for _, kind := range model.CredentialKinds {
		c := model.IssuedCredential{Credential: model.Credential{Kind: kind, ID: "1", Name: "n", Scopes: []string{"a<b"}, IsActive: true,
			ExpiresAt: &at, CreatedAt: at, UpdatedAt: at}, Secrets: []string{"one", "two"}[:len(kind.Spec().Secrets)]}
		if kind.Spec().Shown == "prefix" {
			c.Prefix = "sk_ab"
		}
		raw, err := c.MarshalJSON()
		if err != nil || !sameJSON(t, raw, shapes[kind]) {
			t.Errorf("%s: %s, %v, want %s", kind, raw, err, shapes[kind])
		}
		var back model.IssuedCredential
		if err := json.Unmarshal(raw, &back); err != nil || !reflect.DeepEqual(back, c) {
			t.Errorf("%s: read back %+v, %v, want %+v", kind, back, err, c)
		}
	}
	for name, c := range map[string]model.IssuedCredential{
		"no secret":       {Credential: model.Credential{Kind: model.KindAPIKey}},
		"kind not issued": {Credential: model.Credential{Kind: model.KindClientJWT}, Secrets: []string{"x"}},
	} {
		if raw, err := json.Marshal(c); err == nil {
			t.Errorf("%s: encoded as %s", name, raw)
		}
	}
	var other model.IssuedCredential
	if err := json.Unmarshal([]byte(`{"id":"1","name":"n","something":"x"}`), &other); err != nil || other.Kind != "" || other.ID != "1" {
		t.Errorf("without secrets: %+v, %v", other, err)
	}
}

// sameJSON compares text, with the order of the members but without white space.
func sameJSON(t *testing.T, raw []byte, want string) bool {
	t.Helper()
	got, err := json.Marshal(json.RawMessage(raw))
	if err != nil {
		t.Fatal(err)
	}
	wanted, err := json.Marshal(json.RawMessage(want))
	return err == nil && string(got) == string(wanted)
}

// TestKindSpecs: what all layers take for granted of a kind.
func TestKindSpecs(t *testing.T) {
	collections, events := map[string]bool{}, map[string]bool{}
	for _, kind := range model.CredentialKinds {
		s := kind.Spec()
		if s.Kind != kind || s.Name == "" || s.Event == "" || s.Carried == "" || s.Revoking == "" || len(s.Secrets) == 0 || len(s.Secrets) > 2 {
			t.Errorf("%s: %+v", kind, s)
		}
		if collections[s.Collection] || events[s.Event] {
			t.Errorf("%s: %s or %s is another kind's too", kind, s.Collection, s.Event)
		}
		collections[s.Collection], events[s.Event] = true, true
	}
	if s := model.Kind("of a later version").Spec(); !reflect.DeepEqual(*s, model.KindSpec{}) {
		t.Errorf("unknown kind: %+v", s)
	}
}

// TestStaticKinds holds every static key to what all of them are: found, checked, masked.
func TestStaticKinds(t *testing.T) {
	found, other := 0, model.FormatKey(model.KindAPIKey, strings.Repeat("Zy9", 12)+"q")
	for _, kind := range model.CredentialKinds {
		prefix := kind.Spec().Prefix
		if prefix == "" {
			continue
		}
		found++
		key := model.FormatKey(kind, strings.Repeat("Ab3", 12)+"x")
		if model.StaticKind(key) != kind || model.CheckKey(key) != "" || len(key) != model.KeyLen(kind) {
			t.Errorf("%s: %q is of kind %q, %q", kind, key, model.StaticKind(key), model.CheckKey(key))
		}
		if got := model.CheckKey(key[:len(key)-1] + "!"); got != model.ReasonMalformed {
			t.Errorf("%s: a wrong character is %q", kind, got)
		}
		masked := model.Mask(key)
		if !strings.HasPrefix(masked, prefix) || len(masked) > 16 {
			t.Errorf("%s: masked as %q", kind, masked)
		}
		if got, want := model.MaskSecrets("/orders/"+key+"?x"), "/orders/"+masked+"?x"; got != want {
			t.Errorf("%s: in a path %q, want %q", kind, got, want)
		}
		for _, run := range []string{key + "=" + other, other + "=" + key, "eyJhbGciOiJub25lIn0.e30." + key, key + ".eyJhbGciOiJub25lIn0.e30"} {
			if got := model.MaskSecrets(run); strings.Contains(got, key[8:30]) || strings.Contains(got, other[8:30]) {
				t.Errorf("%s: %q is masked as %q", kind, run, got)
			}
		}
	}
	if found == 0 {
		t.Error("there is no static key")
	}
}
