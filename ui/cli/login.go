package cli

import (
	"context"
	"fmt"
	"net/url"
	"regexp"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"keydeck/model"
)

// mailTimeout is how long login waits for its code in the local mailbox: the
// server sends mail shortly after it has answered.
const mailTimeout = 10 * time.Second

// signIn is the login command with its flags.
type signIn struct {
	code     string
	sendOnly bool
}

func (a *App) loginCommand() *cobra.Command {
	var f signIn
	cmd := &cobra.Command{Use: "login EMAIL", Short: "Sign in with a code sent by e-mail", Args: wantArgs(1, 1, "an e-mail address"),
		Long: "Sign in and keep the login in a file that only this user can read: session.json in the data directory, or, for a server at a URL, in the user's configuration directory. The dashboard uses the same login.\n" +
			"Where mail goes to the local mailbox, the code is read from there. Otherwise it is asked for, or read from standard input, or given with --code.",
		Example: "keydeck login you@example.com\n" +
			"keydeck login you@example.com --server https://keys.example.com\n" +
			"keydeck login you@example.com --send\n" +
			"keydeck login you@example.com --code 042137",
		RunE: func(cmd *cobra.Command, args []string) error { return f.run(cmd, a, args[0]) }}
	cmd.Flags().StringVar(&f.code, "code", "", "sign in with this code, or - for a line of standard input; none is sent")
	cmd.Flags().BoolVar(&f.sendOnly, "send", false, "send a code and stop there")
	return addServerFlag(cmd)
}

func (f *signIn) run(cmd *cobra.Command, a *App, address string) error {
	if f.sendOnly && f.code != "" {
		return usagef("--send and --code: one of the two; --code signs in with a code that was sent before")
	}
	email, err := parseEmail(address)
	if err != nil || email == "" {
		return usagef("%q is not an e-mail address; one looks like you@example.com", address)
	}
	s, err := a.connect(cmd)
	if err != nil {
		return err
	}
	defer s.Close()
	a.warnUnencrypted(s)
	ctx := cmd.Context()
	if f.sendOnly {
		if err := s.SendCode(ctx, email); err != nil {
			return s.explain(ctx, err)
		}
		a.notef("a code is on its way to %s; finish with: %s", email, s.finishCommand(email))
		return nil
	}
	code, limited, err := f.getCode(ctx, a, s, email)
	if err != nil {
		return err
	}
	if err := s.SignIn(ctx, email, code); err != nil {
		if limited != nil {
			err = limited // the earlier code was used, so all that is left is to wait
		}
		return s.explain(ctx, err)
	}
	me, err := s.Me(ctx)
	if err != nil {
		return s.explain(ctx, err)
	}
	role := ""
	if me.IsSuperuser {
		role = ", superuser"
	}
	a.notef("signed in as %s%s at %s", me.Email, role, s.Target())
	return nil
}

// getCode returns the code from --code or standard input, or has one sent.
// limited is obtainCode's.
func (f *signIn) getCode(ctx context.Context, a *App, s *server, email string) (code string, limited, err error) {
	switch f.code {
	case "-":
		code, err = a.readCode(ctx, "", s.finishCommand(email))
	case "":
		code, limited, err = a.obtainCode(ctx, s, email)
		err = s.explain(ctx, err)
	default:
		code = f.code
	}
	if err == nil {
		code, err = parseCode(code)
	}
	return code, limited, err
}

// warnUnencrypted warns that the login is about to cross a network unencrypted.
func (a *App) warnUnencrypted(s *server) {
	u, err := url.Parse(s.Target())
	if s.IsLocal() || err != nil || u.Scheme != "http" {
		return
	}
	switch u.Hostname() {
	case "localhost", "127.0.0.1", "::1":
		return
	}
	a.notef("keydeck: %s is not encrypted; the login can be read on the way", s.Target())
}

var sixDigits = regexp.MustCompile(`^[0-9]{6}$`)

// parseCode removes the spaces that mail and people put between digits.
func parseCode(code string) (string, error) {
	code = strings.Join(strings.Fields(code), "")
	if !sixDigits.MatchString(code) {
		return "", usagef("a code has six digits, such as 042137")
	}
	return code, nil
}

// obtainCode has a code sent and reads it. If the server sends none because it
// sent one a moment ago, code is the earlier one and limited is the server's
// refusal.
func (a *App) obtainCode(ctx context.Context, s *server, email string) (code string, limited, err error) {
	var before []model.Mail
	mailbox := false
	if s.IsLocal() {
		status, err := s.Status(ctx)
		if err != nil {
			return "", nil, err
		}
		if mailbox = status.LocalMailbox; mailbox {
			if before, err = s.Mail(ctx); err != nil {
				return "", nil, err
			}
		}
	}
	err = s.SendCode(ctx, email)
	if mailbox && model.CodeOf(err) == model.CodeRateLimited {
		if m, ok := newestCode(before, email, a.Now()); ok {
			a.notef("a code was sent a moment ago; trying that one")
			return m.Code, err, nil
		}
	}
	switch {
	case err != nil:
		return "", nil, err
	case !mailbox:
		code, err = a.askCode(ctx, s, email)
		return code, nil, err
	}
	m, err := waitForMail(ctx, s, mailTimeout, func(box []model.Mail) (model.Mail, bool) {
		return newestCode(without(box, before), email, a.Now())
	})
	if err != nil {
		return "", nil, err
	}
	if m.Code == "" {
		return "", nil, fmt.Errorf("no code arrived in the local mailbox for %s; has the address been invited?", email)
	}
	a.notef("read the code %s from the local mailbox", m.Code)
	return m.Code, nil, nil
}

// askCode asks for the code on the terminal, or reads it from standard input.
func (a *App) askCode(ctx context.Context, s *server, email string) (string, error) {
	question := ""
	if a.interactive() {
		question = "Code sent to " + email + ": "
	}
	return a.readCode(ctx, question, s.finishCommand(email))
}

// readCode reads the code from a line of standard input. finish is the command
// to run later if there is none.
func (a *App) readCode(ctx context.Context, question, finish string) (string, error) {
	code, err := a.readLine(ctx, question)
	if err == nil && code == "" {
		err = fmt.Errorf("no code was entered; once it has arrived, finish with: %s", finish)
	}
	return code, err
}

func (a *App) logoutCommand() *cobra.Command {
	cmd := &cobra.Command{Use: "logout", Short: "Sign out", Args: noArgs(),
		RunE: a.withServer(func(ctx context.Context, s *server, _ []string) error {
			email, err := s.SignedIn()
			if err != nil {
				return err
			}
			if email == "" {
				a.notef("not signed in at %s", s.Target())
				return nil
			}
			if err := s.SignOut(ctx); err != nil {
				return err
			}
			a.notef("signed out %s", email)
			return nil
		})}
	return addServerFlag(cmd)
}

func (a *App) whoamiCommand() *cobra.Command {
	cmd := &cobra.Command{Use: "whoami", Short: "Show who is signed in", Args: noArgs(),
		RunE: a.withServer(func(ctx context.Context, s *server, _ []string) error {
			me, err := s.Me(ctx)
			if err != nil {
				return err
			}
			if a.json {
				return a.printJSON(me)
			}
			projects := make([]string, len(me.Projects))
			for i, p := range me.Projects {
				projects[i] = p.Name
			}
			super := "no"
			if me.IsSuperuser {
				super = "yes"
			}
			return a.printPairs([][2]string{
				{"email", me.Email}, {"name", orDash(me.FullName)}, {"id", me.ID}, {"superuser", super},
				{"projects", orDash(strings.Join(projects, ", "))},
				{"requests", fmt.Sprintf("%d used, %d left", me.Billing.TokensUsed, me.Billing.TokenBalance)},
				{"server", s.Target()},
			})
		})}
	return addServerFlag(a.addJSONFlag(cmd, "", "as JSON"))
}

// finishCommand is the command that completes a login once its code has
// arrived.
func (s *server) finishCommand(email string) string {
	command := "keydeck login " + email + " --code CODE"
	if s.data == "" {
		command += " --server " + s.Target()
	}
	return command
}
