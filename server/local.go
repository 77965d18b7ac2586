package server

import (
	"net/http"

	"keydeck/backend"
)

// The owner's routes, served on the socket only.

// GET /local/status
func (s *Server) localStatus(w *exchange, _ *http.Request, _ backend.Principal) error {
	return w.data(http.StatusOK, s.config.Status())
}

// POST /local/stop stops the server in a goroutine, because a clean shutdown waits
// for this very request.
func (s *Server) localStop(w *exchange, _ *http.Request, _ backend.Principal) error {
	err := w.data(http.StatusAccepted, struct{}{})
	go s.config.Stop()
	return err
}

// GET /local/mail
func (s *Server) localMail(w *exchange, r *http.Request, _ backend.Principal) error {
	return w.ok(items(s.backend.Mailbox(r.Context())))
}
