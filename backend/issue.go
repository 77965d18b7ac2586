package backend

import (
	"context"

	"keydeck/backend/store"
	"keydeck/backend/vault"
	"keydeck/model"
)

// A mint makes the secret of a new credential: it completes the row and returns
// the only answer that shows the secret.
type mint[T any] func(owner store.Project, row *store.Credential) (T, error)

// create issues a credential of any kind.
func create[T any](ctx context.Context, b *Backend, p Principal, projectID string, kind model.Kind, s model.CredentialSpec, mintSecret mint[T]) (T, error) {
	var none T
	owner, err := b.mayWrite(ctx, p, projectID, kind)
	if err != nil {
		return none, err
	}
	row, err := b.newRow(p, owner, kind, s)
	if err != nil {
		return none, err
	}
	out, err := mintSecret(owner, &row)
	if err != nil {
		return none, err
	}
	if err := b.db.CreateCredential(ctx, row); err != nil {
		return none, storeError(err, nameOf(kind))
	}
	return out, nil
}

// CreateAPIKey issues a key. FullKey of the answer is the only copy.
func (b *Backend) CreateAPIKey(ctx context.Context, p Principal, projectID string, s model.CredentialSpec) (model.APIKey, error) {
	return create(ctx, b, p, projectID, model.KindAPIKey, s, b.mintAPIKey)
}

// CreateJWTSecret issues an HS256 secret; its UUID is the kid. The secret is stored
// sealed, because verifying needs it, and is never shown again.
func (b *Backend) CreateJWTSecret(ctx context.Context, p Principal, projectID string, s model.CredentialSpec) (model.JWTSecret, error) {
	return create(ctx, b, p, projectID, model.KindJWTSecret, s, b.mintJWTSecret)
}

// CreateKeyPair issues family B's two JWTs. Only their hashes are stored.
func (b *Backend) CreateKeyPair(ctx context.Context, p Principal, projectID string, s model.CredentialSpec) (model.KeyPair, error) {
	return create(ctx, b, p, projectID, model.KindKeyPair, s, b.mintKeyPair)
}

func (b *Backend) mintAPIKey(_ store.Project, row *store.Credential) (model.APIKey, error) {
	key, err := vault.NewAPIKey(b.random)
	if err != nil {
		return model.APIKey{}, internal(err)
	}
	row.Digest, row.Prefix, row.Hint = vault.Digest(key), model.APIKeyShownPrefix(key), model.MaskAPIKey(key)
	out := apiKeyView(*row, row.CreatedAt)
	out.FullKey = key
	return out, nil
}

func (b *Backend) mintJWTSecret(_ store.Project, row *store.Credential) (model.JWTSecret, error) {
	secret, err := vault.NewJWTSecret(b.random)
	if err != nil {
		return model.JWTSecret{}, internal(err)
	}
	if row.Sealed, err = b.vault.Seal("credentials", "sealed", row.ID, []byte(secret)); err != nil {
		return model.JWTSecret{}, internal(err)
	}
	row.Digest = vault.Digest(secret) // to recognise a secret that is presented as a token
	row.Prefix, row.Hint = secret[:4], "kid "+row.ID[:4]+"…"+row.ID[len(row.ID)-4:]
	out := jwtSecretView(*row, row.CreatedAt)
	out.Secret = secret
	return out, nil
}

func (b *Backend) mintKeyPair(owner store.Project, row *store.Credential) (model.KeyPair, error) {
	apiKey, secretKey, err := b.signPair(owner.AccountID, *row)
	if err != nil {
		return model.KeyPair{}, err
	}
	row.Digest, row.Hint = vault.Digest(apiKey), hintOf(apiKey)
	row.SecondDigest, row.SecondHint = vault.Digest(secretKey), hintOf(secretKey)
	out := keyPairView(*row, row.CreatedAt)
	out.APIKey, out.SecretKey = apiKey, secretKey
	return out, nil
}

// hintOf shows the end of a JWT: two of one kind begin alike.
func hintOf(jwt string) string { return "…" + jwt[max(0, len(jwt)-12):] }
