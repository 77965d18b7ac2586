package jwk

// What the tests of package jwk_test look into.
var (
	IsROCA       = isROCA
	SameKey      = sameKey
	DecodeBase64 = decodeBase64
)
