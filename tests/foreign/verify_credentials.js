// Verifies credentials with two verifiers that know nothing of ours, without a network.
// In:  {shelf: {address: document}, credentials: [document]}
// Out: [{bazaar: {verified, error}, wallet: {signature, revoked, schema, error}}]
import { readFileSync } from "node:fs";

import { DataIntegrityProof } from "@digitalbazaar/data-integrity";
import { cryptosuite } from "@digitalbazaar/eddsa-rdfc-2022-cryptosuite";
import * as vc from "@digitalbazaar/vc";
import { verifyCredential } from "@digitalcredentials/verifier-core";

const { shelf, credentials } = JSON.parse(readFileSync(0, "utf8"));

globalThis.fetch = async (request) => {
  const address = String(request.url ?? request);
  if (!(address in shelf)) throw new TypeError(`not on the shelf: ${address}`);
  return new Response(JSON.stringify(shelf[address]), {
    headers: { "Content-Type": "application/json" },
  });
};

const documentLoader = async (address) => {
  if (address in shelf) return { contextUrl: null, documentUrl: address, document: shelf[address] };
  const did = address.split("#")[0];
  if (did.startsWith("did:web:")) {
    const host = decodeURIComponent(did.slice("did:web:".length));
    const document = shelf[`https://${host}/.well-known/did.json`];
    const key = document?.verificationMethod.find((one) => one.id === address);
    if (!address.includes("#")) return { contextUrl: null, documentUrl: address, document };
    if (key) {
      const context = "https://w3id.org/security/multikey/v1";
      return {
        contextUrl: null,
        documentUrl: address,
        document: { "@context": context, ...key },
      };
    }
  }
  throw new Error(`not on the shelf: ${address}`);
};

const bazaar = async (credential) => {
  const suite = new DataIntegrityProof({ cryptosuite });
  const said = await vc.verifyCredential({
    credential,
    suite,
    documentLoader,
    checkStatus: async () => ({ verified: true }),
  });
  return { verified: said.verified, error: String(said.error?.errors?.[0] ?? said.error ?? "") };
};

const wallet = async (credential) => {
  const said = await verifyCredential({ credential, knownDIDRegistries: [] });
  const step = (id) => said.log?.find((one) => one.id === id);
  const schemas = said.additionalInformation?.find((one) => one.id === "schema_check")?.results;
  return {
    signature: step("valid_signature")?.valid ?? false,
    current: step("expiration")?.valid ?? null,
    standing: step("revocation_status")?.valid ?? null,
    schema: Array.isArray(schemas) ? schemas.every((one) => one.result.valid) : null,
    error: JSON.stringify(said.errors ?? step("revocation_status")?.error ?? schemas ?? ""),
  };
};

const answers = [];
for (const credential of credentials) {
  answers.push({ bazaar: await bazaar(credential), wallet: await wallet(credential) });
}
console.log(JSON.stringify(answers));
