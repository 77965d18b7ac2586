package traffic

// table is a bounded map that knows in which order its entries were last
// counted. When it is full, the one that was counted longest ago makes room.
type table[K key[K], V any] struct {
	max            int
	onEvict        func(*V) // told whose place is taken; may be nil
	index          map[K]*slot[K, V]
	slots          []*slot[K, V] // in no order, for reading piece by piece
	newest, oldest *slot[K, V]
}

// key is what a table is looked up by. Entries keep a clone: what a record holds
// may be a piece of a whole request header, which would stay in memory with it.
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

// at finds or makes an entry, and a fresh record makes it the newest. Records of
// the past come newest first, so a new key among them is older than all that
// were seen before: it is nil if there is no room for it.
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
