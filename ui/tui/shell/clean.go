package shell

import (
	"keydeck/model"
	"keydeck/ui/text"
)

// Everything that comes from the server passes through this file before a
// screen sees it: names, addresses, paths and user agents were chosen by
// strangers. What stays as it came are ids, times, numbers and secrets; secrets
// are shown through text.Visible and copied as they are.

func cleanUser(u model.User) model.User {
	u.Email, u.FullName = text.Visible(u.Email), text.Visible(u.FullName)
	return u
}

func CleanProject(p model.Project) model.Project {
	p.Name, p.AccountID, p.Role = text.Visible(p.Name), text.Visible(p.AccountID), model.Role(text.Visible(string(p.Role)))
	p.ID = text.Visible(p.ID)
	return p
}

func CleanStatus(s model.Status) model.Status {
	s.URL, s.Listen, s.Mail = text.Visible(s.URL), text.Visible(s.Listen), text.Visible(s.Mail)
	s.Service, s.Version, s.DataDir = text.Visible(s.Service), text.Visible(s.Version), text.Visible(s.DataDir)
	return s
}

func CleanRecord(r *model.RequestRecord) {
	for _, s := range []*string{&r.ID, &r.Method, &r.Route, &r.Path, &r.RemoteIP, &r.UserAgent, &r.RequestID,
		&r.CredentialID, &r.CredentialHint, &r.ProjectID, &r.UserID} {
		*s = text.Visible(*s)
	}
	r.Scheme, r.Reason = model.Kind(text.Visible(string(r.Scheme))), model.Reason(text.Visible(string(r.Reason)))
}

func CleanInspection(in model.Inspection) model.Inspection {
	in.Message = text.Visible(in.Message)
	in.Kind, in.Reason = model.Kind(text.Visible(string(in.Kind))), model.Reason(text.Visible(string(in.Reason)))
	for _, s := range []**string{&in.Algorithm, &in.KID, &in.CredentialID, &in.CredentialName, &in.CredentialHint,
		&in.ProjectID, &in.AccountID, &in.UserID, &in.Key, &in.KeyState} {
		if *s != nil {
			v := text.Visible(**s)
			*s = &v
		}
	}
	in.Signature = model.Signature(text.Visible(string(in.Signature)))
	in.Scopes = text.VisibleAll(in.Scopes)
	return in
}

func CleanTrace(t model.Trace) model.Trace {
	t.Inspection = CleanInspection(t.Inspection)
	for i := range t.Steps {
		s := &t.Steps[i]
		CleanStrings(&s.Family, &s.Method, &s.Route, &s.Header, &s.Message)
		s.Reason, s.Also = model.Reason(text.Visible(string(s.Reason))), text.VisibleAll(s.Also)
	}
	if t.Record != nil {
		CleanRecord(t.Record)
	}
	if t.Explanation != nil {
		CleanStrings(t.Explanation)
	}
	return t
}

// CleanStrings makes each of the strings fit to be shown, in place.
func CleanStrings(list ...*string) {
	for _, s := range list {
		*s = text.Visible(*s)
	}
}
