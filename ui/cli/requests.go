package cli

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"keydeck/model"
	"keydeck/server/client"
	"keydeck/ui/text"
)

func (a *App) requestsCommand() *cobra.Command {
	var project, status string
	var follow, asJSON bool
	var since, until string
	f := model.RequestFilter{}
	cmd := &cobra.Command{Use: "requests", Short: "Read the request log, or follow it", Args: noArgs(),
		Long: "Print the newest requests, oldest first, as a log reads. With --follow, go on with those that come until ctrl+c.\n" +
			"--json prints JSON lines, one request a line, with --follow and without, as the dashboard exports them; other lists are one object with items.",
		Example: "keydeck requests --status 4xx --limit 20\nkeydeck requests --follow --path /v1/ --json",
		RunE: a.withServer(func(ctx context.Context, s *server, _ []string) error {
			if err := parseStatus(status, &f); err != nil {
				return err
			}
			if f.Limit < 1 || f.Limit > model.MaxRequestsPerGet {
				return usagef("--limit: %d: want 1 to %d", f.Limit, model.MaxRequestsPerGet)
			}
			if follow && until != "" {
				return usagef("--follow and --until: one of the two; what is followed has no end")
			}
			if err := a.parseAgo("--since", since, &f.Since); err != nil {
				return err
			}
			if err := a.parseAgo("--until", until, &f.Until); err != nil {
				return err
			}
			if project != "" {
				p, err := findProject(ctx, s, project)
				if err != nil {
					return err
				}
				f.ProjectID = p.ID
			}
			return a.tail(ctx, s, f, follow, asJSON)
		})}
	flags := cmd.Flags()
	flags.BoolVarP(&follow, "follow", "f", false, "go on with the requests that come")
	flags.BoolVar(&asJSON, "json", false, "JSON lines: one object a line, times in UTC")
	flags.IntVarP(&f.Limit, "limit", "n", 50, "how many at the start")
	flags.StringVar(&status, "status", "", "only this status, or a class such as 4xx")
	flags.StringVar(&f.Method, "method", "", "only this method")
	flags.StringVar(&f.Path, "path", "", "only paths that begin so")
	flags.StringVar(&f.Q, "search", "", "only where path, user agent, address, hint or reason contain this")
	flags.StringVar(&f.CredentialID, "key", "", "only the credential of this id")
	flags.StringVar(&project, "project", "", "only this project, by id, account id or name")
	a.completeProject(cmd)
	flags.StringVar(&since, "since", "", "only from this long ago on, such as 15m or 2d")
	flags.StringVar(&until, "until", "", "only up to this long ago")
	flags.Float64Var(&f.MinMillis, "min-ms", 0, "only those that took this many milliseconds or more")
	return a.addUTCFlag(addServerFlag(cmd))
}

// parseStatus reads 404 or 4xx into f.
func parseStatus(v string, f *model.RequestFilter) error {
	if v == "" {
		return nil
	}
	class, isClass := strings.CutSuffix(strings.ToLower(v), "xx")
	n, err := strconv.Atoi(class)
	switch {
	case err == nil && isClass && n >= 1 && n <= 5:
		f.StatusClass = n
	case err == nil && !isClass && n >= 100 && n <= 599:
		f.Status = n
	default:
		return usagef("--status: %q: want a status such as 404, or a class such as 4xx", v)
	}
	return nil
}

// parseAgo reads how long ago a time is; "" sets nothing.
func (a *App) parseAgo(flag, v string, at **model.Time) error {
	if v == "" {
		return nil
	}
	d, err := parseSpan(v, 0, 3650*day)
	if err != nil {
		return usagef("%s: %q: %w", flag, v, err)
	}
	*at = model.Ptr(a.Now().Add(-d))
	return nil
}

// reconnectDelay is how long to wait before resuming a broken stream.
const reconnectDelay = time.Second

// tail prints the newest page, oldest first, and then new requests as they
// come.
func (a *App) tail(ctx context.Context, s *server, f model.RequestFilter, follow, asJSON bool) error {
	last, err := newestID(ctx, s, f.ProjectID) // before the page, so that no request is lost between page and stream
	if err != nil {
		return err
	}
	items, err := search(ctx, s.Requests, f)
	if err != nil {
		return err
	}
	if !asJSON && (len(items) > 0 || follow) {
		if err := a.printf(requestRow, "TIME", "METHOD", "STATUS", "TOOK", "FROM", "CREDENTIAL", "PATH"); err != nil {
			return err
		}
	}
	for i := len(items) - 1; i >= 0; i-- {
		if err := a.printRequest(&items[i], asJSON); err != nil {
			return err
		}
		last = max(last, items[i].ID)
	}
	if !follow {
		if len(items) == 0 {
			a.notef("no requests")
		}
		return nil
	}
	for {
		if err := a.followFrom(ctx, s, f, &last, asJSON); err != nil && ctx.Err() == nil {
			return err
		}
		select {
		case <-ctx.Done():
			return nil // ctrl+c is the normal end of a tail
		case <-time.After(reconnectDelay):
		}
	}
}

// search reads the log until it has as many records as f asks for. The server
// stops a search that finds few, and says where to go on.
func search(ctx context.Context, read func(context.Context, model.RequestFilter) (model.RequestPage, error), f model.RequestFilter) ([]model.RequestRecord, error) {
	if f.Limit <= 0 {
		f.Limit = model.DefaultRequestLimit
	}
	var items []model.RequestRecord
	for {
		page, err := read(ctx, f)
		if err != nil {
			return nil, err
		}
		items = append(items, page.Items...)
		f.Limit -= len(page.Items)
		if page.Searched == 0 || page.NextBefore == nil || f.Limit <= 0 {
			return items, nil
		}
		f.Before = *page.NextBefore
	}
}

// zeroID sorts before the id of every record: ids are UUIDv7.
const zeroID = "00000000-0000-7000-8000-000000000000"

// newestID is the id of a project's newest record ("" for all projects),
// whatever else the filter says.
func newestID(ctx context.Context, s *server, project string) (string, error) {
	page, err := s.Requests(ctx, model.RequestFilter{ProjectID: project, Limit: 1})
	if err != nil || len(page.Items) == 0 {
		return zeroID, err
	}
	return page.Items[0].ID, nil
}

// outputError tells a broken standard output, which ends the tail, from a
// broken stream, which is resumed.
type outputError struct{ error }

// followFrom prints what comes after last, until the stream breaks.
func (a *App) followFrom(ctx context.Context, s *server, f model.RequestFilter, last *string, asJSON bool) error {
	stream, err := s.StreamRequests(ctx, f, *last)
	if err != nil {
		return err
	}
	defer func() { _ = stream.Close() }()
	err = a.printStream(stream, asJSON)
	*last = stream.LastID()
	var out outputError
	if errors.As(err, &out) {
		return out.error
	}
	return nil
}

func (a *App) printStream(stream *client.Stream, asJSON bool) error {
	for {
		event, err := stream.Next()
		if err != nil {
			return err
		}
		if event.Record == nil {
			a.notef("%d requests came too fast and were left out", event.Skipped)
			continue
		}
		if err := a.printRequest(event.Record, asJSON); err != nil {
			return outputError{err}
		}
	}
}

// requestRow has fixed columns, because a tail can't know what is to come.
const requestRow = "%-25s  %-7s  %6s  %8s  %-15s  %-17s  %s\n"

func (a *App) printRequest(r *model.RequestRecord, asJSON bool) error {
	if asJSON {
		return a.printJSONLine(r)
	}
	path := text.Visible(r.Path)
	if r.Reason != "" {
		path += "  (" + text.Visible(string(r.Reason)) + ")"
	}
	return a.printf(requestRow, a.stamp(r.At.Time), text.Visible(r.Method), strconv.Itoa(r.Status),
		fmt.Sprintf("%.1fms", float64(r.DurationUS)/1000), text.Visible(r.RemoteIP), text.Visible(orDash(r.CredentialHint)), path)
}
