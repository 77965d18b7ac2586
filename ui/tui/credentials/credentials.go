// Package credentials is the screen with a project's API keys, JWT secrets and
// key pairs: it lists, filters and sorts them, issues, rotates and revokes them,
// and shows a new secret once.
package credentials

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"keydeck/model"
	"keydeck/ui/tui/place"
	"keydeck/ui/tui/shell"
	"keydeck/ui/tui/wallet"
	"keydeck/ui/tui/widget"
)

type screen struct {
	sh       *shell.Shell
	all      []wallet.Credential            // newest first
	order    []int                          // indices in all, sorted
	shown    []row                          // those of order that pass the filter
	picked   map[string]bool                // ids chosen to be revoked together
	uses     map[string]model.CredentialUse // by id
	nameW    int                            // cells of the widest name
	scopesW  int                            // cells of the widest scopes
	by       order
	reverse  bool
	table    widget.Table
	loaded   bool
	problem  string
	inactive bool // show revoked and expired ones too
	filter   *widget.Input
	typing   bool      // in the filter
	age      int       // seconds since the last reload
	since    time.Time // what listCall asks for was changed since then; zero for the whole list

	listCall   shell.Call[[]wallet.Credential]
	useCall    shell.Call[[]model.CredentialUse]
	issueCall  shell.Call[wallet.Issued]
	revokeCall shell.Call[int]
	form       issuing // open while a credential is issued or rotated
	wantedID   string  // id to put the cursor on once it is listed
}

// refreshEvery is the time between reloads in seconds, longer for a long list.
func (s *screen) refreshEvery() int { return 5 + len(s.all)/400 }

// issuing is a form that stays open until the server has answered.
type issuing interface{ Refused(error) }

func New(sh *shell.Shell) shell.Screen {
	s := &screen{sh: sh, inactive: true, filter: widget.NewInput("", "letters of a name, or any part of a row", 100), picked: map[string]bool{}}
	s.loadOrder()
	return s
}

func (s *screen) Title() string { return "Credentials" }
func (s *screen) Init() tea.Cmd { return s.reload() }
func (s *screen) Typing() bool  { return s.typing }

// Enter goes to a credential, or shows the active ones in the given order.
func (s *screen) Enter(arg any) tea.Cmd {
	switch arg := arg.(type) {
	case place.Order:
		s.filter.Set("")
		s.inactive, s.wantedID = false, ""
		s.by, s.reverse = byExpiry, false
		if arg == place.LongestUnused {
			s.by, s.reverse = byLastUse, true
		}
		s.sort()
		s.refilter()
		s.table.Move(0, len(s.shown), s.rows())
	case place.Credential:
		s.filter.Set("")
		s.inactive, s.wantedID = true, string(arg)
		s.refilter()
	}
	return nil
}

func (s *screen) reload() tea.Cmd { return s.load(time.Time{}) }

// refresh reloads a list of many pages only as far as it has changed. It looks back
// a little further: changes may be stored in another order than they were made.
func (s *screen) refresh() tea.Cmd {
	const overlap = time.Minute
	var last time.Time
	if len(s.all) > model.MaxPageLimit {
		last = slices.MaxFunc(s.all, func(a, b wallet.Credential) int { return a.Updated.Compare(b.Updated.Time) }).Updated.Add(-overlap)
	}
	return s.load(last)
}

func (s *screen) load(since time.Time) tea.Cmd {
	s.age, s.since = 0, since
	project := s.sh.ProjectID()
	return tea.Batch(
		shell.Ask(s.sh, s, &s.listCall, func(ctx context.Context) ([]wallet.Credential, error) {
			if since.IsZero() {
				return wallet.LoadCredentials(ctx, s.sh.Client(), project, "")
			}
			return wallet.LoadChanges(ctx, s.sh.Client(), project, since)
		}),
		shell.Ask(s.sh, s, &s.useCall, func(ctx context.Context) ([]model.CredentialUse, error) {
			return s.sh.Client().Use(ctx, project)
		}))
}

func (s *screen) rows() int { return max(1, s.sh.Body().H-2) }

func (s *screen) selected() *wallet.Credential {
	if s.table.Cursor >= len(s.shown) {
		return nil
	}
	return &s.all[s.shown[s.table.Cursor].index]
}

func (s *screen) Update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case shell.ShownMsg:
		return s.reload()
	case shell.SecondMsg:
		if s.age++; (s.age >= s.refreshEvery() || s.problem != "") && !s.listCall.Pending {
			return s.refresh()
		}
	case shell.Result[[]wallet.Credential]:
		if s.listCall.Accept(msg) {
			s.listLoaded(msg.Value, msg.Err)
		}
	case shell.Result[wallet.Issued]:
		if s.issueCall.Accept(msg) {
			return s.issued(msg)
		}
	case shell.Result[[]model.CredentialUse]:
		if s.useCall.Accept(msg) && msg.Err == nil {
			s.usesLoaded(msg.Value)
		}
	case shell.Result[int]:
		if s.revokeCall.Accept(msg) {
			return s.revoked(msg.Value, msg.Err)
		}
	case tea.PasteMsg:
		s.edit(msg)
	case tea.KeyPressMsg:
		key := msg.Keystroke()
		if s.typing && !slices.Contains(movementKeys, key) {
			s.edit(msg)
		} else {
			s.table.Key(key, len(s.shown), s.rows())
		}
	}
	return nil
}

// movementKeys move through the list while the filter is typed; all others go to
// the input.
var movementKeys = []string{"up", "down", "pgup", "pgdown"}

func (s *screen) edit(msg tea.Msg) {
	if s.typing && s.filter.Update(msg) {
		s.refilter()
		s.selectBest()
	}
}

func (s *screen) listLoaded(list []wallet.Credential, err error) {
	s.problem = shell.RetryText(err)
	if err != nil {
		return
	}
	if !s.since.IsZero() {
		list = wallet.Merge(s.all, list)
	}
	s.keepSelected()
	s.loaded, s.all, s.shown = true, list, nil
	linkRotations(s.all)
	s.measure()
	s.setUse()
	s.sort()
	s.refilter()
}

// setUse notes today's calls of each credential, to sort by them. The last use is
// no change that a refresh would bring, so it comes from here too.
func (s *screen) setUse() {
	for i := range s.all {
		c, u := &s.all[i], s.uses[s.all[i].ID]
		if c.Today = u.RequestsToday; !s.since.IsZero() && u.LastUsedAt != nil {
			c.LastUsed = u.LastUsedAt
		}
	}
}

func (s *screen) usesLoaded(list []model.CredentialUse) {
	s.uses = make(map[string]model.CredentialUse, len(list))
	for _, u := range list {
		s.uses[u.CredentialID] = u
	}
	if s.setUse(); s.by == byToday || s.by == byLastUse {
		s.resort(s.by, s.reverse)
	}
}

func (s *screen) issue() {
	form := newIssueForm(s.sh, s.knownScopes(), func(kind model.Kind, spec model.CredentialSpec) tea.Cmd {
		project := s.sh.ProjectID()
		return shell.Ask(s.sh, s, &s.issueCall, func(ctx context.Context) (wallet.Issued, error) {
			return wallet.FromIssued(s.sh.Client().Issue(ctx, project, kind, spec))
		})
	})
	s.form = form
	s.sh.Open(form)
}

const maxKnownScopes = 100

// knownScopes are the scopes to pick from: the server's own, then those of the
// project's credentials, the most frequent first.
func (s *screen) knownScopes() []string {
	count := map[string]int{}
	for i := range s.all {
		for _, scope := range s.all[i].Scopes {
			count[scope]++
		}
	}
	delete(count, model.ScopeKeysWrite)
	scopes := slices.SortedFunc(maps.Keys(count), func(a, b string) int {
		return cmp.Or(count[b]-count[a], strings.Compare(a, b))
	})
	return append([]string{model.ScopeKeysWrite}, scopes[:min(len(scopes), maxKnownScopes-1)]...)
}

func (s *screen) rotate() {
	c := *s.selected()
	form := newRotateForm(s.sh, c, func(grace time.Duration) tea.Cmd {
		project := s.sh.ProjectID()
		return shell.Ask(s.sh, s, &s.issueCall, func(ctx context.Context) (wallet.Issued, error) {
			return wallet.FromIssued(s.sh.Client().Rotate(ctx, project, c.Kind, c.ID, grace))
		})
	})
	s.form = form
	s.sh.OpenGuarded(form)
}

// issued replaces the form by the secret. The form stays open until then, so that
// nobody leaves before seeing the secret.
func (s *screen) issued(a shell.Result[wallet.Issued]) tea.Cmd {
	if a.Err != nil {
		s.form.Refused(a.Err)
		return nil
	}
	s.sh.Close()
	s.sh.OpenGuarded(newSecret(s.sh, a.Value))
	s.wantedID = a.Value.ID
	return s.reload()
}

// revoke asks whether to revoke the picked credentials, or else the selected one.
func (s *screen) revoke() tea.Cmd {
	list := s.pickedCredentials()
	if len(list) == 0 {
		list = []wallet.Credential{*s.selected()}
	}
	project := s.sh.ProjectID()
	return openRevoke(s.sh, list, s.uses, func() tea.Cmd {
		return shell.Ask(s.sh, s, &s.revokeCall, func(ctx context.Context) (int, error) {
			for i, c := range list {
				if _, err := s.sh.Client().Revoke(ctx, project, c.Kind, c.ID); err != nil {
					return i, err
				}
			}
			return len(list), nil
		})
	})
}

// pickedCredentials are the picked ones that can still be revoked.
func (s *screen) pickedCredentials() (list []wallet.Credential) {
	for i := range s.all {
		if s.revocable(&s.all[i]) {
			list = append(list, s.all[i])
		}
	}
	return list
}

// revocable reports a picked credential that still works.
func (s *screen) revocable(c *wallet.Credential) bool {
	return s.picked[c.ID] && c.Usable(s.sh.Now())
}

// pick picks or unpicks the selected credential and moves on to the next.
func (s *screen) pick() {
	c := s.selected()
	if s.picked[c.ID] {
		delete(s.picked, c.ID)
	} else {
		s.picked[c.ID] = true
	}
	s.table.Move(s.table.Cursor+1, len(s.shown), s.rows())
}

func (s *screen) pickShown() {
	for _, r := range s.shown {
		if c := &s.all[r.index]; c.Usable(s.sh.Now()) {
			s.picked[c.ID] = true
		}
	}
}

// revokeEffect says what a revocation ends.
func revokeEffect(k model.Kind) string {
	switch k {
	case model.KindJWTSecret:
		return "Every JWT signed with it is refused from the next request on."
	case model.KindKeyPair:
		return "The pair, and every session key made from it, is refused from the next request on."
	}
	return "The key, and every token made with it, is refused from the next request on."
}

func (s *screen) revoked(n int, err error) tea.Cmd {
	switch {
	case err != nil && n > 0:
		s.sh.Notify(shell.Failure, fmt.Sprintf("%d revoked, then no more: %s", n, shell.ErrorText(err)))
	case err != nil:
		s.sh.Notify(shell.Failure, "not revoked: "+shell.ErrorText(err))
		return nil
	case n > 1:
		s.sh.Notify(shell.Success, fmt.Sprintf("%d revoked; they are refused from now on", n))
	default:
		s.sh.Notify(shell.Success, "revoked; it is refused from now on")
	}
	clear(s.picked)
	return s.reload()
}

func (s *screen) requests() {
	c := s.selected()
	s.sh.Visit(place.Requests, place.RequestsOf{ID: c.ID, Name: c.Name})
}

func (s *screen) toggleInactive() {
	s.inactive = !s.inactive
	s.refilter()
}

func (s *screen) clearFilter() {
	s.typing = false
	s.filter.Set("")
	s.refilter()
}

func (s *screen) copyID() tea.Cmd { return s.sh.Copy("the id", s.selected().ID) }

// Click selects the row under the pointer.
func (s *screen) Click(_ shell.Rect, _, y int) (enter bool) {
	was := s.table.Cursor
	row, ok := s.table.RowAt(y, len(s.shown), s.rows()+1)
	if !ok || !s.loaded || s.Typing() {
		return false
	}
	s.table.Move(row, len(s.shown), s.rows())
	return row == was
}
