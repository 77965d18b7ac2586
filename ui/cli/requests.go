package cli

import (
	"context"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"keydeck/model"
	"keydeck/ui/text"
)

// tail is the requests command with its flags.
type tail struct {
	filter                        model.RequestFilter
	project, status, since, until string
	follow                        bool
}

func (a *App) requestsCommand() *cobra.Command {
	var t tail
	cmd := &cobra.Command{Use: "requests", Short: "Read the request log, or follow it", Args: noArgs(),
		Long: "Print the newest requests, oldest first, as a log reads. With --follow, go on with those that come until ctrl+c.\n" +
			"--json prints JSON lines, one request a line, with --follow and without, as the dashboard exports them; other lists are one object with items.",
		Example: "keydeck requests --status 4xx --limit 20\nkeydeck requests --follow --path /v1/ --json",
		RunE:    a.withServer(func(ctx context.Context, s *server, _ []string) error { return t.run(ctx, a, s) })}
	flags := cmd.Flags()
	flags.BoolVarP(&t.follow, "follow", "f", false, "go on with the requests that come")
	a.addJSONFlag(cmd, "", "JSON lines: one object a line, times in UTC")
	flags.IntVarP(&t.filter.Limit, "limit", "n", 50, "how many at the start")
	flags.StringVar(&t.status, "status", "", "only this status, or a class such as 4xx")
	flags.StringVar(&t.filter.Method, "method", "", "only this method")
	flags.StringVar(&t.filter.Path, "path", "", "only paths that begin so")
	flags.StringVar(&t.filter.Q, "search", "", "only where path, user agent, address, hint or reason contain this")
	flags.StringVar(&t.filter.CredentialID, "key", "", "only the credential of this id")
	flags.StringVar(&t.project, "project", "", "only this project, by id, account id or name")
	a.completeProject(cmd)
	flags.StringVar(&t.since, "since", "", "only from this long ago on, such as 15m or 2d")
	flags.StringVar(&t.until, "until", "", "only up to this long ago")
	flags.Float64Var(&t.filter.MinMillis, "min-ms", 0, "only those that took this many milliseconds or more")
	return a.addUTCFlag(addServerFlag(cmd))
}

func (t *tail) run(ctx context.Context, a *App, s *server) error {
	if err := t.prepare(ctx, a, s); err != nil {
		return err
	}
	last, err := t.page(ctx, a, s)
	if err != nil || !t.follow {
		return err
	}
	for {
		if err := t.followFrom(ctx, a, s, &last); err != nil && ctx.Err() == nil {
			return err
		}
		select {
		case <-ctx.Done():
			return nil // ctrl+c is the normal end of a tail
		case <-time.After(reconnectDelay):
		}
	}
}

// prepare checks the flags and completes the filter.
func (t *tail) prepare(ctx context.Context, a *App, s *server) error {
	f := &t.filter
	if err := parseStatus(t.status, f); err != nil {
		return err
	}
	if f.Limit < 1 || f.Limit > model.MaxRequestsPerGet {
		return usagef("--limit: %d: want 1 to %d", f.Limit, model.MaxRequestsPerGet)
	}
	if t.follow && t.until != "" {
		return usagef("--follow and --until: one of the two; what is followed has no end")
	}
	if err := a.parseAgo("--since", t.since, &f.Since); err != nil {
		return err
	}
	if err := a.parseAgo("--until", t.until, &f.Until); err != nil {
		return err
	}
	if t.project != "" {
		p, err := findProject(ctx, s, t.project)
		if err != nil {
			return err
		}
		f.ProjectID = p.ID
	}
	return nil
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
	d, err := text.ParseDuration(v, 0, 3650*day)
	if err != nil {
		return usagef("%s: %q: %w", flag, v, err)
	}
	*at = model.Ptr(a.Now().Add(-d))
	return nil
}

// reconnectDelay is how long to wait before resuming a broken stream.
const reconnectDelay = time.Second

// page prints the newest page, oldest first. last is where to follow on.
func (t *tail) page(ctx context.Context, a *App, s *server) (last string, err error) {
	// Asked before the page, so that no request is lost between page and stream.
	if last, err = newestID(ctx, s, t.filter.ProjectID); err != nil {
		return "", err
	}
	items, err := search(ctx, s.Requests, t.filter)
	if err != nil {
		return "", err
	}
	if !a.json && (len(items) > 0 || t.follow) {
		if err := a.printf(requestRow, "TIME", "METHOD", "STATUS", "TOOK", "FROM", "CREDENTIAL", "PATH"); err != nil {
			return "", err
		}
	}
	for i := len(items) - 1; i >= 0; i-- {
		if err := a.printRequest(&items[i]); err != nil {
			return "", err
		}
		last = max(last, items[i].ID)
	}
	if len(items) == 0 && !t.follow {
		a.notef("no requests")
	}
	return last, nil
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

// followFrom prints what comes after last, until the stream breaks. Its errors are
// those of printing, and of a stream that can't be opened.
func (t *tail) followFrom(ctx context.Context, a *App, s *server, last *string) error {
	stream, err := s.StreamRequests(ctx, t.filter, *last)
	if err != nil {
		return err
	}
	defer func() { _ = stream.Close() }()
	for {
		event, err := stream.Next()
		*last = stream.LastID()
		switch {
		case err != nil:
			return nil
		case event.Record == nil:
			a.notef("%d requests came too fast and were left out", event.Skipped)
		default:
			if err := a.printRequest(event.Record); err != nil {
				return err
			}
		}
	}
}

// requestRow has fixed columns, because a tail can't know what is to come.
const requestRow = "%-25s  %-7s  %6s  %8s  %-15s  %-17s  %s\n"

func (a *App) printRequest(r *model.RequestRecord) error {
	if a.json {
		return a.printJSONLine(r)
	}
	path := r.Path
	if r.Reason != "" {
		path += "  (" + string(r.Reason) + ")"
	}
	return a.printf(requestRow, a.stamp(r.At.Time), r.Method, strconv.Itoa(r.Status),
		text.Took(r.DurationUS), r.RemoteIP, orDash(r.CredentialHint), path)
}
