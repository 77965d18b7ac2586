package requests

import (
	"strings"
	"testing"
	"time"

	"keydeck/model"
	"keydeck/ui/tui/place"
	"keydeck/ui/tui/shell"
	"keydeck/ui/tui/tuitest"
	"keydeck/ui/tui/tuitest/fake"
)

// TestStrangersProjectIsNotGoneTo has a record of a project that is not in the list of
// projects.
func TestStrangersProjectIsNotGoneTo(t *testing.T) {
	run(t, tuitest.Options{SignedIn: true, Seed: func(f *fake.Server) {
		fake.TwoProjects(f)
		f.Log[5].ProjectID = fake.UUID(999)
	}}, func(r *tuitest.Rig) {
		r.Keys("3")
		r.Wait(time.Second)
		r.Keys("K")
		r.Sees("it belongs to a project that you cannot see", "› Requests")
	})
}

// TestNamesAreAskedForAgain checks that names are asked for again after the server was
// away.
func TestNamesAreAskedForAgain(t *testing.T) {
	run(t, tuitest.Options{SignedIn: true, Seed: func(f *fake.Server) {
		fake.OneProject(f)
		for i := range f.Log {
			if f.Log[i].CredentialID != "" {
				f.Log[i].CredentialID, f.Log[i].CredentialHint = fake.UUID(24), "sk_a81K…77TqP"
			}
		}
	}}, func(r *tuitest.Rig) {
		r.Server.Fail["GET /auth/credentials/"] = &model.Error{Code: model.CodeUnavailable, Message: "away"}
		r.Root.Shell().Visit(place.Requests, nil)
		r.Send(nil)
		s := r.Root.Page().(*screen)
		s.namesLoaded(nil, &model.Error{Code: model.CodeUnavailable, Reason: model.ReasonUnavailable})
		delete(r.Server.Fail, "GET /auth/credentials/")
		r.Wait(3 * time.Second)
		r.Sees("old-laptop") // which is revoked
		r.Lacks("sk_a81K")
	})
}

// TestChosenColumnsAreThere checks that every chosen column is shown, whole from 120
// cells on, and that no cell has two ellipses.
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
		run(t, tuitest.Options{SignedIn: true, W: tt.w, H: 40, Seed: func(f *fake.Server) {
			fake.OneProject(f)
			for i := range f.Log {
				if f.Log[i].Path = "/"; i%2 > 0 && f.Log[i].CredentialID != "" {
					f.Log[i].CredentialID = fake.UUID(900 + i) // one that nobody knows
				}
			}
		}}, func(r *tuitest.Rig) {
			r.Root.State().Prefs.Columns = tt.chosen
			r.Keys("3")
			r.Wait(time.Second)
			r.Sees(tt.want...)
			for line := range strings.SplitSeq(r.Screen(), "\n") {
				if strings.Contains(line, "……") || strings.Contains(line, "sk_9Qtz…") && !strings.Contains(line, "sk_9Qtz…b21Xc") && tt.w > 60 {
					t.Errorf("at %d cells the list has %q", tt.w, line)
				}
			}
			tuitest.CheckFrame(t, r.Root.View().Content, shell.Rect{W: tt.w, H: 40})
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
		if got := shorten(tt.s, tt.w); got != tt.want {
			t.Errorf("shortened(%q, %d) = %q, want %q", tt.s, tt.w, got, tt.want)
		}
	}
}
