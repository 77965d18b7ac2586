package client

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"

	"keydeck/model"
)

// Requests reads the request log, newest first.
func (c *Client) Requests(ctx context.Context, f model.RequestFilter) (model.RequestPage, error) {
	return get[model.RequestPage](ctx, c, call{path: "/auth/requests/", query: f.Query()})
}

// Stream is the live request log.
type Stream struct {
	body   io.ReadCloser
	events *bufio.Reader
	cancel context.CancelFunc
	lastID string
}

// Event is one event of the stream: a record, or, if Record is nil, how many
// records were skipped because this reader was too slow.
type Event struct {
	Record  *model.RequestRecord
	Skipped int64
}

// maxEvent limits one line of the stream, in bytes. A record is at most about 6
// KiB.
const maxEvent = 64 << 10

// StreamRequests follows the log from the record after the given id, or from
// now on if it is "". The stream ends with ctx, with Close, or when the
// connection is lost; call it again with LastID and no record is missed.
func (c *Client) StreamRequests(ctx context.Context, f model.RequestFilter, after string) (*Stream, error) {
	session, err := c.freshSession(ctx)
	if err != nil {
		return nil, err
	}
	f.Before, f.Limit = "", 0
	header := map[string]string{"Accept": "text/event-stream"}
	if after != "" {
		header["Last-Event-ID"] = after
	}
	ctx, cancel := context.WithCancel(ctx)
	res, err := c.send(ctx, call{method: http.MethodGet, path: "/auth/requests/stream", query: f.Query(), header: header}, session.AccessToken)
	if err != nil {
		cancel()
		return nil, err
	}
	if res.StatusCode != http.StatusOK {
		defer cancel()
		defer drain(res)
		return nil, readError(res)
	}
	return &Stream{body: res.Body, events: bufio.NewReaderSize(res.Body, maxEvent), cancel: cancel, lastID: after}, nil
}

// LastID is the id to resume from.
func (s *Stream) LastID() string { return s.lastID }

// Next waits for the next event. It returns io.EOF when the server ends the
// stream.
func (s *Stream) Next() (Event, error) {
	for {
		kind, data, err := s.message()
		if err != nil {
			return Event{}, err
		}
		if ev, ok, err := decodeEvent(kind, data); err != nil || ok {
			return ev, err
		}
	}
}

// message reads the next server-sent event that has data (HTML, section 9.2.6).
func (s *Stream) message() (kind, data string, err error) {
	var id string
	for {
		raw, err := s.events.ReadSlice('\n')
		if errors.Is(err, bufio.ErrBufferFull) {
			return "", "", fmt.Errorf("read stream: a line is longer than %d bytes", maxEvent)
		}
		if err != nil {
			return "", "", err
		}
		line := strings.TrimRight(string(raw), "\r\n")
		field, value, _ := strings.Cut(line, ":")
		value = strings.TrimPrefix(value, " ")
		switch {
		case field == "event":
			kind = value
		case field == "id":
			id = value
		case field == "data":
			if data += value; len(data) > maxEvent {
				return "", "", fmt.Errorf("read stream: an event is longer than %d bytes", maxEvent)
			}
		case line == "" && data != "":
			if id != "" {
				s.lastID = id
			}
			return kind, data, nil
		}
	}
}

// decodeEvent returns ok = false for kinds of events that this client does not
// know.
func decodeEvent(kind, data string) (ev Event, ok bool, err error) {
	switch kind {
	case "request":
		ev.Record = new(model.RequestRecord)
		err = json.Unmarshal([]byte(data), ev.Record)
	case "skipped":
		var skipped struct {
			Skipped int64 `json:"skipped"`
		}
		err = json.Unmarshal([]byte(data), &skipped)
		ev.Skipped = skipped.Skipped
	default:
		return Event{}, false, nil
	}
	if err != nil {
		return Event{}, false, fmt.Errorf("read stream: %w", err)
	}
	return ev, true, nil
}

// Close ends the stream.
func (s *Stream) Close() error {
	s.cancel()
	return s.body.Close()
}
