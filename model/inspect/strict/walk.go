package strict

import "iter"

// Leaves are the values of an object that are not containers, in the order of the
// text, until the end or the first fault.
func Leaves(text string, maxDepth int) iter.Seq[Leaf] {
	return func(yield func(Leaf) bool) {
		s := scanner{text: text, maxDepth: maxDepth, leaf: yield}
		if s.space(); s.peek() == '{' {
			s.value(1)
		}
	}
}

// Elements are the elements of an array, as members without names; nil if text is not
// an array. Of a broken array they are the elements before the fault.
func Elements(text string, maxDepth int) []Member {
	if len(text) == 0 || text[0] != '[' {
		return nil
	}
	s := scanner{text: text, maxDepth: maxDepth, quiet: true}
	s.value(1)
	return s.items
}

// PrefixReader reads objects that are followed by other text. It reuses its memory.
type PrefixReader struct{ s scanner }

// NewPrefixReader returns a reader that fails on objects deeper than maxDepth levels.
func NewPrefixReader(maxDepth int) *PrefixReader {
	return &PrefixReader{scanner{maxDepth: maxDepth, quiet: true}}
}

// Read reads the object that text begins with. n is its length, or how far reading got
// before a fault. The object is valid until the next call; duplicates are not listed.
func (r *PrefixReader) Read(text string) (o Object, n int, ok bool) {
	s := &r.s
	s.text, s.pos, s.failed = text, 0, false
	s.object.Members = s.object.Members[:0]
	s.value(1)
	return s.object, s.pos, !s.failed
}
