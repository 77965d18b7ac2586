package tui

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"keydeck/model"
	"keydeck/server/client"
	"keydeck/ui/tui/theme"
)

func TestFilterLanguage(t *testing.T) {
	run(t, rigOptions{signedIn: true, furnish: oneProject}, func(r *rig) {
		r.keys("3")
		r.wait(time.Second)
		r.keys("f", "stat", "tab")
		r.sees("filter status:")
		r.keys("4xy")
		r.sees("× at 1: status: 4xy is no status")
		r.keys("enter") // refused: the line stays
		r.sees("filter status:4xy")
		r.keys("backspace", "backspace", "xx -path:/auth", "enter")
		r.wait(time.Second)
		r.sees("status:4xx -path:/auth", "401", "404")
		r.lacks("403", " 500 ", " 200 ")
		s := r.root.Page().(*requestsScreen)
		if f := s.asked(); f.StatusClass != 4 || f.Path != "" {
			t.Errorf("the server is asked for %+v, want the class only", f)
		}
		r.keys("f", "ctrl+u", "key:ci", "esc") // leaves it as it was
		r.sees("status:4xx -path:/auth")
		r.keys("esc")
		r.wait(time.Second)
		r.sees(" 500 ", " 200 ")
		r.keys("f", "up")
		r.sees("filter status:4xx -path:/auth")
		r.keys("down")
		r.lacks("filter status:4xx -path")
		r.keys("key:ci", "enter")
		r.wait(time.Second)
		r.sees("DELETE")
		r.lacks("no kid")
	})
}

// TestFilterPagesBackWithinBounds: a filter that only this side can test must
// not read a log to its end unasked, and loses and repeats nothing when told to
// go on.
func TestFilterPagesBackWithinBounds(t *testing.T) {
	run(t, rigOptions{signedIn: true, furnish: func(f *fake) { busyLog(f, 12_000) }}, func(r *rig) {
		r.keys("3")
		r.wait(time.Second)
		r.keys("f", "id:"+uuid(1000), "enter")
		r.wait(2 * time.Second)
		r.sees("Nothing passes the filter yet", "searching further back: m", "5,300 records.")
		r.keys("m")
		r.wait(2 * time.Second)
		r.sees("searching further back: m")
		r.keys("m")
		r.wait(2 * time.Second)
		r.sees("/v1/item/0", "1 of 12,000 loaded pass")
		s := r.root.Page().(*requestsScreen)
		if n := len(s.records.all); n != 12_000 {
			t.Errorf("%d records are here, want every one once", n)
		}
	})
}

// TestMatchSaysWhereItIs: what the search has found may stand in no column.
func TestMatchSaysWhereItIs(t *testing.T) {
	run(t, rigOptions{signedIn: true, w: 140, h: 40, furnish: oneProject}, func(r *rig) {
		r.keys("3")
		r.wait(time.Second)
		r.keys("/", "curl/8", "enter")
		r.sees("match 1 of 6, in the user agent")
		r.keys("esc", "/", "token", "enter")
		r.sees("match 1 of 2")
		r.lacks("in the")
	})
}

// TestFilterLine is the line of the issue, typed as it stands there: each of its
// terms turns a record away, and what passes all of them is shown.
func TestFilterLine(t *testing.T) {
	const line = "status:4xx method:POST path:/v1 key:sk_GDje ip:127.0.0.1 >100ms text"
	run(t, rigOptions{signedIn: true, w: 140, h: 40, furnish: func(f *fake) {
		oneProject(f)
		f.log = nil
		for i := range 9 {
			r := record(i, f.now().Add(time.Duration(i-20)*time.Second), "POST", fmt.Sprint("/v1/", i), 401, 21, model.ReasonExpired)
			r.CredentialHint, r.RemoteIP, r.DurationUS, r.UserAgent = "sk_GDje…nJfJ8", "127.0.0.1", 100_001, "context/1"
			f.log = append(f.log, r)
		}
		for i, wrong := range []func(*model.RequestRecord){
			func(r *model.RequestRecord) { r.Status = 500 },
			func(r *model.RequestRecord) { r.Method = "PUT" },
			func(r *model.RequestRecord) { r.Path = "/v2/1" },
			func(r *model.RequestRecord) { r.CredentialHint = "sk_9Qtz…b21Xc" },
			func(r *model.RequestRecord) { r.RemoteIP = "128.0.0.1" },
			func(r *model.RequestRecord) { r.DurationUS = 100_000 },
			func(r *model.RequestRecord) { r.UserAgent = "curl" },
		} {
			wrong(&f.log[i])
		}
	}}, func(r *rig) {
		r.keys("3")
		r.wait(time.Second)
		r.sees("all 9 loaded")
		r.keys("f", line, "enter")
		r.wait(time.Second)
		r.sees("status:4xx method:POST path:/v1", "/v1/7", "/v1/8")
		s := r.root.Page().(*requestsScreen)
		if s.records.len() != 2 {
			t.Errorf("%d records pass, want 2", s.records.len())
		}
		if f := s.asked(); f.StatusClass != 4 || f.Method != http.MethodPost || f.Path != "/v1" || f.MinMillis != 100 || f.Q != "127.0.0.1" && f.Q != "text" {
			t.Errorf("the server is asked for %+v", f)
		}
		live := s.records.all[len(s.records.all)-1]
		live.ID, live.Path = uuid(5000), "/v1/live"
		r.fake.live <- live
		r.wait(time.Second)
		r.sees("/v1/live")
	})
}

// TestMarkIsSeenOnTheSelectedRow in every theme, by more than its colour.
func TestMarkIsSeenOnTheSelectedRow(t *testing.T) {
	run(t, rigOptions{signedIn: true, furnish: oneProject}, func(r *rig) {
		r.keys("3")
		r.wait(time.Second)
		r.keys("/", "token", "enter")
		for _, th := range allThemes {
			r.root.th = th.styles
			for y, row := range cells(r.root.View().Content, r.root.size) {
				line := ""
				for x := range row {
					line += row[x].text
				}
				at := strings.Index(line, "token")
				if !strings.Contains(line, "▌") || at < 0 || y < 4 {
					continue
				}
				x := len([]rune(line[:at]))
				if a, b := row[x], row[x-1]; a.reverse == b.reverse {
					t.Errorf("%s: %+v looks like %+v", th.name, a, b)
				}
			}
		}
	})
}

// TestSkippedAreSaid: a feed that nobody fetches from for a moment has room for so
// many, and what is left out is counted on the screen, and explained once.
func TestSkippedAreSaid(t *testing.T) {
	run(t, rigOptions{signedIn: true, w: 140, h: 40, furnish: oneProject}, func(r *rig) {
		r.keys("3")
		r.wait(time.Second)
		for i := range maxQueue + 1284 {
			r.fake.live <- record(2000+i, r.fake.now(), "GET", "/", 200, 22, "")
		}
		r.wait(time.Second)
		r.sees("1,284 skipped", "requests come faster than they can be shown")
		r.keys("up")
		skips(16)(r)
		r.sees("1,300 skipped")
		r.lacks("requests come faster")
	})
}

func TestSearchGoesUpAndDownAndMarks(t *testing.T) {
	run(t, rigOptions{signedIn: true, furnish: func(f *fake) { busyLog(f, 100) }}, func(r *rig) {
		r.keys("3")
		r.wait(time.Second)
		r.keys("/", "item/5", "enter")
		r.sees("▌", "/v1/item/59", "/item/5")
		at := func(want string) {
			t.Helper()
			if got := r.root.Page().(*requestsScreen).selected().Path; got != want {
				t.Errorf("the cursor is on %s, want %s", got, want)
			}
		}
		at("/v1/item/59")
		r.sees("match 1 of 11")
		r.keys("n")
		at("/v1/item/58")
		r.sees("match 2 of 11")
		r.keys("up")
		r.lacks("match")
		r.keys("down", "N")
		at("/v1/item/59")
		r.keys("N")
		r.sees("no newer row of the 100 here has that")
		if !strings.Contains(r.root.View().Content, "\x1b[1;7mitem/5") {
			t.Errorf("the match is not set off: %q", r.root.View().Content)
		}
		r.keys("esc")
		r.lacks("/item/5 ")
	})
}

func TestColumnsTimeAndPanes(t *testing.T) {
	run(t, rigOptions{signedIn: true, furnish: oneProject, w: 110, h: 24}, func(r *rig) {
		r.keys("3")
		r.wait(time.Second)
		r.lacks("FROM", "10.0.0.7")
		r.keys("C", "down", "down", "down", "space", "esc")
		r.sees("FROM", "10.0.0.7", "TOOK")
		r.keys("t")
		r.sees("AGO", " 12 s ", "▌5 s ")
		r.keys("t")
		r.sees("UTC")
		r.keys("enter")
		before := r.root.Page().(*requestsScreen).rows()
		r.keys("[", "[")
		r.sees("project", "size")
		if after := r.root.Page().(*requestsScreen).rows(); after != before-2 {
			t.Errorf("%d rows after making the details larger twice, want %d", after, before-2)
		}
		r.keys("]")
		checkFrame(t, r.root.View().Content, Rect{110, 24})
	})
}

func TestWhySaysWhen(t *testing.T) {
	run(t, rigOptions{signedIn: true, furnish: func(f *fake) {
		oneProject(f)
		f.log[5].Status, f.log[5].Reason, f.log[5].CredentialID = 401, model.ReasonRevoked, uuid(24)
	}}, func(r *rig) {
		r.keys("3")
		r.wait(time.Second)
		r.keys("enter")
		r.sees("the API key was revoked 112 d ago")
		r.keys("home", "down")
		r.sees("the API key expired 1 h ago")
	})
}

func TestExport(t *testing.T) {
	t.Chdir(t.TempDir())
	if err := os.WriteFile("taken.csv", []byte("mine"), 0o644); err != nil {
		t.Fatal(err)
	}
	run(t, rigOptions{signedIn: true, furnish: func(f *fake) {
		busyLog(f, 2500)
		f.log[0].UserAgent = "=1+1\x1b"
	}}, func(r *rig) {
		r.keys("3")
		r.wait(time.Second)
		r.keys("f", "-status:200", "enter")
		r.wait(time.Second)
		r.keys("E", "tab", "ctrl+u", "enter")
		r.sees("a name is needed")
		r.keys("ctrl+u", "refused", "enter")
		r.sees("250 records in refused.jsonl; 2,250 did not pass the filter")
		r.keys("E", "right", "tab", "ctrl+u", "taken", "enter")
		r.sees("there is a file of that name already", "taken-2.csv")
		r.keys("enter")
		r.sees("250 records in taken-2.csv")
	})
	raw, err := os.ReadFile("refused.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for line := range strings.Lines(string(raw)) {
		var rec model.RequestRecord
		if err := json.Unmarshal([]byte(line), &rec); err != nil || rec.Status != 401 || seen[rec.ID] {
			t.Fatalf("line %q: %v", line, err)
		}
		seen[rec.ID] = true
	}
	if len(seen) != 250 {
		t.Errorf("%d records, want 250", len(seen))
	}
	f, err := os.Open("taken-2.csv")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil || len(rows) != 251 || rows[0][0] != "id" || rows[250][9] != `'=1+1\x1b` {
		t.Errorf("%d rows, the last agent is %q: %v", len(rows), rows[len(rows)-1][9], err)
	}
	for name, mode := range map[string]os.FileMode{"refused.jsonl": 0o600, "taken-2.csv": 0o600} {
		if st, err := os.Stat(name); err != nil || st.Mode().Perm() != mode {
			t.Errorf("%s: %v, %v, want mode %v", name, st.Mode(), err, mode)
		}
	}
	if mine, err := os.ReadFile("taken.csv"); err != nil || string(mine) != "mine" {
		t.Errorf("a file that was there is %q now: %v", mine, err)
	}
}

// TestEachRecordIsTestedOnce: what comes costs what it is, whatever is here.
func TestEachRecordIsTestedOnce(t *testing.T) {
	tested := 0
	b := records{pass: func(*model.RequestRecord) bool { tested++; return true }}
	for from := 0; from < 5000; from += 500 {
		b.add(batchOf(from, 500))
	}
	if tested != 5000 {
		t.Errorf("%d tests for 5000 records", tested)
	}
}

// BenchmarkFrame is a whole frame, from a key that moves the cursor on: with
// 20,000 records it must stay far below the 16 ms of a frame.
func BenchmarkFrame(b *testing.B) {
	for _, n := range []int{200, maxRecords} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			c, err := client.New(client.Options{Socket: "/run/keydeck.sock", Transport: newFake(time.Now)})
			if err != nil {
				b.Fatal(err)
			}
			r := New(b.Context(), Options{Screens: Screens, Client: c, Environ: []string{"TERM=xterm-256color"}})
			r.Update(tea.WindowSizeMsg{Width: 140, Height: 40})
			s := newRequests(r.desk).(*requestsScreen)
			s.records.add(batchOf(0, n))
			s.loaded, s.live = true, true
			s.follow()
			r.Show(screenRequests, s)
			up, down := press("up"), press("down")
			b.ReportAllocs()
			for b.Loop() {
				r.Update(up)
				r.View()
				r.Update(down)
				r.View()
			}
		})
	}
}

// BenchmarkSift is a key typed into the filter, with everything here tested anew.
func BenchmarkSift(b *testing.B) {
	d := newDesk(&shared{th: theme.Dark(), at: time.Unix(1e6, 0).UTC(), size: Rect{140, 40}, body: Rect{140, 36}})
	s := newRequests(d).(*requestsScreen)
	s.records.add(batchOf(0, maxRecords))
	s.sifting.set("status:2xx -path:/v1/healthz item")
	for b.Loop() {
		s.sift()
	}
}
