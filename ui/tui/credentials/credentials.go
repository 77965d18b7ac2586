// Package credentials is the screen with the credentials of a project or of all: it lists, filters
// and sorts them, issues, rotates and revokes them, and shows a new secret once.
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
	"keydeck/ui/tui/list"
	"keydeck/ui/tui/place"
	"keydeck/ui/tui/shell"
	"keydeck/ui/tui/wallet"
)

type screen struct {
	*list.List[wallet.Credential]
	sh       *shell.Shell
	all      bool                           // of all projects
	projects map[string]string              // names in lower case, by ID, to sort by
	uses     map[string]model.CredentialUse // by id
	columns  []list.Column[credential]
	inactive bool      // show revoked and expired ones too
	since    time.Time // the last load was of what was changed since then; zero for the whole list

	useCall    shell.Call
	issueCall  shell.Call
	revokeCall shell.Call
	pauseCall  shell.Call
	form       issuing // open while a credential is issued or rotated
}

// issuing is a form that stays open until the server has answered.
type issuing interface{ Refused(error) }

func New(sh *shell.Shell) shell.Screen {
	s := &screen{sh: sh, all: sh.Project() == nil, inactive: true}
	s.columns = s.makeColumns()
	s.List = list.New(sh, s, list.Config[wallet.Credential]{
		Noun:    "credentials",
		ID:      func(c *wallet.Credential) string { return c.ID },
		Columns: s.columns, By: "age", Tail: s.idTail, Details: s.details,
		Note: func() string {
			if s.inactive {
				return ""
			}
			return ", inactive ones hidden (a shows them)"
		},
		Empty: func() string {
			return shell.EmptyView(sh, "No credential yet",
				"An API key is the simplest: one value that a program sends with each call. JWT secrets let your own service sign tokens; key pairs are traded for session keys.",
				"n", "issues the first one")
		},
		Load: s.load, Loaded: s.loaded,
		Every: func(n int) int { return 5 + n/400 },
		Name:  func(c *wallet.Credential) string { return c.Name },
		Has: func(c *wallet.Credential, word string) bool {
			return len(word) >= minIDPart && strings.Contains(c.ID, word) // shorter ones are in any ID by chance
		},
		Hidden:     func(c *wallet.Credential) bool { return !s.inactive && s.ended(c) },
		Unpickable: s.endDenied, PickTo: "to pause or revoke several",
	})
	return s
}

func (s *screen) Title() string { return "Credentials" }

// Enter goes to a credential, or shows the active ones in the given order.
func (s *screen) Enter(arg any) tea.Cmd {
	switch arg := arg.(type) {
	case place.Order:
		s.inactive = false
		s.DropFilter()
		if arg == place.LongestUnused {
			s.SortBy(byLastUse, true)
		} else {
			s.SortBy(byExpiry, false)
		}
		s.SelectFirst()
	case place.Credential:
		s.inactive = true
		s.DropFilter()
		s.Select(string(arg))
	}
	return nil
}

// load loads all credentials, or of a list of many pages what has changed. It looks back
// a little further: changes may be stored in another order than they were made.
func (s *screen) load(whole bool) tea.Cmd {
	const overlap = time.Minute
	s.since = time.Time{}
	if all := s.Items(); !whole && len(all) > model.MaxPageLimit {
		s.since = slices.MaxFunc(all, func(a, b wallet.Credential) int { return a.Updated.Compare(b.Updated.Time) }).Updated.Add(-overlap)
	}
	project, since := s.sh.ProjectID(), s.since
	return tea.Batch(
		s.Ask(func(ctx context.Context) ([]wallet.Credential, error) {
			if since.IsZero() {
				return wallet.LoadCredentials(ctx, s.sh.Client(), project, "")
			}
			return wallet.LoadChanges(ctx, s.sh.Client(), project, since)
		}),
		shell.Ask(s.sh, s, &s.useCall, func(ctx context.Context) ([]model.CredentialUse, error) {
			return s.sh.Client().Use(ctx, project)
		}, shell.Quiet(s.usesLoaded)))
}

func (s *screen) loaded(list []wallet.Credential) []wallet.Credential {
	if !s.since.IsZero() {
		list = wallet.Merge(s.Items(), list)
	}
	linkRotations(list)
	s.measure(list)
	s.setUse(list)
	return list
}

// setUse notes today's calls of each credential, to sort by them. The last use is
// no change that a refresh would bring, so it comes from here too.
func (s *screen) setUse(list []wallet.Credential) {
	for i := range list {
		c, u := &list[i], s.uses[list[i].ID]
		if c.Today = u.RequestsToday; !s.since.IsZero() && u.LastUsedAt != nil {
			c.LastUsed = u.LastUsedAt
		}
	}
}

func (s *screen) usesLoaded(list []model.CredentialUse, err error) {
	if err != nil {
		return
	}
	s.uses = make(map[string]model.CredentialUse, len(list))
	for _, u := range list {
		s.uses[u.CredentialID] = u
	}
	if s.setUse(s.Items()); s.SortedBy() == byToday || s.SortedBy() == byLastUse {
		s.Refresh()
	}
}

// minIDPart is how much of an ID the filter finds, as long as the part that tells twins apart.
const minIDPart = 6

// endDenied says why the user can't pause or revoke a credential, "" if they can.
func (s *screen) endDenied(c *wallet.Credential) string {
	if denied := s.sh.WriteDenied(c.Project); denied != "" || !s.ended(c) {
		return denied
	}
	return "it is already " + string(s.state(c))
}

// rotateDenied says why the user can't rotate a credential, "" if they can.
func (s *screen) rotateDenied(c *wallet.Credential) string {
	if denied := s.endDenied(c); denied != "" || !c.Paused() {
		return denied
	}
	return "it is paused; x resumes it"
}

func (s *screen) usable(c *wallet.Credential) bool { return c.Usable(s.sh.Now()) }

func (s *screen) ended(c *wallet.Credential) bool { return c.Ended(s.sh.Now()) }

// issue issues a credential in the project; where all are shown, it asks in which.
func (s *screen) issue() tea.Cmd {
	if !s.all {
		return s.issueIn(*s.sh.Project())
	}
	may := slices.DeleteFunc(slices.Clone(s.sh.Projects()), func(p model.Project) bool { return s.sh.WriteDenied(p.ID) != "" })
	if len(may) == 1 {
		return s.issueIn(may[0])
	}
	s.sh.AskProject(&shell.ProjectQuestion{Title: "Issue in which project?", Denied: func(p *model.Project) string { return s.sh.WriteDenied(p.ID) }, Then: s.issueIn})
	return nil
}

func (s *screen) issueIn(p model.Project) tea.Cmd {
	form := newIssueForm(s.sh, p, s.knownScopes(p.ID), func(kind model.Kind, spec model.CredentialSpec) tea.Cmd {
		return shell.Ask(s.sh, s, &s.issueCall, func(ctx context.Context) (model.IssuedCredential, error) {
			return s.sh.Client().Issue(ctx, p.ID, kind, spec)
		}, s.issuedIn(p))
	})
	s.form = form
	s.sh.Open(form)
	return nil
}

const maxKnownScopes = 100

// knownScopes are the scopes to pick from: the server's own, then those of the
// project's credentials, the most frequent if they are many.
func (s *screen) knownScopes(project string) []string {
	count := map[string]int{}
	for _, c := range s.Items() {
		if c.Project != project {
			continue
		}
		for _, scope := range c.Scopes {
			count[scope]++
		}
	}
	delete(count, model.ScopeKeysWrite)
	scopes := slices.SortedFunc(maps.Keys(count), func(a, b string) int {
		return cmp.Or(count[b]-count[a], strings.Compare(a, b))
	})
	scopes = scopes[:min(len(scopes), maxKnownScopes-1)]
	slices.Sort(scopes) // those of one service stand together
	return append([]string{model.ScopeKeysWrite}, scopes...)
}

func (s *screen) rotate() { s.rotateOne(*s.Selected()) }

func (s *screen) rotateOne(c wallet.Credential) {
	project := model.Project{ID: c.Project}
	if known := s.sh.ProjectByID(c.Project); known != nil {
		project = *known
	}
	form := newRotateForm(s.sh, c, func(grace time.Duration) tea.Cmd {
		return shell.Ask(s.sh, s, &s.issueCall, func(ctx context.Context) (model.IssuedCredential, error) {
			return s.sh.Client().Rotate(ctx, c.Project, c.Kind, c.ID, grace)
		}, s.issuedIn(project))
	})
	s.form = form
	s.sh.OpenGuarded(form)
}

// issuedIn replaces the form by the secret of a project's credential. The form stays open
// until then, so that nobody leaves before seeing the secret.
func (s *screen) issuedIn(p model.Project) func(model.IssuedCredential, error) tea.Cmd {
	return func(c model.IssuedCredential, err error) tea.Cmd {
		if err != nil {
			s.form.Refused(err)
			return nil
		}
		s.sh.Close()
		s.sh.OpenGuarded(newSecret(s.sh, s.sh.Wallet().Add(c, p)))
		s.Select(c.ID)
		return s.Reload()
	}
}

// revoke asks whether to pause or revoke the picked credentials, or else the selected one.
func (s *screen) revoke() tea.Cmd {
	list := slices.Collect(s.Picked())
	if len(list) == 0 {
		list = []wallet.Credential{*s.Selected()}
	}
	return s.revokeAll(list)
}

func (s *screen) revokeAll(list []wallet.Credential) tea.Cmd {
	return openRevoke(s.sh, list, s.uses, func(pause bool) tea.Cmd { return s.pause(list, pause) }, func() tea.Cmd {
		return s.each(&s.revokeCall, list, revoking, func(ctx context.Context, c *wallet.Credential) error {
			_, err := s.sh.Client().Revoke(ctx, c.Project, c.Kind, c.ID)
			return err
		})
	})
}

// outcome is what was done to credentials, and what follows for one and for several.
type outcome struct{ done, one, several string }

var (
	revoking = outcome{"revoked", "it is refused from now on", "they are refused from now on"}
	pausing  = outcome{"paused", "it is refused until you resume it", "they are refused until you resume them"}
	resuming = outcome{"resumed", "it is let in again", "they are let in again"}
)

// each changes one credential after another, up to the first that fails, and says how
// that ended.
func (s *screen) each(call *shell.Call, list []wallet.Credential, as outcome, change func(context.Context, *wallet.Credential) error) tea.Cmd {
	return shell.Ask(s.sh, s, call, func(ctx context.Context) (int, error) {
		for i := range list {
			if err := change(ctx, &list[i]); err != nil {
				return i, err
			}
		}
		return len(list), nil
	}, func(n int, err error) tea.Cmd {
		switch {
		case err != nil && n > 0:
			s.sh.Notify(shell.Failure, fmt.Sprintf("%d %s, then no more: %s", n, as.done, shell.ErrorText(err)))
		case err != nil:
			s.sh.Notify(shell.Failure, "not "+as.done+": "+shell.ErrorText(err))
			return nil
		case n > 1:
			s.sh.Notify(shell.Success, fmt.Sprintf("%d %s; %s", n, as.done, as.several))
		default:
			s.sh.Notify(shell.Success, as.done+"; "+as.one)
		}
		s.PickNone()
		return s.Reload()
	})
}

func (s *screen) requests() { s.requestsOf(*s.Selected()) }

func (s *screen) requestsOf(c wallet.Credential) {
	s.sh.Visit(place.Requests, place.RequestsOf{ID: c.ID, Name: c.Name})
}

func (s *screen) toggleInactive() {
	s.inactive = !s.inactive
	s.Refresh()
}

func (s *screen) copyID() tea.Cmd { return s.sh.Copy("the id", s.Selected().ID) }
