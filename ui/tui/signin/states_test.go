package signin

import (
	"time"

	"keydeck/model"
	"keydeck/ui/tui/tuitest"
	"keydeck/ui/tui/tuitest/fake"
)

var signInStates = []tuitest.State{
	{Name: "start", Opts: tuitest.Options{ReadyAfter: time.Hour}, Walk: tuitest.Steps()},
	{Name: "start-waiting", Opts: tuitest.Options{SignedIn: true, Remote: true}.With(fake.NeverAnswers("GET /auth/users/me")), Walk: tuitest.Steps()},
	{Name: "start-lost", Opts: tuitest.Options{SignedIn: true, Down: true}, Walk: tuitest.Steps()},
	{Name: "signin-first", Opts: tuitest.Options{}.With(fake.NoUsers), Walk: tuitest.Steps()},
	{Name: "signin-lost", Opts: tuitest.Options{Remote: true, Down: true}, Walk: tuitest.Steps(4 * time.Second)},
	{Name: "signin-smtp", Opts: tuitest.Options{}.With(withSMTP), Walk: tuitest.Steps("ada")},
	{Name: "signin-no-address", Opts: tuitest.Options{}, Walk: tuitest.Steps("ada", "enter")},
	{Name: "signin-sending", Opts: tuitest.Options{}.With(fake.NeverAnswers("POST /auth/verification/send-code")), Walk: tuitest.Steps(fake.Email, "enter")},
	{Name: "signin-full", Opts: tuitest.Options{}.With(fake.Refuses("POST /auth/verification/send-code", fake.DatabaseFull)), Walk: tuitest.Steps(fake.Email, "enter")},
	{Name: "signin-code", Opts: tuitest.Options{}, Walk: tuitest.Steps(fake.Email, "enter", "042")},
	{Name: "signin-code-by-mail", Opts: tuitest.Options{}.With(withSMTP), Walk: tuitest.Steps(fake.Email, "enter")},
	{Name: "signin-mailbox", Opts: tuitest.Options{}, Walk: tuitest.Steps(fake.Email, "enter", "tab")},
	{Name: "signin-mailbox-expired", Opts: tuitest.Options{}, Walk: tuitest.Steps(fake.Email, "enter", "tab", 11*time.Minute)},
	{Name: "signin-mailbox-hostile", Opts: tuitest.Options{}.With(func(f *fake.Server) {
		f.Mail = []model.Mail{{ID: fake.UUID(1), At: model.At(f.Now()), To: fake.HostileText, Subject: fake.HostileText, Code: fake.HostileText}}
	}), Walk: tuitest.Steps(2 * time.Second)},
	{Name: "signin-checking", Opts: tuitest.Options{}.With(fake.NeverAnswers("POST /auth/verification/verify-code")), Walk: tuitest.Steps(fake.Email, "enter", "111111", "enter")},
	{Name: "signin-wrong", Opts: tuitest.Options{}.With(fake.Refuses("POST /auth/verification/verify-code", &model.Error{Code: model.CodeUnauthorized, Message: "no"})),
		Walk: tuitest.Steps(fake.Email, "enter", "111111", "enter")},
	{Name: "signin-too-often", Opts: tuitest.Options{}.With(fake.Refuses("POST /auth/verification/verify-code", &model.Error{Code: model.CodeRateLimited, RetryAfter: 41 * time.Second})),
		Walk: tuitest.Steps(fake.Email, "enter", "111111", "enter")},
	{Name: "signin-too-soon", Opts: tuitest.Options{}.With(fake.Refuses("POST /auth/verification/send-code", &model.Error{Code: model.CodeRateLimited, RetryAfter: 41 * time.Second})),
		Walk: tuitest.Steps(fake.Email, "enter")},
	{Name: "signed-out", Opts: tuitest.SignedIn, Walk: tuitest.Steps("S", "y")},
}

func withSMTP(f *fake.Server) { f.SMTP = true }
