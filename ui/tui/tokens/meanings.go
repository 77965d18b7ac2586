package tokens

// meanings say in a few words what a registered member is for: claims by RFC 7519,
// section 4.1, OpenID Connect Core, RFC 8693 and RFC 9068, header members by RFC
// 7515, 7516 and 7518. This server's own are among them.
var meanings = map[pane]map[string]string{
	paneHeader: {
		"typ": "what kind of token it is", "cty": "what its payload is", "kid": "which key", "crit": "what a verifier must understand",
		"jwk": "a key in the token itself", "jku": "where its keys are", "x5u": "where its certificate is", "x5c": "its certificates", "x5t": "hash of its certificate",
		"x5t#S256": "hash of its certificate", "b64": "whether the payload is encoded",
		"enc": "how the content is encrypted", "zip": "compressed first", "epk": "the sender's key", "apu": "about the sender", "apv": "about the receiver",
		"iv": "for the key's encryption", "tag": "of the key's encryption", "p2s": "salt of the password", "p2c": "rounds for the password",
	},
	paneClaims: {
		"iss": "who issued it", "sub": "who it is about", "aud": "who it is for", "exp": "when it expires", "nbf": "when it becomes valid", "iat": "when it was issued", "jti": "its unique id",
		"scope": "what it allows", "scp": "what it allows", "roles": "the subject's roles", "groups": "the subject's groups", "client_id": "the client that got it",
		"azp": "the client that got it", "sid": "the session", "nonce": "ties it to one request", "auth_time": "when the user signed in", "acr": "how strongly the user was authenticated",
		"amr": "how the user signed in", "at_hash": "hash of the access token", "c_hash": "hash of the code", "cnf": "the key that its holder has", "act": "who acts for the subject",
		"may_act": "who may act for the subject", "email_verified": "whether the address is theirs", "updated_at": "when the profile changed", "events": "what happened",
		"account_id": "the account", "project_id": "the project", "CustomerId": "the account", "nNodeLicenseExpiry": "when the licence ends", "hostname": "the host",
		"apiKey": "the first key of the pair", "secretKey": "the second key of the pair",
	},
}
