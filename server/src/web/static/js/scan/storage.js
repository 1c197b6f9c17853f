// Where the scanner keeps things. A file of the origin-private file system where there is one; on plain
// HTTP, and in browsers without such files, a database: what is written counts once `settled()` is over.

import { QueueStorage } from "../queue-storage.js";

const LEAVING_MS = 5000;
const STORES = ["pieces", "owner"];

/** For what may be forgotten, where nothing can be kept. */
export const NOWHERE = { load: () => new Uint8Array(), replace() {}, settled: async () => {}, close() {} };

/** The browser's own folder; null where it has none, or not for writing in place, or refuses it, as private windows do. */
async function folder() {
  if (!navigator.storage?.getDirectory || !globalThis.FileSystemFileHandle?.prototype.createSyncAccessHandle) return null;
  return navigator.storage.getDirectory().catch((error) => {
    if (error.name === "SecurityError") return null;
    throw error; // what lies there must not look as if it were gone
  });
}

/** Opens the storage of a name; see queue-storage.js for its calls. */
export async function openStorage(name) {
  if (!(await folder())) return DatabaseStorage.open(name);
  const storage = await opened(name);
  storage.settled = async () => {};
  return storage;
}

/** A page that was just left may still hold the files for a moment. */
async function opened(name) {
  const end = performance.now() + LEAVING_MS;
  for (;;) {
    try {
      return await QueueStorage.open(name);
    } catch (error) {
      if (error.name !== "NoModificationAllowedError" || performance.now() > end) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

/** Whether anything of this name was ever kept here. */
export async function wasKept(name) {
  const root = await folder();
  if (!root) return true; // nothing to tell it by
  try {
    await root.getDirectoryHandle(name);
    return true;
  } catch {
    return false;
  }
}

const request = (asked) =>
  new Promise((yes, no) => {
    asked.onsuccess = () => yes(asked.result);
    asked.onerror = () => no(asked.error);
  });

/** Why a transaction came to nothing; browsers leave out the words for a full disk. */
function refusal(error) {
  if (!error) return new DOMException("another tab took over", "InvalidStateError");
  return error.message ? error : new DOMException(error.name === "QuotaExceededError" ? "the disk is full" : error.name, error.name);
}

const over = (transaction) =>
  new Promise((yes, no) => {
    transaction.oncomplete = () => yes();
    transaction.onabort = () => no(refusal(transaction.error));
  });

const opening = (name) => {
  const asked = indexedDB.open(`leadline ${name}`, 1);
  asked.onupgradeneeded = () => {
    asked.result.createObjectStore("pieces", { autoIncrement: true });
    asked.result.createObjectStore("owner");
  };
  return request(asked);
};

const joined = async (pieces) => new Uint8Array(await new Blob(pieces).arrayBuffer());

/**
 * A log in pieces. Whoever opened it last owns it; an earlier owner's writes fail. What could not be written is
 * written with everything else, anew, as soon as that goes; until then nothing is appended.
 */
class DatabaseStorage {
  static async open(name) {
    const storage = new DatabaseStorage();
    Object.assign(storage, { name, owner: Date.now() + Math.random(), asked: 0, kept: 0, trouble: null, isLost: false, former: null });
    storage.last = Promise.resolve();
    storage.database = await opening(name);
    let pieces;
    try {
      const begin = storage.database.transaction(STORES, "readwrite");
      begin.objectStore("owner").put(storage.owner, 0);
      pieces = await request(begin.objectStore("pieces").getAll());
      await over(begin);
    } catch (error) {
      // No room to say whose it is: what is kept is sent and rescued all the same, and claimed once there is room.
      storage.trouble = error;
      pieces = await storage.look();
    }
    storage.pieces = [await joined(pieces)];
    return storage;
  }

  /** Reads without claiming, and notes what has to be unchanged when it is claimed. */
  async look() {
    const asked = this.database.transaction(STORES);
    const pieces = asked.objectStore("pieces");
    const all = [asked.objectStore("owner").get(0), pieces.getAllKeys(), pieces.getAll()].map(request);
    const [owner, keys, found] = await Promise.all(all);
    this.former = { owner, keys: String(keys) };
    return found;
  }

  load() {
    return this.pieces[0];
  }

  append(bytes) {
    if (this.trouble) {
      this.settled().catch(() => {});
      throw this.trouble;
    }
    const piece = bytes.slice();
    this.pieces.push(piece);
    this.write((pieces) => pieces.add(piece));
  }

  replace(bytes) {
    if (this.isLost) throw this.trouble;
    const copy = bytes.slice();
    this.pieces = [copy];
    this.write((pieces) => {
      pieces.clear();
      pieces.add(copy);
    });
  }

  setAside() {}

  write(change) {
    this.asked += 1;
    const turn = this.asked;
    this.inTurn(() => this.put(turn, change));
  }

  inTurn(work) {
    this.last = this.last.then(work, work);
    this.last.catch(() => {}); // whoever waits for it is told
  }

  async put(turn, change) {
    if (turn <= this.kept) return;
    if (!this.trouble) {
      try {
        await this.transact(change);
        this.kept = turn;
        return;
      } catch (error) {
        this.trouble = error;
      }
    }
    await this.renew();
  }

  /** Opens the database again and writes all that there is. */
  async renew() {
    if (!this.trouble) return;
    if (this.isLost) throw this.trouble;
    try {
      this.database.close();
      this.database = await opening(this.name);
      const turn = this.asked;
      const whole = await joined(this.pieces);
      await this.transact((pieces) => {
        pieces.clear();
        pieces.add(whole);
      });
      this.kept = turn;
      this.trouble = null;
    } catch (error) {
      this.trouble = error;
      throw error;
    }
  }

  async transact(change) {
    const transaction = this.database.transaction(STORES, "readwrite", { durability: "strict" });
    const owners = transaction.objectStore("owner");
    const pieces = transaction.objectStore("pieces");
    const owner = owners.get(0);
    const last = this.former ? pieces.getAllKeys() : owner;
    last.onsuccess = () => {
      const isUntouched = this.former && owner.result === this.former.owner && String(last.result) === this.former.keys;
      // None where the browser cleared what it held: nobody else has taken over.
      if (owner.result === undefined || isUntouched) owners.put(this.owner, 0);
      else if (owner.result !== this.owner) this.isLost = true;
      if (this.isLost) transaction.abort();
      else change(pieces);
    };
    await over(transaction);
    this.former = null;
  }

  /** Waits until everything written is kept, tries again what was not, and throws when it is still not. */
  settled() {
    if (this.trouble) this.inTurn(() => this.renew());
    return this.last;
  }

  close() {
    this.database.close();
  }
}
