package tui

import (
	"strings"
	"testing"
	"time"

	"keydeck/model"
)

// TestStrangersProjectIsNotGoneTo: a record may be of a project that the list of
// projects lacks.
func TestStrangersProjectIsNotGoneTo(t *testing.T) {
	run(t, rigOptions{signedIn: true, furnish: func(f *fake) {
		f.furnish()
		f.log[5].ProjectID = uuid(999)
	}}, func(r *rig) {
		r.keys("3")
		r.wait(time.Second)
		r.keys("g")
		r.sees("its project is not among yours", "› Requests")
	})
}

// TestNamesAreAskedForAgain: a server that was away when the names were asked for
// is asked again.
func TestNamesAreAskedForAgain(t *testing.T) {
	run(t, rigOptions{signedIn: true, furnish: func(f *fake) {
		oneProject(f)
		for i := range f.log {
			if f.log[i].CredentialID != "" {
				f.log[i].CredentialID, f.log[i].CredentialHint = uuid(24), "sk_a81K…77TqP"
			}
		}
	}}, func(r *rig) {
		r.fake.fail["GET /auth/jwt-secrets/"] = &model.Error{Code: model.CodeUnavailable, Message: "away"}
		r.root.visit(screenRequests, nil)
		r.send(nil)
		s := r.root.Page().(*requestsScreen)
		s.tookNames(nil, &model.Error{Code: model.CodeUnavailable, Reason: model.ReasonUnavailable})
		delete(r.fake.fail, "GET /auth/jwt-secrets/")
		r.wait(3 * time.Second)
		r.sees("old-laptop") // which is revoked
		r.lacks("sk_a81K")
	})
}

// TestChosenColumnsAreThere: whatever is chosen has room, from 120 cells on all of
// it, and no cell has two ellipses.
func TestChosenColumnsAreThere(t *testing.T) {
	tests := []struct {
		w      int
		chosen []string // nil: the usual ones
		want   []string
	}{
		{60, nil, []string{"KEY", "WHY"}},
		{80, nil, []string{"KEY", "WHY", "TOOK"}},
		{100, nil, []string{"KEY", "WHY", "TOOK"}},
		{120, nil, []string{"KEY", "WHY", "TOOK", "why "}},
		{140, nil, []string{"KEY", "WHY", "TOOK", "why "}},
		{80, []string{"took", "key", "size"}, []string{"KEY", "WHY", "TOOK", "BYTES"}},
		{140, []string{"took", "key", "size"}, []string{"KEY", "WHY", "TOOK", "BYTES", "why "}},
		{140, []string{"took", "key", "size", "address", "agent", "route", "hint"}, []string{"KEY", "WHY", "TOOK", "BYTES", "FROM", "AGENT", "ROUTE", "HINT"}},
		{200, []string{"took", "key", "size", "address", "agent", "route", "hint"}, []string{"KEY", "WHY", "TOOK", "BYTES", "FROM", "AGENT", "ROUTE", "HINT", "why "}},
	}
	for _, tt := range tests {
		run(t, rigOptions{signedIn: true, w: tt.w, h: 40, furnish: func(f *fake) {
			oneProject(f)
			for i := range f.log {
				if f.log[i].Path = "/"; i%2 > 0 && f.log[i].CredentialID != "" {
					f.log[i].CredentialID = uuid(900 + i) // one that nobody knows
				}
			}
		}}, func(r *rig) {
			r.root.stored.Columns = tt.chosen
			r.keys("3")
			r.wait(time.Second)
			r.sees(tt.want...)
			for line := range strings.SplitSeq(r.screen(), "\n") {
				if strings.Contains(line, "……") || strings.Contains(line, "sk_9Qtz…") && !strings.Contains(line, "sk_9Qtz…b21Xc") && tt.w > 60 {
					t.Errorf("at %d cells the list has %q", tt.w, line)
				}
			}
			checkFrame(t, r.root.View().Content, Rect{tt.w, 40})
		})
	}
}

func TestShortened(t *testing.T) {
	tests := []struct {
		s    string
		w    int
		want string
	}{
		{"sk_9Qtz…b21Xc", 13, "sk_9Qtz…b21Xc"},
		{"sk_9Qtz…b21Xc", 12, "sk_9Qtz…"},
		{"sk_9Qtz…b21Xc", 8, "sk_9Qtz…"},
		{"sk_9Qtz…b21Xc", 6, "sk_9Q…"},
		{"web-frontend", 6, "web-frontend"}, // the table cuts it
	}
	for _, tt := range tests {
		if got := shortened(tt.s, tt.w); got != tt.want {
			t.Errorf("shortened(%q, %d) = %q, want %q", tt.s, tt.w, got, tt.want)
		}
	}
}
