// Package mail sends sign-in codes: by SMTP, or into the local mailbox.
//
// Guarantees: nothing here runs on a request's path but Enqueue, which never
// blocks. Mail is prepared and first tried in order of arrival. What is sent over
// a network is encrypted, or it is not sent. Neither a code nor a password ever
// reaches a log line or an error.
package mail

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"text/template"
	"time"

	"keydeck/assets"
)

// Message is one mail to one address. Code is the sign-in code in Text, "" for other mail.
type Message struct {
	To        string
	Subject   string
	Text      string
	Code      string
	ExpiresAt time.Time // not worth delivering after this
}

// Sender delivers one message or says why not. Two implementations: SMTP and the
// local mailbox (in backend). Send may be called by several goroutines at once,
// gives up when ctx is done, and wraps ErrPermanent if another try is pointless.
type Sender interface {
	Send(ctx context.Context, m Message) error
}

// ErrPermanent marks a failure that no second try will mend: an address or a
// message that the server refuses for good.
var ErrPermanent = errors.New("mail: refused for good")

var codeTemplate = template.Must(template.ParseFS(assets.Mail, "mail/code.txt"))

// CodeMessage renders the sign-in mail from assets/mail/code.txt. The code stands
// in a line of its own and is the only group of six digits in the text, so a
// program finds it with \b\d{6}\b. It is not in the subject, which a locked
// screen shows and mail servers log.
func CodeMessage(to, code string, ttl time.Duration, now time.Time) (Message, error) {
	data := struct{ Code, ValidFor string }{code, formatTTL(ttl)}
	var subject, text strings.Builder
	if err := codeTemplate.ExecuteTemplate(&subject, "subject", data); err != nil {
		return Message{}, fmt.Errorf("mail: render the subject: %w", err)
	}
	if err := codeTemplate.Execute(&text, data); err != nil {
		return Message{}, fmt.Errorf("mail: render the text: %w", err)
	}
	return Message{To: to, Subject: subject.String(), Text: text.String(), Code: code, ExpiresAt: now.Add(ttl)}, nil
}

// spell writes a lifetime in whole minutes, or in seconds below one minute.
func formatTTL(d time.Duration) string {
	n, unit := int64(d/time.Second), "second"
	if d >= time.Minute {
		n, unit = int64(d/time.Minute), "minute"
	}
	if n != 1 {
		unit += "s"
	}
	return fmt.Sprintf("%d %s", n, unit)
}
