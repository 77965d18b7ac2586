package lint

// OddKeyID is what the tests of package lint_test look into.
var OddKeyID = oddKeyID
