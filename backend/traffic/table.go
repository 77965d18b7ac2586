package traffic

// table is a bounded map that evicts the entry that was counted least recently.
type table[K key[K], V any] struct {
	max            int
	onEvict        func(*V) // called with the value that is replaced; may be nil
	index          map[K]*slot[K, V]
	slots          []*slot[K, V] // in no order, for scan
	newest, oldest *slot[K, V]
}

// key is the key of a table. Entries keep a clone: a record's strings may be parts
// of a whole request header, which would stay in memory with them.
type key[K any] interface {
	comparable
	clone() K
}

type slot[K key[K], V any] struct {
	key          K
	value        V
	newer, older *slot[K, V]
}

func newTable[K key[K], V any](limit int) *table[K, V] {
	return &table[K, V]{max: limit, index: map[K]*slot[K, V]{}}
}

// entry finds or makes an entry. A live record makes it the newest. Records of the
// past come newest first, so a new key among them is older than all others; the
// result is nil if there is no room for it.
func (t *table[K, V]) entry(key K, a origin) *V {
	if s := t.index[key]; s != nil {
		if a == live && t.newest != s {
			t.unlink(s)
			t.linkNewest(s)
		}
		return &s.value
	}
	full := len(t.slots) >= t.max
	if full && a == past {
		return nil
	}
	key = key.clone()
	s := &slot[K, V]{key: key}
	if full {
		s = t.oldest
		t.unlink(s)
		delete(t.index, s.key)
		if t.onEvict != nil {
			t.onEvict(&s.value)
		}
		*s = slot[K, V]{key: key}
	} else {
		t.slots = append(t.slots, s)
	}
	t.index[key] = s
	if a == past {
		t.linkOldest(s)
	} else {
		t.linkNewest(s)
	}
	return &s.value
}

func (t *table[K, V]) unlink(s *slot[K, V]) {
	if s.newer != nil {
		s.newer.older = s.older
	} else {
		t.newest = s.older
	}
	if s.older != nil {
		s.older.newer = s.newer
	} else {
		t.oldest = s.newer
	}
	s.newer, s.older = nil, nil
}

func (t *table[K, V]) linkNewest(s *slot[K, V]) {
	s.older = t.newest
	if t.newest != nil {
		t.newest.newer = s
	} else {
		t.oldest = s
	}
	t.newest = s
}

func (t *table[K, V]) linkOldest(s *slot[K, V]) {
	s.newer = t.oldest
	if t.oldest != nil {
		t.oldest.older = s
	} else {
		t.newest = s
	}
	t.oldest = s
}
