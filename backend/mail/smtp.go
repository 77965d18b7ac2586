package mail

import (
	"context"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/mail"
	"net/textproto"
	"strings"
	"time"
	"unicode"

	gomail "github.com/wneessen/go-mail"
)

// smtpTimeout bounds connecting and greeting, and once more the transfer.
const smtpTimeout = 15 * time.Second

// SMTP is the Sender that sends by SMTP. It dials for each message: codes are rare, and
// a connection that is kept open can go stale.
type SMTP struct {
	config  SMTPConfig
	from    *mail.Address
	timeout time.Duration
	roots   *x509.CertPool // nil: the system's
}

// NewSMTP makes the Sender for c. It checks c again, which need not come from
// ParseURL. It makes no connection yet.
func NewSMTP(c SMTPConfig) (*SMTP, error) {
	if err := c.check(); err != nil {
		return nil, err
	}
	from, err := mail.ParseAddress(c.From)
	if err != nil {
		return nil, fmt.Errorf("mail: parse the sender: %w", err)
	}
	return &SMTP{config: c, from: from, timeout: smtpTimeout}, nil
}

// Send delivers m. The error wraps ErrPermanent if an address is not a bare one, and
// for any 5xx answer.
func (s *SMTP) Send(ctx context.Context, m Message) error {
	message, err := s.compose(m)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrPermanent, err)
	}
	// After dialling, the library ignores ctx and only obeys its own deadline, and it
	// leaves the connection open if the greeting fails. Closing it here solves both.
	var cleanup []func()
	defer func() {
		for _, f := range cleanup {
			f()
		}
	}()
	client, err := s.client(func(conn net.Conn) {
		stop := context.AfterFunc(ctx, func() { conn.Close() })
		cleanup = append(cleanup, func() { stop(); conn.Close() })
	})
	if err != nil {
		return err
	}
	err = client.DialAndSendWithContext(ctx, message)
	switch {
	case err == nil, message.IsDelivered(): // only QUIT may have failed
		return nil
	case isPermanent(err):
		return fmt.Errorf("%w: %w", ErrPermanent, err)
	}
	return fmt.Errorf("mail: send to %s: %w", s.config.Host, err)
}

// compose makes the library's message. The library encodes headers and refuses
// addresses with line breaks; checkAddress refuses everything else that is not a
// bare address.
func (s *SMTP) compose(m Message) (*gomail.Msg, error) {
	if err := checkAddress(m.To); err != nil {
		return nil, fmt.Errorf("recipient: %w", err)
	}
	if strings.ContainsFunc(m.Subject, unicode.IsControl) {
		return nil, errors.New("the subject holds control characters")
	}
	message := gomail.NewMsg(gomail.WithNoDefaultUserAgent())
	message.FromMailAddress(s.from)
	if err := message.To(m.To); err != nil {
		return nil, fmt.Errorf("recipient: %w", err)
	}
	message.Subject(m.Subject)
	message.SetDate()
	// The library's own id would reveal this machine's name.
	_, domain, _ := strings.Cut(s.from.Address, "@")
	message.SetMessageIDWithValue(rand.Text() + "@" + domain)
	// Suppresses automatic replies (RFC 3834, section 5).
	message.SetGenHeader("Auto-Submitted", "auto-generated")
	message.SetBodyString(gomail.TypeTextPlain, m.Text)
	return message, nil
}

// client makes the library's client. It calls dialled with each connection.
func (s *SMTP) client(dialled func(net.Conn)) (*gomail.Client, error) {
	c := s.config
	config := &tls.Config{ServerName: c.Host, MinVersion: tls.VersionTLS12, RootCAs: s.roots}
	dialer := &net.Dialer{Timeout: s.timeout}
	dial := dialer.DialContext
	options := []gomail.Option{
		gomail.WithPort(c.Port),
		gomail.WithTimeout(s.timeout),
		gomail.WithTLSConfig(config),
	}
	auth := []gomail.SMTPAuthType{
		gomail.SMTPAuthSCRAMSHA256, gomail.SMTPAuthSCRAMSHA1, gomail.SMTPAuthPlain, gomail.SMTPAuthLogin, gomail.SMTPAuthCramMD5,
	}
	switch c.TLS {
	case tlsImplicit:
		options = append(options, gomail.WithSSL())
		dial = (&tls.Dialer{NetDialer: dialer, Config: config}).DialContext
	case tlsNone:
		options = append(options, gomail.WithTLSPolicy(gomail.NoTLS))
		// Only loopback gets here, where nobody else sees an unencrypted password.
		auth = []gomail.SMTPAuthType{gomail.SMTPAuthSCRAMSHA256, gomail.SMTPAuthSCRAMSHA1, gomail.SMTPAuthPlainNoEnc, gomail.SMTPAuthLoginNoEnc}
	default:
		options = append(options, gomail.WithTLSPolicy(gomail.TLSMandatory))
	}
	if c.Username != "" {
		options = append(options, gomail.WithOpportunisticSMTPAuth(auth...), gomail.WithUsername(c.Username), gomail.WithPassword(c.Password))
	}
	options = append(options, gomail.WithDialContextFunc(func(ctx context.Context, network, address string) (net.Conn, error) {
		conn, err := dial(ctx, network, address)
		if err == nil {
			dialled(conn)
		}
		return conn, err
	}))
	client, err := gomail.NewClient(c.Host, options...)
	if err != nil {
		return nil, fmt.Errorf("mail: set up SMTP for %s: %w", c.Host, err)
	}
	return client, nil
}

// isPermanent reports whether the error is a 5xx answer.
func isPermanent(err error) bool {
	if refused, ok := errors.AsType[*gomail.SendError](err); ok {
		return refused.ErrorCode()/100 == 5
	}
	answer, ok := errors.AsType[*textproto.Error](err)
	return ok && answer.Code/100 == 5
}

func unprintable(r rune) bool { return !unicode.IsPrint(r) || r == ' ' }
