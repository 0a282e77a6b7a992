/**
 * The service worker: keeps the whole site, so that it opens without a network.
 *
 * build.py puts Workbox before this text and the list of files in place of __WB_MANIFEST. A file's
 * revision is its hash, so an update fetches only what has changed, and an interrupted first visit
 * goes on where it was. Old and new files are never mixed: an update waits until it is asked for.
 */

const worker = /** @type {ServiceWorkerGlobalScope & typeof globalThis} */ (
  /** @type {unknown} */ (self)
);
/** @type {{ url: string, revision: string, integrity: string }[]} */
const MANIFEST = /** @type {any} */ (self).__WB_MANIFEST;
/** @type {string} */
const VERSION = /** @type {any} */ (self).__VERSION;
// Reading these files twice would make each start slower. One that is broken keeps Python from
// starting, and then the page asks for a repair. What Python starts without is looked at like others.
const RUNTIME = new RegExp(
  `^${new URL("./python/", location.href).href}(pyodide|python_stdlib|numpy|makemore\\.)`,
);

const library = /** @type {any} */ (self).workbox;
const { PrecacheController, PrecacheRoute } = library.precaching;
const { registerRoute } = library.routing;
const { cacheNames } = library.core;

/** @type {Map<string | undefined, string>} */
const integrities = new Map();

/** Takes from the browser's own cache what the page has just loaded, if the host says it is fresh. */
const revalidate = {
  requestWillFetch: async (/** @type {{ request: Request }} */ { request }) =>
    new Request(request, { cache: "no-cache" }),
};

/** Treats a file that is no longer what it was as missing, so that Workbox fetches it again. */
const check = {
  /** @param {{ request: Request, cachedResponse?: Response }} found */
  cachedResponseWillBeUsed: async ({ request, cachedResponse }) => {
    if (!cachedResponse || RUNTIME.test(request.url)) return cachedResponse;
    return (await isIntact(request.url, cachedResponse.clone())) ? cachedResponse : undefined;
  },
};

const controller = new PrecacheController({ plugins: [revalidate, check] });
controller.addToCacheList(MANIFEST);
for (const { url, integrity } of MANIFEST) {
  integrities.set(controller.getCacheKeyForURL(url), integrity);
}
registerRoute(
  new PrecacheRoute(controller, { cleanURLs: false, ignoreURLParametersMatching: [/./] }),
);

worker.addEventListener("install", (event) => {
  event.waitUntil(controller.install(event));
});
worker.addEventListener("activate", (event) => {
  event.waitUntil(controller.activate(event));
});

/**
 * What the page may ask for; the answer goes back through the message's port.
 *
 * @type {Record<string, (argument: string) => Promise<unknown>>}
 */
const requests = {
  /** Serve the page from now on, if it is of the same version. */
  async serve(version) {
    if (version !== VERSION) return false;
    await worker.clients.claim();
    return true;
  },

  /** Put this version in place of the one in use, unless another tab still needs that. */
  async update() {
    const windows = await worker.clients.matchAll({ includeUncontrolled: true, type: "window" });
    // The origin may have other pages, also below this one, such as the package's documentation.
    const { scope } = worker.registration;
    const ours = [scope, `${scope}index.html`];
    const pages = windows.filter(({ url }) => ours.includes(url.replace(/[?#].*/s, "")));
    if (pages.length > 1) return false;
    await worker.skipWaiting();
    return true;
  },

  /** Look through all files and forget those that are broken; they are fetched again when used. */
  async repair() {
    const cache = await caches.open(cacheNames.precache);
    let broken = 0;
    for (const key of integrities.keys()) {
      const response = key && (await cache.match(key));
      if (response && !(await isIntact(key, response))) {
        await cache.delete(key);
        broken += 1;
      }
    }
    return broken;
  },
};

worker.addEventListener("message", (event) => {
  const { request, argument } = event.data;
  // The page waits for an answer: to a request that fails as well, which comes to nothing.
  const done = requests[request]?.(argument).catch(() => undefined);
  const answer = async () => event.ports[0]?.postMessage(await done);
  event.waitUntil(answer());
});

/** @param {string} key of the cache @param {Response} response */
async function isIntact(key, response) {
  const hash = await crypto.subtle.digest("SHA-256", await response.arrayBuffer());
  const text = btoa(String.fromCharCode(...new Uint8Array(hash)));
  return integrities.get(key) === `sha256-${text}`;
}
