package lint

import (
	"net/netip"
	"slices"
	"strings"

	"keydeck/model"
	"keydeck/model/inspect/internal/display"
	"keydeck/model/inspect/internal/paste"
	"keydeck/model/inspect/jwt"
	"keydeck/model/inspect/strict"
)

// A token can be read by everybody who holds it: browsers, proxies, logs. Personal
// data in it is worth a note, and a secret a warning. Both are recognised by the names
// of claims (OpenID Connect Core, section 5.1, and common ones) and by the form of
// values, at any depth.

// personalNames says what claims hold, by their names in lower case without dashes and
// underscores.
var personalNames = map[string]string{
	"email": "an e-mail address", "emailaddress": "an e-mail address", "mail": "an e-mail address",
	"phone": "a phone number", "phonenumber": "a phone number", "mobile": "a phone number", "mobilenumber": "a phone number", "telephone": "a phone number",
	"birthdate": "a date of birth", "dateofbirth": "a date of birth", "dob": "a date of birth", "birthday": "a date of birth", "placeofbirth": "a place of birth",
	"address": "an address", "streetaddress": "an address", "street": "an address", "postaladdress": "an address", "homeaddress": "an address",
	"postalcode": "an address", "zipcode": "an address",
	"name": "a name", "givenname": "a name", "familyname": "a name", "middlename": "a name", "firstname": "a name", "lastname": "a name",
	"fullname": "a name", "surname": "a name", "maidenname": "a name", "nickname": "a name", "preferredusername": "a name",
	"gender": "a gender", "sex": "a gender", "picture": "a picture", "nationality": "a nationality", "nationalities": "a nationality",
	"ssn": "a national id", "socialsecuritynumber": "a national id", "nationalid": "a national id", "nationalidentifier": "a national id",
	"personalnumber": "a national id", "taxid": "a national id", "tin": "a national id", "passport": "a national id", "passportnumber": "a national id",
	"driverlicense": "a national id", "driverslicense": "a national id", "idnumber": "a national id",
	"iban": "a bank account", "bankaccount": "a bank account", "accountnumber": "a bank account",
	"creditcard": cardNumber, "creditcardnumber": cardNumber, "cardnumber": cardNumber, "pan": cardNumber,
	"ip": "an IP address", "ipaddr": "an IP address", "ipaddress": "an IP address", "clientip": "an IP address", "remoteip": "an IP address",
	"religion": "a belief", "ethnicity": "an origin", "healthid": "a health record", "geolocation": "a place", "latitude": "a place", "longitude": "a place",
}

// secretNames are claims whose values only their owner may know.
var secretNames = []string{
	"password", "passwd", "pwd", "passphrase", "secret", "clientsecret", "privatekey", "secretkey", "apikey", "pin", "otp", "mfasecret", "totpsecret",
}

const cardNumber = "a card number"

const (
	maxLeaves    = 10_000 // values to look at
	maxNamed     = 8      // names in a finding
	maxLeafBytes = 320    // longer values are not examined; no e-mail address is longer
)

// privacy collects what should not be in claims.
type privacy struct {
	seen                   int
	personal, secret, card []string
}

// look examines one value.
func (p *privacy) look(l strict.Leaf) {
	if p.seen++; p.seen > maxLeaves || l.Raw == `""` || l.Raw == "null" || l.Raw == "true" || l.Raw == "false" {
		return
	}
	folded := foldName(l.Name)
	text, isString := strict.Member{Raw: l.Raw}.Text()
	form := ""
	if len(text) <= maxLeafBytes {
		form = personalForm(folded, text, isString)
	}
	switch {
	case isString && (slices.Contains(secretNames, folded) && !paste.LooksLikeHeader(text) || isSecret(text)):
		note(&p.secret, l.Name, "a secret")
	case form == cardNumber:
		note(&p.card, l.Name, form)
	case form != "":
		note(&p.personal, l.Name, form)
	case personalNames[folded] != "":
		note(&p.personal, l.Name, personalNames[folded])
	}
}

func note(list *[]string, name, what string) {
	if text := display.Name(name) + " (" + what + ")"; len(*list) < maxNamed && !slices.Contains(*list, text) {
		*list = append(*list, text)
	}
}

// privacyFindings makes one finding of each kind, which lists everything found.
func (l *linter) privacyFindings(p privacy) {
	for _, m := range l.Claims.Members { // an address is an object in OpenID Connect
		if strings.HasPrefix(m.Raw, "{") && m.Raw != "{}" && foldName(m.Name) == "address" {
			note(&p.personal, m.Name, personalNames["address"])
		}
	}
	const considerations = "RFC 7519, section 12"
	if p.secret != nil {
		l.finding(jwt.Danger, "secret_claim", considerations, "a secret in the claims: %s; everybody who holds the token can read it", strings.Join(p.secret, ", "))
	}
	if p.card != nil {
		l.finding(jwt.Warn, "card_number", considerations, "a payment card's number in the claims: %s", strings.Join(p.card, ", "))
	}
	if p.personal != nil {
		l.finding(jwt.Note, "personal", considerations, "personal data: %s; everybody who holds the token can read it", strings.Join(p.personal, ", "))
	}
}

// foldName unifies the spellings of a claim name and cuts its namespace:
// "https://example.com/phone-number" becomes "phonenumber".
func foldName(name string) string {
	if len(name) > maxLeafBytes {
		return ""
	}
	if i := strings.LastIndexAny(name, "/:#"); i >= 0 {
		name = name[i+1:]
	}
	return strings.ToLower(withoutSigns.Replace(name))
}

var withoutSigns = strings.NewReplacer("_", "", "-", "", " ", "", ".", "")

// isSecret recognises keys by their form.
func isSecret(text string) bool {
	return model.CheckKey(text) == "" || strings.HasPrefix(text, "-----BEGIN ") && strings.Contains(text[:min(len(text), 64)], "PRIVATE KEY-----")
}

// personalForm says what a value is by its form, "" if nothing personal. name is
// folded.
func personalForm(name, text string, isString bool) string {
	digits := withoutGaps.Replace(text)
	switch {
	case isCardNumber(digits):
		return cardNumber
	case !isString:
		return ""
	case isEmail(text):
		return "an e-mail address"
	case isPhone(text):
		return "a phone number"
	case isIBAN(digits):
		return "a bank account"
	case isSSN(text):
		return "a national id"
	case isAddress(name, text):
		return "an IP address"
	}
	return ""
}

var withoutGaps = strings.NewReplacer(" ", "", "-", "")

// isEmail goes by the common shape of an addr-spec (RFC 5322, section 3.4.1). The name
// of a service, or anything with "://", does not count.
func isEmail(s string) bool {
	local, domain, ok := strings.Cut(s, "@")
	if !ok || local == "" || strings.ContainsAny(s, " \t<>:/\\\"'()[]{},;|") || strings.Contains(domain, "@") {
		return false
	}
	dot := strings.LastIndexByte(domain, '.')
	if dot <= 0 || strings.HasSuffix(domain, ".gserviceaccount.com") || strings.HasSuffix(domain, ".local") {
		return false
	}
	top := domain[dot+1:]
	return len(top) >= 2 && strings.Trim(strings.ToLower(top), "abcdefghijklmnopqrstuvwxyz") == ""
}

// isPhone accepts the international form only (ITU-T E.164), since a bare number can
// be anything.
func isPhone(s string) bool {
	if !strings.HasPrefix(s, "+") || strings.Trim(s[1:], "0123456789 -().") != "" {
		return false
	}
	n := digitsIn(s)
	return 8 <= n && n <= 15
}

// digitsIn counts the digits.
func digitsIn(s string) int {
	n := 0
	for i := range len(s) {
		if '0' <= s[i] && s[i] <= '9' {
			n++
		}
	}
	return n
}

// isCardNumber accepts digits with the prefix and length of a known card brand and a
// valid check digit (ISO/IEC 7812).
func isCardNumber(s string) bool {
	if len(s) < 13 || len(s) > 19 || digitsIn(s) != len(s) {
		return false
	}
	prefix := func(n int) int {
		v := 0
		for i := range n {
			v = v*10 + int(s[i]-'0')
		}
		return v
	}
	in := func(v, from, to int) bool { return from <= v && v <= to }
	n, brand := len(s), false
	switch s[0] {
	case '3':
		brand = n == 15 && (prefix(2) == 34 || prefix(2) == 37) || n == 14 && (in(prefix(3), 300, 305) || prefix(2) == 36 || prefix(2) == 38) || n == 16 && in(prefix(4), 3528, 3589)
	case '4':
		brand = n == 13 || n == 16 || n == 19
	case '2', '5':
		brand = n == 16 && (in(prefix(2), 51, 55) || in(prefix(4), 2221, 2720))
	case '6':
		brand = n == 16 && (prefix(4) == 6011 || prefix(2) == 65 || in(prefix(3), 644, 649))
	}
	return brand && luhn(s)
}

func luhn(s string) bool {
	sum := 0
	for i := range len(s) {
		d := int(s[len(s)-1-i] - '0')
		if i%2 == 1 {
			if d *= 2; d > 9 {
				d -= 9
			}
		}
		sum += d
	}
	return sum%10 == 0
}

// isIBAN checks the form of an account number and its check digits (ISO 13616).
func isIBAN(s string) bool {
	if len(s) < 15 || len(s) > 34 || strings.Trim(s[:2], "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != "" || digitsIn(s[2:4]) != 2 {
		return false
	}
	rest := 0
	for _, c := range []byte(s[4:] + s[:4]) {
		switch {
		case '0' <= c && c <= '9':
			rest = (rest*10 + int(c-'0')) % 97
		case 'A' <= c && c <= 'Z':
			rest = (rest*100 + int(c-'A') + 10) % 97
		default:
			return false
		}
	}
	return rest == 1
}

// isSSN reports the form of a United States social security number.
func isSSN(s string) bool {
	return len(s) == 11 && s[3] == '-' && s[6] == '-' && digitsIn(s) == 9 && s[:3] != "000" && s[:3] != "666" && s[0] != '9' && s[4:6] != "00" && s[7:] != "0000"
}

// isAddress accepts an IP address of a single machine. Version numbers do not count.
func isAddress(name, s string) bool {
	if strings.Contains(name, "ver") || !strings.ContainsAny(s, ".:") || len(s) > 45 {
		return false
	}
	ip, err := netip.ParseAddr(s)
	return err == nil && !ip.IsLoopback() && !ip.IsUnspecified() && !ip.IsMulticast()
}
