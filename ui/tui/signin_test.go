package tui

import (
	"strings"
	"testing"
	"time"

	"keydeck/model"
)

// mailed puts a mail with a sign-in code into the mailbox. A code that no longer
// works is "".
func mailed(to, code string, left time.Duration) func(*fake) {
	return func(f *fake) {
		f.mail = []model.Mail{{ID: uuid(9), At: model.At(f.now()), To: to, Subject: "Your Keydeck sign-in code", Code: code,
			ExpiresAt: model.Ptr(f.now().Add(left))}}
	}
}

func TestDeadCodesAreNotOffered(t *testing.T) {
	tests := []struct {
		name    string
		furnish func(*fake)
		sees    string
		lacks   string
		offered bool
	}{
		{"living", mailed(fakeEmail, fakeCode, time.Minute), "042 137  valid for", "used or replaced", true},
		{"used", mailed(fakeEmail, "", time.Minute), "used or replaced", "valid for", false},
		{"used and over", mailed(fakeEmail, "", -time.Minute), "expired", "used or replaced", false},
		{"over", mailed(fakeEmail, fakeCode, -time.Second), "expired", "042 137", false},
		{"no code ever", func(f *fake) { f.mail = []model.Mail{{To: fakeEmail, Subject: "You are invited"}} }, "You are invited", "replaced", false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			run(t, rigOptions{furnish: tt.furnish}, func(r *rig) {
				r.wait(2 * time.Second)
				r.keys("tab")
				r.sees(tt.sees)
				r.lacks(tt.lacks)
				r.keys("enter")
				if got := r.root.Page().(*signInScreen).asking; got != tt.offered {
					t.Errorf("enter filled a code in: %v, want %v\n%s", got, tt.offered, r.screen())
				}
			})
		})
	}
}

func TestTooSoonClaimsNoCodeThatIsNotThere(t *testing.T) {
	const claim = "on its way"
	tests := []struct {
		name    string
		furnish func(*fake)
		claims  bool
	}{
		{"living", mailed(fakeEmail, fakeCode, time.Minute), true},
		{"used", mailed(fakeEmail, "", time.Minute), false},
		{"over", mailed(fakeEmail, fakeCode, 0), false},
		{"of somebody else", mailed("eve@example.com", fakeCode, time.Minute), false},
		{"no mailbox", func(f *fake) { f.smtp = true }, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			run(t, rigOptions{furnish: func(f *fake) {
				tt.furnish(f)
				f.fail["POST /auth/verification/send-code"] = &model.Error{Code: model.CodeRateLimited, RetryAfter: 41 * time.Second}
			}}, func(r *rig) {
				r.wait(2 * time.Second)
				r.keys(fakeEmail)
				r.send(press("enter"))
				r.sees("another code in 0:41")
				if got := strings.Contains(r.screen(), claim); got != tt.claims {
					t.Errorf("it says that a code is on its way: %v, want %v\n%s", got, tt.claims, r.screen())
				}
				r.keys("1", "backspace") // the problem goes with the first digit
				if !tt.claims {
					r.lacks(claim)
				}
			})
		})
	}
}

func TestLongAddressKeepsOffItsAge(t *testing.T) {
	long := strings.Repeat("a", 60) + "@example.com"
	run(t, rigOptions{furnish: mailed(long, fakeCode, time.Minute)}, func(r *rig) {
		r.wait(5 * time.Second)
		r.sees("… ")
		r.lacks("…5", "…4", "…just", "…now")
	})
}
