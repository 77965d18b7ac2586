package model

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
)

// Kind is a kind of credential, as it is called in the API (tokens/inspect) and in the
// scheme member of a request record.
type Kind string

const (
	KindAPIKey       Kind = "api_key"       // sk_…, static
	KindJWTSecret    Kind = "jwt_secret"    // HS256 secret with which clients sign their own JWTs (D)
	KindKeyPair      Kind = "key_pair"      // apiKey and secretKey JWTs (B)
	KindServiceToken Kind = "service_token" // RS512 JWT made by /v1/token/get (A)
	KindSessionKey   Kind = "session_key"   // HS256 JWT made by authenticateKeys (B)
	KindAccessToken  Kind = "access_token"  // login access token, JWT (C)
	KindRefreshToken Kind = "refresh_token" // opaque (C)
	KindClientJWT    Kind = "client_jwt"    // a JWT that a client signed with a JWT secret (D)
	KindUnknown      Kind = "unknown"
)

// KindSpec is what all layers know of a kind. Everything but Kind and Name is zero for
// a kind that projects don't issue.
type KindSpec struct {
	Kind Kind
	Name string // in words, for the middle of a sentence: "key pair"

	Collection string       // the segment of its routes: /auth/{collection}/
	Event      string       // the first word of its events: "key" of key.created
	Prefix     string       // what its keys begin with; "" if it isn't a static key
	Shown      string       // the member that only its own shape has: "prefix", "kid" (its id), or ""
	Secrets    []SecretPart // shown once, in the answer to POST
	Carried    Kind         // what requests carry: the key itself, or what is made with it
	ByKey      bool         // a key with the scope keys:write manages it too, not only a login
	Revoking   string       // what revoking it does, as a sentence
}

// SecretPart is one secret value of a credential.
type SecretPart struct {
	Member string // of its own shape
	Label  string // as people read it, and as family B calls it
}

var kindSpecs = []KindSpec{
	{Kind: KindAPIKey, Name: "API key", Collection: "api-keys", Event: "key", Prefix: "sk_", Shown: "prefix",
		Secrets: []SecretPart{{"full_key", "key"}}, Carried: KindAPIKey, ByKey: true,
		Revoking: "The key, and every token made with it, is refused from the next request on."},
	{Kind: KindJWTSecret, Name: "JWT secret", Collection: "jwt-secrets", Event: "secret", Shown: "kid",
		Secrets: []SecretPart{{"secret", "secret"}}, Carried: KindClientJWT,
		Revoking: "Every JWT signed with it is refused from the next request on."},
	{Kind: KindKeyPair, Name: "key pair", Collection: "key-pairs", Event: "pair",
		Secrets: []SecretPart{{"api_key", "apiKey"}, {"secret_key", "secretKey"}}, Carried: KindSessionKey,
		Revoking: "The pair, and every session key made from it, is refused from the next request on."},
	{Kind: KindServiceToken, Name: "service token"},
	{Kind: KindSessionKey, Name: "session key"},
	{Kind: KindAccessToken, Name: "login access token"},
	{Kind: KindRefreshToken, Name: "login refresh token"},
	{Kind: KindClientJWT, Name: "client-signed JWT"},
	{Kind: KindUnknown, Name: "unknown credential"},
	{Kind: "", Name: "no credential"},
}

// CredentialKinds are the kinds that projects issue.
var CredentialKinds, staticKinds = func() (kinds []Kind, static []*KindSpec) {
	for i := range kindSpecs {
		spec := &kindSpecs[i]
		if spec.Collection != "" {
			kinds = append(kinds, spec.Kind)
		}
		if spec.Prefix != "" {
			static = append(static, spec)
		}
	}
	return kinds, static
}()

// Spec is what is known of the kind. It is zero for one that this version does not
// know.
func (k Kind) Spec() *KindSpec {
	for i := range kindSpecs {
		if kindSpecs[i].Kind == k {
			return &kindSpecs[i]
		}
	}
	return &KindSpec{}
}

// Name is the kind in words; see KindSpec. A kind that this version does not know stays as
// it is.
func (k Kind) Name() string { return cmp.Or(k.Spec().Name, string(k)) }

// IssuedCredential is a credential in the shape of its kind's own routes, with the
// members and order of family C's document (assets/doc/api.md, section 4.3):
//
//	id, [prefix | kid], name, <the secrets>, scopes, last_used_at, expires_at, is_active, created_at, updated_at
//
// Secrets are in the order of KindSpec.Secrets: whole in the answer to POST, and masked
// in every other.
type IssuedCredential struct {
	Credential
	Secrets []string `visible:"-"`
}

// MarshalJSON is an error if Secrets are not those of the kind.
func (c IssuedCredential) MarshalJSON() ([]byte, error) {
	spec := c.Kind.Spec()
	if len(c.Secrets) != len(spec.Secrets) {
		return nil, fmt.Errorf("a credential of kind %q with %d secrets", c.Kind, len(c.Secrets))
	}
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false) // that is for the caller's encoder to say
	var err error
	put := func(name string, value any) {
		out.WriteString(`,"` + name + `":`)
		if e := encoder.Encode(value); err == nil {
			err = e
		}
	}
	put("id", c.ID)
	switch spec.Shown {
	case "prefix":
		put("prefix", c.Prefix)
	case "kid":
		put("kid", c.ID)
	}
	put("name", c.Name)
	for i, part := range spec.Secrets {
		put(part.Member, c.Secrets[i])
	}
	put("scopes", c.Scopes)
	put("last_used_at", c.LastUsedAt)
	put("expires_at", c.ExpiresAt)
	put("is_active", c.IsActive)
	put("created_at", c.CreatedAt)
	put("updated_at", c.UpdatedAt)
	out.WriteByte('}')
	raw := out.Bytes()
	raw[0] = '{'
	return raw, err
}

// UnmarshalJSON reads what MarshalJSON writes. The secrets' members tell the kind, ""
// if they are those of none.
func (c *IssuedCredential) UnmarshalJSON(data []byte) error {
	var all map[string]json.RawMessage
	if err := json.Unmarshal(data, &c.Credential); err != nil {
		return err
	}
	if err := json.Unmarshal(data, &all); err != nil {
		return err
	}
	c.Kind = ""
	for i := range kindSpecs {
		spec := &kindSpecs[i]
		var secrets []string
		for _, part := range spec.Secrets {
			var secret string
			if json.Unmarshal(all[part.Member], &secret) == nil {
				secrets = append(secrets, secret)
			}
		}
		if len(secrets) > 0 && len(secrets) == len(spec.Secrets) {
			c.Kind, c.Secrets = spec.Kind, secrets
			break
		}
	}
	return nil
}
