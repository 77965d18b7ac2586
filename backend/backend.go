// Package backend holds Keydeck's rules: sign-in, projects, credentials,
// tokens, sessions and usage. Each method is one action. The four HTTP
// families, the dashboard and the commands all end here, so a rule exists once.
//
// Guarantees:
//   - Authenticate* refuses a credential that was revoked before the call: a
//     method that changes something has its event followed, which invalidates the
//     caches, after the commit and before it returns (events.go).
//   - Errors are *model.Error. The caller may see their Message, but not their
//     Reason and Cause.
//   - No request waits for mail, for usage counting or for the request log.
package backend

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"path/filepath"
	"sync"
	"time"

	"github.com/google/uuid"

	"keydeck/backend/mail"
	"keydeck/backend/requestlog"
	"keydeck/backend/store"
	"keydeck/backend/traffic"
	"keydeck/backend/vault"
	"keydeck/model"
)

// Lifetimes and limits.
const (
	CodeTTL         = 10 * time.Minute
	CodeResend      = 60 * time.Second
	CodeTries       = 5
	AccessTTL       = 15 * time.Minute
	SessionIdle     = 30 * 24 * time.Hour // a login that is unused for this long ends
	SessionLifetime = 90 * 24 * time.Hour // every login ends this long after the sign-in

	ServiceTokenDefault = 900 * time.Second
	ServiceTokenMin     = 60 * time.Second
	ServiceTokenMax     = 3600 * time.Second
)

// Config of a backend. Dir is required; every other zero value is a sensible
// default.
type Config struct {
	Dir        string        // the data directory, which the caller has made with mode 0700
	MasterKey  string        // KEYDECK_MASTER_KEY, "" for Dir/master.key
	Issuer     string        // iss of every token: the public URL
	Hostname   string        // hostname member of session keys
	Service    string        // family B's service name, "" for keydeck
	Admin      string        // address that becomes superuser, "" for the first sign-in over the socket
	OpenSignup bool          // any address may sign in
	SessionTTL time.Duration // of session keys, 0: one hour
	Retention  time.Duration // of the request log, 0: seven days
	LogBytes   int64         // size cap of the request log, 0: 1 GiB
	SMTP       *mail.SMTPConfig
	Now        func() time.Time // nil: time.Now
	Random     io.Reader        // nil: crypto/rand
	Log        *slog.Logger     // nil: discarded
}

// Backend is safe for concurrent use.
type Backend struct {
	cfg      Config
	log      *slog.Logger
	now      func() time.Time
	random   io.Reader
	db       *store.Store
	requests *requestlog.Log
	logDB    *store.Requests
	vault    *vault.Vault
	keys     *keySet
	cache    *authCache
	access   *accessSignal
	follower cacheFollower
	toLog    chan struct{} // wakes runLog
	usage    *usage
	traffic  *traffic.Traffic
	queue    *mail.Queue

	stop       context.CancelFunc
	background sync.WaitGroup
	closing    sync.Once
	closed     error // what Close returned
}

// Files in the data directory that the backend owns.
const (
	StateFile    = "keydeck.db"
	RequestsFile = "requests.db"
	MasterFile   = "master.key"
)

// Open opens or makes the databases and keys in c.Dir. Errors name the file and
// say what to do.
func Open(ctx context.Context, c Config) (_ *Backend, err error) {
	b := &Backend{cfg: c.normal()}
	b.log, b.now, b.random = b.cfg.Log, b.cfg.Now, b.cfg.Random
	defer func() {
		if err != nil {
			err = errors.Join(err, b.closeStores(ctx))
		}
	}()

	state := store.Options{Path: filepath.Join(c.Dir, StateFile), Log: b.log}
	check, checkErr := store.PeekMeta(ctx, state, masterKeyCheck)
	b.vault, err = vault.Open(vault.Source{
		Path: filepath.Join(c.Dir, MasterFile), Value: c.MasterKey, Create: errors.Is(checkErr, store.ErrNotFound),
	}, b.random)
	if err != nil {
		return nil, fmt.Errorf("open master key: %w", err)
	}
	if checkErr == nil { // store.OpenBoth reports any other error in better words
		if err := b.checkMasterKey(check); err != nil {
			return nil, err
		}
	}
	log := store.Options{Path: filepath.Join(c.Dir, RequestsFile), Log: b.log}
	if b.db, b.logDB, err = store.OpenBoth(ctx, state, log); err != nil {
		return nil, err
	}
	if err := b.sealMasterKeyCheck(ctx); err != nil {
		return nil, err
	}
	newest, err := b.logDB.Newest(ctx) // before anything is recorded
	if err != nil {
		return nil, fmt.Errorf("open request log: %w", err)
	}
	b.requests, err = requestlog.Open(ctx, b.logDB, requestlog.Options{
		Retention: b.cfg.Retention, MaxBytes: b.cfg.LogBytes, Now: b.now, Log: b.log,
	})
	if err != nil {
		return nil, fmt.Errorf("open request log: %w", err)
	}
	b.cache = newAuthCache()
	b.access = newAccessSignal()
	if b.follower.seq, err = b.db.NewestEvent(ctx); err != nil {
		return nil, err
	}
	b.toLog = make(chan struct{}, 1)
	b.wakeLog() // a process that was killed may have left some
	b.db.OnChange(b.followChange)
	b.usage = newUsage()
	b.traffic = traffic.New()
	if b.keys, err = openKeySet(ctx, b.db, b.vault, b.random, b.now); err != nil {
		return nil, err
	}
	sender := mail.Sender(localMailbox{b})
	if c.SMTP != nil {
		if sender, err = mail.NewSMTP(*c.SMTP); err != nil {
			return nil, fmt.Errorf("set up SMTP: %w", err)
		}
	}
	b.queue = mail.NewQueue(sender, b.log, b.now)

	running, stop := context.WithCancel(context.Background())
	b.stop = stop
	b.inBackground("make signing keys", func() { b.keys.complete(running, b.log) })
	b.inBackground("flush usage", func() {
		for range model.Every(running, flushEvery) {
			b.flushUsage(running)
		}
	})
	b.inBackground("log changes", func() { b.runLog(running) })
	b.inBackground("prune", func() { b.prune(running) })
	b.inBackground("warm traffic", func() { b.warmTraffic(running, newest) })
	return b, nil
}

func (c Config) normal() Config {
	c.Service = cmp.Or(c.Service, "keydeck")
	c.Hostname, c.Issuer = cmp.Or(c.Hostname, c.Service), cmp.Or(c.Issuer, c.Service)
	c.Random, c.Log = cmp.Or(c.Random, rand.Reader), cmp.Or(c.Log, slog.New(slog.DiscardHandler))
	if c.SessionTTL <= 0 {
		c.SessionTTL = time.Hour
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Admin != "" {
		c.Admin, _ = NormalAddress(c.Admin)
	}
	return c
}

// masterKeyCheck names the meta value that only the right master key opens.
const masterKeyCheck = "master_key_check"

// checkMasterKey proves that the database was sealed with this master key. It
// runs before the database is opened, because a wrong key must leave the files
// untouched.
func (b *Backend) checkMasterKey(sealed []byte) error {
	if _, err := b.vault.Unseal("meta", "value", masterKeyCheck, sealed); err != nil {
		return fmt.Errorf("the master key is not the one that %s was made with; put the right %s back, or set KEYDECK_MASTER_KEY to the right one",
			filepath.Join(b.cfg.Dir, StateFile), MasterFile)
	}
	return nil
}

// sealMasterKeyCheck writes the value that checkMasterKey opens into a new
// database.
func (b *Backend) sealMasterKeyCheck(ctx context.Context) error {
	_, err := b.db.Meta(ctx, masterKeyCheck)
	if err == nil {
		return nil
	}
	if !errors.Is(err, store.ErrNotFound) {
		return fmt.Errorf("read master key check: %w", err)
	}
	sealed, err := b.vault.Seal("meta", "value", masterKeyCheck, []byte("keydeck"))
	if err != nil {
		return fmt.Errorf("seal master key check: %w", err)
	}
	if err := b.db.PutMeta(ctx, masterKeyCheck, sealed); err != nil {
		return fmt.Errorf("write master key check: %w", err)
	}
	return nil
}

// closeTime bounds how long Close waits for the background work, and then how long it
// writes usage and the request log.
const closeTime = 10 * time.Second

// inBackground runs work on a goroutine that Close waits for. A panic is logged
// and does not end the process.
func (b *Backend) inBackground(what string, work func()) {
	b.background.Go(func() {
		if err := model.Recover(func() error { work(); return nil }); err != nil {
			b.log.Error("background work panicked", "work", what, "error", err)
		}
	})
}

// Close ends the background work, writes usage and the request log, and closes
// the databases. A second call returns what the first one did.
func (b *Backend) Close(ctx context.Context) error {
	b.closing.Do(func() {
		if err := b.queue.Close(ctx); err != nil {
			// A mail server that hangs is no reason to report a failed stop: users ask
			// for another code after a restart anyway.
			b.log.Warn("mail that was under way is given up", "error", err)
		}
		b.stop()
		ended := make(chan struct{})
		go func() { b.background.Wait(); close(ended) }()
		select {
		case <-ended:
		case <-time.After(closeTime): // a log that does not take its lines holds up no stop
		}
		ctx, done := context.WithTimeout(context.WithoutCancel(ctx), closeTime) // mail may have used up the caller's time
		defer done()
		b.closed = errors.Join(b.writeUsage(ctx), b.closeStores(ctx))
	})
	return b.closed
}

// closeStores ends the request log, whose goroutines use its database, and then
// closes the databases that were opened.
func (b *Backend) closeStores(ctx context.Context) error {
	var err error
	if b.requests != nil {
		err = b.requests.Close(ctx)
	}
	if b.db != nil {
		err = errors.Join(err, b.db.Close())
	}
	if b.logDB != nil {
		err = errors.Join(err, b.logDB.Close())
	}
	return err
}

// Ready reports whether the databases answer (GET /readyz, /v1/healthz).
func (b *Backend) Ready(ctx context.Context) error {
	return storeError(b.db.Ping(ctx), "database")
}

// Now is the backend's clock, in UTC. All families use it.
func (b *Backend) Now() time.Time { return b.now().UTC() }

// newID makes a UUIDv7.
func (b *Backend) newID() (string, error) {
	id, err := uuid.NewV7FromReader(b.random)
	if err != nil {
		return "", fmt.Errorf("make id: %w", err)
	}
	return id.String(), nil
}

// prune deletes expired codes, ended sessions and retired signing keys.
func (b *Backend) prune(ctx context.Context) {
	for range model.Every(ctx, 10*time.Minute) {
		if err := b.db.PruneLogin(ctx, b.Now()); err != nil && ctx.Err() == nil {
			b.log.Warn("prune logins", "error", err)
		}
		if err := b.keys.prune(ctx); err != nil && ctx.Err() == nil {
			b.log.Warn("prune signing keys", "error", err)
		}
	}
}
