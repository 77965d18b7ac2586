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
	"keydeck/model/inspect/jwk"
	"keydeck/ui/fetch"
)

// maxKeyFile is as much as jwk.Read accepts, in bytes.
const maxKeyFile = 8 << 20

// keyFlags are the flags that say where keys come from.
type keyFlags struct {
	files, sets           []string
	issuer                string
	secretFile, secretEnv string
	password              passwordFlags
	encoding              string
	opening               bool   // the keys open tokens instead of verifying them
	prefix                string // of the flags' names, for errors
}

// addSecretFlags adds --key and the flags for secrets.
func (k *keyFlags) addSecretFlags(cmd *cobra.Command) {
	cmd.Flags().StringArrayVar(&k.files, "key", nil, "`FILE` with a key: PEM, DER, JWK or JWKS; may be given several times")
	cmd.Flags().StringVar(&k.secretFile, "secret-file", "", "`FILE` with an HMAC secret")
	cmd.Flags().StringVar(&k.secretEnv, "secret-env", "", "`NAME` of an environment variable with an HMAC secret")
	cmd.Flags().StringVar(&k.encoding, "secret-encoding", string(jwk.EncodingPlain), "how the secret is written: plain (one line break at its end is none of it), base64 or hex")
	k.password.addFlags(cmd)
	completeFlag(cmd, "secret-encoding", string(jwk.EncodingPlain), string(jwk.EncodingBase64), string(jwk.EncodingHex))
}

// addOpeningFlags adds the flags for keys that open encrypted tokens, for
// commands where the keys of addFlags verify.
func (k *keyFlags) addOpeningFlags(cmd *cobra.Command) {
	k.opening, k.prefix = true, "decrypt-"
	cmd.Flags().StringArrayVar(&k.files, "decrypt-key", nil, "`FILE` with a key that opens an encrypted token: PEM, DER, JWK or JWKS; may be given several times")
	cmd.Flags().StringVar(&k.secretFile, "decrypt-secret-file", "", "`FILE` with a password or a shared key that opens an encrypted token, written as --secret-encoding says")
}

// addFlags is addSecretFlags plus the flags for published keys.
func (k *keyFlags) addFlags(cmd *cobra.Command) {
	k.addSecretFlags(cmd)
	cmd.Flags().StringArrayVar(&k.sets, "jwks", nil, "`FILE|URL` with a JWKS; may be given several times")
	cmd.Flags().StringVar(&k.issuer, "issuer", "", "`URL` of an issuer, whose discovery document says where its keys are; iss must be it too, unless --iss says otherwise")
}

// keySources are the names of the flags of keyFlags.
var keySources = []string{"key", "jwks", "issuer", "secret-file", "secret-env", "decrypt-key", "decrypt-secret-file", "password-file", "password-env"}

func (k *keyFlags) given() bool {
	return len(k.files)+len(k.sets) > 0 || k.issuer != "" || k.secretFile != "" || k.secretEnv != ""
}

// load reads all keys, and notes on standard error what it leaves out of a set.
// Its errors are UsageErrors.
func (k *keyFlags) load(ctx context.Context, a *App) ([]jwk.Key, error) {
	keys, err := k.read(ctx, a)
	if err != nil && ctx.Err() != nil {
		return nil, ctx.Err()
	}
	return keys, Usage(err)
}

func (k *keyFlags) read(ctx context.Context, a *App) (keys []jwk.Key, err error) {
	for _, name := range k.files {
		read := jwk.Read
		if k.opening {
			read = jwk.ReadForDecryption
		}
		more, err := a.readKeyFile(name, &k.password, read)
		if err != nil {
			return nil, fmt.Errorf("--%skey: %w", k.prefix, err)
		}
		keys = append(keys, more...)
	}
	for _, name := range k.sets {
		more, err := a.readKeySet(ctx, name, &k.password)
		if err != nil {
			return nil, fmt.Errorf("--jwks: %w", err)
		}
		keys = append(keys, more...)
	}
	if k.issuer != "" {
		more, err := a.issuerKeys(ctx, k.issuer)
		if err != nil {
			return nil, err
		}
		keys = append(keys, more...)
	}
	secrets, err := k.secrets(a)
	return append(keys, secrets...), err
}

func (a *App) fetcher() *fetch.Client { return fetch.New(userAgent(a.Version)) }

// issuerKeys fetches the keys of --issuer.
func (a *App) issuerKeys(ctx context.Context, issuer string) ([]jwk.Key, error) {
	set, err := a.fetcher().Issuer(ctx, issuer)
	if err != nil {
		return nil, fmt.Errorf("--issuer: %w", err)
	}
	a.noteSkipped(set.Skipped)
	return set.Keys, nil
}

func (a *App) noteSkipped(skipped []string) {
	for _, why := range skipped {
		a.notef("left out: %s", why)
	}
}

func (a *App) readKeyFile(name string, password *passwordFlags, read func(data []byte, source string) ([]jwk.Key, []string, error)) ([]jwk.Key, error) {
	raw, err := readFile(name, maxKeyFile)
	if err != nil {
		return nil, err
	}
	if raw, err = password.unlock(a, raw); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	keys, skipped, err := read(raw, "file "+name)
	if err != nil {
		if jwk.IsEncrypted(err) && password.file == "" && password.env == "" {
			err = fmt.Errorf("%w; or give the password with --password-file or --password-env", err)
		}
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	a.noteSkipped(skipped)
	return keys, nil
}

// isURL tells a URL from a file name.
func isURL(s string) bool { return strings.Contains(s, "://") }

func (a *App) readKeySet(ctx context.Context, name string, password *passwordFlags) ([]jwk.Key, error) {
	if !isURL(name) {
		return a.readKeyFile(name, password, jwk.Read)
	}
	set, err := a.fetcher().JWKS(ctx, name)
	a.noteSkipped(set.Skipped)
	return set.Keys, err
}

// secrets reads the secrets of --secret-file and --secret-env.
func (k *keyFlags) secrets(a *App) ([]jwk.Key, error) {
	encoding := jwk.Encoding(k.encoding)
	var keys []jwk.Key
	add := func(value, flag, source string) error {
		key, err := jwk.ReadSecret(value, encoding)
		if err != nil {
			return fmt.Errorf("%s: %w", flag, err)
		}
		key.Source = source
		keys = append(keys, key)
		return nil
	}
	switch encoding {
	case jwk.EncodingPlain, jwk.EncodingBase64, jwk.EncodingHex:
	default:
		return nil, fmt.Errorf("--secret-encoding: %q: allowed are plain, base64 and hex", k.encoding)
	}
	if k.secretFile != "" {
		raw, err := readFile(k.secretFile, maxKeyFile)
		if err != nil {
			return nil, fmt.Errorf("--%ssecret-file: %w", k.prefix, err)
		}
		value := string(raw)
		if encoding == jwk.EncodingPlain {
			value = withoutBreak(value)
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

// withoutBreak removes the line break that editors add after a secret.
func withoutBreak(s string) string { return strings.TrimSuffix(strings.TrimSuffix(s, "\n"), "\r") }

// passwordFlags are the flags for the password of encrypted keys.
type passwordFlags struct{ file, env string }

func (p *passwordFlags) addFlags(cmd *cobra.Command) {
	cmd.Flags().StringVar(&p.file, "password-file", "", "`FILE` with the password of encrypted keys (one line break at its end is none of it)")
	cmd.Flags().StringVar(&p.env, "password-env", "", "`NAME` of an environment variable with the password of encrypted keys")
}

// unlock decrypts raw with the password, if one was given.
func (p *passwordFlags) unlock(a *App, raw []byte) ([]byte, error) {
	var password string
	switch {
	case p.file != "" && p.env != "":
		return nil, errors.New("--password-file and --password-env are two passwords; give one")
	case p.file != "":
		text, err := readFile(p.file, maxPassword)
		if err != nil {
			return nil, fmt.Errorf("--password-file: %w", err)
		}
		password = withoutBreak(string(text))
	case p.env != "":
		var ok bool
		if password, ok = a.Env(p.env); !ok {
			return nil, fmt.Errorf("--password-env: there is no variable %s", p.env)
		}
	default:
		return raw, nil
	}
	return inspect.Unlock(raw, []byte(password))
}

const maxPassword = 4 << 10 // bytes

// readFile reads a file of at most most bytes.
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
