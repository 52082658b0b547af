// Without network the page comes from the device: all of its files, of one version. What the
// computer answers (/api/) is never kept here; the page keeps what it needs itself.

// The server fills both in: what the page consists of, and what changes with any of it, so that a
// new version takes the place of this one as a whole.
const FILES = [/* FILES */];
const VERSION = "/* VERSION */";

const CACHE = `funnel-${VERSION}`;

self.addEventListener("install", (event) => {
  const fresh = FILES.map((file) => new Request(file, { cache: "reload" }));
  event.waitUntil(
    caches
      .open(CACHE)
      .then((cache) => cache.addAll(fresh))
      .then(() => self.skipWaiting()),
  );
});

self.addEventListener("activate", (event) => {
  event.waitUntil(
    caches
      .keys()
      .then((names) =>
        Promise.all(names.filter((name) => name !== CACHE).map((name) => caches.delete(name))),
      )
      .then(() => self.clients.claim()),
  );
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin) return;
  if (url.pathname.startsWith("/api/")) return;
  event.respondWith(kept(request, url));
});

async function kept(request, url) {
  const cache = await caches.open(CACHE);
  const name = request.mode === "navigate" ? "/" : url.pathname;
  return (await cache.match(name)) ?? fetch(request);
}
