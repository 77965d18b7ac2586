package backend

import (
	"context"

	"keydeck/backend/store"
	"keydeck/backend/vault"
	"keydeck/model"
)

// mints make the secrets of a new credential, unless it is a static key: they complete
// its row and return the only copy, in the order of model.KindSpec.Secrets.
var mints = map[model.Kind]func(b *Backend, owner store.Project, row *store.Credential) ([]string, error){
	model.KindJWTSecret: mintJWTSecret,
	model.KindKeyPair:   mintKeyPair,
}

// mint makes the secrets of a new credential and shows it with them.
func (b *Backend) mint(owner store.Project, row *store.Credential) (model.IssuedCredential, error) {
	mint := mints[row.Kind]
	if row.Kind.Spec().Prefix != "" {
		mint = mintStaticKey
	}
	secrets, err := mint(b, owner, row)
	if err != nil {
		return model.IssuedCredential{}, internal(err)
	}
	return issuedView(*row, row.CreatedAt, secrets), nil
}

// Issue issues a credential of a kind. Its answer has the only copy of the secrets.
func (b *Backend) Issue(ctx context.Context, p Principal, projectID string, kind model.Kind, s model.CredentialSpec) (model.IssuedCredential, error) {
	none := model.IssuedCredential{}
	owner, err := b.mayWrite(ctx, p, projectID, kind)
	if err != nil {
		return none, err
	}
	by := b.by(p)
	row, err := b.newRow(by, owner, kind, s)
	if err != nil {
		return none, err
	}
	out, err := b.mint(owner, &row)
	if err != nil {
		return none, err
	}
	if err := b.db.CreateCredential(ctx, by, row); err != nil {
		return none, storeError(err, nameOf(kind))
	}
	return out, nil
}

// mintStaticKey makes a key that is sent as it is. Only its hash is stored.
func mintStaticKey(b *Backend, _ store.Project, row *store.Credential) ([]string, error) {
	key, err := vault.NewStaticKey(b.random, row.Kind)
	if err != nil {
		return nil, err
	}
	row.Digest, row.Prefix, row.Hint = vault.Digest(key), model.KeyShownPrefix(key), model.Mask(key)
	return []string{key}, nil
}

// mintJWTSecret makes an HS256 secret; its UUID is the kid. The secret is stored
// sealed, because verifying needs it, and is never shown again.
func mintJWTSecret(b *Backend, _ store.Project, row *store.Credential) ([]string, error) {
	secret, err := vault.NewJWTSecret(b.random)
	if err != nil {
		return nil, err
	}
	if row.Sealed, err = b.vault.Seal("credentials", "sealed", row.ID, []byte(secret)); err != nil {
		return nil, err
	}
	row.Digest = vault.Digest(secret) // to recognise a secret that is presented as a token
	row.Prefix, row.Hint = secret[:4], model.KIDHint(row.ID)
	return []string{secret}, nil
}

// mintKeyPair makes family B's two JWTs. Only their hashes are stored.
func mintKeyPair(b *Backend, owner store.Project, row *store.Credential) ([]string, error) {
	apiKey, secretKey, err := b.signPair(owner.AccountID, *row)
	if err != nil {
		return nil, err
	}
	row.Digest, row.Hint = vault.Digest(apiKey), model.Mask(apiKey)
	row.SecondDigest, row.SecondHint = vault.Digest(secretKey), model.Mask(secretKey)
	return []string{apiKey, secretKey}, nil
}
