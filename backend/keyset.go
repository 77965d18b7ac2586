package backend

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/google/uuid"

	"keydeck/backend/store"
	"keydeck/backend/token"
	"keydeck/backend/vault"
	"keydeck/model"
)

// Purposes of the server's own keys. A key serves one purpose, and a purpose has
// one algorithm, so no token can be taken for one of another kind.
const (
	purposeSigning = "signing"     // RS512: service tokens and login access tokens, published as JWKS
	purposeSession = "session"     // HS256: family B's session keys
	purposeAPI     = "pair-api"    // HS256: the apiKey of family B's key pairs
	purposeSecret  = "pair-secret" // HS256: their secretKey; a key of its own, so that the two cannot be swapped
	purposeCode    = "code"        // HMAC-SHA256: sign-in codes at rest
)

// retiredLife is how long a retired signing key still verifies: the lifetime of
// the longest token that it may have signed, plus the verifier's clock skew.
const retiredLife = max(ServiceTokenMax, AccessTTL) + model.ClockSkew

// keySet holds the server's own keys. A signing key goes from next (published, so
// that verifiers know it before it is used) to active to retired. The other
// purposes have one active key each.
type keySet struct {
	db     *store.Store
	vault  *vault.Vault
	random io.Reader
	now    func() time.Time

	mu       sync.RWMutex
	byID     map[string]serverKey
	ready    chan struct{} // closed once there is an active signing key
	once     sync.Once
	rotating sync.Mutex // one rotation, or completion, at a time
}

type serverKey struct {
	token.Key
	purpose string
	row     store.ServerKey
}

// removeAt is when a retired key stops verifying.
func (k serverKey) removeAt() *time.Time {
	if k.row.RetiredAt == nil {
		return nil
	}
	at := k.row.RetiredAt.Add(retiredLife)
	return &at
}

func openKeySet(ctx context.Context, db *store.Store, v *vault.Vault, random io.Reader, now func() time.Time) (*keySet, error) {
	s := &keySet{db: db, vault: v, random: random, now: now, byID: map[string]serverKey{}, ready: make(chan struct{})}
	if err := s.load(ctx); err != nil {
		return nil, err
	}
	for _, purpose := range []string{purposeSession, purposeAPI, purposeSecret, purposeCode} {
		if _, ok := s.active(purpose); ok {
			continue
		}
		row, err := s.newKey(purpose, model.KeyActive)
		if err != nil {
			return nil, err
		}
		if err := db.PutServerKey(ctx, store.By{At: now()}, row); err != nil && !errors.Is(err, store.ErrConflict) {
			return nil, fmt.Errorf("write %s key: %w", purpose, err)
		}
	}
	return s, s.load(ctx)
}

// load reads all keys from the database again.
func (s *keySet) load(ctx context.Context) error {
	rows, err := s.db.ServerKeys(ctx)
	if err != nil {
		return fmt.Errorf("read server keys: %w", err)
	}
	keys := make(map[string]serverKey, len(rows))
	for _, row := range rows {
		if old, ok := s.lookup(row.ID); ok { // parsing an RSA key costs milliseconds
			old.row = row
			keys[row.ID] = old
			continue
		}
		plain, err := s.vault.Unseal("server_keys", "sealed", row.ID, row.Sealed)
		if err != nil {
			return fmt.Errorf("open server key %s: %w", row.ID, err)
		}
		key := token.Key{ID: row.ID, Algorithm: row.Algorithm, Secret: plain}
		if row.Algorithm == token.RS512 {
			if key, err = token.ParseRSA(row.ID, plain); err != nil {
				return fmt.Errorf("read server key %s: %w", row.ID, err)
			}
		}
		keys[row.ID] = serverKey{Key: key, purpose: row.Purpose, row: row}
	}
	s.mu.Lock()
	s.byID = keys
	s.mu.Unlock()
	if _, ok := s.active(purposeSigning); ok {
		s.once.Do(func() { close(s.ready) })
	}
	return nil
}

func (s *keySet) lookup(id string) (serverKey, bool) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	k, ok := s.byID[id]
	return k, ok
}

// find returns the key of a kid, unless it was retired too long ago.
func (s *keySet) find(kid string) (serverKey, bool) {
	k, ok := s.lookup(kid)
	if !ok {
		k, ok = s.lookup(strings.ToLower(kid))
	}
	if at := k.removeAt(); !ok || (at != nil && !s.now().Before(*at)) {
		return serverKey{}, false
	}
	return k, true
}

func (s *keySet) active(purpose string) (serverKey, bool) { return s.inState(purpose, model.KeyActive) }

func (s *keySet) inState(purpose string, state model.KeyState) (serverKey, bool) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	for _, k := range s.byID {
		if k.purpose == purpose && k.row.State == state {
			return k, true
		}
	}
	return serverKey{}, false
}

// signing returns the active signing key. It only has to wait for one in the
// first seconds of a new server.
func (s *keySet) signing(ctx context.Context) (token.Key, error) {
	select {
	case <-s.ready:
	case <-ctx.Done():
		return token.Key{}, &model.Error{Code: model.CodeUnavailable, Reason: model.ReasonUnavailable, RetryAfter: retryAfter,
			Message: "The signing key is still being made. Try again in a moment.", Cause: ctx.Err()}
	}
	k, ok := s.active(purposeSigning)
	if !ok {
		return token.Key{}, internal(errors.New("no active signing key"))
	}
	return k.Key, nil
}

// complete makes the signing keys that are missing. Making one takes up to a few
// seconds, so the start does not wait for it.
func (s *keySet) complete(ctx context.Context, log *slog.Logger) {
	s.rotating.Lock()
	defer s.rotating.Unlock()
	for _, state := range []model.KeyState{model.KeyActive, model.KeyNext} {
		if _, ok := s.inState(purposeSigning, state); ok {
			continue
		}
		row, err := s.newKey(purposeSigning, state)
		if err == nil && ctx.Err() == nil {
			err = s.db.PutServerKey(ctx, store.By{At: s.now()}, row)
		}
		if errors.Is(err, store.ErrConflict) {
			err = nil // another server on the same database has made it
		}
		if err == nil {
			err = s.load(ctx)
		}
		if err != nil {
			if ctx.Err() == nil {
				log.Error("make signing key", "state", state, "error", err)
			}
			return
		}
	}
}

// rotate makes the next key the active one, and a new key the next one. Tokens
// signed by the old key stay valid until they expire.
func (s *keySet) rotate(ctx context.Context, by store.By) error {
	s.rotating.Lock()
	defer s.rotating.Unlock()
	fresh, err := s.newKey(purposeSigning, model.KeyNext)
	if err != nil {
		return err
	}
	by.At = s.now() // making the key took seconds, in which the old one signed
	if err := s.db.RotateServerKey(ctx, by, purposeSigning, fresh); err != nil {
		return err
	}
	return s.load(ctx)
}

// prune removes signing keys whose last token has expired.
func (s *keySet) prune(ctx context.Context) error {
	now := s.now()
	n, err := s.db.PruneServerKeys(ctx, store.By{At: now}, purposeSigning, now.Add(-retiredLife))
	if err != nil || n == 0 {
		return err
	}
	return s.load(ctx)
}

// newKey makes a key and seals it: RSA to sign, a secret for every other purpose.
func (s *keySet) newKey(purpose string, state model.KeyState) (store.ServerKey, error) {
	id, err := uuid.NewV7FromReader(s.random)
	if err != nil {
		return store.ServerKey{}, fmt.Errorf("make id: %w", err)
	}
	row := store.ServerKey{ID: id.String(), Purpose: purpose, Algorithm: token.HS256, State: state}
	plain := make([]byte, 64)
	if purpose == purposeSigning {
		row.Algorithm = token.RS512
		plain, err = token.NewRSA(s.random)
	} else {
		_, err = io.ReadFull(s.random, plain)
	}
	if err != nil {
		return row, fmt.Errorf("make %s key: %w", purpose, err)
	}
	if row.Sealed, err = s.vault.Seal("server_keys", "sealed", row.ID, plain); err != nil {
		return row, fmt.Errorf("seal %s key: %w", purpose, err)
	}
	row.CreatedAt = s.now()
	if state == model.KeyActive {
		row.ActivatedAt = &row.CreatedAt
	}
	return row, nil
}

// published lists the signing keys that verifiers may come across, oldest first.
func (s *keySet) published() []serverKey {
	s.mu.RLock()
	defer s.mu.RUnlock()
	var keys []serverKey
	now := s.now()
	for _, k := range s.byID {
		if at := k.removeAt(); k.purpose == purposeSigning && (at == nil || now.Before(*at)) {
			keys = append(keys, k)
		}
	}
	slices.SortFunc(keys, func(a, b serverKey) int { return strings.Compare(a.ID, b.ID) })
	return keys
}

// JWKS is the public half of every signing key that is in use or about to be
// (RFC 7517). It waits for the first key of a new server.
func (b *Backend) JWKS(ctx context.Context) (model.JWKS, error) {
	if _, err := b.keys.signing(ctx); err != nil {
		return model.JWKS{}, err
	}
	set := model.JWKS{Keys: []model.JWK{}}
	for _, k := range b.keys.published() {
		set.Keys = append(set.Keys, token.PublicJWK(k.Key))
	}
	return set, nil
}

// SigningKeys lists the signing keys with their states, oldest first.
func (b *Backend) SigningKeys(_ context.Context, p Principal) ([]model.SigningKey, error) {
	if !p.Superuser {
		return nil, model.Forbidden(model.ReasonRole, "Only a superuser may see the signing keys.")
	}
	list := []model.SigningKey{}
	for _, k := range b.keys.published() {
		list = append(list, model.SigningKey{
			ID: k.ID, Algorithm: k.Algorithm, State: k.row.State, CreatedAt: model.At(k.row.CreatedAt),
			ActivatedAt: model.AtOrNil(k.row.ActivatedAt), RetiredAt: model.AtOrNil(k.row.RetiredAt), RemoveAt: model.AtOrNil(k.removeAt()),
		})
	}
	return list, nil
}

// RotateSigning makes the next signing key the active one and returns the list.
func (b *Backend) RotateSigning(ctx context.Context, p Principal) ([]model.SigningKey, error) {
	if !p.Superuser {
		return nil, model.Forbidden(model.ReasonRole, "Only a superuser may rotate the signing keys.")
	}
	err := b.keys.rotate(ctx, b.by(p))
	if errors.Is(err, store.ErrConflict) {
		return nil, &model.Error{Code: model.CodeConflict, Message: "The next signing key is still being made. Try again in a moment.", Cause: err}
	}
	if err != nil {
		return nil, storeError(err, "signing key")
	}
	return b.SigningKeys(ctx, p)
}
