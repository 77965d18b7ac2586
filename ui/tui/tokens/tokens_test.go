package tokens

import (
	"context"
	"crypto/ed25519"
	"encoding/base64"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"keydeck/model"
	"keydeck/model/inspect"
	"keydeck/model/inspect/jwa"
	"keydeck/model/inspect/jwk"
	"keydeck/model/inspect/jws"
	"keydeck/model/inspect/strict"
	"keydeck/model/inspect/verdict"
	"keydeck/server/client"
	"keydeck/ui/tui"
	"keydeck/ui/tui/place"
	"keydeck/ui/tui/shell"
	"keydeck/ui/tui/tokens/reading"
	"keydeck/ui/tui/tuitest"
	"keydeck/ui/tui/tuitest/fake"
)

func workbench(r *tuitest.Rig) *screen {
	r.T.Helper()
	s, ok := r.Root.Page().(*screen)
	if !ok {
		r.T.Fatalf("this is not the workbench:\n%s", r.Screen())
	}
	return s
}

// saysVerified reports whether the first line of the screen says VERIFIED.
func saysVerified(r *tuitest.Rig) bool {
	line := strings.Split(r.Screen(), "\n")[tui.HeadRows]
	return strings.HasPrefix(strings.TrimSpace(line), "VERIFIED")
}

// TestVerdictOfServerIsNoFalseComfort checks that VERIFIED is said exactly if the
// server says that the signature is good, that REFUSED comes before it if the server
// refuses the token, and that it has the colour of good news only if everything else is
// good, too.
func TestVerdictOfServerIsNoFalseComfort(t *testing.T) {
	for _, signature := range []model.Signature{model.SignatureGood, model.SignatureBad, model.SignatureNotChecked, "", "GOOD", "good enough"} {
		for _, valid := range []bool{true, false} {
			for _, reason := range []model.Reason{"", model.ReasonExpired, model.ReasonBadAlgorithm, model.ReasonUnknownKID, model.ReasonRevoked} {
				t.Run(fmt.Sprintf("%s %v %s", signature, valid, reason), func(t *testing.T) {
					run(t, tuitest.SignedIn.With(func(f *fake.Server) {
						f.Inspection = fake.Accepted(f.Now())
						f.Inspection.Signature, f.Inspection.Valid, f.Inspection.Reason = signature, valid, reason
					}), func(r *tuitest.Rig) {
						r.Keys("4")
						tuitest.PasteToken(r)
						if saysVerified(r) {
							t.Error("verified, and nobody was asked")
						}
						r.Keys("enter")
						if got, want := saysVerified(r), signature == model.SignatureGood && valid; got != want {
							t.Errorf("verified is said first: %v, want %v\n%s", got, want, r.Screen())
						}
						line := strings.ReplaceAll(strings.Split(r.Screen(), "\n")[tui.HeadRows], "NOT VERIFIED", "")
						if got, want := strings.Contains(line, "VERIFIED"), signature == model.SignatureGood; got != want {
							t.Errorf("verified is said: %v, want %v\n%s", got, want, r.Screen())
						}
						if got, want := strings.HasPrefix(line, " REFUSED"), signature == model.SignatureGood && !valid; got != want {
							t.Errorf("refused is said first: %v, want %v\n%s", got, want, r.Screen())
						}
						if got, want := workbench(r).verdict().Grade == verdict.Good, signature == model.SignatureGood && valid; got != want {
							t.Errorf("in the colour of good: %v, want %v", got, want)
						}
					})
				})
			}
		}
	}
}

// TestVerdictOfKeysIsNoFalseComfort compares the screen with jws.Verify, for tokens and
// keys of every kind.
func TestVerdictOfKeysIsNoFalseComfort(t *testing.T) {
	good := jwk.Key{Family: jwa.FamilyHMAC, Secret: []byte(longSecret), Source: "a secret"}
	private := ed25519.NewKeyFromSeed([]byte(strings.Repeat("s", ed25519.SeedSize)))
	ed := jwk.Key{ID: "k1", Family: jwa.FamilyEd, Public: private.Public(), Private: private, Source: "a file"}
	sign := func(header, claims string, k jwk.Key) string {
		token, err := jws.Sign(header, claims, k)
		if err != nil {
			t.Fatal(err)
		}
		return token
	}
	byEd := sign(`{"alg":"EdDSA","kid":"k1"}`, fmt.Sprintf(`{"exp":%d}`, 946684800+60), ed)
	tokens := map[string]string{
		"hmac": hmacToken(longSecret), "ed": byEd, "expired": sign(`{"alg":"EdDSA"}`, `{"exp":946684000}`, ed), "no exp": sign(`{"alg":"EdDSA"}`, `{}`, ed),
		"cut": byEd[:len(byEd)-4], "other claims": strings.Replace(byEd, ".", ".e", 1), "none": "eyJhbGciOiJub25lIn0.e30.", "padded": byEd + "==",
		"crit": sign2(`{"alg":"EdDSA","crit":["x"],"x":1}`, private), "broken": "eyJhbGci.!!.x", "blank": strings.Replace(byEd, ".", " .", 1),
		"key": fake.Secret, "nothing": "hello",
	}
	sets := map[string][]jwk.Key{"none": nil, "hmac": {good}, "ed": {ed}, "both": {good, ed}, "wrong": {{Family: jwa.FamilyHMAC, Secret: []byte(longSecret + "x")}}}
	for name, token := range tokens {
		for set, keys := range sets {
			t.Run(name+" by "+set, func(t *testing.T) {
				run(t, tuitest.SignedIn, func(r *tuitest.Rig) {
					r.Keys("4")
					workbench(r).verifier = verifier{kind: withKey, keys: keys}
					r.Send(tea.PasteMsg{Content: token})
					want := jws.Verify(inspect.Decode(token), keys, jws.Expect{Now: r.Root.State().Now})
					if got := saysVerified(r); got != (want.Outcome == jws.Verified) {
						t.Errorf("verified: %v, and Verify says %+v\n%s", got, want, r.Screen())
					}
					if got := workbench(r).verdict().Grade == verdict.Good; got && !want.Good {
						t.Errorf("in the colour of good, and Verify says %+v", want)
					}
				})
			})
		}
	}
}

// sign2 signs what jws.Sign refuses to.
func sign2(header string, k ed25519.PrivateKey) string {
	enc := base64.RawURLEncoding.EncodeToString
	text := enc([]byte(header)) + "." + enc([]byte(`{"exp":946684860}`))
	return text + "." + enc(ed25519.Sign(k, []byte(text)))
}

// TestVerdictTurnsWithTime checks that a token which expires on the screen stops being
// good, with a leeway at its end.
func TestVerdictTurnsWithTime(t *testing.T) {
	run(t, tuitest.SignedIn, func(r *tuitest.Rig) {
		r.Keys("4")
		r.Send(tea.PasteMsg{Content: hmacToken(longSecret)})
		withSecretKey(longSecret)(r)
		workbench(r).verifier.expect.Leeway = time.Minute
		r.Wait(time.Hour - 5*time.Second)
		if g := workbench(r).verdict().Grade; g != verdict.Good {
			t.Errorf("before it expires the grade is %v", g)
		}
		r.Wait(10 * time.Second)
		r.Sees("VERIFIED", "EXPIRED", "expired, within the leeway")
		r.Wait(2 * time.Minute)
		r.Sees("VERIFIED", "EXPIRED", "and yet not good")
	})
}

func TestVerifyWithAFile(t *testing.T) {
	private := ed25519.NewKeyFromSeed([]byte(strings.Repeat("s", ed25519.SeedSize)))
	key := jwk.Key{ID: "k1", Algorithm: "EdDSA", Family: jwa.FamilyEd, Public: private.Public(), Private: private}
	jwk, err := key.JWK(false)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "key.json")
	if err := os.WriteFile(path, jwk, 0o600); err != nil {
		t.Fatal(err)
	}
	token, err := jws.Sign(`{"alg":"EdDSA","kid":"k1","typ":"JWT"}`, fmt.Sprintf(`{"iss":"me","exp":%d}`, 946684800+600), key)
	if err != nil {
		t.Fatal(err)
	}
	run(t, tuitest.Options{SignedIn: true, Seed: fake.OneProject, W: 140, H: 40}, func(r *tuitest.Rig) {
		r.Keys("4")
		r.Send(tea.PasteMsg{Content: token})
		r.Keys("v", "right", "right", "tab", path, "tab", "me", "tab", "you", "enter")
		r.Sees("VERIFIED by kid k1", "and yet not good", "aud")
		r.Keys("v", "tab", "tab", "tab", "ctrl+u", "enter")
		r.Sees("VERIFIED by kid k1", "good: iss me · aud any · leeway 0 s")
		r.Send(tea.PasteMsg{Content: token[:len(token)-8] + "AAAAAAAA"})
		r.Sees("BAD SIGNATURE")
		for _, c := range r.Server.Calls {
			if strings.Contains(c, "inspect") {
				t.Error("the token was sent to the server")
			}
		}
	})
}

func TestEditSignsAsItIsTyped(t *testing.T) {
	run(t, tuitest.Options{SignedIn: true, Seed: fake.OneProject, W: 140, H: 40}, func(r *tuitest.Rig) {
		r.Keys("4")
		r.Send(tea.PasteMsg{Content: hmacToken(longSecret)})
		withSecretKey(longSecret)(r)
		r.Keys("e")
		r.Sees("SIGNED with secret of 38 bytes", "nothing yet")
		before, _ := workbench(r).editor.current()
		r.Keys("down", "end", "left", "left", "x")
		r.Sees("SIGNED", "~ sub: \"adax\"", "was \"ada\"")
		after, isSigned := workbench(r).editor.current()
		if after == before || !isSigned {
			t.Errorf("the token did not change with its text: %v, %s", isSigned, after)
		}
		r.Keys("esc")
		r.Sees("Discard the changes?")
		r.Keys("enter")
		r.Sees("~ sub")
		r.Send(tuitest.Ctrl('r'))
		r.Sees("VERIFIED by the secret that was typed", "adax")
		if got := workbench(r).token.Decoded.Raw; got != after {
			t.Errorf("taken over: %s, want %s", got, after)
		}
	})
}

func TestEditKeepsTheTextOfTheOriginal(t *testing.T) {
	for _, s := range []string{`{"a":1,"b":"x","a":2}`, `{}`, `{"n":1.0e3,"deep":{"x":[1, 2]}}`, `{"a"  :  1 , "b":2}`, `not json`, `{"a":1`, `{"\u0061":"\ud83d\ude00"}`} {
		laid := layoutJSON(s)
		want, errWant := strict.ParseObject(s, model.MaxJSONDepth)
		got, errGot := strict.ParseObject(compactJSON(laid), model.MaxJSONDepth)
		if (errWant == nil) != (errGot == nil) || len(got.Members) != len(want.Members) {
			t.Fatalf("%s became %s", s, laid)
		}
		for i := range want.Members {
			if got.Members[i].Name != want.Members[i].Name || got.Members[i].Raw != want.Members[i].Raw {
				t.Errorf("%s: member %d is %+v, want %+v", s, i, got.Members[i], want.Members[i])
			}
		}
	}
}

func TestGeneratedKeySignsAndIsCopied(t *testing.T) {
	for i, alg := range jwa.Algorithms {
		if alg == "RS384" || alg == "RS512" || strings.HasPrefix(alg, "PS") {
			continue // as RS256, and slow to make
		}
		t.Run(alg, func(t *testing.T) {
			run(t, tuitest.Options{SignedIn: true, Seed: fake.OneProject, W: 140, H: 40}, func(r *tuitest.Rig) {
				r.Keys("4", "e")
				r.Send(tuitest.Ctrl('g'))
				for range i {
					r.Keys("down")
				}
				r.Keys("enter")
				r.Sees("kid ", "It is not saved anywhere")
				r.Keys("y")
				if len(r.Raw) != 1 {
					t.Errorf("%d copies were made, want 1", len(r.Raw))
				}
				r.Keys("enter")
				r.Sees("SIGNED with")
				token, _ := workbench(r).editor.current()
				if got := inspect.Decode(token).Algorithm; got != alg {
					t.Errorf("signed with %s, want %s", got, alg)
				}
				v := jws.Verify(inspect.Decode(token), []jwk.Key{*workbench(r).editor.signer.key}, jws.Expect{Now: r.Root.State().Now})
				if v.Outcome != jws.Verified {
					t.Errorf("the key that signed says %+v", v)
				}
			})
		})
	}
}

func TestCopyEachPart(t *testing.T) {
	run(t, tuitest.Options{SignedIn: true, Seed: fake.OneProject, W: 140, H: 40}, func(r *tuitest.Rig) {
		r.Keys("4")
		tuitest.PasteToken(r)
		l := workbench(r).token
		for _, c := range workbench(r).copyables() {
			if c.value == "" {
				t.Errorf("%s is empty", c.name)
			}
		}
		want := []string{"ABC123", l.Decoded.Raw, l.Decoded.Header.Text, l.Decoded.Claims.Text, "c2ln"}
		for i, w := range want {
			r.Raw = nil
			r.Keys("Y")
			for range i {
				r.Keys("down")
			}
			r.Keys("enter")
			if len(r.Raw) != 1 || !strings.Contains(r.Raw[0], base64.StdEncoding.EncodeToString([]byte(w))) {
				t.Errorf("part %d: sent %q, want %q", i, r.Raw, w)
			}
		}
	})
}

// TestPrivateHidesWhatWouldBeOfUse checks that no usable token can be read from the
// screen in private mode, however its lines are broken.
func TestPrivateHidesWhatWouldBeOfUse(t *testing.T) {
	for _, size := range tuitest.Sizes {
		run(t, tuitest.Options{SignedIn: true, Seed: fake.OneProject, W: size.W, H: size.H}, func(r *tuitest.Rig) {
			r.Keys("4")
			token := hmacToken(longSecret)
			r.Send(tea.PasteMsg{Content: token})
			withSecretKey(longSecret)(r)
			r.Keys("*")
			signature := token[strings.LastIndexByte(token, '.')+1:]
			for range paneCount {
				r.Lacks(signature[:8])
				r.Keys("tab")
			}
			r.Keys("e")
			r.Lacks(signature[:8])
		})
	}
}

// TestPrivateHidesPersonalData checks that neither claims nor their encoding can be
// read in private mode, however the lines are broken.
func TestPrivateHidesPersonalData(t *testing.T) {
	claims := map[string]any{"email": "ada.lovelace@analytical.example", "name": "Augusta Ada King", "phone_number": "+44 20 7946 0958",
		"address": map[string]any{"locality": "Marylebone"}, "sub": "plain-subject", "x": strings.Repeat("filler ", 30)}
	token := fake.SignedToken(map[string]any{"alg": "HS256", "typ": "JWT", "kid": fake.UUID(70)}, claims)
	encoded := strings.Split(token, ".")[1]
	for _, size := range [][2]int{{60, 16}, {80, 24}, {100, 30}, {140, 40}, {200, 60}} {
		run(t, tuitest.Options{SignedIn: true, Seed: fake.OneProject, W: size[0], H: size[1]}, func(r *tuitest.Rig) {
			hides := func(where string) {
				t.Helper()
				screen := ansi.Strip(r.Screen())
				for _, secret := range []string{"lovelace", "Augusta", "7946", "Marylebone"} {
					if strings.Contains(screen, secret) {
						t.Errorf("%v, %s: %s is seen\n%s", size, where, secret, screen)
					}
				}
				for from := 0; from+10 <= len(encoded); from++ {
					if strings.Contains(screen, encoded[from:from+10]) {
						t.Errorf("%v, %s: the encoded claims are seen\n%s", size, where, screen)
						return
					}
				}
			}
			r.Keys("4")
			r.Send(tea.PasteMsg{Content: token})
			r.Keys("*")
			for range paneCount {
				hides("a pane")
				r.Keys("z")
				hides("a pane alone")
				r.Keys("z", "tab")
			}
			r.Keys("e")
			hides("the edit")
			r.Keys("tab")
			hides("the edit's header")
		})
	}
}

// TestRefusedInTheBody checks that a refusal with a status of success is shown as a
// refusal.
func TestRefusedInTheBody(t *testing.T) {
	refused := model.TraceStep{Family: "B", Method: "POST", Route: "/api/License/authenticateKeys", Header: "body: apiKey", Status: 200,
		Reason: model.ReasonUnknownKID, Message: "No key has that kid."}
	run(t, tuitest.SignedIn.With(func(f *fake.Server) { f.Trace = model.Trace{Steps: []model.TraceStep{refused}} }), func(r *tuitest.Rig) {
		r.Keys("4")
		tuitest.PasteToken(r)
		r.Keys("T")
		r.Sees("refused on every route", "200*", "* the status is a success, but the body refuses")
	})
}

// TestTooLongForTheServer checks that a token too long for the server is the server's
// answer, not a failure to ask.
func TestTooLongForTheServer(t *testing.T) {
	tooLong := &model.Error{Code: model.CodeTooLarge, Reason: model.ReasonTooLarge, Message: "the token is over 16 KiB"}
	o := tuitest.SignedIn.With(func(f *fake.Server) {
		fake.Refuses("POST /auth/tokens/inspect", tooLong)(f)
		fake.Refuses("POST /auth/tokens/trace", tooLong)(f)
	})
	run(t, o, func(r *tuitest.Rig) {
		r.Keys("4")
		r.Send(tea.PasteMsg{Content: fake.SignedToken(map[string]any{"alg": "HS256"}, map[string]any{"x": strings.Repeat("long ", 4000)})})
		r.Keys("enter")
		r.Sees("REFUSED by this server", "no token over 16 KiB")
		r.Lacks("could not be asked")
		r.Keys("T")
		r.Sees("refused on every route: too large", "431", "413")
	})
}

// TestServersLeeway checks that both are said where the token's clock and the server
// differ by the server's leeway.
func TestServersLeeway(t *testing.T) {
	for _, tt := range []struct {
		ahead time.Duration
		told  bool
	}{{55 * time.Second, true}, {-time.Second, false}, {2 * time.Minute, false}} {
		run(t, takes, func(r *tuitest.Rig) {
			r.Keys("4")
			begins := r.Server.Now().Add(tt.ahead).Unix()
			r.Send(tea.PasteMsg{Content: fake.SignedToken(map[string]any{"alg": "RS512"}, map[string]any{"sub": "ada", "nbf": begins, "exp": begins + 900})})
			r.Keys("enter")
			if got := strings.Contains(r.Screen(), "allows clocks to differ by 1 min"); got != tt.told {
				t.Errorf("%s ahead: told %t, want %t\n%s", tt.ahead, got, tt.told, r.Screen())
			}
		})
	}
}

// TestAMegabyteKeepsTheScreenQuick checks that a token of 1 MiB is parsed outside of
// Update, and that its frames cost about what a small token's do.
func TestAMegabyteKeepsTheScreenQuick(t *testing.T) {
	for name, input := range fake.HugeTokens() {
		t.Run(name, func(t *testing.T) {
			run(t, tuitest.Options{SignedIn: true, Seed: fake.OneProject, W: 140, H: 40}, func(r *tuitest.Rig) {
				r.Keys("4")
				_, cmd := r.Root.Update(tea.PasteMsg{Content: input})
				if cmd == nil || !workbench(r).decodeCall.Pending {
					t.Fatal("it was taken apart in Update")
				}
				r.Sees("Decoding the token")
				r.Start(cmd)
				r.Settle()
				for _, k := range []string{"tab", "end", "tab", "end", "tab", "end", "tab", "tab", "end"} {
					r.Keys(k)
					tuitest.CheckFrame(t, r.Root.View().Content, shell.Rect{W: 140, H: 40})
				}
			})
		})
	}
}

// BenchmarkTokenFrame measures a frame of the workbench by token: all must be alike.
func BenchmarkTokenFrame(b *testing.B) {
	inputs := fake.HugeTokens()
	inputs["small"] = fake.ServiceToken(time.Hour)
	for name, input := range inputs {
		b.Run(name, func(b *testing.B) {
			c, err := client.New(client.Options{Socket: "/run/keydeck.sock", Transport: fake.New(time.Now)})
			if err != nil {
				b.Fatal(err)
			}
			root := tui.New(context.Background(), tui.Options{Screens: only, Client: c, Environ: []string{"TERM=xterm-256color"}})
			root.Update(tea.WindowSizeMsg{Width: 140, Height: 40})
			root.State().Link = shell.LinkUp
			s := New(root.Shell()).(*screen)
			root.Show(place.Tokens, s)
			s.showToken(reading.Decode(input, time.Now()))
			keys := []string{"down", "tab", "up"}
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				root.Update(tuitest.Key(keys[i%len(keys)]))
				root.View()
			}
		})
	}
}
