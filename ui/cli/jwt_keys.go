package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"keydeck/model/inspect"
	"keydeck/ui/fetch"
)

// maxKeyFile is as much as inspect.Keys takes.
const maxKeyFile = 8 << 20

// keyFlags say where keys come from.
type keyFlags struct {
	files, sets           []string
	issuer                string
	secretFile, secretEnv string
	encoding              string
	opening               bool   // they are to open tokens, not to verify them
	prefix                string // of the flags' names, for errors
}

// addSecretFlags gives a command --key and the flags for secrets.
func (k *keyFlags) addSecretFlags(cmd *cobra.Command) {
	cmd.Flags().StringArrayVar(&k.files, "key", nil, "`FILE` with a key: PEM, DER, JWK or JWKS; may be given several times")
	cmd.Flags().StringVar(&k.secretFile, "secret-file", "", "`FILE` with an HMAC secret")
	cmd.Flags().StringVar(&k.secretEnv, "secret-env", "", "`NAME` of an environment variable with an HMAC secret")
	cmd.Flags().StringVar(&k.encoding, "secret-encoding", string(inspect.EncodingPlain), "how the secret is written: plain (one line break at its end is none of it), base64 or hex")
	completeFlag(cmd, "secret-encoding", string(inspect.EncodingPlain), string(inspect.EncodingBase64), string(inspect.EncodingHex))
}

// addOpeningFlags gives a command the flags for keys that open encrypted tokens,
// where those of addFlags verify.
func (k *keyFlags) addOpeningFlags(cmd *cobra.Command) {
	k.opening, k.prefix = true, "decrypt-"
	cmd.Flags().StringArrayVar(&k.files, "decrypt-key", nil, "`FILE` with a key that opens an encrypted token: PEM, DER, JWK or JWKS; may be given several times")
	cmd.Flags().StringVar(&k.secretFile, "decrypt-secret-file", "", "`FILE` with a password or a shared key that opens an encrypted token, written as --secret-encoding says")
}

// addFlags is addSecretFlags with where public keys are published.
func (k *keyFlags) addFlags(cmd *cobra.Command) {
	k.addSecretFlags(cmd)
	cmd.Flags().StringArrayVar(&k.sets, "jwks", nil, "`FILE|URL` with a JWKS; may be given several times")
	cmd.Flags().StringVar(&k.issuer, "issuer", "", "`URL` of an issuer, whose discovery document says where its keys are; iss must be it too, unless --iss says otherwise")
}

// keySources are the flags that say where keys come from.
var keySources = []string{"key", "jwks", "issuer", "secret-file", "secret-env", "decrypt-key", "decrypt-secret-file"}

func (k *keyFlags) given() bool {
	return len(k.files)+len(k.sets) > 0 || k.issuer != "" || k.secretFile != "" || k.secretEnv != ""
}

// load reads all of them. What is left out of a set is said on standard error. An
// error is a UsageError.
func (k *keyFlags) load(ctx context.Context, a *App) ([]inspect.Key, error) {
	keys, err := k.read(ctx, a)
	if err != nil && ctx.Err() != nil {
		return nil, ctx.Err()
	}
	return keys, notJudged(err)
}

func (k *keyFlags) read(ctx context.Context, a *App) (keys []inspect.Key, err error) {
	for _, name := range k.files {
		read := inspect.Keys
		if k.opening {
			read = inspect.DecryptionKeys
		}
		more, err := a.readKeyFile(name, read)
		if err != nil {
			return nil, fmt.Errorf("--%skey: %w", k.prefix, err)
		}
		keys = append(keys, more...)
	}
	for _, name := range k.sets {
		more, err := a.readKeySet(ctx, name)
		if err != nil {
			return nil, fmt.Errorf("--jwks: %w", err)
		}
		keys = append(keys, more...)
	}
	if k.issuer != "" {
		set, err := a.fetcher().Issuer(ctx, k.issuer)
		if err != nil {
			return nil, fmt.Errorf("--issuer: %w", err)
		}
		a.noteSkipped(set.Skipped)
		keys = append(keys, set.Keys...)
	}
	secrets, err := k.secrets(a)
	return append(keys, secrets...), err
}

func (a *App) fetcher() *fetch.Client { return fetch.New(userAgent(a.Version)) }

func (a *App) noteSkipped(skipped []string) {
	for _, why := range skipped {
		a.notef("left out: %s", oneLine(errPlain{errors.New(why)}))
	}
}

func (a *App) readKeyFile(name string, read func(data []byte, source string) ([]inspect.Key, []string, error)) ([]inspect.Key, error) {
	raw, err := readFile(name, maxKeyFile)
	if err != nil {
		return nil, err
	}
	keys, skipped, err := read(raw, "file "+name)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	a.noteSkipped(skipped)
	return keys, nil
}

// isURL tells a URL from the name of a file.
func isURL(s string) bool { return strings.Contains(s, "://") }

func (a *App) readKeySet(ctx context.Context, name string) ([]inspect.Key, error) {
	if !isURL(name) {
		return a.readKeyFile(name, inspect.Keys)
	}
	set, err := a.fetcher().JWKS(ctx, name)
	a.noteSkipped(set.Skipped)
	return set.Keys, err
}

// secrets reads --secret-file and --secret-env.
func (k *keyFlags) secrets(a *App) ([]inspect.Key, error) {
	encoding := inspect.Encoding(k.encoding)
	var keys []inspect.Key
	add := func(value, flag, source string) error {
		key, err := inspect.Secret(value, encoding)
		if err != nil {
			return fmt.Errorf("%s: %w", flag, err)
		}
		key.Source = source
		keys = append(keys, key)
		return nil
	}
	switch encoding {
	case inspect.EncodingPlain, inspect.EncodingBase64, inspect.EncodingHex:
	default:
		return nil, fmt.Errorf("--secret-encoding: %q: allowed are plain, base64 and hex", k.encoding)
	}
	if k.secretFile != "" {
		raw, err := readFile(k.secretFile, maxKeyFile)
		if err != nil {
			return nil, fmt.Errorf("--%ssecret-file: %w", k.prefix, err)
		}
		value := string(raw)
		if encoding == inspect.EncodingPlain {
			value = strings.TrimSuffix(strings.TrimSuffix(value, "\n"), "\r")
		}
		if err := add(value, "--"+k.prefix+"secret-file", "secret of file "+k.secretFile); err != nil {
			return nil, err
		}
	}
	if k.secretEnv != "" {
		value, ok := a.Env(k.secretEnv)
		if !ok {
			return nil, fmt.Errorf("--secret-env: there is no variable %s", k.secretEnv)
		}
		if err := add(value, "--secret-env", "secret of $"+k.secretEnv); err != nil {
			return nil, err
		}
	}
	return keys, nil
}

// readFile reads a file that is not longer than most.
func readFile(name string, most int64) ([]byte, error) {
	file, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer func() { _ = file.Close() }()
	raw, err := io.ReadAll(io.LimitReader(file, most+1))
	if err != nil {
		return nil, err
	}
	if int64(len(raw)) > most {
		return nil, fmt.Errorf("%s is longer than %d bytes", name, most)
	}
	return raw, nil
}
