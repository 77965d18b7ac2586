package tui

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
	"keydeck/ui/tui/widget"
)

// credentialsScreen is one table over a project's API keys, JWT secrets and key
// pairs: where they are issued, looked at and revoked.
type credentialsScreen struct {
	*desk
	all      []credential                   // newest first
	order    []int                          // of all, as it is sorted
	shown    []row                          // of all, those that pass the filter
	picked   map[string]bool                // ids of those that are chosen to be revoked together
	uses     map[string]model.CredentialUse // by id
	nameW    int                            // cells that the longest name needs
	scopesW  int                            // cells that the scopes need
	by       order
	reverse  bool
	table    widget.Table
	loaded   bool
	problem  string
	inactive bool // show those that no longer work too
	filter   *widget.Input
	typing   bool // in the filter
	age      int  // seconds since the list was asked for

	listQ   question[[]credential]
	useQ    question[[]model.CredentialUse]
	issueQ  question[issued]
	revokeQ question[int]
	form    refusable // while a new one is asked for
	goTo    string    // id to put the cursor on, once it is in the list
}

// refreshEvery is how often the list is asked for while it is looked at, in
// seconds: last use and revocations elsewhere show within that time. A long list
// is asked for less often.
func (s *credentialsScreen) refreshEvery() int { return 5 + len(s.all)/400 }

// refusable is a form that stays up until the server has answered.
type refusable interface{ refused(error) }

func newCredentials(d *desk) Screen {
	s := &credentialsScreen{desk: d, inactive: true, filter: widget.NewInput("", "letters of a name, or any part of a row", 100), picked: map[string]bool{}}
	s.recallOrder()
	return s
}

func (s *credentialsScreen) Title() string { return "Credentials" }
func (s *credentialsScreen) Init() tea.Cmd { return s.reload() }
func (s *credentialsScreen) Typing() bool  { return s.typing }

// Enter puts the cursor on a credential, given its id, or shows all that work in
// another order.
func (s *credentialsScreen) Enter(arg any) tea.Cmd {
	if order, ok := arg.(credentialOrder); ok {
		s.filter.Set("")
		s.inactive, s.goTo = false, ""
		s.by, s.reverse = byExpiry, false
		if order == longestUnused {
			s.by, s.reverse = byLastUse, true
		}
		s.sort()
		s.sift()
		s.table.Move(0, len(s.shown), s.rows())
	}
	if id, ok := arg.(credentialID); ok {
		s.filter.Set("")
		s.inactive, s.goTo = true, string(id)
		s.sift()
	}
	return nil
}

func (s *credentialsScreen) reload() tea.Cmd {
	s.age = 0
	project := s.projectID()
	return tea.Batch(
		ask(s.desk, s, &s.listQ, func(ctx context.Context) ([]credential, error) { return loadCredentials(ctx, s.client, project, "") }),
		ask(s.desk, s, &s.useQ, func(ctx context.Context) ([]model.CredentialUse, error) {
			uses, err := s.client.Use(ctx, project)
			for i := range uses {
				uses[i] = cleanUse(uses[i])
			}
			return uses, err
		}))
}

func (s *credentialsScreen) rows() int { return max(1, s.body.H-2) }

func (s *credentialsScreen) selected() *credential {
	if s.table.Cursor >= len(s.shown) {
		return nil
	}
	return &s.all[s.shown[s.table.Cursor].at]
}

func (s *credentialsScreen) Update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case shownMsg:
		return s.reload()
	case secondMsg:
		if s.age++; s.age >= s.refreshEvery() && !s.listQ.waiting || s.problem != "" && !s.listQ.waiting {
			return s.reload()
		}
	case answer[[]credential]:
		if s.listQ.take(msg) {
			s.take(msg.value, msg.err)
		}
	case answer[issued]:
		if s.issueQ.take(msg) {
			return s.issued(msg)
		}
	case answer[[]model.CredentialUse]:
		if s.useQ.take(msg) && msg.err == nil {
			s.takeUses(msg.value)
		}
	case answer[int]:
		if s.revokeQ.take(msg) {
			return s.revoked(msg.value, msg.err)
		}
	case tea.PasteMsg:
		s.edit(msg)
	case tea.KeyPressMsg:
		key := msg.Keystroke()
		if s.typing && !slices.Contains(whileTyping, key) {
			s.edit(msg)
		} else {
			s.table.Key(key, len(s.shown), s.rows())
		}
	}
	return nil
}

// whileTyping are the keys that move through the list while the filter is typed;
// all others are the input's.
var whileTyping = []string{"up", "down", "pgup", "pgdown"}

func (s *credentialsScreen) edit(msg tea.Msg) {
	if s.typing && s.filter.Update(msg) {
		s.sift()
		s.best()
	}
}

func (s *credentialsScreen) take(list []credential, err error) {
	s.problem = meanwhile(err)
	if err != nil {
		return
	}
	keep := ""
	if cur := s.selected(); cur != nil && s.goTo == "" {
		keep = cur.id
	}
	s.loaded, s.all, s.shown = true, list, nil
	relate(s.all)
	s.measure()
	s.goTo = cmp.Or(s.goTo, keep)
	s.count()
	s.sort()
	s.sift()
}

// count puts the calls of today beside each credential, to sort by them.
func (s *credentialsScreen) count() {
	for i := range s.all {
		s.all[i].today = s.uses[s.all[i].id].RequestsToday
	}
}

// takeUses takes over how much each credential is in use.
func (s *credentialsScreen) takeUses(list []model.CredentialUse) {
	s.uses = make(map[string]model.CredentialUse, len(list))
	for _, u := range list {
		s.uses[u.CredentialID] = u
	}
	if s.count(); s.by == byToday {
		s.resort(s.by, s.reverse)
	}
}

func (s *credentialsScreen) issueNew() tea.Cmd {
	form := newIssueForm(s.desk, s.knownScopes(), func(kind model.Kind, spec model.CredentialSpec) tea.Cmd {
		project := s.projectID()
		return ask(s.desk, s, &s.issueQ, func(ctx context.Context) (issued, error) {
			return newlyIssued(s.client.Issue(ctx, project, kind, spec))
		})
	})
	s.form = form
	s.open(form)
	return nil
}

// mostKnown is how many scopes the form offers; others can be typed.
const mostKnown = 100

// knownScopes are the scopes that the form offers: the one that the server
// itself asks for, and those that the project's credentials have, the most
// frequent first.
func (s *credentialsScreen) knownScopes() []string {
	count := map[string]int{}
	for i := range s.all {
		for _, scope := range s.all[i].scopes {
			count[scope]++
		}
	}
	delete(count, model.ScopeKeysWrite)
	scopes := slices.SortedFunc(maps.Keys(count), func(a, b string) int {
		return cmp.Or(count[b]-count[a], strings.Compare(a, b))
	})
	return append([]string{model.ScopeKeysWrite}, scopes[:min(len(scopes), mostKnown-1)]...)
}

func (s *credentialsScreen) rotateIt() tea.Cmd {
	c := *s.selected()
	form := newRotateForm(s.desk, c, func(grace time.Duration) tea.Cmd {
		project := s.projectID()
		return ask(s.desk, s, &s.issueQ, func(ctx context.Context) (issued, error) {
			return newlyIssued(s.client.Rotate(ctx, project, c.kind, c.id, grace))
		})
	})
	s.form = form
	s.openGuarded(form)
	return nil
}

// issued takes the answer to a new credential: the form gives way to the
// secret. The form stays up for as long as the answer is out, so that the only
// sight of a secret cannot be lost by going elsewhere.
func (s *credentialsScreen) issued(a answer[issued]) tea.Cmd {
	if a.err != nil {
		s.form.refused(a.err)
		return nil
	}
	s.close()
	s.openGuarded(newSecretOnce(s.desk, a.value))
	s.goTo = a.value.id
	return s.reload()
}

// revokeIt asks whether to revoke the chosen credentials, or else the one under
// the cursor.
func (s *credentialsScreen) revokeIt() tea.Cmd {
	list := s.pickedOnes()
	if len(list) == 0 {
		list = []credential{*s.selected()}
	}
	project := s.projectID()
	return openRevocation(s.desk, list, s.uses, func() tea.Cmd {
		return ask(s.desk, s, &s.revokeQ, func(ctx context.Context) (int, error) {
			for i, c := range list {
				if _, err := s.client.Revoke(ctx, project, c.kind, c.id); err != nil {
					return i, err
				}
			}
			return len(list), nil
		})
	})
}

// pickedOnes are the chosen credentials that can still be revoked.
func (s *credentialsScreen) pickedOnes() []credential {
	if len(s.picked) == 0 {
		return nil
	}
	var list []credential
	for _, c := range s.all {
		if s.picked[c.id] && c.usable(s.at) {
			list = append(list, c)
		}
	}
	return list
}

// pick chooses the credential under the cursor, or no longer, and goes on to
// the next.
func (s *credentialsScreen) pick() tea.Cmd {
	c := s.selected()
	if s.picked[c.id] {
		delete(s.picked, c.id)
	} else {
		s.picked[c.id] = true
	}
	s.table.Move(s.table.Cursor+1, len(s.shown), s.rows())
	return nil
}

// pickShown chooses all that are shown and can be revoked.
func (s *credentialsScreen) pickShown() tea.Cmd {
	for _, r := range s.shown {
		if c := &s.all[r.at]; c.usable(s.at) {
			s.picked[c.id] = true
		}
	}
	return nil
}

func (s *credentialsScreen) pickNone() tea.Cmd { clear(s.picked); return nil }

// effect says what a revocation ends.
func effect(k model.Kind) string {
	switch k {
	case model.KindJWTSecret:
		return "Every JWT signed with it is refused from the next request on."
	case model.KindKeyPair:
		return "The pair, and every session key made from it, is refused from the next request on."
	}
	return "The key, and every token made with it, is refused from the next request on."
}

func (s *credentialsScreen) revoked(n int, err error) tea.Cmd {
	switch {
	case err != nil && n > 0:
		s.say(failed, fmt.Sprintf("%d revoked, then no more: %s", n, words(err)))
	case err != nil:
		s.say(failed, "not revoked: "+words(err))
		return nil
	case n > 1:
		s.say(said, fmt.Sprintf("%d revoked; they are refused from now on", n))
	default:
		s.say(said, "revoked; it is refused from now on")
	}
	clear(s.picked)
	return s.reload()
}

func (s *credentialsScreen) requests() tea.Cmd {
	c := s.selected()
	s.visit(screenRequests, onlyCredential{c.id, c.name})
	return nil
}

func (s *credentialsScreen) toggleInactive() tea.Cmd {
	s.inactive = !s.inactive
	s.sift()
	return nil
}

func (s *credentialsScreen) startFilter() tea.Cmd { s.typing = true; return nil }
func (s *credentialsScreen) keepFilter() tea.Cmd  { s.typing = false; return nil }

func (s *credentialsScreen) dropFilter() tea.Cmd {
	s.typing = false
	s.filter.Set("")
	s.sift()
	return nil
}

func (s *credentialsScreen) copyID() tea.Cmd { return s.copyOut("the id", s.selected().id) }

func cleanUse(u model.CredentialUse) model.CredentialUse {
	visible(&u.CredentialID)
	for i := range u.Addresses {
		visible(&u.Addresses[i].RemoteIP)
	}
	return u
}

// Click chooses a credential.
func (s *credentialsScreen) Click(_, y int) tea.Cmd {
	if row, ok := s.table.RowAt(y, len(s.shown), s.rows()+1); ok && s.loaded && !s.Typing() {
		s.table.Move(row, len(s.shown), s.rows())
	}
	return nil
}
