package strict

import "fmt"

// MemberReader reads members of an object and keeps the first error in Err.
type MemberReader struct {
	Object Object
	Err    error
}

// Fail sets Err unless it is set already.
func (r *MemberReader) Fail(format string, args ...any) {
	if r.Err == nil {
		r.Err = fmt.Errorf(format, args...)
	}
}

// Text is the string value of a member, "" if it is missing.
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

// Bytes is the value of a member that is base64url without padding (RFC 7518, section
// 2). A missing member is an error.
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

// Has reports whether the object has the member.
func (r *MemberReader) Has(name string) bool {
	_, ok := r.Object.Get(name)
	return ok
}
