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
	streamBatch = 500              // records in one write at most
	streamPing  = 15 * time.Second // a comment, so that proxies keep a quiet stream open
	streamBeat  = 30 * time.Second // between two looks at the login behind the stream
	streamWrite = 10 * time.Second // a reader that takes longer for one batch is gone
)

// GET /auth/requests/stream: the request log, live, as server-sent events (WHATWG
// HTML, section 9.2). One event a record (id: its id, event: request), flushed a
// batch at a time; event: skipped says how many a slow reader missed. A reader
// resumes with Last-Event-ID. The stream ends with the server, with the login,
// and when the user's projects change: the client comes back and sees the new ones.
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
	live := func() bool {
		// A database that is away for a moment ends nobody's login.
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
	stream{w: w, follower: follower, live: live, era: s.backend.AccessEra, ping: streamPing, beat: s.beat}.run(ctx)
	return nil
}

// projectsOf lists the ids of the projects whose records p sees, nil for all.
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

// A stream writes what a follower sees until one of its ends.
type stream struct {
	w        http.ResponseWriter
	follower backend.Follower
	live     func() bool            // whether the login still holds
	era      func() context.Context // done at the next change of anybody's rights
	ping     time.Duration          // of silence
	beat     time.Duration          // between two calls of live
}

// run returns when ctx is done, the login has ended, or the reader is gone.
func (s stream) run(ctx context.Context) {
	control := http.NewResponseController(s.w)
	_ = control.SetReadDeadline(time.Time{}) // nothing more is read; the server's limit must not end the stream
	s.w.WriteHeader(http.StatusOK)
	send := func(text string) bool {
		_ = control.SetWriteDeadline(time.Now().Add(streamWrite))
		_, err := s.w.Write([]byte(text))
		return err == nil && control.Flush() == nil
	}
	beat, era := time.Now(), s.era()
	if !s.live() { // a change between the look at the head and this era
		return
	}
	for text := ": keydeck request log\n\n"; send(text); {
		wait, cancel := context.WithTimeout(ctx, min(s.ping, s.beat))
		stop := context.AfterFunc(era, cancel)
		batch, skipped, err := s.follower.Next(wait, streamBatch)
		quiet := wait.Err() != nil
		stop()
		cancel()
		if ctx.Err() != nil || err != nil && !quiet {
			return
		}
		// Nothing of after a sign-out or a lost membership is sent: the change ends
		// the era before the request that made it is answered.
		if era.Err() != nil || time.Since(beat) >= s.beat {
			beat, era = time.Now(), s.era()
			if !s.live() {
				return
			}
		}
		text = events(batch, skipped)
	}
}

// events is a batch in the stream's format, a ping when there is nothing to say.
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
			continue // a time out of RFC 3339's range; the log never holds one
		}
		fmt.Fprintf(&b, "id: %s\nevent: request\ndata: %s\n\n", batch[i].ID, data)
	}
	return b.String()
}
