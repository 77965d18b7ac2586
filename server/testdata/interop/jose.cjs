// npm jose against Keydeck: verify its RS512 with a remote JWK set, and sign for family D.
const jose = require("jose");

const { BASE, KID, SECRET, SERVICE_TOKEN, ACCOUNT } = process.env;

(async () => {
  const set = jose.createRemoteJWKSet(new URL(BASE + "/.well-known/jwks.json"));
  const { payload } = await jose.jwtVerify(SERVICE_TOKEN, set, { algorithms: ["RS512"] });
  if (payload.account_id !== ACCOUNT) throw new Error(JSON.stringify(payload));

  const key = new TextEncoder().encode(SECRET);
  const token = (header = {}) =>
    new jose.SignJWT({ sub: "a browser" }).setProtectedHeader({ alg: "HS256", kid: KID, ...header }).setIssuedAt().setExpirationTime("1h");
  const good = [await token().sign(key), await token({ typ: "JWT" }).sign(key), await token({ kid: KID.toUpperCase() }).sign(key)];
  const refused = [
    await token({ kid: "84fc585f-073e-4b30-8f74-e650d50c8622" }).sign(key),
    await token().sign(new TextEncoder().encode("z".repeat(64))),
    await token({ crit: ["b64"], b64: true }).sign(key),
  ];
  const noKid = [await new jose.SignJWT({}).setProtectedHeader({ alg: "HS256" }).setExpirationTime("1h").sign(key)];
  console.log(JSON.stringify({ good, refused, no_kid: noKid }));
})().catch((err) => {
  console.error(err);
  process.exit(1);
});
