// Package mail sends sign-in codes, by SMTP or to the local mailbox.
//
// Guarantees: requests only call Enqueue, which never blocks. Mail is prepared and
// first tried in order of arrival. Mail is never sent over a network without
// encryption. No log line and no error contains a code or a password.
package mail

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"text/template"
	"time"

	"keydeck/assets"
	"keydeck/model"
)

// Message is one mail to one address. Code is the sign-in code in Text, "" for other mail.
type Message struct {
	To        string
	Subject   string
	Text      string
	Code      string
	ExpiresAt time.Time // not delivered after this; zero: no limit
}

// Sender delivers one message. It is implemented by SMTP and by the backend's local
// mailbox. Send must be safe for concurrent use, give up when ctx is done, and wrap
// ErrPermanent if trying again is pointless.
type Sender interface {
	Send(ctx context.Context, m Message) error
}

// ErrPermanent marks a failure that another try cannot change: the server refuses
// the address or the message for good.
var ErrPermanent = errors.New("mail: refused for good")

var codeTemplate = template.Must(template.ParseFS(assets.Mail, "mail/code.txt"))

// CodeMessage renders the sign-in mail from assets/mail/code.txt. The code has a line
// of its own and is the only group of six digits in the text, so programs can find
// it with \b\d{6}\b. It is not in the subject, because lock screens show subjects
// and mail servers log them.
func CodeMessage(to, code string, ttl time.Duration, now time.Time) (Message, error) {
	data := struct{ Code, ValidFor string }{code, model.Span(ttl)}
	var subject, text strings.Builder
	if err := codeTemplate.ExecuteTemplate(&subject, "subject", data); err != nil {
		return Message{}, fmt.Errorf("mail: render the subject: %w", err)
	}
	if err := codeTemplate.Execute(&text, data); err != nil {
		return Message{}, fmt.Errorf("mail: render the text: %w", err)
	}
	return Message{To: to, Subject: subject.String(), Text: text.String(), Code: code, ExpiresAt: now.Add(ttl)}, nil
}
