package store

import (
	"encoding/json"
	"math"
	"slices"
	"strconv"
	"strings"

	"keydeck/model"
)

// requestQuery is one question to the log. Its answer agrees with
// model.RequestFilter.Match to the byte.
type requestQuery struct {
	filter    model.RequestFilter
	ascending bool   // oldest first
	after     string // only greater ids, "" for all
	limit     int
	skew      skew // needed with filter.Since and filter.Until
}

// maxArms is up to how many projects each get an indexed lookup of their own.
// Above it, one walk through the log in order is the better plan.
const maxArms = 32

// build gives the SQL and its arguments, or "" if nothing can pass. A list of
// visible projects becomes one arm each, put together with UNION ALL: every
// arm comes out of its index in order, and the engine merges them until the
// limit is reached.
func (q *requestQuery) build(d *dialect) (string, []any) {
	b := &sqlBuilder{}
	common := q.conditions(b, d)
	direction := " DESC"
	if q.ascending {
		direction = ""
	}
	var text strings.Builder
	for i, arm := range q.arms(b, d) {
		if i > 0 {
			text.WriteString(" UNION ALL ")
		}
		text.WriteString("SELECT " + requestColumns + " FROM requests")
		if all := slices.Concat(arm, common); len(all) > 0 {
			text.WriteString(" WHERE " + strings.Join(all, " AND "))
		}
	}
	if text.Len() == 0 {
		return "", nil
	}
	text.WriteString(" ORDER BY id" + direction + " LIMIT " + b.arg(q.limit))
	return text.String(), b.args
}

// arms are the disjoint sets of records that the reader may see, each a list
// of conditions.
func (q *requestQuery) arms(b *sqlBuilder, d *dialect) [][]string {
	f := &q.filter
	project := func(id string) []string {
		if id == "" {
			return []string{"project_id = ''"}
		}
		return []string{"project_id = " + b.arg(id), "project_id <> ''"} // the second is the index's own
	}
	switch {
	case f.Projects == nil && f.ProjectID == "":
		return [][]string{nil}
	case f.Projects == nil:
		return [][]string{project(f.ProjectID)}
	case f.ProjectID != "":
		if !slices.Contains(f.Projects, f.ProjectID) {
			return nil
		}
		return [][]string{project(f.ProjectID)}
	}
	ids := unique(f.Projects)
	var arms [][]string
	if len(ids) <= maxArms {
		for _, id := range ids {
			arms = append(arms, project(id))
		}
	} else {
		text, _ := json.Marshal(ids) // strings always marshal
		arms = append(arms, []string{d.anyOf("project_id", b.arg(string(text)))})
	}
	if f.UserID != "" && !slices.Contains(ids, "") {
		arms = append(arms, []string{"user_id = " + b.arg(f.UserID), "user_id <> ''", "project_id = ''"})
	}
	return arms
}

// conditions are what every arm must pass.
func (q *requestQuery) conditions(b *sqlBuilder, d *dialect) []string {
	f := &q.filter
	var all []string
	add := func(condition string) { all = append(all, condition) }
	if f.Before != "" {
		add("id < " + b.arg(f.Before))
	}
	if q.after != "" {
		add("id > " + b.arg(q.after))
	}
	if f.CredentialID != "" {
		add("credential_id = " + b.arg(f.CredentialID) + " AND credential_id <> ''")
	}
	if f.Status != 0 {
		add("status = " + b.arg(f.Status))
		if f.Status >= 300 {
			add("status >= 300") // the index's own
		}
	}
	if f.StatusClass != 0 {
		add("status / 100 = " + b.arg(f.StatusClass))
		if f.StatusClass >= 3 {
			add("status >= 300")
		}
	}
	if f.Method != "" {
		add("lower(method) = " + b.arg(lowerASCII(f.Method)))
	}
	if f.Path != "" {
		prefix := lowerASCII(f.Path)
		add(d.prefixFold("path", b.arg(prefix), b.arg(len(prefix))))
	}
	if f.Since != nil {
		from := ceilMillis(f.Since.Time)
		add("at >= " + b.arg(from))
		if id := idFloor(plus(from, -q.skew.lead)); id != "" {
			add("id >= " + b.arg(id))
		}
	}
	if f.Until != nil {
		end := ceilMillis(f.Until.Time)
		add("at < " + b.arg(end))
		if id := idFloor(plus(end, q.skew.lag)); id != idAbove {
			add("id < " + b.arg(id))
		}
	}
	if f.MinMillis > 0 {
		add("duration_us >= " + b.arg(ceilInt(f.MinMillis*1000)))
	}
	if f.Q != "" {
		// One search through all members put together is several times faster
		// than one in each. What separates them must not be part of what is
		// looked for, or it could be found across two.
		needle, separator := lowerASCII(f.Q), "\n"
		for c := rune(1); strings.Contains(needle, lowerASCII(separator)); c++ {
			separator = string(c)
		}
		between := " || " + b.arg(separator) + " || "
		members := strings.Join([]string{"path", "user_agent", "remote_ip", "credential_hint", "reason", "request_id"}, between)
		add(d.containsFold(members, b.arg(needle)))
	}
	return all
}

// sqlBuilder numbers the arguments of a statement.
type sqlBuilder struct{ args []any }

func (b *sqlBuilder) arg(v any) string {
	b.args = append(b.args, v)
	return "$" + strconv.Itoa(len(b.args))
}

// ceilInt is the smallest integer that is not below x.
func ceilInt(x float64) int64 {
	if x >= math.MaxInt64 {
		return math.MaxInt64
	}
	return int64(math.Ceil(x))
}

// lowerASCII folds A-Z only and leaves every other byte as it is.
func lowerASCII(s string) string {
	b := []byte(s)
	for i, c := range b {
		if 'A' <= c && c <= 'Z' {
			b[i] = c + 'a' - 'A'
		}
	}
	return string(b)
}
