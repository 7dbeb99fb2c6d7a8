// Drafts on this phone, for when the network is away: AES-256-GCM under a key that scripts cannot read out
// (non-extractable) and that belongs to one signed-in session, the ring. Another ring cannot open them.
// A draft goes away when its words are saved, at sign-out, and after 24 hours at the latest.

const DATABASE = "beenthere-drafts";
const KEEP_MS = 24 * 3_600_000;

// Opened and closed for each use, so that sign-out in another tab can delete it at once.
async function inStore(name, mode, work) {
  const database = await open();
  try {
    return await asked(work(database.transaction(name, mode).objectStore(name)));
  } finally {
    database.close();
  }
}

function open() {
  const request = indexedDB.open(DATABASE, 1);
  request.onupgradeneeded = () => {
    request.result.createObjectStore("keys", { keyPath: "ring" });
    request.result.createObjectStore("drafts", { keyPath: "id" });
  };
  return asked(request);
}

function asked(request) {
  return new Promise((done, failed) => {
    request.onsuccess = () => done(request.result);
    request.onerror = () => failed(request.error);
    request.onblocked = () => failed(new Error("the draft store is busy"));
  });
}

async function keyOf(ring, make) {
  const found = await inStore("keys", "readonly", (keys) => keys.get(ring));
  if (found || !make) return found?.key;
  const key = await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
  await inStore("keys", "readwrite", (keys) => keys.put({ ring, key }));
  return key;
}

const idOf = (ring, key) => `${ring}|${key}`;
const cipher = (id, iv) => ({ name: "AES-GCM", iv, additionalData: new TextEncoder().encode(id) });

// `record` is the id the words will have once they are saved.
export async function keepDraft(ring, key, words, record = "") {
  const id = idOf(ring, key);
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const plain = new TextEncoder().encode(JSON.stringify(words));
  const sealed = await crypto.subtle.encrypt(cipher(id, iv), await keyOf(ring, true), plain);
  await inStore("drafts", "readwrite", (drafts) => drafts.put({ id, ring, record, iv, sealed, at: Date.now() }));
}

// -> {words, at} or null. A draft that is too old or cannot be opened counts as absent.
export async function findDraft(ring, key) {
  const id = idOf(ring, key);
  const row = await inStore("drafts", "readonly", (drafts) => drafts.get(id));
  if (!row || Date.now() - row.at > KEEP_MS) return null;
  const secret = await keyOf(ring, false);
  if (!secret) return null;
  const plain = await crypto.subtle.decrypt(cipher(id, row.iv), secret, row.sealed);
  return { words: JSON.parse(new TextDecoder().decode(plain)), at: new Date(row.at) };
}

export function dropDraft(ring, key) {
  return inStore("drafts", "readwrite", (drafts) => drafts.delete(idOf(ring, key)));
}

// The words of this record, or of this key, are saved: what is kept of them can go.
export async function dropSaved(ring, name) {
  const rows = await inStore("drafts", "readonly", (drafts) => drafts.getAll());
  const done = rows.filter((row) => row.ring === ring && (row.record === name || row.id === idOf(ring, name)));
  for (const row of done) await inStore("drafts", "readwrite", (drafts) => drafts.delete(row.id));
}

// Old drafts go, and with them each key that no draft needs any more.
export async function sweep() {
  const rows = await inStore("drafts", "readonly", (drafts) => drafts.getAll());
  const old = rows.filter((row) => Date.now() - row.at > KEEP_MS);
  const needed = new Set(rows.filter((row) => !old.includes(row)).map((row) => row.ring));
  for (const row of old) await inStore("drafts", "readwrite", (drafts) => drafts.delete(row.id));
  for (const ring of await inStore("keys", "readonly", (keys) => keys.getAllKeys())) {
    if (!needed.has(ring)) await inStore("keys", "readwrite", (keys) => keys.delete(ring));
  }
}

export function forgetAll() {
  return asked(indexedDB.deleteDatabase(DATABASE));
}
