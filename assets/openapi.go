package assets

import (
	"embed"
	"fmt"
	"sync"
)

//go:embed openapi.yaml
var openAPIYAML []byte

// SwaggerUI holds the page of GET /docs in swagger/: index.html, initializer.js and
// favicon.svg are ours; swagger-ui.css, swagger-ui-bundle.js and the licences come
// unchanged from the npm package swagger-ui-dist 5.35.0. The page links to its
// files as /docs/<file> and to the document as /openapi.json. It has no inline
// script. Its Content-Security-Policy must allow script-src 'self', style-src 'self'
// 'unsafe-inline', img-src 'self' data:, font-src 'self' data: and connect-src
// 'self'.
//
//go:embed swagger
var SwaggerUI embed.FS

// OpenAPIJSON returns the OpenAPI 3.1 document, openapi.yaml, as compact JSON with
// its members in the order of the YAML. The first call converts it. The slice is
// shared and must not be changed. An error names a line of openapi.yaml; the tests
// make sure that there is none.
func OpenAPIJSON() ([]byte, error) { return openAPIJSON() }

var openAPIJSON = sync.OnceValues(func() ([]byte, error) {
	out, err := yamlToJSON(openAPIYAML)
	if err != nil {
		return nil, fmt.Errorf("convert openapi.yaml: %w", err)
	}
	return out, nil
})
