package tui_test

import (
	"encoding/base64"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"keydeck/model"
	"keydeck/ui/tui"
	"keydeck/ui/tui/shell"
	"keydeck/ui/tui/tuitest"
	"keydeck/ui/tui/tuitest/fake"
	"keydeck/ui/tui/widget"
)

func TestFirstSignInFromTheMailbox(t *testing.T) {
	run(t, tuitest.Options{Seed: func(f *fake.Server) { fake.OneProject(f); f.HasUsers = false }}, func(r *tuitest.Rig) {
		r.Sees("Sign in", "Local mailbox", "superuser", "● serving http://127.0.0.1:8000")
		r.Keys(fake.Email, "enter")
		r.Sees("Code", "042 137", "valid for")
		r.Keys("tab", "enter")
		r.Sees("0 4 2   1 3 7")
		r.Keys("enter")
		r.Sees("Keydeck › acme › Overview", "All is quiet")
	})
}

func TestSignInSaysWhatToDo(t *testing.T) {
	tests := []struct {
		name string
		err  *model.Error
		call string
		want string
	}{
		{"wrong code", &model.Error{Code: model.CodeUnauthorized, Message: "no"}, "POST /auth/verification/verify-code", "That code is wrong or has"},
		{"too many tries", &model.Error{Code: model.CodeRateLimited, RetryAfter: 41 * time.Second}, "POST /auth/verification/verify-code", "Wait 41 s"},
		{"asked too soon", &model.Error{Code: model.CodeRateLimited, RetryAfter: 41 * time.Second}, "POST /auth/verification/send-code", "another code in 41 s"},
		{"database full", &model.Error{Code: model.CodeUnavailable, Message: "the database is full"}, "POST /auth/verification/send-code", "The database is full."},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			run(t, tuitest.Options{Seed: func(f *fake.Server) { f.SMTP = true; f.Fail[tt.call] = tt.err }}, func(r *tuitest.Rig) {
				r.Keys(fake.Email)
				r.Send(tuitest.Key("enter"))
				if strings.HasSuffix(tt.call, "verify-code") {
					r.Keys("123456")
					r.Send(tuitest.Key("enter"))
				}
				r.Sees(tt.want)
			})
		})
	}
}

func TestPastedCodeFillsAndWaitsForEnter(t *testing.T) {
	run(t, tuitest.Options{Seed: fake.OneProject}, func(r *tuitest.Rig) {
		r.Keys(fake.Email, "enter")
		r.Send(tea.PasteMsg{Content: "Your code is 042 137\r\n"})
		r.Sees("0 4 2   1 3 7", "Sign in")
		for _, c := range r.Server.Calls {
			if c == "POST /auth/verification/verify-code" {
				t.Error("the paste was sent off by itself")
			}
		}
	})
}

func TestSessionIsResumedUntilSignedOut(t *testing.T) {
	run(t, tuitest.Options{SignedIn: true, Seed: fake.OneProject}, func(r *tuitest.Rig) {
		r.Sees("Keydeck › acme › Credentials")
		r.Keys("S")
		r.Sees("Sign out?")
		r.Keys("enter") // no is the default
		r.Sees("Keydeck › acme › Credentials")
		r.Keys("S", "y")
		r.Sees("Signed out.", "E-mail")
		r.Lacks("acme")
	})
}

func TestEndedLoginLeadsToSignIn(t *testing.T) {
	run(t, tuitest.Options{SignedIn: true, Seed: fake.OneProject}, func(r *tuitest.Rig) {
		r.Server.Mu.Lock()
		r.Server.Fail["GET /auth/credentials/"] = &model.Error{Code: model.CodeUnauthorized, Message: "no"}
		r.Server.Mu.Unlock()
		r.Wait(6 * time.Second)
		r.Sees("The login has ended", "E-mail", fake.Email)
	})
}

func TestIssueShowCopyRevoke(t *testing.T) {
	run(t, tuitest.Options{SignedIn: true, Seed: fake.OneProject}, func(r *tuitest.Rig) {
		r.Keys("n", "nightly", "enter")
		r.Sees("New API key: nightly", "sk_••••", "only now")
		r.Lacks(fake.Secret)
		r.Keys("y")
		r.Lacks(fake.Secret)
		r.Sees("sent to the terminal (OSC 52)")
		want := "\x1b]52;c;" + base64.StdEncoding.EncodeToString([]byte(fake.Secret)) + "\a"
		if len(r.Raw) != 1 || r.Raw[0] != want {
			t.Errorf("sent to the terminal: %q, want %q", r.Raw, want)
		}
		r.Keys("v")
		r.Sees(fake.Secret)
		r.Keys("esc")
		r.Sees("▌nightly")
		r.Lacks(fake.Secret, "New API key")

		r.Keys("x")
		r.Sees("Pause or revoke API key nightly?", "It was never used.", "next request on")
		r.Keys("enter")
		r.Lacks("Pause or revoke API key")
		r.Keys("x", "y")
		r.Sees("revoked; it is refused from now on", "revoked")
		r.Keys("x")
		r.Sees("cannot pause or revoke it: it is already revoked")
	})
}

func TestSecretNeverCopiedAsksOnce(t *testing.T) {
	run(t, tuitest.Options{SignedIn: true, Seed: fake.OneProject}, func(r *tuitest.Rig) {
		r.Keys("n", "nightly", "enter", "esc")
		r.Sees("New API key: nightly", "Never copied")
		r.Keys("esc")
		r.Lacks("New API key")
	})
}

func TestKeysInFlightDoNotConfirm(t *testing.T) {
	run(t, tuitest.Options{SignedIn: true, Seed: fake.OneProject}, func(r *tuitest.Rig) {
		r.Send(tuitest.Key("x"))
		r.Send(tuitest.Key("y"))
		r.Sees("Pause or revoke API key web-frontend?")
		for _, c := range r.Server.Calls {
			if strings.HasPrefix(c, "DELETE") {
				t.Errorf("a key in flight confirmed: %s", c)
			}
		}
	})
}

func TestIssuingCannotBeLeft(t *testing.T) {
	run(t, tuitest.Options{SignedIn: true, Seed: fake.OneProject}, func(r *tuitest.Rig) {
		r.Keys("n", "nightly")
		r.Handle(tuitest.Key("enter")) // the answer is not handled yet
		r.Handle(tuitest.Key("esc"))
		r.Settle()
		r.Sees("New API key: nightly")
	})
}

func TestIssueFormSaysWhatIsWrong(t *testing.T) {
	run(t, tuitest.Options{SignedIn: true, Seed: fake.OneProject}, func(r *tuitest.Rig) {
		r.Keys("n", "enter")
		r.Sees("a name is needed")
		r.Sees("It expires in 90 d; no scopes: it opens what asks for none.")
		r.Keys("x", "tab", "right", "right", "tab", "0", "enter") // other, 0 days
		r.Sees("In days", "a whole number from 1 to 36500")
		r.Server.Mu.Lock()
		r.Server.Fail["POST /auth/api-keys/"] = &model.Error{Code: model.CodeConflict, Message: "that name is taken"}
		r.Server.Mu.Unlock()
		r.Keys("backspace", "9", "enter")
		r.Sees("that name is taken", "Issue a credential")
	})
}

func TestProjects(t *testing.T) {
	run(t, tuitest.Options{SignedIn: true, Seed: func(f *fake.Server) { fake.TwoProjects(f) }}, func(r *tuitest.Rig) {
		r.Sees("› all projects › Projects", "acme", "ABC123", "owner", `billing \x1b[31mred`)
		r.Keys("n", "web shop", "enter")
		r.Sees("project web shop created", "NEW123")
		r.Keys("r", "ctrl+u", "webshop", "enter")
		r.Sees("webshop")
		r.Keys("x", "wrong", "enter")
		r.Sees("that is not the name")
		r.Keys("ctrl+u", "webshop", "enter")
		r.Sees("project deleted")
		r.Keys("enter")
		r.Sees("Keydeck › acme › Credentials")
		r.Keys("p", "bill", "enter")
		r.Sees(`billing \x1b[31mred › Credentials`)
	})
}

func TestRequestsFollowPauseAndPageBack(t *testing.T) {
	run(t, tuitest.Options{SignedIn: true, Seed: func(f *fake.Server) {
		fake.OneProject(f)
		f.Log = nil
		for i := range 1000 {
			f.Log = append(f.Log, fake.Record(i, f.Now().Add(time.Duration(i)*time.Millisecond), "GET", "/v1/token/get", 200, 22, ""))
		}
	}}, func(r *tuitest.Rig) {
		r.Keys("3")
		r.Wait(time.Second)
		r.Sees("following", "300 loaded")
		r.Keys("up")
		r.Sees("paused · 0 new")
		for i := range 5 {
			r.Server.Stream <- fake.Record(2000+i, time.Now(), "GET", "/live", 200, 22, "")
		}
		r.Wait(time.Second)
		r.Sees("paused · 5 new", "row 299, 305 loaded")
		r.Lacks("/live")
		r.Keys("end")
		r.Sees("following", "/live", "305 loaded")
		r.Keys("home")
		r.Sees("row 501, 805 loaded") // 500 older ones came in above; the cursor kept its record
		r.Keys("home")
		r.Sees("all 1,005 loaded")
	})
}

// TestRequestsLookPastTheirOwnCalls fills the newest pages with the dashboard's own
// calls, which are not shown, as hours of use do.
func TestRequestsLookPastTheirOwnCalls(t *testing.T) {
	run(t, tuitest.Options{SignedIn: true, Seed: func(f *fake.Server) {
		fake.OneProject(f)
		for i := range 1500 {
			own := fake.Record(100+i, f.Now(), "GET", "/auth/api-keys/", 200, 0, "")
			own.RemoteIP, own.UserAgent = "local", "keydeck/1"
			f.Log = append(f.Log, own)
		}
	}}, func(r *tuitest.Rig) {
		r.Keys("3", "up")
		r.Wait(time.Second)
		r.Sees("row 5, all 6 loaded", "no kid")
		r.Lacks("GET     /auth/api-keys/")
		r.Keys("o", "end")
		r.Sees("own requests", "all 1,506 loaded")
	})
}

func TestRequestsLeadToTheCredentialAndBack(t *testing.T) {
	run(t, tuitest.Options{SignedIn: true, Seed: fake.OneProject}, func(r *tuitest.Rig) {
		r.Keys("3", "enter")
		r.Sees("details", "ci-deploy, API key")
		r.Lacks("   why ")
		r.Keys("up", "up")
		r.Sees("the key lacks the scope that this call needs")
		r.Keys("c")
		r.Sees("copied the curl line: sent to the terminal")
		r.Keys("K")
		r.Sees("› Credentials", "▌ci-deploy")
		r.Keys("enter")
		r.Wait(time.Second)
		r.Sees("only ci-deploy")
		r.Lacks("no kid")
		r.Keys("/", "delete")
		r.Keys("enter")
		r.Keys("esc")
	})
}

func TestTokenIsDecodedHereAndJudgedOnRequest(t *testing.T) {
	run(t, tuitest.Options{SignedIn: true, Seed: func(f *fake.Server) {
		fake.OneProject(f)
		name, account := "ci-deploy", "ABC123"
		end := model.At(f.Now().Add(10 * time.Second))
		f.Inspection = model.Inspection{Kind: model.KindServiceToken, Valid: true, CredentialName: &name, AccountID: &account, ExpiresAt: &end}
	}}, func(r *tuitest.Rig) {
		r.Keys("4")
		r.Send(tea.PasteMsg{Content: "Authorization: Bearer " + fake.AccessToken(time.Now().Add(time.Hour)) + "\n"})
		r.Sees("NOT VERIFIED", "HS256", "asks this server")
		for _, c := range r.Server.Calls {
			if strings.Contains(c, "inspect") {
				t.Error("the paste was sent to the server by itself")
			}
		}
		r.Send(tuitest.Key("enter"))
		r.Sees("accepted by this server", "service token of ci-deploy, account ABC123", "expires in")
		r.Wait(11 * time.Second)
		r.Sees("expired: it was accepted")
	})
}

func TestConnectionLostHeals(t *testing.T) {
	run(t, tuitest.Options{SignedIn: true, Seed: fake.OneProject}, func(r *tuitest.Rig) {
		set := func(down bool) {
			r.Server.Mu.Lock()
			r.Server.Down = down
			r.Server.Mu.Unlock()
		}
		set(true)
		r.Wait(6 * time.Second)
		r.Sees("× connection lost", "web-frontend")
		set(false)
		r.Wait(6 * time.Second)
		r.Sees("● serving")
		r.Lacks("lost", "no server answers")
	})
}

func TestQuit(t *testing.T) {
	t.Run("a client just goes", func(t *testing.T) {
		run(t, tuitest.Options{SignedIn: true, Seed: fake.OneProject}, func(r *tuitest.Rig) {
			if r.Keys("q"); !r.Quit {
				t.Error("q did not quit")
			}
		})
	})
	t.Run("the owner of the server is asked", func(t *testing.T) {
		run(t, tuitest.Options{SignedIn: true, Seed: fake.OneProject, Options: tui.Options{OwnsServer: true}}, func(r *tuitest.Rig) {
			r.Keys("q")
			r.Sees("Quit Keydeck?", "stops the server on :8000")
			r.Keys("enter")
			r.Lacks("Quit Keydeck?")
			if r.Keys("q", "y"); !r.Quit {
				t.Error("y did not quit")
			}
		})
	})
	t.Run("ctrl+c twice does not ask", func(t *testing.T) {
		run(t, tuitest.Options{Seed: fake.OneProject, Options: tui.Options{OwnsServer: true}}, func(r *tuitest.Rig) {
			r.Send(tuitest.Key("ctrl+c"))
			if r.Quit {
				t.Error("the first ctrl+c quit")
			}
			if r.Send(tuitest.Key("ctrl+c")); !r.Quit {
				t.Error("the second ctrl+c did not quit")
			}
		})
	})
	t.Run("esc never quits", func(t *testing.T) {
		run(t, tuitest.Options{SignedIn: true, Seed: fake.OneProject}, func(r *tuitest.Rig) {
			if r.Keys("3", "esc", "esc", "esc"); r.Quit {
				t.Error("esc quit")
			}
			r.Sees("› Credentials")
		})
	})
}

func TestStartingServer(t *testing.T) {
	run(t, tuitest.Options{Seed: fake.OneProject, ReadyAfter: time.Second}, func(r *tuitest.Rig) {
		r.Sees("Starting the server", "○ starting")
		r.Wait(2 * time.Second)
		r.Sees("Sign in", "● serving")
	})
}

// TestForeignTextOfOverviewAndMembers checks names, routes, reasons and addresses,
// which strangers chose.
func TestForeignTextOfOverviewAndMembers(t *testing.T) {
	evil := "a\x1b[2J\u202eb\u009bc\rd"
	run(t, tuitest.Options{SignedIn: true, AtOverview: true, W: 140, H: 40, Seed: func(f *fake.Server) {
		fake.BusyProject(f)
		o := &f.Overview
		o.Busiest[0].Name, o.Busiest[0].Hint, o.Routes[0].Method, o.Routes[0].Route = evil, evil, evil, "/"+evil
		o.Refusals[0].Name, o.Refusals[0].Reason, o.Refusals[1].Hint = evil, model.Reason(evil), evil
		o.Expiring[0].Name, o.Unused[0].Name = evil, evil
		f.Members[0].Email, f.Members[0].FullName, f.Members[1].Role = evil, evil, model.Role(evil)
		f.Credentials[0].Name, f.Credentials[0].Masked, f.Credentials[0].Scopes = evil, evil, []string{evil}
	}}, func(r *tuitest.Rig) {
		for _, keys := range [][]string{{}, {"down", "enter"}, {"2"}, {"space"}, {"x"}, {"esc", "esc", "r"}, {"esc", "n"}, {"esc", "/", "a2J", "enter"},
			{"5", "m"}, {"r"}, {"esc", "x"}, {"esc", "p", "a"}} {
			r.Keys(keys...)
			tuitest.CheckFrame(t, r.Root.View().Content, shell.Rect{W: 140, H: 40})
			if got := r.Screen(); strings.ContainsAny(got, "\u202e\u009b\r\x1b") {
				t.Errorf("after %v:\n%q", keys, got)
			}
		}
	})
}

// TestReminders checks that "demo" and "private" are on the screen at every size.
func TestReminders(t *testing.T) {
	for _, w := range []int{60, 66, 80, 100, 140} {
		for _, private := range []bool{false, true} {
			run(t, tuitest.Options{SignedIn: true, W: w, H: 24, Seed: fake.OneProject, Options: tui.Options{Banner: "demo: nothing here is kept"}}, func(r *tuitest.Rig) {
				r.Root.State().Prefs.Private = private
				r.Sees("demo", "5 Projects", "Keydeck")
				if private {
					r.Sees("private")
				}
				tuitest.CheckFrame(t, r.Root.View().Content, shell.Rect{W: w, H: 24})
			})
		}
	}
}

func TestHelpWrapsLongReasons(t *testing.T) {
	for _, size := range []shell.Rect{{W: 60, H: 20}, {W: 80, H: 24}, {W: 140, H: 40}} {
		run(t, tuitest.Options{SignedIn: true, W: size.W, H: size.H, Seed: func(f *fake.Server) {
			fake.OneProject(f)
			f.Log[len(f.Log)-1].Method, f.Log[len(f.Log)-1].Route = "POST", ""
		}}, func(r *tuitest.Rig) {
			r.Keys("3")
			r.Wait(time.Second)
			r.Keys("?")
			lines, w := r.Root.HelpLines(size)
			for _, l := range lines {
				if got := widget.Width(l); got > w {
					t.Errorf("%q is %d cells wide, the room is %d", l, got, w)
				}
			}
			all := strings.Join(strings.Fields(ansi.Strip(strings.Join(lines, " "))), " ")
			for _, want := range []string{"no route takes it, so POST is not sent", "home end g G"} {
				if !strings.Contains(all, want) {
					t.Errorf("the help lacks %q:\n%s", want, all)
				}
			}
			r.Keys("end")
			r.Sees("? f1  ")
			tuitest.CheckFrame(t, r.Root.View().Content, size)
		})
	}
}

// TestOverviewOfOneRoute checks that the route "/" leads to its own requests, not to
// all whose path begins so, and a path without a route to the others without one.
func TestOverviewOfOneRoute(t *testing.T) {
	seed := func(f *fake.Server) {
		fake.BusyProject(f)
		f.Log = append(f.Log, fake.Record(7, f.Now(), "GET", "/", 200, 21, ""))
		f.Log[4].Route = ""
		f.Overview.Routes = []model.RouteCount{{Method: "GET", Route: "/", Requests: 2}, {Method: "GET", Requests: 1}}
	}
	for i, want := range []string{"2 of 5 loaded match", "all 1 loaded"} {
		run(t, tuitest.Options{SignedIn: true, AtOverview: true, W: 140, H: 40, Seed: seed}, func(r *tuitest.Rig) {
			r.Keys("end")
			if i == 0 {
				r.Keys("up")
			}
			r.Keys("enter")
			r.Wait(time.Second)
			r.Sees(want)
		})
	}
}

func TestTokensAndKeysGoAtTheSignOut(t *testing.T) {
	run(t, tuitest.SignedIn, func(r *tuitest.Rig) {
		r.Keys("4")
		tuitest.PasteToken(r)
		r.Keys("v", "right", "tab", "a secret of more than thirty-two bytes", "enter", "h")
		r.Sees("Tokens of this session", "iJ9.c2ln")
		r.Keys("esc", "S", "y")
		r.Keys("ctrl+u", fake.Email, "enter", fake.Code, "enter", "4", "h")
		r.Lacks("Tokens of this session", "iJ9.c2ln")
	})
}
