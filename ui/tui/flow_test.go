package tui

import (
	"encoding/base64"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"keydeck/model"
	"keydeck/ui/tui/widget"
)

func TestFirstSignInFromTheMailbox(t *testing.T) {
	run(t, rigOptions{furnish: func(f *fake) { oneProject(f); f.hasUsers = false }}, func(r *rig) {
		r.sees("Sign in", "Local mailbox", "superuser", "● serving http://127.0.0.1:8000")
		r.keys(fakeEmail, "enter")
		r.sees("Code", "042 137", "valid for")
		r.keys("tab", "enter")
		r.sees("0 4 2   1 3 7")
		r.keys("enter")
		r.sees("Keydeck › acme › Overview", "All is quiet")
	})
}

func TestSignInSaysWhatToDo(t *testing.T) {
	tests := []struct {
		name string
		err  *model.Error
		call string
		want string
	}{
		{"wrong code", &model.Error{Code: model.CodeUnauthorized, Message: "no"}, "POST /auth/verification/verify-code", "That code is not right"},
		{"too many tries", &model.Error{Code: model.CodeRateLimited, RetryAfter: 41 * time.Second}, "POST /auth/verification/verify-code", "wait 0:41"},
		{"asked too soon", &model.Error{Code: model.CodeRateLimited, RetryAfter: 41 * time.Second}, "POST /auth/verification/send-code", "another code in 0:41"},
		{"database full", &model.Error{Code: model.CodeUnavailable, Message: "the database is full"}, "POST /auth/verification/send-code", "The database is full."},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			run(t, rigOptions{furnish: func(f *fake) { f.smtp = true; f.fail[tt.call] = tt.err }}, func(r *rig) {
				r.keys(fakeEmail)
				r.send(press("enter"))
				if strings.HasSuffix(tt.call, "verify-code") {
					r.keys("123456")
					r.send(press("enter"))
				}
				r.sees(tt.want)
			})
		})
	}
}

func TestPastedCodeFillsAndWaitsForEnter(t *testing.T) {
	run(t, rigOptions{furnish: oneProject}, func(r *rig) {
		r.keys(fakeEmail, "enter")
		r.send(tea.PasteMsg{Content: "Your code is 042 137\r\n"})
		r.sees("0 4 2   1 3 7", "Sign in")
		for _, c := range r.fake.calls {
			if c == "POST /auth/verification/verify-code" {
				t.Error("the paste was sent off by itself")
			}
		}
	})
}

func TestSessionIsResumedUntilSignedOut(t *testing.T) {
	run(t, rigOptions{signedIn: true, furnish: oneProject}, func(r *rig) {
		r.sees("Keydeck › acme › Credentials")
		r.keys("S")
		r.sees("Sign out?")
		r.keys("enter") // no is the default
		r.sees("Keydeck › acme › Credentials")
		r.keys("S", "y")
		r.sees("Signed out.", "E-mail")
		r.lacks("acme")
	})
}

func TestEndedLoginLeadsToSignIn(t *testing.T) {
	run(t, rigOptions{signedIn: true, furnish: oneProject}, func(r *rig) {
		r.fake.mu.Lock()
		r.fake.fail["GET /auth/api-keys/"] = &model.Error{Code: model.CodeUnauthorized, Message: "no"}
		r.fake.mu.Unlock()
		r.wait(6 * time.Second)
		r.sees("The login has ended", "E-mail", fakeEmail)
	})
}

func TestIssueShowCopyRevoke(t *testing.T) {
	run(t, rigOptions{signedIn: true, furnish: oneProject}, func(r *rig) {
		r.keys("n", "nightly", "enter")
		r.sees("New API key: nightly", "sk_••••", "only now")
		r.lacks(fakeSecret)
		r.keys("y")
		r.lacks(fakeSecret)
		r.sees("sent to the terminal (OSC 52)")
		want := "\x1b]52;c;" + base64.StdEncoding.EncodeToString([]byte(fakeSecret)) + "\a"
		if len(r.raw) != 1 || r.raw[0] != want {
			t.Errorf("sent to the terminal: %q, want %q", r.raw, want)
		}
		r.keys("v")
		r.sees(fakeSecret)
		r.keys("esc")
		r.sees("▌nightly")
		r.lacks(fakeSecret, "New API key")

		r.keys("x")
		r.sees("Revoke API key nightly?", "It was never used.", "next request on")
		r.keys("enter")
		r.lacks("Revoke API key")
		r.keys("x", "y")
		r.sees("revoked; it is refused from now on", "revoked")
		r.keys("x")
		r.sees("cannot revoke it: it is revoked already")
	})
}

func TestSecretNeverCopiedAsksOnce(t *testing.T) {
	run(t, rigOptions{signedIn: true, furnish: oneProject}, func(r *rig) {
		r.keys("n", "nightly", "enter", "esc")
		r.sees("New API key: nightly", "Never copied")
		r.keys("esc")
		r.lacks("New API key")
	})
}

func TestKeysInFlightDoNotConfirm(t *testing.T) {
	run(t, rigOptions{signedIn: true, furnish: oneProject}, func(r *rig) {
		r.send(press("x"))
		r.send(press("y"))
		r.sees("Revoke API key web-frontend?")
		for _, c := range r.fake.calls {
			if strings.HasPrefix(c, "DELETE") {
				t.Errorf("a key in flight confirmed: %s", c)
			}
		}
	})
}

func TestIssuingCannotBeLeft(t *testing.T) {
	run(t, rigOptions{signedIn: true, furnish: oneProject}, func(r *rig) {
		r.keys("n", "nightly")
		r.handle(press("enter")) // the answer is not handled yet
		r.handle(press("esc"))
		r.settle()
		r.sees("New API key: nightly")
	})
}

func TestIssueFormSaysWhatIsWrong(t *testing.T) {
	run(t, rigOptions{signedIn: true, furnish: oneProject}, func(r *rig) {
		r.keys("n", "enter")
		r.sees("a name is needed")
		r.keys("x", "tab", "left", "tab", "0", "enter") // other, 0 days
		r.sees("In days", "a whole number from 1 to 36500")
		r.fake.mu.Lock()
		r.fake.fail["POST /auth/api-keys/"] = &model.Error{Code: model.CodeConflict, Message: "that name is taken"}
		r.fake.mu.Unlock()
		r.keys("backspace", "9", "enter")
		r.sees("that name is taken", "Issue a credential")
	})
}

func TestProjects(t *testing.T) {
	run(t, rigOptions{signedIn: true, furnish: func(f *fake) { f.furnish() }}, func(r *rig) {
		r.sees("Keydeck › Projects", "acme", "ABC123", "owner", `billing \x1b[31mred`)
		r.keys("n", "web shop", "enter")
		r.sees("project web shop saved", "NEW123")
		r.keys("r", "ctrl+u", "webshop", "enter")
		r.sees("webshop")
		r.keys("x", "wrong", "enter")
		r.sees("that is not the name")
		r.keys("ctrl+u", "webshop", "enter")
		r.sees("project deleted")
		r.keys("enter")
		r.sees("Keydeck › acme › Credentials")
		r.keys("p", "bill", "enter")
		r.sees(`billing \x1b[31mred › Credentials`)
	})
}

func TestRequestsFollowPauseAndPageBack(t *testing.T) {
	run(t, rigOptions{signedIn: true, furnish: func(f *fake) {
		oneProject(f)
		f.log = nil
		for i := range 1000 {
			f.log = append(f.log, record(i, f.now().Add(time.Duration(i)*time.Millisecond), "GET", "/v1/token/get", 200, 22, ""))
		}
	}}, func(r *rig) {
		r.keys("3")
		r.wait(time.Second)
		r.sees("following", "300 loaded")
		r.keys("up")
		r.sees("paused · 0 new")
		for i := range 5 {
			r.fake.live <- record(2000+i, time.Now(), "GET", "/live", 200, 22, "")
		}
		r.wait(time.Second)
		r.sees("paused · 5 new", "row 299, 305 loaded")
		r.lacks("/live")
		r.keys("end")
		r.sees("following", "/live", "305 loaded")
		r.keys("home")
		r.sees("row 501, 805 loaded") // 500 older ones came in above; the cursor kept its record
		r.keys("home")
		r.sees("all 1,005 loaded")
	})
}

// TestRequestsLookPastTheirOwnCalls: a dashboard that was open for hours has
// filled the newest pages with its own calls, which are not shown.
func TestRequestsLookPastTheirOwnCalls(t *testing.T) {
	run(t, rigOptions{signedIn: true, furnish: func(f *fake) {
		oneProject(f)
		for i := range 1500 {
			own := record(100+i, f.now(), "GET", "/auth/api-keys/", 200, 0, "")
			own.RemoteIP, own.UserAgent = "local", "keydeck/1"
			f.log = append(f.log, own)
		}
	}}, func(r *rig) {
		r.keys("3", "up")
		r.wait(time.Second)
		r.sees("row 5, all 6 loaded", "no kid")
		r.lacks("GET     /auth/api-keys/")
		r.keys("o", "end")
		r.sees("own calls", "all 1,506 loaded")
	})
}

func TestRequestsLeadToTheCredentialAndBack(t *testing.T) {
	run(t, rigOptions{signedIn: true, furnish: oneProject}, func(r *rig) {
		r.keys("3", "enter")
		r.sees("details", "ci-deploy, API key", "nothing was refused")
		r.keys("up", "up")
		r.sees("the key lacks the scope that this call needs")
		r.keys("c")
		r.sees("copied the curl line: sent to the terminal")
		r.keys("g")
		r.sees("› Credentials", "▌ci-deploy")
		r.keys("enter")
		r.wait(time.Second)
		r.sees("only ci-deploy")
		r.lacks("no kid")
		r.keys("/", "delete")
		r.keys("enter")
		r.keys("esc")
	})
}

func TestTokenIsDecodedHereAndJudgedOnRequest(t *testing.T) {
	run(t, rigOptions{signedIn: true, furnish: func(f *fake) {
		oneProject(f)
		name, account := "ci-deploy", "ABC123"
		end := model.At(f.now().Add(10 * time.Second))
		f.verdict = model.Inspection{Kind: model.KindServiceToken, Valid: true, CredentialName: &name, AccountID: &account, ExpiresAt: &end}
	}}, func(r *rig) {
		r.keys("4")
		r.send(tea.PasteMsg{Content: "Authorization: Bearer " + fakeToken(time.Now().Add(time.Hour)) + "\n"})
		r.sees("NOT VERIFIED", "HS256", "asks this server")
		for _, c := range r.fake.calls {
			if strings.Contains(c, "inspect") {
				t.Error("the paste was sent to the server by itself")
			}
		}
		r.send(press("enter"))
		r.sees("ACCEPTED by this server", "service token of ci-deploy, account ABC123", "expires in")
		r.wait(11 * time.Second)
		r.sees("EXPIRED")
	})
}

func TestConnectionLostHeals(t *testing.T) {
	run(t, rigOptions{signedIn: true, furnish: oneProject}, func(r *rig) {
		set := func(down bool) {
			r.fake.mu.Lock()
			r.fake.down = down
			r.fake.mu.Unlock()
		}
		set(true)
		r.wait(6 * time.Second)
		r.sees("× connection lost", "web-frontend")
		set(false)
		r.wait(6 * time.Second)
		r.sees("● serving")
		r.lacks("lost", "no server answers")
	})
}

func TestQuit(t *testing.T) {
	t.Run("a client just goes", func(t *testing.T) {
		run(t, rigOptions{signedIn: true, furnish: oneProject}, func(r *rig) {
			if r.keys("q"); !r.quit {
				t.Error("q did not quit")
			}
		})
	})
	t.Run("the owner of the server is asked", func(t *testing.T) {
		run(t, rigOptions{signedIn: true, furnish: oneProject, Options: Options{OwnsServer: true}}, func(r *rig) {
			r.keys("q")
			r.sees("Quit Keydeck?", "stops the server on :8000")
			r.keys("enter")
			r.lacks("Quit Keydeck?")
			if r.keys("q", "y"); !r.quit {
				t.Error("y did not quit")
			}
		})
	})
	t.Run("ctrl+c twice does not ask", func(t *testing.T) {
		run(t, rigOptions{furnish: oneProject, Options: Options{OwnsServer: true}}, func(r *rig) {
			r.send(press("ctrl+c"))
			if r.quit {
				t.Error("the first ctrl+c quit")
			}
			if r.send(press("ctrl+c")); !r.quit {
				t.Error("the second ctrl+c did not quit")
			}
		})
	})
	t.Run("esc never quits", func(t *testing.T) {
		run(t, rigOptions{signedIn: true, furnish: oneProject}, func(r *rig) {
			if r.keys("3", "esc", "esc", "esc"); r.quit {
				t.Error("esc quit")
			}
			r.sees("› Credentials")
		})
	})
}

func TestStartingServer(t *testing.T) {
	run(t, rigOptions{furnish: oneProject, readyAfter: time.Second}, func(r *rig) {
		r.sees("Starting the server", "○ starting")
		r.wait(2 * time.Second)
		r.sees("Sign in", "● serving")
	})
}

// TestForeignTextOfOverviewAndMembers: names, routes, reasons and addresses were
// chosen by strangers too.
func TestForeignTextOfOverviewAndMembers(t *testing.T) {
	evil := "a\x1b[2J\u202eb\u009bc\rd"
	run(t, rigOptions{signedIn: true, stay: true, w: 140, h: 40, furnish: func(f *fake) {
		busyProject(f)
		o := &f.overview
		o.Busiest[0].Name, o.Busiest[0].Hint, o.Routes[0].Method, o.Routes[0].Route = evil, evil, evil, "/"+evil
		o.Refusals[0].Name, o.Refusals[0].Reason, o.Refusals[1].Hint = evil, model.Reason(evil), evil
		o.Expiring[0].Name, o.Unused[0].Name = evil, evil
		f.members[0].Email, f.members[0].FullName, f.members[1].Role = evil, evil, model.Role(evil)
		f.keys[0].Name, f.keys[0].FullKey, f.keys[0].Scopes = evil, evil, []string{evil}
	}}, func(r *rig) {
		for _, keys := range [][]string{{}, {"down", "enter"}, {"2"}, {"space"}, {"x"}, {"esc", "esc", "r"}, {"esc", "n"}, {"esc", "/", "a2J", "enter"},
			{"5", "m"}, {"r"}, {"esc", "x"}, {"esc", "p", "a"}} {
			r.keys(keys...)
			checkFrame(t, r.root.View().Content, Rect{140, 40})
			if got := r.screen(); strings.ContainsAny(got, "\u202e\u009b\r\x1b") {
				t.Errorf("after %v:\n%q", keys, got)
			}
		}
	})
}

// TestReminders: that this is a demo, and that all is masked, is seen at every size.
func TestReminders(t *testing.T) {
	for _, w := range []int{60, 66, 80, 100, 140} {
		for _, private := range []bool{false, true} {
			run(t, rigOptions{signedIn: true, w: w, h: 24, furnish: oneProject, Options: Options{Banner: "demo: nothing here is kept"}}, func(r *rig) {
				r.root.stored.Private = private
				r.sees("demo", "5 Projects", "Keydeck")
				if private {
					r.sees("private")
				}
				checkFrame(t, r.root.View().Content, Rect{w, 24})
			})
		}
	}
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
			lines, w := r.root.HelpLines(size)
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

// TestOverviewOfOneRoute: what is called "/" leads to the requests of this route,
// not to all that begin so, and a path that nobody serves to those of its kind.
func TestOverviewOfOneRoute(t *testing.T) {
	furnish := func(f *fake) {
		busyProject(f)
		f.log = append(f.log, record(7, f.now(), "GET", "/", 200, 21, ""))
		f.log[4].Route = ""
		f.overview.Routes = []model.RouteCount{{Method: "GET", Route: "/", Requests: 2}, {Method: "GET", Requests: 1}}
	}
	for i, want := range []string{"2 of 5 loaded pass", "all 1 loaded"} {
		run(t, rigOptions{signedIn: true, stay: true, w: 140, h: 40, furnish: furnish}, func(r *rig) {
			r.keys("end")
			if i == 0 {
				r.keys("up")
			}
			r.keys("enter")
			r.wait(time.Second)
			r.sees(want)
		})
	}
}

func TestTokensAndKeysGoAtTheSignOut(t *testing.T) {
	run(t, signed, func(r *rig) {
		r.keys("4")
		aToken(r)
		r.keys("v", "right", "tab", "a secret of more than thirty-two bytes", "enter", "h")
		r.sees("Tokens of this session", "eyJhbG…iJ9.c2ln")
		r.keys("esc", "S", "y")
		r.keys("ctrl+u", fakeEmail, "enter", fakeCode, "enter", "4", "h")
		r.lacks("Tokens of this session", "eyJhbG…iJ9.c2ln")
	})
}
