package daemon

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"strconv"
	"syscall"

	"keydeck/server"
)

// listenTCP binds addr, which is host:port; port 0 is any free one.
func listenTCP(ctx context.Context, addr string, cert *tls.Certificate) (net.Listener, error) {
	l, err := new(net.ListenConfig).Listen(ctx, "tcp", addr)
	switch {
	case errors.Is(err, syscall.EADDRINUSE):
		return nil, fmt.Errorf("%s is in use by another program; stop that one, or choose another port: --listen %s", addr, otherPort(addr))
	case errors.Is(err, fs.ErrPermission):
		return nil, fmt.Errorf("%s is not for this user to bind; choose a port over 1023: --listen %s", addr, otherPort(addr))
	case errors.Is(err, syscall.EADDRNOTAVAIL):
		return nil, fmt.Errorf("%s is no address of this machine; choose one that is: --listen 127.0.0.1:8000", addr)
	case err != nil:
		return nil, fmt.Errorf("listen on %s: %w", addr, err)
	}
	if cert == nil {
		return server.JSONErrorListener(l), nil
	}
	return tls.NewListener(l, &tls.Config{
		Certificates: []tls.Certificate{*cert},
		MinVersion:   tls.VersionTLS12,
		NextProtos:   []string{"h2", "http/1.1"},
	}), nil
}

// otherPort is an example of an address with another port than addr's.
func otherPort(addr string) string {
	host, port, err := net.SplitHostPort(addr)
	if err != nil || host == "" {
		host = "127.0.0.1"
	}
	if port == "8001" {
		return net.JoinHostPort(host, "8002")
	}
	return net.JoinHostPort(host, "8001")
}

// urlOf is the URL at which clients on this machine reach a listener. A wildcard
// address can't be called, so it becomes the loopback one.
func urlOf(addr net.Addr, secure bool) string {
	scheme := "http"
	if secure {
		scheme = "https"
	}
	host := addr.String()
	if tcp, ok := addr.(*net.TCPAddr); ok {
		ip := tcp.IP.String()
		if tcp.IP.IsUnspecified() {
			ip = "127.0.0.1"
		}
		host = net.JoinHostPort(ip, strconv.Itoa(tcp.Port))
	}
	return scheme + "://" + host
}

// exposed reports whether other machines can reach the address.
func exposed(addr net.Addr) bool {
	tcp, ok := addr.(*net.TCPAddr)
	return !ok || !tcp.IP.IsLoopback()
}

// listenSocket binds the Unix socket at path with mode 0600. Its folder must already
// be closed to others (makeDir, makeSocketDir), so that nobody else can open the
// socket at any moment, whatever the umask. The caller holds the lock on the data
// directory, so a socket that exists was left behind by a process that died.
func listenSocket(path string) (net.Listener, error) {
	if stat, err := os.Lstat(path); err == nil {
		if stat.Mode().Type() != fs.ModeSocket {
			return nil, fmt.Errorf("%s is in the way of the socket; move it elsewhere", path)
		}
		if err := os.Remove(path); err != nil {
			return nil, fmt.Errorf("remove a socket that was left behind: %w", err)
		}
	}
	l, err := net.ListenUnix("unix", &net.UnixAddr{Name: path, Net: "unix"})
	if err != nil {
		return nil, fmt.Errorf("make the socket: %w", err)
	}
	// run removes it last, when everything has been written: keydeck stop waits until
	// it is gone.
	l.SetUnlinkOnClose(false)
	if err := os.Chmod(path, 0o600); err != nil {
		return nil, errors.Join(fmt.Errorf("close the socket to others: %w", err), l.Close(), os.Remove(path))
	}
	return l, nil
}

// makeSocketDir makes the folder for a socket outside the data directory, or checks
// one that exists: it must be a real directory that belongs to this user and that
// nobody else may enter. In a temporary directory, anybody may have made one of that
// name before.
func makeSocketDir(dir string) error {
	if err := os.Mkdir(dir, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("make the socket's folder: %w", err)
	}
	stat, err := os.Lstat(dir)
	if err != nil {
		return fmt.Errorf("look at the socket's folder: %w", err)
	}
	if !stat.IsDir() || !private(stat) {
		return fmt.Errorf("the socket cannot lie in %s: it is not a directory of this user's alone; remove it, or choose a shorter data directory", dir)
	}
	return nil
}
