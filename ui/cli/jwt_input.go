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
	"keydeck/model/inspect/jwt"
)

// maxTokenInput is far above what any server accepts (model.MaxTokenBytes), so
// that a token that is too long can still be examined.
const maxTokenInput = 64 * model.MaxTokenBytes

// rawToken is one token as it was given. line counts from 1; it is 0 if the
// input is a single token.
type rawToken struct {
	line int
	text string
	over bool // it was longer than maxTokenInput and has been cut
}

// tokenInput reads the tokens of a command: from its argument, a file or
// standard input, one or many.
type tokenInput struct{ byLine bool }

const tokenInputHelp = "The token is the argument, @FILE, or, safer, standard input: arguments are seen by others and kept by the shell.\n" +
	"A file or standard input may hold many tokens, one a line; each then gets one line, in the same order. Whether it does is seen from the " +
	"first lines, or said with --lines or --lines=false. Blank lines and lines that begin with # are skipped."

func (in *tokenInput) addFlags(cmd *cobra.Command) {
	cmd.Flags().BoolVar(&in.byLine, "lines", false, "take every line for a token by itself; =false: take all of it for one (default: by looking)")
}

// each calls do for every token in turn and stops at the first error. No token
// at all is a UsageError.
func (in *tokenInput) each(ctx context.Context, a *App, cmd *cobra.Command, args []string, do func(rawToken) error) error {
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
	case !cmd.Flags().Changed("lines"):
		return r.detect(do)
	case in.byLine:
		return r.eachLine(nil, do)
	}
	return r.allLines(nil, do)
}

// lineReader reads lines, skipping blank lines and comments. A line of a token
// never begins with #, wherever the token is broken.
type lineReader struct {
	ctx  context.Context
	from *bufio.Reader
	line int
}

// next returns the next line, cut at maxTokenInput, or io.EOF at the end.
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
		room := maxTokenInput + 2 - len(text) // the line break does not count
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

// eachLine treats every line as a token: those already read, then the others.
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

// allLines treats all lines as one token.
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

// join joins lines into one text.
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

// detect decides from the first lines whether every line is a token. One line
// that is a token by itself decides for lines: no token may be called good
// while another beside it goes unchecked. Input that begins like a curl
// command, a JSON text over several lines, and input without a complete token
// on any line are one token.
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
	begun := strings.Contains(first.text, "eyJ") // so the following lines may be the rest of it
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

// wrappedOrLines reads on after a first line that is a token by itself. If the
// following lines continue its signature, all of them are one token, else every
// line is one.
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

// mayContinue reports whether a line could be the rest of a signature.
func mayContinue(line string) bool {
	return strings.Trim(strings.Trim(line, "> \t"), model.Base62+"-_") == ""
}

// continues reports whether the lines hold a token whose first line has
// only a part.
func continues(first, lines string) bool {
	part, whole := inspect.Decode(first).Raw, inspect.Decode(lines).Raw
	return len(whole) > len(part) && strings.HasPrefix(whole, part)
}

// isComplete reports whether a line is a token or another credential by itself.
// After the beginning of a token, a line that only looks like a secret or a
// refresh token is taken as more of that token.
func isComplete(line string, behind bool) bool {
	t := inspect.Decode(line)
	switch {
	case t.Kind == jwt.KindUnknown:
		return false
	case t.Kind.IsOpaque():
		return !behind
	case t.Kind == jwt.KindJWS, t.Kind == jwt.KindJWE:
		// A part of a token that was broken over lines has no header, or too
		// few dots.
		dots := 2
		if _, encrypted := t.Header.Get("enc"); encrypted {
			dots = 4
		}
		return strings.Count(t.Raw, ".") >= dots && len(t.Header.Members) > 0
	}
	return true
}

// decodeRaw decodes a token. For one that was cut it reports that as a problem.
func decodeRaw(p rawToken) jwt.Token {
	if p.over {
		return jwt.Token{Kind: jwt.KindUnknown, Findings: []jwt.Finding{},
			Problems: []jwt.Problem{{Part: "input", Offset: -1, Message: fmt.Sprintf("longer than %s bytes, the limit", model.Count(maxTokenInput))}}}
	}
	return inspect.Decode(p.text)
}
