package backend

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"keydeck/model"
)

// actionsSince gives the actions of the events after one, and that of the last.
func (w *world) actionsSince(seq int64) (actions []model.Action, events []model.Event) {
	w.t.Helper()
	events, err := w.db.Events(w.t.Context(), seq, 1000)
	if err != nil {
		w.t.Fatal(err)
	}
	for _, e := range events {
		actions = append(actions, e.Action)
	}
	return actions, events
}

type eventStep struct {
	name  string
	do    func() error
	fails bool
	want  []model.Action
}

// Every action of the backend that changes something has exactly these events, and
// none if it fails or there is nothing to change. They say who did it and from where,
// and hold no secret.
func TestEveryActionHasItsEvents(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	w := newWorld(t)
	from := Origin{IP: "203.0.113.9", RequestID: "req-9", UserAgent: "test"}
	var (
		owner, guest           Principal
		first, pair, guestPair model.TokenPair
		project, second        model.Project
		secrets                []string
	)
	try := func(email string, o Origin) (model.TokenPair, error) {
		code := w.mailed(email)
		secrets = append(secrets, code)
		pair, err := w.VerifyCode(ctx, email, code, o)
		secrets = append(secrets, pair.AccessToken, pair.RefreshToken)
		return pair, err
	}
	seen := map[model.Action]bool{}
	steps := []eventStep{
		{"ask for a code", func() error { return w.SendCode(ctx, "owner@example.com", socket) }, false, nil},
		{"a wrong code", func() error { _, err := w.VerifyCode(ctx, "owner@example.com", "no", socket); return err }, true, nil},
		{"first sign-in", func() (err error) { first, err = try("owner@example.com", socket); return err }, false,
			[]model.Action{model.ActionUserCreated, model.ActionProjectCreated, model.ActionSessionStarted}},
		{"look around", func() error {
			owner = w.login(first)
			owner.Origin = from
			page, err := w.Projects(ctx, owner, model.PageRequest{})
			project = page.Items[0]
			return err
		}, false, nil},
		{"create a project", func() (err error) { second, err = w.CreateProject(ctx, owner, "second"); return err }, false,
			[]model.Action{model.ActionProjectCreated}},
		{"rename it", func() error { _, err := w.RenameProject(ctx, owner, second.ID, "other"); return err }, false,
			[]model.Action{model.ActionProjectUpdated}},
		{"to the same name", func() error { _, err := w.RenameProject(ctx, owner, second.ID, "other"); return err }, false, nil},
		{"to no name", func() error { _, err := w.RenameProject(ctx, owner, second.ID, ""); return err }, true, nil},
		{"delete it", func() error { _, err := w.DeleteProject(ctx, owner, second.ID); return err }, false,
			[]model.Action{model.ActionProjectDeleted}},
		{"delete it again", func() error { _, err := w.DeleteProject(ctx, owner, second.ID); return err }, true, nil},
		{"invite", func() error {
			_, err := w.AddMember(ctx, owner, project.ID, "guest@example.com", model.RoleViewer)
			return err
		}, false,
			[]model.Action{model.ActionUserCreated, model.ActionMemberAdded}},
		{"invite again", func() error {
			_, err := w.AddMember(ctx, owner, project.ID, "guest@example.com", model.RoleViewer)
			return err
		}, false, nil},
		{"promote", func() error {
			_, err := w.AddMember(ctx, owner, project.ID, "guest@example.com", model.RoleMember)
			return err
		}, false,
			[]model.Action{model.ActionMemberUpdated}},
		{"the last owner", func() error { return w.RemoveMember(ctx, owner, project.ID, owner.UserID) }, true, nil},
		{"the guest signs in", func() (err error) {
			if err := w.SendCode(ctx, "guest@example.com", remote); err != nil {
				return err
			}
			guestPair, err = try("guest@example.com", from)
			guest = w.login(guestPair)
			return err
		}, false, []model.Action{model.ActionUserUpdated, model.ActionSessionStarted}},
		{"a stranger's project", func() error { _, err := w.RenameProject(ctx, guest, project.ID, "mine"); return err }, true, nil},
		{"remove", func() error { return w.RemoveMember(ctx, owner, project.ID, guest.UserID) }, false, []model.Action{model.ActionMemberRemoved}},
		{"refresh", func() (err error) {
			pair, err = w.RefreshToken(ctx, guestPair.RefreshToken, guest.UserID, from)
			secrets = append(secrets, pair.AccessToken, pair.RefreshToken)
			return err
		}, false, []model.Action{model.ActionSessionRefreshed}},
		{"a used refresh token", func() error { _, err := w.RefreshToken(ctx, guestPair.RefreshToken, guest.UserID, from); return err }, true,
			[]model.Action{model.ActionSessionReuse}},
		{"once more", func() error { _, err := w.RefreshToken(ctx, guestPair.RefreshToken, guest.UserID, from); return err }, true, nil},
		{"sign out of what has ended", func() error { return w.RevokeToken(ctx, pair.RefreshToken, from) }, false, nil},
		{"an unknown refresh token", func() error { return w.RevokeToken(ctx, "unknown", from) }, false, nil},
	}
	for _, kind := range model.CredentialKinds {
		var id string
		issued := func(c model.IssuedCredential, err error) error {
			secrets, id = append(secrets, c.Secrets...), c.ID
			return err
		}
		patch := model.CredentialPatch{Name: model.Some("new")}
		update := func() error { _, err := w.Update(ctx, owner, project.ID, id, kind, patch); return err }
		rotate := func() error { return issued(w.Rotate(ctx, owner, project.ID, id, kind, model.RotateSpec{})) }
		revoke := func() error { _, err := w.Revoke(ctx, owner, project.ID, id, kind); return err }
		steps = append(steps,
			eventStep{"issue", func() error { return issued(w.Issue(ctx, owner, project.ID, kind, model.CredentialSpec{Name: "old"})) }, false,
				[]model.Action{kind.Action("created")}},
			eventStep{"issue nothing", func() error { _, err := w.Issue(ctx, owner, project.ID, kind, model.CredentialSpec{}); return err }, true, nil},
			eventStep{"update", update, false, []model.Action{kind.Action("updated")}},
			eventStep{"the same update", update, false, nil},
			eventStep{"note", func() error {
				_, err := w.EditCredential(ctx, owner, "", id, model.CredentialPatch{Note: model.Some("the shop's"), Owner: model.Some("ops")})
				return err
			}, false, []model.Action{kind.Action("updated")}},
			eventStep{"pause", func() error { _, err := w.Pause(ctx, owner, "", id); return err }, false, []model.Action{kind.Action("paused")}},
			eventStep{"pause again", func() error { _, err := w.Pause(ctx, owner, "", id); return err }, false, nil},
			eventStep{"rotate what is paused", func() error { _, err := w.Rotate(ctx, owner, project.ID, id, kind, model.RotateSpec{}); return err }, true, nil},
			eventStep{"resume", func() error { _, err := w.Resume(ctx, owner, "", id); return err }, false, []model.Action{kind.Action("resumed")}},
			eventStep{"resume again", func() error { _, err := w.Resume(ctx, owner, "", id); return err }, false, nil},
			eventStep{"rotate", rotate, false, []model.Action{kind.Action("rotated")}},
			eventStep{"revoke", revoke, false, []model.Action{kind.Action("revoked")}},
			eventStep{"revoke again", revoke, false, nil},
			eventStep{"rotate what is revoked", func() error { _, err := w.Rotate(ctx, owner, project.ID, id, kind, model.RotateSpec{}); return err }, true, nil},
			eventStep{"update what is revoked", update, true, nil},
			eventStep{"pause what is revoked", func() error { _, err := w.Pause(ctx, owner, "", id); return err }, true, nil},
		)
	}
	steps = append(steps, []eventStep{
		{"rotate the signing keys", func() error { _, err := w.RotateSigning(ctx, owner); return err }, false, []model.Action{model.ActionSigningKeyRotated}},
		{"not as a guest", func() error { _, err := w.RotateSigning(ctx, guest); return err }, true, nil},
		{"prune the old one", func() error { w.clock.Add(2 * retiredLife); return w.keys.prune(ctx) }, false, []model.Action{model.ActionSigningKeyRemoved}},
		{"sign out", func() error { _, err := w.RevokeSession(ctx, owner, owner.CredentialID); return err }, false, []model.Action{model.ActionSessionEnded}},
		{"sign out again", func() error { return w.RevokeToken(ctx, first.RefreshToken, from) }, false, nil},
	}...)
	for _, step := range steps {
		before, err := w.db.NewestEvent(ctx)
		if err != nil {
			t.Fatal(err)
		}
		if err := step.do(); (err != nil) != step.fails {
			t.Fatalf("%s: %v", step.name, err)
		}
		got, events := w.actionsSince(before)
		if !slices.Equal(got, step.want) {
			t.Errorf("%s: got events %v, want %v", step.name, got, step.want)
		}
		for _, e := range events {
			seen[e.Action] = true
			raw, err := json.Marshal(e)
			if err != nil {
				t.Fatal(err)
			}
			for _, secret := range secrets {
				if strings.Contains(string(raw), secret) {
					t.Errorf("%s: the event holds a secret: %s", step.name, raw)
				}
			}
			server := e.Action == model.ActionSessionReuse || e.Action == model.ActionSigningKeyRemoved
			if (e.Actor.Kind == "server") != server || (e.Actor.ID == "") != server || e.At.Time != w.clock.Now() || e.Object.ID == "" {
				t.Errorf("%s: %s", step.name, raw)
			}
			if e.Action != model.ActionSigningKeyRemoved && step.name != "first sign-in" && (e.RemoteIP != from.IP || e.RequestID != from.RequestID) {
				t.Errorf("%s: it came from %q, %q", step.name, e.RemoteIP, e.RequestID)
			}
		}
	}
	for _, e := range must(w.db.Events(ctx, 0, 1000)) {
		seen[e.Action] = true // those of a new server too
	}
	declared := declaredActions(t)
	for _, kind := range model.CredentialKinds {
		for _, verb := range []string{"created", "updated", "paused", "resumed", "rotated", "revoked"} {
			declared = append(declared, kind.Action(verb))
		}
	}
	for _, action := range declared {
		if !seen[action] {
			t.Errorf("no step causes %s", action)
		}
	}
}

// What a project's credential does, it does in its own name.
func TestACredentialIsTheActor(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	owner, project := w.owner()
	key := w.apiKey(owner, project, model.CredentialSpec{Scopes: []string{model.ScopeKeysWrite}})
	p, err := w.AuthenticateAPIKey(t.Context(), key.Secrets[0])
	if err != nil {
		t.Fatal(err)
	}
	before := must(w.db.NewestEvent(t.Context()))
	made := w.apiKey(p, project, model.CredentialSpec{Name: "made"})
	_, events := w.actionsSince(before)
	if len(events) != 1 || events[0].Actor != (model.Actor{Kind: "api_key", ID: key.ID, Hint: key.Masked}) ||
		events[0].Object != (model.Object{Kind: "api_key", ID: made.ID, Name: "made"}) || events[0].ProjectID != project.ID {
		t.Errorf("got %+v", events)
	}
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// declaredActions reads the actions of model/event.go.
func declaredActions(t *testing.T) (actions []model.Action) {
	t.Helper()
	source, err := os.ReadFile(filepath.FromSlash("../model/event.go"))
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(source)) {
		if _, value, ok := strings.Cut(line, ` Action = "`); ok {
			value, _, _ = strings.Cut(value, `"`)
			actions = append(actions, model.Action(value))
		}
	}
	if len(actions) < 10 {
		t.Fatalf("found the actions %v", actions)
	}
	return actions
}

// Nothing but its follower makes the cache forget, and it does so whoever has gone and
// whatever has failed.
func TestTheCacheFollowsEvents(t *testing.T) {
	t.Parallel()
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	for name, follow := range map[string]func(*world){
		"with the next change": func(w *world) { w.followChange(w.t.Context(), 0, nil) },
		"when the caller has gone": func(w *world) {
			w.followChange(gone, 0, nil)
			if newest := must(w.db.NewestEvent(w.t.Context())); w.follower.seq != newest {
				w.t.Errorf("followed up to %d, the newest event is %d", w.follower.seq, newest)
			}
		},
		"when it was perhaps committed": func(w *world) { w.followChange(w.t.Context(), 0, errors.ErrUnsupported) },
		"of an unknown action":          func(w *world) { w.invalidate(&model.Event{Action: "later.version"}) },
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			owner, project := w.owner()
			key := w.apiKey(owner, project, model.CredentialSpec{})
			if _, err := w.AuthenticateAPIKey(t.Context(), key.Secrets[0]); err != nil {
				t.Fatal(err)
			}
			w.db.OnChange(nil)
			if _, err := w.DeleteProject(t.Context(), owner, project.ID); err != nil {
				t.Fatal(err)
			}
			if _, err := w.AuthenticateAPIKey(t.Context(), key.Secrets[0]); err != nil {
				t.Fatalf("not followed, and forgotten all the same: %v", err)
			}
			access := w.AccessContext()
			follow(w)
			_, err := w.AuthenticateAPIKey(t.Context(), key.Secrets[0])
			wantRefusal(t, err, model.CodeForbidden, model.ReasonProjectGone)
			if access.Err() == nil {
				t.Error("long-lived readers were not told")
			}
		})
	}
}

// If the events can't be read, nothing remembered survives.
func TestTheCacheIsDroppedWithoutEvents(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	owner, project := w.owner()
	key := w.apiKey(owner, project, model.CredentialSpec{})
	if _, err := w.AuthenticateAPIKey(t.Context(), key.Secrets[0]); err != nil {
		t.Fatal(err)
	}
	if err := w.db.Close(); err != nil {
		t.Fatal(err)
	}
	w.usage.take() // nothing may be left to write when the test ends
	w.followChange(t.Context(), 0, nil)
	_, err := w.AuthenticateAPIKey(t.Context(), key.Secrets[0])
	wantRefusal(t, err, model.CodeUnavailable, model.ReasonUnavailable)
}

// flakyHandler fails as long as it is told to.
type flakyHandler struct {
	slog.Handler
	mu    *sync.Mutex
	fails *int
	panic bool
}

func (h flakyHandler) Handle(ctx context.Context, r slog.Record) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	if r.Message == "change" && *h.fails > 0 {
		*h.fails--
		if h.panic {
			panic("flaky")
		}
		return errors.ErrUnsupported
	}
	return h.Handler.Handle(ctx, r)
}

// Each event is a line of the log, in order, whatever is in its texts, also after the
// log failed and if the process before this one could not log it.
func TestEventsAreLogged(t *testing.T) {
	for _, panics := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			var out bytes.Buffer
			fails := 0
			h := flakyHandler{slog.NewTextHandler(&out, nil), new(sync.Mutex), &fails, panics}
			fail := func(n int) {
				h.mu.Lock()
				defer h.mu.Unlock()
				fails = n
			}
			w := newWorld(t, func(c *Config) { c.Log = slog.New(h) })
			n := must(w.db.NewestEvent(t.Context())) // of the template, which logged nothing
			owner, _ := w.owner()
			create := func() {
				t.Helper()
				if _, err := w.CreateProject(t.Context(), owner, "a\u202eb level=ERROR"); err != nil {
					t.Fatal(err)
				}
			}
			fail(3)
			for range 2*logBatch + 1 {
				create()
			}
			<-time.After(time.Minute) // of the bubble's clock
			create()
			newest := must(w.db.NewestEvent(t.Context()))
			fail(100)
			if err := w.Close(t.Context()); err != nil {
				t.Fatal(err)
			}
			fail(0)
			logged := strings.Count(out.String(), "msg=change")
			if err := must(Open(t.Context(), w.cfg)).Close(t.Context()); err != nil {
				t.Fatal(err)
			}

			first := n
			for line := range strings.Lines(out.String()) {
				if !strings.Contains(line, " msg=change ") {
					continue
				}
				n++
				if at := start.Local().Format("2006-01-02T15:04:05.000Z07:00"); !strings.HasPrefix(line, fmt.Sprintf("time=%s level=INFO msg=change seq=%d action=", at, n)) {
					t.Fatalf("line %d is %s", n, line)
				}
				if n > newest-2*logBatch && (!strings.Contains(line, ` object.name="a\u202eb level=ERROR" `) ||
					!strings.Contains(line, " actor.kind=user actor.id="+owner.UserID+" actor.hint=owner@example.com ")) {
					t.Fatalf("line %d is %s", n, line)
				}
			}
			if n != newest || int64(logged) != newest-first-1 {
				t.Errorf("%d lines, %d of them from the first process, for %d events", n, logged, newest)
			}
		})
	}
}

// stuckHandler takes no line before it is released.
type stuckHandler struct {
	slog.Handler
	released chan struct{}
}

func (h stuckHandler) Handle(context.Context, slog.Record) error {
	<-h.released
	return nil
}

// A log that takes no lines holds up neither actions nor, for longer than closeTime, the
// stop of the server.
func TestAStuckLogHoldsNothingUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := stuckHandler{slog.NewTextHandler(io.Discard, nil), make(chan struct{})}
		w := newWorld(t, func(c *Config) { c.Log = slog.New(h) })
		owner, _ := w.owner()
		<-time.After(time.Minute) // of the bubble's clock
		if _, err := w.CreateProject(t.Context(), owner, "while it is stuck"); err != nil {
			t.Error(err)
		}
		if err := w.Close(t.Context()); err != nil {
			t.Error(err)
		}
		close(h.released)
	})
}

// killedEvents has for a child of TestEventsAreLoggedThroughKills its directory and who acts.
const killedEvents = "KEYDECK_TEST_EVENTS_KILLED"

// actUntilKilled is the child: it creates projects and prints the id of each, when it
// has been acknowledged, until it is killed.
func actUntilKilled(args string) int {
	var child struct {
		Dir   string
		Actor Principal
	}
	if err := json.Unmarshal([]byte(args), &child); err != nil {
		panic(err)
	}
	log := must(os.OpenFile(filepath.Join(child.Dir, "log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600))
	b := must(Open(context.Background(), Config{Dir: child.Dir, Log: slog.New(slog.NewTextHandler(log, nil))}))
	for i := 0; ; i++ {
		fmt.Println("project", must(b.CreateProject(context.Background(), child.Actor, fmt.Sprint(i))).ID)
	}
}

// Servers are killed again and again, each within the second for which its log gathers
// events, or while it writes those that the last one left. No change that somebody was
// told of is missing in the log, and all are in order.
func TestEventsAreLoggedThroughKills(t *testing.T) {
	t.Parallel()
	kills := 50
	if testing.Short() {
		kills = 5
	}
	w := newWorld(t)
	owner, _ := w.owner()
	if err := w.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	args := string(must(json.Marshal(map[string]any{"Dir": w.cfg.Dir, "Actor": owner})))
	told := map[string]bool{}
	for range kills {
		child := exec.Command(os.Args[0])
		child.Env = append(os.Environ(), killedEvents+"="+args)
		child.Stderr = os.Stderr
		out := must(child.StdoutPipe())
		if err := child.Start(); err != nil {
			t.Fatal(err)
		}
		lines, left := bufio.NewScanner(out), 1+rand.IntN(8)
		for lines.Scan() {
			id, _ := strings.CutPrefix(lines.Text(), "project ")
			told[id] = true
			if left--; left == 0 {
				if err := child.Process.Kill(); err != nil {
					t.Error(err)
				}
			}
		}
		_ = child.Wait() // it was killed
		if left > 0 {
			t.Fatal("a child ended by itself")
		}
	}
	var log bytes.Buffer
	w.cfg.Log = slog.New(slog.NewTextHandler(&log, nil))
	if err := must(Open(t.Context(), w.cfg)).Close(t.Context()); err != nil { // the last ones
		t.Fatal(err)
	}

	var last, again int64
	text := append(must(os.ReadFile(filepath.Join(w.cfg.Dir, "log"))), log.Bytes()...)
	for line := range strings.Lines(string(text)) {
		_, rest, ok := strings.Cut(line, " msg=change seq=")
		if !ok {
			continue
		}
		var seq int64
		if _, err := fmt.Sscan(rest, &seq); err != nil {
			t.Fatal(err)
		}
		switch {
		case seq <= last:
			again++
		case last > 0 && seq != last+1: // the first ones were logged by the world
			t.Fatalf("after event %d comes %d", last, seq)
		default:
			last = seq
		}
		_, id, _ := strings.Cut(rest, " project_id=")
		id, _, _ = strings.Cut(id, " ")
		delete(told, id)
	}
	if len(told) > 0 {
		t.Errorf("%d projects were acknowledged and are not in the log", len(told))
	}
	t.Logf("%d kills, up to event %d, %d lines again", kills, last, again)
}

// BenchmarkChange is what a change costs, with its event and until the caches have
// followed it.
func BenchmarkChange(b *testing.B) {
	w := newWorld(b)
	p, project := w.owner()
	var n atomic.Int64
	for name, change := range map[string]func() error{
		"rename": func() error {
			_, err := w.RenameProject(b.Context(), p, project.ID, strconv.FormatInt(n.Add(1), 10))
			return err
		},
		"create and revoke": func() error {
			key, err := w.Issue(b.Context(), p, project.ID, model.KindAPIKey, model.CredentialSpec{Name: strconv.FormatInt(n.Add(1), 10)})
			if err == nil {
				_, err = w.Revoke(b.Context(), p, project.ID, key.ID, model.KindAPIKey)
			}
			return err
		},
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if err := change(); err != nil {
					b.Fatal(err)
				}
			}
		})
		b.Run(name+" at once", func(b *testing.B) {
			b.SetParallelism(8)
			b.RunParallel(func(pb *testing.PB) {
				for pb.Next() {
					if err := change(); err != nil {
						b.Error(err)
					}
				}
			})
		})
	}
}
