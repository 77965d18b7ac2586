package requests

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"keydeck/model"
	"keydeck/server/client"
	"keydeck/ui/tui/tuitest"
	"keydeck/ui/tui/tuitest/fake"
)

func TestReplayOfAChangeAsksFirst(t *testing.T) {
	run(t, tuitest.Options{SignedIn: true, H: 30, W: 100, Seed: func(f *fake.Server) {
		fake.OneProject(f)
		f.Log = []model.RequestRecord{fake.Record(1, f.Now(), "DELETE", "/auth/api-keys/"+fake.UUID(24), 200, 22, "")}
	}}, func(r *tuitest.Rig) {
		r.Keys("3")
		r.Wait(time.Second)
		r.Keys("R")
		r.Sees("DELETE changes data, so you will be asked to confirm.", "the login of")
		r.Keys("enter")
		r.Sees("Send it again?", "changes data on this server")
		r.Send(tuitest.Key("y")) // Rig.Keys has waited for the grace period
		r.Sees("200 OK")
		if len(r.Server.Replayed) != 1 || !strings.HasPrefix(r.Server.Replayed[0], "DELETE /auth/api-keys/") {
			t.Errorf("sent %q", r.Server.Replayed)
		}
	})
	run(t, tuitest.Options{SignedIn: true, H: 30, W: 100, Seed: func(f *fake.Server) {
		fake.OneProject(f)
		rec := fake.Record(1, f.Now(), "POST", "/local/stop", 404, 0, model.ReasonNoRoute)
		rec.Route = ""
		f.Log = []model.RequestRecord{rec}
	}}, func(r *tuitest.Rig) {
		r.Keys("3")
		r.Wait(time.Second)
		r.Keys("R")
		r.Sees("cannot send it again", "POST is not sent")
	})
}

// TestAnswersAreCleaned checks that the body of an answer, which anybody may have
// written, is shown safely.
func TestAnswersAreCleaned(t *testing.T) {
	got := cleanAnswer(client.Replayed{Header: http.Header{"X-B": {"\x1b]0;x\a"}, "X-A": {"1", "2"}}, Body: []byte("one\r\ntwo\x1b[2J\n\n")})
	want := []string{"one", `two\x1b[2J`, "", "X-A: 1, 2", `X-B: \x1b]0;x\x07`}
	if len(got) != len(want) || strings.ContainsAny(strings.Join(got, ""), "\x1b\a\r") || got[0] != "one" || got[3] != "X-A: 1, 2" {
		t.Errorf("got %q, want %q or the like", got, want)
	}
}
