package backend

import (
	"fmt"
	"syscall"
	"testing"

	"keydeck/backend/store"
	"keydeck/model"
)

func TestStoreErrorSaysWhatHelps(t *testing.T) {
	tests := []struct {
		err  error
		want string
	}{
		{fmt.Errorf("store: put: %w: %w: 13", store.ErrUnavailable, syscall.ENOSPC), "The server's disk is full. Make room on it, then try again."},
		{fmt.Errorf("store: put: %w: 5", store.ErrUnavailable), "The database does not answer. Try again in a moment."},
	}
	for _, tt := range tests {
		err := storeError(tt.err, "Key")
		if model.CodeOf(err) != model.CodeUnavailable {
			t.Errorf("%v: code %s, want %s", tt.err, model.CodeOf(err), model.CodeUnavailable)
		}
		if e, ok := err.(*model.Error); !ok || e.Message != tt.want || e.RetryAfter == 0 { //nolint:errorlint // the shape itself is what callers get
			t.Errorf("%v: got %#v, want %q", tt.err, err, tt.want)
		}
	}
}
