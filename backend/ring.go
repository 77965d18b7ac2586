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

// retiredLife is how long a retired signing key goes on verifying: the longest
// token it may have signed, and the clock skew of whoever verifies.
const retiredLife = max(ServiceTokenMax, AccessTTL) + model.ClockSkew

// ring holds the server's own keys. Signing keys go from next (published, so that
// verifiers know it before it is used) to active to retired; the others have one
// active key each.
type ring struct {
	db     *store.Store
	vault  *vault.Vault
	random io.Reader
	now    func() time.Time

	mu    sync.RWMutex
	byID  map[string]serverKey
	ready chan struct{} // closed once there is an active signing key
	once  sync.Once
	turn  sync.Mutex // one rotation, or completion, at a time
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

func openRing(ctx context.Context, db *store.Store, v *vault.Vault, random io.Reader, now func() time.Time) (*ring, error) {
	r := &ring{db: db, vault: v, random: random, now: now, byID: map[string]serverKey{}, ready: make(chan struct{})}
	if err := r.load(ctx); err != nil {
		return nil, err
	}
	for _, purpose := range []string{purposeSession, purposeAPI, purposeSecret, purposeCode} {
		if _, ok := r.active(purpose); ok {
			continue
		}
		if err := r.addSecret(ctx, purpose); err != nil {
			return nil, err
		}
	}
	return r, r.load(ctx)
}

// load reads all keys anew.
func (r *ring) load(ctx context.Context) error {
	rows, err := r.db.ServerKeys(ctx)
	if err != nil {
		return fmt.Errorf("read server keys: %w", err)
	}
	keys := make(map[string]serverKey, len(rows))
	for _, row := range rows {
		if old, ok := r.lookup(row.ID); ok { // parsing an RSA key costs milliseconds
			old.row = row
			keys[row.ID] = old
			continue
		}
		plain, err := r.vault.Unseal("server_keys", "sealed", row.ID, row.Sealed)
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
	r.mu.Lock()
	r.byID = keys
	r.mu.Unlock()
	if _, ok := r.active(purposeSigning); ok {
		r.once.Do(func() { close(r.ready) })
	}
	return nil
}

func (r *ring) lookup(id string) (serverKey, bool) {
	r.mu.RLock()
	defer r.mu.RUnlock()
	k, ok := r.byID[id]
	return k, ok
}

// find gives the key of a kid, unless its time is over.
func (r *ring) find(kid string) (serverKey, bool) {
	k, ok := r.lookup(kid)
	if !ok {
		k, ok = r.lookup(strings.ToLower(kid))
	}
	if at := k.removeAt(); !ok || (at != nil && !r.now().Before(*at)) {
		return serverKey{}, false
	}
	return k, true
}

func (r *ring) active(purpose string) (serverKey, bool) { return r.inState(purpose, model.KeyActive) }

func (r *ring) inState(purpose string, state model.KeyState) (serverKey, bool) {
	r.mu.RLock()
	defer r.mu.RUnlock()
	for _, k := range r.byID {
		if k.purpose == purpose && k.row.State == state {
			return k, true
		}
	}
	return serverKey{}, false
}

// signing gives the active signing key. Only in the first second of a new
// server's life does it have to wait for one.
func (r *ring) signing(ctx context.Context) (token.Key, error) {
	select {
	case <-r.ready:
	case <-ctx.Done():
		return token.Key{}, &model.Error{Code: model.CodeUnavailable, Reason: model.ReasonUnavailable, RetryAfter: retryAfter,
			Message: "The signing key is still being made. Try again in a moment.", Cause: ctx.Err()}
	}
	k, ok := r.active(purposeSigning)
	if !ok {
		return token.Key{}, internal(errors.New("no active signing key"))
	}
	return k.Key, nil
}

// complete makes the signing keys that are missing. Making one takes up to a few
// seconds, so it is done beside the start, not before it.
func (r *ring) complete(ctx context.Context, log *slog.Logger) {
	r.turn.Lock()
	defer r.turn.Unlock()
	for _, state := range []model.KeyState{model.KeyActive, model.KeyNext} {
		if _, ok := r.inState(purposeSigning, state); ok {
			continue
		}
		row, err := r.newSigning(state)
		if err == nil && ctx.Err() == nil {
			err = r.db.PutServerKey(ctx, row)
		}
		if errors.Is(err, store.ErrConflict) {
			err = nil // another server on the same database was faster
		}
		if err == nil {
			err = r.load(ctx)
		}
		if err != nil {
			if ctx.Err() == nil {
				log.Error("make signing key", "state", state, "error", err)
			}
			return
		}
	}
}

// rotate makes next the active key and a fresh one the next. Tokens signed by the
// old one stay good until they end.
func (r *ring) rotate(ctx context.Context) error {
	r.turn.Lock()
	defer r.turn.Unlock()
	fresh, err := r.newSigning(model.KeyNext)
	if err != nil {
		return err
	}
	if err := r.db.RotateServerKey(ctx, purposeSigning, fresh, r.now()); err != nil {
		return err
	}
	return r.load(ctx)
}

// prune removes signing keys whose last token is over.
func (r *ring) prune(ctx context.Context) error {
	n, err := r.db.PruneServerKeys(ctx, purposeSigning, r.now().Add(-retiredLife))
	if err != nil || n == 0 {
		return err
	}
	return r.load(ctx)
}

func (r *ring) newSigning(state model.KeyState) (store.ServerKey, error) {
	id, err := uuid.NewV7FromReader(r.random)
	if err != nil {
		return store.ServerKey{}, fmt.Errorf("make id: %w", err)
	}
	key, err := token.NewRSA(r.random, id.String())
	if err != nil {
		return store.ServerKey{}, fmt.Errorf("make signing key: %w", err)
	}
	der, err := token.MarshalRSA(key)
	if err != nil {
		return store.ServerKey{}, fmt.Errorf("encode signing key: %w", err)
	}
	return r.seal(store.ServerKey{ID: id.String(), Purpose: purposeSigning, Algorithm: token.RS512, State: state}, der)
}

func (r *ring) addSecret(ctx context.Context, purpose string) error {
	id, err := uuid.NewV7FromReader(r.random)
	if err != nil {
		return fmt.Errorf("make id: %w", err)
	}
	secret := make([]byte, 64)
	if _, err := io.ReadFull(r.random, secret); err != nil {
		return fmt.Errorf("make %s key: %w", purpose, err)
	}
	row, err := r.seal(store.ServerKey{ID: id.String(), Purpose: purpose, Algorithm: token.HS256, State: model.KeyActive}, secret)
	if err != nil {
		return err
	}
	if err := r.db.PutServerKey(ctx, row); err != nil && !errors.Is(err, store.ErrConflict) {
		return fmt.Errorf("write %s key: %w", purpose, err)
	}
	return nil
}

func (r *ring) seal(row store.ServerKey, plain []byte) (store.ServerKey, error) {
	sealed, err := r.vault.Seal("server_keys", "sealed", row.ID, plain)
	if err != nil {
		return row, fmt.Errorf("seal %s key: %w", row.Purpose, err)
	}
	row.Sealed, row.CreatedAt = sealed, r.now()
	if row.State == model.KeyActive {
		row.ActivatedAt = &row.CreatedAt
	}
	return row, nil
}

// published are the signing keys that verifiers may meet, oldest first.
func (r *ring) published() []serverKey {
	r.mu.RLock()
	defer r.mu.RUnlock()
	var keys []serverKey
	now := r.now()
	for _, k := range r.byID {
		if at := k.removeAt(); k.purpose == purposeSigning && (at == nil || now.Before(*at)) {
			keys = append(keys, k)
		}
	}
	slices.SortFunc(keys, func(a, b serverKey) int { return strings.Compare(a.ID, b.ID) })
	return keys
}

// JWKS is the public half of every signing key that is in use or about to be
// (RFC 7517). It waits for the first one.
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
			ActivatedAt: optional(k.row.ActivatedAt), RetiredAt: optional(k.row.RetiredAt), RemoveAt: optional(k.removeAt()),
		})
	}
	return list, nil
}

// RotateSigning makes the next signing key the active one and gives the list.
func (b *Backend) RotateSigning(ctx context.Context, p Principal) ([]model.SigningKey, error) {
	if !p.Superuser {
		return nil, model.Forbidden(model.ReasonRole, "Only a superuser may rotate the signing keys.")
	}
	err := b.keys.rotate(ctx)
	if errors.Is(err, store.ErrConflict) {
		return nil, &model.Error{Code: model.CodeConflict, Message: "The next signing key is still being made. Try again in a moment.", Cause: err}
	}
	if err != nil {
		return nil, storeError(err, "signing key")
	}
	return b.SigningKeys(ctx, p)
}

// optional turns a time that may be missing into its wire form.
func optional(t *time.Time) *model.Time {
	if t == nil {
		return nil
	}
	return model.Ptr(*t)
}
