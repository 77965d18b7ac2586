package requests

import (
	"encoding/base64"
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"

	"keydeck/model"
	"keydeck/ui/tui/shell"
	"keydeck/ui/tui/tuitest"
	"keydeck/ui/tui/tuitest/fake"
)

// TestDetailsFoldAndScroll checks that long values are folded to a few lines that say
// how much is missing, and that enter shows and scrolls all of them.
func TestDetailsFoldAndScroll(t *testing.T) {
	path, agent := "/"+strings.Repeat("p", 3000)+"/END", strings.Repeat("agent ", 60)+"LAST"
	for _, size := range []shell.Rect{{W: 60, H: 20}, {W: 80, H: 24}, {W: 119, H: 40}, {W: 140, H: 40}} {
		run(t, tuitest.Options{SignedIn: true, W: size.W, H: size.H, Seed: func(f *fake.Server) {
			fake.OneProject(f)
			f.Log[len(f.Log)-1].Path, f.Log[len(f.Log)-1].UserAgent = path, agent
		}}, func(r *tuitest.Rig) {
			r.Keys("3")
			r.Wait(time.Second)
			s := r.Root.Page().(*screen)
			if !s.sideBySide() {
				r.Keys("enter")
			}
			r.Sees(" more, enter shows all", "→ 200 in 4.9 ms")
			lines, kept := s.detailLines(s.selected(), s.listWidth(), false), 0
			if got, most := len(lines), len(s.detailList(s.selected()))+2*maxFoldedLines+2; got > most {
				t.Errorf("%v: %d lines of details, want at most %d", size, got, most)
			}
			for _, l := range lines {
				if l.index == 0 && strings.Contains(l.text, "ppp") {
					kept += strings.Count(l.text, "p")
				}
			}
			if want := moreText(len(path) - 1 - kept); !strings.Contains(lines[maxFoldedLines-1].text, want) {
				t.Errorf("%v: the mark is %q, want %q", size, ansi.Strip(lines[maxFoldedLines-1].text), want)
			}
			r.Keys("enter")
			r.Sees("▌DELETE /ppp", "details, line 1 of")
			r.Lacks("enter shows all")
			tuitest.CheckFrame(t, r.Root.View().Content, size)
			r.Keys("tab")
			r.Sees("▌→ 200")
			r.Keys("y")
			r.Sees("copied the answer")
			r.Keys("end")
			r.Sees("user", "none")
			r.Keys("home", "pgdown", "y")
			if want := base64.StdEncoding.EncodeToString([]byte(path)); size.H < 40 && !strings.Contains(r.Raw[len(r.Raw)-1], want) {
				t.Errorf("%v: the path was not copied whole", size)
			}
			r.Keys("esc")
			r.Sees("enter shows all")
		})
	}
}

// TestDetailsSayWhatTheLogHasCut checks that a path as long as the log keeps is marked
// as cut.
func TestDetailsSayWhatTheLogHasCut(t *testing.T) {
	run(t, tuitest.Options{SignedIn: true, W: 140, H: 40, Seed: func(f *fake.Server) {
		fake.OneProject(f)
		f.Log[len(f.Log)-1].Path = "/" + strings.Repeat("p", model.MaxLogPath-1)
	}}, func(r *tuitest.Rig) {
		r.Keys("3")
		r.Wait(time.Second)
		r.Keys("enter")
		r.Sees("… cut: the log keeps 1,024 bytes")
	})
}

// TestDetailsNameProjects checks that a project is named, with its id below.
func TestDetailsNameProjects(t *testing.T) {
	run(t, tuitest.Options{SignedIn: true, W: 140, H: 40, Seed: fake.TwoProjects}, func(r *tuitest.Rig) {
		r.Keys("3")
		r.Wait(time.Second)
		r.Sees("project acme", fake.UUID(11), "ci-deploy", "reporting")
	})
}

func TestLoginsCallHasNoCredential(t *testing.T) {
	run(t, tuitest.Options{SignedIn: true, Seed: func(f *fake.Server) {
		fake.OneProject(f)
		last := &f.Log[len(f.Log)-1]
		last.Scheme, last.CredentialID, last.ProjectID = model.KindAccessToken, fake.UUID(77), fake.UUID(11)
		last.UserAgent = "curl/8.5"
	}}, func(r *tuitest.Rig) {
		r.Keys("3")
		r.Wait(time.Second)
		r.Keys("K")
		r.Sees("a login made this call")
		r.Lacks("another project")
	})
}

func TestNoRequestYetNamesACallThatWillShow(t *testing.T) {
	run(t, tuitest.Options{SignedIn: true, Seed: func(f *fake.Server) { fake.OneProject(f); f.Log = nil }}, func(r *tuitest.Rig) {
		r.Keys("3")
		r.Wait(time.Second)
		r.Sees("curl http://127.0.0.1:8000/ -H 'Authorization: sk_…'", "s shows those as")
		r.Lacks("healthz")
		r.Keys("s")
		r.Wait(time.Second)
		r.Sees("curl http://127.0.0.1:8000/v1/healthz")
	})
}
