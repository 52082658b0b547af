// The page without a server: its day is sealed with a passphrase, and so is all that it keeps.

const KEY = { name: "AES-GCM", length: 256 };

function bytes(text) {
  return Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
}

/** The key that a passphrase makes with a salt (PBKDF2, HMAC-SHA-256); it never leaves the browser. */
async function derived(passphrase, { salt, rounds }) {
  const typed = new TextEncoder().encode(passphrase.normalize("NFC"));
  const base = await crypto.subtle.importKey("raw", typed, "PBKDF2", false, ["deriveKey"]);
  const how = { name: "PBKDF2", hash: "SHA-256", salt: bytes(salt), iterations: rounds };
  return crypto.subtle.deriveKey(how, base, KEY, false, ["encrypt", "decrypt"]);
}

async function opened(key, { nonce, data }) {
  const plain = await crypto.subtle.decrypt(
    { name: "AES-GCM", iv: bytes(nonce) },
    key,
    bytes(data),
  );
  return JSON.parse(new TextDecoder().decode(plain));
}

/** The day in a page, opened with the passphrase, and what keeps its reports sealed alike; null
 * where the passphrase is another. */
export async function unlock(sealed, passphrase, store) {
  const key = await derived(passphrase, sealed);
  let day;
  try {
    day = await opened(key, sealed);
  } catch {
    return null;
  }
  const own = new SealedStore(store, key, sealed);
  await own.take(passphrase);
  return { day, store: own };
}

/** A store whose values and reports are sealed with the key of the page. */
class SealedStore {
  constructor(store, key, { salt, rounds }) {
    this.inner = store;
    this.key = key;
    this.how = { salt, rounds };
    this.lasting = store.lasting;
    this.closed = 0;
  }

  /** Take over what earlier pages with the same passphrase have kept; count what stays closed. */
  async take(passphrase) {
    const keys = new Map([[this.how.salt, this.key]]);
    for (const { seal } of await this.inner.reports()) {
      if (!keys.has(seal.salt)) keys.set(seal.salt, await derived(passphrase, seal));
      try {
        const report = await opened(keys.get(seal.salt), seal);
        await this.keepReport(report);
      } catch {
        this.closed += 1;
      }
    }
  }

  async sealed(value) {
    const iv = crypto.getRandomValues(new Uint8Array(12));
    const plain = new TextEncoder().encode(JSON.stringify(value));
    const data = await crypto.subtle.encrypt({ name: "AES-GCM", iv }, this.key, plain);
    const text = (buffer) => btoa(Array.from(buffer, (byte) => String.fromCharCode(byte)).join(""));
    return { ...this.how, nonce: text(iv), data: text(new Uint8Array(data)) };
  }

  async get(name) {
    const seal = await this.inner.get(name);
    try {
      return seal && (await opened(this.key, seal));
    } catch {
      return undefined;
    }
  }

  async keep(name, value) {
    await this.inner.keep(name, await this.sealed(value));
  }

  async forget(name) {
    await this.inner.forget(name);
  }

  async reports() {
    const found = [];
    for (const { seal } of await this.inner.reports()) {
      if (seal.salt === this.how.salt) found.push(await opened(this.key, seal));
    }
    return found;
  }

  async keepReport(report) {
    await this.inner.keepReport({ id: report.id, seal: await this.sealed(report) });
  }

  async changeReport(id, change) {
    const now = (await this.reports()).find((report) => report.id === id);
    if (now) await this.keepReport(change(now));
  }

  async forgetReport(id) {
    await this.inner.forgetReport(id);
  }

  async erase() {
    await this.inner.erase();
  }
}
