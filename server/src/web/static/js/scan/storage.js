// Where the scanner keeps things. A file of the origin-private file system where there is one; on plain
// HTTP, and in browsers without such files, a database: what is written counts once `settled()` is over.

import { QueueStorage } from "../queue-storage.js";

const LEAVING_MS = 5000;

/** Opens the storage of a name; see queue-storage.js for its calls. */
export async function openStorage(name) {
  const hasFiles = navigator.storage?.getDirectory && globalThis.FileSystemFileHandle?.prototype.createSyncAccessHandle;
  if (!hasFiles) return DatabaseStorage.open(name);
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
  if (!navigator.storage?.getDirectory) return true; // nothing to tell it by
  const root = await navigator.storage.getDirectory();
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

const over = (transaction) =>
  new Promise((yes, no) => {
    transaction.oncomplete = () => yes();
    transaction.onabort = () => no(transaction.error ?? new DOMException("another tab took over", "InvalidStateError"));
  });

/** A log in pieces. Whoever opened it last owns it; an earlier owner's writes fail. */
class DatabaseStorage {
  static async open(name) {
    const opening = indexedDB.open(`leadline ${name}`, 1);
    opening.onupgradeneeded = () => {
      opening.result.createObjectStore("pieces", { autoIncrement: true });
      opening.result.createObjectStore("owner");
    };
    const storage = new DatabaseStorage();
    storage.database = await request(opening);
    storage.owner = Date.now() + Math.random();
    storage.last = Promise.resolve();
    const begin = storage.database.transaction(["pieces", "owner"], "readwrite");
    begin.objectStore("owner").put(storage.owner, 0);
    const pieces = await request(begin.objectStore("pieces").getAll());
    await over(begin);
    storage.bytes = new Uint8Array(await new Blob(pieces).arrayBuffer());
    return storage;
  }

  load() {
    return this.bytes;
  }

  append(bytes) {
    this.write((pieces) => pieces.add(bytes.slice()));
  }

  replace(bytes) {
    const copy = bytes.slice();
    this.write((pieces) => {
      pieces.clear();
      pieces.add(copy);
    });
  }

  setAside() {}

  write(change) {
    if (this.trouble) throw this.trouble;
    const write = async () => {
      const transaction = this.database.transaction(["pieces", "owner"], "readwrite", { durability: "strict" });
      const owner = transaction.objectStore("owner").get(0);
      owner.onsuccess = () => {
        if (owner.result === this.owner) change(transaction.objectStore("pieces"));
        else transaction.abort();
      };
      await over(transaction);
    };
    this.last = this.last.then(write);
    this.last.catch((error) => { this.trouble = error; });
  }

  /** Waits until everything written is kept; throws when it is not. */
  settled() {
    return this.last;
  }

  close() {
    this.database.close();
  }
}
