// Package mail sends sign-in codes: by SMTP, or into the local mailbox.
package mail

import (
	"context"
	"log/slog"
	"time"
)

// Message is one mail to one address. Code is the sign-in code in Text, "" for other mail.
type Message struct {
	To        string
	Subject   string
	Text      string
	Code      string
	ExpiresAt time.Time // not worth delivering after this
}

// Sender delivers one message or says why not. Two implementations: SMTP and the local mailbox (in backend).
type Sender interface {
	Send(ctx context.Context, m Message) error
}

// SMTPConfig is a parsed --smtp URL: smtp://user:pass@host:587?from=a@b&tls=starttls (tls=none, tls=implicit).
type SMTPConfig struct {
	Host, Username, Password, From, TLS string
	Port                                int
}

func ParseURL(raw string) (SMTPConfig, error) { panic("x") } // tls=none only for loopback hosts; the error never shows the password
func (c SMTPConfig) String() string           { panic("x") } // password masked
func NewSMTP(c SMTPConfig) (Sender, error)    { panic("x") }

// CodeMessage renders the sign-in mail from assets (text template).
func CodeMessage(to, code string, ttl time.Duration, now time.Time) (Message, error) { panic("x") }

// Queue sends off the request's path, in order of arrival, with bounded retries.
type Queue struct{}

func NewQueue(s Sender, log *slog.Logger) *Queue { panic("x") }

// Enqueue never blocks. prepare runs on the queue's goroutine just before the first try; it may answer false to send nothing.
func (q *Queue) Enqueue(m Message, prepare func(ctx context.Context) bool) error { panic("x") } // error when the queue is full
func (q *Queue) Close(ctx context.Context) error                                 { panic("x") } // waits for what is under way, until ctx is done
