"""PyJWT against Keydeck: verify its RS512 through the JWKS, its HS256 shape, and sign for family D."""
import datetime
import json
import os

import jwt

base, kid, secret, service = (os.environ[n] for n in ("BASE", "KID", "SECRET", "SERVICE_TOKEN"))

key = jwt.PyJWKClient(base + "/.well-known/jwks.json").get_signing_key_from_jwt(service)
claims = jwt.decode(service, key.key, algorithms=["RS512"], options={"require": ["exp", "iat", "nbf", "iss", "sub", "jti"]})
assert claims["account_id"] == os.environ["ACCOUNT"], claims
assert jwt.get_unverified_header(service)["typ"] == "JWT"

payload = {"exp": datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(hours=1), "sub": "a browser"}
good = jwt.encode(payload, secret, algorithm="HS256", headers={"kid": kid})
bad = jwt.encode(payload, "x" * 64, algorithm="HS256", headers={"kid": kid})
stronger = jwt.encode(payload, secret, algorithm="HS512", headers={"kid": kid})
bare = jwt.encode(payload, secret, algorithm="HS256")
print(json.dumps({"good": [good], "refused": [bad, stronger], "no_kid": [bare]}))
