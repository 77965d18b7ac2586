package signin

import (
	"time"

	"keydeck/model"
	"keydeck/ui/tui/tuitest"
)

var signInStates = []tuitest.State{
	{Name: "start", Opts: tuitest.Options{ReadyAfter: time.Hour}, Walk: tuitest.Do()},
	{Name: "start-waiting", Opts: tuitest.Options{SignedIn: true, URL: true}.With(tuitest.KeepsSilent("GET /auth/users/me")), Walk: tuitest.Do()},
	{Name: "start-lost", Opts: tuitest.Options{SignedIn: true, Down: true}, Walk: tuitest.Do()},
	{Name: "signin-first", Opts: tuitest.Options{}.With(tuitest.NoUsers), Walk: tuitest.Do()},
	{Name: "signin-lost", Opts: tuitest.Options{URL: true, Down: true}, Walk: tuitest.Do(4 * time.Second)},
	{Name: "signin-smtp", Opts: tuitest.Options{}.With(tuitest.WithSMTP), Walk: tuitest.Do("ada")},
	{Name: "signin-no-address", Opts: tuitest.Options{}, Walk: tuitest.Do("ada", "enter")},
	{Name: "signin-sending", Opts: tuitest.Options{}.With(tuitest.KeepsSilent("POST /auth/verification/send-code")), Walk: tuitest.Do(tuitest.Email, "enter")},
	{Name: "signin-full", Opts: tuitest.Options{}.With(tuitest.Refuses("POST /auth/verification/send-code", tuitest.DatabaseFull)), Walk: tuitest.Do(tuitest.Email, "enter")},
	{Name: "signin-code", Opts: tuitest.Options{}, Walk: tuitest.Do(tuitest.Email, "enter", "042")},
	{Name: "signin-code-by-mail", Opts: tuitest.Options{}.With(tuitest.WithSMTP), Walk: tuitest.Do(tuitest.Email, "enter")},
	{Name: "signin-mailbox", Opts: tuitest.Options{}, Walk: tuitest.Do(tuitest.Email, "enter", "tab")},
	{Name: "signin-mailbox-expired", Opts: tuitest.Options{}, Walk: tuitest.Do(tuitest.Email, "enter", "tab", 11*time.Minute)},
	{Name: "signin-mailbox-hostile", Opts: tuitest.Options{}.With(func(f *tuitest.Fake) {
		f.Mail = []model.Mail{{ID: tuitest.UUID(1), At: model.At(f.Now()), To: tuitest.Evil, Subject: tuitest.Evil, Code: tuitest.Evil}}
	}), Walk: tuitest.Do(2 * time.Second)},
	{Name: "signin-checking", Opts: tuitest.Options{}.With(tuitest.KeepsSilent("POST /auth/verification/verify-code")), Walk: tuitest.Do(tuitest.Email, "enter", "111111", "enter")},
	{Name: "signin-wrong", Opts: tuitest.Options{}.With(tuitest.Refuses("POST /auth/verification/verify-code", &model.Error{Code: model.CodeUnauthorized, Message: "no"})),
		Walk: tuitest.Do(tuitest.Email, "enter", "111111", "enter")},
	{Name: "signin-too-often", Opts: tuitest.Options{}.With(tuitest.Refuses("POST /auth/verification/verify-code", &model.Error{Code: model.CodeRateLimited, RetryAfter: 41 * time.Second})),
		Walk: tuitest.Do(tuitest.Email, "enter", "111111", "enter")},
	{Name: "signin-too-soon", Opts: tuitest.Options{}.With(tuitest.Refuses("POST /auth/verification/send-code", &model.Error{Code: model.CodeRateLimited, RetryAfter: 41 * time.Second})),
		Walk: tuitest.Do(tuitest.Email, "enter")},
	{Name: "signed-out", Opts: tuitest.SignedIn, Walk: tuitest.Do("S", "y")},
}
