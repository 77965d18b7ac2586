// npm jsonwebtoken against Keydeck: verify its RS512 with the JWKS key, and sign for family D.
const crypto = require("node:crypto");
const jwt = require("jsonwebtoken");

const { BASE, KID, SECRET, SERVICE_TOKEN, ACCOUNT } = process.env;

(async () => {
  const { keys } = await (await fetch(BASE + "/.well-known/jwks.json")).json();
  const { header } = jwt.decode(SERVICE_TOKEN, { complete: true });
  const jwk = keys.find((k) => k.kid === header.kid);
  const key = crypto.createPublicKey({ key: jwk, format: "jwk" });
  const claims = jwt.verify(SERVICE_TOKEN, key, { algorithms: ["RS512"] });
  if (claims.account_id !== ACCOUNT) throw new Error(JSON.stringify(claims));

  const options = { algorithm: "HS256", expiresIn: "1h", keyid: KID };
  const good = [
    jwt.sign({}, SECRET, options),
    jwt.sign({ name: "Ünï ☃", nested: { a: [1, 2, { b: null }] } }, SECRET, { ...options, expiresIn: "100y" }),
  ];
  const refused = [
    jwt.sign({}, "y".repeat(64), options),
    jwt.sign({}, SECRET, { ...options, algorithm: "HS384" }),
    jwt.sign({}, SECRET, { algorithm: "HS256", keyid: KID }), // no exp
    jwt.sign({}, SECRET, { ...options, expiresIn: -60 }),
    jwt.sign({}, SECRET, { ...options, notBefore: "1h" }),
    jwt.sign({}, null, { ...options, algorithm: "none" }),
  ];
  const noKid = [jwt.sign({}, SECRET, { algorithm: "HS256", expiresIn: "1h" })];
  console.log(JSON.stringify({ good, refused, no_kid: noKid }));
})().catch((err) => {
  console.error(err);
  process.exit(1);
});
