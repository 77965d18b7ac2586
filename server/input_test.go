package server

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"keydeck/model"
)

func TestPage(t *testing.T) {
	for target, want := range map[string]model.PageRequest{
		"/":                   {Page: 1, Limit: 10},
		"/?page=2&limit=5":    {Page: 2, Limit: 5},
		"/?limit=1000":        {Page: 1, Limit: 1000},
		"/?page=3&limit=1001": {Page: 3, Limit: 1000},
	} {
		in := check(&exchange{}, httptest.NewRequest(http.MethodGet, target, nil))
		if got := in.page(); got != want || in.Err() != nil {
			t.Errorf("%s: got %+v %v, want %+v", target, got, in.Err(), want)
		}
	}
}
