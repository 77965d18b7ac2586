package strict

// Leaves visits every value of an object that is no container, in the order of the
// text and as far as it is JSON.
func Leaves(text string, maxDepth int, visit func(Leaf)) {
	s := scanner{text: text, maxDepth: maxDepth, leaf: visit}
	if s.space(); s.peek() == '{' {
		s.value(1)
	}
}

// Elements are those of an array, without names; none for what is no array. Of a
// broken array they are those before the fault.
func Elements(text string, maxDepth int) []Member {
	if len(text) == 0 || text[0] != '[' {
		return nil
	}
	s := scanner{text: text, maxDepth: maxDepth, quiet: true}
	s.value(1)
	return s.items
}

// PrefixReader reads objects that other text follows, with the same memory for each.
type PrefixReader struct{ s scanner }

// NewPrefixReader makes a reader that fails at deeper levels than maxDepth.
func NewPrefixReader(maxDepth int) *PrefixReader {
	return &PrefixReader{scanner{maxDepth: maxDepth, quiet: true}}
}

// Read reads the object that text begins with: n bytes, or as many as were read
// before a fault. The object is good until the next call, and lists no duplicates.
func (r *PrefixReader) Read(text string) (o Object, n int, ok bool) {
	s := &r.s
	s.text, s.pos, s.failed = text, 0, false
	s.object.Members = s.object.Members[:0]
	s.value(1)
	return s.object, s.pos, !s.failed
}
