package requests

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"

	tea "charm.land/bubbletea/v2"

	"keydeck/model"
	"keydeck/ui/text"
	"keydeck/ui/tui/shell"
	"keydeck/ui/tui/widget"
)

// exportForm writes the records that pass the present filter to a file, from the
// newest to the oldest in the log. It is busy while it writes.
type exportForm struct {
	shell.FormOverlay
	sh            *shell.Shell
	filter        model.RequestFilter // the server's part
	match         func(*model.RequestRecord) bool
	read, written atomic.Int64 // records
	cancel        context.CancelFunc
	name          string // of the file, as typed
	call          shell.Call
}

const (
	fieldFormat = iota
	fieldFile
)

func (s *screen) export() {
	names, own, q := maps.Clone(s.names), s.own, s.filter.query
	e := &exportForm{sh: s.sh, filter: s.serverFilter(), match: func(r *model.RequestRecord) bool {
		return (own || !ownCall(r)) && q.Match(r, names[r.CredentialID])
	}}
	e.FormOverlay = shell.NewFormOverlay(s.sh, "Export requests", 66, []*widget.Field{
		fieldFormat: {Label: "Format", Choices: []string{"JSON lines", "CSV"}, Note: "left and right choose"},
		fieldFile: {Label: "File", Input: widget.NewInput(defaultExportName(s.sh.Now()), "", 1000),
			Note: "Relative to the directory that Keydeck was started in; ~ is your home. An existing file is never overwritten."},
	}...)
	s.sh.Open(e)
}

func (e *exportForm) Commands() []shell.Command {
	if e.Busy {
		return []shell.Command{{ID: "export.stop", Title: "stop and delete the file", Short: "stop", Key: shell.Keys("esc"), Run: shell.Do(e.cancel)}}
	}
	return e.FormCommands("export", shell.Command{ID: "export.begin", Title: "export", Short: "export", Key: shell.Keys("enter"), Run: e.start})
}

func (e *exportForm) start() tea.Cmd {
	e.name, e.Fields[fieldFile].Err = e.Text(fieldFile), ""
	if e.name == "" {
		e.Fields[fieldFile].Err = "enter a name"
		return nil
	}
	home, now, ext := e.sh.Environ()["HOME"], e.sh.Now(), ".jsonl"
	asCSV := e.Fields[fieldFormat].Chosen == 1
	if asCSV {
		ext = ".csv"
	}
	e.Busy = true
	e.read.Store(0)
	e.written.Store(0)
	ctx, stop := context.WithCancel(e.sh.Context())
	e.cancel = stop
	work := e.sh.Work()
	work.Add(1) // the dashboard waits for it before it ends, so that no partial file stays
	return shell.Ask(e.sh, e, &e.call, func(context.Context) (string, error) {
		defer work.Done()
		defer stop()
		path, err := exportPath(home, e.name, defaultExportName(now), ext)
		if err != nil {
			return "", err
		}
		return wherePath(path, home), createFile(path, func(w io.Writer) error {
			if asCSV {
				return e.copyLog(ctx, csvRows(w))
			}
			return e.copyLog(ctx, jsonLines(w))
		})
	}, shell.Quiet(e.finished))
}

// Close stops the export when the overlay is closed for another reason.
func (e *exportForm) Close() {
	if e.Busy {
		e.cancel()
	}
}

func (e *exportForm) finished(path string, err error) {
	e.Busy = false
	field := e.Fields[fieldFile]
	var taken *existsError
	switch {
	case errors.Is(err, context.Canceled):
		e.sh.Close()
		e.sh.Notify(shell.Warning, "stopped; no file was written")
	case errors.As(err, &taken):
		field.Input.Set(filepath.Join(filepath.Dir(e.name), taken.free))
		field.Err = "that file exists already; this name is free"
	case err != nil:
		field.Err = exportErrorText(err)
	default:
		e.sh.Close()
		e.sh.Notify(shell.Success, e.summary(path))
	}
}

// summary says what is where now.
func (e *exportForm) summary(where string) string {
	written, read := e.written.Load(), e.read.Load()
	out := "exported " + text.Plural(int(written), "request", "requests") + " to " + text.Visible(where)
	if left := read - written; left > 0 {
		out += "; " + text.Count(left) + " did not match the filter"
	}
	return out
}

func (e *exportForm) View(r shell.Rect) string {
	if !e.Busy {
		return e.FormOverlay.View(r)
	}
	return e.sh.Theme().Text.Render("Writing "+widget.Clip(text.Visible(e.name), r.W-8)) + "\n\n" +
		e.sh.Theme().Muted.Render(fmt.Sprintf("%s written, %s read", text.Count(e.written.Load()), text.Count(e.read.Load())))
}

// copyLog pages through the log. The filter is tested on a clean record, as on the
// screen; the file gets the record as the server has it.
func (e *exportForm) copyLog(ctx context.Context, put func(*model.RequestRecord) error) error {
	f := e.filter
	f.Limit = model.MaxRequestsPerGet
	for {
		page, err := e.sh.Client().Requests(ctx, f)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err != nil {
			return err
		}
		for i := range page.Items {
			clean := page.Items[i]
			text.Clean(&clean)
			e.read.Add(1)
			if !e.match(&clean) {
				continue
			}
			if err := put(&page.Items[i]); err != nil {
				return fmt.Errorf("write the file: %w", err)
			}
			e.written.Add(1)
		}
		if page.NextBefore == nil {
			return nil
		}
		f.Before = *page.NextBefore
	}
}

func jsonLines(w io.Writer) func(*model.RequestRecord) error {
	enc := json.NewEncoder(w)
	return func(r *model.RequestRecord) error { return enc.Encode(r) }
}

// csvRows writes a header and rows, flushed one by one. Paths and user agents are
// up to strangers, so cells are made visible, and one that a spreadsheet would
// take for a formula starts with a quote.
func csvRows(w io.Writer) func(*model.RequestRecord) error {
	out := csv.NewWriter(w)
	_ = out.Write([]string{"id", "at", "method", "route", "path", "status", "duration_us", "bytes", "remote_ip", "user_agent", "request_id",
		"scheme", "credential_id", "credential_hint", "project_id", "user_id", "reason"}) // the writer keeps errors until Flush
	return func(r *model.RequestRecord) error {
		row := []string{r.ID, r.At.String(), r.Method, r.Route, r.Path, strconv.Itoa(r.Status), strconv.FormatInt(r.DurationUS, 10), strconv.FormatInt(r.Bytes, 10),
			r.RemoteIP, r.UserAgent, r.RequestID, string(r.Scheme), r.CredentialID, r.CredentialHint, r.ProjectID, r.UserID, string(r.Reason)}
		for i, c := range row {
			if c = text.Visible(c); c != "" && strings.ContainsRune("=+-@", rune(c[0])) {
				c = "'" + c
			}
			row[i] = c
		}
		_ = out.Write(row)
		out.Flush()
		return out.Error()
	}
}
