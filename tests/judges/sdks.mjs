// Asks the vendors' own SDKs about signatures. One JSON question a line on stdin, one answer a line on stdout:
//   {"sdk": "gohighlevel" | "telnyx" | "standardwebhooks", "do": "verify" | "sign", "key", "headers", "body" (base64)}
// answers {"valid": true}, {"valid": false, "why"} or {"signature"}.
import { createInterface } from 'node:readline';
import { HighLevel } from '@gohighlevel/api-client';
import Telnyx from 'telnyx';
import { Webhook } from 'standardwebhooks';

// The SDK as an application uses it: its middleware marks the request and always goes on.
async function gohighlevel({ key, headers, body }) {
  const json = JSON.parse(body.toString('utf8'));
  process.env.WEBHOOK_SIGNATURE_PUBLIC_KEY = key;
  const client = new HighLevel({
    clientId: `${json.appId}-judge`, clientSecret: 'unused', logLevel: 'error',
  });
  const request = { method: 'POST', url: '/', headers, body: json, rawBody: body };
  await client.webhooks.subscribe()(request, {}, () => {});
  return request.isSignatureValid === true && request.skippedSignatureVerification !== true;
}

async function telnyx({ key, headers, body }) {
  const client = new Telnyx({ apiKey: 'unused', publicKey: key });
  await client.webhooks.unwrap(body.toString('utf8'), { headers });
  return true;
}

function standardwebhooks({ key, headers, body }) {
  new Webhook(key).verify(body, headers);
  return true;
}

const verifiers = { gohighlevel, telnyx, standardwebhooks };

async function answer(question) {
  const asked = { ...question, body: Buffer.from(question.body, 'base64') };
  if (question.do === 'sign') {
    const { id, timestamp } = question;
    return { signature: new Webhook(asked.key).sign(id, new Date(timestamp * 1000), asked.body) };
  }
  try {
    return { valid: await verifiers[question.sdk](asked) };
  } catch (error) {
    return { valid: false, why: String(error.message) };
  }
}

for await (const line of createInterface({ input: process.stdin }))
  console.log(JSON.stringify(await answer(JSON.parse(line))));
