package backend

import (
	"errors"
	"strings"
	"testing"
	"time"

	"keydeck/model"
)

func TestFirstSignInOverTheSocketFoundsTheServer(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	p, project := w.owner()
	if !p.Superuser {
		t.Error("the first sign-in is no superuser")
	}
	if project.Role != model.RoleOwner || len(project.AccountID) != 6 {
		t.Errorf("first project is %+v", project)
	}
	me, err := w.Me(t.Context(), p)
	if err != nil {
		t.Fatal(err)
	}
	if me.Email != "owner@example.com" || !me.IsVerified || !me.IsActive || len(me.Projects) != 1 || me.Billing.SubscriptionTier == "" {
		t.Errorf("me is %+v", me)
	}
	if err := w.SendCode(t.Context(), "second@example.com", socket); err != nil {
		t.Fatal(err)
	}
	if _, ok := w.wasMailed("second@example.com"); ok {
		t.Error("a second, uninvited address got a code")
	}
}

func TestWhoGetsACode(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		change func(*Config)
		origin Origin
		email  string
		want   bool
	}{
		{"first over the socket", func(*Config) {}, socket, "a@example.com", true},
		{"first over the network", func(*Config) {}, remote, "a@example.com", false},
		{"admin over the network", func(c *Config) { c.Admin = "Root@Example.com" }, remote, "root@example.com", true},
		{"not the admin, socket", func(c *Config) { c.Admin = "root@example.com" }, socket, "a@example.com", false},
		{"open sign-up", func(c *Config) { c.OpenSignup = true }, remote, "a@example.com", true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorld(t, tt.change)
			if err := w.SendCode(t.Context(), tt.email, tt.origin); err != nil {
				t.Fatalf("the answer differs for an address that is not allowed in: %v", err)
			}
			code, got := w.wasMailed(tt.email)
			if got != tt.want {
				t.Fatalf("mailed: %v, want %v", got, tt.want)
			}
			if !got {
				return
			}
			pair, err := w.VerifyCode(t.Context(), strings.ToUpper(tt.email), " "+code[:3]+" "+code[3:], tt.origin)
			if err != nil {
				t.Fatal(err)
			}
			if p := w.login(pair); p.Superuser == w.cfg.OpenSignup {
				t.Errorf("superuser: %v", p.Superuser)
			}
		})
	}
}

func TestCodeIsSingleUseAndCountsTries(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	wrong := func(code string) string {
		if code[0] == '0' {
			return "1" + code[1:]
		}
		return "0" + code[1:]
	}
	t.Run("single use", func(t *testing.T) {
		w := newWorld(t)
		if err := w.SendCode(ctx, "a@example.com", socket); err != nil {
			t.Fatal(err)
		}
		code := w.mailed("a@example.com")
		if _, err := w.VerifyCode(ctx, "a@example.com", code, socket); err != nil {
			t.Fatal(err)
		}
		_, err := w.VerifyCode(ctx, "a@example.com", code, socket)
		wantRefusal(t, err, model.CodeUnauthorized, model.ReasonBadCode)
	})
	t.Run("the right code after four wrong ones", func(t *testing.T) {
		w := newWorld(t)
		if err := w.SendCode(ctx, "a@example.com", socket); err != nil {
			t.Fatal(err)
		}
		code := w.mailed("a@example.com")
		for range 4 {
			_, err := w.VerifyCode(ctx, "a@example.com", wrong(code), socket)
			wantRefusal(t, err, model.CodeUnauthorized, model.ReasonBadCode)
		}
		if _, err := w.VerifyCode(ctx, "a@example.com", code, socket); err != nil {
			t.Fatal(err)
		}
	})
	t.Run("the right code after five wrong ones", func(t *testing.T) {
		w := newWorld(t)
		if err := w.SendCode(ctx, "a@example.com", socket); err != nil {
			t.Fatal(err)
		}
		code := w.mailed("a@example.com")
		for range 5 {
			_, err := w.VerifyCode(ctx, "a@example.com", wrong(code), remote)
			wantRefusal(t, err, model.CodeUnauthorized, model.ReasonBadCode)
		}
		_, err := w.VerifyCode(ctx, "a@example.com", code, socket)
		wantRefusal(t, err, model.CodeUnauthorized, model.ReasonBadCode)
	})
	t.Run("over after ten minutes", func(t *testing.T) {
		w := newWorld(t)
		if err := w.SendCode(ctx, "a@example.com", socket); err != nil {
			t.Fatal(err)
		}
		code := w.mailed("a@example.com")
		w.clock.Add(CodeTTL)
		_, err := w.VerifyCode(ctx, "a@example.com", code, socket)
		wantRefusal(t, err, model.CodeUnauthorized, model.ReasonBadCode)
	})
	t.Run("a new code kills the old one", func(t *testing.T) {
		w := newWorld(t)
		if err := w.SendCode(ctx, "a@example.com", socket); err != nil {
			t.Fatal(err)
		}
		old := w.mailed("a@example.com")
		w.clock.Add(CodeResend)
		if err := w.SendCode(ctx, "a@example.com", socket); err != nil {
			t.Fatal(err)
		}
		fresh := w.mailed("a@example.com")
		if old != fresh { // one time in a million they are the same
			_, err := w.VerifyCode(ctx, "a@example.com", old, socket)
			wantRefusal(t, err, model.CodeUnauthorized, model.ReasonBadCode)
		}
		if _, err := w.VerifyCode(ctx, "a@example.com", fresh, socket); err != nil {
			t.Fatal(err)
		}
	})
	t.Run("unknown address", func(t *testing.T) {
		w := newWorld(t)
		_, err := w.VerifyCode(ctx, "nobody@example.com", "000000", socket)
		wantRefusal(t, err, model.CodeUnauthorized, model.ReasonBadCode)
	})
}

func TestSecondCodeWithinAMinute(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, email := range []string{"known@example.com", "unknown@example.com"} {
		if err := w.SendCode(t.Context(), email, remote); err != nil {
			t.Fatal(err)
		}
		w.clock.Add(20 * time.Second)
		err := w.SendCode(t.Context(), strings.ToUpper(email), remote)
		wantRefusal(t, err, model.CodeRateLimited, model.ReasonRateLimited)
		var e *model.Error
		if !errors.As(err, &e) || e.RetryAfter != 40*time.Second {
			t.Errorf("got %v, want retry after 40s", e)
		}
		w.clock.Add(40 * time.Second)
		if err := w.SendCode(t.Context(), email, remote); err != nil {
			t.Errorf("after a minute: %v", err)
		}
	}
}

func TestRefreshTokenRotatesAndReuseEndsTheLogin(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	w := newWorld(t)
	first, p := w.signIn("a@example.com", socket)
	other, _ := func() (model.TokenPair, Principal) { w.clock.Add(CodeResend); return w.signIn("a@example.com", socket) }()

	_, err := w.RefreshToken(ctx, first.RefreshToken, "84fc585f-073e-4b30-8f74-e650d50c8622", remote)
	wantRefusal(t, err, model.CodeUnauthorized, model.ReasonSessionEnded)
	_, err = w.RefreshToken(ctx, first.RefreshToken, "no uuid", remote)
	wantRefusal(t, err, model.CodeUnauthorized, model.ReasonMalformed)
	_, err = w.RefreshToken(ctx, strings.Repeat("A", 86), p.UserID, remote)
	wantRefusal(t, err, model.CodeUnauthorized, model.ReasonUnknownKey)

	second, err := w.RefreshToken(ctx, first.RefreshToken, strings.ToUpper(p.UserID), remote)
	if err != nil {
		t.Fatal(err)
	}
	if second.RefreshToken == first.RefreshToken || len(second.RefreshToken) != 86 {
		t.Errorf("new refresh token %q", second.RefreshToken)
	}
	w.login(second)

	_, err = w.RefreshToken(ctx, first.RefreshToken, p.UserID, remote)
	wantRefusal(t, err, model.CodeUnauthorized, model.ReasonReused)
	_, err = w.RefreshToken(ctx, second.RefreshToken, p.UserID, remote)
	wantRefusal(t, err, model.CodeUnauthorized, model.ReasonSessionEnded)
	_, err = w.AuthenticateToken(ctx, second.AccessToken, AcceptAccess)
	wantRefusal(t, err, model.CodeUnauthorized, model.ReasonSessionEnded)
	w.login(other) // another login of the same user lives on
}

func TestSessionsEnd(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	w := newWorld(t)
	pair, p := w.signIn("a@example.com", socket)

	w.clock.Add(AccessTTL)
	_, err := w.AuthenticateToken(ctx, pair.AccessToken, AcceptAccess)
	wantRefusal(t, err, model.CodeUnauthorized, model.ReasonExpired)
	if pair, err = w.RefreshToken(ctx, pair.RefreshToken, p.UserID, remote); err != nil {
		t.Fatal(err)
	}
	if err := w.RevokeToken(ctx, "unknown", remote); err != nil {
		t.Errorf("revoking an unknown token: %v", err)
	}
	if err := w.RevokeToken(ctx, pair.RefreshToken, remote); err != nil {
		t.Fatal(err)
	}
	_, err = w.AuthenticateToken(ctx, pair.AccessToken, AcceptAccess)
	wantRefusal(t, err, model.CodeUnauthorized, model.ReasonSessionEnded)

	w.clock.Add(CodeResend)
	here, p := w.signIn("a@example.com", socket)
	w.clock.Add(CodeResend)
	there, far := w.signIn("a@example.com", remote)
	page, err := w.Sessions(ctx, p, model.PageRequest{})
	if err != nil || len(page.Items) != 2 || page.Items[0].ID != far.CredentialID || !page.Items[1].IsCurrent {
		t.Fatalf("sessions %+v, %v", page, err)
	}
	first, err := w.RevokeSession(ctx, p, far.CredentialID)
	if err != nil {
		t.Fatal(err)
	}
	w.clock.Add(time.Second)
	again, err := w.RevokeSession(ctx, p, far.CredentialID)
	if err != nil || again != first {
		t.Errorf("signing out again: %+v, %v, want %+v", again, err, first)
	}
	_, err = w.AuthenticateToken(ctx, there.AccessToken, AcceptAccess)
	wantRefusal(t, err, model.CodeUnauthorized, model.ReasonSessionEnded)
	w.login(here)
	_, err = w.RevokeSession(ctx, p, "84fc585f-073e-4b30-8f74-e650d50c8622")
	wantRefusal(t, err, model.CodeNotFound, model.ReasonNotFound)
}

func TestIdleAndAbsoluteEndOfALogin(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	w := newWorld(t)
	pair, p := w.signIn("a@example.com", socket)
	for age := 25 * 24 * time.Hour; age < SessionLifetime; age += 25 * 24 * time.Hour {
		w.clock.Add(25 * 24 * time.Hour)
		var err error
		if pair, err = w.RefreshToken(ctx, pair.RefreshToken, p.UserID, remote); err != nil {
			t.Fatalf("after %v: %v", age, err)
		}
	}
	w.clock.Add(15*24*time.Hour - time.Second)
	pair, err := w.RefreshToken(ctx, pair.RefreshToken, p.UserID, remote)
	if err != nil {
		t.Fatalf("a second before the absolute end: %v", err)
	}
	w.clock.Add(time.Second)
	_, err = w.RefreshToken(ctx, pair.RefreshToken, p.UserID, remote)
	wantRefusal(t, err, model.CodeUnauthorized, model.ReasonSessionEnded)
}

func TestNormalAddress(t *testing.T) {
	good := []struct{ in, want string }{{"A.B+c@Example.COM", "a.b+c@example.com"}, {" x@y.z ", "x@y.z"}}
	for _, tt := range good {
		if got, err := NormalAddress(tt.in); err != nil || got != tt.want {
			t.Errorf("NormalAddress(%q) = %q, %v, want %q", tt.in, got, err, tt.want)
		}
	}
	for _, in := range []string{"", "a", "@b", "a@", "a b@c.d", "A <a@b.c>", "a@b.c, d@e.f", "a@b.c\r\nBcc: x@y.z", "a@b\x00.c", strings.Repeat("a", 250) + "@b.c"} {
		if got, err := NormalAddress(in); err == nil {
			t.Errorf("NormalAddress(%q) = %q, want an error", in, got)
		}
	}
}

// The mailbox offers a code only while it signs in.
func TestMailboxKnowsDeadCodes(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	w := newWorld(t)
	codes := func() (living []string) {
		t.Helper()
		box, err := w.Mailbox(ctx)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range box {
			if m.Code != "" {
				living = append(living, m.Code)
			}
		}
		return living
	}
	send := func() string {
		t.Helper()
		if err := w.SendCode(ctx, "a@example.com", socket); err != nil {
			t.Fatal(err)
		}
		return w.mailed("a@example.com")
	}
	send()
	w.clock.Add(CodeResend)
	second := send()
	if got := codes(); len(got) != 1 || got[0] != second {
		t.Errorf("after a newer code: %v, want only %s", got, second)
	}
	if _, err := w.VerifyCode(ctx, "a@example.com", second, socket); err != nil {
		t.Fatal(err)
	}
	if got := codes(); len(got) != 0 {
		t.Errorf("after the sign-in: %v", got)
	}
	w.clock.Add(CodeResend)
	third := send()
	for range CodeTries {
		_, _ = w.VerifyCode(ctx, "a@example.com", "x"+third, socket)
	}
	if got := codes(); len(got) != 0 {
		t.Errorf("after five wrong tries: %v", got)
	}
	w.clock.Add(CodeResend)
	send()
	w.clock.Add(CodeTTL)
	if got := codes(); len(got) != 0 {
		t.Errorf("after ten minutes: %v", got)
	}
}
