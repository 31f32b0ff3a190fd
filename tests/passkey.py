"""A passkey made of software: answers the portal’s questions as a phone that has checked its owner’s finger."""

from __future__ import annotations

import json
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from fido2.cose import ES256
from fido2.utils import sha256, websafe_decode, websafe_encode
from fido2.webauthn import AttestationObject, AttestedCredentialData, AuthenticatorData, CollectedClientData

FLAG = AuthenticatorData.FLAG


class Passkey:
    def __init__(self, site: str = "testserver", *, checks_its_owner: bool = True) -> None:
        self.site, self.origin = site, f"https://{site}"
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.number = b"passkey-" + self.key.public_key().public_numbers().x.to_bytes(32, "big")[:8]
        self.owner = b""
        self.flags = FLAG.UP | (FLAG.UV if checks_its_owner else 0)

    def _said(self, kind: str, challenge: str) -> CollectedClientData:
        return CollectedClientData.create(kind, websafe_decode(challenge), self.origin)

    def enrol(self, options: dict[str, Any], *, alone: bool = True) -> str:
        question = options["publicKey"]
        self.owner = websafe_decode(question["user"]["id"])
        credential = AttestedCredentialData.create(b"\0" * 16, self.number, ES256.from_cryptography_key(self.key.public_key()))
        about = AuthenticatorData.create(sha256(self.site.encode()), self.flags | FLAG.AT, 0, credential)
        response = {
            "clientDataJSON": websafe_encode(self._said("webauthn.create", question["challenge"])),
            "attestationObject": websafe_encode(AttestationObject.create("none", about, {})),
        }
        return self._answer(response, {"credProps": {"rk": alone}})

    def give(self, options: dict[str, Any]) -> str:
        said = self._said("webauthn.get", options["publicKey"]["challenge"])
        about = AuthenticatorData.create(sha256(self.site.encode()), self.flags, 1)
        response = {
            "clientDataJSON": websafe_encode(said),
            "authenticatorData": websafe_encode(about),
            "signature": websafe_encode(self.key.sign(about + said.hash, ec.ECDSA(hashes.SHA256()))),
            "userHandle": websafe_encode(self.owner),
        }
        return self._answer(response, {})

    def _answer(self, response: dict[str, str], said: dict[str, Any]) -> str:
        number = websafe_encode(self.number)
        answer = {"id": number, "rawId": number, "type": "public-key", "response": response, "clientExtensionResults": said}
        return json.dumps(answer)
