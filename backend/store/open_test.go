package store

import "context"

// Open is OpenBoth for keydeck.db alone.
func Open(ctx context.Context, o Options) (*Store, error) {
	p, err := begin(ctx, o, stateFile)
	if err != nil {
		return nil, err
	}
	return openStore(ctx, p)
}

// OpenRequests is OpenBoth for requests.db alone.
func OpenRequests(ctx context.Context, o Options) (*Requests, error) {
	p, err := begin(ctx, o, requestsFile)
	if err != nil {
		return nil, err
	}
	return openRequests(ctx, p)
}
