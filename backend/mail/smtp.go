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

// smtpSender is the Sender that speaks SMTP. It dials anew for each message:
// codes are rare, and a connection kept open is one more thing that can be stale.
type smtpSender struct {
	config  SMTPConfig
	from    *mail.Address
	timeout time.Duration
	roots   *x509.CertPool // nil: the system's
}

// NewSMTP makes the Sender for c, which may come from ParseURL or be filled in by
// hand: it is checked again. No connection is made yet.
func NewSMTP(c SMTPConfig) (Sender, error) {
	s, err := newSMTP(c)
	if err != nil {
		return nil, err
	}
	return s, nil
}

func newSMTP(c SMTPConfig) (*smtpSender, error) {
	if err := c.check(); err != nil {
		return nil, err
	}
	from, err := mail.ParseAddress(c.From)
	if err != nil {
		return nil, fmt.Errorf("mail: parse the sender: %w", err)
	}
	return &smtpSender{config: c, from: from, timeout: smtpTimeout}, nil
}

// Send delivers m. An address that is not a plain one, and any 5xx answer, wraps
// ErrPermanent.
func (s *smtpSender) Send(ctx context.Context, m Message) error {
	letter, err := s.compose(m)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrPermanent, err)
	}
	// The library heeds ctx while it dials and then only its own deadline, and leaves
	// the connection open when the greeting fails. Closing it here does for both.
	var letGo []func()
	defer func() {
		for _, f := range letGo {
			f()
		}
	}()
	client, err := s.client(func(conn net.Conn) {
		stop := context.AfterFunc(ctx, func() { conn.Close() })
		letGo = append(letGo, func() { stop(); conn.Close() })
	})
	if err != nil {
		return err
	}
	err = client.DialAndSendWithContext(ctx, letter)
	switch {
	case err == nil, letter.IsDelivered(): // delivered, and only the goodbye failed
		return nil
	case isPermanent(err):
		return fmt.Errorf("%w: %w", ErrPermanent, err)
	}
	return fmt.Errorf("mail: send to %s: %w", s.config.Host, err)
}

// letter puts the message together. The library encodes headers and refuses
// addresses with line breaks; what it does not refuse, checkAddress does.
func (s *smtpSender) compose(m Message) (*gomail.Msg, error) {
	if err := checkAddress(m.To); err != nil {
		return nil, fmt.Errorf("recipient: %w", err)
	}
	if strings.ContainsFunc(m.Subject, unicode.IsControl) {
		return nil, errors.New("the subject holds control characters")
	}
	letter := gomail.NewMsg(gomail.WithNoDefaultUserAgent())
	letter.FromMailAddress(s.from)
	if err := letter.To(m.To); err != nil {
		return nil, fmt.Errorf("recipient: %w", err)
	}
	letter.Subject(m.Subject)
	letter.SetDate()
	// The library's own id would give this machine's name away.
	_, domain, _ := strings.Cut(s.from.Address, "@")
	letter.SetMessageIDWithValue(rand.Text() + "@" + domain)
	// No vacation notices in return (RFC 3834, section 5).
	letter.SetGenHeader("Auto-Submitted", "auto-generated")
	letter.SetBodyString(gomail.TypeTextPlain, m.Text)
	return letter, nil
}

// client sets the library up. dialled is called with the connection.
func (s *smtpSender) client(dialled func(net.Conn)) (*gomail.Client, error) {
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
		// Only loopback gets here, where a password in the clear is seen by nobody else.
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

// isPermanent tells a 5xx answer from everything that may yet pass.
func isPermanent(err error) bool {
	var refused *gomail.SendError
	if errors.As(err, &refused) {
		return refused.ErrorCode()/100 == 5
	}
	var answer *textproto.Error
	return errors.As(err, &answer) && answer.Code/100 == 5
}

func unprintable(r rune) bool { return !unicode.IsPrint(r) || r == ' ' }
