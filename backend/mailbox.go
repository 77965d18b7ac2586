package backend

import (
	"context"
	"crypto/subtle"
	"encoding/json"
	"fmt"

	"keydeck/backend/mail"
	"keydeck/backend/store"
	"keydeck/model"
)

// mailboxSize is how many mails the local mailbox keeps.
const mailboxSize = 100

// localMailbox is the mail.Sender of a server without SMTP: mail stays in the
// database, sealed, until somebody reads it over the socket.
type localMailbox struct{ b *Backend }

// mailText is the sealed part of a mail.
type mailText struct {
	Text string `json:"text"`
	Code string `json:"code"`
}

func (m localMailbox) Send(ctx context.Context, msg mail.Message) error {
	b := m.b
	id, err := b.newID()
	if err != nil {
		return err
	}
	plain, err := json.Marshal(mailText{Text: msg.Text, Code: msg.Code})
	if err != nil {
		return fmt.Errorf("encode mail: %w", err)
	}
	sealed, err := b.vault.Seal("mails", "sealed", id, plain)
	if err != nil {
		return fmt.Errorf("seal mail: %w", err)
	}
	row := store.Mail{ID: id, To: msg.To, Subject: msg.Subject, Sealed: sealed, At: b.Now()}
	if !msg.ExpiresAt.IsZero() {
		row.ExpiresAt = &msg.ExpiresAt
	}
	if err := b.db.PutMail(ctx, row, mailboxSize); err != nil {
		return fmt.Errorf("keep mail: %w", err)
	}
	return nil
}

// HasLocalMailbox reports whether mail goes to the local mailbox, because no SMTP
// server is configured.
func (b *Backend) HasLocalMailbox() bool { return b.cfg.SMTP == nil }

// Mailbox lists the local mail, newest first. Only the socket may serve it. Code
// is "" once it no longer signs anybody in: it was used, replaced or tried too
// often, or it has expired.
func (b *Backend) Mailbox(ctx context.Context) ([]model.Mail, error) {
	rows, err := b.db.Mails(ctx, mailboxSize)
	if err != nil {
		return nil, storeError(err, "mailbox")
	}
	living := b.codeChecker(ctx)
	mails := make([]model.Mail, 0, len(rows))
	for _, row := range rows {
		plain, err := b.vault.Unseal("mails", "sealed", row.ID, row.Sealed)
		if err != nil {
			return nil, internal(err)
		}
		var text mailText
		if err := json.Unmarshal(plain, &text); err != nil {
			return nil, internal(err)
		}
		alive, err := living(row.To, text.Code)
		if err != nil {
			return nil, err
		}
		if !alive {
			text.Code = ""
		}
		mails = append(mails, model.Mail{ID: row.ID, At: model.At(row.At), To: row.To, Subject: row.Subject,
			Text: text.Text, Code: text.Code, ExpiresAt: model.AtOrNil(row.ExpiresAt)})
	}
	return mails, nil
}

// codeChecker returns a function that reports whether a code still signs its
// address in. It reads each address once.
func (b *Backend) codeChecker(ctx context.Context) func(email, code string) (bool, error) {
	known := map[string]*store.LoginCode{}
	return func(email, code string) (bool, error) {
		living, looked := known[email]
		if !looked {
			row, err := b.db.LoginCode(ctx, email, CodeTries, b.Now())
			if err = storeError(err, "code"); err == nil {
				living = &row
			} else if model.CodeOf(err) != model.CodeNotFound {
				return false, err
			}
			known[email] = living
		}
		if living == nil || code == "" {
			return false, nil
		}
		mac, err := b.codeMAC(email, code, living.Nonce)
		return err == nil && subtle.ConstantTimeCompare(mac, living.MAC) == 1, err
	}
}
