// Package fake is a server in memory for tests of the dashboard: it answers the
// calls that the dashboard makes, without a network, from data that the test sets.
// Functions of a *Server, such as OneProject, fill or change it.
package fake

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"keydeck/model"
)

// Server answers as a client's transport. Its fields are the test's to set, under Mu
// while calls are being made.
type Server struct {
	Mu  sync.Mutex
	Now func() time.Time

	Down      bool                    // nobody answers
	Fail      map[string]*model.Error // by call, as in "GET /auth/overview"
	Silent    map[string]bool         // calls that are not answered for as long as they wait
	SMTP      bool                    // no local mailbox
	HasUsers  bool
	PlainUser bool // not superuser

	Projects    []model.Project
	Members     []model.Member
	Credentials []model.Credential
	Uses        []model.CredentialUse
	Overview    model.Overview
	Log         []model.RequestRecord // oldest first
	Mail        []model.Mail
	Inspection  model.Inspection // the answer to any token
	Trace       model.Trace

	Stream  chan model.RequestRecord // what the live log sends
	Skipped chan int                 // how many requests it says it has left out

	ScanLimit   int // how many records a page of the log looks at, 0 for all
	Scans       int // how many pages were cut short by that
	SilentAfter int // after so many of them the log is silent

	Calls    []string
	Replayed []string // requests sent again, with their credentials

	issued int
}

// What the server knows its only user by, and the API key that it issues.
const (
	Email  = "ada@example.com"
	Code   = "042137"
	Secret = "sk_GDje1FixedFixedFixedFixedFixedFixedFixednJfJ8"
)

// New is a server with users and nothing else.
func New(now func() time.Time) *Server {
	return &Server{Now: now, HasUsers: true, Fail: map[string]*model.Error{}, Silent: map[string]bool{}, Stream: make(chan model.RequestRecord, 64), Skipped: make(chan int)}
}

// RoundTrip answers without a network. The stream's body stays open.
func (f *Server) RoundTrip(req *http.Request) (*http.Response, error) {
	f.Mu.Lock()
	call := req.Method + " " + req.URL.Path
	if f.Silent[call] {
		f.Mu.Unlock()
		<-req.Context().Done()
		return nil, req.Context().Err()
	}
	defer f.Mu.Unlock()
	f.Calls = append(f.Calls, call)
	if f.Down {
		return nil, fmt.Errorf("connection refused")
	}
	if res := f.replayed(req); res != nil {
		return res, nil
	}
	var body map[string]any
	if req.Body != nil {
		_ = json.NewDecoder(req.Body).Decode(&body)
	}
	if e := f.Fail[call]; e != nil {
		return refuse(e), nil
	}
	if call == "GET /auth/requests/stream" {
		return f.stream(req), nil
	}
	status, data := f.answer(req, call, body)
	if status >= 400 {
		return refuse(&model.Error{Code: model.CodeNotFound, Message: "not found"}), nil
	}
	raw, err := json.Marshal(map[string]any{"success": true, "data": data, "error": nil})
	return respond(status, raw), err
}

func respond(status int, raw []byte) *http.Response {
	return &http.Response{StatusCode: status, Header: http.Header{}, Body: io.NopCloser(bytes.NewReader(raw))}
}

func refuse(e *model.Error) *http.Response {
	status := map[model.Code]int{model.CodeUnauthorized: 401, model.CodeForbidden: 403, model.CodeNotFound: 404, model.CodeConflict: 409,
		model.CodeTooLarge: 413, model.CodeRateLimited: 429, model.CodeInternal: 500, model.CodeUnavailable: 503}[e.Code]
	raw, _ := json.Marshal(map[string]any{"success": false, "data": map[string]any{}, "error": map[string]any{"code": e.Code, "message": e.Message}})
	res := respond(status, raw)
	if e.RetryAfter > 0 {
		res.Header.Set("Retry-After", fmt.Sprint(int(e.RetryAfter.Seconds())))
	}
	return res
}

func (f *Server) stream(req *http.Request) *http.Response {
	r, w := io.Pipe()
	go func() {
		_, _ = io.WriteString(w, ": keydeck request log\n\n")
		for {
			select {
			case rec := <-f.Stream:
				raw, _ := json.Marshal(rec)
				if _, err := fmt.Fprintf(w, "id: %s\nevent: request\ndata: %s\n\n", rec.ID, raw); err != nil {
					return
				}
			case n := <-f.Skipped:
				if _, err := fmt.Fprintf(w, "event: skipped\ndata: {\"skipped\":%d}\n\n", n); err != nil {
					return
				}
			case <-req.Context().Done():
				_ = w.CloseWithError(req.Context().Err())
				return
			}
		}
	}()
	return &http.Response{StatusCode: http.StatusOK, Header: http.Header{}, Body: r}
}

func page[T any](items []T) model.Page[T] {
	return model.NewPage(items, model.PageRequest{Page: 1, Limit: 1000}, int64(len(items)))
}

func (f *Server) answer(req *http.Request, call string, body map[string]any) (int, any) {
	id := req.URL.Path[strings.LastIndexByte(req.URL.Path, '/')+1:]
	name, _ := body["name"].(string)
	now := model.At(f.Now())
	switch {
	case call == "GET /local/status":
		return 200, model.Status{Version: "1", URL: "http://127.0.0.1:8000", Listen: "127.0.0.1:8000", LocalMailbox: !f.SMTP, Service: "keydeck", HasUsers: f.HasUsers}
	case call == "GET /local/mail":
		return 200, map[string]any{"items": f.Mail}
	case call == "POST /auth/verification/send-code":
		end := model.At(f.Now().Add(10 * time.Minute))
		f.Mail = []model.Mail{{ID: UUID(9), At: now, To: Email, Subject: "Your Keydeck sign-in code", Code: Code, ExpiresAt: &end}}
		return 202, map[string]any{}
	case call == "POST /auth/verification/verify-code":
		return 200, model.TokenPair{AccessToken: AccessToken(f.Now().Add(15 * time.Minute)), RefreshToken: "r", TokenType: "bearer"}
	case call == "POST /auth/verification/revoke-token":
		return 200, map[string]any{}
	case call == "GET /auth/users/me":
		return 200, model.User{ID: UUID(1), Email: Email, IsActive: true, IsSuperuser: !f.PlainUser}
	case call == "GET /auth/projects/":
		return 200, page(f.Projects)
	case call == "POST /auth/projects/":
		p := model.Project{ID: UUID(50), Name: name, AccountID: "NEW123", Role: model.RoleOwner, CreatedAt: now, UpdatedAt: now}
		f.Projects = append([]model.Project{p}, f.Projects...)
		return 201, p
	case strings.HasPrefix(call, "PATCH /auth/projects/"):
		for i := range f.Projects {
			if f.Projects[i].ID == id {
				f.Projects[i].Name = name
				return 200, f.Projects[i]
			}
		}
	case strings.HasPrefix(call, "DELETE /auth/projects/"):
		for i := range f.Projects {
			if f.Projects[i].ID == id {
				f.Projects = append(f.Projects[:i:i], f.Projects[i+1:]...)
				return 200, model.Revoked{ID: id, DeactivatedAt: now}
			}
		}
	case call == "GET /auth/credentials/":
		return 200, f.listCredentials(req.URL.Query())
	case strings.HasPrefix(call, "PATCH /auth/credentials/") && f.credential(id) != nil:
		c := f.credential(id)
		raw, _ := json.Marshal(body) // a credential has the members of a patch
		_ = json.Unmarshal(raw, c)
		c.UpdatedAt = now
		return 200, f.shown(*c)
	case strings.HasPrefix(call, "POST /auth/credentials/"):
		if c := f.credential(strings.Split(req.URL.Path, "/")[3]); c != nil {
			if c.UpdatedAt = now; id == "pause" {
				c.PausedAt = &now
			} else {
				c.PausedAt = nil
			}
			return 200, f.shown(*c)
		}
	case req.Method == http.MethodPost && issued(req.URL.Path) >= 0:
		return 201, f.issue(model.CredentialKinds[issued(req.URL.Path)], model.Credential{ProjectID: req.Header.Get("x-project-id"), Name: name, UpdatedAt: now})
	case req.Method == http.MethodDelete && f.credential(id) != nil:
		f.credential(id).IsActive = false
		return 200, model.Revoked{ID: id, DeactivatedAt: now}
	case call == "GET /auth/routes/":
		return 200, map[string]any{"items": Routes}
	case call == "GET /auth/requests/":
		return 200, f.history(req)
	case call == "POST /auth/tokens/inspect":
		return 200, f.Inspection
	case call == "POST /auth/tokens/trace":
		return 200, f.Trace
	case strings.HasPrefix(call, "POST /auth/jwt-secrets/") && id == "sign":
		return 200, model.SignedToken{Token: AccessToken(f.Now().Add(time.Hour))}
	}
	return f.manage(call, id, body)
}

// listCredentials has all on one page. Those that no project was given are of the first.
func (f *Server) listCredentials(q url.Values) model.CredentialPage {
	kind, sort, project := model.Kind(q.Get("kind")), q.Get("sort"), q.Get("project_id")
	all := slices.Clone(f.Credentials)
	for i := range all {
		all[i] = f.shown(all[i])
		all[i].ProjectID = cmp.Or(all[i].ProjectID, UUID(11))
	}
	all = slices.DeleteFunc(all, func(c model.Credential) bool {
		return kind != "" && c.Kind != kind || project != "" && c.ProjectID != project
	})
	slices.SortStableFunc(all, func(a, b model.Credential) int {
		if sort == "-updated_at" {
			return b.UpdatedAt.Compare(a.UpdatedAt.Time)
		}
		return b.CreatedAt.Compare(a.CreatedAt.Time)
	})
	return model.CredentialPage{Items: all, Pagination: model.CursorPagination{Limit: model.MaxPageLimit}}
}

// shown is a credential with its state.
func (f *Server) shown(c model.Credential) model.Credential {
	now := f.Now()
	switch {
	case c.ExpiresAt != nil && !c.ExpiresAt.After(now):
		c.State = model.StateExpired
	case !c.IsActive:
		c.State = model.StateRevoked
	case c.PausedAt != nil:
		c.State, c.IsActive = model.StatePaused, false
	case c.ExpiresAt != nil && c.ExpiresAt.Before(now.Add(model.ExpiringWithin)):
		c.State = model.StateExpiring
	default:
		c.State = model.StateActive
	}
	return c
}

func (f *Server) credential(id string) *model.Credential {
	if i := slices.IndexFunc(f.Credentials, func(c model.Credential) bool { return c.ID == id }); i >= 0 {
		return &f.Credentials[i]
	}
	return nil
}

// issued is the index of the kind of credential that a path issues, -1 for none.
func issued(path string) int {
	return slices.IndexFunc(model.CredentialKinds, func(k model.Kind) bool { return path == "/auth/"+k.Spec().Collection+"/" })
}

// issue adds a credential of the kind, like c, and is the only answer that has all of it.
func (f *Server) issue(kind model.Kind, c model.Credential) model.IssuedCredential {
	f.issued++
	c.Kind, c.ID, c.IsActive, c.CreatedAt = kind, UUID(60+f.issued), true, model.At(f.Now())
	secrets := []string{Secret}
	switch spec := kind.Spec(); {
	case len(spec.Secrets) == 2:
		c.ID, secrets = UUID(71), []string{AccessToken(f.Now().Add(time.Hour)), AccessToken(f.Now().Add(2 * time.Hour))}
	case spec.Shown == "kid":
		c.ID, secrets = UUID(70), []string{"c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0LXNlY3JldA"}
	default:
		c.Masked = model.Mask(Secret)
	}
	f.Credentials = append([]model.Credential{c}, f.Credentials...)
	return model.IssuedCredential{Credential: c, Secrets: secrets}
}

func (f *Server) history(req *http.Request) model.RequestPage {
	q := req.URL.Query()
	filter := model.RequestFilter{ProjectID: q.Get("project_id"), CredentialID: q.Get("credential_id"), Method: q.Get("method"), Path: q.Get("path"), Q: q.Get("q")}
	_, _ = fmt.Sscanf(q.Get("status"), "%1dxx", &filter.StatusClass)
	_, _ = fmt.Sscan(q.Get("min_ms"), &filter.MinMillis)
	limit, before := 0, q.Get("before")
	_, _ = fmt.Sscan(q.Get("limit"), &limit)
	out := model.RequestPage{Items: []model.RequestRecord{}}
	looked := 0
	for i := len(f.Log) - 1; i >= 0; i-- {
		r := f.Log[i]
		if before != "" && r.ID >= before {
			continue
		}
		if looked == f.ScanLimit && f.ScanLimit > 0 {
			out.NextBefore, out.Searched = &f.Log[i+1].ID, looked
			f.Scans++
			f.Silent["GET /auth/requests/"] = f.Scans == f.SilentAfter
			break
		}
		if looked++; !filter.Match(&r) {
			continue
		}
		if len(out.Items) == limit {
			out.NextBefore = &out.Items[limit-1].ID
			break
		}
		out.Items = append(out.Items, r)
	}
	return out
}

// Called reports whether a call was made.
func (f *Server) Called(call string) bool {
	f.Mu.Lock()
	defer f.Mu.Unlock()
	return slices.Contains(f.Calls, call)
}

// DatabaseFull is an error that any call may be answered with.
var DatabaseFull = &model.Error{Code: model.CodeUnavailable, Message: "the database is full; free some space"}

// Refuses makes the server answer a call with an error.
func Refuses(call string, err *model.Error) func(*Server) {
	return func(f *Server) { f.Fail[call] = err }
}

// NeverAnswers makes the server not answer a call.
func NeverAnswers(call string) func(*Server) { return func(f *Server) { f.Silent[call] = true } }

// GoesDown makes nobody answer.
func GoesDown(f *Server) { f.Down = true }
