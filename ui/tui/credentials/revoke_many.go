package credentials

import (
	"fmt"

	"keydeck/model"
	"keydeck/ui/text"
	"keydeck/ui/tui/shell"
	"keydeck/ui/tui/wallet"
	"keydeck/ui/tui/widget"
)

// maxAddresses is how many addresses the server lists per credential.
const maxAddresses = 20

// severalLines say how much the credentials are used, and list as many as there is
// room for, the busiest first.
func (v *revokeForm) severalLines() []string {
	box := shell.OverlayArea(v.sh.Size())
	w := v.Width(box) - widget.BoxWidth
	head := widget.Wrap(v.totals(), w)
	tail := widget.Wrap("Calls with them are refused from the next on. This cannot be undone.", w)
	const asks = 4 // lines of the question for a word and its error
	room := box.H - asks - len(head) - len(tail)
	spaced := room >= 8
	if spaced {
		room -= 2
	}
	lines, rest := head, v.list
	if spaced {
		lines = append(lines, "")
	}
	for len(rest) > 0 {
		item := v.item(&rest[0], w)
		if len(item)+min(1, len(rest)-1) > room { // a line for those not listed
			break
		}
		room -= len(item)
		lines, rest = append(lines, item...), rest[1:]
	}
	if len(rest) > 0 {
		used := "none"
		if n := v.countInUse(rest); n > 0 {
			used = text.Count(n)
		}
		lines = append(lines, "  and "+text.Count(int64(len(rest)))+" more, "+used+" of them in use")
	}
	if spaced {
		lines = append(lines, "")
	}
	return append(lines, tail...)
}

func (v *revokeForm) countInUse(list []wallet.Credential) (n int64) {
	for i := range list {
		if v.inUse(&list[i]) {
			n++
		}
	}
	return n
}

// totals says how many of the credentials are in use, how much, and from where.
func (v *revokeForm) totals() string {
	var hour int64
	used, ips, whole := v.countInUse(v.list), map[string]bool{}, true
	for i := range v.list {
		c := &v.list[i]
		if !v.inUse(c) {
			continue
		}
		u := v.uses[c.ID]
		hour += u.LastHour
		whole = whole && (u.LastHour == 0 || len(u.Addresses) > 0 && len(u.Addresses) < maxAddresses)
		for _, a := range u.Addresses {
			ips[a.RemoteIP] = true
		}
	}
	if used == 0 {
		return fmt.Sprintf("None of the %s was used in the last hour.", text.Count(int64(len(v.list))))
	}
	are := "are"
	if used == 1 {
		are = "is"
	}
	out := fmt.Sprintf("%s of %s %s in use: %s in the last hour", text.Count(used), text.Count(int64(len(v.list))), are, text.Plural(int(hour), "call", "calls"))
	switch {
	case v.useCall.Pending:
		return out + "; looking up from where…"
	case v.lookupErr != "":
		return out + ". " + v.lookupErr
	case len(ips) == 0:
		return out + "."
	case !whole:
		out += " from at least "
	default:
		out += " from "
	}
	return out + text.Plural(len(ips), "address", "addresses") + "."
}

// item says which credential it is and how it is used.
func (v *revokeForm) item(c *wallet.Credential, w int) []string {
	u := v.uses[c.ID]
	use := "never used"
	switch {
	case u.LastHour > 0:
		use = text.Plural(int(u.LastHour), "call", "calls") // in the last hour, as the totals say
	case c.LastUsed != nil:
		use = "last used " + model.Distance(c.LastUsed.Time, v.sh.Now())
	}
	mark, which := "  ", "  "+widget.Clip(c.Hint, 13)+"  "+use
	if v.inUse(c) {
		mark = "! "
	}
	lines := []string{widget.Clip(mark+widget.Clip(c.Name, max(8, w-2-widget.Width(which)))+which, w)}
	if c.SharesName {
		lines = append(lines, widget.Clip("    "+c.Distinction(v.sh.Now()), w))
	}
	if from := v.addressesIn(u.Addresses, w-9); from != "" {
		lines = append(lines, "    from "+from)
	}
	return lines
}

// addressesIn lists as many addresses as fit in w cells, at least one.
func (v *revokeForm) addressesIn(list []model.AddressCount, w int) string {
	for few := len(list); few > 0; few-- {
		if out := addresses(list, few); few == 1 || widget.Width(out) <= w {
			return widget.Clip(out, w)
		}
	}
	return ""
}
