package client

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"path"
	"strings"
	"time"

	"keydeck/model"
)

// Replayed is the answer to a replayed request.
type Replayed struct {
	Status int
	Header http.Header
	Body   []byte // at most maxReplay bytes; for an answer without an end, what arrived in time
	Took   time.Duration
}

const maxReplay = 64 << 10

// ReplayRequest is a request to replay as somebody else would send it: with exactly the
// headers in Header, and with the kept login only if AsLogin is set.
type ReplayRequest struct {
	Method, Path string
	Header       http.Header
	Body         []byte // JSON; nil for none
	AsLogin      bool
}

// Replay sends a request and returns the answer, whatever its status. Paths
// under /local/ are rejected: over the socket they act as the server's owner,
// and anybody can put such a path into the log.
func (c *Client) Replay(ctx context.Context, in ReplayRequest) (Replayed, error) {
	if strings.HasPrefix(path.Clean("/"+strings.ToLower(in.Path))+"/", "/local/") {
		return Replayed{}, &model.Error{Code: model.CodeInvalid, Message: "what is under /local/ is the owner's, and is not sent again"}
	}
	req, err := http.NewRequestWithContext(ctx, in.Method, c.base, bytes.NewReader(in.Body))
	if err != nil {
		return Replayed{}, fmt.Errorf("make request: %w", err)
	}
	req.URL.Path, req.URL.RawPath = in.Path, ""
	for name, values := range in.Header {
		req.Header[name] = values
	}
	if in.Body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	if in.AsLogin {
		session, err := c.freshSession(ctx)
		if err != nil {
			return Replayed{}, err
		}
		req.Header.Set("Authorization", "Bearer "+session.AccessToken)
	}
	req.Header.Set("User-Agent", c.agent+model.ReplayMark)
	began := time.Now()
	res, err := c.http.Do(req)
	if err != nil {
		return Replayed{}, errors.Join(c.unreachable(err), ctx.Err())
	}
	defer func() { _ = res.Body.Close() }()
	body, err := io.ReadAll(io.LimitReader(res.Body, maxReplay))
	took := time.Since(began)
	switch {
	case err == nil:
		_, _ = io.CopyN(io.Discard, res.Body, 4<<10) // so that the connection can be used again
	case !errors.Is(err, context.DeadlineExceeded):
		return Replayed{}, fmt.Errorf("read answer: %w", err)
	}
	return Replayed{Status: res.StatusCode, Header: res.Header, Body: body, Took: took}, nil
}
