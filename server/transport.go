package server

import (
	"bytes"
	"fmt"
	"net"
	"strconv"
)

// PlainListener gives the refusals that net/http itself writes, before there is a
// request that a handler could see, the shape of this server's errors. Two of
// them change their status: no input may cause a 5xx (api.md, section 7), and
// net/http answers 501 to a transfer coding and 505 to a version that it does not
// know. It must not be put around TLS, which net/http wants to see.
func PlainListener(l net.Listener) net.Listener { return plainListener{l} }

type plainListener struct{ net.Listener }

func (l plainListener) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	return &plainConn{Conn: c}, nil
}

// plainConn looks at the beginning of each write: net/http writes such an answer
// whole, at once, and with just these header lines.
type plainConn struct{ net.Conn }

var (
	statusLine  = []byte("HTTP/1.1 ")
	libraryTail = []byte("\r\nContent-Type: text/plain; charset=utf-8\r\nConnection: close\r\n\r\n")
)

func (c *plainConn) Write(b []byte) (int, error) {
	status, ok := libraryRefusal(b)
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

// libraryRefusal finds the status of an answer that net/http wrote by itself.
func libraryRefusal(b []byte) (status int, ok bool) {
	if !bytes.HasPrefix(b, statusLine) {
		return 0, false
	}
	line, rest, found := bytes.Cut(b[len(statusLine):], []byte("\r\n"))
	if !found || len(line) < 3 || !bytes.HasPrefix(rest, libraryTail[2:]) {
		return 0, false
	}
	status, err := strconv.Atoi(string(line[:3]))
	return status, err == nil && (status == 400 || status == 431 || status == 501 || status == 505)
}
