package store

import (
	"encoding/json"
	"math"
	"slices"
	"strconv"
	"strings"

	"keydeck/model"
)

// requestQuery is one query of the log. It finds exactly the records that
// model.RequestFilter.Match accepts.
type requestQuery struct {
	filter    model.RequestFilter
	ascending bool   // oldest first
	after     string // only greater ids, "" for all
	floor     string // only this id and greater ones, "" for all
	limit     int
	skew      skew       // needed with filter.Since and filter.Until
	by        accessPath // the index that is scanned
}

// maxArms is how many projects can each have their own indexed lookup. With more,
// one scan of the log in order is the better plan.
const maxArms = 32

// build returns the SQL and its arguments, or "" if nothing can pass. If the
// access path is by projects, each visible project becomes one arm of a UNION
// ALL: each arm comes out of its index in order, and the engine merges them until
// the limit is reached.
func (q *requestQuery) build() (string, []any) {
	b := &sqlBuilder{}
	common := slices.Concat(q.idRange(b), q.indexableConditions(b), q.filterConditions(b))
	arms := q.arms(b)
	return q.statement(requestColumns, arms, common, b.arg(q.limit)), b.args
}

// buildFloor returns the SQL for the id of the rows-th record on the access path,
// with the conditions of its index only; "" if nothing can pass. It reads nothing
// but the index.
func (q *requestQuery) buildFloor(rows int) (string, []any) {
	b := &sqlBuilder{}
	common := q.idRange(b)
	switch q.by {
	case byCredential, byStatus:
		common = append(common, q.indexConditions(b)...)
	}
	arms := [][]string{nil}
	if q.by == byProjects {
		arms = q.arms(b)
	}
	return q.statement("id", arms, common, "1 OFFSET "+b.arg(rows-1)), b.args
}

func (q *requestQuery) statement(columns string, arms [][]string, common []string, limit string) string {
	var text strings.Builder
	for i, arm := range arms {
		if i > 0 {
			text.WriteString(" UNION ALL ")
		}
		text.WriteString("SELECT " + columns + " FROM requests")
		if all := slices.Concat(arm, common); len(all) > 0 {
			text.WriteString(" WHERE " + strings.Join(all, " AND "))
		}
	}
	if text.Len() == 0 {
		return ""
	}
	direction := " DESC"
	if q.ascending {
		direction = ""
	}
	text.WriteString(" ORDER BY id" + direction + " LIMIT " + limit)
	return text.String()
}

// arms are the disjoint sets of records that the reader may see, each as a list of
// conditions. Only the access path by projects has more than one.
func (q *requestQuery) arms(b *sqlBuilder) [][]string {
	f := &q.filter
	project := func(id string) []string {
		if id == "" {
			return []string{"project_id = ''"}
		}
		if q.by != byProjects {
			return []string{"project_id = " + b.arg(id)}
		}
		return []string{"project_id = " + b.arg(id), "project_id <> ''"} // the second is the partial index's own
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
	mine := f.UserID != "" && !slices.Contains(ids, "")
	if q.by != byProjects {
		text, _ := json.Marshal(ids) // strings always marshal
		visible := anyOf("project_id", b.arg(string(text)))
		if mine {
			visible = "(" + visible + " OR (user_id = " + b.arg(f.UserID) + " AND project_id = ''))"
		}
		return [][]string{{visible}}
	}
	var arms [][]string
	for _, id := range ids {
		arms = append(arms, project(id))
	}
	if mine {
		arms = append(arms, []string{"user_id = " + b.arg(f.UserID), "user_id <> ''", "project_id = ''"})
	}
	return arms
}

// idRange are the conditions on ids.
func (q *requestQuery) idRange(b *sqlBuilder) []string {
	f := &q.filter
	var all []string
	add := func(condition string) { all = append(all, condition) }
	if f.Before != "" {
		add("id < " + b.arg(f.Before))
	}
	if q.after != "" {
		add("id > " + b.arg(q.after))
	}
	if q.floor != "" {
		add("id >= " + b.arg(q.floor))
	}
	if f.Since != nil {
		if id := idFloor(plus(ceilMillis(f.Since.Time), -q.skew.lead)); id != "" {
			add("id >= " + b.arg(id))
		}
	}
	if f.Until != nil {
		if id := idFloor(plus(ceilMillis(f.Until.Time), q.skew.lag)); id != idAbove {
			add("id < " + b.arg(id))
		}
	}
	return all
}

// indexableConditions are the conditions that an index could answer. The engine
// uses the index of the access path only: the indices are partial, and it
// considers one only if the query repeats the index's own condition.
func (q *requestQuery) indexableConditions(b *sqlBuilder) []string {
	f := &q.filter
	var all []string
	if f.CredentialID != "" && q.by != byCredential {
		all = append(all, "credential_id = "+b.arg(f.CredentialID))
	}
	if f.Status != 0 && (q.by != byStatus || f.Status < 300) {
		all = append(all, "status = "+b.arg(f.Status))
	}
	if f.StatusClass != 0 && (q.by != byStatus || f.Status >= 300) {
		all = append(all, "status / 100 = "+b.arg(f.StatusClass))
	}
	if q.by == byCredential || q.by == byStatus {
		all = append(all, q.indexConditions(b)...)
	}
	return all
}

// indexConditions are the conditions of the access path's index.
func (q *requestQuery) indexConditions(b *sqlBuilder) []string {
	f := &q.filter
	switch {
	case q.by == byCredential:
		return []string{"credential_id = " + b.arg(f.CredentialID), "credential_id <> ''"}
	case f.Status >= 300:
		return []string{"status = " + b.arg(f.Status), "status >= 300"}
	}
	return []string{"status / 100 = " + b.arg(f.StatusClass), "status >= 300"}
}

// filterConditions are the conditions without an index: the engine tests each
// record on the access path.
func (q *requestQuery) filterConditions(b *sqlBuilder) []string {
	f := &q.filter
	var all []string
	add := func(condition string) { all = append(all, condition) }
	if f.Method != "" {
		add("lower(method) = " + b.arg(model.LowerASCII(f.Method)))
	}
	if f.Path != "" {
		prefix := model.LowerASCII(f.Path)
		add(prefixFold("path", b.arg(prefix), b.arg(len(prefix))))
	}
	if f.Route != "" {
		add("route = " + b.arg(f.Route))
	}
	if f.Since != nil {
		add("at >= " + b.arg(ceilMillis(f.Since.Time)))
	}
	if f.Until != nil {
		add("at < " + b.arg(ceilMillis(f.Until.Time)))
	}
	if f.MinMillis > 0 {
		add("duration_us >= " + b.arg(ceilInt(f.MinMillis*1000)))
	}
	if f.Q != "" {
		add(containsText(b, f.Q, "path", "user_agent", "remote_ip", "credential_hint", "reason", "request_id"))
	}
	return all
}

// containsText is the condition that one of the columns contains q, ignoring ASCII
// case.
func containsText(b *sqlBuilder, q string, columns ...string) string {
	if strings.Contains(q, "\x00") {
		return "1 = 0" // no column has one, and engines differ in comparing it
	}
	return containsFold(columns, b.arg(likeContains(q)))
}

// likeContains is the LIKE pattern for "contains s", in which the backslash
// escapes.
func likeContains(s string) string {
	return "%" + strings.NewReplacer(`\`, `\\`, "%", `\%`, "_", `\_`).Replace(s) + "%"
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
