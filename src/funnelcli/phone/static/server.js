// The computer: what is asked of it, and what it means when it does not answer.

import { QUEUED, REFUSED, answered, wire } from "./reports.js";

const PATIENCE = 10_000;
const AT_ONCE = 20;

/** The computer answered, and said no. */
export class Refusal extends Error {
  constructor(status, code, message, wait) {
    super(message);
    Object.assign(this, { status, code, wait });
  }
}

/** The computer cannot be reached now. */
export class OutOfReach extends Error {}

/** Ask the computer, with the key of this phone once there is one; throws Refusal or OutOfReach. */
export async function ask(path, key, body) {
  let response;
  let answer;
  try {
    response = await fetch(path, {
      method: body === undefined ? "GET" : "POST",
      headers: {
        ...(key ? { Authorization: `Bearer ${key}` } : {}),
        ...(body === undefined ? {} : { "Content-Type": "application/json" }),
      },
      body: body === undefined ? undefined : JSON.stringify(body),
      cache: "no-store",
      credentials: "omit",
      redirect: "error",
      referrerPolicy: "no-referrer",
      signal: AbortSignal.timeout(PATIENCE),
    });
    answer = await response.json();
  } catch (error) {
    // An answer that is no JSON comes from a proxy, or from another program at that address.
    throw new OutOfReach(error.message);
  }
  if (response.ok) return answer;
  const { code = "", message = "" } = answer.error ?? {};
  if (response.status >= 500) throw new OutOfReach(message);
  const wait = Number(response.headers.get("Retry-After")) || 0;
  throw new Refusal(response.status, code, message, wait);
}

/** Send what is queued. Returns how the reports stand that the computer answered, each with its state; throws as `ask` does. */
export async function deliver(store, key) {
  // Two tabs of one phone do not send at the same time; if they did, it would file once as well.
  if (!navigator.locks) return sendAll(store, key);
  const alone = { ifAvailable: true };
  return navigator.locks.request("send", alone, (lock) => (lock ? sendAll(store, key) : []));
}

// What may have reached the computer is not changed here any more; what is being changed is not sent.
function tried(report) {
  return report.state === QUEUED ? { ...report, tried: true } : report;
}

async function sendAll(store, key) {
  let atOnce = AT_ONCE;
  const states = [];
  const asked = new Set();
  for (;;) {
    const all = await store.reports();
    const queued = all.filter((report) => report.state === QUEUED && !asked.has(report.id));
    const batch = queued.sort((a, b) => a.made_at.localeCompare(b.made_at)).slice(0, atOnce);
    if (!batch.length) return states;
    for (const { id } of batch) await store.changeReport(id, tried);
    let results;
    try {
      ({ results } = await ask("/api/notes", key, { notes: batch.map(wire) }));
    } catch (error) {
      if (!(error instanceof Refusal) || ![400, 413].includes(error.status)) throw error;
      if (batch.length > 1) {
        // One of them is refused: the others must not wait for it.
        atOnce = 1;
        continue;
      }
      results = [{ id: batch[0].id, state: REFUSED, why: error.message }];
    }
    const told = new Map(results.map((result) => [result.id, result]));
    for (const { id } of batch) {
      asked.add(id);
      if (!told.has(id)) continue;
      await store.changeReport(id, (now) => answered(now, told.get(id)));
      states.push(told.get(id).state);
    }
  }
}
