package requests

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
	"keydeck/ui/tui"
	"keydeck/ui/tui/place"
	"keydeck/ui/tui/shell"
	"keydeck/ui/tui/theme"
	"keydeck/ui/tui/tuitest"
	"keydeck/ui/tui/tuitest/fake"
)

func TestFilterLanguage(t *testing.T) {
	run(t, tuitest.Options{SignedIn: true, Seed: fake.OneProject}, func(r *tuitest.Rig) {
		r.Keys("3")
		r.Wait(time.Second)
		r.Keys("f", "stat", "tab")
		r.Sees("filter status:")
		r.Keys("4xy")
		r.Sees("× at 1: status: 4xy is not a status")
		r.Keys("enter") // refused: the line stays
		r.Sees("filter status:4xy")
		r.Keys("backspace", "backspace", "xx -path:/auth", "enter")
		r.Wait(time.Second)
		r.Sees("status:4xx -path:/auth", "401", "404")
		r.Lacks("403", " 500 ", " 200 ")
		s := r.Root.Page().(*screen)
		if f := s.serverFilter(); f.StatusClass != 4 || f.Path != "" {
			t.Errorf("the server is asked for %+v, want the class only", f)
		}
		r.Keys("f", "ctrl+u", "key:ci", "esc") // leaves it as it was
		r.Sees("status:4xx -path:/auth")
		r.Keys("esc")
		r.Wait(time.Second)
		r.Sees(" 500 ", " 200 ")
		r.Keys("f", "up")
		r.Sees("filter status:4xx -path:/auth")
		r.Keys("down")
		r.Lacks("filter status:4xx -path")
		r.Keys("key:ci", "enter")
		r.Wait(time.Second)
		r.Sees("DELETE")
		r.Lacks("no kid")
	})
}

// TestFilterPagesBackWithinBounds checks that a filter which only the client can apply
// does not read the whole log unasked, and that reading on neither skips nor repeats a
// record.
func TestFilterPagesBackWithinBounds(t *testing.T) {
	run(t, tuitest.Options{SignedIn: true, Seed: func(f *fake.Server) { fake.LogOf(f, 12_000) }}, func(r *tuitest.Rig) {
		r.Keys("3")
		r.Wait(time.Second)
		r.Keys("f", "id:"+fake.UUID(1000), "enter")
		r.Wait(2 * time.Second)
		r.Sees("Nothing matches the filter yet", "m searches further back", "5,300 requests.")
		r.Keys("m")
		r.Wait(2 * time.Second)
		r.Sees("m searches further back")
		r.Keys("m")
		r.Wait(2 * time.Second)
		r.Sees("/v1/item/0", "1 of 12,000 loaded match")
		s := r.Root.Page().(*screen)
		if n := len(s.records.all); n != 12_000 {
			t.Errorf("%d records are here, want every one once", n)
		}
	})
}

// TestMatchSaysWhereItIs checks that a match outside the columns says which field it is in.
func TestMatchSaysWhereItIs(t *testing.T) {
	run(t, tuitest.Options{SignedIn: true, W: 140, H: 40, Seed: fake.OneProject}, func(r *tuitest.Rig) {
		r.Keys("3")
		r.Wait(time.Second)
		r.Keys("/", "curl/8", "enter")
		r.Sees("match 1 of 6, in the user agent")
		r.Keys("esc", "/", "token", "enter")
		r.Sees("match 1 of 2")
		r.Lacks("in the")
	})
}

// TestFilterLine types a filter with every kind of term. Each rejects one record; those
// that pass all terms are shown.
func TestFilterLine(t *testing.T) {
	const line = "status:4xx method:POST path:/v1 key:sk_GDje ip:127.0.0.1 >100ms text"
	run(t, tuitest.Options{SignedIn: true, W: 140, H: 40, Seed: func(f *fake.Server) {
		fake.OneProject(f)
		f.Log = nil
		for i := range 9 {
			r := fake.Record(i, f.Now().Add(time.Duration(i-20)*time.Second), "POST", fmt.Sprint("/v1/", i), 401, 21, model.ReasonExpired)
			r.CredentialHint, r.RemoteIP, r.DurationUS, r.UserAgent = "sk_GDje…nJfJ8", "127.0.0.1", 100_001, "context/1"
			f.Log = append(f.Log, r)
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
			wrong(&f.Log[i])
		}
	}}, func(r *tuitest.Rig) {
		r.Keys("3")
		r.Wait(time.Second)
		r.Sees("all 9 loaded")
		r.Keys("f", line, "enter")
		r.Wait(time.Second)
		r.Sees("status:4xx method:POST path:/v1", "/v1/7", "/v1/8")
		s := r.Root.Page().(*screen)
		if s.records.len() != 2 {
			t.Errorf("%d records pass, want 2", s.records.len())
		}
		if f := s.serverFilter(); f.StatusClass != 4 || f.Method != http.MethodPost || f.Path != "/v1" || f.MinMillis != 100 || f.Q != "127.0.0.1" && f.Q != "text" {
			t.Errorf("the server is asked for %+v", f)
		}
		live := s.records.all[len(s.records.all)-1]
		live.ID, live.Path = fake.UUID(5000), "/v1/live"
		r.Server.Stream <- live
		r.Wait(time.Second)
		r.Sees("/v1/live")
	})
}

// TestMarkIsSeenOnTheSelectedRow checks that a match on the selected row stands out by
// more than its colour in every theme.
func TestMarkIsSeenOnTheSelectedRow(t *testing.T) {
	run(t, tuitest.Options{SignedIn: true, Seed: fake.OneProject}, func(r *tuitest.Rig) {
		r.Keys("3")
		r.Wait(time.Second)
		r.Keys("/", "token", "enter")
		for name, th := range tuitest.Themes {
			r.Root.State().Theme = th
			for y, row := range tuitest.Cells(r.Root.View().Content, r.Root.State().Size) {
				line := ""
				for x := range row {
					line += row[x].Text
				}
				at := strings.Index(line, "token")
				if !strings.Contains(line, "▌") || at < 0 || y < 4 {
					continue
				}
				x := len([]rune(line[:at]))
				if a, b := row[x], row[x-1]; a.Reverse == b.Reverse {
					t.Errorf("%s: %+v looks like %+v", name, a, b)
				}
			}
		}
	})
}

// TestSkippedAreCounted checks that the screen counts the records that did not fit in the
// feed, and explains the count once.
func TestSkippedAreCounted(t *testing.T) {
	run(t, tuitest.Options{SignedIn: true, W: 140, H: 40, Seed: fake.OneProject}, func(r *tuitest.Rig) {
		r.Keys("3")
		r.Wait(time.Second)
		for i := range maxQueue + 1284 {
			r.Server.Stream <- fake.Record(2000+i, r.Server.Now(), "GET", "/", 200, 22, "")
		}
		r.Wait(time.Second)
		r.Sees("1,284 skipped", "requests arrive faster than they can be shown")
		r.Keys("up")
		skips(16)(r)
		r.Sees("1,300 skipped")
		r.Lacks("requests come faster")
	})
}

func TestSearchGoesUpAndDownAndMarks(t *testing.T) {
	run(t, tuitest.Options{SignedIn: true, Seed: func(f *fake.Server) { fake.LogOf(f, 100) }}, func(r *tuitest.Rig) {
		r.Keys("3")
		r.Wait(time.Second)
		r.Keys("/", "item/5", "enter")
		r.Sees("▌", "/v1/item/59", "/item/5")
		at := func(want string) {
			t.Helper()
			if got := r.Root.Page().(*screen).selected().Path; got != want {
				t.Errorf("the cursor is on %s, want %s", got, want)
			}
		}
		at("/v1/item/59")
		r.Sees("match 1 of 11")
		r.Keys("n")
		at("/v1/item/58")
		r.Sees("match 2 of 11")
		r.Keys("up")
		r.Lacks("match")
		r.Keys("down", "N")
		at("/v1/item/59")
		r.Keys("N")
		r.Sees("no newer match among the 100 rows here")
		if !strings.Contains(r.Root.View().Content, "\x1b[1;7mitem/5") {
			t.Errorf("the match is not set off: %q", r.Root.View().Content)
		}
		r.Keys("esc")
		r.Lacks("/item/5 ")
	})
}

func TestColumnsTimeAndPanes(t *testing.T) {
	run(t, tuitest.Options{SignedIn: true, Seed: fake.OneProject, W: 110, H: 24}, func(r *tuitest.Rig) {
		r.Keys("3")
		r.Wait(time.Second)
		r.Lacks("FROM", "10.0.0.7")
		r.Keys("C", "down", "down", "down", "space", "esc")
		r.Sees("FROM", "10.0.0.7", "TOOK")
		r.Keys("t")
		r.Sees("AGO", " 12 s ", "▌5 s ")
		r.Keys("t")
		r.Sees("UTC")
		r.Keys("enter")
		before := r.Root.Page().(*screen).rows()
		r.Keys("[", "[")
		r.Sees("project", "size")
		if after := r.Root.Page().(*screen).rows(); after != before-2 {
			t.Errorf("%d rows after making the details larger twice, want %d", after, before-2)
		}
		r.Keys("]")
		tuitest.CheckFrame(t, r.Root.View().Content, shell.Rect{W: 110, H: 24})
	})
}

func TestWhySaysWhen(t *testing.T) {
	run(t, tuitest.Options{SignedIn: true, Seed: func(f *fake.Server) {
		fake.OneProject(f)
		f.Log[5].Status, f.Log[5].Reason, f.Log[5].CredentialID = 401, model.ReasonRevoked, fake.UUID(24)
	}}, func(r *tuitest.Rig) {
		r.Keys("3")
		r.Wait(time.Second)
		r.Keys("enter")
		r.Sees("the API key was revoked 112 d ago")
		r.Keys("home", "down")
		r.Sees("the API key expired 1 h ago")
	})
}

func TestExport(t *testing.T) {
	t.Chdir(t.TempDir())
	if err := os.WriteFile("taken.csv", []byte("mine"), 0o644); err != nil {
		t.Fatal(err)
	}
	run(t, tuitest.Options{SignedIn: true, Seed: func(f *fake.Server) {
		fake.LogOf(f, 2500)
		f.Log[0].UserAgent = "=1+1\x1b"
	}}, func(r *tuitest.Rig) {
		r.Keys("3")
		r.Wait(time.Second)
		r.Keys("f", "-status:200", "enter")
		r.Wait(time.Second)
		r.Keys("E", "tab", "ctrl+u", "enter")
		r.Sees("enter a name")
		r.Keys("ctrl+u", "refused", "enter")
		r.Sees("exported 250 requests to ", "/refused.jsonl")
		r.Keys("E", "right", "tab", "ctrl+u", "taken", "enter")
		r.Sees("that file exists already", "taken-2.csv")
		r.Keys("enter")
		r.Sees("exported 250 requests to ", "/taken-2.csv")
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

// TestEachRecordIsTestedOnce checks that the cost of new records does not depend on how
// many are there already.
func TestEachRecordIsTestedOnce(t *testing.T) {
	tested := 0
	b := records{match: func(*model.RequestRecord) bool { tested++; return true }}
	for from := 0; from < 5000; from += 500 {
		b.add(batchOf(from, 500))
	}
	if tested != 5000 {
		t.Errorf("%d tests for 5000 records", tested)
	}
}

// BenchmarkFrame measures a frame after a cursor move: with 20,000 records it must stay
// far below 16 ms.
func BenchmarkFrame(b *testing.B) {
	for _, n := range []int{200, maxRecords} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			c, err := client.New(client.Options{Socket: "/run/keydeck.sock", Transport: fake.New(time.Now)})
			if err != nil {
				b.Fatal(err)
			}
			r := tui.New(b.Context(), tui.Options{Screens: only, Client: c, Environ: []string{"TERM=xterm-256color"}})
			r.Update(tea.WindowSizeMsg{Width: 140, Height: 40})
			s := New(r.Shell()).(*screen)
			s.records.add(batchOf(0, n))
			s.loaded, s.live = true, true
			s.follow()
			r.Show(place.Requests, s)
			up, down := tuitest.Key("up"), tuitest.Key("down")
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

// BenchmarkSift measures a key typed into the filter, which tests every record again.
func BenchmarkSift(b *testing.B) {
	sh := shell.New(&shell.State{Theme: theme.Dark(), Now: time.Unix(1e6, 0).UTC(), Size: shell.Rect{W: 140, H: 40}, Body: shell.Rect{W: 140, H: 36}})
	s := New(sh).(*screen)
	s.records.add(batchOf(0, maxRecords))
	s.filter.set("status:2xx -path:/v1/healthz item")
	for b.Loop() {
		s.refilter()
	}
}

// TestTimesFollowTheOrder checks that the time of a row is that of its answer, by which the
// log is ordered, and to the millisecond where there is room.
func TestTimesFollowTheOrder(t *testing.T) {
	seed := func(f *fake.Server) {
		fake.OneProject(f)
		quick := fake.Record(1, f.Now().Add(-9*time.Second), "GET", "/quick", 200, 0, "")
		slow := fake.Record(2, f.Now().Add(-10*time.Second), "GET", "/slow", 200, 0, "")
		quick.DurationUS, slow.DurationUS = 1000, 1_500_000
		f.Log = []model.RequestRecord{quick, slow}
	}
	run(t, tuitest.Options{SignedIn: true, W: 140, H: 40, Seed: seed}, func(r *tuitest.Rig) {
		r.Keys("3")
		r.Sees("23:59:51.001  GET     /quick", "23:59:51.500  GET     /slow", "1999-12-31 23:59:51.500 UTC")
	})
}

// TestPathsHaveRoom checks that a usual path is seen whole from 80 columns on, beside the
// reason.
func TestPathsHaveRoom(t *testing.T) {
	const path = "/v1/datetime/utc-now"
	seed := func(f *fake.Server) {
		fake.OneProject(f)
		f.Log = []model.RequestRecord{fake.Record(1, f.Now(), "GET", path, 401, 21, model.ReasonMissing)}
	}
	for _, size := range []shell.Rect{{W: 80, H: 24}, {W: 120, H: 30}, {W: 140, H: 40}, {W: 200, H: 50}} {
		for _, times := range []string{shell.TimeLocal, shell.TimeAgo} {
			run(t, tuitest.Options{SignedIn: true, W: size.W, H: size.H, Seed: seed}, func(r *tuitest.Rig) {
				r.Root.State().Prefs.Time = times
				r.Keys("3")
				r.Wait(time.Second)
				r.Sees("GET     "+path+" ", "no credential")
			})
		}
	}
}
