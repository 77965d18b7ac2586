package traffic

import "container/list"

// table is a bounded map that evicts the entry that was counted least recently.
type table[K key[K], V any] struct {
	max     int
	onEvict func(*V) // called with the value that is replaced; may be nil
	index   map[K]*slot[K, V]
	slots   []*slot[K, V] // in no order, for scan
	order   list.List     // of *slot[K, V], the newest first
}

// key is the key of a table. Entries keep a clone: a record's strings may be parts
// of a whole request header, which would stay in memory with them.
type key[K any] interface {
	comparable
	clone() K
}

type slot[K key[K], V any] struct {
	key   K
	value V
	at    *list.Element
}

func newTable[K key[K], V any](limit int) *table[K, V] {
	return &table[K, V]{max: limit, index: map[K]*slot[K, V]{}}
}

// entry finds or makes an entry. A live record makes it the newest. Records of the
// past come newest first, so a new key among them is older than all others; the
// result is nil if there is no room for it.
func (t *table[K, V]) entry(key K, a origin) *V {
	s := t.index[key]
	switch full := len(t.slots) >= t.max; {
	case s != nil:
		if a == live {
			t.order.MoveToFront(s.at)
		}
		return &s.value
	case full && a == past:
		return nil
	case full:
		s = t.order.Back().Value.(*slot[K, V])
		delete(t.index, s.key)
		if t.onEvict != nil {
			t.onEvict(&s.value)
		}
		*s = slot[K, V]{at: s.at}
		t.order.MoveToFront(s.at)
	default:
		s = &slot[K, V]{}
		t.slots = append(t.slots, s)
		if a == past {
			s.at = t.order.PushBack(s)
		} else {
			s.at = t.order.PushFront(s)
		}
	}
	s.key = key.clone()
	t.index[s.key] = s
	return &s.value
}
