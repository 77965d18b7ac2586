package server

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"mime"
	"net/http"
	"path"

	"keydeck/assets"
	"keydeck/backend"
)

// The documentation of the API, embedded in the binary.

// docsPolicy is the Content-Security-Policy of /docs: the page may load its own files
// and call its own server, nothing else. Swagger UI uses inline styles, and icons
// from data: URLs.
const docsPolicy = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; " +
	"font-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

// GET /openapi.json
func (s *Server) openAPI(w *exchange, _ *http.Request, _ backend.Principal) error {
	doc, err := assets.OpenAPIJSON()
	if err != nil {
		return err
	}
	if s.config.PublicURL != "" {
		if doc, err = atURL(doc, s.config.PublicURL, s.config.Region); err != nil {
			return err
		}
	}
	w.Header().Set("Cache-Control", "no-cache")
	return w.body(http.StatusOK, jsonType, doc)
}

// atURL makes this server the only one in the document.
func atURL(doc []byte, url, region string) ([]byte, error) {
	members := map[string]json.RawMessage{}
	if err := json.Unmarshal(doc, &members); err != nil {
		return nil, fmt.Errorf("read openapi document: %w", err)
	}
	server := map[string]string{"url": url}
	if region != "" {
		server["description"] = region
	}
	servers, err := json.Marshal([]map[string]string{server})
	if err != nil {
		return nil, fmt.Errorf("encode servers: %w", err)
	}
	members["servers"] = servers
	return json.Marshal(members)
}

// GET /docs and GET /docs/{file}
func (s *Server) docs(w *exchange, r *http.Request, _ backend.Principal) error {
	name := cmp.Or(r.PathValue("file"), "index.html")
	file, err := fs.ReadFile(assets.SwaggerUI, path.Join("swagger", path.Base(name)))
	if err != nil {
		if errors.Is(err, fs.ErrNotExist) || errors.Is(err, fs.ErrInvalid) {
			return errNoRoute
		}
		return fmt.Errorf("read docs: %w", err)
	}
	w.Header().Set("Cache-Control", "no-cache")
	w.Header().Set("Content-Security-Policy", docsPolicy)
	w.Header().Set("Referrer-Policy", "no-referrer")
	return w.body(http.StatusOK, cmp.Or(mime.TypeByExtension(path.Ext(name)), textType), file)
}
