package paste

// What the tests of package paste_test look into.
var (
	CompactAt   = compactAt
	IsForeign   = isForeign
	IsQuote     = isQuote
	IsSpace     = isSpace
	GatherLimit = gatherLimit
	PlainText   = plainText
	Unescape    = unescape
)
