package client

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/gofrs/flock"

	"keydeck/model"
)

// Session is a login as the client keeps it.
type Session struct {
	UserID       string `json:"user_id"`
	Email        string `json:"email"`
	AccessToken  string `json:"access_token"`
	RefreshToken string `json:"refresh_token"`
}

// Sessions keeps the login of one server. There are two implementations:
// Memory, and File for logins that outlive the process and are shared between
// processes.
//
// Update calls change with the current session (nil when signed out), holding a
// lock, and keeps the result (nil signs out). If change fails, nothing is
// written. The lock matters: a refresh token works once, and a second use of it
// ends the login.
type Sessions interface {
	Load() (*Session, error)
	Update(ctx context.Context, change func(current *Session) (*Session, error)) (*Session, error)
}

// Memory keeps a login for the life of the process.
type Memory struct {
	mu      sync.Mutex
	current *Session
}

// NewMemory returns an empty Memory.
func NewMemory() *Memory { return &Memory{} }

// Load returns the login, nil when signed out.
func (m *Memory) Load() (*Session, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.current, nil
}

// Update changes the login.
func (m *Memory) Update(_ context.Context, change func(*Session) (*Session, error)) (*Session, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	next, err := change(m.current)
	if err != nil {
		return nil, err
	}
	m.current = next
	return next, nil
}

// File keeps logins in a JSON file of mode 0600, with one entry per server.
type File struct {
	path   string
	target string
	mu     sync.Mutex
}

// LocalSession is the target of the server on the data directory that the file is in. It
// says nothing of where that is, so the login moves along with the directory.
const LocalSession = "local"

// NewFile keeps the login of target (LocalSession, or the URL of a server) in the file at
// path. The file and its folder are created when first needed.
func NewFile(path, target string) *File { return &File{path: path, target: target} }

// Load returns the login, nil when signed out.
func (f *File) Load() (*Session, error) {
	all, err := f.read()
	if err != nil {
		return nil, err
	}
	return all[f.target], nil
}

// Update changes the login under a lock on the file, so that two processes never
// spend the same refresh token.
func (f *File) Update(ctx context.Context, change func(*Session) (*Session, error)) (*Session, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if err := os.MkdirAll(filepath.Dir(f.path), 0o700); err != nil {
		return nil, fmt.Errorf("keep login: %w", err)
	}
	lock := flock.New(f.path+".lock", flock.SetPermissions(0o600))
	if _, err := lock.TryLockContext(ctx, 20*time.Millisecond); err != nil {
		return nil, fmt.Errorf("lock login: %w", err)
	}
	defer func() { _ = lock.Unlock() }()

	all, err := f.read()
	if err != nil {
		return nil, err
	}
	next, err := change(all[f.target])
	if err != nil {
		return nil, err
	}
	if next == nil {
		delete(all, f.target)
	} else {
		all[f.target] = next
	}
	return next, f.write(all)
}

func (f *File) read() (map[string]*Session, error) {
	raw, err := os.ReadFile(f.path)
	if errors.Is(err, os.ErrNotExist) {
		return map[string]*Session{}, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read login: %w", err)
	}
	all := map[string]*Session{}
	if err := json.Unmarshal(raw, &all); err != nil {
		return nil, fmt.Errorf("read login: %s is not JSON (%w); remove it and sign in again", f.path, err)
	}
	if f.target == LocalSession {
		adoptSocketLogin(all)
	}
	return all, nil
}

// adoptSocketLogin reads a file in which the login is under the path of the socket, as it
// was at first. If the directory has moved since, there may be several: the one that lasts
// longest counts.
func adoptSocketLogin(all map[string]*Session) {
	_, newer := all[LocalSession]
	for name, s := range all {
		if !filepath.IsAbs(name) {
			continue
		}
		delete(all, name)
		if kept := all[LocalSession]; !newer && s != nil && (kept == nil || expiry(s) > expiry(kept)) {
			all[LocalSession] = s
		}
	}
}

// expiry is the exp of a login's access token, 0 if it has none.
func expiry(s *Session) int64 { return accessClaims(s.AccessToken).Exp }

func (f *File) write(all map[string]*Session) error {
	raw, err := json.MarshalIndent(all, "", "  ")
	if err != nil {
		return fmt.Errorf("keep login: %w", err)
	}
	if err := ReplaceFile(f.path, append(raw, '\n')); err != nil {
		return fmt.Errorf("keep login: %w", err)
	}
	return nil
}

// ErrSignedOut is the error of calls that need a login when there is none.
var ErrSignedOut = &model.Error{Code: model.CodeUnauthorized, Reason: model.ReasonMissing, Message: "not signed in; run keydeck login"}

// renewAhead is how long before it expires an access token is renewed.
const renewAhead = 30 * time.Second

// freshSession returns a login whose access token is still valid, renewing it
// first if need be. A login that the server has ended is dropped.
func (c *Client) freshSession(ctx context.Context) (*Session, error) {
	s, err := c.sessions.Load()
	if err != nil {
		return nil, err
	}
	if s == nil {
		return nil, ErrSignedOut
	}
	if c.lasts(s) {
		return s, nil
	}
	ended := false
	s, err = c.sessions.Update(ctx, func(current *Session) (*Session, error) {
		if current == nil || c.lasts(current) {
			return current, nil // another process has renewed it
		}
		var pair model.TokenPair
		err := c.do(ctx, call{method: http.MethodPost, path: "/auth/verification/refresh-token", anonymous: true,
			body: map[string]string{"refresh_token": current.RefreshToken, "user_uuid": current.UserID}}, &pair)
		if model.CodeOf(err) == model.CodeUnauthorized {
			ended = true
			return nil, nil
		}
		if err != nil {
			return nil, err
		}
		next := *current
		next.AccessToken, next.RefreshToken = pair.AccessToken, pair.RefreshToken
		return &next, nil
	})
	switch {
	case err != nil:
		return nil, err
	case ended:
		return nil, &model.Error{Code: model.CodeUnauthorized, Reason: model.ReasonSessionEnded, Message: "the login has ended; sign in again"}
	case s == nil:
		return nil, ErrSignedOut
	}
	return s, nil
}

// lasts reads the token's exp without verifying it: the server decides, this
// only saves a round trip.
func (c *Client) lasts(s *Session) bool {
	return c.now().Add(renewAhead).Before(time.Unix(expiry(s), 0))
}

type tokenClaims struct {
	Sub string `json:"sub"`
	Exp int64  `json:"exp"`
}

// accessClaims are the claims of a token, zero if it cannot be read.
func accessClaims(raw string) (claims tokenClaims) {
	if parts := strings.Split(raw, "."); len(parts) == 3 {
		payload, _ := base64.RawURLEncoding.DecodeString(parts[1])
		_ = json.Unmarshal(payload, &claims)
	}
	return claims
}
