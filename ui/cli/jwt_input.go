package cli

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"keydeck/model"
	"keydeck/model/inspect"
)

// maxTokenInput is far over what any server takes (model.MaxTokenBytes), so that
// what is too long for one can still be looked at.
const maxTokenInput = 64 * model.MaxTokenBytes

// rawToken is one token as it was given. Line counts from 1; it is 0 for the only
// token of an input.
type rawToken struct {
	line int
	text string
	over bool // it was longer than maxTokenInput and is cut there
}

// tokenInput is how a command takes tokens: from its argument, or from a file or
// standard input, one or many.
type tokenInput struct {
	byLine  bool
	decided bool // --lines was given
}

const tokenInputHelp = "The token is the argument, @FILE, or, safer, standard input: arguments are seen by others and kept by the shell.\n" +
	"A file or standard input may hold many tokens, one a line; each then gets one line, in the same order. Whether it does is seen from the " +
	"first lines, or said with --lines or --lines=false. Blank lines and lines that begin with # are skipped."

func (in *tokenInput) addFlags(cmd *cobra.Command) {
	cmd.Flags().BoolVar(&in.byLine, "lines", false, "take every line for a token by itself; =false: take all of it for one (default: by looking)")
}

// each calls do for every token in turn, and stops at its first error. No token at
// all is a UsageError.
func (in *tokenInput) each(ctx context.Context, a *App, cmd *cobra.Command, args []string, do func(rawToken) error) error {
	in.decided = cmd.Flags().Changed("lines")
	source := a.Stdin
	switch arg := strings.Join(args, ""); {
	case strings.HasPrefix(arg, "@"):
		file, err := os.Open(arg[1:])
		if err != nil {
			return Usage(fmt.Errorf("open the file of tokens: %w", err))
		}
		defer func() { _ = file.Close() }()
		source = file
	case arg != "" && arg != "-":
		return do(rawToken{text: arg[:min(len(arg), maxTokenInput)], over: len(arg) > maxTokenInput})
	case a.interactive():
		a.notef("paste a token, then press ctrl+d on a line of its own")
	}
	r := &lineReader{ctx: ctx, from: bufio.NewReaderSize(source, 64<<10)}
	switch {
	case in.decided && in.byLine:
		return r.eachLine(nil, do)
	case in.decided:
		return r.allLines(nil, do)
	}
	return r.detect(do)
}

// lineReader reads lines that are neither blank nor a comment. No token has a line
// that begins with #, wherever it is broken.
type lineReader struct {
	ctx  context.Context
	from *bufio.Reader
	line int
}

// next is the next line, cut at maxTokenInput; io.EOF is the end.
func (r *lineReader) next() (rawToken, error) {
	for {
		if err := r.ctx.Err(); err != nil {
			return rawToken{}, err
		}
		p, err := r.read()
		if text := strings.TrimSpace(p.text); err != nil || text != "" && !strings.HasPrefix(text, "#") {
			return p, err
		}
	}
}

func (r *lineReader) read() (rawToken, error) {
	r.line++
	p := rawToken{line: r.line}
	var text []byte
	for {
		part, err := r.from.ReadSlice('\n')
		room := maxTokenInput + 2 - len(text) // a line break is none of it
		text = append(text, part[:min(len(part), room)]...)
		p.over = p.over || len(part) > room
		if errors.Is(err, bufio.ErrBufferFull) {
			continue
		}
		if err != nil && (!errors.Is(err, io.EOF) || len(text) == 0) {
			if !errors.Is(err, io.EOF) {
				err = fmt.Errorf("read the tokens: %w", err)
			}
			return p, err
		}
		break
	}
	p.text = strings.TrimRight(string(text), "\r\n")
	if r.line == 1 {
		p.text = strings.TrimPrefix(p.text, "\ufeff")
	}
	if len(p.text) > maxTokenInput {
		p.text, p.over = p.text[:maxTokenInput], true
	}
	return p, nil
}

var errNoToken = usagef("no token was given")

// eachLine takes every line for a token: those that were read, then the others.
func (r *lineReader) eachLine(read []rawToken, do func(rawToken) error) error {
	n := len(read)
	for _, p := range read {
		if err := do(p); err != nil {
			return err
		}
	}
	for ; ; n++ {
		p, err := r.next()
		switch {
		case errors.Is(err, io.EOF) && n == 0:
			return errNoToken
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return err
		}
		if err := do(p); err != nil {
			return err
		}
	}
}

// allLines takes all lines for allLines token.
func (r *lineReader) allLines(read []rawToken, do func(rawToken) error) error {
	size, over := 0, false
	for _, p := range read {
		size, over = size+len(p.text)+1, over || p.over
	}
	for !over && size <= maxTokenInput+1 {
		p, err := r.next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return err
		}
		read, size, over = append(read, p), size+len(p.text)+1, p.over
	}
	all := join(read)
	if strings.TrimSpace(all.text) == "" {
		return errNoToken
	}
	return do(all)
}

// join puts lines together again.
func join(lines []rawToken) rawToken {
	var all rawToken
	texts := make([]string, 0, len(lines))
	for _, p := range lines {
		all.over = all.over || p.over
		if p.text != "" {
			texts = append(texts, p.text)
		}
	}
	if all.text = strings.Join(texts, "\n"); len(all.text) > maxTokenInput {
		all.text, all.over = all.text[:maxTokenInput], true
	}
	return all
}

// detect decides from the first lines whether they are tokens by themselves. A line
// that is one decides for lines: nothing may be verified with another token beside
// it that nobody looked at. What begins like a command or like a JSON text over
// several lines, and what has no whole token in any line, is one paste.
func (r *lineReader) detect(do func(rawToken) error) error {
	first, err := r.next()
	if errors.Is(err, io.EOF) {
		return errNoToken
	}
	if err != nil {
		return err
	}
	if strings.HasPrefix(strings.TrimSpace(first.text), "curl ") {
		return r.allLines([]rawToken{first}, do)
	}
	begun := strings.Contains(first.text, "eyJ") // what follows may be the rest of it
	if isComplete(first.text, begun) {
		return r.wrappedOrLines(first, do)
	}
	isJSON := strings.HasPrefix(strings.TrimSpace(first.text), "{")
	read, size, whole := []rawToken{first}, len(first.text), false
	for size <= maxTokenInput && (isJSON || !whole) {
		p, err := r.next()
		if errors.Is(err, io.EOF) {
			all := join(read)
			if isJSON && !json.Valid([]byte(all.text)) && whole {
				break
			}
			return do(all)
		}
		if err != nil {
			return err
		}
		read, size, whole = append(read, p), size+len(p.text)+1, whole || isComplete(p.text, begun)
	}
	if len(read) == 1 {
		if p, err := r.next(); err == nil {
			read = append(read, p)
		} else {
			read[0].line = 0
		}
	}
	return r.eachLine(read, do)
}

// wrappedOrLines reads on behind a first line that is a token by itself. If what follows is
// the rest of its signature, it is one token, else every line is one.
func (r *lineReader) wrappedOrLines(first rawToken, do func(rawToken) error) error {
	const most = 100 // lines of a signature
	read := []rawToken{first}
	for len(read) < most {
		p, err := r.next()
		if errors.Is(err, io.EOF) {
			if all := join(read); len(read) == 1 || continues(first.text, all.text) {
				all.line = 0
				return do(all)
			}
			break
		}
		if err != nil {
			return err
		}
		if read = append(read, p); !mayContinue(p.text) {
			break
		}
	}
	return r.eachLine(read, do)
}

// mayContinue reports a line that could be the rest of a signature.
func mayContinue(line string) bool {
	return strings.Trim(strings.Trim(line, "> \t"), model.Base62+"-_") == ""
}

// continues reports whether the lines hold a token of which the first has only a part.
func continues(first, lines string) bool {
	part, whole := inspect.Decode(first).Raw, inspect.Decode(lines).Raw
	return len(whole) > len(part) && strings.HasPrefix(whole, part)
}

// isComplete reports whether a line is a token or a credential by itself. Behind the
// beginning of a token, what is a secret or a refresh token by its shape alone is
// rather a line of that token.
func isComplete(line string, behind bool) bool {
	t := inspect.Decode(line)
	switch t.Kind {
	case inspect.KindUnknown:
		return false
	case inspect.KindJWTSecret, inspect.KindRefreshToken:
		return !behind
	case inspect.KindJWS, inspect.KindJWE:
		// A piece of a token that was broken over lines has no header, or too few parts.
		dots := 2
		if _, encrypted := t.Header.Get("enc"); encrypted {
			dots = 4
		}
		return strings.Count(t.Raw, ".") >= dots && len(t.Header.Members) > 0
	}
	return true
}

// decodeRaw takes a token apart. One that was cut says so.
func decodeRaw(p rawToken) inspect.Token {
	if p.over {
		return inspect.Token{Kind: inspect.KindUnknown, Findings: []inspect.Finding{},
			Problems: []inspect.Problem{{Part: "input", Offset: -1, Message: fmt.Sprintf("longer than %d bytes, which is more than is looked at", maxTokenInput)}}}
	}
	return inspect.Decode(p.text)
}
