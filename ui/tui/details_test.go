package tui

import (
	"encoding/base64"
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"

	"keydeck/model"
)

// TestDetailsFoldAndScroll: what is long takes a few lines of the details and says
// how much is missing; enter shows all of it, and moves through it.
func TestDetailsFoldAndScroll(t *testing.T) {
	path, agent := "/"+strings.Repeat("p", 3000)+"/END", strings.Repeat("agent ", 60)+"LAST"
	for _, size := range []Rect{{60, 20}, {80, 24}, {119, 40}, {140, 40}} {
		run(t, rigOptions{signedIn: true, w: size.W, h: size.H, furnish: func(f *fake) {
			oneProject(f)
			f.log[len(f.log)-1].Path, f.log[len(f.log)-1].UserAgent = path, agent
		}}, func(r *rig) {
			r.keys("3")
			r.wait(time.Second)
			s := r.root.Page().(*requestsScreen)
			if !s.beside() {
				r.keys("enter")
			}
			r.sees(" more, enter shows all", "→ 200 in 4.9 ms")
			lines, kept := s.detailLines(s.selected(), s.listRoom(), false), 0
			if got, most := len(lines), len(s.detailsOf(s.selected()))+2*foldAt+2; got > most {
				t.Errorf("%v: %d lines of details, want at most %d", size, got, most)
			}
			for _, l := range lines {
				if l.of == 0 && strings.Contains(l.drawn, "ppp") {
					kept += strings.Count(l.drawn, "p")
				}
			}
			if want := moreMark(len(path) - 1 - kept); !strings.Contains(lines[foldAt-1].drawn, want) {
				t.Errorf("%v: the mark is %q, want %q", size, ansi.Strip(lines[foldAt-1].drawn), want)
			}
			r.keys("enter")
			r.sees("▌DELETE /ppp", "details, line 1 of")
			r.lacks("enter shows all")
			checkFrame(t, r.root.View().Content, size)
			r.keys("tab")
			r.sees("▌→ 200")
			r.keys("y")
			r.sees("copied the answer")
			r.keys("end")
			r.sees("user", "none")
			r.keys("home", "pgdown", "y")
			if want := base64.StdEncoding.EncodeToString([]byte(path)); size.H < 40 && !strings.Contains(r.raw[len(r.raw)-1], want) {
				t.Errorf("%v: the path was not copied whole", size)
			}
			r.keys("esc")
			r.sees("enter shows all")
		})
	}
}

// TestDetailsSayWhatTheLogHasCut: of a path as long as the log keeps them there is
// more than anybody can show.
func TestDetailsSayWhatTheLogHasCut(t *testing.T) {
	run(t, rigOptions{signedIn: true, w: 140, h: 40, furnish: func(f *fake) {
		oneProject(f)
		f.log[len(f.log)-1].Path = "/" + strings.Repeat("p", model.MaxLogPath-1)
	}}, func(r *rig) {
		r.keys("3")
		r.wait(time.Second)
		r.keys("enter")
		r.sees("… the log keeps 1,024 bytes of it")
	})
}

// TestDetailsNameProjects: a project has a name, its id stands behind.
func TestDetailsNameProjects(t *testing.T) {
	run(t, rigOptions{signedIn: true, w: 140, h: 40, furnish: (*fake).furnish}, func(r *rig) {
		r.keys("3")
		r.wait(time.Second)
		r.sees("project acme", uuid(11), "ci-deploy", "reporting")
	})
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
