package cli

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"time"

	"keydeck/model"
)

// statusTimeout is how long the server on the data directory may take to
// answer.
const statusTimeout = 2 * time.Second

// running returns the status of the server on a data directory, nil if none
// answers.
func (a *App) running(ctx context.Context, data string) *model.Status {
	s, err := a.connectLocal(data)
	if err != nil {
		return nil
	}
	defer s.Close()
	ctx, cancel := context.WithTimeout(ctx, statusTimeout)
	defer cancel()
	status, err := s.Status(ctx)
	if err != nil {
		return nil
	}
	return &status
}

// rejectIgnored rejects flags that would have no effect when the dashboard
// attaches: a running server keeps the settings it was started with, and people
// who type --listen must not believe that it serves there. A flag that matches
// the server is fine, so that the same command can be typed in a second
// terminal. A variable may be meant for other starts than this one: it is
// accepted, and note says that it was not used.
func (a *App) rejectIgnored(ctx context.Context, c Config, values []Value) (note string, err error) {
	if !slices.ContainsFunc(values, func(v Value) bool { return v.Name != dataSetting.name && v.Source != sourceDefault }) {
		return "", nil
	}
	running := a.running(ctx, c.Data)
	if running == nil {
		return "", nil
	}
	runs := fmt.Sprintf("a server runs on %s already (%s, process %d) and keeps its settings", c.Data, running.URL, running.PID)
	flags, variables := ignoredSettings(values, c, running)
	if len(flags) > 0 {
		return "", usagef("%s, so %s would do nothing; leave it out to attach, or first: keydeck stop", runs, strings.Join(flags, ", "))
	}
	if len(variables) > 0 {
		return runs + "; not used: " + strings.Join(variables, ", "), nil
	}
	return "", nil
}

// ignoredSettings are the flags that a running server ignores, and the
// variables that are known to differ from its settings.
func ignoredSettings(values []Value, c Config, running *model.Status) (flags, variables []string) {
	for _, v := range values {
		_, told, same := compare(v.Name, c, running)
		switch {
		case v.Name == dataSetting.name, same:
		case v.Source == sourceFlag:
			flags = append(flags, "--"+v.Name)
		case told && v.Source == sourceEnv:
			variables = append(variables, v.Env)
		}
	}
	return flags, variables
}

// compare returns a running server's value of a setting, whether its status
// tells it at all, and whether it is the same as in c.
func compare(name string, c Config, running *model.Status) (has string, told, same bool) {
	signup := "invite"
	if c.OpenSignup {
		signup = "open"
	}
	switch name {
	case "listen":
		return running.Listen, true, sameListen(c.Listen, running.Listen)
	case "signup":
		return running.Signup, true, signup == running.Signup
	case "service":
		return running.Service, true, c.Service == running.Service
	case "region":
		return running.Region, true, c.Region == running.Region
	}
	return "", false, false
}

// sameListen reports whether a server that was told to listen on want may be
// bound to got. Port 0 is any port, and no host is all addresses.
func sameListen(want, got string) bool {
	host, port, err := net.SplitHostPort(want)
	if err != nil {
		return false
	}
	bound, err := netip.ParseAddrPort(got)
	if err != nil || port != "0" && port != strconv.Itoa(int(bound.Port())) {
		return false
	}
	at := bound.Addr().Unmap()
	switch addr, err := netip.ParseAddr(host); {
	case host == "":
		return at.IsUnspecified()
	case err != nil: // a name; localhost is the only one known without a resolver
		return host == "localhost" && at.IsLoopback()
	default:
		return addr.Unmap() == at
	}
}
