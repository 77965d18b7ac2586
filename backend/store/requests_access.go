package store

import "slices"

// accessPath is how a query scans the log: along the index of one of its
// conditions, which has only the records that meet it, or along all records. Each
// access path goes from the newest record to the oldest.
type accessPath int

const (
	byAll accessPath = iota
	byProjects
	byCredential
	byStatus
)

// accessPaths are those that the filter allows. The first one usually looks at the
// fewest records.
func (q *requestQuery) accessPaths() []accessPath {
	f := &q.filter
	var all []accessPath
	if f.CredentialID != "" {
		all = append(all, byCredential)
	}
	if f.Status >= 300 || f.StatusClass >= 3 {
		all = append(all, byStatus)
	}
	switch n := len(f.Projects); {
	case f.ProjectID != "",
		f.Projects != nil && n <= maxArms && !slices.Contains(f.Projects, ""): // records of no project are not in the index
		all = append(all, byProjects)
	}
	if len(all) == 0 {
		return []accessPath{byAll}
	}
	return all
}

// allMatch reports that every record on the access path passes, so that the limit
// alone bounds the scan.
func (q *requestQuery) allMatch() bool {
	f := &q.filter
	conditions := 0
	for _, set := range [...]bool{f.CredentialID != "", f.Status != 0, f.StatusClass != 0, f.ProjectID != "" || f.Projects != nil} {
		if set {
			conditions++
		}
	}
	if f.Method != "" || f.Route != "" || f.Path != "" || f.Q != "" || f.MinMillis > 0 || f.Since != nil || f.Until != nil {
		return false
	}
	return conditions == 0 || conditions == 1 && q.by != byAll
}
