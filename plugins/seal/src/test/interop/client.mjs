// Seal's own client, unmodified, on the key servers of a job. Only the chain is ours: it holds the
// package and the servers' objects, which is all the client reads of it.
import { readFileSync } from 'node:fs';
import { bcs, fromHex, toHex } from '@mysten/bcs';
import { DemType, SealClient, SessionKey } from '@mysten/seal';
import { Ed25519Keypair } from '@mysten/sui/keypairs/ed25519';
import { Inputs, Transaction } from '@mysten/sui/transactions';

const job = JSON.parse(readFileSync(0, 'utf8'));

// The servers of a test have a clock that stands still, so the client has the same.
Date.now = () => job.nowMs;

const KeyServer = bcs.struct('KeyServer', {
  id: bcs.bytes(32),
  firstVersion: bcs.u64(),
  lastVersion: bcs.u64(),
});
const KeyServerV1 = bcs.struct('KeyServerV1', {
  name: bcs.string(),
  url: bcs.string(),
  keyType: bcs.u8(),
  pk: bcs.byteVector(),
});

const servers = new Map(job.servers.map((server) => [server.id, server]));
const chain = {
  core: {
    async getObject({ objectId }) {
      if (objectId === job.package) {
        return { object: { version: '1' } };
      }
      const content = KeyServer.serialize({
        id: fromHex(servers.get(objectId).id),
        firstVersion: 1,
        lastVersion: 1,
      });
      return { object: { version: '1', content: content.toBytes() } };
    },
    async getDynamicField({ parentId }) {
      const { id, url, publicKey } = servers.get(parentId);
      const value = KeyServerV1.serialize({ name: id, url, keyType: 0, pk: fromHex(publicKey) });
      return { dynamicField: { value: { bcs: value.toBytes() } } };
    },
  },
};

const user = Ed25519Keypair.fromSecretKey(fromHex(job.userKey));

function client(weights) {
  return new SealClient({
    suiClient: chain,
    serverConfigs: weights.map((weight, i) => ({ objectId: job.servers[i].id, weight })),
    verifyKeyServers: true,
  });
}

function session() {
  return SessionKey.create({
    address: user.toSuiAddress(),
    packageId: job.package,
    ttlMin: 10,
    signer: user,
    suiClient: chain,
  });
}

/** The bytes of a transaction that asks for a gradient's key. */
function approval(identity, validator) {
  const transaction = new Transaction();
  const shared = (objectId) =>
    transaction.object(
      Inputs.SharedObjectRef({ objectId, initialSharedVersion: 1, mutable: false }),
    );
  transaction.moveCall({
    target: `${job.package}::seal_policy::seal_approve_gradient`,
    arguments: [
      transaction.pure.vector('u8', fromHex(identity)),
      shared(job.rounds),
      shared(job.registry),
      shared(job.hparams),
      transaction.pure.u64(validator),
    ],
  });
  return transaction.build({ onlyTransactionKind: true });
}

async function open(committee, sealed, sessionKey) {
  return committee.decrypt({
    data: sealed,
    sessionKey,
    txBytes: await approval(job.identity, job.validator),
    checkShareConsistency: true,
  });
}

const sessionKey = await session();
const results = { opened: [], sealed: [] };

for (const { weights, threshold, sealed } of job.foreign) {
  const data = await open(client(weights), fromHex(sealed), sessionKey);
  results.opened.push(toHex(data));
}

for (const { weights, threshold } of job.committees) {
  for (const demType of [DemType.AesGcm256, DemType.Hmac256Ctr]) {
    const committee = client(weights);
    const { encryptedObject } = await committee.encrypt({
      threshold,
      packageId: job.package,
      id: job.identity,
      data: fromHex(job.data),
      aad: fromHex('a0a1'),
      demType,
    });
    const opened = toHex(await open(committee, encryptedObject, sessionKey));
    results.sealed.push({ sealed: toHex(encryptedObject), opened });
  }
}

/** By which error the client tells that it was not given a key. */
async function refusal(ask) {
  try {
    await ask();
  } catch (error) {
    return { name: error.constructor.name, message: error.message };
  }
  return { name: 'none', message: 'it was given the key' };
}

async function fetchKeys(identity, validator) {
  return client([1, 1, 1]).fetchKeys({
    ids: [identity],
    txBytes: await approval(identity, validator),
    sessionKey,
    threshold: 2,
  });
}

results.transaction = toHex(await approval(job.identity, job.validator));
results.denied = await refusal(() => fetchKeys(job.closedIdentity, job.validator));
results.notOwner = await refusal(() => fetchKeys(job.identity, job.validator + 1));

process.stdout.write(JSON.stringify(results));
