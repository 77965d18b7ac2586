package server

import (
	"bytes"
	"fmt"
	"net"
	"strconv"
)

// JSONErrorListener rewrites the plain-text errors that net/http itself answers with
// before a handler sees the request, into the JSON of family D. Two of them get
// another status, because no input may cause a 5xx: net/http answers an unknown
// transfer coding with 501, and an unknown version of HTTP with 505. It must not
// wrap a TLS listener, which net/http has to see as such.
func JSONErrorListener(l net.Listener) net.Listener { return jsonErrorListener{l} }

type jsonErrorListener struct{ net.Listener }

func (l jsonErrorListener) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	return &jsonErrorConn{Conn: c}, nil
}

// jsonErrorConn looks at the beginning of each write: net/http sends such an answer
// in a single write, with exactly these header lines.
type jsonErrorConn struct{ net.Conn }

var (
	statusLine    = []byte("HTTP/1.1 ")
	netHTTPHeader = []byte("\r\nContent-Type: text/plain; charset=utf-8\r\nConnection: close\r\n\r\n")
)

func (c *jsonErrorConn) Write(b []byte) (int, error) {
	status, ok := netHTTPError(b)
	if !ok {
		return c.Conn.Write(b)
	}
	message := "the request could not be read"
	switch status {
	case 431:
		message = "the request header is over 16 KiB"
	case 501:
		status, message = 400, "this transfer coding is not supported"
	case 505:
		status, message = 400, "this version of HTTP is not supported"
	}
	body := fmt.Sprintf(`{"error":%q}`, message)
	_, err := fmt.Fprintf(c.Conn, "HTTP/1.1 %d %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%s",
		status, map[int]string{400: "Bad Request", 431: "Request Header Fields Too Large"}[status], len(body), body)
	if err != nil {
		return 0, err
	}
	return len(b), nil
}

// netHTTPError returns the status of an error that net/http itself answers with; ok
// is false for any other write.
func netHTTPError(b []byte) (status int, ok bool) {
	if !bytes.HasPrefix(b, statusLine) {
		return 0, false
	}
	line, rest, found := bytes.Cut(b[len(statusLine):], []byte("\r\n"))
	if !found || len(line) < 3 || !bytes.HasPrefix(rest, netHTTPHeader[2:]) {
		return 0, false
	}
	status, err := strconv.Atoi(string(line[:3]))
	return status, err == nil && (status == 400 || status == 431 || status == 501 || status == 505)
}
