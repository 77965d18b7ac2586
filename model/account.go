package model

// User is a person who signs in with an e-mail code, with the members and order of
// family C's GET /auth/users/me.
type User struct {
	ID          string       `json:"id"`
	Email       string       `json:"email"`
	FullName    string       `json:"full_name"`
	IsActive    bool         `json:"is_active"`
	IsSuperuser bool         `json:"is_superuser"`
	IsVerified  bool         `json:"is_verified"`
	Projects    []ProjectRef `json:"projects"`
	CreatedAt   Time         `json:"created_at"`
	UpdatedAt   Time         `json:"updated_at"`
	Billing     Billing      `json:"billing"`
}

// ProjectRef names a project inside a User.
type ProjectRef struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

// Billing counts the requests authenticated with the credentials of the user's
// projects. TokenBalance is the grant minus TokensUsed, never below 0.
type Billing struct {
	TokenBalance     int64  `json:"token_balance"`
	TokensUsed       int64  `json:"tokens_used"`
	SubscriptionTier string `json:"subscription_tier"`
}

// Role is what a user may do in a project: an owner everything, a member issue and
// revoke credentials, a viewer only look.
type Role string

const (
	RoleOwner  Role = "owner"
	RoleMember Role = "member"
	RoleViewer Role = "viewer"
)

// Valid reports whether r is one of the three roles.
func (r Role) Valid() bool { return r == RoleOwner || r == RoleMember || r == RoleViewer }

// Project is a tenant. AccountID is six characters A-Z0-9: the account id in family A's
// ApiKey credential, and family B's tenant id. Role is that of the user who asks.
type Project struct {
	ID        string `json:"id"`
	Name      string `json:"name"`
	AccountID string `json:"account_id"`
	Role      Role   `json:"role"`
	CreatedAt Time   `json:"created_at"`
	UpdatedAt Time   `json:"updated_at"`
}

// Member is a user of a project. IsVerified is false until the first sign-in.
type Member struct {
	UserID     string `json:"user_id"`
	Email      string `json:"email"`
	FullName   string `json:"full_name"`
	Role       Role   `json:"role"`
	IsVerified bool   `json:"is_verified"`
	CreatedAt  Time   `json:"created_at"`
	UpdatedAt  Time   `json:"updated_at"`
}

// Session is one login of a user: a family of refresh tokens. IsCurrent marks the one
// that the request was made with.
type Session struct {
	ID         string `json:"id"`
	IP         string `json:"ip"`
	UserAgent  string `json:"user_agent"`
	IsCurrent  bool   `json:"is_current"`
	IsActive   bool   `json:"is_active"`
	LastUsedAt *Time  `json:"last_used_at"`
	ExpiresAt  Time   `json:"expires_at"`
	CreatedAt  Time   `json:"created_at"`
	UpdatedAt  Time   `json:"updated_at"`
}

// TokenPair is the answer to verify-code and refresh-token. TokenType is
// always "bearer".
type TokenPair struct {
	AccessToken  string `json:"access_token" visible:"-"`
	RefreshToken string `json:"refresh_token" visible:"-"`
	TokenType    string `json:"token_type"`
}

// Mail is one message in the local mailbox, which can only be read over the local
// socket. Code is the sign-in code in it as long as it is valid, else "".
type Mail struct {
	ID        string `json:"id"`
	At        Time   `json:"at"`
	To        string `json:"to"`
	Subject   string `json:"subject"`
	Text      string `json:"text"`
	Code      string `json:"code"`
	ExpiresAt *Time  `json:"expires_at"`
}

// Status is what a running server says about itself over the local socket.
type Status struct {
	Version      string   `json:"version"`
	PID          int      `json:"pid"`
	StartedAt    Time     `json:"started_at"`
	URL          string   `json:"url"`    // where HTTP clients reach it, such as http://127.0.0.1:8000
	Listen       string   `json:"listen"` // the bound TCP address
	Socket       string   `json:"socket"`
	DataDir      string   `json:"data_dir"`
	Mail         string   `json:"mail"` // "local mailbox", or the SMTP host
	LocalMailbox bool     `json:"local_mailbox"`
	Service      string   `json:"service"`
	Signup       string   `json:"signup"` // invite or open
	Region       string   `json:"region"`
	HasUsers     bool     `json:"has_users"`
	Log          LogStats `json:"log"`
}

// LogStats are the request log's counters since the server started.
type LogStats struct {
	Recorded int64 `json:"recorded"` // records received
	Stored   int64 `json:"stored"`   // records written to requests.db
	Dropped  int64 `json:"dropped"`  // records lost because the writer could not keep up
}
