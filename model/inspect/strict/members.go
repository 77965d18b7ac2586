package strict

import "fmt"

// MemberReader reads members of an object and keeps the first error.
type MemberReader struct {
	Object Object
	Err    error
}

// Fail keeps an error unless there is one already.
func (r *MemberReader) Fail(format string, args ...any) {
	if r.Err == nil {
		r.Err = fmt.Errorf(format, args...)
	}
}

// Text is a member that is a string, "" if it is missing.
func (r *MemberReader) Text(name string) string {
	m, ok := r.Object.Get(name)
	if !ok {
		return ""
	}
	s, ok := m.Text()
	if !ok {
		r.Fail("%s is not a string", name)
	}
	return s
}

// Bytes is a member that is base64url (RFC 7518, section 2: without padding).
func (r *MemberReader) Bytes(name string) []byte {
	if !r.Has(name) {
		r.Fail("%s is missing", name)
		return nil
	}
	b, err := Base64URL.DecodeString(r.Text(name))
	if err != nil {
		r.Fail("%s is not base64url without padding: %w", name, err)
		return nil
	}
	return b
}

// Has reports whether there is a member of the name.
func (r *MemberReader) Has(name string) bool {
	_, ok := r.Object.Get(name)
	return ok
}
