package signin

import (
	"strings"
	"testing"
	"time"

	"keydeck/model"
	"keydeck/ui/tui/tuitest"
	"keydeck/ui/tui/tuitest/fake"
)

// mailed puts a mail with a sign-in code into the mailbox, "" for a code that no longer
// works.
func mailed(to, code string, left time.Duration) func(*fake.Server) {
	return func(f *fake.Server) {
		f.Mail = []model.Mail{{ID: fake.UUID(9), At: model.At(f.Now()), To: to, Subject: "Your Keydeck sign-in code", Code: code,
			ExpiresAt: model.Ptr(f.Now().Add(left))}}
	}
}

func TestDeadCodesAreNotOffered(t *testing.T) {
	tests := []struct {
		name    string
		seed    func(*fake.Server)
		sees    string
		lacks   string
		offered bool
	}{
		{"living", mailed(fake.Email, fake.Code, time.Minute), "042 137  valid for", "used or replaced", true},
		{"used", mailed(fake.Email, "", time.Minute), "used or replaced", "valid for", false},
		{"used and over", mailed(fake.Email, "", -time.Minute), "expired", "used or replaced", false},
		{"over", mailed(fake.Email, fake.Code, -time.Second), "expired", "042 137", false},
		{"no code ever", func(f *fake.Server) { f.Mail = []model.Mail{{To: fake.Email, Subject: "You are invited"}} }, "You are invited", "replaced", false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			run(t, tuitest.Options{Seed: tt.seed}, func(r *tuitest.Rig) {
				r.Wait(2 * time.Second)
				r.Keys("tab")
				r.Sees(tt.sees)
				r.Lacks(tt.lacks)
				r.Keys("enter")
				if got := r.Root.Page().(*screen).codeStep; got != tt.offered {
					t.Errorf("enter filled a code in: %v, want %v\n%s", got, tt.offered, r.Screen())
				}
			})
		})
	}
}

// TestCursorStaysOnItsMail: a mail that comes while the mailbox has the focus does not
// take the place of the one that is selected.
func TestCursorStaysOnItsMail(t *testing.T) {
	run(t, tuitest.Options{Seed: mailed(fake.Email, fake.Code, time.Minute)}, func(r *tuitest.Rig) {
		r.Wait(2 * time.Second)
		r.Keys("tab")
		r.Server.Mu.Lock()
		r.Server.Mail = append([]model.Mail{{ID: fake.UUID(10), To: "eve@example.com", Code: "999999"}}, r.Server.Mail...)
		r.Server.Mu.Unlock()
		r.Wait(2 * time.Second)
		r.Sees("999 999")
		r.Keys("enter")
		if s := r.Root.Page().(*screen); s.address.Value() != fake.Email || s.code.Value() != fake.Code {
			t.Errorf("it filled in %s and %s, want those of the mail that was selected", s.address.Value(), s.code.Value())
		}
		r.Keys("tab", "enter")
		if s := r.Root.Page().(*screen); s.code.Value() != "999999" {
			t.Errorf("it filled in %s, want the newest code", s.code.Value())
		}
	})
}

func TestTooSoonClaimsNoCodeThatIsNotThere(t *testing.T) {
	const claim = "on its way"
	tests := []struct {
		name   string
		seed   func(*fake.Server)
		claims bool
	}{
		{"living", mailed(fake.Email, fake.Code, time.Minute), true},
		{"used", mailed(fake.Email, "", time.Minute), false},
		{"over", mailed(fake.Email, fake.Code, 0), false},
		{"of somebody else", mailed("eve@example.com", fake.Code, time.Minute), false},
		{"no mailbox", func(f *fake.Server) { f.SMTP = true }, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			run(t, tuitest.Options{Seed: func(f *fake.Server) {
				tt.seed(f)
				f.Fail["POST /auth/verification/send-code"] = &model.Error{Code: model.CodeRateLimited, RetryAfter: 41 * time.Second}
			}}, func(r *tuitest.Rig) {
				r.Wait(2 * time.Second)
				r.Keys(fake.Email)
				r.Send(tuitest.Key("enter"))
				r.Sees("another code in 41 s")
				if got := strings.Contains(r.Screen(), claim); got != tt.claims {
					t.Errorf("it says that a code is on its way: %v, want %v\n%s", got, tt.claims, r.Screen())
				}
				r.Keys("1", "backspace") // the problem goes with the first digit
				if !tt.claims {
					r.Lacks(claim)
				}
			})
		})
	}
}

func TestLongAddressKeepsOffItsAge(t *testing.T) {
	long := strings.Repeat("a", 60) + "@example.com"
	run(t, tuitest.Options{Seed: mailed(long, fake.Code, time.Minute)}, func(r *tuitest.Rig) {
		r.Wait(5 * time.Second)
		r.Sees("… ")
		r.Lacks("…5", "…4", "…just", "…now")
	})
}

// TestSecondUserIsToldWhyNoCodeComes: beside a local mailbox that stays empty, the form
// says that the address is not invited and what to do. Elsewhere nothing tells.
func TestSecondUserIsToldWhyNoCodeComes(t *testing.T) {
	tests := []struct {
		name string
		opts tuitest.Options
		who  string
		told bool
	}{
		{"local mailbox", tuitest.Options{}, "cy@example.com", true},
		{"smtp", tuitest.Options{Seed: func(f *fake.Server) { f.SMTP = true }}, "cy@example.com", false},
		{"over TCP", tuitest.Options{Remote: true}, "cy@example.com", false},
		{"invited", tuitest.Options{}, fake.Email, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			run(t, tt.opts, func(r *tuitest.Rig) {
				r.Wait(2 * time.Second)
				r.Keys(tt.who, "enter")
				r.Lacks("not invited")
				r.Wait(5 * time.Second)
				if got := strings.Contains(strings.Join(strings.Fields(r.Screen()), " "), "not invited"); got != tt.told {
					t.Errorf("it says that the address is not invited: %v, want %v\n%s", got, tt.told, r.Screen())
				}
			})
		})
	}
}
