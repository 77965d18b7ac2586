package jwt

// What the tests of package jwt_test look into.
var (
	Clean       = clean
	CompactAt   = compactAt
	IsForeign   = isForeign
	IsQuote     = isQuote
	IsSpace     = isSpace
	GatherLimit = gatherLimit
	PlainText   = plainText
	Squeeze     = squeeze
	Unescape    = unescape
)
