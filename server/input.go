package server

import (
	"errors"
	"io"
	"net/http"

	"keydeck/model"
	"keydeck/server/pydantic"
)

// input validates a request in family C's envelope.
type input struct {
	*pydantic.Request
	w *exchange
	r *http.Request
}

func check(w *exchange, r *http.Request) *input { return &input{pydantic.New(r), w, r} }

const projectHeader = "x-project-id"

// project is the required header that names the project; it may be empty.
func (in *input) project() string { return in.Header(projectHeader) }

// page reads page and limit, with their documented defaults. A limit over the
// maximum is capped, not rejected.
func (in *input) page() model.PageRequest {
	return model.PageRequest{
		Page:  in.QueryInt("page", 1, 1),
		Limit: min(in.QueryInt("limit", model.DefaultPageLimit, 1), model.MaxPageLimit),
	}
}

// body reads the JSON object in the body.
func (in *input) body() *pydantic.Body {
	in.w.posted = in.Body(readBody(in.w, in.r))
	return in.w.posted
}

// readBody reads at most model.MaxBodyBytes.
func readBody(w http.ResponseWriter, r *http.Request) ([]byte, error) {
	raw, err := io.ReadAll(http.MaxBytesReader(w, r.Body, model.MaxBodyBytes))
	if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return nil, errBodyTooLarge
	}
	if err != nil {
		return nil, &model.Error{Code: model.CodeBadRequest, Reason: model.ReasonInvalidInput, Message: "the body ended early", Cause: err}
	}
	return raw, nil
}
