package cli

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"keydeck/model"
)

// mailPollInterval is how often the mailbox is checked while waiting.
const mailPollInterval = 50 * time.Millisecond

func (a *App) mailCommand() *cobra.Command {
	var codeOnly bool
	var wait time.Duration
	cmd := &cobra.Command{Use: "mail [EMAIL]", Short: "Read the local mailbox, where codes go when there is no SMTP server", Args: wantArgs(0, 1, "one e-mail address"),
		Long:    "Read the local mailbox, newest first, or only what went to one address. Only the socket in the data directory gives it out.",
		Example: "keydeck mail\nkeydeck mail you@example.com --code --wait 5s",
		RunE: a.withLocal(func(ctx context.Context, s *server, args []string) error {
			if a.json && codeOnly {
				return usagef("--json and --code: one of the two")
			}
			to := strings.Join(args, "")
			status, err := s.Status(ctx)
			if err != nil {
				return err
			}
			if !status.LocalMailbox {
				return fmt.Errorf("there is no local mailbox: mail goes to %s", status.Mail)
			}
			if codeOnly {
				return a.printCode(ctx, s, to, wait)
			}
			var box []model.Mail
			_, err = waitForMail(ctx, s, wait, func(all []model.Mail) (model.Mail, bool) {
				box = mailTo(all, to)
				return model.Mail{}, len(box) > 0
			})
			if err != nil {
				return err
			}
			return a.printMail(box)
		})}
	cmd.Flags().BoolVar(&codeOnly, "code", false, "print only the newest code that is still valid")
	cmd.Flags().DurationVar(&wait, "wait", 0, "wait this long for mail, or for a code, to be there")
	return a.addUTCFlag(a.addJSONFlag(cmd, "", "as JSON"))
}

func (a *App) printCode(ctx context.Context, s *server, to string, wait time.Duration) error {
	m, err := waitForMail(ctx, s, wait, func(box []model.Mail) (model.Mail, bool) { return newestCode(box, to, a.Now()) })
	if err != nil {
		return err
	}
	if m.Code == "" {
		return errors.New("no valid code is in the mailbox; have one sent with: keydeck login EMAIL --send")
	}
	return a.printf("%s\n", m.Code)
}

func (a *App) printMail(box []model.Mail) error {
	t := table{head: []string{"AT", "TO", "CODE", "VALID UNTIL", "SUBJECT"}}
	for _, m := range box {
		t.add(a.when(&m.At, "-"), m.To, orDash(m.Code), a.when(m.ExpiresAt, "-"), m.Subject)
	}
	return a.printTable(items[model.Mail]{append([]model.Mail{}, box...)}, t, "the mailbox is empty")
}

// waitForMail checks the mailbox until found returns true or the time is up. It
// checks at least once, and returns the zero Mail if nothing was found.
func waitForMail(ctx context.Context, s *server, limit time.Duration, found func([]model.Mail) (model.Mail, bool)) (model.Mail, error) {
	end := time.Now().Add(limit)
	for range model.Every(ctx, mailPollInterval) {
		box, err := s.Mail(ctx)
		if err != nil {
			return model.Mail{}, err
		}
		if m, ok := found(box); ok || !time.Now().Before(end) {
			return m, nil
		}
	}
	return model.Mail{}, ctx.Err()
}

// mailTo filters the mail to an address; "" is all mail.
func mailTo(box []model.Mail, to string) []model.Mail {
	if to == "" {
		return box
	}
	return slices.DeleteFunc(slices.Clone(box), func(m model.Mail) bool { return !strings.EqualFold(m.To, to) })
}

// without returns the mail that is not in before.
func without(box, before []model.Mail) []model.Mail {
	return slices.DeleteFunc(slices.Clone(box), func(m model.Mail) bool {
		return slices.ContainsFunc(before, func(b model.Mail) bool { return b.ID == m.ID })
	})
}

// newestCode returns the newest mail with a code that is still valid.
func newestCode(box []model.Mail, to string, now time.Time) (model.Mail, bool) {
	for _, m := range mailTo(box, to) {
		if m.Code != "" && (m.ExpiresAt == nil || m.ExpiresAt.After(now)) {
			return m, true
		}
	}
	return model.Mail{}, false
}
