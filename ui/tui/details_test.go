package tui

import (
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"

	"keydeck/model"
	"keydeck/ui/tui/widget"
)

// seen is what of the screen is no space, so that a text is found however it
// was wrapped, below the rule of the details.
func (r *rig) seen() string {
	_, below, _ := strings.Cut(r.screen(), "details")
	return strings.Join(strings.Fields(below), "")
}

func TestDetailsWrapWhatIsLong(t *testing.T) {
	path := "/auth/projects/" + uuid(11) + "/members/" + uuid(12) + "/to-the-end"
	agent := "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36 Edg/140.0"
	tests := []struct {
		name, path, agent string
		w, h              int
	}{
		{"80x24", path, agent, 80, 24},
		{"80x24, no spaces", path, strings.Repeat("agent", 20) + "END", 80, 24},
		{"140x40", path, agent, 140, 40},
		{"140x40, no spaces", path, strings.Repeat("agent", 20) + "END", 140, 40},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			run(t, rigOptions{signedIn: true, w: tt.w, h: tt.h, furnish: func(f *fake) {
				oneProject(f)
				f.log[len(f.log)-1].Path, f.log[len(f.log)-1].UserAgent = tt.path, tt.agent
			}}, func(r *rig) {
				r.keys("3")
				r.wait(time.Second)
				r.keys("enter", "[", "[", "[", "[", "[")
				checkFrame(t, r.root.View().Content, Rect{tt.w, tt.h})
				if tt.w >= wideW {
					all := strings.Join(strings.Fields(strings.Join(r.root.page().(*requestsScreen).detailColumn(r.root.page().(*requestsScreen).selected(), 50), " ")), "")
					if !strings.Contains(all, tt.path[len(tt.path)-12:]) || !strings.Contains(all, "END") && !strings.Contains(all, "Edg/140.0") {
						t.Errorf("the details lack the end of path or agent:\n%s", r.screen())
					}
					return
				}
				for _, want := range []string{tt.path, strings.Join(strings.Fields(tt.agent), "")} {
					if !strings.Contains(r.seen(), want) {
						t.Errorf("the details lack %q:\n%s", want, r.screen())
					}
				}
			})
		})
	}
}

func TestDetailsAreBounded(t *testing.T) {
	for _, w := range []int{60, 80, 119} {
		run(t, rigOptions{signedIn: true, w: w, h: 40, furnish: func(f *fake) {
			oneProject(f)
			f.log[len(f.log)-1].Path, f.log[len(f.log)-1].UserAgent = "/"+strings.Repeat("p", 8000), strings.Repeat("agent ", 2000)
		}}, func(r *rig) {
			r.keys("3")
			r.wait(time.Second)
			r.keys("enter")
			s := r.root.page().(*requestsScreen)
			lines := s.detailLines(s.selected(), w)
			if got, most := len(lines), 2*maxWrap+12; got > most {
				t.Errorf("%d lines of details, want at most %d", got, most)
			}
			checkFrame(t, r.root.View().Content, Rect{w, 40})
			r.sees("→ 200 in 4.9 ms")
		})
	}
}

func TestCurlOfCallsWithTheirCredentialInTheBody(t *testing.T) {
	tests := []struct {
		method, path string
		kind         model.Kind
		want         bool
	}{
		{"POST", "/auth/verification/refresh-token", model.KindRefreshToken, false},
		{"POST", "/auth/verification/revoke-token", model.KindRefreshToken, false},
		{"POST", "/auth/verification/verify-code/", model.KindAccessToken, false},
		{"POST", "/keydeck/ABC123/v1/authenticateKeys", model.KindKeyPair, false},
		{"POST", "/Keydeck/ABC123/V1/authenticatekeys/", model.KindKeyPair, false},
		{"GET", "/auth/users/me", model.KindAccessToken, true},
		{"GET", "/", model.KindAPIKey, true},
	}
	for _, tt := range tests {
		r := model.RequestRecord{Method: tt.method, Path: tt.path, Scheme: tt.kind}
		if got := strings.Contains(requestLine(&r, "http://x"), "Authorization"); got != tt.want {
			t.Errorf("%s %s as %s: an Authorization header is %v, want %v", tt.method, tt.path, tt.kind, got, tt.want)
		}
	}
}

// TestCurlHasTheRoutesHeaders: each family's way of writing a credential, the
// secret left out.
func TestCurlHasTheRoutesHeaders(t *testing.T) {
	tests := []struct {
		path string
		kind model.Kind
		want []string
	}{
		{"/v1/token/get", model.KindAPIKey, []string{"'Authorization: ApiKey ••••••'"}},
		{"/v1/datetime/utc-now", model.KindServiceToken, []string{"'Authorization: Bearer ••••••'"}},
		{"/v1/datetime/utc-now", model.KindSessionKey, []string{"'Authorization: ••••••'"}},
		{"/auth/api-keys/", model.KindAPIKey, []string{"'x-api-key: ••••••'", "'x-project-id: p'"}},
		{"/auth/key-pairs/", model.KindAccessToken, []string{"'Authorization: Bearer ••••••'", "'x-project-id: p'"}},
		{"/", model.KindAPIKey, []string{"'Authorization: ••••••'"}},
		{"/", model.KindClientJWT, []string{"'Authorization: Bearer ••••••'"}},
		{"/", "", nil},
	}
	for _, tt := range tests {
		line := requestLine(&model.RequestRecord{Method: "GET", Path: tt.path, Scheme: tt.kind, ProjectID: "p"}, "http://x")
		if got := strings.Count(line, " -H "); got != len(tt.want) {
			t.Errorf("%s as %s has %d headers, want %d: %s", tt.path, tt.kind, got, len(tt.want), line)
		}
		for _, want := range tt.want {
			if !strings.Contains(line, want) {
				t.Errorf("%s as %s lacks %s: %s", tt.path, tt.kind, want, line)
			}
		}
	}
}

func TestLoginsCallHasNoCredential(t *testing.T) {
	run(t, rigOptions{signedIn: true, furnish: func(f *fake) {
		oneProject(f)
		last := &f.log[len(f.log)-1]
		last.Scheme, last.CredentialID, last.ProjectID = model.KindAccessToken, uuid(77), uuid(11)
		last.UserAgent = "curl/8.5"
	}}, func(r *rig) {
		r.keys("3")
		r.wait(time.Second)
		r.keys("g")
		r.sees("it is a login's own call")
		r.lacks("another project")
	})
}

func TestNoRequestYetNamesACallThatWillShow(t *testing.T) {
	run(t, rigOptions{signedIn: true, furnish: func(f *fake) { oneProject(f); f.log = nil }}, func(r *rig) {
		r.keys("3")
		r.wait(time.Second)
		r.sees("curl http://127.0.0.1:8000/ -H 'Authorization: sk_…'", "s shows those of")
		r.lacks("healthz")
		r.keys("s")
		r.wait(time.Second)
		r.sees("curl http://127.0.0.1:8000/v1/healthz")
	})
}

func TestHelpWrapsLongReasons(t *testing.T) {
	for _, size := range []Rect{{60, 20}, {80, 24}, {140, 40}} {
		run(t, rigOptions{signedIn: true, w: size.W, h: size.H, furnish: func(f *fake) {
			oneProject(f)
			f.log[len(f.log)-1].Method, f.log[len(f.log)-1].Route = "POST", ""
		}}, func(r *rig) {
			r.keys("3")
			r.wait(time.Second)
			r.keys("?")
			top, _ := r.root.top()
			h := top.Overlay.(*help)
			w := h.room(size).W
			lines := h.lines(w)
			for _, l := range lines {
				if got := widget.Width(l); got > w {
					t.Errorf("%q is %d cells wide, the room is %d", l, got, w)
				}
			}
			all := strings.Join(strings.Fields(ansi.Strip(strings.Join(lines, " "))), " ")
			for _, want := range []string{"no route takes it, and POST is not tried out", "home end G"} {
				if !strings.Contains(all, want) {
					t.Errorf("the help lacks %q:\n%s", want, all)
				}
			}
			r.keys("end")
			r.sees("? f1  ")
			checkFrame(t, r.root.View().Content, size)
		})
	}
}
