// What is kept on the device: single things by name (the key, the day, a draft), and the reports.

const DATABASE = "funnel";
const KEPT = "kept";
const REPORTS = "reports";

function done(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

/** Whole transactions: what a promise says is kept is on the device. */
function finished(transaction) {
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onabort = () => reject(transaction.error);
  });
}

/** The device's database. */
class Device {
  lasting = true;

  constructor(database) {
    this.database = database;
  }

  async get(name) {
    return done(this.database.transaction(KEPT).objectStore(KEPT).get(name));
  }

  async keep(name, value) {
    await this.write(KEPT, (store) => store.put(value, name));
  }

  async forget(name) {
    await this.write(KEPT, (store) => store.delete(name));
  }

  async reports() {
    return done(this.database.transaction(REPORTS).objectStore(REPORTS).getAll());
  }

  async keepReport(report) {
    await this.write(REPORTS, (store) => store.put(report));
  }

  /** Change the report as it is kept now, in one transaction; nothing where it is gone. */
  async changeReport(id, change) {
    await this.write(REPORTS, (store) => {
      const request = store.get(id);
      request.onsuccess = () => {
        if (request.result) store.put(change(request.result));
      };
    });
  }

  async forgetReport(id) {
    await this.write(REPORTS, (store) => store.delete(id));
  }

  async erase() {
    await this.write(KEPT, (store) => store.clear());
    await this.write(REPORTS, (store) => store.clear());
  }

  async write(name, work) {
    const transaction = this.database.transaction(name, "readwrite", { durability: "strict" });
    work(transaction.objectStore(name));
    await finished(transaction);
  }
}

/** The same in memory, where a browser keeps nothing; `lasting` says so. */
class Memory {
  lasting = false;
  kept = new Map();
  all = new Map();

  async get(name) {
    return this.kept.get(name);
  }

  async keep(name, value) {
    this.kept.set(name, value);
  }

  async forget(name) {
    this.kept.delete(name);
  }

  async reports() {
    return [...this.all.values()];
  }

  async keepReport(report) {
    this.all.set(report.id, report);
  }

  async changeReport(id, change) {
    if (this.all.has(id)) this.all.set(id, change(this.all.get(id)));
  }

  async forgetReport(id) {
    this.all.delete(id);
  }

  async erase() {
    this.kept.clear();
    this.all.clear();
  }
}

/** What this browser can keep, opened. */
export async function openStore() {
  try {
    const request = indexedDB.open(DATABASE, 1);
    request.onupgradeneeded = () => {
      request.result.createObjectStore(KEPT);
      request.result.createObjectStore(REPORTS, { keyPath: "id" });
    };
    const database = await done(request);
    // Another tab with a newer page may change the shape: this one must not stand in its way.
    database.onversionchange = () => database.close();
    return new Device(database);
  } catch {
    return new Memory();
  }
}
