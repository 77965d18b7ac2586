package tui

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"keydeck/model"
	"keydeck/server/client"
)

func TestReplayOfAChangeAsksFirst(t *testing.T) {
	run(t, rigOptions{signedIn: true, h: 30, w: 100, furnish: func(f *fake) {
		oneProject(f)
		f.log = []model.RequestRecord{record(1, f.now(), "DELETE", "/auth/api-keys/"+uuid(24), 200, 22, "")}
	}}, func(r *rig) {
		r.keys("3")
		r.wait(time.Second)
		r.keys("R")
		r.sees("DELETE changes something. You are asked once more.", "the login of")
		r.keys("enter")
		r.sees("Send it again?", "changes something at this server")
		r.send(press("y")) // rig.keys has let the grace pass already
		r.sees("200 OK")
		if len(r.fake.sent) != 1 || !strings.HasPrefix(r.fake.sent[0], "DELETE /auth/api-keys/") {
			t.Errorf("sent %q", r.fake.sent)
		}
	})
	run(t, rigOptions{signedIn: true, h: 30, w: 100, furnish: func(f *fake) {
		oneProject(f)
		rec := record(1, f.now(), "POST", "/local/stop", 404, 0, model.ReasonNoRoute)
		rec.Route = ""
		f.log = []model.RequestRecord{rec}
	}}, func(r *rig) {
		r.keys("3")
		r.wait(time.Second)
		r.keys("R")
		r.sees("cannot send it again", "POST is not tried out")
	})
}

// TestAnswersAreCleaned: a body is whatever somebody put there.
func TestAnswersAreCleaned(t *testing.T) {
	got := cleanAnswer(client.Replayed{Header: http.Header{"X-B": {"\x1b]0;x\a"}, "X-A": {"1", "2"}}, Body: []byte("one\r\ntwo\x1b[2J\n\n")})
	want := []string{"one", `two\x1b[2J`, "", "X-A: 1, 2", `X-B: \x1b]0;x\x07`}
	if len(got) != len(want) || strings.ContainsAny(strings.Join(got, ""), "\x1b\a\r") || got[0] != "one" || got[3] != "X-A: 1, 2" {
		t.Errorf("got %q, want %q or the like", got, want)
	}
}
