package mail

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"io"
	"log"
	"math/big"
	"net"
	"net/mail"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"
)

// received is one message as the server got it.
type received struct {
	from, to, user string
	encrypted      bool
	header         mail.Header
	body           string
}

// server is a real SMTP server on 127.0.0.1.
type server struct {
	port int

	mu       sync.Mutex
	mails    []received
	answers  []error // to RCPT, one each, then nil
	sessions int
}

func (s *server) NewSession(c *smtp.Conn) (smtp.Session, error) {
	_, encrypted := c.TLSConnectionState()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.sessions++
	return &session{server: s, mail: received{encrypted: encrypted}}, nil
}

type session struct {
	server *server
	mail   received
}

func (s *session) AuthMechanisms() []string { return []string{sasl.Plain} }

func (s *session) Auth(string) (sasl.Server, error) {
	return sasl.NewPlainServer(func(_, user, password string) error {
		if password != "hunter2" {
			return &smtp.SMTPError{Code: 535, EnhancedCode: smtp.EnhancedCode{5, 7, 8}, Message: "no"}
		}
		s.mail.user = user
		return nil
	}), nil
}

func (s *session) Mail(from string, _ *smtp.MailOptions) error { s.mail.from = from; return nil }

func (s *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	s.server.mu.Lock()
	defer s.server.mu.Unlock()
	s.mail.to = to
	if len(s.server.answers) == 0 {
		return nil
	}
	err := s.server.answers[0]
	s.server.answers = s.server.answers[1:]
	return err
}

func (s *session) Data(r io.Reader) error {
	letter, err := mail.ReadMessage(r)
	if err != nil {
		return err
	}
	body, err := io.ReadAll(letter.Body)
	if err != nil {
		return err
	}
	s.mail.header, s.mail.body = letter.Header, string(body)
	s.server.mu.Lock()
	defer s.server.mu.Unlock()
	s.server.mails = append(s.server.mails, s.mail)
	return nil
}

func (s *session) Reset()        {}
func (s *session) Logout() error { return nil }

// serve starts a server; config is for STARTTLS, or for TLS from the first byte.
func serve(t *testing.T, config *tls.Config, implicit bool) *server {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &server{port: listener.Addr().(*net.TCPAddr).Port}
	if implicit {
		listener = tls.NewListener(listener, config)
	}
	engine := smtp.NewServer(s)
	engine.Domain = "localhost"
	engine.TLSConfig = config
	engine.AllowInsecureAuth = config == nil
	engine.EnableSMTPUTF8 = true
	engine.ErrorLog = log.New(io.Discard, "", 0)
	done := make(chan error, 1)
	go func() { done <- engine.Serve(listener) }()
	t.Cleanup(func() {
		listener.Close() // engine.Close misses a listener that Serve has not taken over yet
		engine.Close()
		if err := <-done; err != nil && !errors.Is(err, net.ErrClosed) && !errors.Is(err, smtp.ErrServerClosed) {
			t.Errorf("serve SMTP: %v", err)
		}
	})
	return s
}

// certificate is self-made, for 127.0.0.1, and the pool that trusts it.
func certificate(t *testing.T) (*tls.Config, *x509.CertPool) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "test"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	leaf, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AddCert(leaf)
	return &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}}, pool
}

func senderTo(t *testing.T, port int, tlsMode string) *SMTP {
	t.Helper()
	s, err := NewSMTP(SMTPConfig{Host: "127.0.0.1", Port: port, From: "Keydeck <keydeck@example.com>", TLS: tlsMode})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func codeMail(t *testing.T, to string) Message {
	t.Helper()
	m, err := CodeMessage(to, "042137", 10*time.Minute, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func TestSend(t *testing.T) {
	config, roots := certificate(t)
	tests := []struct {
		name, tls, user string
		config          *tls.Config
	}{
		{"none", tlsNone, "", nil},
		{"none, signed in", tlsNone, "me", nil},
		{"STARTTLS", tlsStartTLS, "", config},
		{"STARTTLS, signed in", tlsStartTLS, "me", config},
		{"implicit", tlsImplicit, "", config},
		{"implicit, signed in", tlsImplicit, "me", config},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			srv := serve(t, tt.config, tt.tls == tlsImplicit)
			s := senderTo(t, srv.port, tt.tls)
			s.roots = roots
			if tt.user != "" {
				s.config.Username, s.config.Password = tt.user, "hunter2"
			}
			m := codeMail(t, "you@example.com")
			if err := s.Send(t.Context(), m); err != nil {
				t.Fatal(err)
			}
			if len(srv.mails) != 1 {
				t.Fatalf("%d mails arrived, want 1", len(srv.mails))
			}
			got := srv.mails[0]
			if got.from != "keydeck@example.com" || got.to != "you@example.com" || got.user != tt.user || got.encrypted != (tt.config != nil) {
				t.Errorf("envelope %q -> %q, user %q, encrypted %v", got.from, got.to, got.user, got.encrypted)
			}
			if body := strings.ReplaceAll(got.body, "\r\n", "\n"); strings.TrimSpace(body) != strings.TrimSpace(m.Text) {
				t.Errorf("body %q, want %q", body, m.Text)
			}
			for name, want := range map[string]string{
				"From": `"Keydeck" <keydeck@example.com>`, "To": "<you@example.com>", "Subject": m.Subject, "Auto-Submitted": "auto-generated", "User-Agent": "", "X-Mailer": "", "Bcc": "",
			} {
				if got := got.header.Get(name); got != want {
					t.Errorf("%s: %q, want %q", name, got, want)
				}
			}
			if id := got.header.Get("Message-Id"); !strings.HasSuffix(id, "@example.com>") {
				t.Errorf("Message-ID %q gives more away than the sender's domain", id)
			}
			var whole strings.Builder
			for name, values := range got.header {
				whole.WriteString(name + ": " + strings.Join(values, " ") + "\n")
			}
			if codes := regexp.MustCompile(`\b\d{6}\b`).FindAllString(whole.String()+got.body, -1); len(codes) != 1 {
				t.Errorf("groups of six digits %q, want the code alone", codes)
			}
		})
	}
}

func TestSendNeedsEncryption(t *testing.T) {
	config, roots := certificate(t)
	t.Run("server without STARTTLS", func(t *testing.T) {
		srv := serve(t, nil, false)
		s := senderTo(t, srv.port, tlsStartTLS)
		if err := s.Send(t.Context(), codeMail(t, "you@example.com")); err == nil || len(srv.mails) > 0 {
			t.Errorf("sent in the clear (%v)", err)
		}
	})
	t.Run("certificate of nobody known", func(t *testing.T) {
		srv := serve(t, config, false)
		var unknown x509.UnknownAuthorityError
		if err := senderTo(t, srv.port, tlsStartTLS).Send(t.Context(), codeMail(t, "you@example.com")); !errors.As(err, &unknown) || len(srv.mails) > 0 {
			t.Errorf("sent to anyone (%v)", err)
		}
	})
	t.Run("certificate for another host", func(t *testing.T) {
		srv := serve(t, config, false)
		s := senderTo(t, srv.port, tlsStartTLS)
		s.roots, s.config.Host = roots, "localhost"
		var other x509.HostnameError
		if err := s.Send(t.Context(), codeMail(t, "you@example.com")); !errors.As(err, &other) || len(srv.mails) > 0 {
			t.Errorf("sent to another host (%v)", err)
		}
	})
}

func TestSendFailures(t *testing.T) {
	refusal := func(code int) error {
		return &smtp.SMTPError{Code: code, EnhancedCode: smtp.EnhancedCode{code / 100, 1, 1}, Message: "no"}
	}
	tests := []struct {
		name      string
		answer    error
		user      string
		permanent bool
	}{
		{"greylisted", refusal(451), "", false},
		{"mailbox full", refusal(452), "", false},
		{"no such mailbox", refusal(550), "", true},
		{"wrong password", nil, "me", true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			srv := serve(t, nil, false)
			srv.answers = []error{tt.answer}
			s := senderTo(t, srv.port, tlsNone)
			if tt.user != "" {
				s.config.Username, s.config.Password = tt.user, "hunter3"
			}
			err := s.Send(t.Context(), codeMail(t, "you@example.com"))
			if err == nil || errors.Is(err, ErrPermanent) != tt.permanent {
				t.Fatalf("error %v, want permanent = %v", err, tt.permanent)
			}
			if strings.Contains(err.Error(), "hunter3") || strings.Contains(err.Error(), "042137") {
				t.Errorf("the error shows a secret: %v", err)
			}
		})
	}
	t.Run("nobody listens", func(t *testing.T) {
		listener, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		listener.Close()
		s := senderTo(t, listener.Addr().(*net.TCPAddr).Port, tlsNone)
		if err := s.Send(t.Context(), codeMail(t, "you@example.com")); err == nil || errors.Is(err, ErrPermanent) {
			t.Errorf("error %v, want one that may pass", err)
		}
	})
}

// TestSendHostileAddress wants a refusal before any connection.
func TestSendHostileAddress(t *testing.T) {
	srv := serve(t, nil, false)
	s := senderTo(t, srv.port, tlsNone)
	for _, to := range []string{
		"", "you", "you@example.com\r\nBcc: x@y.example", "you@example.com>\r\nRCPT TO:<x@y.example", "You <you@example.com>",
		"you@example.com, x@y.example", "\"a b\"@example.com", "a> NOTIFY=NEVER@b.example",
	} {
		m := codeMail(t, to)
		if err := s.Send(t.Context(), m); !errors.Is(err, ErrPermanent) {
			t.Errorf("%q: %v, want ErrPermanent", to, err)
		}
	}
	m := codeMail(t, "you@example.com")
	m.Subject = "code\r\nBcc: x@y.example"
	if err := s.Send(t.Context(), m); !errors.Is(err, ErrPermanent) {
		t.Errorf("line break in the subject: %v, want ErrPermanent", err)
	}
	if srv.sessions != 0 {
		t.Errorf("%d connections were made", srv.sessions)
	}
}

// TestSendToAServerThatHangs stops on the sender's own timeout and on ctx, and
// closes the connection each time.
func TestSendToAServerThatHangs(t *testing.T) {
	tests := []struct {
		name, greeting string
		timeout        time.Duration // the sender's
		stop           bool          // ctx ends as soon as the server has spoken
	}{
		{"no greeting", "", 50 * time.Millisecond, false},
		{"nothing after the greeting", "220 hello\r\n", 50 * time.Millisecond, false},
		{"ctx ends first", "220 hello\r\n", time.Hour, true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			listener, err := net.Listen("tcp", "127.0.0.1:0")
			if err != nil {
				t.Fatal(err)
			}
			defer listener.Close()
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			closed := make(chan error, 1)
			go func() {
				conn, err := listener.Accept()
				if err != nil {
					closed <- err
					return
				}
				defer conn.Close()
				_, err = io.WriteString(conn, tt.greeting)
				if err == nil && tt.stop {
					_, err = conn.Read(make([]byte, 1)) // the client's EHLO: it now waits for the answer
					cancel()
				}
				if err == nil {
					_, err = io.Copy(io.Discard, conn) // until the client hangs up
				}
				closed <- err
			}()
			s := senderTo(t, listener.Addr().(*net.TCPAddr).Port, tlsNone)
			s.timeout = tt.timeout
			if err := s.Send(ctx, codeMail(t, "you@example.com")); err == nil || errors.Is(err, ErrPermanent) {
				t.Errorf("error %v, want one that may pass", err)
			}
			if err := <-closed; err != nil && !errors.Is(err, net.ErrClosed) && !strings.Contains(err.Error(), "reset") {
				t.Errorf("the connection ended with %v", err)
			}
		})
	}
}
