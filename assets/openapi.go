package assets

import (
	"embed"
	"fmt"
	"slices"
	"sync"
)

//go:embed openapi.yaml
var openAPIYAML []byte

// SwaggerUI holds the page of GET /docs, under swagger/: index.html,
// initializer.js and favicon.svg are ours; swagger-ui.css, swagger-ui-bundle.js
// and the licences are those of the npm package swagger-ui-dist 5.35.0,
// unchanged. The page refers to its files as /docs/<file> and to the document as
// /openapi.json. It has no inline script, and needs script-src 'self', style-src
// 'self' 'unsafe-inline', img-src 'self' data:, font-src 'self' data: and
// connect-src 'self'.
//
//go:embed swagger
var SwaggerUI embed.FS

// OpenAPIYAML is the OpenAPI 3.1 document as it is written. The caller owns the
// slice.
func OpenAPIYAML() []byte { return slices.Clone(openAPIYAML) }

// OpenAPIJSON is the same document as compact JSON, members in the order of the
// YAML. It is converted on the first call. The slice is shared: read it, do not
// change it. The error names a line of openapi.yaml; the tests keep it nil.
func OpenAPIJSON() ([]byte, error) { return openAPIJSON() }

var openAPIJSON = sync.OnceValues(func() ([]byte, error) {
	out, err := yamlToJSON(openAPIYAML)
	if err != nil {
		return nil, fmt.Errorf("convert openapi.yaml: %w", err)
	}
	return out, nil
})
