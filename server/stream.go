package server

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"keydeck/backend"
	"keydeck/model"
)

const (
	streamBatch   = 500              // most records in one write
	streamPing    = 15 * time.Second // silence before a comment, so that proxies keep the stream open
	streamRecheck = 30 * time.Second // between two checks of the login behind the stream
	streamWrite   = 10 * time.Second // a reader that takes longer for one batch is gone
)

// GET /auth/requests/stream is the live request log as server-sent events (WHATWG
// HTML, section 9.2). Each record is an event (event: request, id: the record's),
// flushed in batches; "event: skipped" says how many a slow reader missed. A reader
// resumes with Last-Event-ID. The stream ends when the server or the login does, and
// when the user's projects change: the client reconnects and sees the new ones.
func (s *Server) streamRequests(w *exchange, r *http.Request, p backend.Principal) error {
	in := check(w, r)
	filter := requestFilter(in)
	after := r.Header.Get("Last-Event-ID")
	if after != "" {
		after = in.UUID("header", "last-event-id", after)
	}
	if err := in.Err(); err != nil {
		return err
	}
	projects, err := s.projectsOf(r.Context(), p)
	if err != nil {
		return err
	}
	follower, err := s.backend.Follow(r.Context(), p, filter, after)
	if err != nil {
		return err
	}
	defer follower.Close()

	ctx, cancel := context.WithCancel(r.Context())
	defer cancel()
	defer context.AfterFunc(s.streams, cancel)()
	allowed := func() bool {
		// A database that is away for a moment doesn't end a login.
		if now, err := s.authenticate(r, &login); err != nil || now.CredentialID != p.CredentialID {
			return model.CodeOf(err) == model.CodeUnavailable
		}
		now, err := s.projectsOf(ctx, p)
		return err != nil || slices.Equal(now, projects)
	}
	h := w.Header()
	h.Set("Content-Type", "text/event-stream")
	h.Set("X-Accel-Buffering", "no") // nginx would hold events back
	if r.Method == http.MethodHead {
		return nil
	}
	stream{w: w, follower: follower, allowed: allowed, rightsChanged: s.backend.AccessContext, ping: streamPing, recheck: s.recheck}.run(ctx)
	return nil
}

// projectsOf lists the ids of the projects whose records p may see, nil for all.
func (s *Server) projectsOf(ctx context.Context, p backend.Principal) ([]string, error) {
	user, err := s.backend.Me(ctx, p)
	if err != nil || p.Superuser {
		return nil, err
	}
	ids := make([]string, 0, len(user.Projects))
	for _, project := range user.Projects {
		ids = append(ids, project.ID)
	}
	slices.Sort(ids)
	return ids, nil
}

// A stream writes what a follower reads, until run returns.
type stream struct {
	w             http.ResponseWriter
	follower      backend.Follower
	allowed       func() bool            // whether the login still holds
	rightsChanged func() context.Context // done at the next change of anybody's rights
	ping          time.Duration          // silence before a ping
	recheck       time.Duration          // between two calls of allowed
}

// run returns when ctx is done, the login has ended or the reader is gone.
func (s stream) run(ctx context.Context) {
	control := http.NewResponseController(s.w)
	_ = control.SetReadDeadline(time.Time{}) // the server's own limit must not end the stream
	s.w.WriteHeader(http.StatusOK)
	send := func(text string) bool {
		_ = control.SetWriteDeadline(time.Now().Add(streamWrite))
		_, err := s.w.Write([]byte(text))
		return err == nil && control.Flush() == nil
	}
	checked, changed := time.Now(), s.rightsChanged()
	if !s.allowed() { // rights may have changed since the request was authenticated
		return
	}
	for text := ": keydeck request log\n\n"; send(text); {
		wait, cancel := context.WithTimeout(ctx, min(s.ping, s.recheck))
		stop := context.AfterFunc(changed, cancel)
		batch, skipped, err := s.follower.Next(wait, streamBatch)
		quiet := wait.Err() != nil
		stop()
		cancel()
		if ctx.Err() != nil || err != nil && !quiet {
			return
		}
		// Nothing that happens after a sign-out or a lost membership is sent: changed
		// is done before the request that made the change is answered.
		if changed.Err() != nil || time.Since(checked) >= s.recheck {
			checked, changed = time.Now(), s.rightsChanged()
			if !s.allowed() {
				return
			}
		}
		text = events(batch, skipped)
	}
}

// events formats a batch for the stream; an empty one is a ping.
func events(batch []model.RequestRecord, skipped int64) string {
	if len(batch) == 0 && skipped == 0 {
		return ": ping\n\n"
	}
	var b strings.Builder
	if skipped > 0 {
		fmt.Fprintf(&b, "event: skipped\ndata: {\"skipped\":%d}\n\n", skipped)
	}
	for i := range batch {
		data, err := json.Marshal(&batch[i])
		if err != nil {
			continue // only a time outside RFC 3339's range, which the log never holds
		}
		fmt.Fprintf(&b, "id: %s\nevent: request\ndata: %s\n\n", batch[i].ID, data)
	}
	return b.String()
}
