package tui

import (
	"time"

	"keydeck/model"
)

var signInStates = []state{
	{"start", rigOptions{readyAfter: time.Hour}, do()},
	{"start-waiting", rigOptions{signedIn: true, url: true}.with(keepsSilent("GET /auth/users/me")), do()},
	{"start-lost", rigOptions{signedIn: true, down: true}, do()},
	{"signin-first", rigOptions{}.with(noUsers), do()},
	{"signin-lost", rigOptions{url: true, down: true}, do(4 * time.Second)},
	{"signin-smtp", rigOptions{}.with(withSMTP), do("ada")},
	{"signin-no-address", rigOptions{}, do("ada", "enter")},
	{"signin-sending", rigOptions{}.with(keepsSilent("POST /auth/verification/send-code")), do(fakeEmail, "enter")},
	{"signin-full", rigOptions{}.with(refuses("POST /auth/verification/send-code", databaseFull)), do(fakeEmail, "enter")},
	{"signin-code", rigOptions{}, do(fakeEmail, "enter", "042")},
	{"signin-code-by-mail", rigOptions{}.with(withSMTP), do(fakeEmail, "enter")},
	{"signin-mailbox", rigOptions{}, do(fakeEmail, "enter", "tab")},
	{"signin-mailbox-expired", rigOptions{}, do(fakeEmail, "enter", "tab", 11*time.Minute)},
	{"signin-mailbox-hostile", rigOptions{}.with(func(f *fake) {
		f.mail = []model.Mail{{ID: uuid(1), At: model.At(f.now()), To: evil, Subject: evil, Code: evil}}
	}), do(2 * time.Second)},
	{"signin-checking", rigOptions{}.with(keepsSilent("POST /auth/verification/verify-code")), do(fakeEmail, "enter", "111111", "enter")},
	{"signin-wrong", rigOptions{}.with(refuses("POST /auth/verification/verify-code", &model.Error{Code: model.CodeUnauthorized, Message: "no"})),
		do(fakeEmail, "enter", "111111", "enter")},
	{"signin-too-often", rigOptions{}.with(refuses("POST /auth/verification/verify-code", &model.Error{Code: model.CodeRateLimited, RetryAfter: 41 * time.Second})),
		do(fakeEmail, "enter", "111111", "enter")},
	{"signin-too-soon", rigOptions{}.with(refuses("POST /auth/verification/send-code", &model.Error{Code: model.CodeRateLimited, RetryAfter: 41 * time.Second})),
		do(fakeEmail, "enter")},
	{"signed-out", signed, do("S", "y")},
}
