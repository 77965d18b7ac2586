package tui

// allProjects is what the scope of all the user may see is called.
const allProjects = "all projects"

// scope says what the page shows something of: a project, or all of them.
func (r *Root) scope() string {
	s, ok := r.page().(interface{ showsAll() bool })
	switch {
	case !r.signedIn:
		return ""
	case ok && s.showsAll():
		return allProjects
	case r.project != nil:
		return r.project.Name
	}
	return ""
}

// showsAll reports that it shows the requests of all projects.
func (s *requestsScreen) showsAll() bool { return s.project == nil || s.all && s.scope.id == "" }
