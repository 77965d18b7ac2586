package vault

import (
	"bytes"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/iotest"
)

// openWith opens a vault whose master key is 32 times b.
func openWith(t testing.TB, b byte) *Vault {
	t.Helper()
	v, err := Open(Source{Value: hex.EncodeToString(bytes.Repeat([]byte{b}, 32))}, rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestSealUnseal(t *testing.T) {
	v := openWith(t, 1)
	for _, plain := range []string{"", "s", strings.Repeat("secret", 1000)} {
		sealed, err := v.Seal("credentials", "sealed", "row", []byte(plain))
		if err != nil {
			t.Fatal(err)
		}
		if len(plain) > 3 && bytes.Contains(sealed, []byte(plain[:4])) {
			t.Error("the plain text shows")
		}
		if got, want := len(sealed), len(plain)+overhead; got != want {
			t.Errorf("sealed length %d, want %d", got, want)
		}
		got, err := v.Unseal("credentials", "sealed", "row", sealed)
		if err != nil || string(got) != plain {
			t.Errorf("Unseal = %q, %v, want %q", got, err, plain)
		}
	}
}

func TestSealIsNeverTheSame(t *testing.T) {
	v := openWith(t, 1)
	seen := map[string]bool{}
	for range 1000 {
		sealed, err := v.Seal("t", "c", "r", []byte("same"))
		if err != nil {
			t.Fatal(err)
		}
		nonce := string(sealed[1 : 1+nonceSize])
		if seen[nonce] {
			t.Fatal("a nonce came twice")
		}
		seen[nonce] = true
	}
}

func TestUnsealRefuses(t *testing.T) {
	v := openWith(t, 1)
	plain := []byte("secret")
	sealed, err := v.Seal("table", "column", "row", plain)
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name               string
		vault              *Vault
		table, column, row string
		sealed             []byte
	}{
		{"other row", v, "table", "column", "rox", sealed},
		{"other column", v, "table", "columm", "row", sealed},
		{"other table", v, "tablf", "column", "row", sealed},
		{"parts shifted", v, "tablec", "olumn", "row", sealed},
		{"row into column", v, "table", "columnrow", "", sealed},
		{"other master key", openWith(t, 2), "table", "column", "row", sealed},
		{"nothing", v, "table", "column", "row", nil},
		{"another version", v, "table", "column", "row", append([]byte{2}, sealed[1:]...)},
		{"a byte more", v, "table", "column", "row", append(bytes.Clone(sealed), 0)},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := tt.vault.Unseal(tt.table, tt.column, tt.row, tt.sealed)
			if !errors.Is(err, ErrWrongKey) || got != nil {
				t.Errorf("Unseal = %q, %v, want ErrWrongKey", got, err)
			}
		})
	}
	for i := range sealed {
		if _, err := v.Unseal("table", "column", "row", sealed[:i]); !errors.Is(err, ErrWrongKey) {
			t.Errorf("cut to %d bytes: %v, want ErrWrongKey", i, err)
		}
		for bit := range 8 {
			flipped := bytes.Clone(sealed)
			flipped[i] ^= 1 << bit
			if _, err := v.Unseal("table", "column", "row", flipped); !errors.Is(err, ErrWrongKey) {
				t.Errorf("bit %d of byte %d flipped: %v, want ErrWrongKey", bit, i, err)
			}
		}
	}
}

// TestUnsealKnown pins the format: what an older version sealed must open.
func TestUnsealKnown(t *testing.T) {
	v := openWith(t, 1)
	v.random = bytes.NewReader(bytes.Repeat([]byte{7}, nonceSize))
	const want = "0107070707070707070707070781cc64073ee8ea15505e87873ff87e01dd8cca1b3e2a"
	sealed, err := v.Seal("credentials", "sealed", "0193", []byte("secret"))
	if err != nil {
		t.Fatal(err)
	}
	if got := hex.EncodeToString(sealed); got != want {
		t.Errorf("sealed as %s, want %s", got, want)
	}
}

func TestSealWithoutRandomness(t *testing.T) {
	v := openWith(t, 1)
	v.random = iotest.ErrReader(io.ErrUnexpectedEOF)
	if sealed, err := v.Seal("t", "c", "r", nil); !errors.Is(err, io.ErrUnexpectedEOF) || sealed != nil {
		t.Errorf("Seal = %x, %v, want the reader's error", sealed, err)
	}
}

func TestCodeMAC(t *testing.T) {
	key := []byte("key")
	seen := map[string][]string{}
	for _, parts := range [][]string{{}, {""}, {"", ""}, {"a@b", "123456"}, {"a@b1", "23456"}, {"a@b123456"}, {"a@b", "123456", ""}, {"123456", "a@b"}} {
		mac := fmt.Sprintf("%x", CodeMAC(key, parts...))
		if other, ok := seen[mac]; ok {
			t.Errorf("%q and %q have the same MAC", parts, other)
		}
		seen[mac] = parts
	}
	if bytes.Equal(CodeMAC(key, "a"), CodeMAC([]byte("kez"), "a")) {
		t.Error("the key does not count")
	}
	if len(CodeMAC(key)) != 32 {
		t.Error("a MAC is not 32 bytes")
	}
}

func TestDigest(t *testing.T) {
	// FIPS 180-2, appendix B.1.
	const want = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
	if got := hex.EncodeToString(Digest("abc")); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func FuzzUnseal(f *testing.F) {
	v := openWith(f, 1)
	// The fuzzer's worker processes must all seal alike.
	v.random = bytes.NewReader(make([]byte, nonceSize))
	sealed, err := v.Seal("t", "c", "r", []byte("secret"))
	if err != nil {
		f.Fatal(err)
	}
	f.Add("t", "c", "r", sealed)
	f.Add("t", "cr", "", sealed)
	f.Add("", "", "", []byte{version1})
	f.Fuzz(func(t *testing.T, table, column, row string, data []byte) {
		got, err := v.Unseal(table, column, row, data)
		genuine := table == "t" && column == "c" && row == "r" && bytes.Equal(data, sealed)
		if (err == nil) != genuine {
			t.Errorf("Unseal(%q, %q, %q, %x) = %q, %v", table, column, row, data, got, err)
		}
	})
}

func BenchmarkSeal(b *testing.B) {
	v := openWith(b, 1)
	plain := make([]byte, 64)
	for b.Loop() {
		if _, err := v.Seal("credentials", "sealed", "0193a1b2-0000-7000-8000-000000000000", plain); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkUnseal(b *testing.B) {
	v := openWith(b, 1)
	sealed, err := v.Seal("credentials", "sealed", "0193a1b2-0000-7000-8000-000000000000", make([]byte, 64))
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := v.Unseal("credentials", "sealed", "0193a1b2-0000-7000-8000-000000000000", sealed); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkDigest(b *testing.B) {
	for b.Loop() {
		Digest("sk_GDje123456789012345678901234567890123nJfJ8")
	}
}
