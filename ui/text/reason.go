package text

import (
	"strings"

	"keydeck/model"
)

// Kind is a kind of credential in words. An unknown kind, which may be a
// server's, is made visible.
func Kind(k model.Kind) string {
	if name := k.Name(); name != "" {
		return name
	}
	return Visible(string(k))
}

// Reason is the sentence for a reason, "" for none. It names the kind of credential
// where that is known: "the API key had expired".
func Reason(r model.Reason, k model.Kind) string {
	why := r.Text().Past
	if why == "" {
		return unknownReason(r)
	}
	if name := k.Name(); name != "" && k != "" && k != model.KindUnknown {
		return strings.Replace(why, "the credential", "the "+name, 1)
	}
	return why
}

// ReasonLabel is the label of a reason, at most 13 characters; "" for none.
func ReasonLabel(r model.Reason) string {
	if label := r.Text().Label; label != "" {
		return label
	}
	return unknownReason(r)
}

// unknownReason makes a newer server's reason readable.
func unknownReason(r model.Reason) string {
	return strings.ReplaceAll(Visible(string(r)), "_", " ")
}
