package server

import (
	"net/http"

	"keydeck/backend"
	"keydeck/model"
)

// Family D: the greeting that tells a client that its credential works
// (assets/doc/api.md, section 5).

// GET /
func (s *Server) greeting(w *exchange, _ *http.Request, _ backend.Principal) error {
	return w.json(http.StatusOK, jsonType, struct {
		Message string `json:"message"`
		Time    string `json:"time"`
	}{"Oh, Hello", s.backend.Now().Format(model.LayoutSecond)})
}
