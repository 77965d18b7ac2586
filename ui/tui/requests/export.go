package requests

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"

	tea "charm.land/bubbletea/v2"

	"keydeck/model"
	"keydeck/server/client"
	"keydeck/ui/text"
	"keydeck/ui/tui/shell"
	"keydeck/ui/tui/widget"
)

// exporting writes what passes the present filter to a file, from the newest
// record to the oldest that the log still has.
type exportForm struct {
	shell.FormOverlay // busy while the file is written
	sh                *shell.Shell
	job               exportJob
	read, written     atomic.Int64 // records
	cancel            context.CancelFunc
	name              string // of the file, as typed
	call              shell.Call[string]
}

// exportJob is what is exported: the server's part of the filter, and the rest.
type exportJob struct {
	client *client.Client
	filter model.RequestFilter
	match  func(*model.RequestRecord) bool
}

const (
	fieldFormat = iota
	fieldFile
)

func (s *screen) export() tea.Cmd {
	names, own, q := map[string]string{}, s.own, s.filter.query
	for id, name := range s.names {
		names[id] = name
	}
	e := &exportForm{sh: s.sh, job: exportJob{s.sh.Client(), s.serverFilter(), func(r *model.RequestRecord) bool {
		return (own || !ownCall(r)) && q.Match(r, names[r.CredentialID])
	}}}
	e.FormOverlay = shell.NewFormOverlay(s.sh, "Export requests", 66, []*widget.Field{
		fieldFormat: {Label: "Format", Choices: []string{"JSON lines", "CSV"}, Note: "left and right choose"},
		fieldFile: {Label: "File", Input: widget.NewInput(defaultExportName(s.sh.Now()), "", 1000),
			Note: "In the directory that Keydeck was started in, or with a folder in front; ~ is yours. A file that is there is never written over."},
	}...)
	s.sh.Open(e)
	return nil
}

func (e *exportForm) Update(msg tea.Msg) tea.Cmd {
	if result, ok := msg.(shell.Result[string]); ok && e.call.Accept(result) {
		e.finished(result.Value, result.Err)
	}
	return e.FormOverlay.Update(msg)
}

func (e *exportForm) Commands() []shell.Command {
	if e.Busy {
		return []shell.Command{{ID: "export.stop", Title: "stop and remove the file", Short: "stop", Key: shell.Keys("esc"), Run: shell.Do(e.cancel)}}
	}
	return e.FormCommands("export", shell.Command{ID: "export.begin", Title: "write the file", Short: "write", Key: shell.Keys("enter"), Run: e.start})
}

func (e *exportForm) start() tea.Cmd {
	e.name, e.Fields[fieldFile].Err = e.Text(fieldFile), ""
	if e.name == "" {
		e.Fields[fieldFile].Err = "a name is needed"
		return nil
	}
	to := exportTarget{home: e.sh.Environ()["HOME"], name: e.name, defaultName: defaultExportName(e.sh.Now()), ext: ".jsonl"}
	asCSV := e.Fields[fieldFormat].Chosen == 1
	if asCSV {
		to.ext = ".csv"
	}
	e.Busy = true
	e.read.Store(0)
	e.written.Store(0)
	ctx, stop := context.WithCancel(e.sh.Context())
	e.cancel = stop
	work := e.sh.Work()
	work.Add(1) // the end of the dashboard waits for it, so that no half file stays
	return shell.Ask(e.sh, e, &e.call, func(context.Context) (string, error) {
		defer work.Done()
		defer stop()
		path, err := to.path()
		if err != nil {
			return "", err
		}
		return path, e.write(ctx, path, asCSV)
	})
}

// Close stops what is being written: the overlay goes without having been asked.
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
		e.sh.Notify(shell.Warning, "stopped; nothing was kept")
	case errors.As(err, &taken):
		field.Input.Set(filepath.Join(filepath.Dir(e.name), taken.free))
		field.Err = "there is a file of that name already; this one is free"
	case err != nil:
		field.Err = exportErrorText(err)
	default:
		e.sh.Close()
		e.sh.Notify(shell.Success, fmt.Sprintf("%s in %s; %s did not pass the filter", text.Plural(int(e.written.Load()), "record", "records"),
			text.Visible(path), text.Count(e.read.Load()-e.written.Load())))
	}
}

func (e *exportForm) View(r shell.Rect) string {
	if !e.Busy {
		return e.FormOverlay.View(r)
	}
	return e.sh.Theme().Text.Render("Writing "+widget.Clip(text.Visible(e.name), r.W-8)) + "\n\n" +
		e.sh.Theme().Muted.Render(fmt.Sprintf("%s written of %s read", text.Count(e.written.Load()), text.Count(e.read.Load())))
}

// write makes the file, mode 0600, under its name only once it is whole.
func (e *exportForm) write(ctx context.Context, path string, asCSV bool) error {
	return createFile(path, func(w io.Writer) error {
		put := jsonLines(w)
		if asCSV {
			put = csvRows(w)
		}
		return e.job.run(ctx, put, &e.read, &e.written)
	})
}

// run pages through the log. The filter is tested on a clean record, as it is on
// the screen; what is written is the record as the server has it.
func (j exportJob) run(ctx context.Context, put func(*model.RequestRecord) error, looked, wrote *atomic.Int64) error {
	f := j.filter
	f.Limit = model.MaxRequestsPerGet
	for {
		page, err := j.client.Requests(ctx, f)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err != nil {
			return err
		}
		for i := range page.Items {
			clean := page.Items[i]
			text.Clean(&clean)
			looked.Add(1)
			if !j.match(&clean) {
				continue
			}
			if err := put(&page.Items[i]); err != nil {
				return fmt.Errorf("write the file: %w", err)
			}
			wrote.Add(1)
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

// csvRows writes a head line and then rows, flushed one by one. Cells are made
// visible, and one that a spreadsheet would take for a formula gets a quote in
// front: paths and user agents were chosen by strangers.
func csvRows(w io.Writer) func(*model.RequestRecord) error {
	out := csv.NewWriter(w)
	row := func(cells ...string) error {
		for i, c := range cells {
			if c = text.Visible(c); c != "" && strings.ContainsRune("=+-@", rune(c[0])) {
				c = "'" + c
			}
			cells[i] = c
		}
		_ = out.Write(cells) // kept by the writer until Flush
		out.Flush()
		return out.Error()
	}
	headed := false
	return func(r *model.RequestRecord) error {
		if !headed {
			headed = true
			if err := row("id", "at", "method", "route", "path", "status", "duration_us", "bytes", "remote_ip", "user_agent", "request_id",
				"scheme", "credential_id", "credential_hint", "project_id", "user_id", "reason"); err != nil {
				return err
			}
		}
		return row(r.ID, r.At.String(), r.Method, r.Route, r.Path, strconv.Itoa(r.Status), strconv.FormatInt(r.DurationUS, 10), strconv.FormatInt(r.Bytes, 10),
			r.RemoteIP, r.UserAgent, r.RequestID, string(r.Scheme), r.CredentialID, r.CredentialHint, r.ProjectID, r.UserID, string(r.Reason))
	}
}
